"""The problem laid out in rows of integers for ``kernel``.

Points count from ``project_start``: point 0 is the project's start, ``horizon`` the last one. Activities, resources,
calendars and goals are told by their position, modes by their position among all modes of all activities.

Capacity is packed: several resources share one whole number, each with a field of its own that is one bit wider than
its greatest value. Taking demands from what is left then is one subtraction for all of them, and the topmost bits of
the fields (``guard``) tell whether any went below zero: the lowest field that does borrows, and so sets its guard.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

from summitry.engine.network.model import LinkKind

from .model import Goal, Mode
from .problem import Problem

Row: TypeAlias = list[int]

NONE = -(1 << 40)
"""No date given, or no longest wait."""

KINDS = {LinkKind.FS: 0, LinkKind.SS: 1, LinkKind.FF: 2, LinkKind.SF: 3}
"""1 = from the start, 2 = to the finish."""

GOAL_CODES = {Goal.LATENESS: 0, Goal.MAKESPAN: 1, Goal.CHANGE: 2, Goal.COST: 3, Goal.LEVEL: 4}


class Rows(NamedTuple):
    """The problem by position. Not to be written into.

    horizon                 the last point
    words, bits, guard      whole numbers of packed capacity a day; width of a field in it; topmost bit of every field
    mode_ptr                modes of activity ``i``: ``mode_ptr[i] .. mode_ptr[i + 1] - 1``
    mode_calendar, ..       of each mode: calendar, working days, whether unbroken, cost
    mode_bad                1 where no day has the units that the mode wants
    use_ptr, use_word, use_units    packed demands of a mode: the word and what to take from it
    demand_ptr, demand_resource, demand_units    the same, not packed
    release, latest_finish  of each activity: not before, deadline or horizon
    fixed                   fixed start or ``NONE``
    due, due_weight         weight 0 where nothing is due
    planned, move_weight, planned_mode, mode_weight    ``NONE`` and weight 0 where nothing is planned
    before_ptr, before_at, before_kind, before_lag, before_most    links by successor: predecessor, kind, lags
    after_ptr, ..           links by predecessor
    topological             activities, predecessors first
    counts                  ``counts[calendar * (horizon + 2) + p]``: working days before point ``p``
    day_ptr, days, runs     ``days[day_ptr[calendar] + k]``: the working day that has ``k`` before it, and how many
                            working days follow one another from it on
    capacity                ``capacity[word * horizon + day]``, packed
    resource_word, resource_shift    where a resource lies in it; word -1: it can never run short
    goal_level, goal, goal_weight    each goal of each level
    levels, goals, resources    how many there are
    """

    horizon: int
    words: int
    bits: int
    guard: int
    levels: int
    goals: int
    resources: int
    mode_ptr: Row
    mode_calendar: Row
    mode_days: Row
    mode_unbroken: Row
    mode_cost: Row
    mode_bad: Row
    use_ptr: Row
    use_word: Row
    use_units: Row
    demand_ptr: Row
    demand_resource: Row
    demand_units: Row
    release: Row
    latest_finish: Row
    fixed: Row
    due: Row
    due_weight: Row
    planned: Row
    planned_mode: Row
    move_weight: Row
    mode_weight: Row
    before_ptr: Row
    before_at: Row
    before_kind: Row
    before_lag: Row
    before_most: Row
    after_ptr: Row
    after_at: Row
    after_kind: Row
    after_lag: Row
    after_most: Row
    topological: Row
    counts: Row
    day_ptr: Row
    days: Row
    runs: Row
    capacity: Row
    resource_word: Row
    resource_shift: Row
    level_weight: Row
    goal_level: Row
    goal: Row
    goal_weight: Row


(
    HORIZON,
    WORDS,
    BITS,
    GUARD,
    LEVELS,
    GOALS,
    RESOURCES,
    MODE_PTR,
    MODE_CALENDAR,
    MODE_DAYS,
    MODE_UNBROKEN,
    MODE_COST,
    MODE_BAD,
    USE_PTR,
    USE_WORD,
    USE_UNITS,
    DEMAND_PTR,
    DEMAND_RESOURCE,
    DEMAND_UNITS,
    RELEASE,
    LATEST_FINISH,
    FIXED,
    DUE,
    DUE_WEIGHT,
    PLANNED,
    PLANNED_MODE,
    MOVE_WEIGHT,
    MODE_WEIGHT,
    BEFORE_PTR,
    BEFORE_AT,
    BEFORE_KIND,
    BEFORE_LAG,
    BEFORE_MOST,
    AFTER_PTR,
    AFTER_AT,
    AFTER_KIND,
    AFTER_LAG,
    AFTER_MOST,
    TOPOLOGICAL,
    COUNTS,
    DAY_PTR,
    DAYS,
    RUNS,
    CAPACITY,
    RESOURCE_WORD,
    RESOURCE_SHIFT,
    LEVEL_WEIGHT,
    GOAL_LEVEL,
    GOAL,
    GOAL_WEIGHT,
) = range(50)
"""Where the fields of ``Rows`` stand in the packed row of ``pack``."""


def pack(rows: Rows) -> Row:
    """All fields in one row, for the kernel: field ``f`` of whole numbers is ``p[f]``, and entry ``k`` of the row ``f``
    is ``p[p[f] + k]``. One row in place of fifty makes machine code small and quick to compile.
    """
    packed: Row = [0] * len(rows)
    values: tuple[int | Row, ...] = rows
    for at, value in enumerate(values):
        if isinstance(value, int):
            packed[at] = value
        else:
            packed[at] = len(packed)
            packed.extend(value)
    return packed


@dataclass(frozen=True, slots=True)
class Flat:
    """A problem, its rows and the same packed. first: ``project_start``, what point 0 is."""

    problem: Problem
    rows: Rows
    packed: Row
    first: int

    def goals(self) -> frozenset[Goal]:
        return frozenset(goal for level in self.problem.goals for goal, _ in level)


def flatten(problem: Problem, last: int | None = None) -> Flat:
    """Lay a problem out.

    last: Where the tables end, if not at the problem's horizon. Before it: schedules that end later are not found.
        After it: schedules may pass the horizon, which then is a deadline of everything.
    """
    first = problem.project_start
    horizon = (problem.horizon if last is None else last) - first
    latest = problem.horizon - first
    activities = problem.activities
    modes = [mode for activity in activities for mode in activity.modes]
    counts, day_ptr, days, runs = _calendars(problem, horizon)
    packed = _pack(problem, modes, horizon)
    before, after = _links(problem)

    def point(value: int | None) -> int:
        return NONE if value is None else value - first

    named = {calendar.name: at for at, calendar in enumerate(problem.calendars)}
    goals = [(level, GOAL_CODES[goal], weight) for level, goals in enumerate(problem.goals) for goal, weight in goals]
    rows = Rows(
        horizon=horizon,
        words=packed.words,
        bits=packed.bits,
        guard=packed.guard,
        levels=len(problem.goals),
        goals=len(goals),
        resources=len(problem.resources),
        mode_ptr=_pointers(len(activity.modes) for activity in activities),
        mode_calendar=[named[mode.calendar] for mode in modes],
        mode_days=[mode.duration for mode in modes],
        mode_unbroken=[int(mode.unbroken) for mode in modes],
        mode_cost=[mode.cost for mode in modes],
        mode_bad=packed.bad,
        use_ptr=_pointers(map(len, packed.uses)),
        use_word=[word for use in packed.uses for word, _ in use],
        use_units=[units for use in packed.uses for _, units in use],
        demand_ptr=_pointers(map(len, packed.demands)),
        demand_resource=[resource for demand in packed.demands for resource, _ in demand],
        demand_units=[units for demand in packed.demands for _, units in demand],
        release=[max(0, a.release - first) if a.release is not None else 0 for a in activities],
        latest_finish=[min(latest, a.deadline - first) if a.deadline is not None else latest for a in activities],
        fixed=[point(a.fixed_start) for a in activities],
        due=[point(a.due) for a in activities],
        due_weight=[a.due_weight if a.due is not None else 0 for a in activities],
        planned=[point(a.planned_start) for a in activities],
        planned_mode=_planned_modes(problem),
        move_weight=[a.move_weight if a.planned_start is not None else 0 for a in activities],
        mode_weight=[a.mode_weight if a.planned_mode is not None else 0 for a in activities],
        before_ptr=before[0],
        before_at=before[1],
        before_kind=before[2],
        before_lag=before[3],
        before_most=before[4],
        after_ptr=after[0],
        after_at=after[1],
        after_kind=after[2],
        after_lag=after[3],
        after_most=after[4],
        topological=_topological(before[0], before[1], after[0], after[1]),
        counts=counts,
        day_ptr=day_ptr,
        days=days,
        runs=runs,
        capacity=packed.capacity,
        resource_word=packed.word_of,
        resource_shift=packed.shift_of,
        level_weight=[resource.level_weight for resource in problem.resources],
        goal_level=[level for level, _, _ in goals],
        goal=[goal for _, goal, _ in goals],
        goal_weight=[weight for _, _, weight in goals],
    )
    return Flat(problem, rows, pack(rows), first)


def _pointers(sizes: Any) -> Row:
    pointers = [0]
    for size in sizes:
        pointers.append(pointers[-1] + size)
    return pointers


def _planned_modes(problem: Problem) -> Row:
    """Position of the planned mode within its activity; the first where none is planned."""
    return [
        0 if a.planned_mode is None else next(at for at, mode in enumerate(a.modes) if mode.name == a.planned_mode)
        for a in problem.activities
    ]


def _calendars(problem: Problem, horizon: int) -> tuple[Row, Row, Row, Row]:
    counts: Row = []
    days: Row = []
    runs: Row = []
    day_ptr = [0]
    first = problem.project_start
    for calendar in problem.calendars:
        table = calendar.table(first, first + horizon)
        counts += table.counts
        counts.append(table.counts[-1])  # a look at the point after the last one stays inside
        worked = [day - first for day in table.days]
        run = [1] * len(worked)
        for at in range(len(worked) - 2, -1, -1):
            if worked[at + 1] == worked[at] + 1:
                run[at] = run[at + 1] + 1
        days += worked
        runs += run
        day_ptr.append(len(days))
    return counts, day_ptr, days, runs


def _links(problem: Problem) -> tuple[list[Row], list[Row]]:
    """Links by successor and by predecessor: pointers, other end, kind, lag, longest wait."""
    place = problem.place
    known = [
        (
            place[link.predecessor],
            place[link.successor],
            KINDS[link.kind],
            link.lag,
            NONE if link.max_lag is None else link.max_lag,
        )
        for link in problem.links
    ]
    sides = []
    for here, there in ((1, 0), (0, 1)):
        groups: list[list[tuple[int, ...]]] = [[] for _ in problem.activities]
        for link in known:
            groups[link[here]].append((link[there], *link[2:]))
        flat = list(chain.from_iterable(groups))
        sides.append([_pointers(map(len, groups)), *([entry[column] for entry in flat] for column in range(4))])
    return sides[0], sides[1]


def _topological(before_ptr: Row, before_at: Row, after_ptr: Row, after_at: Row) -> Row:
    """Kahn's order; of the activities that are free, the one that came first in the problem goes first."""
    count = len(before_ptr) - 1
    waiting = [before_ptr[at + 1] - before_ptr[at] for at in range(count)]
    order = [at for at in range(count) if not waiting[at]]
    for at in order:
        for place in range(after_ptr[at], after_ptr[at + 1]):
            after = after_at[place]
            waiting[after] -= 1
            if not waiting[after]:
                order.append(after)
    return order


