"""The ways out of a conflict: the ordinary form of each, filled as the engine suggests, with its consequences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Applied
from summitry.core.http.forms import ActionForm
from summitry.core.models import Agency
from summitry.core.preview import preview
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN
from summitry.core.views.base import find
from summitry.schedule.actions import (
    AddCapacity,
    AddResourcePeriod,
    ChangeCapacity,
    ChangeResourcePeriod,
    ChangeTask,
    MoveTask,
)
from summitry.schedule.forms.planner import DeadlineForm, DesksForm, StartForm
from summitry.schedule.models import Capacity, Resource, ResourceCapacity, Task
from summitry.schedule.planning.capacity.board import pieces
from summitry.schedule.views.base import ScheduleActionView

Given = dict[str, Any]


class _WayOut(ScheduleActionView):
    """A relaxation. Its first values stand in the address, as the conflict's page wrote them."""

    right = PLAN
    leads_to_record = False
    asked: ClassVar[Sequence[str]] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """With `step=preview` in the address the consequences at once: nothing has to be typed."""
        if self.request.GET.get("step") != "preview":
            return super().get(request, *args, **kwargs)
        form = self.form({**{name: self._first(name) for name in self.asked}, "seen": self._seen()})
        return self.rehearsed(form) if form.is_valid() else self.page(form)

    def rehearsed(self, form: ActionForm) -> HttpResponse:
        try:
            actions = list(self.actions(form))
            seen = preview(actions, viewer=self.request.viewer, event=self.request.event) if actions else None
        except Invalid as refusal:
            form.take(refusal)
            return self.page(form)
        return self.page(form, step="preview", consequences=seen) if seen is not None else self.page(form)

    def _seen(self) -> str:
        record = self.record()
        return str(record.version) if record is not None else ""

    def _first(self, name: str) -> str:
        return str(self.request.GET.get(name, ""))

    def initial(self) -> Given:
        return {name: self._first(name) for name in self.asked if self._first(name)}

    def success_url(self, applied: Applied) -> str:
        return reverse("schedule:planner", args=[self.request.event.slug])

    def back_url(self) -> str:
        return reverse("schedule:planner", args=[self.request.event.slug])


class _OfTask(_WayOut):
    @cached_property
    def task(self) -> Task:
        return find(self.request, Task, code=self.kwargs["code"])

    def find_record(self) -> Task:
        return self.task


class RelaxDeadline(_OfTask):
    """Put a deadline off."""

    form_class = DeadlineForm
    verb = _("Another deadline for {what}")
    lead_text = _("If a decision set it, that decision must be changed as well: this only records it.")
    asked = ("deadline",)

    def initial(self) -> Given:
        return {"deadline": self.task.deadline, **super().initial()}

    def actions(self, form: ActionForm) -> list[Action]:
        deadline = form.cleaned_data["deadline"]
        if deadline == self.task.deadline:
            return []
        return [ChangeTask(code=self.task.code, seen=form.cleaned_data["seen"], deadline=deadline)]


class RelaxStart(_OfTask):
    """Move a fixed start, or a start-no-earlier."""

    form_class = StartForm
    verb = _("Another start for {what}")
    lead_text = _("A fixed task keeps its length; its dates stay fixed, on the new days.")
    asked = ("not_before",)

    def initial(self) -> Given:
        return {"not_before": self.task.fixed_start or self.task.not_before, **super().initial()}

    def actions(self, form: ActionForm) -> list[Action]:
        day = form.cleaned_data["not_before"]
        return [MoveTask(code=self.task.code, seen=form.cleaned_data["seen"], not_before=day)]


class RelaxDesks(_WayOut):
    """More desks of an agency for some days: its periods are cut where these days begin and end."""

    form_class = DesksForm
    verb = _("More desks at {what}")
    asked = ("more", "first", "last")

    @cached_property
    def agency(self) -> Agency:
        return find(self.request, Agency, code=self.kwargs["code"])

    def heading(self) -> str:
        return _now("More desks at %(agency)s") % {"agency": self.agency}

    def actions(self, form: ActionForm) -> list[Action]:
        values = form.values()
        _in_order(values)
        rows = list(Capacity.objects.filter(agency=self.agency).visible_to(self.request.viewer).order_by("from_day"))
        if not rows:
            message = _now("%(agency)s is not limited: there is nothing to add to.") % {"agency": self.agency.code}
            raise Invalid.of("more", message)
        return list(_desk_actions(self.agency.code, rows, values))


def _in_order(values: Given) -> None:
    if values["last"] is not None and values["last"] < values["first"]:
        raise Invalid.of("last", _now("It ends on or after its first day."), values["last"])


def _desk_actions(code: str, rows: Sequence[Capacity], values: Given) -> Iterator[Action]:
    """The actions that cut the periods. The first piece of a period is the period itself, changed; the rest are new."""
    for row in rows:
        cuts = pieces(row, values["first"], values["last"])
        if not any(inside for _first, _last, inside in cuts):
            continue
        for number, (first, last, inside) in enumerate(cuts):
            units = max(0, row.units + values["more"]) if inside else row.units
            why = {"reason": values["reason"]} if inside and values["reason"] else {}
            if number == 0:
                same: Given = {} if last == row.to_day else {"to_day": last}
                yield ChangeCapacity(agency=code, period=row.from_day, units=units, **same, **why)
            else:
                yield AddCapacity(
                    agency=code,
                    from_day=first,
                    to_day=last,
                    units=units,
                    reason=why.get("reason", row.reason),
                    classification=row.classification,
                )


class RelaxUnits(_WayOut):
    """More units of a resource for some days."""

    form_class = DesksForm
    asked = ("more", "first", "last")

    @cached_property
    def resource(self) -> Resource:
        return find(self.request, Resource, code=self.kwargs["code"])

    def heading(self) -> str:
        return _now("More units of %(what)s") % {"what": self.resource}

    def actions(self, form: ActionForm) -> list[Action]:
        values = form.values()
        _in_order(values)
        rows = ResourceCapacity.objects.filter(resource=self.resource).visible_to(self.request.viewer)
        return list(self._actions(list(rows.order_by("from_day")), values))

    def _actions(self, rows: Sequence[ResourceCapacity], values: Given) -> Iterator[Action]:
        """Periods that there are become larger; the days between them get periods of their own."""
        code, more, day = self.resource.code, values["more"], timedelta(days=1)
        at: date | None = values["first"]
        for row in rows:
            low, high = max(row.from_day, values["first"]), _earlier(row.to_day, values["last"])
            if high is not None and low > high:
                continue
            if at is not None and at < low:
                yield self._period(more, at, low - day)
            if (low, high) != (row.from_day, row.to_day):
                message = _now("A period of it begins or ends within these days. Change that period itself.")
                raise Invalid.of("first", message, row.from_day)
            units = max(0, row.units + more)
            yield ChangeResourcePeriod(resource=code, period=row.from_day, units=units)
            at = high + day if high is not None else None
        if at is not None and (values["last"] is None or at <= values["last"]):
            yield self._period(more, at, values["last"])

    def _period(self, more: int, first: date, last: date | None) -> Action:
        units = max(0, self.resource.units + more)
        return AddResourcePeriod(resource=self.resource.code, from_day=first, to_day=last, units=units)


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)
