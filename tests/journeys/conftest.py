"""Signed-in pages of a real browser. What the browser complains about fails the journey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.server import Server

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Watched:
    """What must not happen while someone works: errors in the console, requests to another machine."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.complaints: list[str] = []

    def console(self, message: ConsoleMessage) -> None:
        refused = "Failed to load resource" in message.text  # a 409 or 422 is an answer, not a fault
        if message.type == "error" and not refused:
            self.complaints.append(message.text)

    def request(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme in {"http", "https"} and where.netloc != self.host:
            self.complaints.append(f"a request left for {where.netloc}")


Open = Callable[..., Page]


@pytest.fixture
def open_as(chromium: Browser, demo_server: Server) -> Iterator[Open]:
    """`open_as("planner")` gives a signed-in page of a browser of its own; `phone=True` a narrow one.

    The session is begun without the browser, which then loads one page, not three; that people sign in by the button,
    on wide screens and on narrow ones, is seen in tests/web/test_journey.py.
    """
    contexts, watched = [], Watched(urlsplit(demo_server.url).netloc)

    def start(username: str, *, phone: bool = False, path: str = "/e/hanoi-2025/") -> Page:
        context = chromium.new_context(viewport=PHONE if phone else DESK, accept_downloads=True)
        contexts.append(context)
        cookies = demo_server.sign_in(username).cookies
        context.add_cookies([{"name": name, "value": cookies[name], "url": demo_server.url} for name in cookies])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", watched.console)
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("request", watched.request)
        page.goto(demo_server.url + path)
        return page

    yield start
    for context in contexts:
        context.close()
    assert watched.complaints == []
