"""The problem as a constraint program for OR-Tools CP-SAT.

An activity's start is the number of a working day of its calendar; where every day is worked (and for milestones) that
is the point itself, and the model is the lean textbook one: one integer and one fixed interval an activity, one
cumulative a resource. Other calendars map numbers to points by tables. Modes are optional intervals. Days with less
capacity are fixed intervals that use up what is missing.

L. Perron, F. Didier, S. Gay, "The CP-SAT-LP Solver", CP 2023; the model of RCPSP with optional intervals:
P. Laborie, J. Rogerie, P. Shaw, P. Vilím, "IBM ILOG CP optimizer for scheduling", Constraints 23 (2018).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..model import Goal, Level
from .frame import Arc, Frame, Lane, Way, Windows

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Expression = Any
"""A CP-SAT expression, variable or plain integer."""


class Model:
    """The model of one problem without an objective.

    start, finish: points by activity. chosen: literals by activity and mode (the integer 1 if there is one mode left, 0
    for one that cannot be). extra: units by which a resource named in ``soft`` exceeds its capacity on every day.
    """

    def __init__(self, frame: Frame, windows: Windows, soft: Collection[int] = ()) -> None:
        from ortools.sat.python import cp_model

        self.frame, self.windows = frame, windows
        self.cp: cp_model.CpModel = cp_model.CpModel()
        self.start: list[Expression] = []
        self.finish: list[Expression] = []
        self.chosen: list[list[Expression]] = []
        self.extra: dict[int, Expression] = {}
        self._numbers: dict[tuple[int, bool, int], Expression] = {}
        self._hinted: list[list[tuple[int, Expression, Expression]]] = []
        self._uses: list[list[tuple[Expression, int]]] = [[] for _ in frame.capacity]
        self._goals: dict[Goal, Expression] = {}
        self._at_peak: dict[int, Expression] = {}
        for at in range(len(frame.ways)):
            self._place(at)
        for arc in frame.arcs:
            self._link(arc)
        for resource, steps in enumerate(frame.capacity):
            if steps is not None and self._uses[resource]:
                self._limit(resource, steps, resource in soft)

    def _place(self, at: int) -> None:
        """The variables of one activity."""
        modes = self.windows.modes(at)
        placed = [(m, *self._mode(at, m, self.frame.ways[at][m])) for m in modes]
        self.chosen.append([0] * len(self.frame.ways[at]))
        self._hinted.append([(m, number, start) for m, number, start, _, _ in placed])
        if len(placed) == 1:
            m, number, start, finish, size = placed[0]
            self.start.append(start)
            self.finish.append(finish)
            self.chosen[at][m] = 1
            lane = self.frame.ways[at][m].lane
            if self.frame.ways[at][m].days:
                self._numbers[at, True, lane] = number
                self._numbers[at, False, lane] = number + self.frame.ways[at][m].days
            self._use(at, m, start, size, finish, None)
            return
        whole = self.cp.new_int_var(*self.windows.start[at], f"s{at}")
        end = self.cp.new_int_var(*self.windows.finish[at], f"f{at}")
        self.start.append(whole)
        self.finish.append(end)
        literals = []
        for m, _number, start, finish, size in placed:
            literal = self.cp.new_bool_var(f"a{at}m{m}")
            literals.append(literal)
            self.chosen[at][m] = literal
            self.cp.add(whole == start).only_enforce_if(literal)
            self.cp.add(end == finish).only_enforce_if(literal)
            self._use(at, m, start, size, finish, literal)
        self.cp.add_exactly_one(literals)

    def _mode(self, at: int, m: int, way: Way) -> tuple[Expression, Expression, Expression, Expression]:
        """Number, start, finish and days from start to finish of a mode, chosen or not."""
        lane, name = self.frame.lanes[way.lane], f"a{at}m{m}"
        low, high = self.windows.first[at][m], self.windows.last[at][m]
        if lane.every or not way.days:
            start = self.cp.new_int_var(low, high, name)
            return start - lane.first, start, start + way.days, way.days
        if way.unbroken:
            from ortools.sat.python import cp_model

            numbers = [k for k in lane.starts(way.days, True) if low <= lane.days[k] <= high]
            number = self.cp.new_int_var_from_domain(cp_model.Domain.from_values(numbers), name)
            start = self._look_up(number, numbers[0], numbers[-1], lane.days, 0, name)
            return number, start, start + way.days, way.days
        first, last = lane.number(low), lane.number(high)
        number = self.cp.new_int_var(first, last, name)
        start = self._look_up(number, first, last, lane.days, 0, name)
        ends = [lane.days[k + way.days - 1] + 1 for k in range(first, last + 1)]
        finish = self._look_up(number, first, last, ends, first, name + "f")
        sizes = [end - lane.days[k] for k, end in enumerate(ends, first)]
        size = self._look_up(number, first, last, sizes, first, name + "d")
        return number, start, finish, size

    def _look_up(
        self, number: Expression, first: int, last: int, table: Sequence[int], origin: int, name: str
    ) -> Expression:
        """``table[number - origin]``; affine where the table is over ``first .. last``."""
        from ortools.sat.python import cp_model

        values = table[first - origin : last + 1 - origin]
        if values[0] == values[-1] == max(values) == min(values):
            return values[0]
        if all(b - a == 1 for a, b in pairwise(values)):
            return number + (values[0] - first)
        found = self.cp.new_int_var_from_domain(cp_model.Domain.from_values(sorted(set(values))), name + "t")
        self.cp.add_element(number - first, values, found)
        return found

    def _use(
        self, at: int, m: int, start: Expression, size: Expression, finish: Expression, literal: Expression | None
    ) -> None:
        way = self.frame.ways[at][m]
        if not way.demands:
            return
        if literal is None:
            interval = self.cp.new_interval_var(start, size, finish, f"i{at}")
        else:
            interval = self.cp.new_optional_interval_var(start, size, finish, literal, f"i{at}m{m}")
        for resource, units in way.demands:
            self._uses[resource].append((interval, units))

    def _limit(self, resource: int, steps: tuple[tuple[int, int], ...], soft: bool) -> None:
        """One resource: everything at work at once needs no more than there is."""
        total = self._total(resource)
        most = max(units for _, units in steps)
        if total <= min(units for _, units in steps):
            return
        intervals = [interval for interval, _ in self._uses[resource]]
        demands = [units for _, units in self._uses[resource]]
        for (since, units), until in zip(steps, [*[day for day, _ in steps[1:]], self.frame.end], strict=True):
            if units < most and until > since:
                intervals.append(self.cp.new_fixed_size_interval_var(since, until - since, f"r{resource}d{since}"))
                demands.append(most - units)
        capacity: Expression = most
        if soft:
            self.extra[resource] = self.cp.new_int_var(0, max(total, *demands), f"extra{resource}")
            capacity = most + self.extra[resource]
        self.cp.add_cumulative(intervals, demands, capacity)

    def _total(self, resource: int) -> int:
        """Units that all activities together can hold at once."""
        return sum(
            max([dict(self.frame.ways[at][m].demands).get(resource, 0) for m in self.windows.modes(at)])
            for at in range(len(self.frame.ways))
        )

    def _end(self, at: int, from_start: bool) -> Expression:
        return self.start[at] if from_start else self.finish[at]

    def number(self, at: int, from_start: bool, lane: int) -> Expression:
        """Working days of a calendar before the start (else the finish) of an activity."""
        key = at, from_start, lane
        if key not in self._numbers:
            table: Lane = self.frame.lanes[lane]
            point = self._end(at, from_start)
            if table.every:
                self._numbers[key] = point - table.first
            else:
                low, high = (self.windows.start if from_start else self.windows.finish)[at]
                self._numbers[key] = self._look_up(point, low, high, table.counts, table.first, f"n{at}")
        return self._numbers[key]

    def _link(self, arc: Arc) -> None:
        before, after = self._end(arc.before, arc.from_start), self._end(arc.after, not arc.to_finish)
        if arc.lag >= 0:
            self.cp.add(after >= before + arc.lag)  # a lag of working days is at least as many calendar days
        if not arc.lag and arc.longest is None:
            return
        for literal, waited in self.waits(arc):
            for constraint in (
                self.cp.add(waited >= arc.lag) if arc.lag else None,
                self.cp.add(waited <= arc.longest) if arc.longest is not None else None,
            ):
                if constraint is not None and literal is not None:
                    constraint.only_enforce_if(literal)

    def waits(self, arc: Arc) -> list[tuple[Expression | None, Expression]]:
        """Working days between the ends of a link, by each calendar the successor may have, with its condition."""
        modes = self.windows.modes(arc.after)
        lanes = {self.frame.ways[arc.after][m].lane for m in modes}
        found: list[tuple[Expression | None, Expression]] = []
        for m in modes:
            lane = self.frame.ways[arc.after][m].lane
            waited = self.number(arc.after, not arc.to_finish, lane) - self.number(arc.before, arc.from_start, lane)
            if len(lanes) == 1:
                return [(None, waited)]
            found.append((self.chosen[arc.after][m], waited))
        return found

    def objective(self, level: Level) -> Expression:
        """The weighted sum of one level of goals."""
        return sum(weight * self.goal(goal) for goal, weight in level)

    def goal(self, goal: Goal) -> Expression:
        """One goal as an expression that is right where it is minimised."""
        if goal not in self._goals:
            build = {
                Goal.LATENESS: self._lateness,
                Goal.MAKESPAN: self._makespan,
                Goal.CHANGE: self._change,
                Goal.COST: self._cost,
                Goal.LEVEL: self._level,
            }
            self._goals[goal] = build[goal]()
        return self._goals[goal]

    def _lateness(self) -> Expression:
        terms: list[Expression] = []
        for at, activity in enumerate(self.frame.problem.activities):
            if activity.due is None or not activity.due_weight:
                continue
            low, high = (point - activity.due for point in self.windows.finish[at])
            if high > 0:
                late = self.cp.new_int_var(max(0, low), high, f"late{at}")
                self.cp.add(late >= self.finish[at] - activity.due)
                terms.append(activity.due_weight * late)
        return sum(terms)

    def _makespan(self) -> Expression:
        if not self.finish:
            return 0
        low = max(low for low, _ in self.windows.finish) - self.frame.start
        span = self.cp.new_int_var(low, self.frame.end - self.frame.start, "makespan")
        for at, arcs in enumerate(self.frame.out):
            if not any(not arc.from_start and arc.lag >= 0 for arc in arcs):
                self.cp.add(span >= self.finish[at] - self.frame.start)
        return span

    def _change(self) -> Expression:
        terms: list[Expression] = []
        for at, activity in enumerate(self.frame.problem.activities):
            planned = activity.planned_start
            if planned is not None and activity.move_weight:
                low, high = self.windows.start[at]
                moved = self.cp.new_int_var(0, max(abs(low - planned), abs(high - planned)), f"moved{at}")
                self.cp.add(moved >= self.start[at] - planned)
                self.cp.add(moved >= planned - self.start[at])
                terms.append(activity.move_weight * moved)
            if activity.planned_mode is not None and activity.mode_weight:
                same = [mode.name for mode in activity.modes].index(activity.planned_mode)
                terms.append(activity.mode_weight * (1 - self.chosen[at][same]))
        return sum(terms)

    def _cost(self) -> Expression:
        return sum(
            way.cost * literal
            for ways, chosen in zip(self.frame.ways, self.chosen, strict=True)
            for way, literal in zip(ways, chosen, strict=True)
            if way.cost
        )

    def _level(self) -> Expression:
        terms: list[Expression] = []
        for resource, uses in enumerate(self._uses):
            weight = self.frame.problem.resources[resource].level_weight
            if uses and weight:
                peak = self.cp.new_int_var(0, self._total(resource), f"peak{resource}")
                self.cp.add_cumulative([interval for interval, _ in uses], [units for _, units in uses], peak)
                terms.append(weight * peak)
        return sum(terms)

    def hint(self, starts: Sequence[int], modes: Sequence[int]) -> None:
        """Begin the search at a schedule."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        for at, placed in enumerate(self._hinted):
            for m, number, start in placed:
                if len(placed) > 1:
                    self.cp.add_hint(self.chosen[at][m], modes[at] == m)
                    if modes[at] != m:
                        continue
                lane = self.frame.lanes[self.frame.ways[at][m].lane]
                if lane.every or not self.frame.ways[at][m].days:
                    self.cp.add_hint(start, starts[at])
                else:
                    self.cp.add_hint(number, lane.number(starts[at]))
            if len(placed) > 1:
                self.cp.add_hint(self.start[at], starts[at])
