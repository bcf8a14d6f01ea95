"""One run of CP-SAT. It searches in a thread of its own; what it tells reaches the caller in the caller's thread."""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from .model import Expression

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

WORKERS = 8
"""CP-SAT's strategies at once. More than there are cores: which strategies run matters more than how fast each is."""

POLL = 0.05
"""Seconds between two questions whether to stop."""


class Program(Protocol):
    """What can be run: a CP-SAT model, the starts to read from it, and literals by activity and mode."""

    cp: cp_model.CpModel
    start: list[Expression]
    chosen: list[list[Expression]]


@dataclass(frozen=True, slots=True)
class Limits:
    """seconds: of the clock. effort: CP-SAT's deterministic time, with which one strategy runs, repeatably."""

    seconds: float | None = None
    effort: float | None = None
    seed: int = 0
    workers: int = WORKERS
    cancelled: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Starts and modes, by activity."""

    starts: tuple[int, ...]
    modes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """status: "optimal", "feasible", "infeasible" or "unknown". value, bound: of the objective, if there was one.

    effort: deterministic time that was used. core: positions of assumptions that cannot hold together.
    """

    status: str
    placement: Placement | None
    value: int | None
    bound: int | None
    effort: float
    core: tuple[int, ...] = ()


def warm_up() -> None:
    """Load OR-Tools, which takes a second or two, in a process that will need it."""
    from ortools.sat.python import cp_model  # noqa: F401


def run(
    model: Program,
    objective: Expression | None,
    limits: Limits,
    *,
    on_placement: Callable[[Placement], bool | None] | None = None,
    on_bound: Callable[[int], bool | None] | None = None,
) -> Outcome:
    """Minimise an expression, or find any plan if it is None.

    on_placement, on_bound: told of each better one; the search ends when one of them answers True.
    """
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    _set(solver, limits)
    if objective is None:
        model.cp.clear_objective()  # type: ignore[no-untyped-call]
    else:
        model.cp.minimize(objective)
    told: queue.SimpleQueue[Any] = queue.SimpleQueue()

    class Tell(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            told.put(("placement", _read(model, self.value)))

    if on_bound is not None and objective is not None:
        solver.best_bound_callback = lambda bound: told.put(("bound", _up(bound)))
    ended: list[Any] = []

    def search() -> None:
        try:
            ended.append(solver.solve(model.cp, Tell()))
        except BaseException as fault:
            ended.append(fault)
        told.put(("end", None))

    thread = threading.Thread(target=search, name="cp-sat", daemon=True)
    thread.start()
    try:
        _listen(told, solver, limits, on_placement, on_bound)
    finally:
        while thread.is_alive():  # after a fault of a listener; else it has ended already
            solver.stop_search()
            thread.join(POLL)
    if isinstance(ended[0], BaseException):
        raise ended[0]
    return _outcome(model, objective, solver, ended[0])


def _listen(
    told: queue.SimpleQueue[Any],
    solver: cp_model.CpSolver,
    limits: Limits,
    on_placement: Callable[[Placement], bool | None] | None,
    on_bound: Callable[[int], bool | None] | None,
) -> None:
    """Pass on what the search tells until it has ended, and end it when somebody has enough."""
    stopping = False
    while True:
        try:
            kind, what = told.get(timeout=POLL)
        except queue.Empty:
            kind = what = None
        if kind == "end":
            return
        if stopping:
            solver.stop_search()  # again and again: it is lost when it comes before the search has begun
            continue
        enough = False
        if kind == "placement" and on_placement is not None:
            enough = bool(on_placement(what))
        elif kind == "bound" and on_bound is not None:
            enough = bool(on_bound(what))
        stopping = enough or (limits.cancelled is not None and limits.cancelled())


def _set(solver: cp_model.CpSolver, limits: Limits) -> None:
    parameters = solver.parameters
    parameters.random_seed = limits.seed % (1 << 31)
    parameters.num_workers = limits.workers
    parameters.catch_sigint_signal = False
    if limits.seconds is not None:
        parameters.max_time_in_seconds = max(0.001, limits.seconds)
    if limits.effort is not None:
        # Several strategies in turn (interleave_search) would be repeatable too, but overrun the limit many times over.
        parameters.max_deterministic_time = limits.effort
        parameters.num_workers = 1


def _read(model: Program, value: Callable[[Any], int]) -> Placement:
    starts = tuple([value(start) for start in model.start])
    modes = tuple([next(m for m, literal in enumerate(row) if value(literal)) for row in model.chosen])
    return Placement(starts, modes)


def _outcome(model: Program, objective: Expression | None, solver: cp_model.CpSolver, status: Any) -> Outcome:
    from ortools.sat.python import cp_model

    names = {cp_model.OPTIMAL: "optimal", cp_model.FEASIBLE: "feasible", cp_model.INFEASIBLE: "infeasible"}
    if status == cp_model.MODEL_INVALID:
        raise AssertionError(f"CP-SAT refuses the model: {model.cp.validate()}")
    name = names.get(status, "unknown")
    found = name in ("optimal", "feasible")
    core: tuple[int, ...] = ()
    if name == "infeasible":
        core = tuple(solver.sufficient_assumptions_for_infeasibility())
    minimised = objective is not None
    bound = None
    if minimised and name != "infeasible" and math.isfinite(solver.best_objective_bound):
        bound = _up(solver.best_objective_bound)
    return Outcome(
        name,
        _read(model, solver.value) if found else None,
        round(solver.objective_value) if found and minimised else None,
        bound,
        solver.response_proto.deterministic_time,
        core,
    )


def _up(bound: float) -> int:
    """The whole number at or above a bound of a whole number."""
    return math.ceil(bound - 1e-6)
