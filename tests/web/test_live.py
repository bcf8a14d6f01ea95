"""The stream tells that something changed, never what; and it ends with the right to look."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import AsyncClient, TestCase

from summitry.core import live as core_live
from summitry.core.action import Action, submit
from summitry.core.actions import CreateAgency, RevokeAccess
from summitry.core.models import Event
from summitry.core.rights import Role
from summitry.core.viewer import Viewer, system_viewer
from summitry.web.views import live
from tests import factories

pytestmark = pytest.mark.django_db
SECONDS = 5


@pytest.fixture(autouse=True)
def _no_watcher_left() -> None:
    """Each test has an event loop of its own; what an earlier one's watched is gone with it."""
    for kept in (core_live._listeners, core_live._watchers, core_live._loops):
        kept.clear()


async def _next(messages: AsyncIterator[bytes]) -> str:
    """The next message that is no heartbeat and no setting of the line."""
    while True:
        text = (await asyncio.wait_for(anext(messages), SECONDS)).decode()
        if not text.startswith((":", "retry:")):
            return text


def run(event: Event, account, story: Callable, query: str = "") -> None:
    """Open the stream as the account and let the story read it."""

    async def play() -> None:
        client = AsyncClient()
        await sync_to_async(client.force_login)(account)
        answer = await client.get(f"/e/{event.slug}/live/{query}")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/event-stream"
        assert answer["Cache-Control"] == "no-store"
        messages = aiter(answer.streaming_content)
        try:
            await story(messages, client)
        finally:
            await messages.aclose()
            for task in core_live._watchers.values():
                task.cancel()

    async_to_sync(play)()


@sync_to_async
def act(*actions: Action, viewer: Viewer, event: Event) -> None:
    """Submit, and let what happens after the commit happen, although the test itself never commits."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        submit(actions, viewer=viewer, event=event)


def viewer_of(event: Event, role: str = Role.PLANNER, **values):
    return factories.make_viewer(event, role, **values)


def test_change_reaches_the_page_without_its_content() -> None:
    event = factories.make_event()
    planner = viewer_of(event)
    before = event.chain.length

    async def story(messages: AsyncIterator[bytes], client: AsyncClient) -> None:
        waiting = asyncio.create_task(_next(messages))
        await asyncio.sleep(0.05)
        await act(CreateAgency(code="MARKER", name="MARKER"), viewer=planner, event=event)
        text = await waiting
        assert text.startswith("event: changed\n")
        assert json.loads(text.split("data: ")[1]) == {"counter": before + 1}
        assert "MARKER" not in text

    run(event, planner.account, story)


def test_change_between_page_and_stream_is_told_at_once() -> None:
    event = factories.make_event()
    planner = viewer_of(event)
    since = event.chain.length
    submit([CreateAgency(code="A", name="A")], viewer=planner, event=event)

    async def story(messages: AsyncIterator[bytes], client: AsyncClient) -> None:
        assert json.loads((await _next(messages)).split("data: ")[1]) == {"counter": since + 1}

    run(event, planner.account, story, f"?since={since}")


def test_page_that_is_up_to_date_is_told_nothing() -> None:
    event = factories.make_event()
    planner = viewer_of(event)

    async def story(messages: AsyncIterator[bytes], client: AsyncClient) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_next(messages), 0.3)

    run(event, planner.account, story, f"?since={event.chain.length}")


@pytest.mark.parametrize("nonsense", ["?since=x", "?since=-1", "?since=²", "?since=" + "9" * 40, "?since="])
def test_nonsense_about_what_was_seen_is_passed_over(nonsense: str) -> None:
    event = factories.make_event()
    planner = viewer_of(event)

    async def story(messages: AsyncIterator[bytes], client: AsyncClient) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_next(messages), 0.2)

    run(event, planner.account, story, nonsense)


def test_stream_ends_when_access_is_revoked() -> None:
    event = factories.make_event()
    observer = viewer_of(event, Role.OBSERVER)
    assert observer.account is not None
    revoke = RevokeAccess(username=observer.account.username)

    async def story(messages: AsyncIterator[bytes], client: AsyncClient) -> None:
        waiting = asyncio.create_task(_next(messages))
        await asyncio.sleep(0.05)
        await act(revoke, viewer=system_viewer(event), event=event)
        assert await waiting == "event: closed\ndata: {}\n\n"
        with pytest.raises(StopAsyncIteration):
            await anext(messages)
        assert (await client.get(f"/e/{event.slug}/live/")).status_code == 404

    run(event, observer.account, story)


def test_stream_ends_with_the_session() -> None:
    event = factories.make_event()
    planner = viewer_of(event)

    async def story(messages: AsyncIterator[bytes], client: AsyncClient) -> None:
        waiting = asyncio.create_task(_next(messages))
        await asyncio.sleep(0.05)
        await client.post("/sign-out/")
        await act(CreateAgency(code="A", name="A"), viewer=planner, event=event)
        assert (await waiting).startswith("event: closed")

    run(event, planner.account, story)


def test_one_account_opens_only_so_many_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "STREAMS_AN_ACCOUNT", 1)
    event = factories.make_event()
    planner = viewer_of(event)

    async def story(messages: AsyncIterator[bytes], client: AsyncClient) -> None:
        await anext(messages)
        assert (await client.get(f"/e/{event.slug}/live/")).status_code == 429

    run(event, planner.account, story)
    assert live._open[planner.account.pk] == 0


def test_foreign_event_has_no_stream() -> None:
    event, foreign = factories.make_event(), factories.make_event()
    planner = viewer_of(event)

    async def ask() -> int:
        client = AsyncClient()
        await sync_to_async(client.force_login)(planner.account)
        return (await client.get(f"/e/{foreign.slug}/live/")).status_code

    assert async_to_sync(ask)() == 404
