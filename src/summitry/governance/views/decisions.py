"""Decisions and their clauses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from summitry.core import clock
from summitry.core.action import Action, Applied
from summitry.core.actions import AddDocument
from summitry.core.http.forms import ActionForm
from summitry.core.http.request import EventRequest
from summitry.core.records import Record
from summitry.core.refusals import NotPermitted
from summitry.core.rights import DECIDE, PLAN, PLAN_SECURITY
from summitry.governance.actions import (
    ChangeClause,
    ChangeDecision,
    CreateClause,
    CreateDecision,
    RemoveClause,
    RemoveDecision,
)
from summitry.governance.actions.decisions import PLANS
from summitry.governance.forms.records import ClauseForm, DecisionForm
from summitry.governance.models import Clause, Decision
from summitry.governance.queries import DecisionRow, chain, clause_rows, decision_rows, standing
from summitry.governance.views.base import (
    SECTION,
    ChangeView,
    MandateView,
    RemoveView,
    day_asked,
    find,
    findings_about,
    in_order,
    kept_query,
)

STANDINGS = {
    "in_force": gettext_lazy("in force"),
    "later": gettext_lazy("not yet in force"),
    "replaced": gettext_lazy("replaced"),
    "ended": gettext_lazy("ended"),
}


def may_edit(request: EventRequest, decision: Decision) -> bool:
    """A security planner edits plans and schemes, a planner everything."""
    viewer = request.viewer
    return viewer.may(PLAN) or (viewer.may(PLAN_SECURITY) and decision.kind in PLANS)


@require_safe
def decision_list(request: EventRequest, slug: str) -> HttpResponse:
    """All visible decisions with how they stand on a day; filters and order live in the address."""
    day = day_asked(request)
    every = decision_rows(request.viewer, day)
    rows = _filtered(every, request)
    keys = {
        "code": lambda row: row.decision.code,
        "number": lambda row: row.decision.number,
        "title": lambda row: row.decision.title.casefold(),
        "kind": lambda row: str(row.decision.get_kind_display()),
        "from": lambda row: row.decision.effective_from,
        "signer": lambda row: row.decision.signer_office.casefold(),
    }
    rows = in_order(rows, request, keys, "-from")
    standings = [(name, title, sum(row.standing == name for row in every)) for name, title in STANDINGS.items()]
    kinds = [(kind.value, kind.label, sum(row.decision.kind == kind for row in every)) for kind in Decision.Kind]
    context = {
        "title": _("Decisions"),
        "section": SECTION,
        "day": day,
        "rows": rows,
        "total": len(every),
        "in_force": sum(row.in_force for row in every),
        "standings": [item for item in standings if item[2]],
        "kinds": [item for item in kinds if item[2]],
        "words": request.GET.get("q", ""),
        "kept": kept_query(request, "q", "day"),
        "may_add": request.viewer.may(PLAN_SECURITY),
        "page_classification": max((row.decision.classification for row in rows), default=None),
    }
    return render(request, "governance/decisions.html", context)


def _filtered(rows: list[DecisionRow], request: EventRequest) -> list[DecisionRow]:
    wanted, kinds = set(request.GET.getlist("standing")), set(request.GET.getlist("kind"))
    words = request.GET.get("q", "").casefold().split()
    return [
        row
        for row in rows
        if (not wanted or row.standing in wanted)
        and (not kinds or row.decision.kind in kinds)
        and all(word in _text(row.decision) for word in words)
    ]


def _text(decision: Decision) -> str:
    return f"{decision.code} {decision.number} {decision.title} {decision.signer_office}".casefold()


@require_safe
def decision_page(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """One decision: facts, what each clause created, its chain of amendments, findings."""
    decision = find(request.viewer, Decision, "document", "amends", "replaces", code=code)
    today = clock.today(request.event)
    links = chain(request.viewer, decision, today)
    among = [link.decision for link in links]
    clauses = clause_rows(request.viewer, decision)
    later = [link for link in links if link.replaces == decision or link.amends == decision]
    context = {
        "title": decision.title,
        "section": SECTION,
        "decision": decision,
        "page_classification": decision.classification,
        "standing": standing(decision, among, today),
        "standing_name": STANDINGS[standing(decision, among, today)],
        "replaced_by": [link.decision for link in later if link.replaces == decision],
        "amended_by": [link.decision for link in later if link.amends == decision],
        "links": [(link, STANDINGS[link.standing]) for link in links] if len(links) > 1 else [],
        "clauses": clauses,
        "may_decide": request.viewer.may(DECIDE),
        "findings": findings_about(request, decision, *(row.clause for row in clauses)),
        "may_edit": may_edit(request, decision),
        "may_remove": request.viewer.may(PLAN),
    }
    return render(request, "governance/decision.html", context)


def _file(form: ActionForm, code: str) -> AddDocument | None:
    """The action that files an uploaded text under the decision's code; its classification is the decision's."""
    upload = form.cleaned_data.get("upload")
    if upload is None:
        return None
    values = form.cleaned_data
    return AddDocument(
        code=f"{code[:46]}-{upload.sha256[:8]}",
        title=values["title"][:200],
        file_name=upload.name,
        media_type=upload.media_type,
        data=upload.encoded,
        classification=values["classification"],
    )


class CreateDecisionView(MandateView):
    title = gettext_lazy("Add a decision")
    lead_text = gettext_lazy("What creates bodies, sets days and demands plans. Add its clauses afterwards.")
    form_class = DecisionForm
    template_name = panel_template_name = "governance/decision_form.html"
    right = PLAN_SECURITY

    def actions(self, form: ActionForm) -> Sequence[Action]:
        values = form.values("upload")
        filed = _file(form, values["code"])
        if filed is not None:
            values["document"] = filed.code
        create = CreateDecision(**values)
        return [filed, create] if filed is not None else [create]

    def back_url(self) -> str:
        return f"{self.request.event.get_absolute_url()}mandates/decisions/"


class _ByKind(MandateView):
    """A form about a decision or its clause: plans and schemes are the security planner's, too; all else is not."""

    def form(self, data: Any = None, files: Any = None) -> ActionForm:
        decision = self.found.decision if isinstance(self.found, Clause) else self.found
        assert isinstance(decision, Decision)
        if not may_edit(self.request, decision):
            raise NotPermitted(action=self.heading(), who=PLAN.who())
        return super().form(data, files)


