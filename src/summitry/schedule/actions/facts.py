"""Facts about tasks: started, so much still to do, closed, waived. Status is read from them and typed by nobody."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.refusals import Fault, Invalid
from summitry.core.rights import DECIDE, REPORT
from summitry.schedule.actions.common import (
    LONGEST_WORK,
    fact_day,
    leads,
    reason_of,
    refuse_group,
    refuse_settled,
    the_task,
)
from summitry.schedule.models import Coordination, Evidence, Task


class _LeadsFact(Action):
    """A fact that the lead agency states, or the planner on its behalf."""

    code: str
    seen: int | None = None

    def permitted(self, ctx: Context) -> bool:
        return leads(ctx, self.code)


@action("schedule.start_task", title=_("Say that a task has started"), right=REPORT)
class StartTask(_LeadsFact):
    """Say on which day work on a task began; today unless another day is given. It counts as a return."""

    on: date | None = None

    def run(self, ctx: Context) -> Task:
        task = the_task(ctx, self.code, self.seen)
        refuse_group(task)
        refuse_settled(task)
        if task.milestone:
            raise Invalid.of("code", _now("A milestone is reached, not started: close it."), task.code)
        if task.started_on is not None:
            raise Invalid.of("on", _now("It has already been started."), task.started_on)
        task.started_on = fact_day(ctx, "on", self.on)
        task.reported_on = ctx.today
        return ctx.put(task)


@action("schedule.report_remaining", title=_("Report how much is still to do"), right=REPORT)
class ReportRemaining(_LeadsFact):
    """The return on a task: the working days still to do after today's look at it.

    For a task that has not started, a return without a number says just that: known, and not yet begun.
    """

    remaining: int | None = None

    def run(self, ctx: Context) -> Task:
        task = the_task(ctx, self.code, self.seen)
        refuse_group(task)
        refuse_settled(task)
        if task.started_on is None and self.remaining is not None:
            message = _now("It has not been started. Say first when it was; until then its estimates hold.")
            raise Invalid.of("remaining", message, self.remaining)
        if task.started_on is not None:
            if self.remaining is None:
                raise Invalid.of("remaining", _now("Say how many working days are still to do."))
            if not 0 <= self.remaining <= LONGEST_WORK:
                message = _now("Working days from 0 to {most}.").format(most=LONGEST_WORK)
                raise Invalid.of("remaining", message, self.remaining)
            task.remaining = self.remaining
        task.reported_on = ctx.today
        return ctx.put(task)


@action("schedule.close_task", title=_("Close a task"), right=REPORT)
class CloseTask(_LeadsFact):
    """Say that a task is done, or a milestone reached. All that is missing is named at once.

    Every coordinating deliverable is delivered and signed off, or waived with a reason; a milestone has a criterion
    and evidence for it.
    """

    on: date | None = None

    def run(self, ctx: Context) -> Task:
        task = the_task(ctx, self.code, self.seen)
        refuse_group(task)
        refuse_settled(task)
        day = fact_day(ctx, "on", self.on)
        if task.started_on is not None and day < task.started_on:
            raise Invalid.of("on", _now("It cannot be closed before it was started."), task.started_on)
        faults = [*_missing_deliverables(task), *_missing_proof(task)]
        if faults:
            raise Invalid(faults)
        task.closed_on, task.closed_by = day, ctx.viewer.account
        task.remaining, task.reported_on = None, ctx.today
        return ctx.put(task)


def _missing_deliverables(task: Task) -> list[Fault]:
    faults = []
    for row in Coordination.objects.filter(task=task, waived_on__isnull=True).select_related("agency"):
        if row.delivered_on is None:
            text = _now("{agency} has not delivered its part. It is delivered and signed off, or waived, first.")
        elif row.signed_off_on is None:
            text = _now("What {agency} delivered is not signed off. It is signed off, or waived, first.")
        else:
            continue
        faults.append(Fault(field="", message=text.format(agency=row.agency.code)))
    return faults


def _missing_proof(task: Task) -> list[Fault]:
    if not task.milestone:
        return []
    if not task.criterion:
        return [Fault(field="", message=_now("Nothing says by which facts anyone can tell that it is reached."))]
    if not Evidence.objects.filter(task=task).exists():
        return [
            Fault(field="", message=_now("No document shows that its criterion is met. Attach the evidence first."))
        ]
    return []


@action("schedule.reopen_task", title=_("Open a task again"), right=REPORT)
class ReopenTask(_LeadsFact):
    """Open a closed or waived task again, with a reason. Opening a waived one needs the right to waive it.

    remaining: working days still to do, for a task that had been started.
    """

    reason: str
    remaining: int | None = None

    def permitted(self, ctx: Context) -> bool:
        if the_task(ctx, self.code).waived_on is not None:
            return ctx.viewer.may(DECIDE)
        return leads(ctx, self.code)

    def run(self, ctx: Context) -> Task:
        task = the_task(ctx, self.code, self.seen)
        reason_of(self.reason)
        if task.open:
            raise Invalid.of("code", _now("It is neither closed nor waived."), task.code)
        if self.remaining is not None and (task.started_on is None or not 0 <= self.remaining <= LONGEST_WORK):
            raise Invalid.of("remaining", _now("Only a task that was started has days still to do."), self.remaining)
        task.closed_on = task.closed_by = task.waived_on = None
        task.waived_reason = ""
        if self.remaining is not None:
            task.remaining = self.remaining
        task.reported_on = ctx.today
        return ctx.put(task)


@action("schedule.waive_task", title=_("Waive a task"), right=DECIDE)
class WaiveTask(Action):
    """Decide, with a reason, that a task (or a group with all its parts) need not be done.

    It then takes no time; what waited for it waits for what it waited for.
    """

    code: str
    seen: int | None = None
    reason: str

    def run(self, ctx: Context) -> Task:
        task = the_task(ctx, self.code, self.seen)
        refuse_settled(task)
        task.waived_reason = reason_of(self.reason)
        task.waived_on = ctx.today
        return ctx.put(task)
