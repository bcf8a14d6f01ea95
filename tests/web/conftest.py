"""What the tests of the shell share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation

from summitry.core.models import Account, Event
from summitry.core.rights import Classification, Role
from tests import factories

PASSWORD = "a long enough sentence"


def give_password(account: Account, password: str = PASSWORD) -> Account:
    """A password, written as sign-in itself would: no record's change."""
    account.set_password(password)
    account.save(update_fields=["password"])
    return account


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    """A request leaves its language active in its thread, which for tests is the thread of the next test."""
    yield
    translation.activate("en")


@pytest.fixture
def event(db: None) -> Event:
    return factories.make_event()


@pytest.fixture
def client_of(client: Client) -> Callable[..., Client]:
    """A browser that is signed in with access to the event."""

    def sign_in(
        event: Event, role: str = Role.PLANNER, *, clearance: int = Classification.SECRET, **values: object
    ) -> Client:
        viewer = factories.make_viewer(event, role, clearance=clearance, **values)  # type: ignore[arg-type]
        assert viewer.account is not None
        browser = Client()
        browser.force_login(viewer.account)
        return browser

    return sign_in
