"""How many units of an agency's desks, or of a resource, a plan takes on each day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from summitry.schedule.planning.limits import Limits, uses_of
from summitry.schedule.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class Day:
    """One day: units asked for, units there are (None: not limited), and ids of the tasks that ask."""

    day: date
    load: int
    limit: int | None
    tasks: tuple[int, ...]

    @property
    def over(self) -> int:
        """Units that are missing."""
        return max(0, self.load - self.limit) if self.limit is not None else 0


@dataclass(frozen=True)
class Load:
    """All days of one agency or resource, from today on, free days included."""

    days: tuple[Day, ...]

    @property
    def peak(self) -> int:
        return max((day.load for day in self.days), default=0)

    @property
    def over(self) -> tuple[Day, ...]:
        return tuple(day for day in self.days if day.over)


def loads(
    solved: Plan, within: Limits, *, first: date, last: date, visible: Collection[int] | None = None
) -> tuple[dict[int, Load], dict[int, Load]]:
    """By agency id and by resource id, for all that are limited or asked for. Only of visible tasks, where given.

    A task takes its desks and units on its working days from today on, as the checks count them.
    """
    desks: dict[int, dict[int, list[tuple[int, int]]]] = {}
    units: dict[int, dict[int, list[tuple[int, int]]]] = {}
    for pk, begin, end, calendar in uses_of(solved):
        if visible is not None and pk not in visible:
            continue
        task = solved.data.tasks[pk]
        asks: list[tuple[dict[int, list[tuple[int, int]]], int]] = []
        if task.lead_id is not None and task.desks:
            asks.append((desks.setdefault(task.lead_id, {}), task.desks))
        asks += [(units.setdefault(d.resource_id, {}), d.units) for d in within.demands_of.get(pk, ())]
        for day in range(max(begin, first.toordinal()), min(end, last.toordinal()) + 1) if asks else ():
            if calendar.is_working(day):
                for of, count in asks:
                    of.setdefault(day, []).append((pk, count))
    by_agency = {
        pk: Load(tuple(_days(desks.get(pk, {}), first, last, lambda day, of=pk: within.desks(of, day))))  # type: ignore[misc]
        for pk in desks.keys() | within.capacities.keys()
    }
    by_resource = {
        pk: Load(tuple(_days(units.get(pk, {}), first, last, lambda day, of=pk: within.units(of, day))))  # type: ignore[misc]
        for pk in within.resources
    }
    return by_agency, by_resource


def _days(
    asked: Mapping[int, list[tuple[int, int]]], first: date, last: date, limit: Callable[[date], int | None]
) -> Iterator[Day]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        claims = asked.get(ordinal, ())
        yield Day(day, sum(count for _, count in claims), limit(day), tuple(pk for pk, _ in claims))
