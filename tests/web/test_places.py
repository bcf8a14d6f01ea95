"""Search, the demonstration clock and the left rail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from summitry.core.http import nav
from summitry.core.http.nav import Hit
from summitry.core.models import Agency, Event
from summitry.core.rights import Classification, Role
from summitry.core.viewer import Viewer
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def one_searcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search as the shell sees it: one searcher, over agencies."""

    def agencies(viewer: Viewer, words: str, limit: int) -> Iterable[Hit]:
        rows = Agency.objects.visible_to(viewer).filter(name__icontains=words)[:limit]
        return [Hit("agency", row.code, row.name, row.get_absolute_url()) for row in rows]

    monkeypatch.setattr(nav, "SEARCHERS", [agencies])


def test_search_page_and_quick_results(event: Event, client_of: Callable[..., Client], one_searcher: None) -> None:
    for number in range(6):
        factories.make_agency(event, f"A{number}", name=f"Ministry {number}")
    browser = client_of(event)
    page = browser.get(event.get_absolute_url() + "search/?q=ministry").content.decode()
    assert "6 results for “ministry”" in page
    quick = browser.get(event.get_absolute_url() + "search/?q=ministry", headers=HTMX).content.decode()
    assert "<html" not in quick
    assert quick.count("Ministry") == 4
    assert browser.get(event.get_absolute_url() + "search/?q=", headers=HTMX).content.decode().strip() == ""


def test_search_says_that_nothing_was_found(event: Event, client_of: Callable[..., Client], one_searcher: None) -> None:
    page = client_of(event).get(event.get_absolute_url() + "search/?q=<b>x").content.decode()
    assert "Nothing found" in page
    assert "<b>x" not in page


def test_search_finds_nothing_above_the_viewers_right(event: Event, client_of: Callable[..., Client]) -> None:
    """With all searchers of the product: a secret task, document and person under the words searched for."""
    factories.make_task(event, "MARKER-T", title="FINDME", classification=Classification.SECRET)
    factories.make_document(event, "MARKER-D", title="FINDME", classification=Classification.SECRET)
    factories.make_person(event, "MARKER-P", name="FINDME", classification=Classification.SECRET)
    factories.make_decision(event, "MARKER-N", title="FINDME", classification=Classification.SECRET)
    low = client_of(event, Role.OBSERVER, clearance=Classification.PUBLIC)
    for headers in ({}, HTMX):
        assert "MARKER" not in low.get(event.get_absolute_url() + "search/?q=FINDME", headers=headers).content.decode()
    high = client_of(event).get(event.get_absolute_url() + "search/?q=FINDME").content.decode()
    assert "MARKER-T" in high


# The clock


def clock_url(event: Event) -> str:
    return event.get_absolute_url() + "clock/"


@pytest.mark.parametrize(
    ("sent", "now"),
    [
        ({"by": "1"}, datetime(2025, 10, 7, 1, 0, tzinfo=UTC)),
        ({"by": "7"}, datetime(2025, 10, 13, 1, 0, tzinfo=UTC)),
        ({"day": "2025-10-09"}, datetime(2025, 10, 9, 1, 0, tzinfo=UTC)),
    ],
)
def test_clock_steps_and_keeps_the_time_of_day(
    event: Event, client_of: Callable[..., Client], sent: dict[str, str], now: datetime
) -> None:
    back = event.get_absolute_url() + "search/?q=x"
    answer = client_of(event).post(clock_url(event), {**sent, "next": back})
    assert answer["Location"] == back
    event.refresh_from_db()
    assert event.demo_now == now


def test_clock_keeps_its_local_time_over_a_change_to_winter_time(client_of: Callable[..., Client], db: None) -> None:
    """08:00 in Geneva is 06:00 UTC on Sat 25 October 2025 and 07:00 UTC the day after."""
    event = factories.make_event(timezone="Europe/Zurich", demo_now=datetime(2025, 10, 25, 6, 0, tzinfo=UTC))
    client_of(event).post(clock_url(event), {"by": "1"})
    event.refresh_from_db()
    assert event.demo_now == datetime(2025, 10, 26, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("sent", [{"day": "2025-10-01"}, {"day": "soon"}, {"by": "-3"}, {}])
def test_clock_refuses_with_a_word_and_stays(
    event: Event, client_of: Callable[..., Client], sent: dict[str, str]
) -> None:
    before = event.demo_now
    browser = client_of(event)
    page = browser.post(clock_url(event), sent, follow=True).content.decode()
    assert 'class="notice error"' in page
    event.refresh_from_db()
    assert event.demo_now == before


def test_clock_is_moved_by_those_who_may(event: Event, client_of: Callable[..., Client]) -> None:
    browser = client_of(event, Role.OBSERVER)
    assert clock_url(event) not in browser.get(event.get_absolute_url()).content.decode()
    assert browser.post(clock_url(event), {"by": "1"}).status_code == 403


def test_real_event_has_no_stepper(client_of: Callable[..., Client], db: None) -> None:
    event = factories.make_event(demo_now=None)
    browser = client_of(event)
    assert clock_url(event) not in browser.get(event.get_absolute_url()).content.decode()
    page = browser.post(clock_url(event), {"by": "1"}, follow=True).content.decode()
    assert "runs on the real clock" in page


def test_clock_sends_nobody_to_another_site(event: Event, client_of: Callable[..., Client]) -> None:
    answer = client_of(event).post(clock_url(event), {"by": "1", "next": "//evil.example/"})
    assert answer["Location"] == event.get_absolute_url()


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (datetime(2025, 10, 24, 1, 0, tzinfo=UTC), "1 day to opening"),
        (datetime(2025, 10, 25, 1, 0, tzinfo=UTC), "opens today"),
        (datetime(2025, 10, 26, 1, 0, tzinfo=UTC), "day 2 of 2"),
        (datetime(2025, 10, 27, 1, 0, tzinfo=UTC), "2 days after opening"),
    ],
)
def test_distance_to_the_opening(client_of: Callable[..., Client], db: None, day: datetime, told: str) -> None:
    event = factories.make_event(demo_now=day)
    assert told in client_of(event).get(event.get_absolute_url()).content.decode()


# The rail


@pytest.fixture
def hidden_place() -> Iterator[None]:
    nav.NAV["vault"] = nav.NavItem(
        key="vault",
        label="MARKER",
        path="x/",
        position=99,
        icon="lock",
        visible=lambda viewer: viewer.role == "planner",
    )
    yield
    del nav.NAV["vault"]


def test_rail_shows_what_the_viewer_may_see(event: Event, client_of: Callable[..., Client], hidden_place: None) -> None:
    assert "MARKER" in client_of(event).get(event.get_absolute_url()).content.decode()
    assert "MARKER" not in client_of(event, Role.OBSERVER).get(event.get_absolute_url()).content.decode()
