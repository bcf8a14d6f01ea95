"""The plan's calendars as the event's week, agencies' weeks and exceptional days: only what differs from what holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from summitry.core.calendars import state_days
from summitry.core.models import Event
from summitry.exchange.plans.model import Lost, OutsideCalendar, OutsideDay, OutsidePlan, OutsideResource
from summitry.exchange.sheets import Values

AGENCY, EXCEPTION = "core.agency", "core.calendarexception"
USUAL_WEEK = "1111100"


@dataclass(frozen=True)
class Resolved:
    """A calendar with what it takes from its base."""

    week: str
    days: Mapping[date, OutsideDay]

    def works_on(self, day: date) -> bool:
        said = self.days.get(day)
        return said.working if said is not None else self.week[day.weekday()] == "1"


def resolved(plan: OutsidePlan, uid: str) -> Resolved | None:
    """The calendar of that uid; None when the plan has none. A circle of bases ends where it closes."""
    line: list[OutsideCalendar] = []
    seen: set[str] = set()
    while uid and uid in plan.calendars and uid not in seen:
        seen.add(uid)
        line.append(plan.calendars[uid])
        uid = plan.calendars[uid].base
    if not line:
        return None
    days: dict[date, OutsideDay] = {}
    for one in reversed(line):
        days |= one.days
    return Resolved(next((one.week for one in line if one.week), USUAL_WEEK), days)


@dataclass(frozen=True)
class DayRow:
    """An exceptional day to write: for everyone, or for one agency by code."""

    day: date
    agency: str | None
    working: bool
    reason: str
    line: int


class CalendarChanges:
    """What the plan's calendars change.

    week: the event's new week, or "". weeks: agencies' own weeks by code. days: exceptional days.
    """

    def __init__(self, plan: OutsidePlan, event: Event, stored: Mapping[str, Mapping[str, Values]]) -> None:
        self.plan, self.event, self.stored = plan, event, stored
        self.week = ""
        self.weeks: dict[str, str] = {}
        self.days: list[DayRow] = []
        self.lost: list[Lost] = []
        self.said: dict[str | None, dict[date, bool]] = {}
        for values in stored[EXCEPTION].values():
            day, agency = values["day"], values["agency"]
            if isinstance(day, date) and (agency is None or isinstance(agency, str)):
                self.said.setdefault(agency, {})[day] = bool(values["working"])
        self.everyone = {**state_days(event), **self.said.get(None, {})}
        self.event_week = event.working_week
        weeks = {one.week for one in plan.calendars.values() if one.week}
        weeks |= {str(values["working_week"]) for values in stored[AGENCY].values() if values["working_week"]}
        self.several_weeks = len(weeks | {event.working_week}) > 1

    def of_the_project(self, take: bool) -> None:
        """The calendar of all work."""
        calendar = self.plan.calendars.get(self.plan.calendar)
        found = resolved(self.plan, self.plan.calendar)
        if calendar is None or found is None:
            return
        rows = list(self._differing(None, found, calendar.line))
        if take:
            if found.week != self.event_week:
                self.week = self.event_week = found.week
            self.days += rows
            self.everyone |= {row.day: row.working for row in rows}
            return
        place = _("Calendar “{name}”").format(name=calendar.name)
        why = _("The event keeps its own calendar, as was asked for.")
        if found.week != self.event_week:
            self.lost.append(Lost.of(calendar.line, place, "WeekDays", found.week, why))
        for row in rows:
            told = _("working") if row.working else _("free")
            self.lost.append(Lost.of(calendar.line, place, "Exception", f"{row.day} {told} {row.reason}", why))

    def _differing(self, agency: str | None, found: Resolved, line: int) -> Iterator[DayRow]:
        """The days of which the plan says otherwise than the event, or one agency of it, where the week is the plan's.

        What the event says and the plan does not, such as a public holiday, stays.
        """
        said = {**self.everyone, **self._own_of(agency)} if agency else self.everyone
        for day in sorted(found.days):
            working = found.works_on(day)
            # A free Saturday says something only where some agency works on Saturdays.
            usual = None if self.several_weeks and agency is None else found.week[day.weekday()] == "1"
            if said.get(day, usual) != working:
                yield DayRow(day, agency, working, found.days[day].reason[:200], line)

    def _upward(self, agency: str) -> Iterator[Values]:
        seen: set[str] = set()
        at: object = agency
        while isinstance(at, str) and at not in seen and at in self.stored[AGENCY]:
            seen.add(at)
            yield self.stored[AGENCY][at]
            at = self.stored[AGENCY][at]["parent"]

    def _own_of(self, agency: str) -> dict[date, bool]:
        own: dict[date, bool] = {}
        for values in reversed(list(self._upward(agency))):
            own |= self.said.get(str(values["code"]), {})
        return own

    def of_the_agencies(self, resources: Mapping[str, OutsideResource]) -> None:
        """The calendars of resources, by the code of the agency that each becomes."""
        for code, one in resources.items():
            calendar = self.plan.calendars.get(one.calendar)
            found = resolved(self.plan, one.calendar)
            if calendar is None or found is None:
                continue
            if one.calendar == self.plan.calendar or (calendar.week is None and not calendar.days):
                continue  # it says nothing of its own
            week = next((str(v["working_week"]) for v in self._upward(code) if v["working_week"]), self.event_week)
            if found.week != week:
                self.weeks[code] = found.week
            self.days += self._differing(code, found, calendar.line)

    def unused(self, used_by_tasks: Mapping[str, str]) -> None:
        """Tell calendars that nobody's work follows. used_by_tasks: a task's place by the uid of its own calendar."""
        of_resources = {one.calendar for one in self.plan.resources}
        bases = {one.base for one in self.plan.calendars.values() if one.uid in of_resources}
        for uid, one in self.plan.calendars.items():
            if uid == self.plan.calendar or uid in of_resources or uid in bases or uid in used_by_tasks:
                continue
            place = _("Calendar “{name}”").format(name=one.name)
            why = _("No work and no agency follows this calendar.")
            self.lost.append(Lost.of(one.line, place, "Calendar", one.name, why))
