"""Which elements of Microsoft Project XML say nothing of their own, and why: everything else is read or told.

Paths are those below Project. Meanings: Microsoft, "Project XML Data Interchange Schema Reference".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

WORKED_OUT = "worked out by the other program from what is read; Summitry works it out anew"
HOUSEKEEPING = "the other program's own bookkeeping: when and how the file was made"
HABIT = "how the other program edits and shows plans, or what it gives to new tasks; it binds no date"
MONEY_FORMAT = "how amounts are written; amounts themselves are told where there are any"
LOOK = "how the other program shows the plan"
DEFAULT = "says what holds anyway"

_PROJECT = {
    WORKED_OUT: "FinishDate",
    HOUSEKEEPING: (
        "BuildNumber UID CreationDate Revision CurrentDate MicrosoftProjectServerURL ProjectExternallyEdited "
        "ExtendedCreationDate ActualsInSync RemoveFileProperties AdminProject"
    ),
    HABIT: (
        "FYStartDate FiscalYearStart CriticalSlackLimit DefaultFinishTime DefaultTaskType DefaultFixedCostAccrual "
        "DefaultStandardRate DefaultOvertimeRate DurationFormat WorkFormat EditableActualCosts HonorConstraints "
        "InsertedProjectsLikeSummary MultipleCriticalPaths NewTasksEffortDriven NewTasksEstimated "
        "SplitsInProgressTasks SpreadActualCost SpreadPercentComplete TaskUpdatesResource WeekStartDay "
        "MoveCompletedEndsBack MoveRemainingStartsBack MoveRemainingStartsForward MoveCompletedEndsForward "
        "BaselineForEarnedValue AutoAddNewResourcesAndTasks Autolink NewTaskStartDate NewTasksAreManual "
        "DefaultTaskEVMethod UpdateManuallyScheduledTasksWhenEditingLinks "
        "KeepTaskOnNearestWorkingTimeWhenMadeAutoScheduled BaselineCalendar"
    ),
    MONEY_FORMAT: "CurrencyDigits CurrencySymbol CurrencyCode CurrencySymbolPosition",
}
_TASK = {
    WORKED_OUT: (
        "ID OutlineNumber WBSLevel DisplayAsSummary Critical EarlyStart EarlyFinish LateStart LateFinish StartVariance "
        "FinishVariance WorkVariance FreeSlack TotalSlack StartSlack FinishSlack OverAllocated ManualFinish "
        "ManualDuration ActualDuration PercentWorkComplete ResumeValid PreLeveledStart PreLeveledFinish "
        "BCWS BCWP ACWP CV CommitmentStart CommitmentFinish RegularWork RemainingWork ActualWork "
        "RemainingCost ActualCost"
    ),
    HOUSEKEEPING: "CreateDate IsPublished CommitmentType StatusManager IsSubprojectReadOnly",
    HABIT: (
        "Type EffortDriven Estimated LevelAssignments LevelingCanSplit LevelingDelayFormat FixedCostAccrual "
        "EarnedValueMethod IgnoreResourceCalendar FreeformDurationFormat"
    ),
    LOOK: "HideBar Rollup",
}
_RESOURCE = {
    WORKED_OUT: (
        "ID PeakUnits OverAllocated Work RegularWork OvertimeWork ActualWork RemainingWork ActualOvertimeWork "
        "RemainingOvertimeWork PercentWorkComplete Start Finish Cost OvertimeCost ActualCost ActualOvertimeCost "
        "RemainingCost RemainingOvertimeCost WorkVariance CostVariance SV CV ACWP BCWS BCWP ActualWorkProtected "
        "ActualOvertimeWorkProtected"
    ),
    HOUSEKEEPING: "CreationDate WorkGroup GUID",
    HABIT: "CanLevel AccrueAt StandardRateFormat OvertimeRateFormat BookingType",
}
_ASSIGNMENT = {
    WORKED_OUT: (
        "UID PercentWorkComplete ActualCost ActualOvertimeCost ActualOvertimeWork ActualWork ACWP Cost CostVariance CV "
        "Finish FinishVariance WorkVariance Milestone Overallocated OvertimeCost OvertimeWork RegularWork "
        "RemainingCost RemainingOvertimeCost RemainingOvertimeWork RemainingWork Start Stop Resume StartVariance "
        "VAC Work BCWS BCWP ActualStart ActualFinish ActualWorkProtected ActualOvertimeWorkProtected SV "
        "TimephasedData/Type TimephasedData/UID TimephasedData/Unit LevelingDelayFormat Summary"
    ),
    HOUSEKEEPING: "GUID CreationDate Confirmed ResponsePending UpdateNeeded LinkedFields",
    HABIT: "HasFixedRateUnits FixedMaterial BookingType RateScale CostRateTable",
}
_OTHERS = {
    HOUSEKEEPING: (
        "Calendars/Calendar/GUID Calendars/Calendar/IsBaselineCalendar ExtendedAttributes/ExtendedAttribute/Guid "
        "ExtendedAttributes/ExtendedAttribute/UserDef ExtendedAttributes/ExtendedAttribute/FieldName "
        "ExtendedAttributes/ExtendedAttribute/ElemType ExtendedAttributes/ExtendedAttribute/MaxMultiValues "
        "ExtendedAttributes/ExtendedAttribute/CFType ExtendedAttributes/ExtendedAttribute/AutoRollDown "
        "ExtendedAttributes/ExtendedAttribute/SecondaryPID ExtendedAttributes/ExtendedAttribute/SecondaryGuid "
        "ExtendedAttributes/ExtendedAttribute/RollupType ExtendedAttributes/ExtendedAttribute/CalculationType"
    ),
    WORKED_OUT: "Tasks/Task/Baseline/BCWS Tasks/Task/Baseline/BCWP",
    HABIT: "Tasks/Task/Baseline/EstimatedDuration Tasks/Task/Baseline/Interim",
}


def _spread(table: Mapping[str, str], below: str = "") -> Iterator[tuple[str, str]]:
    for reason, names in table.items():
        for name in names.split():
            yield below + name, reason


PASSED: dict[str, str] = {
    **dict(_spread(_PROJECT)),
    **dict(_spread(_TASK, "Tasks/Task/")),
    **dict(_spread(_RESOURCE, "Resources/Resource/")),
    **dict(_spread(_ASSIGNMENT, "Assignments/Assignment/")),
    **dict(_spread(_OTHERS)),
}
"""Leaves that are passed over whatever they say, each with the reason."""

_NO_WORK = frozenset({"PT0H0M0S", "PT0M0S", "PT0S"})
_NO_MONEY = frozenset({"0", "0.00", "0.0"})
_NO = frozenset({"0", "false"})


def _plain(below: str, names: str, values: frozenset[str]) -> dict[str, frozenset[str]]:
    return {below + name: values for name in names.split()}


PLAIN: dict[str, frozenset[str]] = {
    "ScheduleFromStart": frozenset({"1", "true"}),
    **_plain(
        "Tasks/Task/",
        "FixedCost Cost OvertimeCost ActualOvertimeCost RemainingOvertimeCost",
        _NO_MONEY,
    ),
    **_plain("Tasks/Task/", "Work OvertimeWork ActualOvertimeWork RemainingOvertimeWork", _NO_WORK),
    **_plain("Tasks/Task/", "ActualWorkProtected ActualOvertimeWorkProtected", _NO_WORK),
    **_plain("Tasks/Task/", "IsNull Recurring IsSubproject ExternalTask LevelingDelay PhysicalPercentComplete", _NO),
    **_plain("Tasks/Task/PredecessorLink/", "CrossProject", _NO),
    "Tasks/Task/Priority": frozenset({"500"}),
    "Tasks/Task/CalendarUID": frozenset({"-1"}),
    "Tasks/Task/Active": frozenset({"1", "true"}),
    "Tasks/Task/Manual": _NO,
    **_plain("Resources/Resource/", "IsNull IsGeneric IsInactive IsEnterprise IsCostResource IsBudget", _NO),
    **_plain("Resources/Resource/", "StandardRate OvertimeRate CostPerUse", _NO_MONEY),
    "Resources/Resource/MaxUnits": frozenset({"1", "1.00", "1.0"}),
    **_plain("Assignments/Assignment/", "Delay LevelingDelay WorkContour", _NO),
    **_plain("Assignments/Assignment/", "BudgetCost", _NO_MONEY),
    **_plain("Assignments/Assignment/", "BudgetWork", _NO_WORK),
    **_plain("Tasks/Task/Baseline/", "Cost FixedCost", _NO_MONEY),
    "Tasks/Task/Baseline/Work": _NO_WORK,
}
"""Leaves that are passed over when they say what holds anyway: no cost, no delay, the usual priority."""

LOOKS: frozenset[str] = frozenset({"Views", "Filters", "Groups", "Tables", "Maps", "Reports"})
"""Parts that are passed over as a whole: how the other program shows the plan."""

GATHERED: frozenset[str] = frozenset(
    {
        "Drawings",
        "DataLinks",
        "VBAProjects",
        "OutlineCodes",
        "WBSMasks",
        "Tasks/Task/TimephasedData",
        "Tasks/Task/Baseline/TimephasedData",
        "Resources/Resource/TimephasedData",
        "Resources/Resource/Baseline",
        "Resources/Resource/Rates",
        "Assignments/Assignment/Baseline",
    }
)
"""Parts without a counterpart that are told once a file, with how many elements they hold."""
