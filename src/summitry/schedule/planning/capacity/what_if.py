"""A schedule as it would be with other values of some tasks. In memory: no query, and nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any

from summitry.schedule.planning.data import ScheduleData, attach

TaskChanges = Mapping[int, Mapping[str, Any]]
"""New values of tasks by their id, then by column: `planned_start`, `lead_id`, `likely`, `desks` and the like."""


def what_if(data: ScheduleData, changes: TaskChanges) -> ScheduleData:
    """The same records with these values instead. Tasks that differ are copies; the given data stay as they are."""
    if not changes:
        return data
    tasks = dict(data.tasks)
    for pk, values in changes.items():
        task = copy(tasks[pk])
        for column, value in values.items():
            setattr(task, column, value)
        if "lead_id" in values:
            attach(task, lead=data.agencies.get(task.lead_id or 0))
        tasks[pk] = task
    return replace(data, tasks=tasks)
