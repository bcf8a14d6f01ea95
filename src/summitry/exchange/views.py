"""The page of the workbook and of plans: take them out, bring them in, look at what an import does, confirm."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from summitry.core import clock
from summitry.core.action import submit
from summitry.core.http.request import EventRequest
from summitry.core.models import Agency
from summitry.core.preview import preview
from summitry.core.refusals import Invalid, NotPermitted
from summitry.core.viewer import Viewer
from summitry.exchange import queries, waiting
from summitry.exchange.about import editing
from summitry.exchange.actions import ImportWorkbook, import_of, refuse_unready
from summitry.exchange.comparing import Choice, Plan, plan
from summitry.exchange.faults import WorkbookRefused
from summitry.exchange.models import WaitingWorkbook
from summitry.exchange.mspdi.left import LINK, TASK, left_of, whole
from summitry.exchange.plans.book import PlanBook, Wishes
from summitry.exchange.plans.opening import open_file
from summitry.exchange.plans.telling import gathered
from summitry.exchange.reading import Workbook
from summitry.exchange.sheets import sheets
from summitry.exchange.transfer import export_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XML = "application/xml"
SHOWN = 100
"""Rows of one sheet that the page lists; of more it tells the number."""
SHOWN_FAULTS = 500


@require_safe
def workbook(request: EventRequest, slug: str) -> HttpResponse:
    """What the workbook is, and the two ways: out and in."""
    return _page(request)


def _page(request: EventRequest, status: int = 200, **more: Any) -> HttpResponse:
    may_import = request.viewer.may(ImportWorkbook.action_right)
    context = {
        "title": _("Workbook"),
        "section": "workbook",
        "sheets": sheets(),
        "editing": editing(),
        "may_import": may_import,
        "who_may": ImportWorkbook.action_right.who(),
        "waiting": waiting.waiting(request.event, request.viewer) if may_import else None,
        "limit_mb": settings.UPLOAD_LIMIT_BYTES // 2**20,
        "agencies": Agency.objects.filter(event=request.event).order_by("code") if may_import else (),
        **more,
    }
    return render(request, "exchange/workbook.html", context, status=status)


@require_safe
@never_cache
def export(request: EventRequest, slug: str) -> HttpResponse:
    """The event as this viewer sees it, as a file."""
    file = io.BytesIO()
    complete = export_workbook(request.event, request.viewer, file)
    extent = "" if complete else "-partial"
    return _file(file.getvalue(), f"{slug}-{clock.local_now(request.event):%Y-%m-%d-%H%M}{extent}.xlsx")


@require_safe
@never_cache
def template(request: EventRequest, slug: str) -> HttpResponse:
    """The empty workbook of this event."""
    from summitry.exchange.writing import write_template  # openpyxl is large: loaded when first needed

    file = io.BytesIO()
    write_template(request.event, request.viewer, file)
    return _file(file.getvalue(), f"{slug}-empty.xlsx")


@require_safe
@never_cache
def plan_page(request: EventRequest, slug: str) -> HttpResponse:
    """What a plan for Microsoft Project holds and what it does not, before it is downloaded."""
    stored = queries.load(request.event, request.viewer)
    context = {
        "title": _("Schedule for Microsoft Project"),
        "section": "workbook",
        "left": left_of(stored),
        "tasks": len(stored[TASK].values),
        "links": len(stored[LINK].values),
        "complete": whole(stored),
        "page_classification": stored.highest_level(),
    }
    return render(request, "exchange/plan.html", context)


@require_safe
@never_cache
def plan_file(request: EventRequest, slug: str) -> HttpResponse:
    """The master schedule as this viewer sees it, for Microsoft Project."""
    from summitry.exchange.mspdi.writing import export_plan  # it plans: loaded when first needed

    file = io.BytesIO()
    done = export_plan(request.event, request.viewer, file)
    extent = "" if done.complete else "-partial"
    return _file(file.getvalue(), f"{slug}-{clock.local_now(request.event):%Y-%m-%d-%H%M}{extent}.xml", XML)


def _file(data: bytes, name: str, media_type: str = XLSX) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _need(viewer: Viewer) -> None:
    right = ImportWorkbook.action_right
    if not viewer.may(right):
        raise NotPermitted(action=str(ImportWorkbook.action_title), who=right.who())


@require_POST
def upload(request: EventRequest, slug: str) -> HttpResponse:
    """Read a file. With faults, all of them are shown; without, it waits for its confirmation."""
    _need(request.viewer)
    sent = request.FILES.get("file")
    if sent is None:
        return _page(request, status=422, upload_error=_("Choose a file."))
    name = PurePath((sent.name or "").replace("\\", "/")).name[:200]
    if (sent.size or 0) > settings.UPLOAD_LIMIT_BYTES:
        limit = settings.UPLOAD_LIMIT_BYTES // 2**20
        return _page(request, status=422, upload_error=_("A workbook has at most %(limit)d MB.") % {"limit": limit})
    data = sent.read()
    try:
        wishes = _wishes(request)
        found = plan(request.event, request.viewer, open_file(data, request.event, request.viewer, wishes, name))
        found.faults.refuse()
    except WorkbookRefused as refusal:
        return _page(request, status=422, refusal=_shown(refusal), file_name=name)
    waiting.keep(request.event, request.viewer, name, data, wishes)
    target = reverse("exchange:look", args=[slug])
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        # The page's own script goes there itself; following a redirect would work everything out twice.
        return HttpResponse(status=204, headers={"Location": target})
    return HttpResponseRedirect(target)


def _wishes(request: EventRequest) -> Wishes:
    """What the person chose for a plan; a workbook needs none of it."""
    return Wishes(
        project=request.POST.get("project", "").strip()[:200],
        lead=request.POST.get("lead", "").strip()[:60],
        calendar=request.POST.get("calendar", "take") == "take",
        remove=request.POST.get("remove") == "yes",
    )


def _shown(refusal: WorkbookRefused) -> dict[str, Any]:
    faults = refusal.cell_faults[:SHOWN_FAULTS]
    count = len(refusal.cell_faults)
    return {"faults": faults, "count": count, "more": count - len(faults)}


def _choice(request: EventRequest) -> Choice:
    text = request.POST.get("on_conflict") or request.GET.get("on_conflict", "stop")
    return cast(Choice, text) if text in ("keep", "take") else "stop"


def _waiting(request: EventRequest) -> WaitingWorkbook | None:
    _need(request.viewer)
    return waiting.waiting(request.event, request.viewer)


def _planned(request: EventRequest, file: WaitingWorkbook) -> tuple[Workbook, Plan]:
    """The plan as of now. Raises `WorkbookRefused` when the event has changed so that it does not fit any more."""
    book = open_file(bytes(file.data), request.event, request.viewer, Wishes.of(file.wishes), file.name)
    found = plan(request.event, request.viewer, book, on_conflict=_choice(request))
    found.faults.refuse()
    return book, found


@require_safe
@never_cache
def look(request: EventRequest, slug: str) -> HttpResponse:
    """What the waiting workbook would add, change and remove. What follows from it is asked for by the page."""
    file = _waiting(request)
    if file is None:
        return HttpResponseRedirect(reverse("exchange:workbook", args=[slug]))
    try:
        book, found = _planned(request, file)
    except WorkbookRefused as refusal:
        return _page(request, status=422, refusal=_shown(refusal), file_name=file.name)
    context = _look_context(request, file, book, found)
    if request.GET.get("follow"):
        context |= _follow(request, file, book, found)
    return render(request, "exchange/look.html", context)


@require_safe
@never_cache
def consequences(request: EventRequest, slug: str) -> HttpResponse:
    """What would follow, and the button to confirm: a part of the page, asked for once the page is there."""
    file = _waiting(request)
    if file is None:
        return HttpResponseRedirect(reverse("exchange:workbook", args=[slug]))
    try:
        book, found = _planned(request, file)
        context = _look_context(request, file, book, found) | _follow(request, file, book, found)
    except WorkbookRefused as refusal:
        return render(request, "exchange/faults.html", {"refusal": _shown(refusal)}, status=422)
    return render(request, "exchange/follow.html", context)


def _look_context(request: EventRequest, file: WaitingWorkbook, book: Workbook, found: Plan) -> dict[str, Any]:
    return {
        "title": _("Import a plan") if isinstance(book, PlanBook) else _("Import a workbook"),
        "section": "workbook",
        "file": file,
        "book": book,
        "plan": found,
        "choice": found.on_conflict,
        "rows": book.row_count,
        "lists": _lists(found),
        "shown": SHOWN,
        "page_classification": found.highest_level,
        "losses": gathered(book.lost) if isinstance(book, PlanBook) else (),
        "outside": book.outside if isinstance(book, PlanBook) else None,
    }


def _lists(found: Plan) -> list[dict[str, Any]]:
    """The plan by sheet, each list cut to what a page can show."""
    return [
        {
            "count": count,
            "added": [one for one in found.added if one.sheet is count.sheet][:SHOWN],
            "changed": [one for one in found.changed if one.sheet is count.sheet][:SHOWN],
            "removed": [one for one in found.removed if one.sheet is count.sheet][:SHOWN],
        }
        for count in found.counts
    ]


def _follow(request: EventRequest, file: WaitingWorkbook, book: Workbook, found: Plan) -> dict[str, Any]:
    if not found.ready or found.empty:
        return {"followed": True, "consequences": None}
    act = _action(file, book, found)
    return {"followed": True, "consequences": preview([act], viewer=request.viewer, event=request.event)}


def _action(file: WaitingWorkbook, book: Workbook, found: Plan, expected: str = "") -> ImportWorkbook:
    return import_of(book, bytes(file.data), file_name=file.name, on_conflict=found.on_conflict, expected=expected)


@require_POST
def confirm(request: EventRequest, slug: str) -> HttpResponse:
    """Import the waiting workbook, if it still does what the person has looked at."""
    file = _waiting(request)
    if file is None:
        return _page(request, status=422, upload_error=_("The workbook must be chosen again."))
    expected = request.POST.get("expected", "")
    try:
        book, found = _planned(request, file)
        refuse_unready(found)
        if not expected or expected != found.digest:
            return _changed_meanwhile(request)
        applied = submit([_action(file, book, found, expected)], viewer=request.viewer, event=request.event)
    except WorkbookRefused as refusal:
        return _page(request, status=422, refusal=_shown(refusal), file_name=file.name)
    except Invalid:
        return _changed_meanwhile(request)
    waiting.forget(request.event, request.viewer)
    undo = reverse("core:undo", args=[slug, applied.batch])
    said = _("The plan is imported.") if isinstance(book, PlanBook) else _("The workbook is imported.")
    messages.success(request, format_html('{} <a class="undo" href="{}">{}</a>', said, undo, _("Undo")))
    return HttpResponseRedirect(reverse("exchange:workbook", args=[slug]))


def _changed_meanwhile(request: EventRequest) -> HttpResponse:
    """Somebody changed the event between the look and the confirmation: the person looks again."""
    messages.warning(
        request, _("The event changed since you looked: nothing was imported. This is what the import does now.")
    )
    address = reverse("exchange:look", args=[request.event.slug])
    choice = _choice(request)
    return HttpResponseRedirect(address if choice == "stop" else f"{address}?on_conflict={choice}")


@require_POST
def drop(request: EventRequest, slug: str) -> HttpResponse:
    """Forget the waiting workbook."""
    _need(request.viewer)
    waiting.forget(request.event, request.viewer)
    return HttpResponseRedirect(reverse("exchange:workbook", args=[slug]))
