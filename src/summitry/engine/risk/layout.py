"""The problem laid out in rows of numbers, in the order of computation, for the kernels.

A *place* is a position in that order, predecessors first; an activity's position in the network is its *position*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from math import ceil, floor, sqrt

from summitry.engine.network import Activity, CycleError, Network
from summitry.engine.network.compiled import best_for
from summitry.engine.network.cycles import loops
from summitry.engine.network.kernel import FINISHED, NONE, OPEN, STARTED
from summitry.engine.network.model import ActivityId

from .distributions import Certain, Discrete, Distribution, Triangular
from .model import Uncertainty
from .problem import RiskProblem, every_day
from .special import normal_below, normal_quantile

# How a number of days is drawn. CERTAIN: it is not. STEPS: from a table, by a uniform draw. SCORES: from a table, by a
# normal score. TRIANGLE: by the formula. CURVE: between the knots of a table, by a normal score.
CERTAIN, STEPS, SCORES, TRIANGLE, CURVE = range(5)

WORDS = 1 << 32
"""A uniform draw is a whole number below it."""

GUIDES = 64
"""Each table of steps has so many places to begin the search at (Chen and Asau 1974)."""

KNOTS = 521
LOWEST, PER_SCORE = -6.5, 40.0
"""The curve's knots lie at the scores LOWEST, LOWEST + 1 / PER_SCORE and so on: beyond the rarest draw."""

FINEST = 600
"""Steps of whole days in a table. Where there are more, they are coarser: see ``steps``."""

_RAREST = 2.0**-33


