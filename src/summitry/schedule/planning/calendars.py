"""Working calendars of an event and its agencies, made from records for the engine, and asked in dates by the pages.

An agency works by its own working week or, where it has none, by that of the nearest agency above it, else by the
event's. Public holidays of the event's country are free. An exceptional day set for everyone overrides both; one set
for an agency overrides that, for the agency and the units below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from summitry.core.models import Agency, CalendarException, Event
from summitry.engine.calendar import MONDAY_TO_FRIDAY, CalendarError, WorkCalendar

EVERYONE = "everyone"
YEARS_AHEAD = 3
"""Years after the event's own for which public holidays are looked up; plans seldom reach further."""


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


@lru_cache(maxsize=64)
def public_holidays(country: str, first_year: int, last_year: int) -> frozenset[int]:
    """The country's public holidays as day numbers; none for a country that the `holidays` library does not know."""
    try:
        found = holidays.country_holidays(country, years=range(first_year, last_year + 1))
    except NotImplementedError:
        return frozenset()
    return frozenset(day.toordinal() for day in found)


def holidays_of(event: Event) -> frozenset[int]:
    """Public holidays in the years that the event's preparation may touch."""
    if not event.country:
        return frozenset()
    return public_holidays(event.country, event.planning_start.year - 1, event.closing_day.year + YEARS_AHEAD)


def _week(text: str) -> tuple[bool, ...] | None:
    return tuple(sign == "1" for sign in text) if "1" in text else None


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


def calendars_of(event: Event, agencies: Mapping[int, Agency], exceptions: Sequence[CalendarException]) -> Calendars:
    """The calendars of an event's records."""
    free = holidays_of(event)
    own: dict[int | None, dict[int, bool]] = {}
    for row in exceptions:
        own.setdefault(row.agency_id, {})[row.day.toordinal()] = row.working
    week = _week(event.working_week) or MONDAY_TO_FRIDAY
    faulty: list[int | None] = [] if _week(event.working_week) else [None]
    everyone, sound = _calendar(EVERYONE, week, free, own.get(None, {}))
    if not sound and None not in faulty:
        faulty.append(None)
    by_name = {EVERYONE: everyone}
    name_of: dict[int | None, str] = {None: EVERYONE}
    for pk, agency in agencies.items():
        line = list(_upward(agency, agencies))
        special = [above for above in line if above.working_week or above.pk in own]
        if not special:
            name_of[pk] = EVERYONE
            continue
        # Units that add nothing of their own share the calendar of the nearest agency that does.
        name = f"agency-{special[0].pk}"
        name_of[pk] = name
        if name in by_name:
            continue
        days = dict(own.get(None, {}))
        for above in reversed(special):
            days |= own.get(above.pk, {})
        own_week = next((_week(above.working_week) for above in special if above.working_week), None)
        by_name[name], sound = _calendar(name, own_week or week, free, days)
        if not sound or any(a.working_week and not _week(a.working_week) for a in special[:1]):
            faulty.append(special[0].pk)
    return Calendars(by_name, name_of, tuple(faulty))


def _upward(agency: Agency, agencies: Mapping[int, Agency]) -> Iterable[Agency]:
    seen: set[int] = set()
    at: Agency | None = agency
    while at is not None and at.pk not in seen:
        seen.add(at.pk)
        yield at
        at = agencies.get(at.parent_id) if at.parent_id else None


def _calendar(
    name: str, week: tuple[bool, ...], free: frozenset[int], days: Mapping[int, bool]
) -> tuple[Calendar, bool]:
    """The calendar, and whether the records give one; if not, it is the bare week."""
    off = free | {day for day, working in days.items() if not working}
    on = frozenset(day for day, working in days.items() if working)
    try:
        return Calendar(WorkCalendar(name, week, frozenset(off), on)), True
    except CalendarError:
        return Calendar(WorkCalendar(name, week)), False
