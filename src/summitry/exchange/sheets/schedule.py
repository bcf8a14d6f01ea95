"""The sheets of the master schedule."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from summitry.exchange.sheets.description import Filled, Rule, Sheet, by_code, columns_of, register_sheet
from summitry.exchange.sheets.governance import CLAUSE_NOTE
from summitry.schedule.models import (
    Baseline,
    BaselineTask,
    Coordination,
    Criterion,
    Evidence,
    Link,
    Objective,
    Task,
)

register_sheet(
    Sheet(
        label="schedule.objective",
        title=_("Objectives"),
        what=_("The successes that the event aims at."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(Objective, "code", "title", "title_national", "position"),
        position=120,
    )
)


def _take_no_time(rows: Sequence[Filled]) -> None:
    """Milestones and groups whose likely duration was left empty take no time."""
    groups = {row.values.get("parent") for row in rows}
    for row in rows:
        if "likely" in row.empty and (row.values.get("milestone") or row.values.get("code") in groups):
            row.values["likely"] = 0


register_sheet(
    Sheet(
        label="schedule.task",
        title=_("Tasks"),
        what=_(
            "The work of the master schedule: tasks, milestones and groups, with lead, estimates, dates and facts. "
            "Whether a task is late is reckoned from these, never typed."
        ),
        key=("code",),
        key_of=by_code,
        columns=columns_of(
            Task,
            "code",
            "title",
            "title_national",
            "parent",
            "objective",
            "milestone",
            "criterion",
            "lead",
            "owner",
            "mandate",
            "deliverable",
            "optimistic",
            "likely",
            "pessimistic",
            "not_before",
            "deadline",
            "deadline_clause",
            "fixed_start",
            "fixed_finish",
            "planned_start",
            "desks",
            "unbroken",
            "published",
            "priority",
            "started_on",
            "remaining",
            "reported_on",
            "closed_on",
            "closed_by",
            "waived_on",
            "waived_reason",
            "note",
            "source",
            "position",
            "classification",
            parent={"note": _("The code of the group that it is a part of.")},
            milestone={"note": _("A milestone takes no time: its likely duration is 0.")},
            likely={"note": _("Empty means 0 for a milestone and for a group, whose work is that of its parts.")},
            mandate={"note": CLAUSE_NOTE},
            deadline_clause={"note": CLAUSE_NOTE},
            started_on={"fact": True},
            reported_on={"fact": True},
            closed_on={"fact": True},
            waived_on={"fact": True},
            closed_by={
                "note": _("A user name. One that this installation does not know is left out, and the import says so."),
            },
            position={"note": _("The place in the table; equal places follow the code.")},
        ),
        prepare=_take_no_time,
        position=130,
    )
)

register_sheet(
    Sheet(
        label="schedule.criterion",
        title=_("Criteria"),
        what=_("What must be true for an objective to count as a success, and the task that shows it."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(Criterion, "code", "objective", "text", "task", "met_on", "position", met_on={"fact": True}),
        position=125,
    )
)

register_sheet(
    Sheet(
        label="schedule.coordination",
        title=_("Coordinations"),
        what=_("What each coordinating agency owes to a task, when it is due, and whether it is in and signed off."),
        key=("task", "agency"),
        key_of=lambda values: f"{values['task']}/{values['agency']}",
        columns=columns_of(
            Coordination,
            "task",
            "agency",
            "deliverable",
            "due",
            "delivered_on",
            "signed_off_on",
            "waived_on",
            "waived_reason",
            delivered_on={"fact": True},
            signed_off_on={"fact": True},
            waived_on={"fact": True},
        ),
        position=140,
    )
)

register_sheet(
    Sheet(
        label="schedule.link",
        title=_("Links"),
        what=_("Which task waits for which: finish to start (FS), start to start (SS), FF, SF, with a lag or lead."),
        key=("predecessor", "successor", "kind"),
        key_of=lambda values: f"{values['predecessor']}>{values['successor']}/{values['kind']}",
        columns=columns_of(
            Link,
            "predecessor",
            "successor",
            "kind",
            "lag",
            kind={"show_values": True},
            lag={"note": _("Working days; a negative number is a lead.")},
        ),
        position=150,
    )
)

register_sheet(
    Sheet(
        label="schedule.evidence",
        title=_("Evidence"),
        what=_("The documents that show that a task's work was done."),
        key=("task", "document"),
        key_of=lambda values: f"{values['task']}/{values['document']}",
        columns=columns_of(Evidence, "task", "document", "added_on", added_on={"fact": True}),
        position=160,
    )
)

register_sheet(
    Sheet(
        label="schedule.baseline",
        title=_("Baselines"),
        what=_("Named pictures of the schedule as it was at a moment."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(Baseline, "code", "name", "taken_on", taken_on={"fact": True, "rule": Rule.ONCE}),
        position=170,
    )
)

register_sheet(
    Sheet(
        label="schedule.baselinetask",
        title=_("Baseline dates"),
        what=_("Each task's dates in a baseline."),
        key=("baseline", "task"),
        key_of=lambda values: f"{values['baseline']}/{values['task']}",
        columns=columns_of(
            BaselineTask,
            "baseline",
            "task",
            "start",
            "finish",
            "duration",
            "deadline",
            **{name: {"rule": Rule.ONCE} for name in ("start", "finish", "duration", "deadline")},
        ),
        position=180,
    )
)
