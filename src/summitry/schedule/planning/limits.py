"""What limits the plan: desks of agencies, shared resources, other ways; and on which days a plan asks for too much.

limits = reading.use(limits)             # Limits: five queries
limits.desks(agency.pk, day)             # 3, or None: not limited
desk_overloads(solved, limits)           # agency id -> Overload
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple, TypeVar

from summitry.core.checking import Reading
from summitry.engine.calendar import WorkCalendar
from summitry.schedule.models import Alternative, Capacity, Demand, Resource, ResourceCapacity
from summitry.schedule.planning.data import ScheduleData, attach, load
from summitry.schedule.planning.plan import Plan
from summitry.schedule.planning.state import State

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """The records of capacity, each with its references at hand. Nobody's view, as `ScheduleData`.

    capacities: by agency id, in the order of days. periods: by resource id, likewise. demands_of, alternatives_of: by
    task id.
    """

    capacities: Mapping[int, tuple[Capacity, ...]]
    resources: Mapping[int, Resource]
    periods: Mapping[int, tuple[ResourceCapacity, ...]]
    demands_of: Mapping[int, tuple[Demand, ...]]
    alternatives_of: Mapping[int, tuple[Alternative, ...]]

    def desks(self, agency_id: int | None, day: date) -> int | None:
        """Units of tasks that an agency can lead at the same time on a day; None when it is not limited."""
        return _at(self.capacities.get(agency_id or 0, ()), day)

    def most_desks(self, agency_id: int | None, since: date) -> int | None:
        """The most desks that an agency has on any day from one on; None when it is not limited on one of them."""
        rows = [row for row in self.capacities.get(agency_id or 0, ()) if row.to_day is None or row.to_day >= since]
        at = since
        for row in rows:
            if row.from_day > at:
                return None
            if row.to_day is None:
                return max(other.units for other in rows)
            at = date.fromordinal(row.to_day.toordinal() + 1)
        return None

    def units(self, resource_id: int, day: date) -> int:
        """Units of a resource that there are on a day."""
        changed = _at(self.periods.get(resource_id, ()), day)
        return self.resources[resource_id].units if changed is None else changed

    def most_units(self, resource_id: int, since: date) -> int:
        """The most units of a resource that there are on any day from one on."""
        rows = [row for row in self.periods.get(resource_id, ()) if row.to_day is None or row.to_day >= since]
        found = [row.units for row in rows]
        at = since
        for row in rows:
            if row.from_day > at:
                break
            if row.to_day is None:
                return max(found)
            at = date.fromordinal(row.to_day.toordinal() + 1)
        return max([self.resources[resource_id].units, *found])


def _at(rows: Sequence[Capacity] | Sequence[ResourceCapacity], day: date) -> int | None:
    for row in rows:
        if row.from_day <= day and (row.to_day is None or day <= row.to_day):
            return row.units
    return None


def limits(reading: Reading) -> Limits:
    """Five queries besides those of `load`."""
    event, data = reading.event, reading.use(load)
    capacities = list(Capacity.objects.filter(event=event).order_by("from_day"))
    for row in capacities:
        attach(row, event=event, agency=data.agencies[row.agency_id])
    resources = {row.pk: row for row in Resource.objects.filter(event=event)}
    for resource in resources.values():
        attach(resource, event=event, agency=data.agencies.get(resource.agency_id or 0))
    periods = list(ResourceCapacity.objects.filter(event=event).order_by("from_day"))
    for period in periods:
        attach(period, event=event, resource=resources[period.resource_id])
    demands = list(Demand.objects.filter(event=event).order_by("pk"))
    for demand in demands:
        attach(demand, event=event, task=data.tasks[demand.task_id], resource=resources[demand.resource_id])
    alternatives = list(Alternative.objects.filter(event=event).order_by("reluctance", "code"))
    for way in alternatives:
        attach(way, event=event, task=data.tasks[way.task_id], lead=data.agencies.get(way.lead_id or 0))
    return Limits(
        capacities=_by(capacities, lambda row: row.agency_id),
        resources=resources,
        periods=_by(periods, lambda row: row.resource_id),
        demands_of=_by(demands, lambda row: row.task_id),
        alternatives_of=_by(alternatives, lambda row: row.task_id),
    )


def _by(rows: Iterable[T], key: Callable[[T], int]) -> dict[int, tuple[T, ...]]:
    found: dict[int, list[T]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {pk: tuple(of_one) for pk, of_one in found.items()}


class Use(NamedTuple):
    """A task's claim to units on the working days from `first` to `last`, both ordinals of days, included."""

    task_id: int
    first: int
    last: int
    units: int
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Overload:
    """Days on which a plan asks for more units than there are.

    first: the first such day; load, limit, tasks: what is asked for, what there is, and who asks, on that day.
    days: how many such days there are. worst: the most units that are missing on one of them.
    """

    first: date
    load: int
    limit: int
    tasks: tuple[int, ...]
    days: int
    worst: int


