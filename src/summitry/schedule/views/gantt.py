"""The Gantt page, and the form behind dragging a bar: the same consequences, confirm and undo as any other form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from summitry.core.action import Action
from summitry.core.http.forms import ActionForm, DateField
from summitry.core.http.request import EventRequest
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN
from summitry.schedule.actions import MoveTask, ReportRemaining, StretchTask
from summitry.schedule.models import Baseline, BaselineTask
from summitry.schedule.planning.risk import for_page, simulation
from summitry.schedule.queries import plan_of
from summitry.schedule.views.base import TaskActionView
from summitry.schedule.views.filters import TaskFilter
from summitry.schedule.views.gantt_chart import HEAD, NAMES, ZOOMS, Chart, Sure, draw, names
from summitry.schedule.views.rows import Row, Rows
from summitry.schedule.views.table import sentence

ROWS_A_SHEET = 30


@dataclass(frozen=True)
class Sheet:
    """One printed sheet: its rows beside their part of the chart."""

    rows: Sequence[Row]
    chart: Chart

    @property
    def names(self) -> str:
        return names(self.rows)

    @property
    def width(self) -> int:
        return self.chart.width + NAMES

    @property
    def height(self) -> int:
        return self.chart.height + HEAD


@require_GET
def gantt(request: EventRequest, slug: str) -> HttpResponse:
    """The chart. The address says filter, zoom, baseline, and whether links and the whiskers of risk are drawn.

    `?print=1` lays it on sheets.
    """
    rows = Rows(request.event, request.viewer)
    chosen = TaskFilter.of(request.GET)
    shown = [item.row for item in chosen.apply(rows)]
    zoom = request.GET.get("zoom", "week")
    zoom = zoom if zoom in ZOOMS else "week"
    baselines = list(Baseline.objects.visible_to(request.viewer))
    baseline = next((b for b in baselines if b.code == request.GET.get("baseline")), None)
    ghosts = _ghosts(request, baseline)
    links, risk = (request.GET.get(name, "1") != "0" for name in ("links", "risk"))
    sure = _sure(rows, shown) if risk else {}
    for_paper = request.GET.get("print") == "1"
    editable = request.viewer.may(PLAN) and not for_paper
    context: dict[str, Any] = {
        "title": _("Gantt chart"),
        "section": "schedule",
        "tab": "gantt",
        "rows": rows,
        "shown": shown,
        "zoom": zoom,
        "zooms": [("day", _("Days")), ("week", _("Weeks")), ("month", _("Months"))],
        "links": links,
        "risk": risk,
        "whiskers": any(
            row.finish is not None and sure[row.task.pk].day > row.finish for row in shown if row.task.pk in sure
        ),
        "baselines": baselines,
        "baseline": baseline,
        "sentence": sentence(rows),
        "critical": _critical_words(rows),
        "filter": chosen,
        "chips": list(chosen.chips(rows)),
        "query": chosen.query(),
        "editable": editable,
        "loops": bool(rows.plan.loops),
        "page_classification": max((row.task.classification for row in shown), default=None),
    }
    if for_paper:
        context["sheets"] = [
            Sheet(part, draw(rows, part, ghosts, zoom, links=links, editable=False, sure=sure))
            for part in (shown[at : at + ROWS_A_SHEET] for at in range(0, len(shown), ROWS_A_SHEET))
        ]
        return render(request, "schedule/gantt_print.html", context)
    context["chart"] = draw(rows, shown, ghosts, zoom, links=links, editable=editable, sure=sure)
    return render(request, "schedule/gantt.html", context)


def _ghosts(request: EventRequest, baseline: Baseline | None) -> dict[int, BaselineTask]:
    if baseline is None:
        return {}
    rows = BaselineTask.objects.filter(baseline=baseline).visible_to(request.viewer)
    return {row.task_id: row for row in rows}


def _sure(rows: Rows, shown: Sequence[Row]) -> dict[int, Sure]:
    """P80 and chance of the open rows that are drawn, by task id."""
    risk = rows.outlook.reading.use(simulation)
    if risk.model is None:
        return {}
    answer = risk.answer(for_page(risk.size, risk.wanted))
    found = {}
    for row in shown:
        day = None if row.group else answer.p80(row.task.pk)
        if day is not None:
            found[row.task.pk] = Sure(day, answer.chance(row.task.pk))
    return found


def _critical_words(rows: Rows) -> str:
    """The critical path in codes; a task that the viewer may not see is a gap."""
    codes = [rows.by_id[pk].task.code if pk in rows.by_id else "…" for pk in rows.plan.critical_path]
    return " → ".join(codes)


class RescheduleForm(ActionForm):
    """A bar's new first day (when it was moved) or new last day (when it was stretched)."""

    not_before = DateField(label=gettext_lazy("Start no earlier than"), required=False)
    finish = DateField(label=gettext_lazy("Finish on"), required=False)


class Reschedule(TaskActionView):
    """Move or stretch a task as on the chart."""

    form_class = RescheduleForm
    verb = gettext_lazy("New days for {what}")
    lead_text = gettext_lazy(
        "Fill one of the two: a first day moves the task, a last day changes how long it takes. "
        "What it waits for still holds."
    )

    def initial(self) -> dict[str, Any]:
        return {"not_before": None, "finish": None}

    def actions(self, form: ActionForm) -> list[Action]:
        start, finish = form.cleaned_data["not_before"], form.cleaned_data["finish"]
        of_task: dict[str, Any] = {"code": self.task.code, "seen": form.cleaned_data["seen"]}
        if start is not None and finish is not None:
            raise Invalid.of("finish", _("Give a first day or a last day, not both."))
        if start is not None:
            return [MoveTask(**of_task, not_before=start)]
        if finish is None:
            return []
        if self.task.started_on is not None and self.task.remaining is not None:
            solved = plan_of(self.request.event)
            left = solved.calendar(self.task.lead_id).count(solved.data.today, finish)
            return [ReportRemaining(**of_task, remaining=max(0, left))]
        return [StretchTask(**of_task, finish=finish)]
