"""An event's master schedule as Microsoft Project XML, in the order of elements that its schema demands.

Source: Microsoft, "Project XML Data Interchange Schema Reference" (mspdi_pj12.xsd). What is carried: docs/plans.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from summitry.core import clock
from summitry.core.calendars import public_holidays, working_facts
from summitry.core.checking import Reading
from summitry.core.models import Event
from summitry.core.viewer import Viewer
from summitry.exchange import queries
from summitry.exchange.mspdi.elements import NAMESPACE, TIMES, Writer, begins, ends, length
from summitry.exchange.mspdi.left import Left, left_of, numbered_baselines, own_days, too_long, whole
from summitry.exchange.mspdi.marks import mark_lines
from summitry.exchange.mspdi.own import DURATIONS, OWN_FIELDS
from summitry.exchange.plans.model import OutsideMarks
from summitry.exchange.queries import StoredEvent
from summitry.exchange.sheets import HIDDEN, Values
from summitry.schedule.planning import TaskPlan
from summitry.schedule.planning import plan as solved

TASK, LINK, COORDINATION, AGENCY = "schedule.task", "schedule.link", "schedule.coordination", "core.agency"
CAPACITY = "schedule.capacity"
BASELINE, BASELINE_TASK, EXCEPTION = "schedule.baseline", "schedule.baselinetask", "core.calendarexception"
SAVE_VERSION = 14
BASE_CALENDAR = 1
LINK_TYPES = {"FF": 0, "FS": 1, "SF": 2, "SS": 3}
TENTHS_A_DAY = 4800
DAYS = 7
"""The format of a duration that is shown in days."""
MSO, MFO, SNET = 2, 3, 4


@dataclass(frozen=True)
class ExportedPlan:
    """complete: whether the viewer sees the whole schedule. left: what the file does not hold."""

    complete: bool
    left: tuple[Left, ...] = field(default=())


def export_plan(event: Event, viewer: Viewer, file: BinaryIO) -> ExportedPlan:
    """Write the schedule as this viewer sees it, with the dates of the plan as of the event's own day."""
    stored = queries.load(event, viewer)
    writing = _Writing(stored)
    file.write(writing.bytes())
    return ExportedPlan(whole(stored), tuple(left_of(stored)))


