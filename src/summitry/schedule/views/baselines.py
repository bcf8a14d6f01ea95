"""Baselines: the schedule as it was, and what has moved since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from summitry.core.action import Action, Applied
from summitry.core.http.forms import ActionForm, initial_of
from summitry.core.http.request import EventRequest
from summitry.core.records import Record
from summitry.core.rights import DECIDE
from summitry.core.viewer import Viewer
from summitry.schedule.actions import RemoveBaseline, RenameBaseline, TakeBaseline
from summitry.schedule.forms import BaselineForm, PlainForm, RenameBaselineForm
from summitry.schedule.models import Baseline, BaselineTask, Task
from summitry.schedule.views.base import ScheduleActionView, find
from summitry.schedule.views.rows import Rows, natural

NOW = "now"


@dataclass(frozen=True)
class Days:
    """A task's days on one side of a comparison."""

    start: date
    finish: date


@dataclass(frozen=True)
class Moved:
    """A task on both sides. `days`: calendar days by which its finish is later; None where one side has it not.

    bar: the length of the day's bar in the chart, 0 to 100, of the longest.
    """

    task: Task
    old: Days | None
    new: Days | None
    bar: int = 0

    @property
    def days(self) -> int | None:
        return (self.new.finish - self.old.finish).days if self.old and self.new else None

    @property
    def start_days(self) -> int | None:
        return (self.new.start - self.old.start).days if self.old and self.new else None


@require_GET
def baselines(request: EventRequest, slug: str) -> HttpResponse:
    """All baselines, and the comparison of `?old=` with `?new=` (codes, or `now`)."""
    viewer = request.viewer
    rows = Rows(request.event, viewer)
    taken = list(Baseline.objects.filter(event=request.event).visible_to(viewer).annotate(count=Count("rows")))
    codes = {baseline.code: baseline for baseline in taken}
    # Unless asked otherwise, what moved since the last one is what people want to know.
    old = request.GET.get("old", taken[-1].code if taken else "")
    new = request.GET.get("new", NOW)
    comparison = None
    if (old in codes or old == NOW) and (new in codes or new == NOW) and old != new:
        comparison = _compare(_side(old, codes, rows, viewer), _side(new, codes, rows, viewer), rows)
    context = {
        "title": _now("Baselines"),
        "section": "schedule",
        "tab": "baselines",
        "baselines": list(reversed(taken)),
        "old": old,
        "new": new,
        "names": [(NOW, _now("now")), *((code, baseline.name) for code, baseline in codes.items())],
        "moved": [line for line in comparison or () if line.days or line.start_days or line.days is None],
        "compared": comparison is not None,
        "same": sum(line.days == 0 and line.start_days == 0 for line in comparison or ()),
        "sentence": _sentence(comparison),
        "may_decide": viewer.may(DECIDE),
    }
    return render(request, "schedule/baselines.html", context)


def _side(code: str, codes: Mapping[str, Baseline], rows: Rows, viewer: Viewer) -> dict[int, Days]:
    """By task id, the days of one side: a baseline's, or the present forecast. Groups follow from their parts."""
    if code == NOW:
        return {
            row.task.pk: Days(row.start, row.finish)
            for row in rows.leaves
            if row.start is not None and row.finish is not None
        }
    kept = BaselineTask.objects.filter(baseline=codes[code]).visible_to(viewer)
    groups = {row.task.pk for row in rows if row.group}
    return {row.task_id: Days(row.start, row.finish) for row in kept if row.task_id not in groups}


def _compare(old: Mapping[int, Days], new: Mapping[int, Days], rows: Rows) -> list[Moved]:
    """Those that moved most first, later before earlier; then those that are on one side alone."""
    lines = [Moved(rows.data.tasks[pk], old.get(pk), new.get(pk)) for pk in old.keys() | new.keys() if pk in rows.by_id]
    longest = max((abs(line.days) for line in lines if line.days), default=1)
    lines = [Moved(line.task, line.old, line.new, round(100 * abs(line.days or 0) / longest)) for line in lines]
    return sorted(lines, key=lambda line: (line.days is None, -(line.days or 0), natural(line.task.code)))


def _sentence(lines: Sequence[Moved] | None) -> str:
    if lines is None:
        return ""
    later = sum((line.days or 0) > 0 for line in lines)
    earlier = sum((line.days or 0) < 0 for line in lines)
    worst = max((line.days or 0 for line in lines), default=0)
    text = ngettext(
        "%(later)d task finishes later, by up to %(worst)d days; %(earlier)d earlier.",
        "%(later)d tasks finish later, by up to %(worst)d days; %(earlier)d earlier.",
        later,
    )
    return text % {"later": later, "worst": worst, "earlier": earlier}


class _OnBaselines(ScheduleActionView):
    leads_to_record = False
    right = DECIDE

    def back_url(self) -> str:
        return reverse("schedule:baselines", args=[self.request.event.slug])

    def success_url(self, applied: Applied) -> str:
        return self.back_url()


class NewBaseline(_OnBaselines):
    form_class = BaselineForm
    title = _("Take a baseline")
    lead_text = _("Keeps today's forecast of every task, to compare with later.")

    def initial(self) -> dict[str, Any]:
        count = Baseline.objects.filter(event=self.request.event).count()
        return {"code": f"BL{count + 1}"}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [TakeBaseline(**form.values())]

    def done_message(self, applied: Applied) -> str:
        return _now("The baseline was taken.")


class _OfBaseline(_OnBaselines):
    def find_record(self) -> Record | None:
        return find(self.request.viewer, Baseline, code=self.kwargs["code"])

    @property
    def baseline(self) -> Baseline:
        assert isinstance(self.found, Baseline)
        return self.found


class EditBaseline(_OfBaseline):
    form_class = RenameBaselineForm
    verb = _("Rename {what}")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.baseline, ("name",))

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values, seen = form.changed_values(), form.cleaned_data["seen"]
        return [RenameBaseline(code=self.baseline.code, seen=seen, **values)] if values else []


class DropBaseline(_OfBaseline):
    form_class = PlainForm
    verb = _("Remove {what}")
    lead_text = _("Its dates go with it; the history keeps them.")
    confirm_label = _("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [RemoveBaseline(code=self.baseline.code, seen=form.cleaned_data["seen"])]
