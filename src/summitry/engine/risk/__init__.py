"""Schedule risk: how sure is every date, and what drives it.

    >>> from summitry.engine.calendar import WorkCalendar
    >>> from summitry.engine.network import Activity, Link, Network
    >>> monday = 739_000 - 739_000 % 7 + 1
    >>> network = Network(
    ...     activities=(
    ...         Activity(id="draft", duration=3, calendar="week"),
    ...         Activity(id="review", duration=4, calendar="week", deadline=monday + 11),
    ...     ),
    ...     links=(Link("draft", "review"),),
    ...     calendars=(WorkCalendar("week"),),
    ...     project_start=monday,
    ... )
    >>> problem = RiskProblem(
    ...     network=network,
    ...     uncertainties=(
    ...         Uncertainty(activity="draft", duration=Triangular(2, 3, 7), group="desk"),
    ...         Uncertainty(activity="review", duration=Pert(3, 4, 8), group="desk"),
    ...     ),
    ...     groups=(Group("desk", correlation=0.4),),
    ...     events=(RiskEvent(id="flood", probability=0.1, delay=Certain(5), activities=("review",)),),
    ...     mitigations=(Mitigation(id="dike", event="flood", probability=0.02),),
    ... )
    >>> result = simulate(problem, samples=2_000, seed=1)
    >>> review = result["review"]
    >>> review.finish.p80 - monday, 0 < result.ready.probability < 1
    (15, True)
    >>> compare(problem, "dike", samples=2_000, seed=1).change("review").gain > 0
    True

Days and points are those of ``summitry.engine.calendar``; the mathematics and its sources are in
``docs/engine/risk.md``. Importing this loads neither NumPy nor Numba; the first simulation loads NumPy, ``warm_up``
Numba. ``warm_up()`` is for a long-lived process, in a thread; until it is done simulations run on NumPy, with the same
answers.
"""

from summitry.engine.network import CycleError, Fault, TooLongError

from .compiled import is_warm, warm_up
from .distributions import Certain, Discrete, Distribution, InvalidRisk, LogNormal, Pert, Triangular
from .model import Group, Mitigation, RiskEvent, Uncertainty
from .problem import RiskProblem
from .result import (
    ActivityRisk,
    Chance,
    Change,
    Comparison,
    Curve,
    DriverKind,
    Histogram,
    RiskDriver,
    RiskResult,
    Spread,
)
from .simulate import compare, simulate

__all__ = [
    "ActivityRisk",
    "Certain",
    "Chance",
    "Change",
    "Comparison",
    "Curve",
    "CycleError",
    "Discrete",
    "Distribution",
    "DriverKind",
    "Fault",
    "Group",
    "Histogram",
    "InvalidRisk",
    "LogNormal",
    "Mitigation",
    "Pert",
    "RiskDriver",
    "RiskEvent",
    "RiskProblem",
    "RiskResult",
    "Spread",
    "TooLongError",
    "Triangular",
    "Uncertainty",
    "compare",
    "is_warm",
    "simulate",
    "warm_up",
]
