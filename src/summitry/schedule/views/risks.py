"""Risk events: their list, the page of each, and their forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from summitry.core.action import Action, Applied
from summitry.core.checking import seen_by
from summitry.core.http.forms import ActionForm, initial_of
from summitry.core.http.request import EventRequest
from summitry.core.records import Record
from summitry.core.rights import DECIDE, PLAN
from summitry.core.views.base import find
from summitry.schedule import actions as act
from summitry.schedule.forms import DayForm, PlainForm, RiskForm, RiskSettingsForm
from summitry.schedule.models import RiskEvent, RiskHit, RiskSettings
from summitry.schedule.views.base import ScheduleActionView
from summitry.schedule.views.rows import Row, Rows


def _hits(rows: Rows, *risks: int) -> tuple[dict[int, list[Row]], dict[int, int]]:
    """By risk event, the visible tasks that it hits in the order of the table, and how many more are hidden."""
    shown: dict[int, set[int]] = {}
    hidden: dict[int, int] = {}
    found = RiskHit.objects.filter(event=rows.event)
    if risks:
        found = found.filter(risk__in=risks)
    for risk_id, task_id in found.values_list("risk_id", "task_id"):
        if task_id in rows.by_id:
            shown.setdefault(risk_id, set()).add(task_id)
        else:
            hidden[risk_id] = hidden.get(risk_id, 0) + 1
    return {pk: [row for row in rows if row.task.pk in tasks] for pk, tasks in shown.items()}, hidden


@require_GET
def risks(request: EventRequest, slug: str) -> HttpResponse:
    """All visible risk events, open ones first, the most delay to be expected at the top."""
    viewer = request.viewer
    rows = Rows(request.event, viewer)
    shown = list(RiskEvent.objects.filter(event=request.event).visible_to(viewer).select_related("owner", "event"))
    hits, hidden = _hits(rows)
    shown.sort(key=lambda risk: (not risk.open, -risk.expected_delay(), risk.code))
    lines = [(risk, hits.get(risk.pk, []), hidden.get(risk.pk, 0)) for risk in shown]
    context = {
        "title": _("Risk events"),
        "section": "schedule",
        "tab": "risks",
        "lines": lines,
        "open_count": sum(risk.open for risk in shown),
        "mitigated_count": sum(risk.open and risk.mitigated for risk in shown),
        "settings": RiskSettings.objects.filter(event=request.event).first() or RiskSettings(event=request.event),
        "may_plan": viewer.may(PLAN),
        "page_classification": max((risk.classification for risk in shown), default=None),
    }
    return render(request, "schedule/risks.html", context)


@require_GET
def risk(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """One risk event."""
    viewer = request.viewer
    shown = find(request, RiskEvent, "owner", code=code)
    rows = Rows(request.event, viewer)
    hits, hidden = _hits(rows, shown.pk)
    tasks = hits.get(shown.pk, [])
    found = seen_by(rows.outlook.findings.open, viewer)[0]
    context = {
        "title": str(shown),
        "section": "schedule",
        "tab": "risks",
        "risk": shown,
        "tasks": tasks,
        "hidden": hidden.get(shown.pk, 0),
        "without": _values(shown, mitigated=False),
        "after": _values(shown, mitigated=True) if shown.has_mitigation else None,
        "findings": [one for one in found if one.subject.identity == ("schedule.riskevent", shown.pk)],
        "may_plan": viewer.may(PLAN),
        "may_decide": viewer.may(DECIDE),
        "page_classification": max([shown.classification, *(row.task.classification for row in tasks)]),
    }
    return render(request, "schedule/risk.html", context)


def _values(shown: RiskEvent, *, mitigated: bool) -> dict[str, Any]:
    probability, (low, likely, high) = shown.chance(mitigated=mitigated)
    return {
        "probability": probability,
        "low": low,
        "likely": likely,
        "high": high,
        "expected": shown.expected_delay(mitigated=mitigated),
    }


class NewRisk(ScheduleActionView):
    form_class = RiskForm
    template_name = "schedule/task_form.html"
    panel_template_name = "schedule/task_form.html"
    title = _("New risk event")
    right = PLAN

    def initial(self) -> dict[str, Any]:
        taken = set(RiskEvent.objects.filter(event=self.request.event).values_list("code", flat=True))
        free = next(f"R{n:02}" for n in range(1, len(taken) + 2) if f"R{n:02}" not in taken)
        task = self.request.GET.get("task", "")
        return {"code": free, "tasks": [task] if task else []}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values = form.values()
        return [act.CreateRiskEvent(**{name: value for name, value in values.items() if value is not None})]

    def back_url(self) -> str:
        return reverse("schedule:risks", args=[self.request.event.slug])


class _OfRisk(ScheduleActionView):
    right = PLAN

    def find_record(self) -> Record | None:
        return find(self.request, RiskEvent, "owner", code=self.kwargs["code"])

    @property
    def shown(self) -> RiskEvent:
        assert isinstance(self.found, RiskEvent)
        return self.found

    def named(self, form: ActionForm) -> dict[str, Any]:
        return {"code": self.shown.code, "seen": form.cleaned_data["seen"]}

    def success_url(self, applied: Applied) -> str:
        return self.shown.get_absolute_url()


class EditRisk(_OfRisk):
    form_class = RiskForm
    template_name = "schedule/task_form.html"
    panel_template_name = "schedule/task_form.html"
    verb = _("Edit {what}")

    def initial(self) -> dict[str, Any]:
        names = [name for name in RiskForm.names() if name not in ("code", "tasks")]
        hits = RiskHit.objects.filter(risk=self.shown).visible_to(self.request.viewer)
        return {**initial_of(self.shown, names), "tasks": list(hits.values_list("task__code", flat=True))}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values = form.changed_values()
        return [act.ChangeRiskEvent(**self.named(form), **values)] if values else []


class DropRisk(_OfRisk):
    form_class = PlainForm
    verb = _("Remove {what}")
    lead_text = _("For one that was filed by mistake. One that is over is closed, so that it stays on record.")
    confirm_label = _("Remove")
    leads_to_record = False

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.RemoveRiskEvent(**self.named(form))]

    def success_url(self, applied: Applied) -> str:
        return reverse("schedule:risks", args=[self.request.event.slug])


class _Toggled(_OfRisk):
    """A day that is set, or taken back when it is set already."""

    field: ClassVar[str]
    back_verb: ClassVar[str | Promise]

    @property
    def is_set(self) -> bool:
        return getattr(self.shown, self.field) is not None

    def heading(self) -> str:
        return str(self.back_verb if self.is_set else self.verb).format(what=self.shown)

    def form(self, data: Any = None, files: Any = None) -> ActionForm:
        self.form_class = PlainForm if self.is_set else DayForm  # type: ignore[misc]
        return super().form(data, files)


class DecideRisk(_Toggled):
    form_class = DayForm
    right = DECIDE
    field = "mitigated_on"
    verb = _("Decide on the mitigation of {what}")
    back_verb = _("Take back the mitigation of {what}")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.DecideMitigation(**self.named(form), **form.values(), decided=not self.is_set)]


class CloseRisk(_Toggled):
    form_class = DayForm
    field = "closed_on"
    verb = _("Close {what}")
    back_verb = _("Open {what} again")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [act.CloseRiskEvent(**self.named(form), **form.values(), closed=not self.is_set)]


class EditRiskSettings(ScheduleActionView):
    """How chances are computed."""

    form_class = RiskSettingsForm
    title = _("How chances are computed")
    right = PLAN
    leads_to_record = False

    def find_record(self) -> Record | None:
        return RiskSettings.objects.filter(event=self.request.event).first()

    def heading(self) -> str:
        return str(self.title)

    def initial(self) -> dict[str, Any]:
        found = self.found if self.found is not None else RiskSettings(event=self.request.event)
        return initial_of(found, ("distribution", "correlation", "samples"))

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values = form.changed_values()
        return [act.SetRiskSettings(seen=form.cleaned_data["seen"], **values)] if values else []

    def back_url(self) -> str:
        return reverse("schedule:risks", args=[self.request.event.slug])

    def success_url(self, applied: Applied) -> str:
        return self.back_url()
