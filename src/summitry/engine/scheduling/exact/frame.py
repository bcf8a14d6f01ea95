"""The problem by position, with its calendars laid out, and the windows that dates and links leave to every mode.

Everything is a plain list of integers: one pass over 10,000 activities takes a fraction of a second, and the module
needs no library. Points are those of the problem (``project_start .. end``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from summitry.engine.calendar import WorkCalendar

from ..problem import Problem


class Lane:
    """A calendar over the points ``first .. end``; working days are numbered from 0 = the first at or after ``first``.

    counts[p - first]: working days in ``[first, p)``. days[k]: the working day number ``k``.
    every: every day of the span is worked, so that numbers and points differ by ``first``.
    """

    __slots__ = ("_runs", "counts", "days", "end", "every", "first")

    def __init__(self, calendar: WorkCalendar, first: int, end: int) -> None:
        table = calendar.table(first, end)
        self.first, self.end = first, end
        self.counts, self.days = table.counts, table.days
        self.every = len(self.days) == end - first
        self._runs: dict[int, list[int]] = {}

    def number(self, point: int) -> int:
        """Working days before a point of the span."""
        return self.counts[point - self.first]

    def finish(self, start: int, days: int) -> int:
        """The end of ``days`` working days from a working day on; ``start`` itself for 0 days."""
        return self.days[self.counts[start - self.first] + days - 1] + 1 if days else start

    def starts(self, days: int, unbroken: bool) -> Sequence[int]:
        """Numbers of the working days on which work of ``days`` > 0 days can begin, in order."""
        last = len(self.days) - days
        if not unbroken or self.every:
            return range(last + 1)
        if days not in self._runs:
            at = self.days
            self._runs[days] = [k for k in range(last + 1) if at[k + days - 1] - at[k] == days - 1]
        return self._runs[days]

    def first_start(self, point: int, reach: int, days: int, unbroken: bool) -> int:
        """The first start at or after ``point`` with a finish at or after ``reach``; after ``end`` if there is none."""
        point = max(point, self.first)
        if not days:
            return max(point, reach)
        if point >= self.end or reach > self.end:
            return self.end + 1
        number = self.counts[point - self.first]
        if reach > self.first:
            number = max(number, self.counts[reach - 1 - self.first] - days + 1)
        starts = self.starts(days, unbroken)
        at = bisect_left(starts, number)
        return self.days[starts[at]] if at < len(starts) else self.end + 1

    def last_start(self, point: int, reach: int, days: int, unbroken: bool) -> int:
        """The last start at or before ``point`` with a finish at or before ``reach``; before ``first`` if none."""
        point, reach = min(point, self.end), min(reach, self.end)
        if not days:
            return min(point, reach)
        if min(point, reach) < self.first:
            return self.first - 1
        number = self.counts[reach - self.first] - days
        if point < self.end:
            number = min(number, self.counts[point + 1 - self.first] - 1)
        starts = self.starts(days, unbroken)
        at = bisect_left(starts, number + 1) - 1
        return self.days[starts[at]] if at >= 0 else self.first - 1

    def after(self, point: int, lag: int) -> int:
        """The first point that keeps a lag from ``point``; after ``end`` if there is none."""
        if not lag:
            return point
        number = self.counts[point - self.first] + lag
        if number <= 0:
            return self.first
        return self.days[number - 1] + 1 if number <= len(self.days) else self.end + 1

    def before(self, point: int, lag: int) -> int:
        """The last point from which ``point`` keeps a lag; before ``first`` if there is none."""
        if not lag:
            return point
        number = self.counts[point - self.first] - lag
        if number < 0:
            return self.first - 1
        return self.days[number] if number < len(self.days) else self.end

    def latest(self, point: int, longest: int) -> int:
        """The last point with at most ``longest`` working days between ``point`` and it."""
        number = self.counts[point - self.first] + longest
        if number < 0:
            return self.first - 1
        return self.days[number] if number < len(self.days) else self.end

    def earliest(self, point: int, longest: int) -> int:
        """The first point with at most ``longest`` working days between it and ``point``."""
        number = self.counts[point - self.first] - longest
        if number <= 0:
            return self.first
        return self.days[number - 1] + 1 if number <= len(self.days) else self.end + 1


class Way(NamedTuple):
    """A mode. demands: position of the resource, units; none if it takes no time."""

    lane: int
    days: int
    unbroken: bool
    demands: tuple[tuple[int, int], ...]
    cost: int


class Arc(NamedTuple):
    """A link by positions. longest: its greatest lag, None if there is none."""

    before: int
    after: int
    from_start: bool
    to_finish: bool
    lag: int
    longest: int | None


@dataclass(slots=True)
class Frame:
    """A problem laid out.

    end: the last point of the tables; the horizon is not later. release, deadline, fixed: by activity, None if there is
    none. capacity: by resource, steps ``(from, units)`` that cover ``start .. end``; None if it is not limited.
    """

    problem: Problem
    start: int
    end: int
    horizon: int
    lanes: tuple[Lane, ...]
    ways: list[tuple[Way, ...]]
    arcs: list[Arc]
    into: list[list[Arc]]
    out: list[list[Arc]]
    order: list[int]
    release: list[int | None]
    deadline: list[int | None]
    fixed: list[int | None]
    capacity: list[tuple[tuple[int, int], ...] | None]

    @classmethod
    def of(cls, problem: Problem, *, horizon: int | None = None) -> Frame:
        """Lay a problem out; ``horizon``: another one than its own. The tables end there."""
        start = problem.project_start
        end = problem.horizon if horizon is None else horizon
        named = {calendar.name: at for at, calendar in enumerate(problem.calendars)}
        resource = {resource.name: at for at, resource in enumerate(problem.resources)}
        ways = [
            tuple(
                [
                    Way(
                        named[mode.calendar],
                        mode.duration,
                        mode.unbroken and mode.duration > 1,
                        tuple([(resource[name], units) for name, units in mode.demands]) if mode.duration else (),
                        mode.cost,
                    )
                    for mode in activity.modes
                ]
            )
            for activity in problem.activities
        ]
        arcs = [
            Arc(
                problem.place[link.predecessor],
                problem.place[link.successor],
                link.kind.from_start,
                link.kind.to_finish,
                link.lag,
                link.max_lag,
            )
            for link in problem.links
        ]
        into: list[list[Arc]] = [[] for _ in ways]
        out: list[list[Arc]] = [[] for _ in ways]
        for arc in arcs:
            into[arc.after].append(arc)
            out[arc.before].append(arc)
        return cls(
            problem=problem,
            start=start,
            end=end,
            horizon=end,
            lanes=tuple([Lane(calendar, start, end) for calendar in problem.calendars]),
            ways=ways,
            arcs=arcs,
            into=into,
            out=out,
            order=_order(into, out),
            release=[activity.release for activity in problem.activities],
            deadline=[activity.deadline for activity in problem.activities],
            fixed=[activity.fixed_start for activity in problem.activities],
            capacity=[tuple(_steps(each.capacity, each.changes, start, end)) for each in problem.resources],
        )

    def with_horizon(self, horizon: int) -> Frame:
        """The same problem with an earlier horizon (or a later one, within the tables); all rows are shared."""
        return replace(self, horizon=horizon)


def _order(into: list[list[Arc]], out: list[list[Arc]]) -> list[int]:
    waiting = [len(arcs) for arcs in into]
    order = [at for at, count in enumerate(waiting) if not count]
    for at in order:
        for arc in out[at]:
            waiting[arc.after] -= 1
            if not waiting[arc.after]:
                order.append(arc.after)
    return order


def _steps(units: int, changes: tuple[tuple[int, int], ...], start: int, end: int) -> Iterator[tuple[int, int]]:
    since = start
    for day, changed in changes:
        if day >= end:
            break
        if day > since:
            if changed == units:
                continue
            yield since, units
            since = day
        units = changed
    yield since, units


@dataclass(slots=True)
class Windows:
    """What dates, links and calendars leave, without a look at resources.

    first, last: earliest and latest start, by activity and mode; ``first > last`` if the mode cannot be.
    start, finish: (earliest, latest) by activity over the modes that can be.
    """

    first: list[list[int]]
    last: list[list[int]]
    start: list[tuple[int, int]]
    finish: list[tuple[int, int]]

    def modes(self, at: int) -> list[int]:
        """Positions of the modes that can be."""
        return [m for m, (low, high) in enumerate(zip(self.first[at], self.last[at], strict=True)) if low <= high]


ROUNDS = 400
"""Passes after which the windows are taken as they are: still correct, only wider than need be."""


def propagate(frame: Frame) -> Windows | int:
    """The windows, or the position of an activity for which none is left: then there is no plan.

    A fixpoint of the rules of all links (earliest and latest starts are monotone), forward and backward in turn: two
    rounds unless longest waits tie activities both ways.
    """
    low, high, lanes = frame.start, frame.horizon, frame.lanes
    windows = Windows(
        [[lanes[way.lane].first_start(low, low, way.days, way.unbroken) for way in ways] for ways in frame.ways],
        [[lanes[way.lane].last_start(high, high, way.days, way.unbroken) for way in ways] for ways in frame.ways],
        [(low, high)] * len(frame.ways),
        [(low, high)] * len(frame.ways),
    )
    for at in frame.order:
        _gather(frame, windows, at)
        if windows.start[at][0] > windows.start[at][1]:
            return at
    for _ in range(ROUNDS):
        changed = False
        for at in frame.order:
            changed |= _forward(frame, windows, at)
            if windows.start[at][0] > windows.start[at][1]:
                return at
        for at in reversed(frame.order):
            changed |= _backward(frame, windows, at)
            if windows.start[at][0] > windows.start[at][1]:
                return at
        if not changed:
            break
    return windows


def _forward(frame: Frame, windows: Windows, at: int) -> bool:
    least = max(frame.start, windows.start[at][0])
    for bound in (frame.release[at], frame.fixed[at]):
        if bound is not None and bound > least:
            least = bound
    reach = windows.finish[at][0]
    for arc in frame.out[at]:
        if arc.longest is not None:
            pull = _pull(frame, windows, arc)
            if arc.from_start:
                least = max(least, pull)
            else:
                reach = max(reach, pull)
    changed = False
    first, last = windows.first[at], windows.last[at]
    for m, way in enumerate(frame.ways[at]):
        if first[m] > last[m]:
            continue
        lane = frame.lanes[way.lane]
        low, until = least, reach
        for arc in frame.into[at]:
            point = lane.after(
                windows.start[arc.before][0] if arc.from_start else windows.finish[arc.before][0], arc.lag
            )
            if arc.to_finish:
                until = max(until, point)
            else:
                low = max(low, point)
        low = lane.first_start(low, until, way.days, way.unbroken)
        if low > first[m]:
            first[m] = low
            changed = True
    if changed:
        _gather(frame, windows, at)
    return changed


def _backward(frame: Frame, windows: Windows, at: int) -> bool:
    greatest = min(frame.horizon, windows.start[at][1])
    fixed, deadline = frame.fixed[at], frame.deadline[at]
    if fixed is not None and fixed < greatest:
        greatest = fixed
    reach = windows.finish[at][1]
    if deadline is not None and deadline < reach:
        reach = deadline
    for arc in frame.out[at]:
        push = _push(frame, windows, arc)
        if arc.from_start:
            greatest = min(greatest, push)
        else:
            reach = min(reach, push)
    changed = False
    first, last = windows.first[at], windows.last[at]
    for m, way in enumerate(frame.ways[at]):
        if first[m] > last[m]:
            continue
        lane = frame.lanes[way.lane]
        high, until = greatest, reach
        for arc in frame.into[at]:
            if arc.longest is not None:
                end = windows.start[arc.before][1] if arc.from_start else windows.finish[arc.before][1]
                point = lane.latest(end, arc.longest)
                if arc.to_finish:
                    until = min(until, point)
                else:
                    high = min(high, point)
        high = lane.last_start(high, until, way.days, way.unbroken)
        if high < last[m]:
            last[m] = high
            changed = True
    if changed:
        _gather(frame, windows, at)
    return changed


def _push(frame: Frame, windows: Windows, arc: Arc) -> int:
    """The latest point of the predecessor's end that some mode of the successor allows."""
    end = windows.finish[arc.after][1] if arc.to_finish else windows.start[arc.after][1]
    if not arc.lag:
        return end
    lanes = {frame.ways[arc.after][m].lane for m in windows.modes(arc.after)}
    return max([frame.lanes[lane].before(end, arc.lag) for lane in lanes])


def _pull(frame: Frame, windows: Windows, arc: Arc) -> int:
    """The earliest point of the predecessor's end that keeps the longest wait in some mode of the successor."""
    assert arc.longest is not None
    end = windows.finish[arc.after][0] if arc.to_finish else windows.start[arc.after][0]
    lanes = {frame.ways[arc.after][m].lane for m in windows.modes(arc.after)}
    return min([frame.lanes[lane].earliest(end, arc.longest) for lane in lanes])


def _gather(frame: Frame, windows: Windows, at: int) -> None:
    """The windows of the activity from those of its modes. Empty: (1, 0)."""
    modes = windows.modes(at)
    if not modes:
        windows.start[at] = windows.finish[at] = (1, 0)
        return
    first, last, ways = windows.first[at], windows.last[at], frame.ways[at]
    windows.start[at] = min([first[m] for m in modes]), max([last[m] for m in modes])
    windows.finish[at] = (
        min([frame.lanes[ways[m].lane].finish(first[m], ways[m].days) for m in modes]),
        max([frame.lanes[ways[m].lane].finish(last[m], ways[m].days) for m in modes]),
    )
