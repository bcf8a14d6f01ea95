"""Large-neighbourhood search for large plans: one stretch of time after the other is planned anew by CP-SAT.

What ends before the stretch stays where it is. What begins after it keeps its shape and moves forward as a whole by as
many days as the stretch can be made shorter: so every stretch can shorten the plan by itself. Of plans that are equally
long, one whose work lies earlier is taken, which makes room elsewhere. In every second pass time runs backwards.

After time-window neighbourhoods for CP: D. Godard, P. Laborie, W. Nuijten, "Randomized large neighborhood search for
cumulative scheduling", ICAPS 2005: 81-89.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from summitry.engine import stopwatch

from .exact.model import Expression
from .exact.run import Limits, run
from .model import Goal, LinkKind
from .problem import Problem
from .result import Schedule
from .score import evaluate

SIZE = 70
"""Activities in the first stretch; fewer if one cannot be solved in time, more if they are solved easily."""

LEAST, MOST = 25, 250
"""Of activities in a stretch."""

SECONDS, EFFORT = 1.5, 0.3
"""For one stretch: of the clock; of CP-SAT's deterministic time."""

WORKERS = 4
"""CP-SAT's strategies at once for one stretch."""


def suits_windows(problem: Problem) -> bool:
    """Whether a plan may be moved as a whole: one mode, every day worked, constant capacity, the makespan alone counts
    first, no date, and nothing but finish-to-start links without lag.
    """
    begin, end = problem.project_start, problem.horizon
    every = {calendar.name: calendar.count(begin, end) == end - begin for calendar in problem.calendars}
    return (
        [goal for goal, _ in problem.goals[0]] == [Goal.MAKESPAN]
        and len(problem.goals) == 1
        and all(
            len(activity.modes) == 1
            and every[activity.modes[0].calendar]
            and (activity.release is None or activity.release <= begin)
            and activity.fixed_start is None
            and (activity.deadline is None or activity.deadline >= end)
            for activity in problem.activities
        )
        and all(link.kind is LinkKind.FS and not link.lag and link.max_lag is None for link in problem.links)
        and not any(resource.changes for resource in problem.resources)
    )


@dataclass(slots=True)
class _Plan:
    """A plan from point 0 on; backwards: time runs from its end. before, after: positions by activity."""

    days: list[int]
    demands: list[list[tuple[int, int]]]
    capacity: list[int]
    before: list[list[int]]
    after: list[list[int]]
    starts: list[int]
    span: int
    backwards: bool = False

    @classmethod
    def of(cls, problem: Problem, schedule: Schedule) -> _Plan:
        resource = {each.name: at for at, each in enumerate(problem.resources)}
        before: list[list[int]] = [[] for _ in problem.activities]
        after: list[list[int]] = [[] for _ in problem.activities]
        for link in problem.links:
            one, other = problem.place[link.predecessor], problem.place[link.successor]
            before[other].append(one)
            after[one].append(other)
        modes = [activity.modes[0] for activity in problem.activities]
        return cls(
            [mode.duration for mode in modes],
            [[(resource[name], units) for name, units in mode.demands] if mode.duration else [] for mode in modes],
            [each.capacity for each in problem.resources],
            before,
            after,
            [start - problem.project_start for start in schedule.starts],
            max(schedule.finishes) - problem.project_start,
        )

    def turn(self) -> None:
        """Let time run the other way."""
        self.starts = [self.span - start - days for start, days in zip(self.starts, self.days, strict=True)]
        self.before, self.after = self.after, self.before
        self.backwards = not self.backwards

    def adopt(self, stretch: _Stretch, end: int, found: tuple[int, ...]) -> bool:
        """Take a stretch as it was planned anew; whether the plan became shorter."""
        *spots, won = found
        moving = [at for at, start in enumerate(self.starts) if start >= end]
        for at, start in zip(stretch.free, spots, strict=True):
            self.starts[at] = start
        for at in moving:
            self.starts[at] -= won
        self.span -= won
        return won > 0

    def forward(self) -> list[int]:
        """The starts as time really runs, the first at 0."""
        starts = self.starts
        if self.backwards:
            starts = [self.span - start - days for start, days in zip(starts, self.days, strict=True)]
        return starts


