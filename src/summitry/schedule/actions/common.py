"""What the schedule's actions share: finding tasks, who may speak for them, and the rules of days and estimates."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from summitry.core.action import Context
from summitry.core.checking import Reading
from summitry.core.refusals import Fault, Invalid
from summitry.core.rights import PLAN
from summitry.governance.actions.naming import not_later_than_today
from summitry.schedule.models import Coordination, Task
from summitry.schedule.planning import ScheduleData, load

LONGEST_WORK = 2000
"""Working days that one task may take, eight years. More is a slip, and would carry dates out of the calendar."""

MOST_UNITS = 1000
"""Desks, or units of a resource, that one record may name. More is a slip."""

LONGEST_LAG = 1000
"""Working days of lag or lead on one link."""


def the_task(ctx: Context, code: str, seen: int | None = None) -> Task:
    return ctx.get(Task, code=code, seen=seen)


def the_coordination(ctx: Context, task: str, agency: str, seen: int | None = None) -> Coordination:
    """The part of an agency in a task; `NotFound` names both."""
    found = ctx.get(Coordination, task__code=task, agency__code=agency, seen=seen)
    found.task = ctx.get(Task, code=task)
    return found


def data_of(ctx: Context) -> ScheduleData:
    """The schedule as it stands inside the action."""
    return load(Reading(ctx.event, ctx.today))


def speaks_for(ctx: Context, *agency_ids: int | None) -> bool:
    """Whether the viewer's agency (or one of its units) is among these, or the viewer plans for all."""
    if ctx.viewer.everything or ctx.viewer.may(PLAN):
        return True
    return any(pk in ctx.viewer.agency_ids for pk in agency_ids if pk is not None)


def leads(ctx: Context, code: str) -> bool:
    """Whether the viewer may state facts for the lead of a task."""
    return speaks_for(ctx, the_task(ctx, code).lead_id)


def takes_part(ctx: Context, code: str) -> bool:
    """Whether the viewer may state facts for the lead or a coordinating agency of a task."""
    task = the_task(ctx, code)
    taking_part = Coordination.objects.filter(task=task).values_list("agency_id", flat=True)
    return speaks_for(ctx, task.lead_id, *taking_part)


def parts_of(task: Task) -> bool:
    """Whether the task is a group."""
    return Task.objects.filter(parent=task).exists() if task.pk else False


def refuse_group(task: Task, field: str = "code") -> None:
    if parts_of(task):
        message = _("{code} is a group: it has no work of its own, its parts have.").format(code=task.code)
        raise Invalid.of(field, message, task.code)


def refuse_settled(task: Task, field: str = "code") -> None:
    if task.closed_on is not None:
        raise Invalid.of(field, _("It is closed. Open it again first."), task.code)
    if task.waived_on is not None:
        raise Invalid.of(field, _("It is waived. Open it again first."), task.code)


def fact_day(ctx: Context, field: str, day: date | None) -> date:
    """The day of a fact: today unless another is given, never one to come."""
    if day is None:
        return ctx.today
    not_later_than_today(ctx, field, day)
    return day


def fault(field: str, message: str, found: object = "") -> Fault:
    """One thing that is wrong: at which argument, what, and what was found."""
    return Fault(field=field, message=message, found=str(found))


def reason_of(text: str, field: str = "reason") -> str:
    if not text:
        raise Invalid.of(field, _("Say why: the next reader has only this."))
    return text
