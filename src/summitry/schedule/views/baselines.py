"""Baselines: the schedule as it was, and what has moved since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
from summitry.core.views.base import find
from summitry.schedule.actions import RemoveBaseline, RenameBaseline, TakeBaseline
from summitry.schedule.forms import BaselineForm, PlainForm, RenameBaselineForm
from summitry.schedule.models import Baseline
from summitry.schedule.queries import Shift, compare
from summitry.schedule.views.base import ScheduleActionView
from summitry.schedule.views.rows import Rows, natural

NOW = "now"


@dataclass(frozen=True)
class Line:
    """A task that has moved. `bar`: its days as a bar of the chart, 0 to 100, the longest being 100."""

    shift: Shift
    bar: int


@require_GET
def baselines(request: EventRequest, slug: str) -> HttpResponse:
    """All baselines, and the comparison of `?old=` with `?new=` (codes, or `now`)."""
    viewer = request.viewer
    rows = Rows(request.event, viewer)
    taken = list(Baseline.objects.filter(event=request.event).visible_to(viewer))
    codes = {baseline.code: baseline for baseline in taken}
    # Unless asked otherwise, what moved since the last one is what people want to know.
    old = request.GET.get("old", taken[-1].code if taken else "")
    new = request.GET.get("new", NOW)
    shifts = None
    if (old in codes or old == NOW) and (new in codes or new == NOW) and old != new:
        groups = {row.task.pk for row in rows if row.group}
        compared = compare(viewer, request.event, codes.get(old), codes.get(new))
        # A group's days follow from those of its parts.
        shifts = [shift for shift in compared if shift.task.pk not in groups]
    context = {
        "title": _now("Baselines"),
        "section": "schedule",
        "tab": "baselines",
        "baselines": list(reversed(taken)),
        "old": old,
        "new": new,
        "names": [(NOW, _now("now")), *((code, baseline.name) for code, baseline in codes.items())],
        "moved": _moved(shifts or ()),
        "compared": shifts is not None,
        "same": sum(not shift.moved for shift in shifts or ()),
        "sentence": _sentence(shifts),
        "page_classification": max((shift.task.classification for shift in shifts or ()), default=None),
        "may_decide": viewer.may(DECIDE),
    }
    return render(request, "schedule/baselines.html", context)


def _moved(shifts: Sequence[Shift]) -> list[Line]:
    """Those that moved most first, later before earlier; then those that are on one side alone."""
    moved = [shift for shift in shifts if shift.moved]
    longest = max((abs(shift.finish_days) for shift in moved if shift.finish_days), default=1)
    moved.sort(key=lambda shift: (shift.finish_days is None, -(shift.finish_days or 0), natural(shift.task.code)))
    return [Line(shift, round(100 * abs(shift.finish_days or 0) / longest)) for shift in moved]


def _sentence(shifts: Sequence[Shift] | None) -> str:
    if shifts is None:
        return ""
    later = sum((shift.finish_days or 0) > 0 for shift in shifts)
    earlier = sum((shift.finish_days or 0) < 0 for shift in shifts)
    worst = max((shift.finish_days or 0 for shift in shifts), default=0)
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
        return find(self.request, Baseline, code=self.kwargs["code"])

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
