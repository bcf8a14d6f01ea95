"""The search from outside: when it stops, and whom it tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from summitry.engine import stopwatch
from summitry.engine.calendar import EVERY_DAY, WorkCalendar
from summitry.engine.scheduling.flat import Flat, flatten
from summitry.engine.scheduling.model import Activity, Goal, Link, LinkKind, Mode, Resource
from summitry.engine.scheduling.problem import Problem
from summitry.engine.scheduling.result import Schedule
from summitry.engine.scheduling.score import evaluate, violations
from summitry.engine.scheduling.serial import immediate

from . import compiled
from .islands import AnyIsland, Island, PlainIsland, is_plain

T = TypeVar("T")
R = TypeVar("R")

EPOCH = 200_000
"""Activities that are placed between two looks at the clock (fewer where they are dear to place)."""
EXCHANGE = 100
"""An island sends its best to the next one after so many schedules for each one of its population."""
PACE = 16_000_000, 1_500_000
"""Activities that one core places in a second, about: of plain problems, of others. Sizes the populations."""
GATHERS = 120
"""Activities up to which the size of a plain population depends on the number of schedules alone."""
MOST = 2_000, 400
"""Schedules in a population: of plain problems, of others."""


def warm_up() -> None:
    """Compile the search, or load it from the cache on disk. May be called from any thread and more than once.

    Takes up to a minute the first time after an installation, then 1-2 s.
    """
    compiled.warm_up(_use_everything)


def is_warm() -> bool:
    """Whether ``improve`` searches in this process."""
    return compiled.machine() is not None


def improve(
    problem: Problem,
    *,
    seconds: float | None = None,
    work: int | None = None,
    seed: int = 0,
    start: Schedule | None = None,
    on_better: Callable[[Schedule], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int = 2,
) -> Schedule | None:
    """The best valid schedule that is found, or ``None``.

    seconds, work: Stop after so long, or after so many schedules have been generated; whichever comes first. With
        ``work`` alone the same seed and number of threads give the same schedule. ``ValueError`` if neither is given.
    start: A schedule to begin with; if it is valid, what is given back is never worse.
    on_better: Called, on the calling thread, with each better valid schedule, ``start`` excepted.
    cancelled: Asked several times a second; True stops the search.
    threads: Populations that are searched side by side, one a core.

    Before ``warm_up`` is done, the immediate schedule is the answer, or ``start`` if that is better.
    """
    if seconds is None and work is None:
        raise ValueError("The search needs an end: seconds or work.")
    began = stopwatch.seconds()
    machine = compiled.machine()
    told = _Told(problem, start, on_better)
    flat = flatten(problem)
    plain = is_plain(flat)
    if machine is None or not (plain and start is not None):
        told.offer(immediate(problem, hint=start).schedule)
    if machine is None or not problem.activities:
        return told.schedule
    kind: type[PlainIsland] | type[AnyIsland] = PlainIsland if plain else AnyIsland
    if plain and told.schedule is None:
        told.look(flat, [PlainIsland(machine, flat, 1, f"{seed}", start)])
    base = told.schedule or start
    flat = _shorter(flat, base)
    count = len(problem.activities)
    pace = PACE[0 if plain else 1] / count
    most = MOST[0 if plain else 1]
    expected = min(pace * seconds if seconds is not None else 1e12, work / threads if work is not None else 1e12)
    # A population that cools may be large, but the longer its lists, the more generations it needs to gather.
    wanted = 0.9 * (expected * min(1.0, GATHERS / count)) ** 0.5 if plain else 0.5 * expected**0.5
    size = max(12, min(most, round(wanted)))
    epoch = max(4, (EPOCH if plain else EPOCH // 10) // count)
    made = machine
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(threads)) if threads > 1 else None

        def make(number: int) -> Island:
            return kind(made, flat, size, f"{seed}-{number}", base)

        islands = _each(pool, make, list(range(threads)))
        done = 2 * size * threads
        since = 0
        while True:
            told.look(flat, islands)
            if seconds is not None and stopwatch.seconds() - began >= seconds:
                break
            if (work is not None and done >= work) or (cancelled is not None and cancelled()):
                break
            share = epoch if work is None else min(epoch, -(-(work - done) // threads))
            spent = 0.0 if seconds is None else (stopwatch.seconds() - began) / seconds
            if work is not None:
                spent = max(spent, done / work)
            counts = _each(pool, partial(_advance, share, min(1.0, spent)), islands)
            done += sum(counts)
            if not all(counts):
                break
            since += share
            if threads > 1 and since >= EXCHANGE * size:
                since = 0
                sent = [island.send() for island in islands]
                for number, island in enumerate(islands):
                    island.receive(sent[number - 1])
    told.look(flat, islands, last=True)
    return told.schedule


def _advance(share: int, spent: float, island: Island) -> int:
    return island.advance(share, spent)


def _each(pool: Executor | None, call: Callable[[T], R], items: Sequence[T]) -> list[R]:
    return list(map(call, items) if pool is None else pool.map(call, items))


def _shorter(flat: Flat, base: Schedule | None) -> Flat:
    """Tables that end where no schedule of interest goes: the less there is to look at, the faster."""
    if base is None or not base.finishes:
        return flat
    problem = flat.problem
    planned = [a.planned_start for a in problem.activities if a.planned_start is not None]
    longest = max(max(mode.duration for mode in activity.modes) for activity in problem.activities)
    end = max(base.finishes)
    last = max(end, *(start + 2 * longest for start in planned), *base.starts) if planned else end
    last += (end - problem.project_start) // 3 + 4 * longest + 30
    return flatten(problem, last) if last < problem.horizon else flat


@dataclass(slots=True)
class _Told:
    """The best valid schedule so far, and who is told of it."""

    problem: Problem
    schedule: Schedule | None
    on_better: Callable[[Schedule], None] | None
    quiet_until: float = 0.0

    def __post_init__(self) -> None:
        if self.schedule is not None and violations(self.problem, self.schedule):
            self.schedule = None

    def offer(self, schedule: Schedule | None) -> None:
        """Take a schedule if it is valid and better."""
        if schedule is None or (self.schedule is not None and schedule.score >= self.schedule.score):
            return
        if violations(self.problem, schedule):
            return
        self.schedule = schedule
        if self.on_better is not None:
            self.on_better(schedule)

    def look(self, flat: Flat, islands: Sequence[Island], last: bool = False) -> None:
        """Take the best of the islands. Telling a large schedule takes its time: not more than a tenth of all."""
        now = stopwatch.seconds()
        if now < self.quiet_until and not last:
            return
        best = min(islands, key=lambda island: island.rank())
        penalty, *score = best.rank()
        if penalty or (self.schedule is not None and tuple(score) >= self.schedule.score):
            return
        starts, modes = best.best()
        self.offer(evaluate(self.problem, [start + flat.first for start in starts], modes))
        self.quiet_until = stopwatch.seconds() + 9 * (stopwatch.seconds() - now)


def _use_everything(machine: compiled.Machine) -> None:
    """Two small problems, so that everything is compiled: one of each kind of population."""
    week = WorkCalendar("week", week=EVERY_DAY)
    desks = tuple(Resource(name=name, capacity=2) for name in "ab")
    modes = (
        Mode(name="one", duration=2, calendar="week", demands=(("a", 1), ("b", 1))),
        Mode(name="two", duration=3, calendar="week", demands=(("a", 2),)),
    )
    tasks = tuple(Activity(id=at, modes=modes[:1]) for at in range(4))
    plain = Problem(
        activities=tasks,
        links=(Link(predecessor=0, successor=1),),
        resources=desks,
        calendars=(week,),
        project_start=1,
        horizon=20,
    )
    tasks = tuple(Activity(id=at, modes=modes, planned_start=3, due=4) for at in range(4))
    links = (Link(predecessor=0, successor=1, kind=LinkKind.SS, lag=1, max_lag=4),)
    goals = (((Goal.LATENESS, 1),), ((Goal.LEVEL, 1),), ((Goal.CHANGE, 1), (Goal.COST, 1)), ((Goal.MAKESPAN, 1),))
    mixed = Problem(
        activities=tasks, links=links, resources=desks, calendars=(week,), project_start=1, horizon=20, goals=goals
    )
    kinds: tuple[tuple[type[PlainIsland] | type[AnyIsland], Problem], ...] = ((PlainIsland, plain), (AnyIsland, mixed))
    for kind, problem in kinds:
        island = kind(machine, flatten(problem), 4, "warm", None)
        island.advance(4, 0.5)
        island.receive(island.send())
        island.best()
