"""Making proposals and deciding on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, field_validator

from summitry.core.action import Action, Context, action
from summitry.core.models import Proposal, ProposalAction
from summitry.core.outlook import look
from summitry.core.proposals.accepting import action_of, chosen_rows, first_choice
from summitry.core.proposals.measures import findings_by_code, measure, plain
from summitry.core.proposals.registry import proposal_kind
from summitry.core.proposals.trial import Trial, parsed, tried
from summitry.core.records import save_all
from summitry.core.refusals import Fault, Invalid, Refused
from summitry.core.rights import DECIDE, PLAN, Classification

MOST_ACTIONS = 5000


class ProposedAction(BaseModel):
    """One action of a proposal: its stable name, its arguments as JSON, and how it may be accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: str
    arguments: dict[str, Any] = {}
    label: str = ""
    group: str = ""
    alternative: str = ""

    @field_validator("label", "group", "alternative", "action")
    @classmethod
    def _no_null_sign(cls, value: str) -> str:
        if "\x00" in value:
            raise ValueError("a null character is no text")
        return value

    @classmethod
    def of(cls, action: Action, *, label: str = "", group: str = "", alternative: str = "") -> Self:
        """The row for an action. Give no `seen`: whoever accepts is shown what changed meanwhile."""
        return cls(
            action=action.action_name,
            arguments=action.arguments(),
            label=label,
            group=group,
            alternative=alternative,
        )


@action("core.make_proposal", title=_("Make a proposal"), right=PLAN)
class MakeProposal(Action):
    """Put a list of actions forward, to be accepted, whole or in part, or rejected. Nothing of it is carried out yet.

    Every action is tried out with the maker's rights and taken back: one that is refused refuses the proposal, naming
    itself. The values before and after, the event's figures and its findings are kept. kind, inputs: what it was
    computed from (core/proposals). value, bound: of the objective, with the lowest that any plan could have. replaces:
    the code of an open proposal that this one takes the place of.
    """

    title: str
    actions: list[ProposedAction]
    note: str = ""
    kind: str = ""
    inputs: dict[str, Any] = {}
    engine: str = ""
    engine_version: str = ""
    parameters: dict[str, Any] = {}
    seed: int | None = None
    work: str = ""
    value: float | None = None
    bound: float | None = None
    metrics_before: dict[str, Any] = {}
    metrics_after: dict[str, Any] = {}
    replaces: str = ""

    def run(self, ctx: Context) -> Proposal:
        if self.kind:
            proposal_kind(self.kind)
        actions = self._parsed()
        trial = self._tried(actions, ctx)
        assert trial.before is not None
        assert trial.after is not None
        proposal = ctx.new(
            Proposal,
            code=_next_code(ctx),
            title=self.title,
            note=self.note,
            kind=self.kind,
            classification=max(trial.level, Classification.INTERNAL),
            made_by=ctx.viewer.account,
            made_at=ctx.now,
            engine=self.engine,
            engine_version=self.engine_version,
            parameters=self.parameters,
            seed=self.seed,
            work=self.work,
            value=self.value,
            bound=self.bound,
            inputs=self.inputs,
            metrics_before={**measure(trial.before), **plain(self.metrics_before)},
            metrics_after={**measure(trial.after), **plain(self.metrics_after)},
            findings_before=findings_by_code(trial.before),
            findings_after=findings_by_code(trial.after),
        )
        save_all(
            [
                ProposalAction(
                    event=ctx.event,
                    proposal=proposal,
                    order=number,
                    action=row.action,
                    arguments=row.arguments,
                    label=row.label[:300],
                    group=row.group[:40],
                    alternative=row.alternative[:40],
                    changes=trial.changes[number - 1],
                )
                for number, row in enumerate(self.actions, start=1)
            ]
        )
        self._withdraw_old(ctx, proposal)
        return proposal

    def _parsed(self) -> list[Action]:
        if not self.actions:
            raise Invalid.of("actions", _now("A proposal without actions proposes nothing."))
        if len(self.actions) > MOST_ACTIONS:
            raise Invalid.of("actions", _now("A proposal has at most {most} actions.").format(most=MOST_ACTIONS))
        found: list[Action] = []
        faults: list[Fault] = []
        for number, row in enumerate(self.actions, start=1):
            try:
                found.append(parsed(row.action, row.arguments))
            except Invalid as refusal:
                faults += [
                    Fault(field=f"actions.{number}.{one.field}", message=one.message, found=one.found)
                    for one in refusal.faults
                ]
        if faults:
            raise Invalid(faults)
        return found

    def _tried(self, actions: list[Action], ctx: Context) -> Trial:
        try:
            return tried(actions, [row.alternative for row in self.actions], ctx)
        except Refused as refusal:
            number = refusal.position or 0
            named = f"{actions[number].action_title}: {refusal}"
            raise Invalid.of(f"actions.{number + 1}", named) from refusal

    def _withdraw_old(self, ctx: Context, proposal: Proposal) -> None:
        old = Proposal.objects.filter(event=ctx.event).visible_to(ctx.viewer).filter(code=self.replaces).first()
        if self.replaces and old is not None and old.state == Proposal.State.OPEN:
            _decide(ctx, old, Proposal.State.WITHDRAWN, _now("Computed again: {code}.").format(code=proposal.code))