@dataclass(slots=True)
class _Packed:
    words: int
    bits: int
    guard: int
    bad: Row
    uses: list[list[tuple[int, int]]]
    demands: list[list[tuple[int, int]]]
    capacity: Row
    word_of: Row
    shift_of: Row


def _pack(problem: Problem, modes: list[Mode], horizon: int) -> _Packed:
    """Give each resource that can run short its field."""
    resources = problem.resources
    place = {resource.name: at for at, resource in enumerate(resources)}
    # A milestone holds nothing, whatever it says.
    demands = [[(place[name], units) for name, units in mode.demands] if mode.duration else [] for mode in modes]
    first, last = problem.project_start, problem.project_start + horizon
    steps = [_steps(resource.capacity, resource.changes, first, last) for resource in resources]
    least = [min((units for _, _, units in step), default=0) for step in steps]
    most = [max((units for _, _, units in step), default=0) for step in steps]
    bad = [int(any(units > most[resource] for resource, units in demand)) for demand in demands]
    total = [0] * len(resources)
    at = 0
    for activity in problem.activities:
        wanted: dict[int, int] = {}
        for demand in demands[at : at + len(activity.modes)]:
            for resource, units in demand:
                wanted[resource] = max(wanted.get(resource, 0), units)
        for resource, units in wanted.items():
            total[resource] += units
        at += len(activity.modes)
    levelled = any(goal is Goal.LEVEL for level in problem.goals for goal, _ in level)
    scarce = [at for at in range(len(resources)) if total[at] > least[at] or (levelled and total[at])]
    # More than everybody together wants is as good as what they want.
    bits = max((min(most[at], total[at]).bit_length() + 1 for at in scarce), default=2)
    fields = max(1, 62 // bits)
    words = -(-len(scarce) // fields)
    word_of, shift_of = [-1] * len(resources), [0] * len(resources)
    capacity = [0] * (words * horizon)
    for number, at in enumerate(scarce):
        word_of[at], shift_of[at] = number // fields, number % fields * bits
        for begin, end, units in steps[at]:
            packed = min(units, total[at]) << shift_of[at]
            for day in range(word_of[at] * horizon + begin - first, word_of[at] * horizon + end - first):
                capacity[day] += packed
    uses = []
    for demand, useless in zip(demands, bad, strict=True):
        use: dict[int, int] = {}
        for resource, units in () if useless else demand:
            if word_of[resource] >= 0:
                use[word_of[resource]] = use.get(word_of[resource], 0) + (units << shift_of[resource])
        uses.append(sorted(use.items()))
    guard = sum(1 << (field * bits + bits - 1) for field in range(fields))
    return _Packed(words, bits, guard, bad, uses, demands, capacity, word_of, shift_of)


def _steps(capacity: int, changes: tuple[tuple[int, int], ...], first: int, last: int) -> list[tuple[int, int, int]]:
    """(from day, up to day, units) for the days ``first .. last - 1``."""
    marks = [(first, capacity)]
    for day, units in changes:
        if day <= first:
            marks[0] = (first, units)
        elif day < last:
            marks.append((day, units))
    ends = [day for day, _ in marks[1:]] + [last]
    return [(day, end, units) for (day, units), end in zip(marks, ends, strict=True) if day < end]
