"""What the schedule's checks share. Records come from `planning.load` and `planning.plan`, computed once a reading."""

from __future__ import annotations

from collections.abc import Iterator

from summitry.core.checking import Reading
from summitry.schedule.models import Coordination, Criterion, Evidence, Objective, Task
from summitry.schedule.planning import ScheduleData, State, TaskPlan, load, plan


def open_work(reading: Reading) -> Iterator[tuple[Task, TaskPlan]]:
    """Tasks and milestones that are neither closed nor waived (by themselves or with a group); no groups."""
    solved = reading.use(plan)
    for task in solved.data.leaves():
        row = solved.of(task.pk)
        if row.state is not State.DONE:
            yield task, row


def open_parts(reading: Reading) -> Iterator[Coordination]:
    """The coordinations of tasks and groups that are still open, themselves not waived."""
    solved = reading.use(plan)
    for row in solved.data.coordinations.values():
        if row.waived_on is None and solved.of(row.task_id).state is not State.DONE:
            yield row


def has(data: ScheduleData, task: Task, field: str) -> bool:
    """Whether the task or a group that holds it fills a field."""
    return any(getattr(at, field) for at in data.upward(task))


def objectives(reading: Reading) -> dict[int, Objective]:
    """One query."""
    rows = {row.pk: row for row in Objective.objects.filter(event=reading.event)}
    for row in rows.values():
        row.event = reading.event
    return rows


def criteria(reading: Reading) -> tuple[Criterion, ...]:
    """One query; each with its objective and task at hand."""
    aims, data = reading.use(objectives), reading.use(load)
    rows = tuple(Criterion.objects.filter(event=reading.event))
    for row in rows:
        row.event, row.objective = reading.event, aims[row.objective_id]
        row.task = data.tasks[row.task_id] if row.task_id else None
    return rows


def with_evidence(reading: Reading) -> frozenset[int]:
    """Ids of tasks that have evidence. One query."""
    return frozenset(Evidence.objects.filter(event=reading.event).values_list("task_id", flat=True))
