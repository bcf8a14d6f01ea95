"""Planning tasks: adding, changing, moving and removing them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Agency
from summitry.core.records import save_all
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN
from summitry.governance.actions.naming import within_clearance
from summitry.governance.models import Body
from summitry.schedule.actions.common import data_of, refuse_group, refuse_settled, the_task
from summitry.schedule.actions.planned import PlannedFields, fit_estimates, judge_work
from summitry.schedule.models import Coordination, Link, Objective, Task
from summitry.schedule.planning import Plan, solve_data


@action("schedule.create_task", title=_("Add a task"), right=PLAN)
class CreateTask(PlannedFields):
    """Add a task, a milestone, or a part of a group. A task that gets its first part becomes a group.

    Without a position it stands last.
    """

    code: str
    title: str

    def run(self, ctx: Context) -> Task:
        last = Task.objects.filter(event=ctx.event).aggregate(last=Max("position"))["last"]
        return self.plan_onto(ctx, Task(event=ctx.event, code=self.code, position=0 if last is None else last + 1))


@action("schedule.change_task", title=_("Change a task"), right=PLAN)
class ChangeTask(PlannedFields):
    """Change what is planned of a task or group. Fields that are not given stay; facts have actions of their own."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> Task:
        return self.plan_onto(ctx, the_task(ctx, self.code, self.seen))


@action("schedule.set_estimates", title=_("Set the three estimates"), right=PLAN)
class SetEstimates(Action):
    """Set a task's shortest, likely and longest duration, in working days of its lead."""

    code: str
    seen: int | None = None
    optimistic: int | None = None
    likely: int
    pessimistic: int | None = None

    def run(self, ctx: Context) -> Task:
        task = the_task(ctx, self.code, self.seen)
        refuse_group(task)
        task.optimistic, task.likely, task.pessimistic = self.optimistic, self.likely, self.pessimistic
        judge_work(task)
        return ctx.put(task)


@action("schedule.stretch_task", title=_("Make a task longer or shorter"), right=PLAN)
class StretchTask(Action):
    """Set a task's likely duration: in working days, or by the day on which it should finish.

    The other two estimates follow as little as needed (`fit_estimates`).
    """

    code: str
    seen: int | None = None
    likely: int | None = None
    finish: date | None = None

    def run(self, ctx: Context) -> Task:
        task = the_task(ctx, self.code, self.seen)
        refuse_group(task)
        refuse_settled(task)
        if task.milestone:
            raise Invalid.of("likely", _now("A milestone takes no time."), task.code)
        if task.started_on is not None and task.remaining is not None:
            message = _now("It is under way: report the working days still to do instead.")
            raise Invalid.of("likely", message, task.code)
        if (self.likely is None) == (self.finish is None):
            raise Invalid.of("likely", _now("Give either the working days or the day of the finish."))
        kept = task.likely, task.pessimistic
        task.likely = self.likely if self.likely is not None else self._until(ctx, task)
        if task.likely < 1:
            raise Invalid.of("likely", _now("A task takes at least one working day."), task.likely)
        fit_estimates(task, kept, optimistic=False, pessimistic=False)
        judge_work(task)
        return ctx.put(task)

    def _until(self, ctx: Context, task: Task) -> int:
        plan = _plan(ctx)
        start = plan.of(task.pk).start
        assert self.finish is not None
        if start is None or self.finish < start:
            raise Invalid.of("finish", _now("It cannot finish before it starts."), self.finish)
        return plan.calendar(task.lead_id).count(start, self.finish)


@action("schedule.move_task", title=_("Move a task"), right=PLAN)
class MoveTask(Action):
    """Let a task, milestone or group start no earlier than a day, or so many working days later than it does now.

    A task on fixed dates keeps its length and its dates stay fixed, on the new days. What it waits for still holds:
    a task does not start before its predecessors allow. With `not_before` given and empty, it goes as early as it can.
    A person's word takes the place of the day that a plan chose (`planned_start`), which is cleared.
    """

    code: str
    seen: int | None = None
    not_before: date | None = None
    shift: int | None = None

    def run(self, ctx: Context) -> Task:
        task = the_task(ctx, self.code, self.seen)
        refuse_settled(task)
        if task.started_on is not None:
            message = _now("It has begun: its start is a fact. Report the working days still to do instead.")
            raise Invalid.of("not_before", message, task.code)
        if self.given("not_before") == (self.shift is not None):
            raise Invalid.of("not_before", _now("Give either a day or a number of working days."))
        if self.shift is None and self.not_before is None:
            task.not_before = task.planned_start = None
            return ctx.put(task)
        plan = _plan(ctx)
        calendar = plan.calendar(task.lead_id)
        start = plan.of(task.pk).start
        if self.shift is not None:
            if start is None:
                raise Invalid.of("shift", _now("It has no dates to be moved from."), task.code)
            target = calendar.shift(start, self.shift)
        else:
            assert self.not_before is not None
            target = self.not_before
        if task.fixed_start or task.fixed_finish:
            _move_fixed(task, plan, target)
        else:
            task.not_before = target
        task.planned_start = None
        judge_work(task)
        return ctx.put(task)


