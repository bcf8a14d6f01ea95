"""The schedule's actions. Importing this package registers them."""

from summitry.schedule.actions.baselines import RemoveBaseline, RenameBaseline, TakeBaseline
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
    "AddEvidence",
    "BulkChange",
    "ChangeCriterion",
    "ChangeObjective",
    "ChangeTask",
    "CloseTask",
    "CreateCriterion",
    "CreateObjective",
    "CreateTask",
    "Deliver",
    "MarkCriterionMet",
    "MoveTask",
    "RemoveBaseline",
    "RemoveCoordination",
    "RemoveCriterion",
    "RemoveEvidence",
    "RemoveLink",
    "RemoveObjective",
    "RemoveTask",
    "RenameBaseline",
    "ReopenTask",
    "ReportRemaining",
    "SendBack",
    "SetCoordination",
    "SetEstimates",
    "SetLink",
    "SignOff",
    "StartTask",
    "StretchTask",
    "TakeBaseline",
    "WaiveDeliverable",
    "WaiveTask",
]
