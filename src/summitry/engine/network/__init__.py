"""The critical-path network: when can everything happen, what can wait, and why.

    >>> from summitry.engine.calendar import WorkCalendar
    >>> week = WorkCalendar("week")
    >>> monday = 739_000 - 739_000 % 7 + 1
    >>> network = Network(
    ...     activities=(
    ...         Activity(id="draft", duration=3, calendar="week"),
    ...         Activity(id="review", duration=4, calendar="week", deadline=monday + 7),
    ...     ),
    ...     links=(Link("draft", "review"),),
    ...     calendars=(week,),
    ...     project_start=monday,
    ... )
    >>> result = solve(network)
    >>> result["review"].early_start - monday, result["review"].total_float
    (3, -2)

Days are integers, ``date.toordinal()``; see ``summitry.engine.calendar`` for points, ``docs/engine/network.md`` for the
mathematics and its sources. Nothing here reads a clock, keeps global state or imports more than the standard library.
"""

from .compiled import is_warm, warm_up
from .model import Activity, ActivityId, CycleError, Fault, InvalidNetwork, Link, LinkKind, TooLongError
from .problem import Network
from .result import (
    ActivityTimes,
    Binding,
    BindingKind,
    Conflict,
    ConflictKind,
    Driver,
    DriverKind,
    NetworkResult,
)
from .solve import solve

__all__ = [
    "Activity",
    "ActivityId",
    "ActivityTimes",
    "Binding",
    "BindingKind",
    "Conflict",
    "ConflictKind",
    "CycleError",
    "Driver",
    "DriverKind",
    "Fault",
    "InvalidNetwork",
    "Link",
    "LinkKind",
    "Network",
    "NetworkResult",
    "TooLongError",
    "is_warm",
    "solve",
    "warm_up",
]
