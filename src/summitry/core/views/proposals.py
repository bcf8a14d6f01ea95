"""Proposals: listed, looked at, accepted whole or in part, rejected, computed again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from summitry.core.action import Action, Applied
from summitry.core.actions import AcceptProposal, RejectProposal, WithdrawProposal
from summitry.core.forms.proposals import AcceptForm, RejectForm, WithdrawForm
from summitry.core.http.forms import ActionForm
from summitry.core.http.request import EventRequest
from summitry.core.http.views import ActionView
from summitry.core.jobs.registry import JOBS
from summitry.core.jobs.table import request as request_job
from summitry.core.jobs.table import visible_jobs
from summitry.core.models import Job, Proposal, ProposalAction
from summitry.core.proposals.accepting import action_of, chosen_rows, first_choice, lending
from summitry.core.proposals.inputs import News, news_of, why_outdated
from summitry.core.proposals.registry import PROPOSAL_KINDS
from summitry.core.queries import proposals as queries
from summitry.core.refusals import Invalid, NotFound, Refused, StaleEdit
from summitry.core.rights import DECIDE, PLAN
from summitry.core.viewer import Viewer
from summitry.core.views.base import find, page_of

PAGE = 50
SECTION = "proposals"


@require_safe
def proposals(request: EventRequest, slug: str) -> HttpResponse:
    """All proposals that the viewer may see, by what the address says."""
    wanted = request.GET.getlist("state")
    found = queries.listed(request.viewer, wanted)
    page = page_of(request, found.items, PAGE)
    context = {
        "title": _("Proposals"),
        "section": SECTION,
        "page": page,
        "found": found,
        "wanted": wanted,
        "under_way": visible_jobs(request.viewer).exclude(state__in=Job.ENDED).count(),
        "page_classification": max((one.proposal.classification for one in page.object_list), default=None),
    }
    return render(request, "core/proposals.html", context)


@require_safe
def proposal(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """One proposal: what it would change, what it was computed from, what became of it."""
    row = find(request, Proposal, "made_by", "decided_by", code=code)
    news = news_of([row], request.event).get(row.pk, News())
    actions = queries.shown_actions(row, request.viewer)
    may_decide = request.viewer.may(DECIDE) and row.undecided
    context = {
        "title": row.title,
        "section": SECTION,
        "proposal": row,
        "kind": queries.kind_title(row),
        "quality": queries.quality(row),
        "page_classification": row.classification,
        "actions": actions,
        "chosen": {one.order for one in first_choice([one.row for one in actions.items])},
        "metrics": queries.shown_metrics(row),
        "findings": queries.shown_findings(row),
        "why": why_outdated(row, news, request.viewer) if news.outdated else None,
        "acceptances": queries.acceptances(row, request.event),
        "may_decide": may_decide,
        "may_plan": request.viewer.may(PLAN) and row.state == Proposal.State.OPEN,
        "may_recompute": _recomputed_by(row, request.viewer) is not None,
        "accept_url": reverse("core:accept_proposal", args=[request.event.slug, row.code]),
    }
    return render(request, "core/proposal.html", context)


def _recomputed_by(row: Proposal, viewer: Viewer) -> str | None:
    """The kind of job that computes the proposal again, if the viewer may ask for it."""
    kind = PROPOSAL_KINDS.get(row.kind)
    job = JOBS.get(kind.job) if kind is not None else None
    open_ = row.state == Proposal.State.OPEN
    return job.name if job is not None and open_ and viewer.may(job.right) else None


def recompute(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """Ask for the same computation again, from the event as it is now. The new proposal takes the old one's place."""
    row = find(request, Proposal, code=code)
    if request.method != "POST":  # asked after the record, so that a hidden one looks as if it were not there
        return HttpResponseNotAllowed(["POST"])
    job = _recomputed_by(row, request.viewer)
    if job is None:
        raise NotFound(what=_("way to compute this proposal again"), key=code)
    parameters = {**row.parameters, "replaces": row.code}
    asked = request_job(job, parameters, viewer=request.viewer, event=request.event)
    return HttpResponseRedirect(asked.get_absolute_url())


