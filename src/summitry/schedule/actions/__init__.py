"""The schedule's actions. Importing this package registers them."""

from summitry.schedule.actions.alternatives import (
    ChangeAlternative,
    ChooseAlternative,
    CreateAlternative,
    RemoveAlternative,
)
from summitry.schedule.actions.baselines import RemoveBaseline, RenameBaseline, TakeBaseline
from summitry.schedule.actions.capacities import (
    AddCapacity,
    ChangeCapacity,
    RemoveCapacity,
)
from summitry.schedule.actions.coordinations import (
    Deliver,
    RemoveCoordination,
    SendBack,
    SetCoordination,
    SignOff,
    WaiveDeliverable,
)
from summitry.schedule.actions.evidence import AddEvidence, RemoveEvidence
from summitry.schedule.actions.facts import CloseTask, ReopenTask, ReportRemaining, StartTask, WaiveTask
from summitry.schedule.actions.links import RemoveLink, SetLink
from summitry.schedule.actions.objectives import (
    ChangeCriterion,
    ChangeObjective,
    CreateCriterion,
    CreateObjective,
    MarkCriterionMet,
    RemoveCriterion,
    RemoveObjective,
)
from summitry.schedule.actions.placing import (
    PlaceTask,
    PlaceTasks,
)
from summitry.schedule.actions.resources import (
    AddResourcePeriod,
    ChangeResource,
    ChangeResourcePeriod,
    CreateResource,
    RemoveDemand,
    RemoveResource,
    RemoveResourcePeriod,
    SetDemand,
)
from summitry.schedule.actions.risks import (
    ChangeRiskEvent,
    CloseRiskEvent,
    CreateRiskEvent,
    DecideMitigation,
    RemoveRiskEvent,
    SetRiskSettings,
)
from summitry.schedule.actions.scenarios import (
    KeepScenario,
    ProposeScenario,
    RemoveScenario,
    RenameScenario,
)
from summitry.schedule.actions.tasks import (
    BulkChange,
    ChangeTask,
    CreateTask,
    MoveTask,
    RemoveTask,
    SetEstimates,
    StretchTask,
)

__all__ = [
    "AddCapacity",
    "AddEvidence",
    "AddResourcePeriod",
    "BulkChange",
    "ChangeAlternative",
    "ChangeCapacity",
    "ChangeCriterion",
    "ChangeObjective",
    "ChangeResource",
    "ChangeResourcePeriod",
    "ChangeRiskEvent",
    "ChangeTask",
    "ChooseAlternative",
    "CloseRiskEvent",
    "CloseTask",
    "CreateAlternative",
    "CreateCriterion",
    "CreateObjective",
    "CreateResource",
    "CreateRiskEvent",
    "CreateTask",
    "DecideMitigation",
    "Deliver",
    "KeepScenario",
    "MarkCriterionMet",
    "MoveTask",
    "PlaceTask",
    "PlaceTasks",
    "ProposeScenario",
    "RemoveAlternative",
    "RemoveBaseline",
    "RemoveCapacity",
    "RemoveCoordination",
    "RemoveCriterion",
    "RemoveDemand",
    "RemoveEvidence",
    "RemoveLink",
    "RemoveObjective",
    "RemoveResource",
    "RemoveResourcePeriod",
    "RemoveRiskEvent",
    "RemoveScenario",
    "RemoveTask",
    "RenameBaseline",
    "RenameScenario",
    "ReopenTask",
    "ReportRemaining",
    "SendBack",
    "SetCoordination",
    "SetDemand",
    "SetEstimates",
    "SetLink",
    "SetRiskSettings",
    "SignOff",
    "StartTask",
    "StretchTask",
    "TakeBaseline",
    "WaiveDeliverable",
    "WaiveTask",
]
