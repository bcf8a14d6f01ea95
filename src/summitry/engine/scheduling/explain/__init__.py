"""Why there is no plan: a smallest set of things that cannot all hold, and the cheapest ways out."""

from __future__ import annotations

from collections.abc import Callable

from summitry.engine import stopwatch

from ..exact import Frame, warm_up
from ..problem import Problem
from ..result import Conflict
from .conditions import conditions, generous, relaxed
from .relax import relaxations
from .shrink import Judge, smallest, tightened

__all__ = ["conditions", "explain", "relaxed"]

SHARE = 0.65
"""Of the time, for finding and shrinking the conflict; the rest is for the ways out."""


def explain(problem: Problem, *, seconds: float = 10.0, cancelled: Callable[[], bool] | None = None) -> Conflict | None:
    """A smallest conflict of a problem that has no plan; None if it has one, or no reason was found in time.

    The conflict is irreducible, proven by dropping each of its conditions, unless the time runs out first; it says so.
    Without any condition in it, no plan exists even if everything is given up: an activity that may not be interrupted
    is longer than every stretch of working days of its calendar.

    A relaxation's amount is the smallest with which the other conditions of the conflict can hold. For a fixed start it
    is negative if the start has to be earlier.
    """
    warm_up()  # loading a library is no thinking: the seconds begin after it
    judge = Judge(Frame.of(problem, horizon=generous(problem)), stopwatch.seconds() + seconds, cancelled)
    found = smallest(tightened(judge, SHARE), conditions(problem))
    if found is None:
        return None
    members, irreducible = found
    return Conflict(members, irreducible, relaxations(judge, members))
