"""How sure a task's dates are, for its page."""

from __future__ import annotations

from typing import NamedTuple

from summitry.schedule.planning.risk import TaskRisk, for_page, simulation
from summitry.schedule.views.rows import Row, Rows


class TaskSureness(NamedTuple):
    """criticality: how often it decides whether the event is ready, from 0 to 1; None where nothing has to be."""

    risk: TaskRisk
    criticality: float | None


def sureness(row: Row, rows: Rows) -> TaskSureness | None:
    """Of an open task or milestone; None for groups and what is done or has no date. No query of its own."""
    risk = rows.outlook.reading.use(simulation)
    if row.group or not row.task.open or risk.model is None:
        return None
    answer = risk.answer(for_page(risk.size, risk.wanted))
    told = answer.task(row.task.pk)
    if told is None:
        return None
    return TaskSureness(told, None if answer.ready is None else answer.criticality(row.task.pk))
