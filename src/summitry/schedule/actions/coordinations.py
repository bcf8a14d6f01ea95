"""What coordinating agencies owe to a task: set, delivered, signed off, sent back, waived."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Agency
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN, REPORT
from summitry.schedule.actions.common import fact_day, leads, reason_of, refuse_settled, speaks_for, the_coordination
from summitry.schedule.models import Coordination, Task


@action("schedule.set_coordination", title=_("Set what a coordinating agency owes"), right=PLAN)
class SetCoordination(Action):
    """Let an agency take part in a task, or change its deliverable or due date. Fields that are not given stay."""

    task: str
    agency: str
    seen: int | None = None
    deliverable: str = ""
    due: date | None = None

    def run(self, ctx: Context) -> Coordination:
        task, agency = ctx.get(Task, code=self.task), ctx.get(Agency, code=self.agency)
        if self.seen is not None:
            row = the_coordination(ctx, self.task, self.agency, self.seen)
        else:
            row = Coordination.objects.filter(task=task, agency=agency).first() or Coordination(event=ctx.event)
        row.task, row.agency = task, agency
        for name in ("deliverable", "due"):
            if self.given(name):
                setattr(row, name, getattr(self, name))
        return ctx.put(row)


@action("schedule.remove_coordination", title=_("Remove a coordinating agency"), right=PLAN)
class RemoveCoordination(Action):
    """Let an agency take no part in a task any more. What it has delivered stays: waive it instead."""

    task: str
    agency: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        row = the_coordination(ctx, self.task, self.agency, self.seen)
        if row.delivered_on is not None:
            message = _now("It has delivered its part, and that fact stays.")
            raise Invalid.of("agency", message, row.agency.code)
        ctx.remove(row)


class _PartFact(Action):
    """A fact about one agency's part in a task."""

    task: str
    agency: str
    seen: int | None = None

    def row(self, ctx: Context) -> Coordination:
        row = the_coordination(ctx, self.task, self.agency, self.seen)
        refuse_settled(row.task, "task")
        return row


class _LeadsWord(_PartFact):
    """A fact that the lead of the task states, or the planner on its behalf."""

    def permitted(self, ctx: Context) -> bool:
        return leads(ctx, self.task)


@action("schedule.deliver", title=_("Say that a deliverable is in"), right=REPORT)
class Deliver(_PartFact):
    """The coordinating agency says (or its lead, or the planner, for it) when its part was delivered.

    Delivering what had been waived ends the waiver.
    """

    on: date | None = None

    def permitted(self, ctx: Context) -> bool:
        row = the_coordination(ctx, self.task, self.agency)
        return speaks_for(ctx, row.agency_id, row.task.lead_id)

    def run(self, ctx: Context) -> Coordination:
        row = self.row(ctx)
        if row.delivered_on is not None:
            raise Invalid.of("on", _now("It has already been delivered."), row.delivered_on)
        row.delivered_on = fact_day(ctx, "on", self.on)
        row.waived_on, row.waived_reason = None, ""
        return ctx.put(row)


@action("schedule.sign_off", title=_("Sign a deliverable off"), right=REPORT)
class SignOff(_LeadsWord):
    """The lead accepts what a coordinating agency has delivered."""

    on: date | None = None

    def run(self, ctx: Context) -> Coordination:
        row = self.row(ctx)
        if row.delivered_on is None:
            raise Invalid.of("agency", _now("It has not been delivered yet."), row.agency.code)
        if row.signed_off_on is not None:
            raise Invalid.of("on", _now("It has already been signed off."), row.signed_off_on)
        day = fact_day(ctx, "on", self.on)
        if day < row.delivered_on:
            raise Invalid.of("on", _now("It cannot be signed off before it was delivered."), row.delivered_on)
        row.signed_off_on = day
        return ctx.put(row)


@action("schedule.send_back", title=_("Send a deliverable back"), right=REPORT)
class SendBack(_LeadsWord):
    """The lead does not accept what was delivered, and says why: it is owed again."""

    reason: str

    def run(self, ctx: Context) -> Coordination:
        row = self.row(ctx)
        reason_of(self.reason)
        if row.delivered_on is None:
            raise Invalid.of("agency", _now("It has not been delivered yet."), row.agency.code)
        row.delivered_on = row.signed_off_on = None
        return ctx.put(row)


@action("schedule.waive_deliverable", title=_("Waive a deliverable"), right=REPORT)
class WaiveDeliverable(_LeadsWord):
    """The lead does without a coordinating agency's part, and says why."""

    reason: str

    def run(self, ctx: Context) -> Coordination:
        row = self.row(ctx)
        row.waived_reason = reason_of(self.reason)
        row.waived_on = ctx.today
        return ctx.put(row)
