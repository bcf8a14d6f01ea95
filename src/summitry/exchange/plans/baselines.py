"""The baselines of an outside plan: numbered there, named here, and never changed once they are taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

from summitry.exchange.plans.calendars import Resolved
from summitry.exchange.plans.lengths import shown, work_days
from summitry.exchange.plans.model import Loss, Lost, OutsideBaseline, OutsidePlan, OutsideTask
from summitry.exchange.sheets import Values

PREFIX = "MSP"


class BaselineRows:
    """Rows of baselines and of their dates.

    known, dates_known: the event's rows, by key. A baseline that the file has with other dates than the event knows
    becomes another one, since a baseline is a picture that nobody retouches.
    """

    def __init__(
        self,
        plan: OutsidePlan,
        codes: Mapping[str, str],
        calendar: Resolved,
        known: Mapping[str, Values],
        dates_known: Mapping[str, Values],
        today: date,
    ) -> None:
        self.plan, self.codes, self.calendar, self.today = plan, codes, calendar, today
        self.known, self.dates_known = known, dates_known
        self.lost: list[Lost] = []
        self.by_number: dict[int, list[tuple[OutsideTask, OutsideBaseline, int]]] = {}
        for task in plan.tasks:
            for one in task.baselines:
                self.by_number.setdefault(one.number, []).append((task, one, self._days(task, one)))
        self.code_of = {number: self._code(number) for number in sorted(self.by_number)}

    def _days(self, task: OutsideTask, one: OutsideBaseline) -> int:
        if one.duration is None:
            length = (one.finish - one.start).days + 1
            days = (one.start + timedelta(days=number) for number in range(min(length, 40_000)))
            return sum(self.calendar.works_on(day) for day in days)
        found = work_days(one.duration, self.plan.minutes_a_day, one.start, self.calendar.works_on)
        if not found.exact:
            why = _("Work is counted in whole working days, rounded up.")
            value = f"{shown(one.duration)} → {found.days}"
            self.lost.append(Lost.of(one.line, task.place, f"Baseline {one.number}", value, why, Loss.CONVERTED))
        return found.days

    def _code(self, number: int) -> str:
        told = self.plan.marks.baselines.get(number)
        base = told[0] if told else f"{PREFIX}-{number}"
        code, copy = base, 1
        while code in self.known and not self._agrees(code, number):
            copy += 1
            code = f"{base}-{copy}"
        return code

    def _agrees(self, code: str, number: int) -> bool:
        """Whether what the event knows of a baseline is what the file says."""
        for task, one, days in self.by_number[number]:
            row = self.dates_known.get(f"{code}/{self.codes[task.uid]}")
            if row is not None and (row["start"], row["finish"], row["duration"]) != (one.start, one.finish, days):
                return False
        return True

    def baselines(self) -> Iterator[tuple[Values, int]]:
        taken = min(self.plan.status or self.today, self.today)
        for number, code in self.code_of.items():
            if code in self.known:
                continue
            told = self.plan.marks.baselines.get(number)
            name = told[1] if told else _("Baseline {number} of {title}").format(number=number, title=self.plan.title)
            day = told[2] if told and told[2] else taken
            yield {"code": code, "name": name[:120], "taken_on": day}, self.by_number[number][0][1].line

    def dates(self) -> Iterator[tuple[Values, int, str]]:
        for number, code in self.code_of.items():
            for task, one, days in self.by_number[number]:
                values: Values = {
                    "baseline": code,
                    "task": self.codes[task.uid],
                    "start": one.start,
                    "finish": one.finish,
                    "duration": days,
                }
                yield values, one.line, f"UID {task.uid}"
