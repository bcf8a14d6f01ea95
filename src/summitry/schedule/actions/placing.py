"""Placing tasks on the days that the plan in force chose for reasons of capacity."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.records import save_all
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN
from summitry.schedule.actions.common import refuse_group, refuse_settled, the_task
from summitry.schedule.models import Task


def _place(task: Task, start: date | None) -> Task:
    """Put the planned start onto a task that is still to begin. To clear it is always allowed."""
    if start is not None:
        refuse_settled(task)
        if task.started_on is not None:
            raise Invalid.of("start", _now("It has begun: its start is a fact."), task.code)
        if task.fixed_start is not None or task.fixed_finish is not None:
            raise Invalid.of("start", _now("Its date is fixed; move the fixed date instead."), task.code)
    task.planned_start = start
    return task


@action("schedule.place_task", title=_("Plan a task's start"), right=PLAN)
class PlaceTask(Action):
    """Let the plan in force start a task on a day for reasons of capacity; with no day, as early as its links allow.

    It does not start before its predecessors and its own limits allow. A day that a person sets as a limit is
    `schedule.move_task`; this one belongs to the plan, and the next plan may move it.
    """

    code: str
    start: date | None
    seen: int | None = None

    def run(self, ctx: Context) -> Task:
        task = the_task(ctx, self.code, self.seen)
        refuse_group(task)
        return ctx.put(_place(task, self.start))


@action("schedule.place_tasks", title=_("Plan the starts of several tasks"), right=PLAN)
class PlaceTasks(Action):
    """Let the plan in force start several tasks on days, as `schedule.place_task` does one.

    starts: the day of each task by code, None for as early as its links allow. seen: the version of each that was
    looked at, by code.
    """

    starts: dict[str, date | None]
    seen: dict[str, int] = {}

    def run(self, ctx: Context) -> Task:
        if not self.starts:
            raise Invalid.of("starts", _now("Choose at least one task."))
        rows = {task.code: task for task in Task.objects.filter(event=ctx.event).visible_to(ctx.viewer)}
        groups = set(Task.objects.filter(event=ctx.event, parent__isnull=False).values_list("parent_id", flat=True))
        placed = []
        for code, start in self.starts.items():
            task = rows.get(code)
            if task is None or code in self.seen:
                task = the_task(ctx, code, self.seen.get(code))
            if task.pk in groups:
                message = _now("{code} is a group: it has no work of its own, its parts have.").format(code=code)
                raise Invalid.of("starts", message, code)
            placed.append(_place(task, start))
        save_all(placed)
        return placed[-1]
