"""One task of an outside plan as the values of a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext as _

from summitry.exchange.faults import Faults
from summitry.exchange.plans.calendars import Resolved
from summitry.exchange.plans.lengths import minutes, shown, work_days
from summitry.exchange.plans.model import Constraint, Loss, Lost, OutsidePlan, OutsideTask, Span
from summitry.exchange.queries import normal
from summitry.exchange.sheets import HIDDEN, SHEETS, Values

TASK = "schedule.task"
FULL = 100
DATES = ("not_before", "fixed_start", "fixed_finish", "reported_on", "waived_on")
NUMBERS = ("optimistic", "pessimistic", "classification")
LIMITS = {"classification": 3, "priority": 9, "optimistic": 32767, "pessimistic": 32767}


class TaskRows:
    """Makes rows of tasks.

    calendar: the plan's. codes: by uid. known: the event's tasks by code. days: the duration of each task that was
    made, in working days by uid.
    """

    def __init__(
        self,
        plan: OutsidePlan,
        calendar: Resolved,
        codes: Mapping[str, str],
        known: Mapping[str, Values],
        today: date,
        faults: Faults,
    ) -> None:
        self.plan, self.calendar, self.codes, self.known = plan, calendar, codes, known
        self.today, self.faults = today, faults
        self.status = min(plan.status or today, today)
        self.lost: list[Lost] = []
        self.days: dict[str, int] = {}

    def _lose(self, task: OutsideTask, what: str, value: object, why: str, loss: Loss = Loss.CONVERTED) -> None:
        self.lost.append(Lost.of(task.line, task.place, what, value, why, loss))

    def values(self, task: OutsideTask) -> Values:
        code = self.codes[task.uid]
        own = "code" in task.own and task.own["code"] == code
        values: Values = {"code": code, "title": self._title(task), "milestone": self._milestone(task)}
        if task.parent or self.known.get(code, {}).get("parent") is not HIDDEN:
            values["parent"] = self.codes[task.parent] if task.parent else None
        values |= self._work(task, code, own)
        values |= self._dates(task)
        if not task.group:
            values |= self._facts(task, own)
        note = normal(task.note)
        if note or own:
            values["note"] = note
        if own and "classification" in task.own:
            values["classification"] = self._own_number(task, "classification") or 0
        if own:
            values |= self._of_the_plan(task)
        values |= self._waiver(task, code, own)
        return values

    def _of_the_plan(self, task: OutsideTask) -> Values:
        """What a plan under capacity is made by. The other program leaves out a flag that is not set."""
        values: Values = {name: self._own_flag(task, name) for name in ("published", "unbroken")}
        values["planned_start"] = self._own_day(task, "planned_start") if task.own.get("planned_start") else None
        if task.own.get("priority"):
            values["priority"] = self._own_number(task, "priority")
        return values

    def _title(self, task: OutsideTask) -> str:
        title = normal(task.title)
        if not title:
            title = _("(without a name)")
            self._lose(task, "Name", "", _("Every task has a name here."))
        return title

    def _milestone(self, task: OutsideTask) -> bool:
        if not task.milestone:
            return False
        if task.group or task.duration.minutes > 0:
            self._lose(task, "Milestone", shown(task.duration), _("A milestone takes no time: it becomes a task."))
            return False
        return True

    def _length(self, task: OutsideTask, span: Span, what: str, start: date | None) -> int:
        found = work_days(span, self.plan.minutes_a_day, start, self.calendar.works_on)
        if not found.exact:
            why = (
                _("Time by the clock becomes the working days that it covers.")
                if span.elapsed
                else _("Work is counted in whole working days, rounded up.")
            )
            self._lose(task, what, f"{shown(span)} → {found.days}", why)
        return found.days

    def _work(self, task: OutsideTask, code: str, own: bool) -> Values:
        """Estimates. A new likely duration takes the two others along, as a form does (docs/schedule.md)."""
        if task.group:
            self.days[task.uid] = max(0, round(task.duration.minutes / self.plan.minutes_a_day))
            return {"likely": 0, "optimistic": None, "pessimistic": None} if code in self.known else {"likely": 0}
        likely = self._length(task, task.duration, "Duration", task.start)
        self.days[task.uid] = likely
        before = self.known.get(code, {})
        values: Values = {"likely": likely}
        if own:
            shortest, longest = self._own_length(task, "optimistic"), self._own_length(task, "pessimistic")
        else:
            shortest, longest = _whole(before.get("optimistic")), _whole(before.get("pessimistic"))
        was = _whole(before.get("likely"))
        if shortest is not None and shortest > likely:
            self._lose(task, "shortest", f"{shortest} → {likely}", _("The likely duration is below it now."))
            shortest = likely
        if longest is not None and longest < likely:
            stretched = likely + max(0, longest - was if was is not None else 0)
            self._lose(task, "longest", f"{longest} → {stretched}", _("The likely duration is above it now."))
            longest = stretched
        if own or before:
            values |= {"optimistic": shortest, "pessimistic": longest}
        return values

    def _dates(self, task: OutsideTask) -> Values:
        values: Values = {"deadline": task.deadline, "not_before": None}
        if not task.group:
            values |= {"fixed_start": None, "fixed_finish": None}
        for kind, moment in task.constraints:
            self._bind(task, values, kind, moment)
        if task.manual_start is not None and values["not_before"] is None and self.plan.start != task.manual_start:
            values["not_before"] = task.manual_start
            why = _("A start set by hand becomes a start no earlier than that day; links may move it later.")
            self._lose(task, "ManualStart", task.manual_start, why)
        elif task.manual_start is not None:
            why = _("What was planned by hand follows its links and the calendar here.")
            self._lose(task, "Manual", "1", why)
        for name in ("not_before", "fixed_start", "fixed_finish"):
            if task.own.get(name) and name in values:
                values[name] = self._own_day(task, name)
        return values

    def _bind(self, task: OutsideTask, values: Values, kind: Constraint, moment: datetime) -> None:
        day = moment.date()
        if kind is Constraint.SNET:
            values["not_before"] = day
        elif kind is Constraint.FNLT:
            deadline = values["deadline"]
            if isinstance(deadline, date) and deadline != day:
                later = max(deadline, day)
                self._lose(task, kind.value, later, _("Of two deadlines the earlier one counts."), Loss.LEFT_OUT)
                day = min(deadline, day)
            values["deadline"] = day
        elif kind in (Constraint.MSO, Constraint.MFO) and not task.group:
            values["fixed_start" if kind is Constraint.MSO else "fixed_finish"] = day
        else:
            why = (
                _("A group has no fixed dates: its parts have.")
                if task.group
                else _("Summitry knows a start no earlier than, fixed dates and a deadline, but not this constraint.")
            )
            self._lose(task, kind.value, day, why, Loss.LEFT_OUT)

    def _facts(self, task: OutsideTask, own: bool) -> Values:
        """What has happened. What the file does not say stays as the event knows it."""
        values: Values = {}
        started, closed = task.actual_start, task.actual_finish
        if task.percent >= FULL and closed is None:
            closed = min(task.finish or self.status, self.today)
            self._lose(
                task, "PercentComplete", f"100 → {closed}", _("It is done, without a day: its planned end is taken.")
            )
        if started is None and 0 < task.percent < FULL:
            started = min(task.start or self.status, self.today)
            why = _("It has begun, without a day: its planned start is taken.")
            self._lose(task, "PercentComplete", f"{float(task.percent):g} → {started}", why)
        if started is not None:
            values["started_on"] = started
        if closed is not None:
            values["closed_on"] = closed
        if own and task.own.get("reported_on"):
            values["reported_on"] = self._own_day(task, "reported_on")
        if started is None or task.milestone:
            return values
        left = task.remaining
        if left is None and closed is None and task.percent > 0:
            left = Span(task.duration.minutes * (FULL - task.percent) / FULL, task.duration.elapsed)
        if left is not None and (closed is None or own):
            values["remaining"] = self._length(task, left, "RemainingDuration", self.status)
            if not own:
                values["reported_on"] = self.status
        return values

    def _waiver(self, task: OutsideTask, code: str, own: bool) -> Values:
        if task.active or self.known.get(code, {}).get("waived_on") is not None:
            return {}
        day = self._own_day(task, "waived_on") if own and task.own.get("waived_on") else self.status
        reason = normal(task.own.get("waived_reason", "")) if own else ""
        if not reason:
            reason = _("Not active in the plan of {program}.").format(program=self.plan.program)
            self._lose(task, "Active", "0", _("Work that is not active there is waived here."))
        return {"waived_on": day, "waived_reason": reason}

    # Fields of Summitry that travelled

    def _own_fault(self, task: OutsideTask, name: str, expected: str) -> None:
        sheet = SHEETS[TASK]
        self.faults.add(
            expected,
            sheet=sheet.title,
            row=task.line,
            column=sheet.by_field[name].header,
            cell=f"UID {task.uid}",
            found=task.own[name],
        )

    def _own_day(self, task: OutsideTask, name: str) -> date | None:
        try:
            return date.fromisoformat(task.own[name].strip().partition("T")[0])
        except ValueError:
            self._own_fault(task, name, _("A day like 2025-10-25 is expected."))
            return None

    def _own_flag(self, task: OutsideTask, name: str) -> bool:
        text = task.own.get(name, "").strip().lower()
        if text not in ("", "0", "1", "false", "true"):
            self._own_fault(task, name, _("1 for yes or 0 for no is expected."))
        return text in ("1", "true")

    def _own_length(self, task: OutsideTask, name: str) -> int | None:
        """Working days of a custom duration. Earlier versions wrote them as a number."""
        text = task.own.get(name, "").strip()
        if not text.startswith("P"):
            return self._own_number(task, name)
        length = minutes(text)
        if length is None or not 0 <= length <= LIMITS[name] * self.plan.minutes_a_day:
            self._own_fault(task, name, _("A duration like PT16H0M0S is expected."))
            return None
        return self._length(task, Span(length), name, task.start)

    def _own_number(self, task: OutsideTask, name: str) -> int | None:
        text = task.own.get(name, "").strip()
        if not text:
            return None
        if text.isascii() and text.isdecimal() and int(text[:9]) <= LIMITS[name] and len(text) <= 9:
            return int(text)
        self._own_fault(task, name, _("A whole number from 0 to {most} is expected.").format(most=LIMITS[name]))
        return None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
