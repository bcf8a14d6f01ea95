"""Other ways to do a task, and choosing one of them."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Agency
from summitry.core.refusals import Fault, Invalid
from summitry.core.rights import PLAN
from summitry.schedule.actions.capacities import judge_units
from summitry.schedule.actions.common import LONGEST_WORK, fault, refuse_group, refuse_settled, the_task
from summitry.schedule.actions.planned import judge_work
from summitry.schedule.models import Alternative, Task

PLAIN = ("optimistic", "likely", "pessimistic", "desks", "reluctance", "note")


class _AlternativeFields(Action):
    """What another way to do a task says."""

    task: str
    code: str
    lead: str | None = None
    optimistic: int | None = None
    likely: int = 1
    pessimistic: int | None = None
    desks: int = 1
    reluctance: int = 1
    note: str = ""

    def put_onto(self, ctx: Context, row: Alternative) -> Alternative:
        refuse_group(row.task, "task")
        if row.task.milestone:
            raise Invalid.of("task", _now("A milestone takes no time: there is no other way to do it."), row.task.code)
        for name in PLAIN:
            if self.given(name):
                setattr(row, name, getattr(self, name))
        if self.given("lead"):
            row.lead = ctx.find(Agency, self.lead)
        judge_units("desks", row.desks)
        _judge_durations(row)
        return ctx.put(row)


def _judge_durations(row: Alternative) -> None:
    faults: list[Fault] = []
    for name, least in (("optimistic", 0), ("likely", 1), ("pessimistic", 0)):
        value = getattr(row, name)
        if value is not None and not least <= value <= LONGEST_WORK:
            message = _now("Working days from {least} to {most}.").format(least=least, most=LONGEST_WORK)
            faults.append(fault(name, message, str(value)))
    if row.optimistic is not None and row.optimistic > row.likely:
        faults.append(
            fault("optimistic", _now("The shortest duration is at most the likely one."), str(row.optimistic))
        )
    if row.pessimistic is not None and row.pessimistic < row.likely:
        message = _now("The longest duration is at least the likely one.")
        faults.append(fault("pessimistic", message, str(row.pessimistic)))
    if faults:
        raise Invalid(faults)


@action("schedule.create_alternative", title=_("Add another way to do a task"), right=PLAN)
class CreateAlternative(_AlternativeFields):
    """Say how a task could also be done: by another lead, or in other time with other desks."""

    likely: int

    def run(self, ctx: Context) -> Alternative:
        return self.put_onto(ctx, Alternative(event=ctx.event, task=the_task(ctx, self.task), code=self.code))


@action("schedule.change_alternative", title=_("Change another way to do a task"), right=PLAN)
class ChangeAlternative(_AlternativeFields):
    """Change another way to do a task. Fields that are not given stay."""

    seen: int | None = None

    def run(self, ctx: Context) -> Alternative:
        return self.put_onto(ctx, the_alternative(ctx, self.task, self.code, self.seen))


@action("schedule.remove_alternative", title=_("Remove another way to do a task"), right=PLAN)
class RemoveAlternative(Action):
    """Remove another way to do a task."""

    task: str
    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(the_alternative(ctx, self.task, self.code, self.seen))


@action("schedule.choose_alternative", title=_("Do a task the other way"), right=PLAN)
class ChooseAlternative(Action):
    """Make an alternative the way in which the task is done: its lead, durations and desks.

    The former way takes the alternative's place under the same code, so choosing it again goes back. seen: the
    version of the task that was looked at.
    """

    task: str
    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> Task:
        task = the_task(ctx, self.task, self.seen)
        row = the_alternative(ctx, self.task, self.code)
        refuse_settled(task, "task")
        refuse_group(task, "task")
        if task.started_on is not None:
            raise Invalid.of("task", _now("It has begun: the way in which it is done is a fact."), task.code)
        if task.milestone or task.likely < 1:
            raise Invalid.of("task", _now("A milestone takes no time: there is no other way to do it."), task.code)
        former = task.lead
        for name in ("optimistic", "likely", "pessimistic", "desks"):
            mine, other = getattr(task, name), getattr(row, name)
            setattr(task, name, other)
            setattr(row, name, mine)
        if row.lead is not None and row.lead != former:
            # Ways that said "its own lead" meant the former one. (A task without a lead is not gone back to.)
            for other in Alternative.objects.filter(task=task, lead=None).exclude(pk=row.pk).select_related("task"):
                other.lead = former
                ctx.put(other)
            task.lead, row.lead = row.lead, former
        judge_work(task)
        ctx.put(row)
        return ctx.put(task)


def the_alternative(ctx: Context, task: str, code: str, seen: int | None = None) -> Alternative:
    """The alternative of a task; `NotFound` names both."""
    found = ctx.get(Alternative, task__code=task, code=code, seen=seen)
    found.task = the_task(ctx, task)
    return found
