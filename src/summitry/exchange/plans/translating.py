"""From an outside plan to the rows that an import compares with the event.

What is carried and what is not: docs/plans.md. A plan's silence never erases a fact: a start, a closing, a waiver that
the event knows and the file does not stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

from django.utils.translation import gettext as _

from summitry.core import clock
from summitry.core.models import Event
from summitry.core.viewer import Viewer
from summitry.exchange import queries
from summitry.exchange.about import Marks
from summitry.exchange.cells import words_for
from summitry.exchange.faults import Faults
from summitry.exchange.plans.agencies import Agencies
from summitry.exchange.plans.baselines import BaselineRows
from summitry.exchange.plans.book import OutsideRow, OutsideRows, PlanBook, Wishes
from summitry.exchange.plans.calendars import CalendarChanges, Resolved, resolved
from summitry.exchange.plans.codes import Codes
from summitry.exchange.plans.keys import keys_of
from summitry.exchange.plans.lengths import lag_days, shown
from summitry.exchange.plans.model import Loss, Lost, OutsideAssignment, OutsidePlan, OutsideResource, OutsideTask
from summitry.exchange.plans.order import positions
from summitry.exchange.plans.task_rows import TaskRows
from summitry.exchange.reading import SheetRows
from summitry.exchange.sheets import SHEETS, Values
from summitry.exchange.sheets.core import EVENT
from summitry.schedule.models import Task

AGENCY, EXCEPTION, TASK = "core.agency", "core.calendarexception", "schedule.task"
CAPACITY = "schedule.capacity"
LINK, COORDINATION = "schedule.link", "schedule.coordination"
BASELINE, BASELINE_TASK = "schedule.baseline", "schedule.baselinetask"


def translate(plan: OutsidePlan, event: Event, viewer: Viewer, wishes: Wishes, faults: Faults) -> PlanBook:
    """The plan as rows for this event, as this viewer sees it. Faults join those of the reading."""
    return _Translator(plan, event, viewer, wishes, faults).book()


class _Translator:
    def __init__(self, plan: OutsidePlan, event: Event, viewer: Viewer, wishes: Wishes, faults: Faults) -> None:
        self.plan, self.event, self.viewer, self.wishes, self.faults = plan, event, viewer, wishes, faults
        self.today = clock.today(event)
        loaded = queries.load(event, viewer)
        self.stored: dict[str, dict[str, Values]] = {label: one.values for label, one in loaded.by_label.items()}
        marks = plan.marks
        self.written = bool(marks.event)
        self.same = marks.event == event.slug and queries.was_at(event, marks.counter, marks.fingerprint)
        self.lost = list(plan.lost)
        self.rows: dict[str, dict[str, OutsideRow]] = {}
        self.told: list[str] = []

    def book(self) -> PlanBook:
        before = keys_of(self.event, self.plan.key)
        taken = set(Task.objects.filter(event=self.event).values_list("code", flat=True))
        codes = Codes(before, taken)
        self.codes = codes.give(self.plan.tasks)
        self.agencies = Agencies(self.stored[AGENCY], written=self.written, own=self.same)
        self.agencies.find(self.plan.resources)
        self.lost += codes.lost + self.agencies.lost
        self._default_lead()
        self._calendars()
        self._capacities()
        self._tasks()
        self._links()
        self._baselines()
        gone = self._gone(before)
        marks = Marks()
        if self.same:
            marks = Marks(
                event=self.plan.marks.event, counter=self.plan.marks.counter, fingerprint=self.plan.marks.fingerprint
            )
        return PlanBook(
            marks=marks,
            sheets=self._sheets(),
            faults=self.faults,
            words=words_for(self.event),
            gone=gone,
            told=self.told,
            outside=self.plan,
            wishes=self.wishes,
            lost=sorted(self.lost, key=lambda one: one.line),
            keys=self.codes,
        )

    # Rows

    def _put(self, label: str, values: Values, line: int, name: str) -> None:
        key = SHEETS[label].key_of(values)
        self.rows.setdefault(label, {})[key] = OutsideRow(line, values, name=name)

    def _sheets(self) -> dict[str, SheetRows]:
        found: dict[str, SheetRows] = {}
        for label, rows in self.rows.items():
            sheet = SHEETS[label]
            found[label] = OutsideRows(sheet, str(sheet.title), dict(rows))
        return found

    def _lose(self, line: int, place: str, what: str, value: object, why: str, loss: Loss = Loss.CONVERTED) -> None:
        self.lost.append(Lost.of(line, place, what, value, why, loss))

    # Who and when

    def _default_lead(self) -> None:
        lead = self.wishes.lead
        if lead and lead not in self.stored[AGENCY] and lead not in self.agencies.new:
            self.faults.add(_("No agency has this code: choose the lead of tasks without one anew."), found=lead)

    def _calendars(self) -> None:
        changes = CalendarChanges(self.plan, self.event, self.stored)
        changes.of_the_project(self.wishes.calendar)
        by_code: dict[str, OutsideResource] = {}
        for one in self.plan.resources:
            by_code.setdefault(self.agencies.by_uid[one.uid], one)
        changes.of_the_agencies(by_code)
        changes.unused({task.calendar: task.place for task in self.plan.tasks if task.calendar})
        self.lost += changes.lost
        if changes.week:
            values: Values = {"working_week": changes.week}
            line = self.plan.calendars[self.plan.calendar].line
            self.rows[EVENT.label] = {self.event.slug: OutsideRow(line, values, name="")}
        for code, new in self.agencies.new.items():
            self._put(AGENCY, {"code": code, "name": new.name or code}, new.line, f"UID {new.uid}")
        for code, renamed in self.agencies.renamed.items():
            self._put(AGENCY, {"code": code, "name": renamed.name}, renamed.line, f"UID {renamed.uid}")
        for code, week in changes.weeks.items():
            one = by_code[code]
            row = self.rows.get(AGENCY, {}).get(code) or OutsideRow(one.line, {"code": code}, name=f"UID {one.uid}")
            row.values["working_week"] = week
            self.rows.setdefault(AGENCY, {})[code] = row
        for day in changes.days:
            told: Values = {"day": day.day, "agency": day.agency, "working": day.working}
            if day.reason:
                told["reason"] = day.reason
            self._put(EXCEPTION, told, day.line, f"{day.day}")
        self.calendar = resolved(self.plan, self.plan.calendar) or Resolved(self.event.working_week, {})

    def _capacities(self) -> None:
        """The desks of agencies, by period."""
        for one in self.plan.resources:
            agency = self.agencies.by_uid[one.uid]
            for period in one.periods:
                units = max(0, ceil(period.units))
                if units != period.units:
                    why = _("Desks are whole: they are rounded up.")
                    place = f"“{one.name}” (UID {one.uid})"
                    self._lose(period.line, place, "AvailableUnits", f"{float(period.units):g} → {units}", why)
                values: Values = {"agency": agency, "from_day": period.first, "to_day": period.last, "units": units}
                self._put(CAPACITY, values, period.line, f"UID {one.uid}")

    # Work

    def _tasks(self) -> None:
        known = self.stored[TASK]
        makes = TaskRows(self.plan, self.calendar, self.codes, known, self.today, self.faults)
        where = positions(self.plan.tasks, self.codes, known)
        led, helped, desks = self._assigned()
        without_lead = 0
        for task in self.plan.tasks:
            code = self.codes[task.uid]
            values = makes.values(task)
            if code in where:
                values["position"] = where[code]
            lead = led.get(task.uid)
            if lead is None and not task.group and not self.written:
                stored_lead = known[code]["lead"] if code in known else None
                lead = None if stored_lead is not None else self.wishes.lead or None
                without_lead += stored_lead is None and lead is None and not task.milestone
            if lead is not None or (self.written and "code" in task.own):
                values["lead"] = lead
            if self.written and lead is not None:
                values["desks"] = self._desks_of(task, desks.get(task.uid))
            self._put(TASK, values, task.line, f"UID {task.uid}")
            for agency, line in helped.get(task.uid, {}).items():
                self._put(COORDINATION, {"task": code, "agency": agency}, line, f"UID {task.uid}")
            self._task_calendar(task, lead)
        self.lost += makes.lost
        self.days = makes.days
        if without_lead:
            self.told.append(
                _("The file names nobody for {count} tasks: they get no lead. Choose one before the upload.").format(
                    count=without_lead
                )
            )

    def _desks_of(self, task: OutsideTask, leading: OutsideAssignment | None) -> int:
        """How many desks of its lead a task takes, whole ones."""
        units = leading.units if leading is not None else Fraction(0)
        whole = max(0, ceil(units))
        if leading is not None and whole != units:
            why = _("Desks are whole: they are rounded up.")
            self._lose(leading.line, task.place, "Units", f"{float(units):g} → {whole}", why)
        return whole

    def _assigned(self) -> tuple[dict[str, str], dict[str, dict[str, int]], dict[str, OutsideAssignment]]:
        """The leading agency of each task, the others, and the assignment of the leading one.

        Whoever is said to lead leads, or the first that gives time. In a file of Summitry a lead that gives none is
        named in a field of the task.
        """
        named = {task.uid: task.own["lead"] for task in self.plan.tasks if self.written and task.own.get("lead")}
        by_task: dict[str, list[OutsideAssignment]] = {}
        for one in self.plan.assignments:
            by_task.setdefault(one.task, []).append(one)
        led: dict[str, str] = {}
        helped: dict[str, dict[str, int]] = {}
        leads: dict[str, OutsideAssignment] = {}
        for task, some in by_task.items():
            leading = [one for one in some if one.lead] + [one for one in some if one.units > 0]
            by_name = [one for one in some if self.agencies.by_uid[one.resource] == named.get(task)]
            first = next(iter(leading + by_name if self.written else leading + some), None)
            if first is not None:
                led[task] = self.agencies.by_uid[first.resource]
                leads[task] = first
            helped[task] = {self.agencies.by_uid[one.resource]: one.line for one in some if one is not first}
            if not self.written and task in led:
                helped[task].pop(led[task], None)
        return led, helped, leads

    def _task_calendar(self, task: OutsideTask, lead: str | None) -> None:
        if not task.calendar or task.calendar == self.plan.calendar:
            return
        leads = {one.calendar for one in self.plan.resources if self.agencies.by_uid[one.uid] == lead}
        if task.calendar in leads:
            return
        found = self.plan.calendars.get(task.calendar)
        if found is None:
            self.faults.add(
                _("No calendar has this UID."),
                sheet=SHEETS[TASK].title,
                row=task.line,
                column="CalendarUID",
                cell=f"UID {task.uid}",
                found=task.calendar,
            )
            return
        why = _("Work runs by the calendar of its lead, not by one of its own.")
        self._lose(task.line, task.place, "Calendar", found.name, why, Loss.LEFT_OUT)

    def _links(self) -> None:
        by_uid = {task.uid: task for task in self.plan.tasks}
        week = self.calendar.week.count("1")
        for link in self.plan.links:
            before, after = by_uid.get(link.predecessor), by_uid.get(link.successor)
            if before is None or after is None:
                missing = link.predecessor if before is None else link.successor
                self.faults.add(
                    _("No task of the file has this UID."),
                    sheet=SHEETS[LINK].title,
                    row=link.line,
                    column=SHEETS[LINK].by_field["predecessor"].header,
                    cell=f"UID {link.successor}",
                    found=missing,
                )
                continue
            lag = lag_days(link.lag, self.plan.minutes_a_day, week, self.days.get(before.uid, 0))
            place = f"{before.place} > {after.place}"
            if not lag.exact:
                why = _("A lag is counted in whole working days, rounded up.")
                self._lose(link.line, place, "LinkLag", f"{shown(link.lag)} → {lag.days}", why)
            values: Values = {
                "predecessor": self.codes[before.uid],
                "successor": self.codes[after.uid],
                "kind": link.kind,
                "lag": lag.days,
            }
            key = SHEETS[LINK].key_of(values)
            if key in self.rows.get(LINK, {}):
                why = _("Two tasks have one link of a kind.")
                self._lose(link.line, place, "PredecessorLink", link.kind, why, Loss.LEFT_OUT)
                continue
            self._put(LINK, values, link.line, f"UID {link.successor}")

    def _baselines(self) -> None:
        rows = BaselineRows(
            self.plan, self.codes, self.calendar, self.stored[BASELINE], self.stored[BASELINE_TASK], self.today
        )
        for values, line in rows.baselines():
            self._put(BASELINE, values, line, str(values["name"]))
        for values, line, name in rows.dates():
            self._put(BASELINE_TASK, values, line, name)
        self.lost += rows.lost

    # What is no longer there

    def _gone(self, before: Mapping[str, str]) -> dict[str, frozenset[str]]:
        """What the file had, or says nothing of between its own tasks, and the event has."""
        here = set(self.codes.values())
        known = set(self.stored[TASK])
        missing = {code for uid, code in before.items() if uid not in self.codes and code in known and code not in here}
        if self.same and self.wishes.remove:
            missing |= known - here  # the file was the whole plan that its writer could see
        links = {
            key
            for key, values in self.stored[LINK].items()
            if key not in self.rows.get(LINK, {}) and {values["predecessor"], values["successor"]} <= here | missing
        }
        parts = {
            key
            for key, values in self.stored[COORDINATION].items()
            if key not in self.rows.get(COORDINATION, {}) and values["task"] in here | missing
        }
        if not self.wishes.remove:
            self._tell_kept(missing, links, parts)
            return {}
        dates = {key for key, values in self.stored[BASELINE_TASK].items() if values["task"] in missing}
        gone = {TASK: missing, LINK: links, COORDINATION: parts, BASELINE_TASK: dates}
        for label in gone:
            self.rows.setdefault(label, {})
        return {label: frozenset(keys) for label, keys in gone.items()}

    def _tell_kept(self, missing: set[str], links: set[str], parts: set[str]) -> None:
        if missing or links or parts:
            self.told.append(
                _(
                    "The file does not have {tasks} tasks, {links} links and {parts} coordinating agencies that the "
                    "event has: they stay. To remove them, choose so before the upload."
                ).format(tasks=len(missing), links=len(links), parts=len(parts))
            )
