"""The risk page: how sure a date is, what drives it, and what mitigations would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from summitry.core.http.request import EventRequest
from summitry.core.rights import PLAN
from summitry.core.views.base import find
from summitry.schedule.models import Task
from summitry.schedule.planning.risk import Simulation, simulation
from summitry.schedule.views.csvfile import csv_response
from summitry.schedule.views.risk_picture import Picture
from summitry.schedule.views.rows import Row, Rows, natural

LINES = 60
"""Rows of the table before "show all"."""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


def _asked(request: EventRequest) -> Task | None:
    """The task of the address; None for the event. One that the viewer may not see is as one that does not exist."""
    code = request.GET.get("target", "")
    return find(request, Task, code=code) if code else None


@require_GET
def risk_page(request: EventRequest, slug: str) -> HttpResponse:
    """`?target=M1` looks at a task or milestone, else at the event being ready; `?all=1` shows the whole table."""
    target = _asked(request)
    rows = Rows(request.event, request.viewer)
    risk = rows.outlook.reading.use(simulation)
    context: dict[str, Any] = {
        "title": _("Risk"),
        "section": "schedule",
        "tab": "risk",
        "rows": rows,
        "settings": risk.known.settings,
        "target": target,
        "targets": _targets(rows, target),
        "computable": risk.model is not None,
        "may_plan": request.viewer.may(PLAN),
    }
    if risk.model is not None:
        picture = Picture(rows, risk, target)
        context |= {
            "picture": picture,
            "lines": picture.lines if request.GET.get("all") == "1" else picture.lines[:LINES],
            "more": 0 if request.GET.get("all") == "1" else max(0, len(picture.lines) - LINES),
            "fewer": picture.samples < risk.wanted,
            "page_classification": picture.classification,
        }
    return render(request, "schedule/risk_page.html", context)


def _targets(rows: Rows, target: Task | None) -> list[tuple[str, list[Choice]]]:
    """What can be looked at, in groups: milestones, then tasks with a deadline."""
    milestones = [row for row in rows.leaves if row.task.milestone and row.task.open]
    due = [row for row in rows.leaves if not row.task.milestone and row.task.open and row.plan.deadline is not None]
    if target is not None and target.pk not in {row.task.pk for row in (*milestones, *due)}:
        due += [row for row in rows if row.task.pk == target.pk]
    return [
        (name, [_choice(row, target) for row in sorted(of_kind, key=lambda row: natural(row.task.code))])
        for name, of_kind in ((_("Milestones"), milestones), (_("Tasks with a deadline"), due))
        if of_kind
    ]


def _choice(row: Row, target: Task | None) -> Choice:
    return Choice(row.task.code, str(row.task), target is not None and row.task.pk == target.pk)


@require_GET
def risk_csv(request: EventRequest, slug: str) -> HttpResponse:
    """Every open task and milestone that the viewer sees, with its dates and probabilities, for a spreadsheet."""
    rows = Rows(request.event, request.viewer)
    risk = rows.outlook.reading.use(simulation)
    heads = [
        _("Code"),
        _("Title"),
        _("Milestone"),
        _("Lead"),
        _("Expected"),
        "P10",
        "P50",
        "P80",
        "P95",
        _("Deadline"),
        _("Probability of the deadline"),
        _("Criticality index"),
    ]
    return csv_response(f"{request.event.slug}-risk.csv", heads, _csv_lines(rows, risk))


def _csv_lines(rows: Rows, risk: Simulation) -> list[list[object]]:
    if risk.model is None:
        return []
    answer = Picture(rows, risk, None).answer
    lines: list[list[object]] = []
    for row in rows.leaves:
        told = answer.task(row.task.pk)
        if told is None:
            continue
        lines.append(
            [
                row.task.code,
                row.task.title,
                _("yes") if row.task.milestone else _("no"),
                row.lead.code if row.lead else "",
                row.finish,
                told.p10,
                told.p50,
                told.p80,
                told.p95,
                told.deadline,
                None if told.chance is None else round(told.chance, 4),
                round(answer.criticality(row.task.pk), 4),
            ]
        )
    return lines