def uses_of(solved: Plan) -> Iterator[tuple[int, int, int, WorkCalendar]]:
    """Open leaf tasks that take time: id, first and last day from today on (ordinals), calendar of the lead."""
    data = solved.data
    for task in data.leaves():
        row = solved.of(task.id)
        if task.milestone or row.state is State.DONE or row.start is None or row.finish is None or not row.duration:
            continue
        first, last = max(row.start, data.today), row.finish
        if first <= last:
            yield task.id, first.toordinal(), last.toordinal(), data.calendars.of(task.lead_id).work


def desk_overloads(solved: Plan, within: Limits) -> dict[int, Overload]:
    """By agency id, where the plan lets an agency lead more than it has desks for. From today on."""
    claims: dict[int, list[Use]] = {}
    for pk, first, last, calendar in uses_of(solved):
        task = solved.data.tasks[pk]
        if task.lead_id is not None and task.lead_id in within.capacities and task.desks:
            claims.setdefault(task.lead_id, []).append(Use(pk, first, last, task.desks, calendar))
    found = {}
    for agency_id, uses in claims.items():
        over = overload(uses, lambda day, of=agency_id: within.desks(of, day))  # type: ignore[misc]
        if over is not None:
            found[agency_id] = over
    return found


def resource_overloads(solved: Plan, within: Limits) -> dict[int, Overload]:
    """By resource id, where the plan asks for more units than there are. From today on."""
    claims: dict[int, list[Use]] = {}
    if within.demands_of:
        for pk, first, last, calendar in uses_of(solved):
            for demand in within.demands_of.get(pk, ()):
                claims.setdefault(demand.resource_id, []).append(Use(pk, first, last, demand.units, calendar))
    found = {}
    for resource_id, uses in claims.items():
        over = overload(uses, lambda day, of=resource_id: within.units(of, day))  # type: ignore[misc]
        if over is not None:
            found[resource_id] = over
    return found


def overload(uses: Sequence[Use], limit: Callable[[date], int | None]) -> Overload | None:
    """Where claims together exceed a limit; None where they never do.

    Between two days on which a claim begins or ends the same claims stand, so days are looked at one by one only
    where claims meet at all.
    """
    first: tuple[date, int, int, tuple[int, ...]] | None = None
    days = worst = 0
    for low, high, standing in _spans(uses):
        for ordinal in range(low, high):
            working = [use for use in standing if use.calendar.is_working(ordinal)]
            load = sum(use.units for use in working)
            if not load:
                continue
            day = date.fromordinal(ordinal)
            there = limit(day)
            if there is None or load <= there:
                continue
            days += 1
            worst = max(worst, load - there)
            if first is None:
                first = day, load, there, tuple(use.task_id for use in working)
    return Overload(*first, days, worst) if first is not None else None


def _spans(uses: Sequence[Use]) -> Iterator[tuple[int, int, list[Use]]]:
    """Stretches of days [low, high) with the claims that stand on all of them."""
    edges = sorted({edge for use in uses for edge in (use.first, use.last + 1)})
    in_order = sorted(uses, key=lambda use: use.first)
    standing: list[Use] = []
    at = 0
    for low, high in pairwise(edges):
        standing = [use for use in standing if use.last >= low]
        while at < len(in_order) and in_order[at].first <= low:
            standing.append(in_order[at])
            at += 1
        if standing:
            yield low, high, standing


def own_way(data: ScheduleData, way: Alternative) -> bool:
    """Whether an alternative says what its task says of itself."""
    task = data.tasks[way.task_id]
    same = all(getattr(way, name) == getattr(task, name) for name in ("optimistic", "likely", "pessimistic", "desks"))
    return same and (way.lead_id is None or way.lead_id == task.lead_id)
