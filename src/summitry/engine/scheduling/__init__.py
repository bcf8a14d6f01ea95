"""Scheduling under capacity: when can everything happen with the people, rooms and desks there are, or why not.

    >>> from summitry.engine.calendar import EVERY_DAY, WorkCalendar
    >>> by = [("desk", 1)]
    >>> problem = Problem(
    ...     activities=(
    ...         Activity(id="text", modes=(Mode(name="usual", duration=3, calendar="all", demands=by),)),
    ...         Activity(id="list", modes=(Mode(name="usual", duration=2, calendar="all", demands=by),), deadline=2),
    ...     ),
    ...     resources=(Resource(name="desk", capacity=1),),
    ...     calendars=(WorkCalendar("all", week=EVERY_DAY),),
    ...     project_start=0,
    ...     horizon=10,
    ... )
    >>> solution = solve(problem)
    >>> solution.status.value, solution.schedule.starts, solution.bound
    ('optimal', (2, 0), (5,))

An answer is a schedule with its bound, or a smallest set of conditions that cannot all hold (``Conflict``). Days are
integers as in ``summitry.engine.calendar``; methods and sources: ``docs/engine/scheduling.md``. NumPy, Numba and
OR-Tools are loaded when they are first needed; a process that will need them calls ``warm_up`` when it starts.
"""

from . import exact, search
from .explain import explain
from .model import (
    Activity,
    ActivityId,
    Fault,
    Goal,
    InvalidProblem,
    Level,
    Link,
    LinkKind,
    Mode,
    Resource,
)
from .problem import Problem
from .result import (
    Condition,
    ConditionKind,
    Conflict,
    Progress,
    Relaxation,
    Schedule,
    Solution,
    Status,
)
from .score import evaluate, violations
from .serial import immediate
from .solve import InternalError, solve


def warm_up() -> None:
    """Compile the population search (or load it) and load OR-Tools. For processes that will solve; takes seconds."""
    exact.warm_up()
    search.warm_up()


__all__ = [
    "Activity",
    "ActivityId",
    "Condition",
    "ConditionKind",
    "Conflict",
    "Fault",
    "Goal",
    "InternalError",
    "InvalidProblem",
    "Level",
    "Link",
    "LinkKind",
    "Mode",
    "Problem",
    "Progress",
    "Relaxation",
    "Resource",
    "Schedule",
    "Solution",
    "Status",
    "evaluate",
    "explain",
    "immediate",
    "solve",
    "violations",
    "warm_up",
]
