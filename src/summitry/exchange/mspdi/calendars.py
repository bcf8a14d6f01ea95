"""The calendars of Microsoft Project XML: weekdays, exceptions that come once or again, other working weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from summitry.exchange.faults import Faults
from summitry.exchange.mspdi.tree import Node
from summitry.exchange.mspdi.values import Place
from summitry.exchange.plans import bounds
from summitry.exchange.plans.model import Loss, Lost, OutsideCalendar, OutsideDay
from summitry.exchange.plans.recurring import DAILY, KNOWN, Recurrence

PART = "Calendars"
_TIMES = ("FromTime", "ToTime")
WALKED = 400_000
"""Days that the exceptions of one file may reach over altogether."""


class CalendarReader:
    """Reads all calendars of one file; `lost` gathers what has no counterpart."""

    def __init__(self, faults: Faults, minutes_a_day: int) -> None:
        self.faults, self.minutes_a_day = faults, minutes_a_day
        self.lost: list[Lost] = []
        self.walked = 0

    def read(self, node: Node) -> OutsideCalendar:
        uid = node.value("UID")
        name = node.value("Name")
        node.name = _("Calendar “{name}”").format(name=name)
        place = Place(node, PART, f"UID {uid}", self.faults)
        base = node.value("BaseCalendarUID")
        is_base = place.flag("IsBaseCalendar")
        week: list[str | None] = [None] * 7
        days: dict[date, OutsideDay] = {}
        for one in node.every("WeekDays", "WeekDay"):
            self._week_day(place, name, one, week, days)
        for one in node.every("WorkWeeks", "WorkWeek"):
            self._work_week(place, name, one, days)
        for one in node.every("Exceptions", "Exception"):
            self._exception(place, name, one, days)
        # The weekday blocks of a file end in the same rule as an exception's, and the later word holds.
        pattern = "".join(sign or "0" for sign in week) if any(week) else None
        if pattern is not None and not is_base and None in week:
            self._lose(
                node, name, "WeekDays", "", _("A calendar of its own that takes only some weekdays from its base.")
            )
        if len(days) > bounds.MAX_DAYS:
            place.fault(
                "Exceptions", str(len(days)), _("At most {most} days break a week.").format(most=bounds.MAX_DAYS)
            )
            days = {}
        return OutsideCalendar(
            uid=uid, name=name, week=pattern, days=days, base="" if base in ("-1", "0") else base, line=node.line
        )

    def _lose(self, node: Node, name: str, what: str, value: object, why: str, loss: Loss = Loss.LEFT_OUT) -> None:
        self.lost.append(Lost.of(node.line, _("Calendar “{name}”").format(name=name), what, value, why, loss))

    def _week_day(
        self, place: Place, name: str, node: Node, week: list[str | None], days: dict[date, OutsideDay]
    ) -> None:
        inner = Place(node, PART, place.name, self.faults)
        kind = inner.whole("DayType", -1)
        working = inner.flag("DayWorking")
        self._hours(node, name, working)
        if 1 <= kind <= 7:  # 1 is Sunday
            week[(kind + 5) % 7] = "1" if working else "0"
            return
        period = node.every("TimePeriod")
        if kind == 0 and period:
            found = self._period(inner, period[0])
            if found:
                self._keep(Recurrence(*found), OutsideDay(working), days, inner)
            return
        inner.fault("DayType", str(kind), _("1 for Sunday to 7 for Saturday, or 0 with a TimePeriod, is expected."))

    def _period(self, place: Place, node: Node) -> tuple[date, date] | None:
        inner = Place(node, PART, place.name, self.faults)
        first, last = inner.moment("FromDate"), inner.moment("ToDate")
        if first is None or last is None:
            inner.fault("TimePeriod", "", _("A period has a FromDate and a ToDate."))
            return None
        # A period that ends at midnight ends with the day before.
        end = last.date()
        if last > first and (last.hour, last.minute, last.second) == (0, 0, 0) and end > first.date():
            end -= timedelta(days=1)
        if end < first.date():
            inner.fault("ToDate", str(end), _("It lies before the beginning of the period."))
            return None
        return first.date(), end

    def _hours(self, node: Node, name: str, working: bool) -> None:
        """Summitry counts whole days: the times within a day are told when they make another length of day."""
        total = Fraction(0)
        times = node.every("WorkingTimes", "WorkingTime")
        for one in times:
            start, end = (_minutes_of(one.value(tag)) for tag in _TIMES)
            if start is None or end is None:
                Place(one, PART, name, self.faults).fault("WorkingTime", "", _("Times like 08:00:00 are expected."))
                return
            total += (end - start) % 1440 or (1440 if start == end else 0)
        if working and times and total != self.minutes_a_day:
            hours = f"{float(total) / 60:g} h"
            why = _("A day is worked or not: its hours are not kept.")
            self._lose(node, name, "WorkingTimes", hours, why, Loss.CONVERTED)

    def _work_week(self, place: Place, name: str, node: Node, days: dict[date, OutsideDay]) -> None:
        period = node.every("TimePeriod")
        title = node.value("Name")
        found = self._period(place, period[0]) if period else None
        week: list[str | None] = [None] * 7
        for one in node.every("WeekDays", "WeekDay"):
            self._week_day(place, name, one, week, days)
        if found is None:
            self._lose(node, name, "WorkWeek", title, _("A working week without a period."))
            return
        for day in self._walk(found[0], found[1], place):
            sign = week[day.weekday()]
            if sign is not None:
                days[day] = OutsideDay(sign == "1", title)
        self._lose(node, name, "WorkWeek", title, _("Its days become single exceptional days."), Loss.CONVERTED)

    def _walk(self, first: date, last: date, place: Place) -> Iterator[date]:
        length = (last - first).days + 1
        self.walked += length
        if self.walked > WALKED:
            place.fault(
                "TimePeriod", f"{first} – {last}", _("The exceptional periods of a file reach over too many years.")
            )
            return
        for number in range(length):
            yield first + timedelta(days=number)

    def _keep(self, rule: Recurrence, day: OutsideDay, days: dict[date, OutsideDay], place: Place) -> None:
        self.walked += (rule.last - rule.first).days + 1
        if self.walked > WALKED:
            period = f"{rule.first} – {rule.last}"
            place.fault("TimePeriod", period, _("The exceptional periods of a file reach over too many years."))
            return
        for one in rule.days():
            days[one] = day

    def _exception(self, place: Place, name: str, node: Node, days: dict[date, OutsideDay]) -> None:
        inner = Place(node, PART, place.name, self.faults)
        working = inner.flag("DayWorking")
        title = inner.text("Name")
        self._hours(node, name, working)
        kind = inner.whole("Type", DAILY)
        by_occurrences = inner.flag("EnteredByOccurrences")
        occurrences = inner.whole("Occurrences")
        rule_values: dict[str, int] = {
            "period": inner.whole("Period", 1),
            "days_of_week": inner.whole("DaysOfWeek"),
            "month": inner.whole("Month"),
            "month_day": inner.whole("MonthDay", 1),
            "month_item": inner.whole("MonthItem"),
            "month_position": inner.whole("MonthPosition"),
        }
        found = None
        for period in node.every("TimePeriod"):
            found = self._period(inner, period)
        if found is None:
            inner.fault("TimePeriod", title, _("An exception has a period."))
            return
        if kind not in KNOWN:
            self._lose(node, name, "Exception", f"{title} Type {kind}", _("An exception of a kind that is not known."))
            return
        # A single daily block may be entered by occurrences as well; its period holds it already.
        rule = Recurrence(
            found[0], found[1], kind=kind, occurrences=occurrences if by_occurrences else 0, **rule_values
        )
        if kind != DAILY:
            self._lose(
                node,
                name,
                "Exception",
                title,
                _("A day that comes again becomes single exceptional days."),
                Loss.CONVERTED,
            )
        self._keep(rule, OutsideDay(working, title), days, inner)


def _minutes_of(text: str) -> Fraction | None:
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(part.isascii() and part.isdecimal() and len(part) <= 2 for part in parts):
        return None
    hour, minute = int(parts[0]), int(parts[1])
    return Fraction(hour * 60 + minute) if hour < 24 and minute < 60 else None
