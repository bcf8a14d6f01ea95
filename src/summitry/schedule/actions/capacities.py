"""Desks of agencies by period: how many tasks an agency can lead at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core import dates
from summitry.core.action import Action, Context, action
from summitry.core.models import Agency
from summitry.core.refusals import Fault, Invalid
from summitry.core.rights import PLAN, Classification
from summitry.governance.actions.naming import clause_of, within_clearance
from summitry.schedule.actions.common import MOST_UNITS, fault
from summitry.schedule.models import Capacity, ResourceCapacity

Period = Capacity | ResourceCapacity


def judge_units(field: str, units: int, least: int = 0) -> None:
    if not least <= units <= MOST_UNITS:
        message = _now("A whole number from {least} to {most}.").format(least=least, most=MOST_UNITS)
        raise Invalid.of(field, message, units)


def overlaps(first: date, last: date | None, other_first: date, other_last: date | None) -> bool:
    """Whether two periods share a day. Days inclusive; None for an open end."""
    return (last is None or other_first <= last) and (other_last is None or first <= other_last)


def judge_period(ctx: Context, period: Period, others: Iterable[Period]) -> None:
    """Refuse a period that ends before it begins or shares a day with another; the other is named if one may see it."""
    faults: list[Fault] = []
    if period.to_day is not None and period.to_day < period.from_day:
        faults.append(fault("to_day", _now("It ends on or after its first day."), str(period.to_day)))
    else:
        for other in others:
            if other.pk == period.pk or not overlaps(period.from_day, period.to_day, other.from_day, other.to_day):
                continue
            if not ctx.viewer.sees(other):
                message = _now("It shares days with a period that you may not see.")
            elif other.to_day is None:
                message = _now("It shares days with the period from {first} on ({units}). End that one first.").format(
                    first=dates.plain(other.from_day), units=other.units
                )
            else:
                message = _now("It shares days with the period from {first} to {last} ({units}).").format(
                    first=dates.plain(other.from_day),
                    last=dates.plain(other.to_day),
                    units=other.units,
                )
            faults.append(fault("from_day", message, str(period.from_day)))
    if faults:
        raise Invalid(faults)


class _Desks(Action):
    """What a period of an agency's desks says."""

    agency: str
    to_day: date | None = None
    reason: str = ""
    clause: str | None = None
    classification: int = Classification.INTERNAL

    def put_onto(self, ctx: Context, row: Capacity) -> Capacity:
        for name in ("from_day", "to_day", "units", "reason"):
            if self.given(name):
                setattr(row, name, getattr(self, name))
        if self.given("clause"):
            row.clause = clause_of(ctx, self.clause)
        if self.given("classification"):
            within_clearance(ctx, self.classification)
            row.classification = self.classification
        judge_units("units", row.units)
        judge_period(ctx, row, Capacity.objects.filter(event=ctx.event, agency=row.agency))
        return ctx.put(row)


@action("schedule.add_capacity", title=_("Set an agency's desks"), right=PLAN)
class AddCapacity(_Desks):
    """Say how many tasks an agency can lead at the same time, from a day on or for a period.

    Days are inclusive; without a last day the end is open. Periods of one agency do not overlap.
    """

    from_day: date
    units: int

    def run(self, ctx: Context) -> Capacity:
        return self.put_onto(ctx, Capacity(event=ctx.event, agency=ctx.get(Agency, code=self.agency)))


@action("schedule.change_capacity", title=_("Change an agency's desks"), right=PLAN)
class ChangeCapacity(_Desks):
    """Change a period of an agency's desks, named by its first day `period`. Fields that are not given stay."""

    period: date
    seen: int | None = None
    from_day: date = date.min
    units: int = 0

    def run(self, ctx: Context) -> Capacity:
        return self.put_onto(ctx, the_capacity(ctx, self.agency, self.period, self.seen))


@action("schedule.remove_capacity", title=_("Remove a period of an agency's desks"), right=PLAN)
class RemoveCapacity(Action):
    """Remove a period of an agency's desks. On its days the agency is then not limited."""

    agency: str
    period: date
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(the_capacity(ctx, self.agency, self.period, self.seen))


def the_capacity(ctx: Context, agency: str, period: date, seen: int | None = None) -> Capacity:
    found = ctx.get(Capacity, agency__code=agency, from_day=period, seen=seen)
    found.agency = ctx.get(Agency, code=agency)
    return found
