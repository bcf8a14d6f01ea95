"""Goals in their order of rank, one run of CP-SAT each; what a level has reached is kept by the levels after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from summitry.engine import stopwatch

from ..result import Schedule
from ..score import evaluate
from .frame import Frame, Windows
from .model import Model
from .run import Limits, Outcome, Placement, run

SHARE = 0.6
"""Of the time that is left, what one level may take if others follow."""


@dataclass(frozen=True, slots=True)
class Refined:
    """status: "optimal", "feasible", "infeasible" or "unknown", of all levels together. effort: deterministic time."""

    status: str
    effort: float


def refine(
    frame: Frame,
    windows: Windows,
    floors: Sequence[int],
    best: Schedule | None,
    limits: Limits,
    *,
    on_schedule: Callable[[Schedule], bool],
    on_bound: Callable[[int, int], bool],
) -> Refined:
    """Improve a schedule level by level until all is proven or the limits are reached.

    floors: what is known to be a lower bound of each level. best: a valid schedule to begin with.
    on_schedule: told of every schedule that is found, better or not. on_bound: told of a level and its bound; only as
        long as all levels before it are proven. Either answers True to stop.
    """
    problem = frame.problem
    model = Model(frame, windows)
    until = None if limits.seconds is None else stopwatch.seconds() + limits.seconds
    effort, proven, stopped = 0.0, True, False

    def found(placement: Placement) -> bool:
        nonlocal best, stopped
        schedule = evaluate(problem, placement.starts, placement.modes)
        if best is None or schedule.score < best.score:
            best = schedule
        stopped = bool(on_schedule(schedule))
        return stopped

    for rank, goals in enumerate(problem.goals):
        objective = model.objective(goals)
        last = rank == len(problem.goals) - 1
        model.cp.add(objective >= floors[rank])
        if best is not None:
            model.hint(best.starts, best.modes)
            if best.score[rank] == floors[rank] or isinstance(objective, int):
                model.cp.add(objective <= best.score[rank])
                if proven:
                    stopped |= bool(on_bound(rank, best.score[rank]))
                continue
            model.cp.add(objective <= best.score[rank])
        if stopped or (limits.cancelled is not None and limits.cancelled()):
            return Refined("unknown" if best is None else "feasible", effort)
        share = 1.0 if last else SHARE
        now = replace(
            limits,
            seconds=None if until is None else share * (until - stopwatch.seconds()),
            effort=None if limits.effort is None else share * (limits.effort - effort),
        )
        if (now.seconds is not None and now.seconds <= 0) or (now.effort is not None and now.effort <= 0):
            return Refined("unknown" if best is None else "feasible", effort)

        def bounded(bound: int, rank: int = rank, told: bool = proven) -> bool:
            return told and on_bound(rank, bound)

        outcome = run(model, objective, now, on_placement=found, on_bound=bounded)
        effort += outcome.effort
        if outcome.status == "infeasible" and best is None and rank == 0:
            return Refined("infeasible", effort)
        if best is None:
            return Refined("unknown", effort)
        if stopped:
            break
        if proven:
            _agree(outcome, best, rank)
        if outcome.bound is not None and proven:
            stopped |= bool(on_bound(rank, outcome.bound))
        proven &= outcome.status == "optimal"
        model.cp.add(objective <= best.score[rank])
    return Refined("optimal" if proven and not stopped else "feasible", effort)


def _agree(outcome: Outcome, best: Schedule, rank: int) -> None:
    """The model and the score must speak of the same thing: else one of them is wrong, and that is a fault of ours."""
    if outcome.status == "infeasible":
        raise AssertionError(f"CP-SAT finds no plan where there is one with score {best.score}")
    if outcome.status == "optimal" and outcome.value != best.score[rank]:
        raise AssertionError(f"level {rank}: CP-SAT proves {outcome.value}, the schedule is worth {best.score[rank]}")
