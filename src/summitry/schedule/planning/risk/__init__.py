"""Schedule risk: the records' problem, simulated by the engine, read as dates and probabilities.

risk = reading.use(simulation)                     # Simulation: what may happen, not yet computed
answer = risk.answer(for_page(risk.size, risk.wanted))
answer.ready                                       # 0.33: all deadlines up to the opening are kept
answer.task(task.pk)                               # TaskRisk: P10, P50, P80, P95, chance of the deadline
answer.drivers(task.pk)                            # what drives its date
SOURCE                                             # what core's previews ask
"""

from summitry.schedule.planning.risk.building import READY, RiskModel, build_risk
from summitry.schedule.planning.risk.chances import SOURCE, chances, compare
from summitry.schedule.planning.risk.days import Bin, Days, day_of
from summitry.schedule.planning.risk.effort import for_page, for_preview, quick
from summitry.schedule.planning.risk.simulation import (
    NONE_DONE,
    DrivingRisk,
    RiskAnswer,
    Simulation,
    TaskRisk,
    simulation,
)

__all__ = [
    "NONE_DONE",
    "READY",
    "SOURCE",
    "Bin",
    "Days",
    "DrivingRisk",
    "RiskAnswer",
    "RiskModel",
    "Simulation",
    "TaskRisk",
    "build_risk",
    "chances",
    "compare",
    "day_of",
    "for_page",
    "for_preview",
    "quick",
    "simulation",
]
