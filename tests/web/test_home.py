"""The list of events, and the making of one."""

from __future__ import annotations

import pytest
from django.test import Client

from summitry.core import audit
from summitry.core.models import Access, Account, Event
from summitry.core.rights import Classification, Role
from tests import factories

FACTS = {
    "name": "A summit",
    "slug": "",
    "opening_day": "2026-05-09",
    "closing_day": "2026-05-10",
    "planning_start": "2026-01-05",
    "venue": "Hall, Hanoi",
    "timezone": "Asia/Ho_Chi_Minh",
    "country": "vn",
}


def signed_in(account: Account) -> Client:
    browser = Client()
    browser.force_login(account)
    return browser


def test_one_event_is_gone_to_at_once(event: Event) -> None:
    account = factories.make_account()
    factories.make_viewer(event, account=account)
    assert signed_in(account).get("/")["Location"] == event.get_absolute_url()
    assert event.name in signed_in(account).get("/?all").content.decode()


def test_several_events_are_a_list_of_ones_own(event: Event) -> None:
    account = factories.make_account()
    second, foreign = factories.make_event(name="Second"), factories.make_event(name="Foreign")
    factories.make_viewer(event, account=account)
    factories.make_viewer(second, account=account)
    page = signed_in(account).get("/").content.decode()
    assert "Second" in page
    assert foreign.name not in page


def test_account_without_access_is_told_what_is_missing(db: None) -> None:
    page = signed_in(factories.make_account()).get("/").content.decode()
    assert "no access to any event" in page
    assert "/events/new/" not in page


@pytest.fixture
def administrator(db: None) -> Client:
    return signed_in(factories.make_account("root", is_administrator=True))


def test_new_event_is_looked_at_before_it_is_made(administrator: Client) -> None:
    page = administrator.post("/events/new/", {**FACTS, "step": "preview"})
    assert page.status_code == 200
    assert "Sat 9 May 2026" in page.content.decode()
    assert not Event.objects.exists()
    back = administrator.post("/events/new/", {**FACTS, "step": "edit"})
    assert 'value="A summit"' in back.content.decode()


def test_creator_of_an_event_administers_it(administrator: Client) -> None:
    answer = administrator.post("/events/new/", {**FACTS, "step": "confirm"})
    assert answer["Location"] == "/e/a-summit/"
    event = Event.objects.get()
    assert (event.slug, event.country, event.demo_now) == ("a-summit", "VN", None)
    access = Access.objects.get(event=event)
    assert (access.account.username, access.role, access.clearance) == (
        "root",
        Role.ADMINISTRATOR,
        Classification.SECRET,
    )
    assert audit.verify_all() == []
    page = administrator.get("/e/a-summit/").content.decode()
    assert "This event is still empty" in page
    assert "/e/a-summit/workbook/" in page


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"closing_day": "2026-05-08"}, "closes"),
        ({"timezone": "Hanoi"}, "Unknown time zone"),
        ({"name": "Đ", "slug": ""}, "short name"),
        ({"opening_day": "tomorrow"}, "valid date"),
    ],
)
def test_faulty_event_is_refused_at_its_field(administrator: Client, fault: dict[str, str], told: str) -> None:
    answer = administrator.post("/events/new/", {**FACTS, **fault, "step": "confirm"})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Event.objects.exists()


def test_taken_short_name_is_refused(administrator: Client, event: Event) -> None:
    answer = administrator.post("/events/new/", {**FACTS, "slug": event.slug, "step": "confirm"})
    assert answer.status_code == 422
    assert Event.objects.count() == 1


def test_only_administrators_of_the_installation_make_events(event: Event) -> None:
    """An event's administrator is not one of the installation."""
    viewer = factories.make_viewer(event, Role.ADMINISTRATOR)
    assert viewer.account is not None
    browser = signed_in(viewer.account)
    assert browser.get("/events/new/").status_code == 403
    assert browser.post("/events/new/", {**FACTS, "step": "confirm"}).status_code == 403
    assert Event.objects.count() == 1
