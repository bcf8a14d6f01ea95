"""The search from outside: when it stops, and whom it tells."""

from __future__ import annotations

from collections.abc import Callable

from summitry.engine.scheduling.problem import Problem
from summitry.engine.scheduling.result import Schedule
from summitry.engine.scheduling.score import violations
from summitry.engine.scheduling.serial import immediate


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
        ``work`` alone the same seed and number of threads give the same schedule. One of them must be given.
    start: A schedule to begin with; what is given back is never worse, if it is valid.
    on_better: Called, on the calling thread, with each better valid schedule, ``start`` excepted.
    cancelled: Asked several times a second; True stops the search.
    threads: Populations that are searched side by side, one a core.
    """
    if start is not None and not violations(problem, start):
        return start
    return immediate(problem, hint=start).schedule


def warm_up() -> None:
    """Compile the search, or load it from the cache on disk. May be called from any thread and more than once."""


def is_warm() -> bool:
    """Whether ``improve`` searches in this process."""
    return False