def _move_fixed(task: Task, plan: Plan, target: date) -> None:
    """Put the fixed dates so that the work begins on the target day, with as many working days in between."""
    calendar = plan.calendar(task.lead_id)
    if task.fixed_start is not None and task.fixed_finish is not None:
        length = calendar.count(task.fixed_start, task.fixed_finish)
        task.fixed_start = target
        task.fixed_finish = calendar.shift(target, max(0, length - 1))
    elif task.fixed_start is not None:
        task.fixed_start = target
    else:
        task.fixed_finish = calendar.shift(target, task.likely - 1) if task.likely else target


def _plan(ctx: Context) -> Plan:
    return solve_data(data_of(ctx))


@action("schedule.remove_task", title=_("Remove a task"), right=PLAN)
class RemoveTask(Action):
    """Remove a task that was planned by mistake, with its links, demands, alternatives and coordinations without facts.

    A task with facts is waived, not removed: parts, evidence, criteria, baselines, risk events and deliverables that
    refer to it stand in the way.
    """

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        task = the_task(ctx, self.code, self.seen)
        if task.started_on is not None or task.closed_on is not None:
            raise Invalid.of(
                "code", _now("It has been worked on: waive it instead, so that its facts stay."), task.code
            )
        untouched = Coordination.objects.filter(
            task=task, delivered_on__isnull=True, signed_off_on__isnull=True, waived_on__isnull=True
        )
        links = Link.objects.filter(predecessor=task) | Link.objects.filter(successor=task)
        for row in [*links.select_related("predecessor", "successor"), *untouched.select_related("task", "agency")]:
            ctx.remove(row)
        for other in [*task.demands.select_related("task", "resource"), *task.alternatives.select_related("task")]:
            ctx.remove(other)
        ctx.remove(task)


@action("schedule.bulk_change", title=_("Change several tasks"), right=PLAN)
class BulkChange(Action):
    """Change the lead, objective, owner or classification of several tasks, or shift their days by calendar days.

    deadline_days, not_before_days: calendar days, negative for earlier; tasks without such a day stay as they are.
    seen: the version of each task that the person looked at, by code.
    """

    tasks: list[str]
    seen: dict[str, int] = {}
    lead: str | None = None
    objective: str | None = None
    owner: str | None = None
    classification: int | None = None
    deadline_days: int | None = None
    not_before_days: int | None = None

    def run(self, ctx: Context) -> Task:
        if not self.tasks:
            raise Invalid.of("tasks", _now("Choose at least one task."))
        values = self._values(ctx)
        tasks = [the_task(ctx, code, self.seen.get(code)) for code in dict.fromkeys(self.tasks)]
        shifted = 0
        for task in tasks:
            for name, value in values.items():
                setattr(task, name, value)
            for name, days in (("deadline", self.deadline_days), ("not_before", self.not_before_days)):
                day = getattr(task, name)
                if days and day is not None:
                    setattr(task, name, day + timedelta(days=days))
                    shifted += 1
        if not values and not shifted:
            raise Invalid.of("tasks", _now("Nothing of these tasks would change."))
        save_all(tasks)
        return tasks[-1]

    def _values(self, ctx: Context) -> Mapping[str, object]:
        values: dict[str, object] = {}
        if self.given("lead"):
            values["lead"] = ctx.find(Agency, self.lead)
        if self.given("objective"):
            values["objective"] = ctx.find(Objective, self.objective)
        if self.given("owner"):
            values["owner"] = ctx.find(Body, self.owner)
        if self.classification is not None:
            within_clearance(ctx, self.classification)
            values["classification"] = self.classification
        return values