@dataclass(slots=True)
class Draws:
    """How durations and delays are drawn: one row an activity by place, then one a risk event.

    how: A code above. base: Days, if certain. table: Number of its table. low, mode, high: Of a triangle.
    group, share, rest: Of a score ``share * factor[group] + rest * own``; group -1: none. key: Of its random numbers.
    first: Table t of steps is ``values[first[t] : first[t + 1]]``. limits, scores: Value ``k`` is drawn below limit
    ``k`` (uniform draws) or score ``k``, the last is never reached. guides: Where to begin, ``GUIDES`` a table.
    curves: ``KNOTS`` values a table.
    """

    how: list[int] = field(default_factory=list)
    base: list[float] = field(default_factory=list)
    table: list[int] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    mode: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    group: list[int] = field(default_factory=list)
    share: list[float] = field(default_factory=list)
    rest: list[float] = field(default_factory=list)
    key: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=lambda: [0])
    values: list[float] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    guides: list[int] = field(default_factory=list)
    curves: list[float] = field(default_factory=list)
    _known: dict[tuple[Steps | Distribution, bool], int] = field(default_factory=dict)

    def certain(self, days: float, key: int) -> None:
        self._add(CERTAIN, key, base=days)

    def whole(self, steps: Steps, key: int, group: int, share: float) -> None:
        """Days by a table of steps."""
        if len(steps.values) == 1:
            self.certain(steps.values[0], key)
            return
        scored = group >= 0
        if (steps, scored) not in self._known:
            self._known[steps, scored] = len(self.first) - 1
            self._tabulate(steps, scored)
        self._add(SCORES if scored else STEPS, key, table=self._known[steps, scored], group=group, share=share)

    def continuous(self, days: Distribution, key: int, group: int, share: float) -> None:
        """Days as they are drawn, not rounded."""
        if days.deviation == 0.0:
            self.certain(days.mean, key)
        elif isinstance(days, Triangular) and group < 0:
            self._add(TRIANGLE, key, points=(days.low, days.mode, days.high))
        elif (exact := exact_steps(days)) is not None:
            self.whole(exact, key, group, share)
        else:
            if (days, True) not in self._known:
                self._known[days, True] = len(self.curves) // KNOTS
                self.curves += curve(days)
            self._add(CURVE, key, table=self._known[days, True], group=group, share=share)

    def _add(
        self,
        how: int,
        key: int,
        *,
        base: float = 0.0,
        table: int = 0,
        points: tuple[float, float, float] = (0.0, 0.0, 0.0),
        group: int = -1,
        share: float = 0.0,
    ) -> None:
        self.how.append(how)
        self.key.append(key)
        self.base.append(base)
        self.table.append(table)
        self.low.append(points[0])
        self.mode.append(points[1])
        self.high.append(points[2])
        self.group.append(group)
        self.share.append(share)
        self.rest.append(sqrt(max(0.0, 1.0 - share * share)))

    def _tabulate(self, steps: Steps, scored: bool) -> None:
        self.values += steps.values
        self.first.append(len(self.values))
        reached = steps.reached[:-1]
        limits = [round(c * WORDS) for c in reached] + [WORDS + 1]
        scores = [_score(c) for c in reached] if scored else [0.0] * len(reached)
        scores.append(float("inf"))
        self.limits += limits
        self.scores += scores
        at = 0
        for guide in range(GUIDES):
            # The greatest place that no draw of this guide lies before: uniform draws by their first six bits, scores
            # by eighths from -4 on, where the first guide also takes all lower ones.
            if scored:
                while guide > 0 and scores[at] <= guide / 8.0 - 4.0 - 1e-9:
                    at += 1
            else:
                while limits[at] <= guide * (WORDS // GUIDES):
                    at += 1
            self.guides.append(at)


@dataclass(frozen=True, slots=True)
class Steps:
    """A distribution over few values: ``reached[k]`` = P(X <= values[k]), the last is 1."""

    values: tuple[float, ...]
    reached: tuple[float, ...]

    def beyond(self, done: int) -> Steps:
        """What is left after ``done`` days, given that it is not finished: at least one day, unless it takes none."""
        left = [at for at, value in enumerate(self.values) if value > done]
        before = self.reached[left[0] - 1] if left and left[0] > 0 else 0.0
        if not left or before > 1.0 - 1e-9:
            return Steps((min(1.0, self.values[-1]),), (1.0,))
        values = tuple([self.values[at] - done for at in left])
        return Steps(values, (*((self.reached[at] - before) / (1.0 - before) for at in left[:-1]), 1.0))


@lru_cache(maxsize=4_096)
def steps(days: Distribution) -> Steps:
    """A distribution rounded to whole days without changing its mean.

    A draw x between two neighbours v < w becomes w with probability (x - v) / (w - v), so that

        P(D <= v) = (S(w) - S(v)) / (w - v),    S(x) = E max(x - X, 0) = ``shortfall``.

    Neighbours are a day apart (of a discrete distribution, the whole days around its values). Where that would be more
    than ``FINEST`` steps, they are as many days apart as make 500 steps of all but the last thousandth, and then steps
    that grow by a twentieth each.
    """
    low, top = floor(days.least + 1e-9), ceil(days.quantile(1.0 - _RAREST) - 1e-9)
    if isinstance(days, Discrete):
        grid = sorted({floor(value) for value in days.values} | {ceil(value) for value in days.values})
    else:
        grid = list(range(low, min(top, low + FINEST) + 1))
    if grid[-1] < top:
        body = ceil(days.quantile(0.999))
        grid = list(range(low, body, max(1, ceil((body - low) / 500))))
        while grid[-1] < top:
            grid.append(grid[-1] + max(grid[-1] - grid[-2], (grid[-1] - low) // 20))
    short = [days.shortfall(point) for point in grid]
    values, reached, so_far = [], [], 0.0
    for at, value in enumerate(grid[:-1]):
        here = (short[at + 1] - short[at]) / (grid[at + 1] - value)
        if here - so_far > _RAREST:
            so_far = min(1.0, here)
            values.append(float(value))
            reached.append(so_far)
    if not reached or 1.0 - so_far > _RAREST:
        values.append(float(grid[-1]))
        reached.append(1.0)
    reached[-1] = 1.0
    return Steps(tuple(values), tuple(reached))


def exact_steps(days: Distribution) -> Steps | None:
    """The values of a discrete distribution as they are; None for any other."""
    if not isinstance(days, Discrete):
        return None
    pairs = [(v, p) for v, p in zip(days.values, days.probabilities, strict=True) if p > 0.0]
    reached = [sum(p for _, p in pairs[: at + 1]) for at in range(len(pairs) - 1)]
    return Steps(tuple([float(v) for v, _ in pairs]), (*reached, 1.0))


@lru_cache(maxsize=1_024)
def curve(days: Distribution) -> tuple[float, ...]:
    """The quantile function at the knots, by normal score."""
    floor_q = 2.0**-60
    levels = (normal_below(LOWEST + knot / PER_SCORE) for knot in range(KNOTS))
    return tuple([days.quantile(min(max(level, floor_q), 1.0 - 2.0**-53)) for level in levels])


def _score(reached: float) -> float:
    """The normal score of a probability, infinite at 0 and 1."""
    if reached <= 0.0:
        return float("-inf")
    return normal_quantile(reached) if reached < 1.0 else float("inf")


def key_of(name: ActivityId) -> int:
    """A number of 64 bits for the random numbers of an activity, group or event.

    It comes from the name, so that a change of the plan leaves the draws of what it does not change as they were.
    """
    return int.from_bytes(blake2b(repr(name).encode(), digest_size=8).digest(), "little")


@dataclass(slots=True)
class Layout:
    """``RiskProblem`` by place.

    order: Position by place. place: Place by position. state, floor, fixed_start ..: As in ``network.kernel``.
    start, finish: Of finished activities; start of started ones.
    ptr, before, kind, lag: Links to place ``i`` are ``ptr[i] .. ptr[i + 1] - 1``; ``before`` are places.
    hit_ptr, hit_event: Risk events that hit it, in the same way.
    due: Places with a deadline. wanted: 1 for those of them that are targets. last: Places at which all may end.
    plain: Every day is worked by all, so that dates need no calendar.
    """

    problem: RiskProblem
    order: list[int]
    place: list[int]
    plain: bool
    draws: Draws
    calendar: list[int]
    state: list[int]
    floor: list[int]
    deadline: list[int]
    fixed_start: list[int]
    fixed_finish: list[int]
    start: list[int]
    finish: list[int]
    ptr: list[int]
    before: list[int]
    kind: list[int]
    lag: list[int]
    hit_ptr: list[int]
    hit_event: list[int]
    due: list[int]
    wanted: list[int]
    last: list[int]
    group_keys: list[int]
    event_keys: list[int]
    event_limits: list[int]


def lay_out(problem: RiskProblem) -> Layout:
    """Lay a problem out. Raises ``CycleError`` as ``network.solve`` does."""
    network = problem.network
    flat, count = network.flat, len(network.activities)
    order, ptr, edges = _ordered(network)
    place = [0] * count
    for now, at in enumerate(order):
        place[at] = now

    def by_place(row: Sequence[int]) -> list[int]:
        return [row[at] for at in order]

    start, finish = by_place(flat.actual_start), by_place(flat.actual_finish)
    state = by_place(flat.state)
    for now, at in enumerate(order):
        if state[now] == FINISHED and start[now] == NONE:
            calendar = network.calendars[flat.calendar[at]]
            start[now] = calendar.start(finish[now], network.activities[at].duration)
    hit_ptr, hit_event = _hits(problem, order)
    due = [now for now, at in enumerate(order) if network.activities[at].deadline is not None]
    due = [now for now in due if not network.activities[order[now]].waived]
    targets = {flat.place[id] for id in problem.targets or ()}
    used = {activity.calendar for activity in network.activities}
    return Layout(
        problem=problem,
        order=order,
        place=place,
        plain=all(every_day(calendar) for calendar in network.calendars if calendar.name in used),
        draws=_draws(problem, order),
        calendar=by_place(flat.calendar),
        state=state,
        floor=by_place(flat.floor),
        deadline=by_place(flat.deadline),
        fixed_start=by_place(flat.fixed_start),
        fixed_finish=by_place(flat.fixed_finish),
        start=start,
        finish=finish,
        ptr=ptr,
        before=[place[flat.edge_from[edge]] for edge in edges],
        kind=[flat.edge_kind[edge] for edge in edges],
        lag=[flat.edge_lag[edge] for edge in edges],
        hit_ptr=hit_ptr,
        hit_event=hit_event,
        due=due,
        wanted=[int(order[now] in targets) for now in due],
        last=_last(network, place),
        group_keys=[key_of(group.name) for group in problem.groups],
        event_keys=[key_of(event.id) for event in problem.events],
        event_limits=[round(event.probability * WORDS) for event in problem.events],
    )


def _ordered(network: Network) -> tuple[list[int], list[int], list[int]]:
    """Positions in order, and the links grouped by successor in the same order: ``ptr`` and links' positions."""
    flat = network.flat
    count, links = len(flat.ids), len(flat.edge_from)
    kernel = best_for(count)
    row, blank, plain = kernel.row, kernel.blank, kernel.plain
    to, since = row(flat.edge_to), row(flat.edge_from)
    before, after = (blank(count + 1), blank(links)), (blank(count + 1), blank(links))
    kernel.group(to, *before)
    kernel.group(since, *after)
    rows = blank(count)
    ordered = kernel.sort(before[0], to, *after, blank(count), rows)
    order, old_ptr, grouped = plain(rows), plain(before[0]), plain(before[1])
    if ordered < count:
        raise CycleError(loops(flat, set(order[:ordered])))
    ptr, edges = [0], []
    for at in order:
        edges += grouped[old_ptr[at] : old_ptr[at + 1]]
        ptr.append(len(edges))
    return order, ptr, edges


def _last(network: Network, place: list[int]) -> list[int]:
    """Places of unfinished activities that no successor is sure to outlast."""
    flat = network.flat
    outlasted = set()
    for before, after, kind, lag in zip(flat.edge_from, flat.edge_to, flat.edge_kind, flat.edge_lag, strict=True):
        fixed = flat.fixed_start[after] != NONE or flat.fixed_finish[after] != NONE
        if lag >= 0 and not kind & 1 and flat.state[after] != FINISHED and not fixed:
            outlasted.add(before)
    count = len(flat.ids)
    return sorted(place[at] for at in range(count) if at not in outlasted and flat.state[at] != FINISHED)


def moves(activity: Activity) -> bool:
    """Whether its duration matters: it is not finished, waived or fixed at both ends."""
    both = activity.fixed_start is not None and activity.fixed_finish is not None
    return not (activity.waived or activity.finished or (both and not activity.started))


def _hits(problem: RiskProblem, order: list[int]) -> tuple[list[int], list[int]]:
    network = problem.network
    hits: dict[int, list[int]] = {}
    for number, event in enumerate(problem.events):
        for id in event.activities:
            hits.setdefault(network.flat.place[id], []).append(number)
    ptr, events = [0], []
    for at in order:
        if at in hits and moves(network.activities[at]):
            events += hits[at]
        ptr.append(len(events))
    return ptr, events


def _draws(problem: RiskProblem, order: list[int]) -> Draws:
    network = problem.network
    uncertain = {network.flat.place[u.activity]: u for u in problem.uncertainties}
    groups = {group.name: (at, sqrt(group.correlation)) for at, group in enumerate(problem.groups)}
    draws = Draws()
    for at in order:
        activity = network.activities[at]
        uncertainty = uncertain.get(at)
        if uncertainty is None or not moves(activity):
            draws.certain(network.flat.work[at], 0)
            continue
        key, (group, share) = key_of(activity.id), groups.get(uncertainty.group or "", (-1, 0.0))
        if uncertainty.loading is not None:
            share = uncertainty.loading
        if problem.whole_days:
            draws.whole(_work(network, activity, uncertainty), key, group, share)
        else:
            draws.continuous(uncertainty.duration, key, group, share)
    for event in problem.events:
        if problem.whole_days:
            draws.whole(steps(event.delay), key_of(event.id), -1, 0.0)
        else:
            draws.continuous(event.delay, key_of(event.id), -1, 0.0)
    return draws


def _work(network: Network, activity: Activity, uncertainty: Uncertainty) -> Steps:
    """Whole days that are still to do."""
    flat = network.flat
    at = flat.place[activity.id]
    if flat.state[at] == OPEN or network.status_date is None:
        return steps(uncertainty.duration)
    assert flat.state[at] == STARTED
    assert activity.actual_start is not None
    if activity.remaining is not None:
        if activity.duration == 0:
            return steps(Certain(activity.remaining))
        return steps(uncertainty.duration.scaled(activity.remaining / activity.duration))
    done = network.calendars[flat.calendar[at]].count(activity.actual_start, network.status_date)
    return steps(uncertainty.duration).beyond(max(0, done))
