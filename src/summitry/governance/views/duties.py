"""Plan duties: who owes which plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from summitry.core import clock
from summitry.core.action import Action
from summitry.core.http.forms import ActionForm
from summitry.core.http.request import EventRequest
from summitry.core.records import Record
from summitry.core.refusals import NotPermitted
from summitry.core.rights import DECIDE, PLAN_SECURITY, REPORT
from summitry.governance.actions import (
    ApprovePlan,
    ChangePlanDuty,
    CreateDecision,
    CreatePlanDuty,
    RemovePlanDuty,
    ReturnPlan,
    SubmitPlan,
)
from summitry.governance.forms.records import ApprovePlanForm, DutyForm, ReturnPlanForm, SubmitPlanForm
from summitry.governance.models import PlanDuty
from summitry.governance.queries import DutyRow, DutyState, coverage, duty_rows, state_of
from summitry.governance.queries.duties import reason_of
from summitry.governance.views.base import (
    SECTION,
    ChangeView,
    MandateView,
    RemoveView,
    find,
    findings_about,
    in_order,
    kept_query,
)

PAGE = 100
STAGES = {
    "owed": gettext_lazy("nothing handed in"),
    "handed_in": gettext_lazy("handed in, not approved"),
    "approved": gettext_lazy("approved"),
}


def may_submit(request: EventRequest, duty: PlanDuty) -> bool:
    """An agency hands in for itself and its units; planners for anyone."""
    viewer = request.viewer
    return viewer.may(PLAN_SECURITY) or (viewer.may(REPORT) and duty.agency_id in viewer.agency_ids)


@require_safe
def duty_list(request: EventRequest, slug: str) -> HttpResponse:
    """Who owes which plan: filters, order and page live in the address."""
    every = duty_rows(request.viewer, clock.today(request.event))
    rows = _filtered(every, request)
    keys = {
        "code": lambda row: row.duty.code,
        "title": lambda row: row.duty.title.casefold(),
        "agency": lambda row: (row.duty.agency.code, row.duty.due),
        "body": lambda row: (row.duty.body.code if row.duty.body else "", row.duty.due),
        "due": lambda row: (row.duty.due, row.duty.code),
        "handed_in": lambda row: row.duty.submitted_on.toordinal() if row.duty.submitted_on else 0,
        "approved": lambda row: row.duty.approved_on.toordinal() if row.duty.approved_on else 0,
        "state": lambda row: ORDER[row.state],
    }
    rows = in_order(rows, request, keys, "due")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    covered = coverage(every)
    context = {
        "title": _("Plan duties"),
        "section": SECTION,
        "page": page,
        "rows": page.object_list,
        "total": len(every),
        "approved": sum(row.state is DutyState.APPROVED for row in every),
        "late": sum(row.overdue for row in every),
        "units": len(covered),
        "coverage": covered,
        "states": _counted(every, DutyState, lambda row: row.state),
        "stages": [(name, title, sum(row.stage == name for row in every)) for name, title in STAGES.items()],
        "agencies": [(one.agency.code, one.agency.name, one.owed) for one in covered],
        "chosen_agencies": set(request.GET.getlist("agency")),
        "words": request.GET.get("q", ""),
        "kept": kept_query(request, "q"),
        "filtered": len(rows) != len(every),
        "may_add": request.viewer.may(PLAN_SECURITY),
        "page_classification": max((row.duty.classification for row in rows), default=None),
    }
    return render(request, "governance/duties.html", context)


ORDER = {DutyState.LATE: 0, DutyState.AT_RISK: 1, DutyState.ON_COURSE: 2, DutyState.APPROVED: 3}


def _counted(rows: list[DutyRow], states: type[DutyState], of: Any) -> list[tuple[DutyState, int]]:
    return [(state, sum(of(row) is state for row in rows)) for state in sorted(states, key=lambda one: ORDER[one])]


def _filtered(rows: list[DutyRow], request: EventRequest) -> list[DutyRow]:
    states, stages = set(request.GET.getlist("state")), set(request.GET.getlist("stage"))
    agencies = set(request.GET.getlist("agency"))
    words = request.GET.get("q", "").casefold().split()
    return [
        row
        for row in rows
        if (not states or row.state.value in states)
        and (not stages or row.stage in stages)
        and (not agencies or row.duty.agency.code in agencies)
        and all(word in _text(row.duty) for word in words)
    ]


def _text(duty: PlanDuty) -> str:
    return f"{duty.code} {duty.title} {duty.agency.code} {duty.agency.name}".casefold()


@require_safe
def duty_page(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """One plan duty: what is owed, how far it is, what may be done now."""
    related = ("agency__event", "body__event", "mandate__decision__event", "plan__event")
    duty = find(request.viewer, PlanDuty, *related, code=code)
    today = clock.today(request.event)
    plans = request.viewer.may(PLAN_SECURITY)
    context = {
        "title": duty.title,
        "section": SECTION,
        "duty": duty,
        "mandate_text": duty.mandate.text if request.viewer.sees(duty.mandate) and duty.mandate else "",
        "state": state_of(duty, today),
        "reason": reason_of(duty, today),
        "page_classification": duty.classification,
        "may_decide": request.viewer.may(DECIDE),
        "findings": findings_about(request, duty),
        "may_edit": plans,
        "may_submit": duty.approved_on is None and may_submit(request, duty),
        "may_approve": plans and duty.approved_on is None,
        "may_return": plans and (duty.submitted_on is not None or duty.approved_on is not None),
        "may_remove": plans and duty.approved_on is None,
    }
    return render(request, "governance/duty.html", context)


class CreateDutyView(MandateView):
    title = gettext_lazy("Add a plan duty")
    lead_text = gettext_lazy("A unit named in the general plan owes a plan or scheme of its own by a day.")
    form_class = DutyForm
    right = PLAN_SECURITY

    def initial(self) -> dict[str, Any]:
        return {name: self.request.GET[name] for name in ("agency", "mandate", "body") if name in self.request.GET}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [CreatePlanDuty(**form.values())]

    def back_url(self) -> str:
        return f"{self.request.event.get_absolute_url()}mandates/duties/"


class _OfDuty(MandateView):
    """A form about one plan duty, which the address names."""

    right = PLAN_SECURITY

    def subject(self) -> Record:
        return self.duty()

    def duty(self) -> PlanDuty:
        related = ("agency__event", "body__event", "mandate__decision__event", "plan__event")
        return find(self.request.viewer, PlanDuty, *related, code=self.kwargs["code"])


class ChangeDutyView(_OfDuty, ChangeView):
    title = gettext_lazy("Change a plan duty")
    form_class = DutyForm
    names = DutyForm.field_order[1:]

    def change(self, seen: int | None, changed: dict[str, Any]) -> Action:
        return ChangePlanDuty(code=self.kwargs["code"], seen=seen, **changed)


class RemoveDutyView(_OfDuty, RemoveView):
    title = gettext_lazy("Remove a plan duty")

    def remove(self, seen: int | None) -> Action:
        return RemovePlanDuty(code=self.kwargs["code"], seen=seen)

    def back_url(self) -> str:
        return self.duty().get_absolute_url()


class SubmitPlanView(_OfDuty):
    title = gettext_lazy("Hand in the plan")
    lead_text = gettext_lazy("State the day on which the draft reached the body that it answers to.")
    form_class = SubmitPlanForm
    right = REPORT

    def form(self, data: Any = None, files: Any = None) -> ActionForm:
        assert isinstance(self.found, PlanDuty)
        if not may_submit(self.request, self.found):
            raise NotPermitted(action=self.heading(), who=_("the agency that owes it, and the planners"))
        return super().form(data, files)

    def initial(self) -> dict[str, Any]:
        return {"on": clock.today(self.request.event)}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [SubmitPlan(duty=self.kwargs["code"], on=form.cleaned_data["on"], seen=form.cleaned_data["seen"])]


class ApprovePlanView(_OfDuty):
    title = gettext_lazy("Approve the plan")
    lead_text = gettext_lazy("Name the issued plan. If it is not filed yet, file it in the same step.")
    form_class = ApprovePlanForm
    template_name = panel_template_name = "governance/approve_form.html"

    def initial(self) -> dict[str, Any]:
        assert isinstance(self.found, PlanDuty)
        return {
            "on": clock.today(self.request.event),
            "kind": "plan",
            "title": self.found.title,
            "classification": self.found.classification,
        }

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values = form.values("plan", "on")
        duty, plan = self.kwargs["code"], form.cleaned_data["plan"] or values["code"]
        approve = ApprovePlan(duty=duty, plan=plan, on=form.cleaned_data["on"], seen=form.cleaned_data["seen"])
        if form.cleaned_data["plan"]:
            return [approve]
        return [CreateDecision(**values, effective_from=values["signed_on"]), approve]


class ReturnPlanView(_OfDuty):
    title = gettext_lazy("Give the plan back")
    lead_text = gettext_lazy("The duty is open again; the history keeps what was handed in and when.")
    form_class = ReturnPlanForm

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values = form.cleaned_data
        return [ReturnPlan(duty=self.kwargs["code"], reason=values["reason"], seen=values["seen"])]