class _ProposalView(ActionView):
    section = SECTION

    @cached_property
    def proposal(self) -> Proposal:
        return find(self.request, Proposal, code=self.kwargs["code"])

    def record(self) -> Proposal:
        return self.proposal

    def heading(self) -> str:
        return f"{self.title}: {self.proposal.code}"

    def context(self) -> dict[str, Any]:
        return {"proposal": self.proposal, "page_classification": self.proposal.classification}


class AcceptView(_ProposalView):
    """Choose actions, see what they would do to the event as it is now, carry them out."""

    form_class = AcceptForm
    right = DECIDE
    title = gettext_lazy("Accept")
    confirm_label = gettext_lazy("Accept")
    template_name = panel_template_name = "core/accept_proposal.html"
    _chosen: Sequence[ProposalAction] = ()

    @cached_property
    def shown(self) -> queries.ShownActions:
        return queries.shown_actions(self.proposal, self.request.viewer)

    def form(self, data: Any = None, files: Any = None) -> ActionForm:
        form = super().form(data, files)
        rows = form.fields["rows"]
        # Numbers alone: a choice's label is written by the template, in full.
        rows.choices = [(one.order, str(one.order)) for one in self.shown.items]  # type: ignore[attr-defined]
        return form

    def initial(self) -> dict[str, Any]:
        return {"rows": [row.order for row in first_choice([one.row for one in self.shown.items])]}

    def acting(self) -> Viewer:
        return lending(self.request.viewer, [action_of(one.row) for one in self.shown.items])

    def actions(self, form: ActionForm) -> Sequence[Action]:
        rows = chosen_rows(self.proposal, form.cleaned_data["rows"], self.request.viewer)
        done = AcceptProposal(
            code=self.proposal.code, rows=[row.order for row in rows], seen=form.cleaned_data.get("seen")
        )
        self._chosen = rows
        return [*(action_of(row) for row in rows), done]

    def refused(self, refusal: Refused) -> Refused:
        """One of the actions cannot be carried out any more: it is named, and nothing is done."""
        position = refusal.position
        if isinstance(refusal, StaleEdit) and refusal.record == self.proposal:
            return refusal
        if position is None or position >= len(self._chosen):
            return refusal
        row = self._chosen[position]
        title = next(one.title for one in self.shown.items if one.row.pk == row.pk)
        message = _("Action {number}, “{title}”, cannot be carried out now: {why} Nothing was done.").format(
            number=row.order, title=title, why=refusal
        )
        return Invalid.of("", message)

    def context(self) -> dict[str, Any]:
        news = news_of([self.proposal], self.request.event).get(self.proposal.pk, News())
        return {**super().context(), "actions": self.shown, "outdated": news.outdated}

    def page(self, form: ActionForm, **more: Any) -> HttpResponse:
        values = form["rows"].value() or []
        return super().page(form, chosen={int(value) for value in values if str(value).isdigit()}, **more)

    def done_message(self, applied: Applied) -> str:
        return _("Accepted and carried out.")


class RejectView(_ProposalView):
    """Decide against a proposal."""

    form_class = RejectForm
    right = DECIDE
    title = gettext_lazy("Reject")
    lead_text = gettext_lazy("Nothing of it is carried out. It stays in the list of what was decided.")
    confirm_label = gettext_lazy("Reject")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [RejectProposal(code=self.proposal.code, **form.values(), seen=form.cleaned_data["seen"])]

    def done_message(self, applied: Applied) -> str:
        return _("Rejected.")


class WithdrawView(_ProposalView):
    """Take a proposal back."""

    form_class = WithdrawForm
    right = PLAN
    title = gettext_lazy("Withdraw")
    lead_text = gettext_lazy("Nothing of it is carried out. It stays in the list of what was decided.")
    confirm_label = gettext_lazy("Withdraw")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [WithdrawProposal(code=self.proposal.code, **form.values(), seen=form.cleaned_data["seen"])]

    def done_message(self, applied: Applied) -> str:
        return _("Withdrawn.")
