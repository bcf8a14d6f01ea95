"""The immediate schedule: serial generation by priority rules, in a few milliseconds and without any compiler.

Rules: Kolisch, Hartmann, Experimental investigation of heuristics for resource-constrained project scheduling, European
Journal of Operational Research 174 (2006) 23-37. Forward-backward improvement (double justification): Valls, Ballestin,
Quintanilla, European Journal of Operational Research 165 (2005) 375-386.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from summitry.engine import stopwatch

from . import judging, kernel
from .flat import NONE, Flat, Row, flatten
from .model import Goal
from .problem import Problem
from .result import Schedule
from .score import Violation, evaluate, violations

MANY = 600
"""Activities from which on only the two best rules are tried."""
REPAIRS = 40
"""Times that everything is placed anew because something came too late."""
RESTARTS = 30
"""Times that a list is placed anew because a longest wait was broken."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The best schedule that was found at once, and what it breaks.

    Valid, and fit to leave the engine, only without violations. schedule: ``None`` if something found no place at all.
    """

    schedule: Schedule | None
    violations: tuple[Violation, ...]

    @property
    def valid(self) -> bool:
        return self.schedule is not None and not self.violations


@dataclass(slots=True)
class Draft:
    """A schedule as the kernel has it; better means less of (penalty, score)."""

    penalty: int
    score: Row
    starts: Row = field(default_factory=list)
    finishes: Row = field(default_factory=list)
    modes: Row = field(default_factory=list)
    order: Row = field(default_factory=list)

    @property
    def rank(self) -> tuple[int, Row]:
        return self.penalty, self.score


def immediate(problem: Problem, *, hint: Schedule | None = None, until: float | None = None) -> Attempt:
    """A schedule at once: several rules, repair, forward-backward improvement; the best by (violations, goals).

    hint: A schedule whose order and modes are tried too, valid or not.
    until: The moment of ``stopwatch.seconds()`` after which nothing more is begun that would only make it better. The
        first rule is always followed to its end, and what it leaves open is repaired: the answer may come later, but
        what is possible by one rule is not called impossible for want of time.
    """

    def late() -> bool:
        return until is not None and stopwatch.seconds() >= until

    flat = flatten(problem)
    draft = _best(flat, hint, late)
    if draft.penalty >= kernel.UNPLACED:
        # Something finds no place before the horizon. What it would look like after it tells more than nothing.
        flat = flatten(problem, _generous(problem))
        draft = _best(flat, hint, late)
    if draft.penalty >= kernel.UNPLACED:
        return Attempt(None, ())
    schedule = to_schedule(flat, draft)
    return Attempt(schedule, violations(problem, schedule))


def to_schedule(flat: Flat, draft: Draft) -> Schedule:
    """In the problem's own points and modes."""
    starts = [start + flat.first for start in draft.starts]
    modes = [mode - first for mode, first in zip(draft.modes, flat.rows.mode_ptr, strict=False)]
    return evaluate(flat.problem, starts, modes)