class _OfDecision(_ByKind):
    """A form about one decision, which the address names."""

    def decision(self) -> Decision:
        return find(self.request.viewer, Decision, "amends", "replaces", "document", code=self.kwargs["code"])


class ChangeDecisionView(_OfDecision, ChangeView):
    title = gettext_lazy("Change a decision")
    form_class = DecisionForm
    template_name = panel_template_name = "governance/decision_form.html"
    right = PLAN_SECURITY
    names = DecisionForm.field_order[1:]

    def subject(self) -> Record:
        return self.decision()

    def actions(self, form: ActionForm) -> Sequence[Action]:
        changed = form.changed_values()
        changed.pop("upload", None)
        filed = _file(form, self.kwargs["code"])
        if filed is not None:
            changed["document"] = filed.code
        change = ChangeDecision(code=self.kwargs["code"], seen=form.cleaned_data["seen"], **changed)
        return [*([filed] if filed is not None else []), *([change] if changed else [])]


class RemoveDecisionView(_OfDecision, RemoveView):
    title = gettext_lazy("Remove a decision")
    lead_text = gettext_lazy("It goes with its clauses. Refused while a body, a task or a plan rests on one of them.")

    def subject(self) -> Record:
        return self.decision()

    def remove(self, seen: int | None) -> Action:
        return RemoveDecision(code=self.kwargs["code"], seen=seen)


class CreateClauseView(_OfDecision):
    title = gettext_lazy("Add a clause")
    form_class = ClauseForm
    right = PLAN_SECURITY

    def record(self) -> None:
        return None  # the clause does not exist yet; `found` is its decision

    def subject(self) -> Record:
        return self.decision()

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [CreateClause(decision=self.kwargs["code"], **form.values())]


class _OfClause(_ByKind):
    """A form about one clause, which the address names by decision and number."""

    def clause(self) -> Clause:
        lookup = {"decision__code": self.kwargs["code"], "number": self.kwargs["number"]}
        return find(self.request.viewer, Clause, "decision__event", **lookup)

    def success_url(self, applied: Applied) -> str:
        return self.decision_url()

    def decision_url(self) -> str:
        assert isinstance(self.found, Clause)
        return self.found.decision.get_absolute_url()


class ChangeClauseView(_OfClause, ChangeView):
    title = gettext_lazy("Change a clause")
    form_class = ClauseForm
    right = PLAN_SECURITY
    names = ("number", "text", "sets_date")

    def subject(self) -> Record:
        return self.clause()

    def change(self, seen: int | None, changed: dict[str, Any]) -> Action:
        if "number" in changed:
            changed["new_number"] = changed.pop("number")
        return ChangeClause(decision=self.kwargs["code"], number=self.kwargs["number"], seen=seen, **changed)


class RemoveClauseView(_OfClause, RemoveView):
    title = gettext_lazy("Remove a clause")

    def subject(self) -> Record:
        return self.clause()

    def remove(self, seen: int | None) -> Action:
        return RemoveClause(decision=self.kwargs["code"], number=self.kwargs["number"], seen=seen)

    def success_url(self, applied: Applied) -> str:
        return self.decision_url()
