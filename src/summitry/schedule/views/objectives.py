"""Objectives: the successes aimed at, their criteria with proof, and how ready each is and why not more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from summitry.core.action import Action, Applied
from summitry.core.http.forms import ActionForm, initial_of
from summitry.core.http.request import EventRequest
from summitry.core.outlook import Readiness
from summitry.core.records import Record, Ref, model_of
from summitry.core.rights import DECIDE, PLAN
from summitry.core.viewer import Viewer
from summitry.core.views.base import find
from summitry.schedule.actions import (
    ChangeCriterion,
    ChangeObjective,
    CreateCriterion,
    CreateObjective,
    MarkCriterionMet,
    RemoveCriterion,
    RemoveObjective,
)
from summitry.schedule.forms import CriterionForm, MetForm, ObjectiveForm, PlainForm
from summitry.schedule.models import Criterion, Objective
from summitry.schedule.planning import State
from summitry.schedule.views.base import ScheduleActionView
from summitry.schedule.views.rows import Row, Rows

REASONS_SHOWN, MOST_REASONS = 5, 30


@dataclass(frozen=True)
class CriterionLine:
    """A criterion and the visible task that shows it."""

    criterion: Criterion
    row: Row | None

    @property
    def provable(self) -> bool:
        """Whether it may be said to be met, or not to be met after all: the task that shows it is closed, if any."""
        return self.criterion.met_on is not None or self.row is None or self.row.task.closed_on is not None


@dataclass(frozen=True)
class Aim:
    """One objective's card. `further`: reasons beyond those shown; `hidden`: about records that may not be seen."""

    objective: Objective
    readiness: Readiness | None
    reasons: tuple[tuple[Ref, Promise | str], ...]
    more_reasons: tuple[tuple[Ref, Promise | str], ...]
    further: int
    hidden: int
    criteria: tuple[CriterionLine, ...]
    states: tuple[tuple[State, int], ...]

    @property
    def met(self) -> int:
        return sum(line.criterion.met_on is not None for line in self.criteria)


@require_GET
def objectives(request: EventRequest, slug: str) -> HttpResponse:
    """All objectives."""
    viewer = request.viewer
    rows = Rows(request.event, viewer)
    ready = {item.subject.pk: item for item in rows.outlook.readiness}
    criteria: dict[int, list[CriterionLine]] = {}
    for criterion in Criterion.objects.filter(event=request.event).visible_to(viewer):
        line = CriterionLine(criterion, rows.by_id.get(criterion.task_id) if criterion.task_id else None)
        criteria.setdefault(criterion.objective_id, []).append(line)
    aims = [
        _aim(objective, ready.get(pk), tuple(criteria.get(pk, ())), rows, viewer)
        for pk, objective in rows.objectives.items()
    ]
    context = {
        "title": _now("Objectives"),
        "section": "schedule",
        "tab": "objectives",
        "aims": aims,
        "ready_percent": rows.outlook.ready_percent,
        "may_plan": viewer.may(PLAN),
        "may_decide": viewer.may(DECIDE),
    }
    return render(request, "schedule/objectives.html", context)


def _aim(
    objective: Objective, ready: Readiness | None, criteria: tuple[CriterionLine, ...], rows: Rows, viewer: Viewer
) -> Aim:
    reasons = ready.reasons if ready else ()
    shown = tuple((ref, text) for ref, text in reasons if viewer.sees_id(model_of(ref.label), ref.pk))
    counts = Counter(row.state for row in rows.leaves if row.objective and row.objective.pk == objective.pk)
    worst_first = sorted(State, key=lambda state: -state.weight)
    return Aim(
        objective=objective,
        readiness=ready,
        reasons=shown[:REASONS_SHOWN],
        more_reasons=shown[REASONS_SHOWN:MOST_REASONS],
        further=max(0, len(shown) - MOST_REASONS),
        hidden=len(reasons) - len(shown),
        criteria=criteria,
        states=tuple((state, counts[state]) for state in worst_first if counts[state]),
    )


class _OnObjectives(ScheduleActionView):
    """A form that leads back to the page of objectives."""

    leads_to_record = False
    right = PLAN

    def back_url(self) -> str:
        return reverse("schedule:objectives", args=[self.request.event.slug])

    def success_url(self, applied: Applied) -> str:
        return self.back_url()


class NewObjective(_OnObjectives):
    form_class = ObjectiveForm
    title = _("New objective")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [CreateObjective(**form.values())]


class _OfObjective(_OnObjectives):
    def find_record(self) -> Record | None:
        return find(self.request, Objective, code=self.kwargs["code"])

    @property
    def objective(self) -> Objective:
        assert isinstance(self.found, Objective)
        return self.found


class EditObjective(_OfObjective):
    form_class = ObjectiveForm
    verb = _("Edit {what}")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.objective, ("title", "title_national", "position"))

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values, seen = form.changed_values(), form.cleaned_data["seen"]
        return [ChangeObjective(code=self.objective.code, seen=seen, **values)] if values else []


class DropObjective(_OfObjective):
    form_class = PlainForm
    verb = _("Remove {what}")
    lead_text = _("Only an objective that no task and no criterion refers to can be removed.")
    confirm_label = _("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [RemoveObjective(code=self.objective.code, seen=form.cleaned_data["seen"])]


class NewCriterion(_OnObjectives):
    """A criterion. `?objective=CODE` says of which objective."""

    form_class = CriterionForm
    title = _("New criterion")

    def initial(self) -> dict[str, Any]:
        return {"objective": self.request.GET.get("objective", ""), "position": 100}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [CreateCriterion(**form.values())]


class _OfCriterion(_OnObjectives):
    def find_record(self) -> Record | None:
        return find(self.request, Criterion, code=self.kwargs["code"])

    @property
    def criterion(self) -> Criterion:
        assert isinstance(self.found, Criterion)
        return self.found

    def heading(self) -> str:
        return str(self.verb).format(what=self.criterion.code)


class EditCriterion(_OfCriterion):
    form_class = CriterionForm
    verb = _("Edit criterion {what}")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.criterion, ("objective", "text", "task", "position"))

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values, seen = form.changed_values(), form.cleaned_data["seen"]
        return [ChangeCriterion(code=self.criterion.code, seen=seen, **values)] if values else []


class DropCriterion(_OfCriterion):
    form_class = PlainForm
    verb = _("Remove criterion {what}")
    confirm_label = _("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [RemoveCriterion(code=self.criterion.code, seen=form.cleaned_data["seen"])]


class MeetCriterion(_OfCriterion):
    """Say that a criterion is met, or, when it is, that it is not after all."""

    right = DECIDE
    verb = _("Criterion {what}")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form_class = MetForm if self.criterion.met_on is None else PlainForm  # type: ignore[misc]
        return super().dispatch(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        if self.criterion.met_on is None:
            return {"lead_text": _now("It is met: %(text)s") % {"text": self.criterion.text}}
        return {"lead_text": _now("It is not met after all: %(text)s") % {"text": self.criterion.text}}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        seen = form.cleaned_data["seen"]
        if self.criterion.met_on is not None:
            return [MarkCriterionMet(code=self.criterion.code, seen=seen, met=False)]
        return [MarkCriterionMet(code=self.criterion.code, seen=seen, on=form.cleaned_data["on"])]
