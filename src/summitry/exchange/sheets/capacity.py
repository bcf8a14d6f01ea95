"""The sheets of what limits the schedule and what may go wrong: desks, resources, other ways, risk events."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from summitry.exchange.sheets.description import Sheet, by_code, columns_of, register_sheet
from summitry.exchange.sheets.governance import CLAUSE_NOTE
from summitry.schedule.models import (
    Alternative,
    Capacity,
    Demand,
    Resource,
    ResourceCapacity,
    RiskEvent,
    RiskHit,
    RiskSettings,
)


def _day(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else ""


register_sheet(
    Sheet(
        label="schedule.capacity",
        title=_("Desks"),
        what=_(
            "How many tasks each agency can lead at the same time, by period. Periods of one agency do not overlap; on "
            "days without one it is not limited."
        ),
        key=("agency", "from_day"),
        key_of=lambda values: f"{values['agency']}/{_day(values['from_day'])}",
        columns=columns_of(
            Capacity,
            "agency",
            "from_day",
            "to_day",
            "units",
            "reason",
            "clause",
            "classification",
            clause={"note": CLAUSE_NOTE},
        ),
        position=181,
    )
)

register_sheet(
    Sheet(
        label="schedule.resource",
        title=_("Resources"),
        what=_("What tasks share and is no agency's desks: rooms, vehicles, groups of people, equipment."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(Resource, "code", "name", "kind", "agency", "units", "note", "classification"),
        position=182,
    )
)

register_sheet(
    Sheet(
        label="schedule.resourcecapacity",
        title=_("Resource periods"),
        what=_("Periods in which there are more or fewer units of a resource than usual. They do not overlap."),
        key=("resource", "from_day"),
        key_of=lambda values: f"{values['resource']}/{_day(values['from_day'])}",
        columns=columns_of(ResourceCapacity, "resource", "from_day", "to_day", "units", "reason"),
        position=183,
    )
)

register_sheet(
    Sheet(
        label="schedule.demand",
        title=_("Demands"),
        what=_("How many units of a resource a task takes on each of its working days."),
        key=("task", "resource"),
        key_of=lambda values: f"{values['task']}/{values['resource']}",
        columns=columns_of(Demand, "task", "resource", "units"),
        position=184,
    )
)

register_sheet(
    Sheet(
        label="schedule.alternative",
        title=_("Alternatives"),
        what=_("Other ways to do a task: by another lead, or in other time with other desks."),
        key=("task", "code"),
        key_of=lambda values: f"{values['task']}/{values['code']}",
        columns=columns_of(
            Alternative,
            "task",
            "code",
            "lead",
            "optimistic",
            "likely",
            "pessimistic",
            "desks",
            "reluctance",
            "note",
        ),
        position=185,
    )
)

register_sheet(
    Sheet(
        label="schedule.riskevent",
        title=_("Risk events"),
        what=_("What may happen and would delay tasks, with its probability, its delay, and what is done against it."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(
            RiskEvent,
            "code",
            "title",
            "title_national",
            "owner",
            "probability",
            "delay_optimistic",
            "delay_likely",
            "delay_pessimistic",
            "mitigation",
            "mitigated_probability",
            "mitigated_optimistic",
            "mitigated_likely",
            "mitigated_pessimistic",
            "mitigated_on",
            "closed_on",
            "note",
            "source",
            "classification",
            mitigated_on={"fact": True},
            closed_on={"fact": True},
        ),
        position=186,
    )
)

register_sheet(
    Sheet(
        label="schedule.riskhit",
        title=_("Risk tasks"),
        what=_("Which tasks each risk event would delay."),
        key=("risk", "task"),
        key_of=lambda values: f"{values['risk']}/{values['task']}",
        columns=columns_of(RiskHit, "risk", "task"),
        position=187,
    )
)

register_sheet(
    Sheet(
        label="schedule.risksettings",
        title=_("Risk settings"),
        what=_("How chances are computed: one row at most, with the code RISK. Without it the defaults hold."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(RiskSettings, "code", "distribution", "correlation", "samples"),
        position=188,
    )
)