def _generous(problem: Problem) -> int:
    """A point by which everything would have a place."""
    last = problem.horizon
    points = [point for a in problem.activities for point in (a.release, a.fixed_start) if point is not None]
    last = max([last, *points])
    last = max([last, *(day for resource in problem.resources for day, _ in resource.changes)])
    worked = {c.name: max(1, c.count(problem.project_start, problem.project_start + 364)) for c in problem.calendars}
    work = sum(max(-(-m.duration * 364 // worked[m.calendar]) for m in a.modes) + 7 for a in problem.activities)
    return last + work + sum(7 * abs(link.lag) for link in problem.links) + 366


@dataclass(slots=True)
class _Desk:
    """Rows that the kernel works on."""

    flat: Flat
    packed: Row
    left: Row
    placed: Row
    delay: Row
    short: Row
    load: Row
    bucket: Row

    @classmethod
    def of(cls, flat: Flat) -> _Desk:
        count = len(flat.rows.release)
        days = flat.rows.horizon + 2
        return cls(
            flat,
            flat.packed,
            list(flat.rows.capacity),
            [0] * count,
            [0] * count,
            [0] * count,
            [0] * (days + 1),
            [0] * (days + 1),
        )


def _best(flat: Flat, hint: Schedule | None, late: Callable[[], bool]) -> Draft:
    desk = _Desk.of(flat)
    drafts: list[tuple[Draft, Row]] = []
    for key, given, aims in _rules(flat, hint):
        draft = _place(desk, by_key(flat, key), given, aims)
        if draft.penalty and all(other.penalty for other, _ in drafts):
            draft = _repair(desk, draft, list(key), given, aims)
        drafts.append((draft, aims))
        if not draft.penalty and late():
            break
    drafts.sort(key=lambda each: each[0].rank)
    chosen = drafts[: 2 if len(flat.rows.release) < MANY else 1]
    placed = [(draft, aims) for draft, aims in chosen if draft.penalty < kernel.UNPLACED]
    return min(
        (improve(desk, draft, aims, late) for draft, aims in placed),
        key=lambda draft: draft.rank,
        default=chosen[0][0],
    )


def _place(desk: _Desk, order: Row, given: Row, aims: Row) -> Draft:
    count = len(order)
    p = desk.flat.rows
    draft = Draft(0, [0] * p.levels, [0] * count, [0] * count, [0] * count, order)
    rows = (draft.starts, draft.finishes, draft.modes, desk.left, desk.placed, desk.delay, desk.short)
    restarts = RESTARTS if any(most != NONE for most in p.before_most) else 0
    draft.penalty = kernel.decode(desk.packed, order, given, aims, p.capacity, restarts, *rows)
    if draft.penalty < kernel.UNPLACED:
        judging.evaluate(desk.packed, draft.starts, draft.finishes, draft.modes, desk.load, draft.score)
    return draft


def improve(desk: _Desk, draft: Draft, aims: Row, late: Callable[[], bool]) -> Draft:
    """Forward-backward improvement as long as it helps, then closer to the present plan where that is a goal.

    late: True begins nothing more.
    """
    p = desk.flat.rows
    change = [level for level, goal in zip(p.goal_level, p.goal, strict=True) if goal == 2]
    best = draft
    ways = [(1, -1)] if not change or change[0] else []
    if change:
        ways.append((0, 0))
    for way in ways:
        for _ in range(3 if len(aims) < MANY else 1):
            if late():
                return best
            trial = Draft(best.penalty, list(best.score), best.starts[:], best.finishes[:], best.modes[:], best.order)
            for step in way:
                _push(desk, trial, step, aims, change[0] if step == 0 else p.levels)
            judging.evaluate(desk.packed, trial.starts, trial.finishes, trial.modes, desk.load, trial.score)
            if trial.rank >= best.rank:
                break
            best = trial
    return best


def _push(desk: _Desk, draft: Draft, way: int, aims: Row, before: int) -> None:
    p = desk.flat.rows
    count = len(aims)
    left = list(p.capacity)
    # Fixed ones last: of those that do not fit with the others none took units.
    for at in sorted(range(count), key=lambda at: p.fixed[at] != NONE):
        mode, start = draft.modes[at], draft.starts[at]
        if p.fixed[at] == NONE or kernel.earliest(desk.packed, left, mode, start, start) >= 0:
            kernel.hold(desk.packed, left, mode, start, draft.finishes[at], 1)
    limits, order = [0] * count, [0] * count
    judging.limit(desk.packed, draft.finishes, before, limits)
    if way == 1:
        judging.by_point(draft.order[::-1], draft.finishes, p.horizon, -1, desk.bucket, order)
    else:
        judging.by_point(draft.order, draft.starts, p.horizon, 1, desk.bucket, order)
    placed = [1] * count
    kernel.push(desk.packed, order, way, aims, limits, draft.starts, draft.finishes, draft.modes, left, placed)


def _repair(desk: _Desk, draft: Draft, key: list[int], given: Row, aims: Row) -> Draft:
    """What came too late is moved forward in the list with all that it waits for, again and again (Joslin, Clements
    1999: squeaky wheel optimisation).
    """
    p = desk.flat.rows
    best = draft
    count = len(key)
    step = 1
    short = list(desk.short)
    for _ in range(max(3, REPAIRS * 45 // max(45, count))):
        late = [at for at in range(count) if short[at] or draft.penalty >= kernel.UNPLACED]
        if not late or len(late) == count:
            break
        front = {at: short[at] for at in late}
        for at in reversed(p.topological):
            if at in front:
                for place in range(p.before_ptr[at], p.before_ptr[at + 1]):
                    other = p.before_at[place]
                    front[other] = max(front.get(other, 0), front[at])
        for at, days in front.items():
            key[at] -= days * step
        step += 1
        draft = _place(desk, by_key(desk.flat, key), given, aims)
        short = list(desk.short)
        if draft.rank < best.rank:
            best = draft
        if not best.penalty:
            break
    return best


def by_key(flat: Flat, key: Sequence[int]) -> Row:
    """The list in the order of a key, predecessors first; of equals higher priority, then the problem's order."""
    p = flat.rows
    count = len(key)
    activities = flat.problem.activities
    waiting = [p.before_ptr[at + 1] - p.before_ptr[at] for at in range(count)]
    ready = [(key[at], -activities[at].priority, at) for at in range(count) if not waiting[at]]
    heapify(ready)
    order = []
    while ready:
        at = heappop(ready)[2]
        order.append(at)
        for place in range(p.after_ptr[at], p.after_ptr[at + 1]):
            after = p.after_at[place]
            waiting[after] -= 1
            if not waiting[after]:
                heappush(ready, (key[after], -activities[after].priority, after))
    return order


def _rules(flat: Flat, hint: Schedule | None) -> Iterator[tuple[Row, Row, Row]]:
    """(key, given modes, aims) of each rule, the most promising first."""
    p = flat.rows
    count = len(p.release)
    goals = flat.goals()
    usual, planned, free = p.mode_ptr[:-1], [0] * count, [-1] * count
    for at in range(count):
        planned[at] = p.mode_ptr[at] + p.planned_mode[at]
    several = len(p.mode_days) > count
    early, late, span = spans(flat)
    none = [0] * count
    aims = [0 if at == NONE else 1 + max(0, min(at, p.horizon)) for at in p.planned]
    if Goal.CHANGE in goals:
        plan = [p.planned[at] if p.planned[at] != NONE else late[at] - span[at] for at in range(count)]
        yield plan, planned, aims
        if several:
            yield plan, free, aims
    if hint is not None:
        modes = [first + mode for first, mode in zip(p.mode_ptr, hint.modes, strict=False)]
        yield [start - flat.first for start in hint.starts], modes, none
    start = planned if Goal.CHANGE in goals or any(p.mode_weight) else usual
    yield late, free if several else start, none
    if several:
        yield late, start, none
    yield [late[at] - span[at] for at in range(count)], start, none
    if count >= MANY:
        return
    yield [late[at] - span[at] - early[at] for at in range(count)], start, none
    if Goal.LATENESS in goals and any(p.due_weight):
        yield _by_weight(flat, late), start, none
    yield [early[at] + late[at] for at in range(count)], start, none


def spans(flat: Flat) -> tuple[Row, Row, Row]:
    """(early start, late finish, length) of each activity, in days, without regard to capacity: for priorities only.

    Deadlines, due dates and fixed starts hold the late finish, lags count as if every day were worked.
    """
    p = flat.rows
    count = len(p.release)
    density = [max(1, p.day_ptr[c + 1] - p.day_ptr[c]) / max(1, p.horizon) for c in range(len(flat.problem.calendars))]
    span = []
    for at in range(count):
        modes = range(p.mode_ptr[at], p.mode_ptr[at + 1])
        span.append(round(min(p.mode_days[m] / density[p.mode_calendar[m]] for m in modes)))
    early = [max(p.release[at], p.fixed[at]) for at in range(count)]
    for at in p.topological:
        for place in range(p.before_ptr[at], p.before_ptr[at + 1]):
            other, kind = p.before_at[place], p.before_kind[place]
            point = early[other] + (0 if kind & 1 else span[other]) + p.before_lag[place]
            early[at] = max(early[at], point - (span[at] if kind & 2 else 0))
    end = max((early[at] + span[at] for at in range(count)), default=0)
    late = [0] * count
    for at in reversed(p.topological):
        late[at] = min(end, p.latest_finish[at])
        if p.due_weight[at]:
            late[at] = min(late[at], p.due[at])
        if p.fixed[at] != NONE:
            late[at] = min(late[at], p.fixed[at] + span[at])
        for place in range(p.after_ptr[at], p.after_ptr[at + 1]):
            other, kind = p.after_at[place], p.after_kind[place]
            point = late[other] - (0 if kind & 2 else span[other]) - p.after_lag[place]
            late[at] = min(late[at], point + (span[at] if kind & 1 else 0))
    return early, late, span


def _by_weight(flat: Flat, late: Row) -> Row:
    """Late finish, moved forward by the weight of what waits: a heavy due date outranks an earlier one."""
    p = flat.rows
    weight = [w if p.due[at] != NONE else 0 for at, w in enumerate(p.due_weight)]
    for at in reversed(p.topological):
        for place in range(p.after_ptr[at], p.after_ptr[at + 1]):
            weight[at] = max(weight[at], weight[p.after_at[place]])
    most = max([1, *weight])
    reach = max([1, *late])
    return [late[at] - weight[at] * reach // (2 * most) for at in range(len(late))]
