"""The task table: filtered and sorted by its address, on screen, on paper and as CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from summitry.core.http.request import EventRequest
from summitry.core.models import SavedView
from summitry.core.rights import PLAN
from summitry.schedule.planning import State
from summitry.schedule.views.csvfile import csv_response
from summitry.schedule.views.filters import NONE, Shown, TaskFilter
from summitry.schedule.views.row_html import RowPainter
from summitry.schedule.views.rows import Row, Rows, natural

PAGE = "schedule.tasks"
ROWS_A_PAGE = 250


@dataclass(frozen=True)
class Choice:
    """One option of a filter: the value in the address, what people read, how many rows it would show."""

    value: str
    label: str
    count: int
    chosen: bool


@require_GET
def tasks(request: EventRequest, slug: str) -> HttpResponse:
    """The table page. `?print=1` shows all rows without the controls, for paper."""
    rows = Rows(request.event, request.viewer)
    chosen = TaskFilter.of(request.GET)
    shown = chosen.apply(rows)
    for_paper = request.GET.get("print") == "1"
    page = Paginator(shown, max(1, len(shown)) if for_paper else ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Master schedule"),
        "section": "schedule",
        "tab": "tasks",
        "rows": rows,
        "filter": chosen,
        "page": page,
        "matching": sum(not item.context for item in shown),
        "chips": list(chosen.chips(rows)),
        "lists": _lists(rows, chosen),
        "states": _states(rows),
        "switches": _switches(rows),
        "sentence": sentence(rows),
        "loops": _loops(rows),
        "saved_views": SavedView.objects.filter(page=PAGE).visible_to(request.viewer),
        "may_plan": request.viewer.may(PLAN),
        "tree": not chosen.sort,
        "query": chosen.query(),
        "rows_html": RowPainter(
            request.event, ticks=request.viewer.may(PLAN) and not for_paper, tree=not chosen.sort
        ).rows(page),
        "page_classification": max((item.row.task.classification for item in page), default=None),
        "for_paper": for_paper,
    }
    return render(request, "schedule/tasks_print.html" if for_paper else "schedule/tasks.html", context)


def sentence(rows: Rows) -> str:
    """The state of the schedule in words, counted over what this viewer may see."""
    total = len(rows.leaves)
    if not total:
        return ""
    counts = rows.counts()
    parts = [
        _("%(n)d %(state)s") % {"n": counts[state], "state": state.label}
        for state in (State.LATE, State.AT_RISK, State.NOT_KNOWN, State.ON_COURSE, State.DONE)
        if counts[state]
    ]
    text = ngettext("%(total)d task: %(parts)s.", "%(total)d tasks: %(parts)s.", total)
    return text % {"total": total, "parts": ", ".join(parts)}


def _states(rows: Rows) -> list[tuple[State, int]]:
    """All five states, worst first, with the number of tasks in each."""
    counts = rows.counts()
    return [(state, counts[state]) for state in sorted(State, key=lambda state: -state.weight)]


def _switches(rows: Rows) -> dict[str, int]:
    """How many rows each switch would show."""
    return {
        "mine": sum(row.ours for row in rows),
        "milestone": sum(row.task.milestone for row in rows),
        "findings": sum(bool(row.findings) for row in rows),
    }


def _lists(rows: Rows, chosen: TaskFilter) -> list[dict[str, Any]]:
    """The filters that are chosen from a list; only values that some row has."""
    leads: Counter[str] = Counter()
    agencies: Counter[str] = Counter()
    for row in rows:
        leads[row.lead.code if row.lead else NONE] += 1
        parts = {part.agency.code for part in row.coordinations}
        for code in parts | {row.lead.code} if row.lead else parts:
            agencies[code] += 1
    names = {agency.code: str(agency) for agency in rows.agencies.values()}
    aims = Counter(row.objective.code if row.objective else NONE for row in rows)
    aim_names = {objective.code: str(objective) for objective in rows.objectives.values()}
    owners = Counter(row.owner.code if row.owner else NONE for row in rows)
    body_names = {body.code: body.name for body in rows.bodies.values()}
    groups = Counter(code for row in rows for code in row.ancestors)
    titles = {row.task.code: str(row.task) for row in rows if row.group}
    return [
        _list("lead", _("Lead agency"), leads, names, chosen.lead),
        _list("agency", _("Lead or coordinating agency"), agencies, names, chosen.agency),
        _list("objective", _("Objective"), aims, aim_names, chosen.objective),
        _list("owner", _("Owner body"), owners, body_names, chosen.owner),
        _list("part_of", _("Part of"), groups, titles, chosen.part_of),
    ]


def _list(name: str, label: str, counts: Counter[str], names: dict[str, str], chosen: str) -> dict[str, Any]:
    values = sorted(counts.keys() | ({chosen} if chosen else set()), key=lambda code: (code != NONE, natural(code)))
    choices = [
        Choice(code, _("— none —") if code == NONE else names.get(code, code), counts[code], code == chosen)
        for code in values
    ]
    return {"name": name, "label": label, "choices": choices}


def _loops(rows: Rows) -> list[str]:
    """The loops that leave the schedule without dates, in codes; a task that the viewer may not see is a gap."""
    hidden = "…"
    return [
        " → ".join(rows.data.tasks[pk].code if pk in rows.visible else hidden for pk in (*loop, loop[0]))
        for loop in rows.plan.loops
    ]


@require_GET
def tasks_csv(request: EventRequest, slug: str) -> HttpResponse:
    """What the filter shows, as CSV: only rows and names that the viewer may see."""
    rows = Rows(request.event, request.viewer)
    shown = TaskFilter.of(request.GET).apply(rows)
    return csv_response(f"{request.event.slug}-schedule.csv", _heads(), (_line(item.row) for item in _only(shown)))


def _only(shown: Iterable[Shown]) -> Iterable[Shown]:
    return (item for item in shown if not item.context)


def _heads() -> list[str]:
    return [
        _("Code"),
        _("Title"),
        _("Part of"),
        _("Milestone"),
        _("Objective"),
        _("Lead"),
        _("Coordinating"),
        _("State"),
        _("Reason"),
        _("Start"),
        _("Finish"),
        _("Deadline"),
        _("Float, working days"),
        _("Duration, working days"),
        _("Planned start"),
        _("Desks"),
        _("Deliverables in"),
        _("Deliverables owed"),
        _("Owner body"),
        _("Open findings"),
    ]


def _line(row: Row) -> list[object]:
    task, plan = row.task, row.plan
    return [
        task.code,
        task.title,
        row.ancestors[-1] if row.ancestors else "",
        _("yes") if task.milestone else _("no"),
        row.objective.code if row.objective else "",
        row.lead.code if row.lead else "",
        " ".join(part.agency.code for part in row.coordinations),
        str(row.state.label),
        str(plan.state_reason),
        row.start,
        row.finish,
        plan.deadline,
        row.total_float,
        plan.duration,
        task.planned_start,
        task.desks,
        row.delivered,
        row.owed,
        row.owner.name if row.owner else "",
        len(row.findings),
    ]
