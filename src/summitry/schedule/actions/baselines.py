"""Baselines: the schedule's forecast kept under a name, to compare with later."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.records import save_all
from summitry.core.refusals import Invalid
from summitry.core.rights import DECIDE
from summitry.schedule.actions.common import data_of
from summitry.schedule.models import Baseline, BaselineTask
from summitry.schedule.planning import solve_data


@action("schedule.take_baseline", title=_("Take a baseline"), right=DECIDE)
class TakeBaseline(Action):
    """Keep today's forecast of every task that has dates."""

    code: str
    name: str

    def run(self, ctx: Context) -> Baseline:
        plan = solve_data(data_of(ctx))
        if plan.loops or plan.too_long:
            raise Invalid.of("code", _now("The network of tasks cannot be computed, so there are no dates to keep."))
        baseline = ctx.new(Baseline, code=self.code, name=self.name, taken_on=ctx.today)
        save_all(
            [
                BaselineTask(
                    event=ctx.event,
                    baseline=baseline,
                    task=plan.data.tasks[row.task_id],
                    start=row.start,
                    finish=row.finish,
                    duration=row.duration,
                    deadline=row.deadline,
                )
                for row in plan
                if row.start is not None and row.finish is not None
            ]
        )
        return baseline


@action("schedule.rename_baseline", title=_("Rename a baseline"), right=DECIDE)
class RenameBaseline(Action):
    """Give a baseline another name."""

    code: str
    seen: int | None = None
    name: str

    def run(self, ctx: Context) -> Baseline:
        baseline = ctx.get(Baseline, code=self.code, seen=self.seen)
        baseline.name = self.name
        return ctx.put(baseline)


@action("schedule.remove_baseline", title=_("Remove a baseline"), right=DECIDE)
class RemoveBaseline(Action):
    """Remove a baseline with its dates. Its history stays."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        baseline = ctx.get(Baseline, code=self.code, seen=self.seen)
        for row in BaselineTask.objects.filter(baseline=baseline).select_related("baseline", "task"):
            ctx.remove(row)
        ctx.remove(baseline)