def _next_code(ctx: Context) -> str:
    codes = Proposal.objects.filter(event=ctx.event).values_list("code", flat=True)
    # Codes are given here alone, and the chain is locked: no two actions take one number.
    return f"P-{max((int(code.partition('-')[2]) for code in codes), default=0) + 1:03}"


def _decide(ctx: Context, proposal: Proposal, state: Proposal.State, reason: str) -> Proposal:
    proposal.state, proposal.reason = state, reason
    proposal.decided_by, proposal.decided_at = ctx.viewer.account, ctx.now
    return ctx.put(proposal)


def _open_proposal(ctx: Context, code: str, seen: int | None, *states: Proposal.State) -> Proposal:
    proposal = ctx.get(Proposal, code=code, seen=seen)
    if proposal.state not in states:
        label = proposal.get_state_display()
        raise Invalid.of("code", _now("This proposal is decided already: {state}.").format(state=label), proposal.code)
    return proposal


@action("core.accept_proposal", title=_("Accept a proposal"), right=DECIDE)
class AcceptProposal(Action):
    """Say that actions of a proposal, by their numbers, are accepted: the last of the batch that carries them out.

    It is submitted right behind exactly these actions and refused without them. The event's figures, as they are then,
    are kept with the proposal.
    """

    code: str
    rows: list[int]
    seen: int | None = None

    def run(self, ctx: Context) -> Proposal:
        proposal = _open_proposal(ctx, self.code, self.seen, *Proposal.UNDECIDED)
        rows = chosen_rows(proposal, self.rows, ctx.viewer)
        _refuse_undone(rows, ctx.before)
        for row in rows:
            row.accepted_in = ctx.batch
        save_all(rows)
        left = first_choice(list(ProposalAction.objects.filter(proposal=proposal).order_by("order")))
        proposal.metrics_recorded = dict(measure(look(ctx.event)))
        return _decide(ctx, proposal, Proposal.State.PARTLY if left else Proposal.State.ACCEPTED, "")


def _refuse_undone(rows: Sequence[ProposalAction], before: Sequence[Action]) -> None:
    """What is called accepted must have been carried out in the same batch."""
    expected = [action_of(row) for row in rows]
    if list(before[-len(expected) :]) != expected:
        raise Invalid.of("rows", _now("The actions themselves were not carried out with it."))


@action("core.reject_proposal", title=_("Reject a proposal"), right=DECIDE)
class RejectProposal(Action):
    """Decide against an open proposal, with a reason."""

    code: str
    reason: str
    seen: int | None = None

    def run(self, ctx: Context) -> Proposal:
        proposal = _open_proposal(ctx, self.code, self.seen, Proposal.State.OPEN)
        if not self.reason:
            raise Invalid.of("reason", _now("Say why: the next reader has only this."))
        return _decide(ctx, proposal, Proposal.State.REJECTED, self.reason)


@action("core.withdraw_proposal", title=_("Withdraw a proposal"), right=PLAN)
class WithdrawProposal(Action):
    """Take an open proposal back: it stays in the list of what was decided."""

    code: str
    reason: str = ""
    seen: int | None = None

    def run(self, ctx: Context) -> Proposal:
        proposal = _open_proposal(ctx, self.code, self.seen, Proposal.State.OPEN)
        return _decide(ctx, proposal, Proposal.State.WITHDRAWN, self.reason)
