"""The stream that tells an open page that its event changed: a counter, never a record."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from summitry.core import audit
from summitry.core import live as core_live
from summitry.core.connections import give_back
from summitry.core.http.request import EventRequest
from summitry.core.http.streams import CLOSED, STREAMS_AN_ACCOUNT, same_right
from summitry.core.http.streams import open_streams as _open


async def live(request: EventRequest, slug: str) -> HttpResponseBase:
    """Server-sent events of one event. `since` is the counter that the page was made from.

    Whoever loses access, role or session while the stream is open is cut off at the next message or heartbeat.
    """
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    event, viewer = request.event, request.viewer
    owner = viewer.account.pk if viewer.account else 0
    if _open[owner] >= STREAMS_AN_ACCOUNT:
        return HttpResponse(status=429)
    since = request.GET.get("since", "")
    seen = int(since) if since.isascii() and since.isdigit() and len(since) < 19 else None

    @sync_to_async
    def start() -> int:
        try:
            return audit.change_counter(event)
        finally:
            # A page may stay open for hours: its connection goes back at once.
            give_back()

    @sync_to_async
    def holds() -> bool:
        try:
            return same_right(request, viewer)
        finally:
            give_back()

    counter = await start()

    async def messages() -> AsyncIterator[str]:
        _open[owner] += 1
        try:
            if seen is not None and counter > seen:
                yield f"event: changed\ndata: {json.dumps({'counter': counter})}\n\n"
            async for message in core_live.stream(event.pk, counter):
                if not await holds():
                    yield CLOSED
                    return
                yield message
        finally:
            _open[owner] -= 1

    response = StreamingHttpResponse(messages(), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response
