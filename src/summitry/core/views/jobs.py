"""Background jobs: listed, followed while they run, cancelled."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from summitry.core.connections import give_back
from summitry.core.http import streams
from summitry.core.http.request import EventRequest
from summitry.core.jobs.table import visible_jobs, wish
from summitry.core.models import Job
from summitry.core.queries.jobs import attended, job_of, shown_job, shown_jobs, waiting_of
from summitry.core.refusals import NotFound
from summitry.core.views.base import page_of

PAGE = 50
SECTION = "proposals"
POLL_SECONDS = 0.5
HEARTBEAT_SECONDS = 15.0
RIGHTS_SECONDS = 2.0


@require_safe
def jobs(request: EventRequest, slug: str) -> HttpResponse:
    """The jobs of the event that the viewer may see, newest first."""
    rows = visible_jobs(request.viewer).order_by("-pk")
    page = page_of(request, rows, PAGE)
    shown = shown_jobs(page.object_list, request.viewer)
    context = {
        "title": _("Jobs"),
        "section": SECTION,
        "page": page,
        "jobs": shown,
        "waiting": next((one for one in shown if one.waiting == "nobody"), None),
        "under_way": rows.exclude(state__in=Job.ENDED).count(),
        "page_classification": max((job.classification for job in page.object_list), default=None),
    }
    return render(request, "core/jobs.html", context)


@require_safe
def job(request: EventRequest, slug: str, pk: int) -> HttpResponse:
    """One job: how far it is, its best so far, how it ended."""
    row = job_of(request.viewer, pk)
    shown = shown_job(row, request.viewer)
    context = {"title": shown.title, "section": SECTION, "shown": shown, "page_classification": row.classification}
    return render(request, "core/job.html", context)


def end_job(request: EventRequest, slug: str, pk: int, how: str) -> HttpResponse:
    """Cancel a job, or ask it for the best so far."""
    row = job_of(request.viewer, int(pk))
    if request.method != "POST":  # asked after the job, so that a hidden one looks as if it were not there
        return HttpResponseNotAllowed(["POST"])
    wish(row, Job.Wish(how), viewer=request.viewer)
    said = _("The job is asked to end.") if how == Job.Wish.CANCEL else _("The job is asked for its best so far.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("core:job", args=[request.event.slug, pk]))


async def job_live(request: EventRequest, slug: str, pk: int) -> HttpResponseBase:
    """Server-sent events about one job until it has ended: `job` with its state, progress (0 to 1), message and best so
    far. Whoever may not see the job any more is cut off."""
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    viewer = request.viewer
    owner = viewer.account.pk if viewer.account else 0
    if streams.open_streams[owner] >= streams.STREAMS_AN_ACCOUNT:
        return HttpResponse(status=429)

    @sync_to_async
    def read() -> dict[str, Any] | None:
        try:
            return said_of(job_of(viewer, pk))
        except NotFound:
            return None
        finally:
            # Between two looks the connection is free for others.
            give_back()

    @sync_to_async
    def holds() -> bool:
        try:
            return streams.same_right(request, viewer)
        finally:
            give_back()

    first = await read()
    if first is None:
        raise NotFound(what=Job._meta.verbose_name, key=str(pk))

    async def words() -> AsyncIterator[str]:
        streams.open_streams[owner] += 1
        try:
            yield "retry: 3000\n\n"
            known: dict[str, Any] | None = first
            yield _message(first)
            silent = unasked = 0.0
            while known is not None and not known["ended"]:
                await asyncio.sleep(POLL_SECONDS)
                silent, unasked = silent + POLL_SECONDS, unasked + POLL_SECONDS
                if unasked >= RIGHTS_SECONDS:
                    unasked = 0.0
                    if not await holds():
                        break
                now = await read()
                if now is not None and now != known:
                    if not await holds():
                        break
                    yield _message(now)
                    silent = 0.0
                elif silent >= HEARTBEAT_SECONDS:
                    yield ": still here\n\n"
                    silent = 0.0
                known = now
            yield streams.CLOSED
        finally:
            streams.open_streams[owner] -= 1

    response = StreamingHttpResponse(words(), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def said_of(job: Job) -> dict[str, Any]:
    """What the stream tells of a job."""
    return {
        "state": job.state,
        "ended": job.ended,
        "progress": job.progress,
        "message": job.message,
        "partial": job.partial,
        "attempt": job.attempts,
        "wish": job.wish,
        "waiting": waiting_of(job, attended([job])),
    }


def _message(said: dict[str, Any]) -> str:
    return f"event: job\ndata: {json.dumps(said, ensure_ascii=False)}\n\n"
