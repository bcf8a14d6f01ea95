"""Asking the engine: the one place from which the scheduling engine is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version

from summitry.engine.scheduling import Conflict, Progress, Schedule, Solution, Status, explain, solve, warm_up
from summitry.schedule.planning.capacity.posing import Posed

MANY = 300
"""Activities from which on the compiled search is worth its start of some seconds."""

PATIENCE = 60.0
"""Seconds for a second, longer look at why there is no plan."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How long to search. seconds: by the clock. seed: of the random numbers. threads: processors to use."""

    seconds: float = 10.0
    seed: int = 0
    threads: int = 2


@dataclass(frozen=True)
class Step:
    """A better schedule or a better bound that was found under way; moved: how many tasks start on another day."""

    seconds: float
    method: str
    score: tuple[int, ...] | None
    bound: int | None
    moved: int


@dataclass(frozen=True)
class Found:
    """What the engine says. version: of this program, which the engine is a part of."""

    solution: Solution
    version: str

    @property
    def schedule(self) -> Schedule | None:
        return self.solution.schedule


def search(
    posed: Posed,
    effort: Effort,
    *,
    on_better: Callable[[Step], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Found:
    """Search until proven best, the time is over, or `cancelled` says so; what was found by then is the answer."""

    def told(progress: Progress) -> None:
        if on_better is not None:
            on_better(_step(posed, progress))

    if len(posed.problem.activities) >= MANY:
        # A job, not a page, waits for the compiler here; later ones find the machine code kept.
        warm_up()
    solution = solve(
        posed.problem,
        seconds=effort.seconds,
        seed=effort.seed,
        on_better=told,
        cancelled=cancelled,
        threads=effort.threads,
    )
    if solution.status is Status.INFEASIBLE and not _explained(solution.conflict):
        # The engine gives an explanation ten seconds; on a busy machine it takes longer, and here nobody's page waits.
        longer = explain(posed.problem, seconds=PATIENCE, cancelled=cancelled)
        solution = replace(solution, conflict=longer or solution.conflict)
    return Found(solution, version("summitry"))


def _explained(conflict: Conflict | None) -> bool:
    return conflict is not None and conflict.irreducible and bool(conflict.relaxations)


def _step(posed: Posed, progress: Progress) -> Step:
    schedule, moved = progress.schedule, 0
    if schedule is not None:
        pairs = zip(posed.problem.activities, schedule.starts, strict=True)
        moved = sum(a.planned_start is not None and a.planned_start != start for a, start in pairs)
    return Step(
        progress.seconds, progress.method, schedule.score if schedule is not None else None, progress.bound, moved
    )
