"""The days of a calendar's exception that comes again: daily, weekly, monthly, yearly, by date or by position.

The rules are those of the elements Type, Period, DaysOfWeek, Month, MonthDay, MonthItem and MonthPosition of an
Exception in the Project XML schema (Microsoft, "Project XML Data Interchange Schema Reference", Exception Element).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAILY, YEARLY, YEARLY_BY_POSITION, MONTHLY, MONTHLY_BY_POSITION, WEEKLY, BY_DAY_COUNT = 1, 2, 3, 4, 5, 6, 7
KNOWN = frozenset({DAILY, YEARLY, YEARLY_BY_POSITION, MONTHLY, MONTHLY_BY_POSITION, WEEKLY, BY_DAY_COUNT})


@dataclass(frozen=True)
class Recurrence:
    """When an exception holds.

    period: every so many days, weeks, months. days_of_week: a sum of 1 for Sunday, 2 for Monday, to 64 for Saturday.
    month: 0 for January. month_item: 0 any day, 1 a working weekday, 2 a day of the weekend, 3 Sunday to 9 Saturday.
    month_position: 0 the first to 3 the fourth, 4 the last. occurrences: at most so many, 0 for no limit.
    """

    first: date
    last: date
    kind: int = DAILY
    period: int = 1
    days_of_week: int = 0
    month: int = 0
    month_day: int = 1
    month_item: int = 0
    month_position: int = 0
    occurrences: int = 0

    def days(self) -> Iterator[date]:
        """Every day on which it holds, in order."""
        found = 0
        day = self.first
        while day <= self.last:
            if self._holds(day):
                yield day
                found += 1
                if self.occurrences and found >= self.occurrences:
                    return
            day += timedelta(days=1)

    def _holds(self, day: date) -> bool:
        period = max(self.period, 1)
        if self.kind in (DAILY, BY_DAY_COUNT):
            return (day - self.first).days % period == 0
        if self.kind == WEEKLY:
            weeks = (_week_start(day) - _week_start(self.first)).days // 7
            return weeks % period == 0 and bool(self.days_of_week & _bit(day))
        months = (day.year - self.first.year) * 12 + day.month - self.first.month
        if self.kind in (MONTHLY, MONTHLY_BY_POSITION):
            if months % period:
                return False
        elif day.month != self.month + 1:
            return False
        if self.kind in (MONTHLY, YEARLY):
            return day.day == self.month_day
        return day == self._positioned(day.year, day.month)

    def _positioned(self, year: int, month: int) -> date | None:
        days = [date(year, month, number) for number in range(1, monthrange(year, month)[1] + 1)]
        fitting = [day for day in days if self._fits_item(day)]
        if self.month_position == 4:
            return fitting[-1] if fitting else None
        return fitting[self.month_position] if self.month_position < len(fitting) else None

    def _fits_item(self, day: date) -> bool:
        if self.month_item == 0:
            return True
        if self.month_item == 1:
            return day.weekday() < 5
        if self.month_item == 2:
            return day.weekday() >= 5
        return (day.weekday() + 1) % 7 == self.month_item - 3


def _week_start(day: date) -> date:
    return day - timedelta(days=(day.weekday() + 1) % 7)


def _bit(day: date) -> int:
    return int(1 << ((day.weekday() + 1) % 7))
