"""Populations: one of each kind, with the rows that the machine code works on. NumPy is loaded when one is made."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any, Protocol

from summitry.engine.scheduling.flat import GOAL_CODES, NONE, Flat
from summitry.engine.scheduling.kernel import UNPLACED
from summitry.engine.scheduling.model import Goal
from summitry.engine.scheduling.result import Schedule
from summitry.engine.scheduling.serial import spans

from .compiled import Machine
from .plain import DEGREE

Rank = tuple[int, ...]

HOT, COLD = 7.0, 0.5
"""Days by which a child may be longer than what it replaces, less than: as the search begins and as it ends."""


class Island(Protocol):
    """A population that lives by itself."""

    def advance(self, work: int, spent: float) -> int:
        """Generate so many schedules, or fewer if there is nothing left to find; how many.

        spent: of the time or work that the whole search has, 0 .. 1. Less and less that is worse is taken.
        """

    def rank(self) -> Rank:
        """Penalty and the goals' levels of the best."""

    def best(self) -> tuple[list[int], list[int]]:
        """Starts, from point 0, and modes within their activities, of the best."""

    def send(self) -> Any:
        """The best, for another island."""

    def receive(self, sent: Any) -> None:
        """Take in what another has sent."""


def is_plain(flat: Flat) -> bool:
    """Whether only finish-to-start links without lag, constant capacities and the makespan count."""
    p, horizon = flat.rows, flat.rows.horizon
    every_day = all(
        p.day_ptr[calendar + 1] - p.day_ptr[calendar] == horizon for calendar in sorted(set(p.mode_calendar))
    )
    return (
        every_day
        and set(p.goal) == {GOAL_CODES[Goal.MAKESPAN]}
        and len(p.mode_days) == len(p.release)
        and not any(p.mode_bad)
        and not any(p.release)
        and min(p.latest_finish, default=horizon) >= horizon
        and all(point == NONE for point in p.fixed)
        and not any(p.before_kind)
        and not any(p.before_lag)
        and all(most == NONE for most in p.before_most)
        and all(len(set(p.capacity[w * horizon : (w + 1) * horizon])) == 1 for w in range(p.words))
    )


