"""Headers, refusals and error pages: what every answer has, whoever asks."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from summitry.core.models import Event
from summitry.core.rights import Classification, Role
from summitry.web import words
from summitry.web.middleware import FormsInTurn
from summitry.web.views.errors import server_error
from tests import factories

DIRECTIVES = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
}


def test_private_page_is_kept_by_no_cache_and_framed_by_nobody(event: Event, client_of: Callable[..., Client]) -> None:
    answer = client_of(event).get(event.get_absolute_url())
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    policy = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
    assert policy >= DIRECTIVES
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize("path", ["", "search/?q=x"])
def test_no_page_holds_what_the_policy_refuses(event: Event, client_of: Callable[..., Client], path: str) -> None:
    """No inline script, style or handler: they would silently do nothing."""
    page = client_of(event).get(event.get_absolute_url() + path).content.decode()
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son\w+=", page)
    assert "<style" not in page
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    assert '"includeIndicatorStyles":false' in page


def test_foreign_event_looks_like_none(event: Event, client_of: Callable[..., Client]) -> None:
    browser = client_of(event)
    other = factories.make_event(name="MARKER of another event")
    foreign = browser.get(other.get_absolute_url())
    missing = browser.get("/e/none-such/")
    assert foreign.status_code == missing.status_code == 404
    assert "MARKER" not in foreign.content.decode()

    def plain(answer, slug: str) -> str:
        text = answer.content.decode().replace(slug, "SLUG")
        return re.sub(r'value="[^"]{60,}"', "", text)

    assert plain(foreign, other.slug) == plain(missing, "none-such")


def test_refusal_speaks_json_to_machines(event: Event, client_of: Callable[..., Client]) -> None:
    browser = client_of(event)
    answer = browser.get("/e/none-such/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_refusal_of_a_part_of_a_page_fits_into_the_panel(event: Event, client_of: Callable[..., Client]) -> None:
    browser = client_of(event, Role.OBSERVER, clearance=Classification.PUBLIC)
    url = event.get_absolute_url() + "clock/"
    answer = browser.post(url, {"by": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "<html" not in page
    assert "Nothing was changed." in page


def test_unknown_address_is_a_page_with_a_way_on(client: Client, db: None) -> None:
    answer = client.get("/none-such/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "There is no such page" in page
    assert 'href="/"' in page


def test_server_error_page_needs_no_database(rf) -> None:
    answer = server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "What was saved before is safe" in answer.content.decode()


def test_robots_and_icon_are_open(client: Client, db: None) -> None:
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
    assert client.get("/favicon.ico")["Location"].endswith("favicon.svg")


@pytest.mark.parametrize("path", ["", "search/"])
def test_reading_pages_refuse_posts(event: Event, client_of: Callable[..., Client], path: str) -> None:
    assert client_of(event).post(event.get_absolute_url() + path).status_code == 405


def test_theme_is_a_cookie_of_three_values(client: Client, db: None) -> None:
    factories.make_account()
    client.post("/theme/", {"theme": "dark"})
    assert client.cookies["summitry_theme"].value == "dark"
    assert 'dark.css" media="screen">' in client.get("/sign-in/").content.decode()
    client.post("/theme/", {"theme": '"><script>'})
    assert client.cookies["summitry_theme"].value == ""


def test_days_are_written_in_the_events_zone_and_year(event: Event, client_of: Callable[..., Client]) -> None:
    """The clock stands at 01:00 UTC, which is 08:00 in Hanoi."""
    page = client_of(event).get(event.get_absolute_url()).content.decode()
    assert "Mon 6 Oct 2025, 08:00" in page
    assert "19 days to opening" in page


def test_one_requests_zone_does_not_reach_the_next(event: Event, client_of: Callable[..., Client]) -> None:
    before = timezone.get_current_timezone_name()
    client_of(event).get(event.get_absolute_url())
    assert timezone.get_current_timezone_name() == before
    assert words.day(event.opening_day) == "Sat 25 Oct 2025"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("search/?q=%00", 200),
        ("documents/?agency=K%0001&q=%00&level=1%00", 200),
        ("schedule/?agency=%00&q=%00", 200),
        ("schedule/gantt/?baseline=%00", 200),
        ("schedule/tasks/T%0001/", 404),
        ("%00=1", 404),
    ],
)
def test_a_null_sign_is_no_text_and_breaks_no_query(
    event: Event, client_of: Callable[..., Client], path: str, status: int
) -> None:
    assert client_of(event, Role.PLANNER).get(event.get_absolute_url() + path).status_code == status


def test_forms_wait_their_turn_and_pages_that_are_read_do_not(rf: RequestFactory) -> None:
    """More threads than there are places ask at once: no more of them are worked on, and all of them in the end."""
    lock, go = threading.Lock(), threading.Event()
    at_it, most, done = 0, 0, []

    def answer(request: HttpRequest) -> HttpResponse:
        nonlocal at_it, most
        if request.method == "GET":
            return HttpResponse("read")
        with lock:
            at_it += 1
            most = max(most, at_it)
        assert go.wait(30)
        with lock:
            at_it -= 1
            done.append(request.path)
        if request.path == "/broken/":
            raise ValueError
        return HttpResponse("saved")

    turn = FormsInTurn(answer)

    def ask(path: str) -> None:
        with suppress(ValueError):
            turn(rf.post(path))

    paths = ["/broken/", *(f"/{number}/" for number in range(3 * turn.AT_ONCE))]
    askers = [threading.Thread(target=ask, args=[path], daemon=True) for path in paths]
    for asker in askers:
        asker.start()
    end = time.monotonic() + 30
    while at_it < turn.AT_ONCE and time.monotonic() < end:
        time.sleep(0.01)
    assert at_it == turn.AT_ONCE
    assert turn(rf.get("/")).content == b"read"
    go.set()
    for asker in askers:
        asker.join(30)
    assert sorted(done) == sorted(paths)
    assert (at_it, most) == (0, turn.AT_ONCE)
