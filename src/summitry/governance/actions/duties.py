"""Plan duties: which unit owes which plan, and the facts by which it is met."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Agency
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN_SECURITY, REPORT, Classification
from summitry.governance.actions.naming import clause_of, not_later_than_today, within_clearance
from summitry.governance.models import Body, Decision, PlanDuty


@action("governance.create_plan_duty", title=_("Add a plan duty"), right=PLAN_SECURITY)
class CreatePlanDuty(Action):
    """Make an agency owe a plan or scheme by a day, under a clause, answering to a body."""

    code: str
    title: str
    agency: str
    due: date
    mandate: str | None = None
    body: str | None = None
    classification: int = Classification.RESTRICTED

    def run(self, ctx: Context) -> PlanDuty:
        within_clearance(ctx, self.classification)
        return ctx.new(
            PlanDuty,
            code=self.code,
            title=self.title,
            agency=ctx.get(Agency, code=self.agency),
            due=self.due,
            mandate=clause_of(ctx, self.mandate),
            body=ctx.find(Body, self.body),
            classification=self.classification,
        )


@action("governance.change_plan_duty", title=_("Change a plan duty"), right=PLAN_SECURITY)
class ChangePlanDuty(Action):
    """Change what is owed, by whom, until when, under which clause. Handing in and approving are facts of their own."""

    code: str
    seen: int | None = None
    title: str = ""
    agency: str = ""
    due: date | None = None
    mandate: str | None = None
    body: str | None = None
    classification: int = Classification.RESTRICTED

    def run(self, ctx: Context) -> PlanDuty:
        duty = ctx.get(PlanDuty, code=self.code, seen=self.seen)
        if self.given("classification"):
            within_clearance(ctx, self.classification)
        for name in ("title", "due", "classification"):
            if self.given(name):
                setattr(duty, name, getattr(self, name))
        if self.given("agency"):
            duty.agency = ctx.get(Agency, code=self.agency)
        if self.given("mandate"):
            duty.mandate = clause_of(ctx, self.mandate)
        if self.given("body"):
            duty.body = ctx.find(Body, self.body)
        return ctx.put(duty)


@action("governance.remove_plan_duty", title=_("Remove a plan duty"), right=PLAN_SECURITY)
class RemovePlanDuty(Action):
    """Remove a duty that no longer exists; refused once its plan is approved."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        duty = ctx.get(PlanDuty, code=self.code, seen=self.seen)
        if duty.approved_on is not None:
            raise Invalid.of("code", _("Its plan is approved: give the plan back first."), duty.code)
        ctx.remove(duty)


@action("governance.submit_plan", title=_("Hand in a plan"), right=REPORT)
class SubmitPlan(Action):
    """State that the draft plan was handed in: an agency does so for its own duties and those of its units."""

    duty: str
    on: date | None = None
    seen: int | None = None

    def permitted(self, ctx: Context) -> bool:
        duty = ctx.get(PlanDuty, code=self.duty)
        return ctx.viewer.may(PLAN_SECURITY) or duty.agency_id in ctx.viewer.agency_ids

    def run(self, ctx: Context) -> PlanDuty:
        duty = ctx.get(PlanDuty, code=self.duty, seen=self.seen)
        if duty.approved_on is not None:
            raise Invalid.of("duty", _("Its plan is already approved."), duty.code)
        day = self.on or ctx.today
        not_later_than_today(ctx, "on", day)
        duty.submitted_on = day
        return ctx.put(duty)


@action("governance.approve_plan", title=_("Approve a plan"), right=PLAN_SECURITY)
class ApprovePlan(Action):
    """State that the plan was approved, naming the issued plan. One without a signature is not issued."""

    duty: str
    plan: str
    on: date | None = None
    seen: int | None = None

    def run(self, ctx: Context) -> PlanDuty:
        duty = ctx.get(PlanDuty, code=self.duty, seen=self.seen)
        plan = ctx.get(Decision, code=self.plan)
        if plan.signed_on is None:
            raise Invalid.of("plan", _("It bears no date of signature, so it is not issued yet."), plan.code)
        day = self.on or ctx.today
        not_later_than_today(ctx, "on", day)
        if duty.submitted_on is not None and day < duty.submitted_on:
            raise Invalid.of("on", _("It was handed in only after this day."), day)
        duty.plan, duty.approved_on = plan, day
        return ctx.put(duty)


@action("governance.return_plan", title=_("Give a plan back"), right=PLAN_SECURITY)
class ReturnPlan(Action):
    """Give a plan back for rework, saying why: the duty is open again, the history keeps what was handed in."""

    duty: str
    reason: str
    seen: int | None = None

    def run(self, ctx: Context) -> PlanDuty:
        duty = ctx.get(PlanDuty, code=self.duty, seen=self.seen)
        if not self.reason:
            raise Invalid.of("reason", _("Say why: the agency reworks the plan by this."))
        if duty.submitted_on is None and duty.approved_on is None:
            raise Invalid.of("duty", _("Nothing was handed in yet."), duty.code)
        duty.submitted_on = duty.approved_on = duty.plan = None
        return ctx.put(duty)
