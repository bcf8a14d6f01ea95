"""Which days are worked at an event, as plain facts: weekly pattern, public holidays, exceptional days, agencies' own.

Days are `date`s; a weekly pattern is seven signs, Monday to Sunday, 1 for a working day. What is said about a day, the
strongest first: an exception of the agency or of the nearest agency above it, an exception for everyone, what the state
sets (public holidays, and the weekends that it works in exchange), the working week of the agency or of the nearest
one above it, the event's. `schedule.planning` makes the engine's calendars from these facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language

from summitry.core.models import Agency, CalendarException, Event

# Work of an event reaches from the start of planning to some weeks after its closing (reports, settling of accounts),
# and a schedule that runs away must still be counted: so many whole years after the closing year have their holidays.
YEARS_AFTER = 3


class WorkingFacts(NamedTuple):
    """The days worked by one agency, or (for agencies with none of their own) by everyone.

    week: seven signs, Monday to Sunday, 1 for a working day.
    nonworking: days that are free whatever the week says.
    working: days that are worked whatever the week says; none of them is in `nonworking`.
    """

    week: str
    nonworking: frozenset[date]
    working: frozenset[date]

    def is_working(self, day: date) -> bool:
        return day in self.working or (self.week[day.weekday()] == "1" and day not in self.nonworking)

    def back(self, day: date, count: int) -> date:
        """The first of the last `count` working days before `day`, which itself is not counted."""
        while count > 0:
            day -= timedelta(days=1)
            count -= self.is_working(day)
        return day


class _Country(NamedTuple):
    holidays: tuple[tuple[date, str], ...]
    substituted: frozenset[date]  # weekends that the state made working days in exchange for a day off


@lru_cache(maxsize=1)
def known_countries() -> Mapping[str, str]:
    """The countries whose public holidays the `holidays` library knows: two letters and the library's name."""
    from holidays.registry import COUNTRIES

    return {names[1]: names[0] for names in COUNTRIES.values()}


@lru_cache(maxsize=64)
def _country(country: str, first_year: int, last_year: int, language: str) -> _Country:
    import holidays

    kind = getattr(holidays, known_countries()[country])
    spoken = next((one for one in kind.supported_languages if one.split("_")[0] == language), kind.default_language)
    years = range(first_year, last_year + 1)
    found = kind(years=years, language=spoken)
    substituted: set[date] = getattr(found, "weekend_workdays", set())
    return _Country(
        tuple(sorted((day, str(name)) for day, name in found.items())),
        frozenset(day for day in substituted if day.year in years),
    )


def _of(event: Event, first: date | None = None, last: date | None = None) -> _Country:
    if event.country not in known_countries():
        return _Country((), frozenset())
    first_year, last_year = event.planning_start.year - 1, event.closing_day.year + YEARS_AFTER
    if first is not None:
        first_year = min(first_year, first.year)
    if last is not None:
        last_year = max(last_year, last.year)
    return _country(event.country, first_year, last_year, (get_language() or "en").split("-")[0])


def public_holidays(event: Event, *, first: date | None = None, last: date | None = None) -> dict[date, str]:
    """The public holidays of the event's country by day, named in the reader's language or else the country's own.

    Between two days, both included; by default over all years in which the event's work may lie.
    """
    days = _of(event, first, last).holidays
    return {day: name for day, name in days if (first is None or day >= first) and (last is None or day <= last)}


def state_days(event: Event) -> dict[date, bool]:
    """What the state sets in the years of the event's work: public holidays are free, exchanged weekends worked."""
    country = _of(event)
    free = dict.fromkeys((day for day, _name in country.holidays), False)
    return {**free, **dict.fromkeys(country.substituted, True)}


def working_facts(event: Event) -> dict[int | None, WorkingFacts]:
    """The event's calendar under None, and one for each agency whose calendar may differ from it, by agency id.

    Two queries. An agency that is not in the answer works by the event's calendar.
    """
    exceptions: dict[int | None, dict[date, bool]] = {}
    for agency_id, day, working in CalendarException.objects.filter(event=event).values_list(
        "agency_id", "day", "working"
    ):
        exceptions.setdefault(agency_id, {})[day] = working
    agencies = {a.pk: a for a in Agency.objects.filter(event=event).only("parent_id", "working_week")}
    state, everyone = state_days(event), exceptions.get(None, {})

    def facts(week: str, own: Mapping[date, bool]) -> WorkingFacts:
        said = {**state, **everyone, **own}
        return WorkingFacts(
            week=week,
            nonworking=frozenset(day for day, working in said.items() if not working),
            working=frozenset(day for day, working in said.items() if working),
        )

    found: dict[int | None, WorkingFacts] = {None: facts(event.working_week, {})}
    for agency in agencies.values():
        line = list(_upward(agency, agencies))
        week = next((above.working_week for above in line if above.working_week), event.working_week)
        own: dict[date, bool] = {}
        for above in reversed(line):
            own |= exceptions.get(above.pk, {})
        if own or week != event.working_week:
            found[agency.pk] = facts(week, own)
    return found


def _upward(agency: Agency, agencies: Mapping[int, Agency]) -> Iterator[Agency]:
    seen: set[int] = set()
    at: Agency | None = agency
    while at is not None and at.pk not in seen:
        seen.add(at.pk)
        yield at
        at = agencies.get(at.parent_id) if at.parent_id else None


def is_working_day(event: Event, day: date) -> bool:
    """Whether a day is worked by everyone: the event's own calendar, without agencies' exceptions."""
    return working_facts(event)[None].is_working(day)
