"""Working days: which days count, and arithmetic on them.

A day is an integer, ``date.toordinal()``. A *point* is the boundary before a day: point ``p`` is the beginning of
day ``p`` and, the same instant, the end of day ``p - 1``. Work occupies half-open spans ``[start, finish)`` of points,
so a task that works on Thursday and Friday finishes at Saturday's point and a person reads its finish as Friday:
``shown_finish``.

``WorkCalendar`` is the description, frozen and checked; its own arithmetic needs no table and is O(log exceptions).
``DayTable`` lays the same calendar out over a span of days for the passes of the network engine, where every look-up is
one index. A table belongs to the computation that made it; calendars may be shared between threads.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, compress
from typing import NamedTuple

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONDAY_TO_FRIDAY = (True, True, True, True, True, False, False)
EVERY_DAY = (True,) * 7

LONGEST_GAP = 366
"""Days without work that a calendar may have in a row. More is a slip of the pen, not a calendar."""


class CalendarError(ValueError):
    """The description is no calendar. ``faults`` has one sentence a fault."""

    def __init__(self, name: str, faults: Iterable[str]) -> None:
        self.name = name
        self.faults = tuple(faults)
        super().__init__(f"Calendar {name!r}: " + "; ".join(self.faults) + ".")

    def __reduce__(self) -> tuple[type[CalendarError], tuple[str, tuple[str, ...]]]:
        return type(self), (self.name, self.faults)


def shown_finish(point: int) -> int:
    """The day on which a person says that work ending at ``point`` was finished."""
    return point - 1


def finish_point(day: int) -> int:
    """The point that a person means by "finished on ``day``" or "due on ``day``": the end of that day."""
    return day + 1


def weekday(day: int) -> int:
    """0 = Monday .. 6 = Sunday, as ``date.weekday()``, for any integer."""
    return (day - 1) % 7


def _shown(day: int) -> str:
    return date.fromordinal(day).isoformat() if 1 <= day <= date.max.toordinal() else str(day)


@dataclass(frozen=True)
class WorkCalendar:
    """A working week with its exceptions.

    name: How activities refer to it; unique within a network.
    week: Monday to Sunday, True = worked. At least one day is.
    holidays: Days without work (ordinals).
    working: Exceptional working days (ordinals). They override both the week and the holidays.

    Raises ``CalendarError`` with every fault, also if more than 366 days in a row would be without work: no search for
    a working day can then run for ever.
    """

    name: str
    week: tuple[bool, ...] = MONDAY_TO_FRIDAY
    holidays: frozenset[int] = frozenset()
    working: frozenset[int] = frozenset()
    # The week's working days that are off, and its free days that are worked, in order.
    _off: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _on: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _per_week: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "week", tuple(map(bool, self.week)))
        put(self, "holidays", frozenset(self.holidays))
        put(self, "working", frozenset(self.working))
        faults = list(self._faults_of_shape())
        if faults:
            raise CalendarError(self.name, faults)
        week = self.week
        put(self, "_off", tuple(sorted(d for d in self.holidays - self.working if week[weekday(d)])))
        put(self, "_on", tuple(sorted(d for d in self.working if not week[weekday(d)])))
        put(self, "_per_week", sum(week))
        gap = self._longest_gap()
        if gap is not None:
            first, last = gap
            raise CalendarError(
                self.name,
                [f"no working day from {_shown(first)} to {_shown(last)}, expected one in {LONGEST_GAP} days"],
            )

    def _faults_of_shape(self) -> Iterable[str]:
        if not self.name:
            yield "a calendar needs a name"
        if len(self.week) != 7:
            yield f"the week has {len(self.week)} days, expected 7 from Monday to Sunday"
        elif not any(self.week):
            yield "the week has no working day, expected at least one"
        for label, days in (("holidays", self.holidays), ("working", self.working)):
            wrong = sorted(repr(d) for d in days if type(d) is not int)
            if wrong:
                yield f"{label} are whole day numbers, found {', '.join(wrong)}"

    def _longest_gap(self) -> tuple[int, int] | None:
        """The first stretch of more than ``LONGEST_GAP`` free days, as (first day, last day)."""
        # Only a run of holidays can empty a year, so it is enough to look between the neighbours of each holiday.
        free_since: int | None = None
        for day in self._off:
            if free_since is not None and self.count(free_since, day) == 0:
                continue
            free_since = self._previous(day) + 1
            until = self._following(day)
            if until - free_since > LONGEST_GAP:
                return free_since, until - 1
        return None

    def _previous(self, day: int) -> int:
        day -= 1
        while not self.is_working(day):
            day -= 1
        return day

    def _following(self, day: int) -> int:
        day += 1
        while not self.is_working(day):
            day += 1
        return day

    def is_working(self, day: int) -> bool:
        """Whether ``day`` is worked."""
        return day in self.working or (self.week[weekday(day)] and day not in self.holidays)

    def _before(self, point: int) -> int:
        """Working days before ``point``, counted from an origin of the calendar's own (may be negative)."""
        weeks, rest = divmod(point - 1, 7)
        in_week = weeks * self._per_week + sum(self.week[:rest])
        return in_week + bisect_left(self._on, point) - bisect_left(self._off, point)

    def _day_at(self, index: int) -> int:
        """The working day that has ``index`` working days before it."""
        # The smallest p with more than `index` working days before it is the point after that day.
        low = high = (index * 7) // self._per_week
        step = 8
        while self._before(low) > index:
            low, step = low - step, step * 2
        step = 8
        while self._before(high) <= index:
            high, step = high + step, step * 2
        while high - low > 1:
            middle = (low + high) // 2
            if self._before(middle) > index:
                high = middle
            else:
                low = middle
        return high - 1

    def count(self, start: int, finish: int) -> int:
        """Working days in ``[start, finish)``; negative if ``finish`` is before ``start``."""
        return self._before(finish) - self._before(start)

    def next_working(self, point: int) -> int:
        """The first working day that begins at or after ``point``."""
        return self._day_at(self._before(point))

    def last_working(self, point: int) -> int:
        """The last working day that ends at or before ``point``."""
        return self._day_at(self._before(point) - 1)

    def finish(self, start: int, days: int) -> int:
        """The point at which ``days`` working days are done that begin at ``start``; ``start`` itself for 0 days."""
        if days < 0:
            raise ValueError(f"days must be >= 0, got {days}.")
        return self._day_at(self._before(start) + days - 1) + 1 if days else start

    def start(self, finish: int, days: int) -> int:
        """The latest working day on which ``days`` working days can begin and be done by ``finish``."""
        if days < 0:
            raise ValueError(f"days must be >= 0, got {days}.")
        return self._day_at(self._before(finish) - days) if days else finish

    def shift(self, point: int, days: int) -> int:
        """The first point that has ``days`` working days between it and ``point`` (before it if negative)."""
        return self._day_at(self._before(point) + days - 1) + 1 if days else point

    def table(self, first: int, last: int) -> DayTable:
        """The calendar laid out over the points ``first .. last``; the caller owns it."""
        at = weekday(first)
        worked = bytearray(bytes(self.week) * ((last - first + at) // 7 + 1))[at : at + last - first]
        for days, value in ((self._off, 0), (self._on, 1)):
            for day in days[bisect_left(days, first) : bisect_left(days, last)]:
                worked[day - first] = value
        return DayTable(list(accumulate(worked, initial=0)), list(compress(range(first, last), worked)))


class DayTable(NamedTuple):
    """A calendar over the points ``first .. first + len(counts) - 1``.

    counts[p - first]: working days in ``[first, p)``.
    days[k]: the working day with ``k`` working days between ``first`` and it.
    """

    counts: list[int]
    days: list[int]
