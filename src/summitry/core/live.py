"""Telling live screens that an event changed.

Only the change counter travels: never a record, a name or a kind. A page that is told asks again for what it shows,
through the viewer's own visibility. One watcher a process and event polls the counter once a second (which works the
same on SQLite and PostgreSQL, and across processes and machines); a change made in this process wakes it at once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async

from summitry.core.connections import give_back

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0

_listeners: dict[int, set[asyncio.Queue[int]]] = {}
_watchers: dict[int, asyncio.Task[None]] = {}
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def changed(event_id: int, counter: int) -> None:
    """Called after commit, from any thread: wake this process's listeners without waiting for the poll."""
    loop = _loops.get(event_id)
    if loop is not None and not loop.is_closed():
        loop.call_soon_threadsafe(_deliver, event_id, counter)


def _deliver(event_id: int, counter: int) -> None:
    for queue in _listeners.get(event_id, ()):
        queue.put_nowait(counter)


async def _watch(event_id: int) -> None:
    from summitry.core.models import AuditChain

    @sync_to_async
    def read() -> int:
        try:
            return AuditChain.objects.filter(event=event_id).values_list("length", flat=True).first() or 0
        finally:
            # Between two looks the connection is free for others: a watcher lives as long as pages are open.
            give_back()

    known = await read()
    while _listeners.get(event_id):
        await asyncio.sleep(POLL_SECONDS)
        counter = await read()
        if counter != known:
            known = counter
            _deliver(event_id, counter)


async def stream(event_id: int, counter: int) -> AsyncIterator[str]:
    """Server-sent events for one page: a `changed` message whenever the counter passes what the page has seen."""
    queue: asyncio.Queue[int] = asyncio.Queue()
    _listeners.setdefault(event_id, set()).add(queue)
    _loops[event_id] = asyncio.get_running_loop()
    if event_id not in _watchers or _watchers[event_id].done():
        _watchers[event_id] = asyncio.create_task(_watch(event_id))
    try:
        yield "retry: 3000\n\n"
        while True:
            try:
                news = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if news > counter:
                counter = news
                yield f"event: changed\ndata: {json.dumps({'counter': counter})}\n\n"
    finally:
        _listeners[event_id].discard(queue)
