"""The risk events of an event as one reading needs them, each with the tasks that it hits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from summitry.core.checking import Reading
from summitry.schedule.models import RiskEvent, RiskHit, RiskSettings
from summitry.schedule.planning.data import attach, load


@dataclass(frozen=True)
class Risks:
    """All risk events by id, and ids of the tasks that each hits. Nobody's view, as `ScheduleData`.

    settings: the event's own, or unsaved ones with the defaults.
    """

    events: Mapping[int, RiskEvent]
    tasks_of: Mapping[int, tuple[int, ...]]
    settings: RiskSettings


def risks(reading: Reading) -> Risks:
    """Three queries besides those of `load`."""
    event, data = reading.event, reading.use(load)
    rows = {row.pk: row for row in RiskEvent.objects.filter(event=event)}
    for row in rows.values():
        attach(row, event=event, owner=data.agencies.get(row.owner_id or 0))
    tasks_of: dict[int, list[int]] = {}
    for risk_id, task_id in RiskHit.objects.filter(event=event).order_by("pk").values_list("risk_id", "task_id"):
        tasks_of.setdefault(risk_id, []).append(task_id)
    settings = RiskSettings.objects.filter(event=event).first() or RiskSettings(event=event)
    return Risks(rows, {pk: tuple(tasks) for pk, tasks in tasks_of.items()}, settings)
