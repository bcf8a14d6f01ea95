"""Shared resources, their periods, and what tasks take of them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Agency
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN, Classification
from summitry.governance.actions.naming import within_clearance
from summitry.schedule.actions.capacities import judge_period, judge_units
from summitry.schedule.actions.common import refuse_group, the_task
from summitry.schedule.models import Demand, Resource, ResourceCapacity


class _ResourceFields(Action):
    """What a resource says of itself."""

    code: str
    name: str = ""
    kind: str = Resource.Kind.ROOM
    agency: str | None = None
    units: int = 1
    note: str = ""
    classification: int = Classification.INTERNAL

    def put_onto(self, ctx: Context, row: Resource) -> Resource:
        for name in ("name", "kind", "units", "note"):
            if self.given(name):
                setattr(row, name, getattr(self, name))
        if self.given("agency"):
            row.agency = ctx.find(Agency, self.agency)
        if self.given("classification"):
            within_clearance(ctx, self.classification)
            row.classification = self.classification
        judge_units("units", row.units)
        return ctx.put(row)


@action("schedule.create_resource", title=_("Add a resource"), right=PLAN)
class CreateResource(_ResourceFields):
    """Add something that tasks share: a room, a pool of vehicles, a group of people."""

    name: str

    def run(self, ctx: Context) -> Resource:
        return self.put_onto(ctx, Resource(event=ctx.event, code=self.code))


@action("schedule.change_resource", title=_("Change a resource"), right=PLAN)
class ChangeResource(_ResourceFields):
    """Change a shared resource. Fields that are not given stay."""

    seen: int | None = None

    def run(self, ctx: Context) -> Resource:
        return self.put_onto(ctx, ctx.get(Resource, code=self.code, seen=self.seen))


@action("schedule.remove_resource", title=_("Remove a resource"), right=PLAN)
class RemoveResource(Action):
    """Remove a resource, with its periods, that no task needs any more."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        row = ctx.get(Resource, code=self.code, seen=self.seen)
        if not Demand.objects.filter(resource=row).exists():
            for period in row.periods.select_related("resource"):
                ctx.remove(period)
        ctx.remove(row)


class _ResourcePeriodFields(Action):
    """How many units of a resource there are from one day to another."""

    resource: str
    to_day: date | None = None
    reason: str = ""

    def put_onto(self, ctx: Context, row: ResourceCapacity) -> ResourceCapacity:
        for name in ("from_day", "to_day", "units", "reason"):
            if self.given(name):
                setattr(row, name, getattr(self, name))
        judge_units("units", row.units)
        judge_period(ctx, row, ResourceCapacity.objects.filter(event=ctx.event, resource=row.resource))
        return ctx.put(row)


@action("schedule.add_resource_period", title=_("Set a resource's units for a period"), right=PLAN)
class AddResourcePeriod(_ResourcePeriodFields):
    """Say that there are more or fewer units of a resource than usual, from a day on or for a period."""

    from_day: date
    units: int

    def run(self, ctx: Context) -> ResourceCapacity:
        resource = ctx.get(Resource, code=self.resource)
        return self.put_onto(ctx, ResourceCapacity(event=ctx.event, resource=resource))


@action("schedule.change_resource_period", title=_("Change a resource's units for a period"), right=PLAN)
class ChangeResourcePeriod(_ResourcePeriodFields):
    """Change a period of a resource, named by its first day `period`. Fields that are not given stay."""

    period: date
    seen: int | None = None
    from_day: date = date.min
    units: int = 0

    def run(self, ctx: Context) -> ResourceCapacity:
        return self.put_onto(ctx, the_period(ctx, self.resource, self.period, self.seen))


@action("schedule.remove_resource_period", title=_("Remove a period of a resource"), right=PLAN)
class RemoveResourcePeriod(Action):
    """Remove a period of a resource: its usual number of units holds again."""

    resource: str
    period: date
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(the_period(ctx, self.resource, self.period, self.seen))


def the_period(ctx: Context, resource: str, period: date, seen: int | None = None) -> ResourceCapacity:
    found = ctx.get(ResourceCapacity, resource__code=resource, from_day=period, seen=seen)
    found.resource = ctx.get(Resource, code=resource)
    return found


@action("schedule.set_demand", title=_("Set what a task needs of a resource"), right=PLAN)
class SetDemand(Action):
    """Let a task take so many units of a resource on each of its working days, or change how many."""

    task: str
    resource: str
    seen: int | None = None
    units: int = 1

    def run(self, ctx: Context) -> Demand:
        task, resource = the_task(ctx, self.task), ctx.get(Resource, code=self.resource)
        refuse_group(task, "task")
        if task.milestone:
            raise Invalid.of("task", _now("A milestone takes no time, so it needs nothing of a resource."), task.code)
        if self.seen is not None:
            row = ctx.get(Demand, task=task, resource=resource, seen=self.seen)
        else:
            row = Demand.objects.filter(task=task, resource=resource).first() or Demand(event=ctx.event)
        row.task, row.resource = task, resource
        if self.given("units") or row.pk is None:
            row.units = self.units
        judge_units("units", row.units, least=1)
        return ctx.put(row)


@action("schedule.remove_demand", title=_("Let a task need a resource no more"), right=PLAN)
class RemoveDemand(Action):
    """Remove what a task needs of a resource."""

    task: str
    resource: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(Demand, task__code=self.task, resource__code=self.resource, seen=self.seen))
