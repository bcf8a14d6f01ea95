"""A task's page, which is also the panel beside the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from summitry.core.checking import Found, seen_by
from summitry.core.http.request import EventRequest
from summitry.core.records import Record
from summitry.core.viewer import Viewer
from summitry.core.views.base import find
from summitry.schedule.models import BaselineTask, Coordination, Criterion, Evidence, Task
from summitry.schedule.planning import TaskPlan, is_overdue
from summitry.schedule.queries import follows, groups_of, waits_for
from summitry.schedule.views.limits import limits_of
from summitry.schedule.views.powers import Powers
from summitry.schedule.views.risk_task import sureness
from summitry.schedule.views.rows import Row, Rows, tasks_named
from summitry.schedule.views.why import chain_of_reasons, with_slack

REASONS_SHOWN = 4


@dataclass(frozen=True)
class Part:
    """A coordinating agency's part, and what this viewer may do with it."""

    coordination: Coordination
    overdue: bool
    ours: bool
    deliver: bool
    judge: bool


@dataclass(frozen=True)
class Since:
    """A baseline's dates of the task, and by how many calendar days its finish has moved since."""

    row: BaselineTask
    days: int | None


@require_GET
def task(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """The page of one task, milestone or group."""
    viewer = request.viewer
    asked = find(request, Task, code=code)
    rows = Rows(request.event, viewer)
    row = rows.by_id[asked.pk]
    solved = rows.plan
    earlier, hidden_earlier = waits_for(viewer, row.task)
    later, hidden_later = follows(viewer, row.task)
    reasons = chain_of_reasons(row.task, solved, viewer)
    powers = Powers.over(row.task, rows.data, viewer)
    evidence = _evidence(asked, viewer)
    findings, set_aside = _findings(row, rows, evidence, viewer)
    binding = row.plan.binding_deadline
    context: dict[str, Any] = {
        "title": str(row.task),
        "section": "schedule",
        "tab": "tasks",
        "row": row,
        "task": asked,
        "plan": row.plan,
        "sureness": sureness(row, rows),
        "groups": list(groups_of(viewer, row.task)),
        "parts_of_group": [part for part in rows if part.task.parent_id == asked.pk],
        "reasons": reasons[:REASONS_SHOWN],
        "more_reasons": reasons[REASONS_SHOWN:],
        "earlier": [with_slack(one, solved) for one in earlier],
        "later": [with_slack(one, solved) for one in later],
        "hidden_earlier": hidden_earlier,
        "hidden_later": hidden_later,
        "binding": rows.data.tasks[binding] if binding else None,
        "short_by": -row.plan.total_float if row.plan.total_float is not None else None,
        "sees_binding": binding is not None and binding in rows.visible,
        "sees_mandate": viewer.sees(asked.mandate),
        "sees_deadline_clause": viewer.sees(asked.deadline_clause),
        "parts": [_part(part, rows, powers) for part in row.coordinations],
        "evidence": evidence,
        "hidden_evidence": Evidence.objects.filter(task=asked).count() - len(evidence),
        "criteria": Criterion.objects.filter(task=asked).visible_to(viewer).select_related("objective"),
        "since": _since(asked, row.plan, viewer),
        "findings": findings,
        "set_aside": set_aside,
        "powers": powers,
        **limits_of(asked, viewer),
        "conflicts": [conflict for conflict in solved.conflicts if conflict.task_id == asked.pk],
    }
    context["page_classification"] = max(_levels(context, viewer))
    return render(request, "schedule/task.html", context)


def _part(part: Coordination, rows: Rows, powers: Powers) -> Part:
    open_part = powers.task.open and part.waived_on is None
    return Part(
        coordination=part,
        overdue=powers.task.open and is_overdue(part, rows.data.today),
        ours=part.agency_id in rows.viewer.agency_ids,
        deliver=powers.task.open and part.delivered_on is None and powers.deliver(part),
        judge=open_part and powers.lead,
    )


def _evidence(task: Task, viewer: Viewer) -> list[Evidence]:
    rows = Evidence.objects.filter(task=task).visible_to(viewer).select_related("document__event", "task")
    return list(rows.order_by("added_on", "pk"))


def _since(task: Task, plan: TaskPlan, viewer: Viewer) -> list[Since]:
    """The task in each baseline, newest first."""
    rows = BaselineTask.objects.filter(task=task).visible_to(viewer).select_related("baseline")
    return [Since(row, _moved(row.finish, plan.finish)) for row in rows.order_by("-baseline__taken_on", "-pk")]


def _moved(before: date, now: date | None) -> int | None:
    return (now - before).days if now is not None else None


def _findings(
    row: Row, rows: Rows, evidence: Iterable[Evidence], viewer: Viewer
) -> tuple[list[Found], list[tuple[Found, bool]]]:
    """Open findings about the task and what hangs on it; and those set aside, each with whether its waiver is seen."""
    own = {("schedule.evidence", one.pk) for one in evidence}
    own |= {("schedule.criterion", pk) for pk in Criterion.objects.filter(task=row.task).values_list("pk", flat=True)}

    def about(found: Found) -> bool:
        return row.task.pk in tasks_named(found, rows.data) or any(one.identity in own for one in found.refs)

    shown, _hidden = seen_by([found for found in rows.outlook.findings.items if about(found)], viewer)
    open_ones = [found for found in shown if found.waiver is None]
    return open_ones, [(found, viewer.sees(found.waiver)) for found in shown if found.waiver is not None]


def _levels(context: dict[str, Any], viewer: Viewer) -> Iterable[int]:
    """The classifications of all that is on the page."""
    task: Task = context["task"]
    yield task.classification
    for waiting in (*context["earlier"], *context["later"]):
        yield waiting.neighbour.row.task.classification
    for step in (*context["reasons"], *context["more_reasons"]):
        if step.task is not None:
            yield step.task.classification
    for one in context["evidence"]:
        yield one.document.classification
    for part in context["parts_of_group"]:
        yield part.task.classification
    for risk in context["risks"]:
        yield risk.classification
    for demand in context["demands"]:
        yield demand.resource.classification
    for clause in (task.mandate, task.deadline_clause):
        if clause is not None and viewer.sees(clause):
            yield clause.decision.classification
    binding: Record | None = context["binding"]
    if isinstance(binding, Task) and viewer.sees(binding):
        yield binding.classification