class _Stretch:
    """The constraint program of one stretch, in the form that ``run`` reads: ``start`` ends with the days won.

    free: what begins in ``[begin, end)``. What begins before lies fixed, what begins later moves forward as a whole.
    """

    def __init__(self, plan: _Plan, begin: int, end: int, floor: int) -> None:
        from ortools.sat.python import cp_model

        self.cp = cp_model.CpModel()
        starts, days = plan.starts, plan.days
        ends = [start + length for start, length in zip(starts, days, strict=True)]
        self.free = [at for at, start in enumerate(starts) if begin <= start < end]
        fixed = [at for at, start in enumerate(starts) if start < begin < ends[at]]
        last = max([ends[at] for at in self.free])
        won = min(plan.span - floor, end - begin, plan.span - max([ends[at] for at in fixed], default=0))
        for at in fixed:
            won = min([won, *(starts[after] - ends[at] for after in plan.after[at] if starts[after] >= end)])
        self.won = self.cp.new_int_var(0, max(0, won), "won")
        reach = max([last, *(ends[at] for at in fixed)]) + max(0, won)
        moving = [at for at, start in enumerate(starts) if end <= start < reach]
        first = [max([begin, *(ends[b] for b in plan.before[at] if starts[b] < begin)]) for at in self.free]
        spots = [
            self.cp.new_int_var(low, max(low, last - days[at]), f"s{at}")
            for at, low in zip(self.free, first, strict=True)
        ]
        spot = dict(zip(self.free, spots, strict=True))
        for at in self.free:
            self.cp.add_hint(spot[at], starts[at])
            self.cp.add(spot[at] + days[at] + self.won <= plan.span)
            for after in plan.after[at]:
                if after in spot:
                    self.cp.add(spot[after] >= spot[at] + days[at])
                else:
                    self.cp.add(spot[at] + days[at] + self.won <= starts[after])
        self.cp.add_hint(self.won, 0)
        uses: list[list[tuple[cp_model.IntervalVar, int]]] = [[] for _ in plan.capacity]
        for group, where in ((self.free, spot.__getitem__), (fixed, starts.__getitem__)):
            for at in group:
                self._use(plan, uses, at, where(at))
        for at in moving:
            self._use(plan, uses, at, starts[at] - self.won)
        for capacity, used in zip(plan.capacity, uses, strict=True):
            if sum(units for _, units in used) > capacity:
                self.cp.add_cumulative([each for each, _ in used], [units for _, units in used], capacity)
        weight = sum(last - low for low in first) + 1
        self.objective: Expression = sum(spots) - weight * self.won
        self.start: list[Expression] = [*spots, self.won]
        self.chosen: list[list[Expression]] = [[1] for _ in self.start]

    def _use(self, plan: _Plan, uses: list[list[tuple[Any, int]]], at: int, start: Expression) -> None:
        if plan.demands[at]:
            interval = self.cp.new_fixed_size_interval_var(start, plan.days[at], f"i{at}")
            for resource, units in plan.demands[at]:
                uses[resource].append((interval, units))


def improve_by_windows(
    problem: Problem,
    schedule: Schedule,
    floor: int,
    limits: Limits,
    *,
    on_schedule: Callable[[Schedule], bool],
) -> float:
    """Improve a valid schedule until the limits are reached or nobody wants more; the effort that was used.

    floor: the makespan that cannot be beaten. on_schedule: told of each better schedule; True stops.
    """
    until = None if limits.seconds is None else stopwatch.seconds() + limits.seconds
    rng = random.Random(limits.seed)  # noqa: S311  # where to begin, nothing secret
    plan = _Plan.of(problem, schedule)
    size, effort, at = float(SIZE), 0.0, 0
    while plan.span > floor and not (limits.cancelled is not None and limits.cancelled()):
        now = _limits(limits, until, effort)
        if now is None:
            break
        if at >= len(plan.starts):
            plan.turn()
            at = -rng.randrange(int(size))
        order = sorted(range(len(plan.starts)), key=plan.starts.__getitem__)
        first, last = order[max(0, at)], order[min(len(order), max(1, at + int(size))) - 1]
        at += max(1, int(size) // 2)
        stretch = _Stretch(plan, plan.starts[first], plan.starts[last] + 1, floor)
        outcome = run(stretch, stretch.objective, now)
        effort += outcome.effort
        size = min(MOST, size * 1.15) if outcome.status == "optimal" else max(LEAST, size * 0.85)
        if outcome.placement is None:
            continue
        if plan.adopt(stretch, plan.starts[last] + 1, outcome.placement.starts) and on_schedule(
            evaluate(problem, [problem.project_start + start for start in plan.forward()], [0] * len(plan.starts))
        ):
            break
    return effort


def _limits(limits: Limits, until: float | None, effort: float) -> Limits | None:
    """For the next stretch; None if there is nothing left."""
    seconds = None if until is None else min(SECONDS, until - stopwatch.seconds())
    work = None if limits.effort is None else min(EFFORT, limits.effort - effort)
    if (seconds is not None and seconds <= 0) or (work is not None and work <= 0):
        return None
    return replace(limits, seconds=seconds, effort=work, workers=WORKERS)
