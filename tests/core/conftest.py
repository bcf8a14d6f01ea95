"""What the tests of the core share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from summitry.core.models import Event
from summitry.core.viewer import Viewer
from tests import factories


@pytest.fixture
def event(db: None) -> Event:
    return factories.make_event(slug="hanoi")


@pytest.fixture
def signed_in() -> Callable[[Viewer], Client]:
    """A browser that is signed in as a viewer's account."""

    def browser(viewer: Viewer) -> Client:
        assert viewer.account is not None
        client = Client()
        client.force_login(viewer.account)
        return client

    return browser