def least_makespan(flat: Flat) -> int:
    """A bound for a plain problem: the critical path, and the work on each resource by its capacity."""
    p = flat.rows
    ends = [0] * len(p.release)
    for at in p.topological:
        before = p.before_at[p.before_ptr[at] : p.before_ptr[at + 1]]
        ends[at] = p.mode_days[at] + max((ends[other] for other in before), default=0)
    work: dict[int, int] = {}
    for at, days in enumerate(p.mode_days):
        for demand in range(p.demand_ptr[at], p.demand_ptr[at + 1]):
            resource = p.demand_resource[demand]
            work[resource] = work.get(resource, 0) + days * p.demand_units[demand]
    resources = flat.problem.resources
    loads = [-(-units // resources[resource].on(flat.first)) for resource, units in work.items()]
    return max([0, *ends, *loads])


def _rows(*shape: int) -> Any:
    import numpy as np

    return np.zeros(shape, dtype=np.int64)


def _row(values: Iterable[int]) -> Any:
    import numpy as np

    return np.array(list(values), dtype=np.int64)


class PlainIsland:
    """The two populations of ``plain``, for a problem that ``is_plain``.

    size: schedules in each. seed: of all that is drawn. start: a schedule whose order is among the first.
    """

    def __init__(self, machine: Machine, flat: Flat, size: int, seed: str, start: Schedule | None) -> None:
        p, count, horizon = flat.rows, len(flat.rows.release), flat.rows.horizon
        self._machine, self._size, self._count = machine, size, count
        self._topological, self._days = _row(p.topological), _row(p.mode_days)
        capacity = _row(p.capacity[:: max(1, horizon)])
        self._links = ((_row(p.before_ptr), _row(p.before_at)), (_row(p.after_ptr), _row(p.after_at)))
        self._uses = (_row(p.use_ptr), _row(p.use_word), _row(p.use_units), capacity, p.guard, horizon)
        self._problem = (self._days, *self._links[0], *self._links[1], *self._uses)
        self._enough = least_makespan(flat)
        self._weights = [sum(weight for _, weight in level) for level in flat.problem.goals]
        early, late, span = spans(flat)
        self._noise = max(1, max(late, default=0) * 2 // 5)
        rules = [late, [late[at] - span[at] for at in range(count)], [early[at] + late[at] for at in range(count)]]
        self._keys = [_row(max(0, value) for value in rule) for rule in rules]
        self._state = _rows(6)
        self._state[0], self._state[3] = Random(seed).getrandbits(62), UNPLACED  # noqa: S311
        self._seeds, self._lists = _rows(size, count), _rows(2, size, count)
        self._ends, self._spans = _rows(2, size, count), _rows(2, size)
        self._best = _rows(count)
        self._left = _rows(max(1, len(capacity)), horizon + 1)
        self._bucket = _rows(2 * max([horizon, *(int(key.max()) for key in self._keys if count)]) + 4)
        self._child, self._child_ends = _rows(count), _rows(count)
        self._seed(0)
        if start is not None:
            self._sow(_row(point - flat.first for point in start.starts), 0, self._seeds[:1])
        self._start(0)

    def _sow(self, key: Any, noise: int, lists: Any) -> None:
        ptr, before = self._links[0]
        self._machine.plain_seed(
            self._state, key, noise, self._topological, ptr, before, self._bucket, self._child, lists
        )

    def _seed(self, first: int) -> None:
        """New lists from a place on, a third by each rule."""
        third = -(-(self._size - first) // 3)
        for number, key in enumerate(self._keys):
            begin = first + number * third
            if begin < self._size:
                self._sow(key, self._noise, self._seeds[begin : begin + third])

    def _start(self, first: int) -> None:
        self._machine.plain_start(
            *self._problem,
            self._state,
            first,
            self._seeds,
            self._lists,
            self._ends,
            self._spans,
            self._best,
            self._left,
            self._bucket,
            self._child_ends,
        )

    def advance(self, work: int, spent: float) -> int:
        self._state[5] = int(DEGREE * (1 + HOT * (COLD / HOT) ** spent))
        if self._state[3] <= self._enough:
            return 0
        if self._spans.min() == self._spans.max():
            # All are equally long: nothing new comes of them any more.
            self.receive(self.send())
            self._seed(0)
            self._start(0)
        return self._machine.plain_evolve(
            *self._problem,
            self._state,
            work,
            self._enough,
            self._lists,
            self._ends,
            self._spans,
            self._best,
            self._left,
            self._bucket,
            self._child,
            self._child_ends,
        )

    def rank(self) -> Rank:
        span = int(self._state[3])
        return (UNPLACED,) if span >= UNPLACED else (0, *(weight * span for weight in self._weights))

    def send(self) -> Any:
        """The best as a list for the left side."""
        if self._state[4] == 1:
            return self._best.copy()
        order, ends = _rows(self._count), _rows(self._count)
        span = self._machine.generate(self._best, self._days, *self._links[1], *self._uses, self._left, ends)
        self._machine.turn(self._best, ends, span, self._bucket, order)
        return order

    def best(self) -> tuple[list[int], list[int]]:
        ends = _rows(self._count)
        self._machine.generate(self.send(), self._days, *self._links[0], *self._uses, self._left, ends)
        return (ends - self._days).tolist(), [0] * self._count

    def receive(self, sent: Any) -> None:
        self._seeds[-1] = sent
        self._start(self._size - 1)


class AnyIsland:
    """A population of ``genes``, for any problem. Arguments as of ``PlainIsland``."""

    def __init__(self, machine: Machine, flat: Flat, size: int, seed: str, start: Schedule | None) -> None:
        plain = flat.rows
        self._rows, self._first_modes = _row(flat.packed), _row(plain.mode_ptr[:-1])
        count = len(plain.release)
        self._machine, self._size = machine, size
        goals = flat.goals()
        self._levelled = int(Goal.LEVEL in goals)
        self._restarts = 6 if any(most != NONE for most in plain.before_most) else 0
        rng = Random(seed)  # noqa: S311
        self._state = _rows(3)
        self._state[0] = rng.getrandbits(62)
        self._lists, self._keys = _rows(size, count), _rows(size, count)
        self._given, self._aims = _rows(size, count), _rows(size, count)
        most = [max([r.capacity, *(units for _, units in r.changes)]) for r in flat.problem.resources]
        self._caps = _rows(size, len(most))
        self._ranks = _rows(size, plain.levels + 1)
        self._best, self._best_rank = _rows(3, count), _rows(plain.levels + 1)
        self._ranks[:, 0] = self._best_rank[0] = UNPLACED
        self._child, self._child_caps = _rows(4, count), _rows(len(most))
        whole, load, bucket = _rows(10, count), _rows(plain.horizon + 1), _rows(plain.horizon + 3)
        rank, trial = _rows(plain.levels + 1), _rows(plain.levels + 1)
        self._desk = (whole, _row(plain.capacity), _row(plain.capacity), load, bucket, rank, trial)
        self._sow(flat, rng, most, start)

    def _sow(self, flat: Flat, rng: Random, most: list[int], start: Schedule | None) -> None:
        plain = flat.rows
        count = len(plain.release)
        early, late, span = spans(flat)
        change = Goal.CHANGE in flat.goals()
        rules = [late, [late[at] - span[at] for at in range(count)], [early[at] + late[at] for at in range(count)]]
        if change:
            planned = [point if point != NONE else late[at] - span[at] for at, point in enumerate(plain.planned)]
            rules = [planned, planned, rules[0]]
        noise = max(1, max(late, default=0) // 3)
        part = -(-self._size // len(rules))
        for number, rule in enumerate(rules):
            block = slice(number * part, (number + 1) * part)
            if len(self._lists[block]):
                self._machine.genes_seed(
                    self._rows, self._state, _row(rule), noise, self._lists[block], self._keys[block], self._desk[4]
                )
        usual = self._first_modes
        planned_modes = usual + _row(plain.planned_mode)
        several = len(plain.mode_days) > count
        aims = _row(0 if at == NONE else 1 + max(0, min(at, plain.horizon)) for at in plain.planned)
        for one in range(self._size):
            way = rng.random()
            self._given[one] = planned_modes if change or way < 0.4 else usual
            if several and 0.4 <= way < 0.7:
                self._given[one] = -1
            elif several and way >= 0.7:
                for at in range(count):
                    self._given[one, at] = rng.randrange(plain.mode_ptr[at], plain.mode_ptr[at + 1])
            if change:
                way = rng.random()
                self._aims[one] = aims if one == 0 or way < 0.8 else 0
                if way > 0.6:
                    self._aims[one] *= [rng.randrange(2) for _ in range(count)]
            self._caps[one] = most
            if self._levelled and one and rng.random() < 0.7:
                self._caps[one] = [rng.randint(min(units, 1 + units // 4), units) for units in most]
        self._caps[0] = most
        if start is not None:
            last = self._size - 1
            key = _row(point - flat.first for point in start.starts)
            self._machine.genes_seed(
                self._rows, self._state, key, 0, self._lists[last:], self._keys[last:], self._desk[4]
            )
            self._given[last] = usual + _row(start.modes)
            self._caps[last] = most
            if change:
                self._aims[last] = aims

    def advance(self, work: int, spent: float) -> int:
        del spent  # only what is not worse is ever taken
        if self._state[2] and not self._best_rank.any():
            return 0
        return self._machine.genes_evolve(
            self._rows,
            self._state,
            work,
            self._levelled,
            self._restarts,
            self._lists,
            self._keys,
            self._given,
            self._aims,
            self._caps,
            self._ranks,
            self._best,
            self._best_rank,
            self._child,
            self._child_caps,
            self._desk,
        )

    def rank(self) -> Rank:
        return tuple(self._best_rank.tolist())

    def best(self) -> tuple[list[int], list[int]]:
        starts, _, modes = self._best
        return starts.tolist(), (modes - self._first_modes).tolist()

    def send(self) -> Any:
        at = min(range(self._size), key=lambda one: tuple(self._ranks[one].tolist()))
        return tuple(rows[at].copy() for rows in (self._lists, self._keys, self._given, self._aims, self._caps))

    def receive(self, sent: Any) -> None:
        last = self._size - 1
        own = (self._lists, self._keys, self._given, self._aims, self._caps)
        for rows, row in zip(own, sent, strict=True):
            rows[last] = row
        self._state[2] = last
