"""Objectives and the criteria by which they count as successes."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.refusals import Invalid
from summitry.core.rights import DECIDE, PLAN
from summitry.schedule.actions.common import fact_day
from summitry.schedule.models import Criterion, Objective, Task


@action("schedule.create_objective", title=_("Add an objective"), right=PLAN)
class CreateObjective(Action):
    """Add one of the successes that the event aims at."""

    code: str
    title: str
    title_national: str = ""
    position: int = 100

    def run(self, ctx: Context) -> Objective:
        return ctx.new(Objective, **self.model_dump())


@action("schedule.change_objective", title=_("Change an objective"), right=PLAN)
class ChangeObjective(Action):
    """Change an objective's titles or its place among the others."""

    code: str
    seen: int | None = None
    title: str = ""
    title_national: str = ""
    position: int = 100

    def run(self, ctx: Context) -> Objective:
        objective = ctx.get(Objective, code=self.code, seen=self.seen)
        for name in ("title", "title_national", "position"):
            if self.given(name):
                setattr(objective, name, getattr(self, name))
        return ctx.put(objective)


@action("schedule.remove_objective", title=_("Remove an objective"), right=PLAN)
class RemoveObjective(Action):
    """Remove an objective that no task and no criterion refers to."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(Objective, code=self.code, seen=self.seen))


@action("schedule.create_criterion", title=_("Add a criterion"), right=PLAN)
class CreateCriterion(Action):
    """Add what must be true for an objective to count as a success, and the task whose closing shows it."""

    code: str
    objective: str
    text: str
    task: str | None = None
    position: int = 100

    def run(self, ctx: Context) -> Criterion:
        return ctx.new(
            Criterion,
            **self.model_dump(exclude={"objective", "task"}),
            objective=ctx.get(Objective, code=self.objective),
            task=ctx.find(Task, self.task),
        )


@action("schedule.change_criterion", title=_("Change a criterion"), right=PLAN)
class ChangeCriterion(Action):
    """Change a criterion's text, its objective, its place or the task that shows it."""

    code: str
    seen: int | None = None
    objective: str = ""
    text: str = ""
    task: str | None = None
    position: int = 100

    def run(self, ctx: Context) -> Criterion:
        criterion = ctx.get(Criterion, code=self.code, seen=self.seen)
        for name in ("text", "position"):
            if self.given(name):
                setattr(criterion, name, getattr(self, name))
        if self.given("objective"):
            criterion.objective = ctx.get(Objective, code=self.objective)
        if self.given("task"):
            criterion.task = ctx.find(Task, self.task)
        return ctx.put(criterion)


@action("schedule.remove_criterion", title=_("Remove a criterion"), right=PLAN)
class RemoveCriterion(Action):
    """Remove a criterion."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(Criterion, code=self.code, seen=self.seen))


@action("schedule.mark_criterion_met", title=_("Say that a criterion is met"), right=DECIDE)
class MarkCriterionMet(Action):
    """Say since when a criterion is met, or (met false) that it is not met after all.

    Refused while the task that shows it is open: the claim needs its proof.
    """

    code: str
    seen: int | None = None
    met: bool = True
    on: date | None = None

    def run(self, ctx: Context) -> Criterion:
        criterion = ctx.get(Criterion, code=self.code, seen=self.seen)
        if not self.met:
            criterion.met_on = None
            return ctx.put(criterion)
        if criterion.task is not None and criterion.task.closed_on is None:
            message = _("The task that shows it is not closed yet.")
            raise Invalid.of("code", message, criterion.task.code)
        criterion.met_on = fact_day(ctx, "on", self.on)
        return ctx.put(criterion)