class _Writing:
    def __init__(self, stored: StoredEvent) -> None:
        self.stored, self.event = stored, stored.event
        self.today = clock.today(self.event)
        self.facts = working_facts(self.event)
        self.tasks = stored[TASK].values
        self.uid = {key: pk for pk, key in stored[TASK].key_of.items()}
        self.agency_uid = {key: pk for pk, key in stored[AGENCY].key_of.items()}
        self.plan: Mapping[int, TaskPlan] = Reading(self.event).use(solved).rows
        self.order = list(self._outline())
        self.groups = {str(values["parent"]) for values in self.tasks.values() if isinstance(values["parent"], str)}
        self.baselines = numbered_baselines(stored[BASELINE])
        self.desks: dict[str, list[Values]] = {}
        for values in sorted(stored[CAPACITY].values.values(), key=lambda values: cast(date, values["from_day"])):
            if isinstance(values["agency"], str):
                self.desks.setdefault(values["agency"], []).append(values)
        self.out = Writer()

    def bytes(self) -> bytes:
        with self.out.within("Project", f' xmlns="{NAMESPACE}"'):
            self._head()
            self._attributes()
            self._calendars()
            with self.out.within("Tasks"):
                self._project_line()
                links = self._links_to()
                dates = self._baseline_dates()
                for number, (code, level, outline) in enumerate(self.order, start=1):
                    self._task(number, code, level, outline, links.get(code, []), dates.get(code, []))
            with self.out.within("Resources"):
                self._resources()
            with self.out.within("Assignments"):
                self._assignments()
        return self.out.bytes()

    # What comes in which order

    def _outline(self) -> Iterator[tuple[str, int, str]]:
        """Every task after its group: code, level, outline number. A group that is hidden holds nobody here."""
        below: dict[str, list[str]] = {}
        for code, values in self.tasks.items():
            parent = values["parent"]
            below.setdefault(parent if isinstance(parent, str) and parent in self.tasks else "", []).append(code)
        for parts in below.values():
            parts.sort(key=lambda code: (cast(int, self.tasks[code]["position"]), code))
        open_parts = [(code, 1, str(at)) for at, code in enumerate(below.get("", ()), start=1)][::-1]
        while open_parts:
            code, level, outline = open_parts.pop()
            yield code, level, outline
            further = [(part, level + 1, f"{outline}.{at}") for at, part in enumerate(below.get(code, ()), start=1)]
            open_parts += further[::-1]

    # The project

    def _head(self) -> None:
        out, event = self.out, self.event
        days = [row for row in self.plan.values() if row.start is not None and row.finish is not None]
        finish = max((cast(date, row.finish) for row in days), default=event.closing_day)
        week = event.working_week.count("1")
        out.all(SaveVersion=SAVE_VERSION, Name=f"{event.slug}.xml", Title=event.name)
        out.all(CreationDate=begins(self.today), LastSaved=begins(self.today), ScheduleFromStart=True)
        out.all(StartDate=begins(event.planning_start), FinishDate=ends(finish))
        out.all(CalendarUID=BASE_CALENDAR, DefaultStartTime=TIMES[0][0], DefaultFinishTime=TIMES[-1][1])
        out.all(MinutesPerDay=480, MinutesPerWeek=480 * week, DaysPerMonth=20)
        out.all(
            DurationFormat=DAYS, NewTasksAreManual=False, StatusDate=ends(self.today), CurrentDate=begins(self.today)
        )

    def _attributes(self) -> None:
        with self.out.within("ExtendedAttributes"):
            for own in OWN_FIELDS:
                with self.out.within("ExtendedAttribute"):
                    self.out.all(FieldID=own.number, FieldName=own.name, Alias=own.alias)

    def _project_line(self) -> None:
        counter, fingerprint = queries.chain_state(self.event)
        rows = self.stored[BASELINE].values
        baselines = {
            number: (code, str(rows[code]["name"]), cast(date, rows[code]["taken_on"]))
            for code, number in self.baselines.items()
        }
        marks = OutsideMarks(self.event.slug, counter, fingerprint, baselines)
        told = _("Leave these lines as they are: by them a changed file finds its records again.")
        with self.out.within("Task"):
            self.out.all(UID=0, ID=0, Name=self.event.name, Type=1, IsNull=False)
            self.out.all(OutlineNumber=0, OutlineLevel=0, Summary=True)
            self.out.put("Notes", "\n".join([told, *mark_lines(marks)]))

    # Calendars

    def _calendars(self) -> None:
        everyone = self.facts[None]
        names = {**{day: str(name) for day, name in public_holidays(self.event).items()}, **self._reasons(None)}
        with self.out.within("Calendars"):
            with self.out.within("Calendar"):
                self.out.all(UID=BASE_CALENDAR, Name="Standard", IsBaseCalendar=True, BaseCalendarUID=-1)
                self._week(everyone.week)
                # Also a free Saturday, which an agency with another week would work.
                self._days({day: day in everyone.working for day in everyone.nonworking | everyone.working}, names)
            for code, uid in self.agency_uid.items():
                facts = self.facts.get(uid)
                with self.out.within("Calendar"):
                    self.out.all(UID=BASE_CALENDAR + uid, Name=self._name_of(code), IsBaseCalendar=False)
                    self.out.put("BaseCalendarUID", BASE_CALENDAR)
                    if facts is not None and facts is not everyone:
                        if facts.week != everyone.week:
                            self._week(facts.week)
                        self._days(own_days(facts, everyone), self._reasons(code))

    def _reasons(self, agency: str | None) -> dict[date, str]:
        rows = self.stored[EXCEPTION].values.values()
        return {cast(date, row["day"]): str(row["reason"]) for row in rows if row["agency"] == agency and row["reason"]}

    def _week(self, week: str) -> None:
        with self.out.within("WeekDays"):
            for day_type in range(1, 8):  # 1 is Sunday
                working = week[(day_type + 5) % 7] == "1"
                with self.out.within("WeekDay"):
                    self.out.all(DayType=day_type, DayWorking=working)
                    self._times(working)

    def _times(self, working: bool) -> None:
        if working:
            with self.out.within("WorkingTimes"):
                for start, end in TIMES:
                    with self.out.within("WorkingTime"):
                        self.out.all(FromTime=start, ToTime=end)

    def _days(self, days: Mapping[date, bool], names: Mapping[date, str]) -> None:
        if not days:
            return
        with self.out.within("Exceptions"):
            for day, working in sorted(days.items()):
                with self.out.within("Exception"):
                    self.out.put("EnteredByOccurrences", False)
                    with self.out.within("TimePeriod"):
                        self.out.all(FromDate=f"{day:%Y-%m-%d}T00:00:00", ToDate=f"{day:%Y-%m-%d}T23:59:00")
                    self.out.all(Occurrences=1, Name=names.get(day, ""), Type=1, DayWorking=working)
                    self._times(working)

    # Tasks

    def _task(
        self, number: int, code: str, level: int, outline: str, links: list[Values], dates: list[tuple[int, Values]]
    ) -> None:
        out, values, uid = self.out, self.tasks[code], self.uid[code]
        row = self.plan.get(uid, TaskPlan(uid))
        group, milestone = code in self.groups, bool(values["milestone"])
        start = row.start or self.event.planning_start
        finish = row.finish or start
        likely = row.duration if group else cast(int, values["likely"])
        kind, day, extra = _constraint(values)
        with out.within("Task"):
            out.all(UID=uid, ID=number, Name=values["title"], Active=values["waived_on"] is None, Manual=False)
            out.all(Type=0, IsNull=False, WBS=code, OutlineNumber=outline, OutlineLevel=level)
            out.all(Start=ends(start) if milestone else begins(start), Finish=ends(finish))
            out.all(Duration=length(likely), DurationFormat=DAYS, Milestone=milestone, Summary=group)
            out.put("Critical", row.critical)
            self._progress(values, likely, group)
            out.put("ConstraintType", kind)
            if day is not None:
                out.put("ConstraintDate", ends(day) if kind == MFO else begins(day))
            if isinstance(values["deadline"], date):
                out.put("Deadline", ends(values["deadline"]))
            if values["note"]:
                out.put("Notes", values["note"])
            for link in links:
                self._link(link)
            self._own(code, values, extra)
            for baseline, told in dates:
                self._baseline(baseline, told)

    def _progress(self, values: Values, likely: int, group: bool) -> None:
        started, closed, left = values["started_on"], values["closed_on"], values["remaining"]
        if group:
            return
        if closed is not None:
            self.out.put("PercentComplete", 100)
        elif isinstance(left, int) and likely:
            self.out.put("PercentComplete", min(99, max(0, (likely - left) * 100 // likely)))
        if isinstance(started, date):
            self.out.put("ActualStart", begins(started))
        if isinstance(closed, date):
            self.out.put("ActualFinish", ends(closed))
        elif isinstance(left, int) and not values["milestone"]:
            self.out.put("RemainingDuration", length(left))

    def _link(self, link: Values) -> None:
        with self.out.within("PredecessorLink"):
            self.out.all(PredecessorUID=self.uid[str(link["predecessor"])], Type=LINK_TYPES[str(link["kind"])])
            self.out.all(CrossProject=False, LinkLag=cast(int, link["lag"]) * TENTHS_A_DAY, LagFormat=DAYS)

    def _links_to(self) -> dict[str, list[Values]]:
        """Links by the task that waits: all of them, though Microsoft Project keeps one between two tasks."""
        found: dict[str, list[Values]] = {}
        for _key, values in sorted(self.stored[LINK].values.items()):
            if HIDDEN not in (values["predecessor"], values["successor"]):
                found.setdefault(str(values["successor"]), []).append(values)
        return found

    def _own(self, code: str, values: Values, extra: Mapping[str, date]) -> None:
        told: dict[str, object] = {**extra}
        for name in ("code", "classification", "reported_on", "waived_on", "priority", "published", "unbroken"):
            told[name] = values[name]
        for name in ("optimistic", "pessimistic"):
            told[name] = length(days) if isinstance(days := values[name], int) else None
        if isinstance(values["planned_start"], date):
            told["planned_start"] = begins(values["planned_start"])
        if isinstance(values["lead"], str) and not values["desks"]:
            told["lead"] = values["lead"]  # no share of its time tells that it leads
        reason = str(values["waived_reason"])
        if values["waived_on"] is not None and reason and not too_long(reason):
            told["waived_reason"] = reason
        for own in OWN_FIELDS:
            value = told.get(own.field)
            if value is not None:
                with self.out.within("ExtendedAttribute"):
                    self.out.all(FieldID=own.number, Value=value)
                    if own.field in DURATIONS:
                        self.out.put("DurationFormat", DAYS)

    def _baseline_dates(self) -> dict[str, list[tuple[int, Values]]]:
        found: dict[str, list[tuple[int, Values]]] = {}
        for values in self.stored[BASELINE_TASK].values.values():
            number = self.baselines.get(str(values["baseline"]))
            if number is not None and isinstance(values["task"], str):
                found.setdefault(values["task"], []).append((number, values))
        return {code: sorted(rows, key=lambda row: row[0]) for code, rows in found.items()}

    def _baseline(self, number: int, values: Values) -> None:
        with self.out.within("Baseline"):
            self.out.all(Number=number, Start=begins(cast(date, values["start"])))
            self.out.all(Finish=ends(cast(date, values["finish"])), Duration=length(cast(int, values["duration"])))
            self.out.put("DurationFormat", DAYS)

    # Who

    def _name_of(self, code: str) -> str:
        return str(self.stored[AGENCY].values[code]["name"])

    def _resources(self) -> None:
        for number, (code, uid) in enumerate(self.agency_uid.items(), start=1):
            with self.out.within("Resource"):
                self.out.all(UID=uid, ID=number, Name=self._name_of(code), Type=1, IsNull=False, Initials=code)
                self.out.all(Code=code, MaxUnits=self._desks_today(code), CalendarUID=BASE_CALENDAR + uid)
                self._desks(code)

    def _desks_today(self, code: str) -> int:
        """Where nothing limits the agency the other program still needs a number: one task at a time."""
        for values in self.desks.get(code, ()):
            first, last = cast(date, values["from_day"]), cast(date | None, values["to_day"])
            if first <= self.today and (last is None or self.today <= last):
                return cast(int, values["units"])
        return 1

    def _desks(self, code: str) -> None:
        if code not in self.desks:
            return
        with self.out.within("AvailabilityPeriods"):
            for values in self.desks[code]:
                with self.out.within("AvailabilityPeriod"):
                    self.out.put("AvailableFrom", f"{values['from_day']:%Y-%m-%d}T00:00:00")
                    if values["to_day"] is not None:
                        self.out.put("AvailableTo", f"{values['to_day']:%Y-%m-%d}T23:59:00")
                    self.out.put("AvailableUnits", values["units"])

    def _assignments(self) -> None:
        """The lead gives as many desks as the task takes; who takes part gives none that would be planned."""
        helping: dict[str, list[str]] = {}
        for values in self.stored[COORDINATION].values.values():
            if isinstance(values["task"], str) and isinstance(values["agency"], str):
                helping.setdefault(values["task"], []).append(values["agency"])
        number = 0
        for code, _level, _outline in self.order:
            lead = self.tasks[code]["lead"]
            taking_part = [(agency, 0) for agency in sorted(helping.get(code, ()))]
            desks = cast(int, self.tasks[code]["desks"])
            for agency, units in [*([(lead, desks)] if isinstance(lead, str) else []), *taking_part]:
                number += 1
                with self.out.within("Assignment"):
                    self.out.all(UID=number, TaskUID=self.uid[code], ResourceUID=self.agency_uid[agency], Units=units)


def _constraint(values: Values) -> tuple[int, date | None, dict[str, date]]:
    """The strongest date that a task has as the constraint, the others as fields of ours."""
    dates = {
        name: value for name in ("fixed_start", "fixed_finish", "not_before") if isinstance(value := values[name], date)
    }
    if not dates:
        return 0, None, {}
    name = next(iter(dates))
    kind = {"fixed_start": MSO, "fixed_finish": MFO, "not_before": SNET}[name]
    return kind, dates.pop(name), dates
