"""Asking the engine: the one place from which the scheduling engine is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from summitry.core import clock
from summitry.engine.scheduling.result import Progress, Schedule, Solution, Status
from summitry.engine.scheduling.serial import immediate
from summitry.schedule.planning.capacity.posing import Posed

ENGINE = "summitry.engine.scheduling"


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

    begun = clock.monotonic()
    attempt = immediate(posed.problem)
    solution = Solution(
        status=Status.FEASIBLE if attempt.valid else Status.UNKNOWN,
        schedule=attempt.schedule if attempt.valid else None,
        bound=(),
        conflict=None,
        method="immediate",
        seed=effort.seed,
        work=0,
        seconds=clock.monotonic() - begun,
    )
    if solution.schedule is not None:
        told(Progress(solution.seconds, solution.method, solution.schedule, None))
    return Found(solution, version("summitry"))


def _step(posed: Posed, progress: Progress) -> Step:
    schedule, moved = progress.schedule, 0
    if schedule is not None:
        pairs = zip(posed.problem.activities, schedule.starts, strict=True)
        moved = sum(a.planned_start is not None and a.planned_start != start for a, start in pairs)
    return Step(
        progress.seconds, progress.method, schedule.score if schedule is not None else None, progress.bound, moved
    )
