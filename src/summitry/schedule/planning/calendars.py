"""Working calendars of an event and its agencies, for the engine, and asked in dates by the pages.

What is worked when is told by `core.calendars`: weekly patterns, public holidays, exceptional days. Here these facts
become the engine's calendars, each different one once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from summitry.core.calendars import WorkingFacts, working_facts
from summitry.core.models import Event
from summitry.engine.calendar import MONDAY_TO_FRIDAY, CalendarError, WorkCalendar

EVERYONE = "everyone"
"""Name of the calendar of agencies that have none of their own."""


@dataclass(frozen=True)
class Calendar:
    """One working calendar, asked in dates. `work` is the engine's description of it."""

    work: WorkCalendar

    def works_on(self, day: date) -> bool:
        return self.work.is_working(day.toordinal())

    def count(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both included; negative when `last` is before `first`."""
        return self.work.count(first.toordinal(), last.toordinal() + 1)

    def since(self, day: date, today: date) -> int:
        """Working days that have passed after `day` and before `today`."""
        return max(0, self.work.count(day.toordinal() + 1, today.toordinal()))

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the first working day after it."""
        return date.fromordinal(self.work.next_working(day.toordinal()))

    def last_working(self, day: date) -> date:
        """The day itself if it is worked, else the last working day before it."""
        return date.fromordinal(self.work.last_working(day.toordinal() + 1))

    def shift(self, day: date, days: int) -> date:
        """The working day that lies `days` working days after `day` (before it, if negative)."""
        if days >= 0:
            return date.fromordinal(self.work.finish(self.work.next_working(day.toordinal()), days + 1) - 1)
        return date.fromordinal(self.work.start(self.work.last_working(day.toordinal() + 1) + 1, 1 - days))

    def free_days(self, first: date, last: date) -> Iterator[date]:
        """The days without work from `first` to `last`, for shading a chart."""
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            if not self.work.is_working(ordinal):
                yield date.fromordinal(ordinal)


@dataclass(frozen=True)
class Calendars:
    """All calendars of an event: those that differ, once each, and which one an agency works by.

    faulty: ids of agencies (None for the event) whose records give no calendar, such as a year without a working
    day; they work by the week alone.
    """

    by_name: Mapping[str, Calendar]
    name_of: Mapping[int | None, str]
    faulty: tuple[int | None, ...] = ()

    def of(self, agency_id: int | None) -> Calendar:
        return self.by_name[self.name_of.get(agency_id, EVERYONE)]


def calendars_of(event: Event) -> Calendars:
    """The calendars of an event's records. Two queries."""
    facts = working_facts(event)
    by_facts: dict[WorkingFacts, str] = {}
    by_name: dict[str, Calendar] = {}
    name_of: dict[int | None, str] = {}
    faulty: list[int | None] = []
    for pk, said in facts.items():  # everyone's comes first
        name = by_facts.get(said)
        if name is None:
            name = by_facts[said] = EVERYONE if pk is None else f"agency-{pk}"
            by_name[name], sound = _calendar(name, said)
            if not sound:
                faulty.append(pk)
        name_of[pk] = name
    return Calendars(by_name, name_of, tuple(faulty))


def _calendar(name: str, facts: WorkingFacts) -> tuple[Calendar, bool]:
    """The calendar, and whether the facts give one; if not, it is the bare week."""
    week = tuple(sign == "1" for sign in facts.week)
    try:
        return Calendar(WorkCalendar(name, week, _ordinals(facts.nonworking), _ordinals(facts.working))), True
    except CalendarError:
        return Calendar(WorkCalendar(name, week if any(week) else MONDAY_TO_FRIDAY)), False


def _ordinals(days: Iterable[date]) -> frozenset[int]:
    return frozenset([day.toordinal() for day in days])
