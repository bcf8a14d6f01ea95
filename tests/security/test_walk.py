"""Every address as every role: nothing breaks, and what a role may not see looks as if it were not there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from summitry.core.models import Access, Event
from summitry.core.refusals import NotFound
from summitry.core.rights import Role
from summitry.core.viewer import viewer_for
from summitry.demo.load import load_demo
from tests.factories import make_event
from tests.security.oracle import may_see
from tests.security.walk import addresses, furnish, urls

pytestmark = pytest.mark.django_db

# A page, a file, a redirect, a form that wants more, or a plain refusal. Never a broken page.
ANSWERS = {200, 204, 302, 400, 403, 404, 405, 409, 422}
# Endless by nature; told apart in tests/web.
STREAMS = {"web:live", "core:job_live"}


@pytest.fixture(autouse=True)
def demo_mode(settings):
    """The accounts of the reference event sign in here."""
    settings.DEMO = True


@pytest.fixture(scope="module")
def furnished(django_db_setup, django_db_blocker) -> Iterator[int]:
    """The reference event with proposals and jobs, by its id: made once, since what a walk writes is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        event = load_demo()
        furnish(event)
        yield event.pk
        transaction.set_rollback(True)


@pytest.fixture
def event(furnished, db) -> Event:
    return Event.objects.get(pk=furnished)


@pytest.mark.parametrize("role", Role.values)
def test_every_address_answers_every_role_and_hides_what_it_may_not_see(event, role):
    access = Access.objects.select_related("account", "agency").get(event=event, role=role)
    viewer = viewer_for(access.account, event)
    client = Client(raise_request_exception=False)
    client.force_login(access.account)
    wrong, shown = [], 0
    for address in addresses():
        if address.name in STREAMS:
            continue
        for url, record in urls(event, address, most=2):
            response = client.get(url)
            shown += response.status_code == 200
            if response.status_code not in ANSWERS:
                wrong.append(f"{url}: {response.status_code}")
            if record is not None and not may_see(viewer, record) and response.status_code not in {403, 404}:
                wrong.append(f"{url}: {response.status_code}, but {record!r} is above the right of a {role}")
    assert wrong == []
    assert shown > 20, "it was not signed in, or nothing was shown"


def test_someone_without_access_finds_no_event_at_all(event):
    other = make_event()
    account = Access.objects.get(event=event, role=Role.PLANNER).account
    client = Client()
    client.force_login(account)
    absent = client.get(f"/e/{other.slug}-absent/")
    for address in addresses():
        if address.of_event and address.arguments == ("slug",) and address.name not in STREAMS:
            for url, _record in urls(other, address):
                response = client.get(url)
                assert response.status_code == absent.status_code == 404, url
    with pytest.raises(NotFound):
        viewer_for(account, other)


def test_every_page_of_an_event_asks_for_a_sign_in(event):
    client = Client()
    for address in addresses():
        if address.of_event:
            for url, _record in urls(event, address, most=1):
                response = client.get(url)
                assert response.status_code == 302, url
                assert response["Location"].startswith("/demo/?next="), url
