"""The master schedule: objectives and tasks, what limits them, and what may go wrong."""

from summitry.schedule.models.capacity import Alternative, Capacity, Demand, Resource, ResourceCapacity
from summitry.schedule.models.risk import RiskEvent, RiskHit, RiskSettings
from summitry.schedule.models.scenarios import Scenario
from summitry.schedule.models.tasks import (
    Baseline,
    BaselineTask,
    Coordination,
    Criterion,
    Evidence,
    Link,
    Objective,
    Task,
)

__all__ = [
    "Alternative",
    "Baseline",
    "BaselineTask",
    "Capacity",
    "Coordination",
    "Criterion",
    "Demand",
    "Evidence",
    "Link",
    "Objective",
    "Resource",
    "ResourceCapacity",
    "RiskEvent",
    "RiskHit",
    "RiskSettings",
    "Scenario",
    "Task",
]
