"""Decisions and their clauses."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Document
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN, PLAN_SECURITY, Classification
from summitry.governance.actions.naming import no_loop, within_clearance
from summitry.governance.models import Clause, Decision

# What a security planner may file alone: the plans by which the duties of the general security plan are met.
PLANS = frozenset({Decision.Kind.PLAN, Decision.Kind.SCHEME})
CHANGEABLE = (
    "kind",
    "number",
    "title",
    "signed_on",
    "signer_office",
    "effective_from",
    "effective_to",
    "classification",
    "source",
    "illustrative",
)
NUMBER = re.compile(r"\S{1,20}")


def _earlier(decision: Decision) -> list[Decision]:
    """The decisions that a decision amends or replaces."""
    return [earlier for earlier in (decision.amends, decision.replaces) if earlier is not None]


def _checked(decision: Decision) -> Decision:
    loop = str(_("A decision cannot amend or replace itself, not even through others."))
    for field in ("amends", "replaces"):
        if decision.pk is not None and getattr(decision, f"{field}_id") == decision.pk:
            raise Invalid.of(field, loop, decision.code)
    if decision.pk is not None:
        no_loop(decision, "replaces" if decision.replaces_id else "amends", _earlier, loop)
    return decision


def _may_file(ctx: Context, kind: str) -> bool:
    return ctx.viewer.may(PLAN) or kind in PLANS


@action("governance.create_decision", title=_("Add a decision"), right=PLAN_SECURITY)
class CreateDecision(Action):
    """Add a decision, plan, scheme, notice of conclusions, order, agreement, report or notification.

    A security planner files plans and schemes; all other kinds are the planner's.
    """

    code: str
    title: str
    effective_from: date
    kind: Decision.Kind = Decision.Kind.DECISION
    number: str = ""
    signed_on: date | None = None
    signer_office: str = ""
    effective_to: date | None = None
    amends: str | None = None
    replaces: str | None = None
    classification: int = Classification.INTERNAL
    document: str | None = None
    source: str = ""
    illustrative: bool = False

    def permitted(self, ctx: Context) -> bool:
        return _may_file(ctx, self.kind)

    def run(self, ctx: Context) -> Decision:
        within_clearance(ctx, self.classification)
        values = self.model_dump(exclude={"amends", "replaces", "document"})
        return ctx.new(
            Decision,
            **values,
            amends=ctx.find(Decision, self.amends),
            replaces=ctx.find(Decision, self.replaces),
            document=ctx.find(Document, self.document),
        )


@action("governance.change_decision", title=_("Change a decision"), right=PLAN_SECURITY)
class ChangeDecision(Action):
    """Change what is recorded of a decision. Its code stays: clauses, bodies and tasks speak of it."""

    code: str
    seen: int | None = None
    kind: Decision.Kind = Decision.Kind.DECISION
    number: str = ""
    title: str = ""
    signed_on: date | None = None
    signer_office: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    amends: str | None = None
    replaces: str | None = None
    classification: int = Classification.INTERNAL
    document: str | None = None
    source: str = ""
    illustrative: bool = False

    def permitted(self, ctx: Context) -> bool:
        stored = ctx.get(Decision, code=self.code)
        return _may_file(ctx, stored.kind) and (not self.given("kind") or _may_file(ctx, self.kind))

    def run(self, ctx: Context) -> Decision:
        decision = ctx.get(Decision, code=self.code, seen=self.seen)
        if self.given("classification"):
            within_clearance(ctx, self.classification)
        for name in CHANGEABLE:
            if self.given(name):
                setattr(decision, name, getattr(self, name))
        for name in ("amends", "replaces"):
            if self.given(name):
                setattr(decision, name, ctx.find(Decision, getattr(self, name)))
        if self.given("document"):
            decision.document = ctx.find(Document, self.document)
        return ctx.put(_checked(decision))


@action("governance.remove_decision", title=_("Remove a decision"), right=PLAN)
class RemoveDecision(Action):
    """Remove a decision that nothing refers to, with its clauses; refused while anything rests on one of them."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        decision = ctx.get(Decision, code=self.code, seen=self.seen)
        for clause in Clause.objects.filter(event=ctx.event, decision=decision):
            ctx.remove(clause)
        ctx.remove(decision)


def _number(number: str) -> str:
    if not NUMBER.fullmatch(number):
        raise Invalid.of("number", _("A clause's number has up to 20 signs and no blank, such as 3 or 2.1."), number)
    return number


@action("governance.create_clause", title=_("Add a clause"), right=PLAN_SECURITY)
class CreateClause(Action):
    """Add a clause to a decision, with the day by which it demands what it says."""

    decision: str
    number: str
    text: str
    sets_date: date | None = None

    def permitted(self, ctx: Context) -> bool:
        return _may_file(ctx, ctx.get(Decision, code=self.decision).kind)

    def run(self, ctx: Context) -> Clause:
        decision = ctx.get(Decision, code=self.decision)
        return ctx.new(Clause, decision=decision, number=_number(self.number), text=self.text, sets_date=self.sets_date)


@action("governance.change_clause", title=_("Change a clause"), right=PLAN_SECURITY)
class ChangeClause(Action):
    """Change a clause's text, its number, or the day that it sets."""

    decision: str
    number: str
    seen: int | None = None
    new_number: str = ""
    text: str = ""
    sets_date: date | None = None

    def permitted(self, ctx: Context) -> bool:
        return _may_file(ctx, ctx.get(Decision, code=self.decision).kind)

    def run(self, ctx: Context) -> Clause:
        clause = ctx.get(Clause, decision__code=self.decision, number=self.number, seen=self.seen)
        if self.given("new_number"):
            clause.number = _number(self.new_number)
        for name in ("text", "sets_date"):
            if self.given(name):
                setattr(clause, name, getattr(self, name))
        return ctx.put(clause)


@action("governance.remove_clause", title=_("Remove a clause"), right=PLAN)
class RemoveClause(Action):
    """Remove a clause on which nothing rests."""

    decision: str
    number: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(Clause, decision__code=self.decision, number=self.number, seen=self.seen))
