"""What the schedule's checks share. Records come from `planning.load` and `planning.plan`, computed once a reading."""

from __future__ import annotations

from summitry.core.checking import Reading
from summitry.schedule.models import Coordination, Evidence, Link, Task
from summitry.schedule.planning import ScheduleData, State, TaskPlan, plan


def open_work(reading: Reading) -> tuple[tuple[Task, TaskPlan], ...]:
    """Tasks and milestones that are neither closed nor waived (by themselves or with a group); no groups."""
    return reading.use(_open_work)


def _open_work(reading: Reading) -> tuple[tuple[Task, TaskPlan], ...]:
    solved = reading.use(plan)
    rows = ((task, solved.of(task.pk)) for task in solved.data.leaves())
    return tuple((task, row) for task, row in rows if row.state is not State.DONE)


def open_parts(reading: Reading) -> tuple[Coordination, ...]:
    """The coordinations of tasks and groups that are still open, themselves not waived."""
    return reading.use(_open_parts)


def _open_parts(reading: Reading) -> tuple[Coordination, ...]:
    solved = reading.use(plan)
    return tuple(
        row
        for row in solved.data.coordinations.values()
        if row.waived_on is None and solved.of(row.task_id).state is not State.DONE
    )


def open_links(reading: Reading) -> tuple[Link, ...]:
    """Links that join at least one task or group that is still open."""
    return reading.use(_open_links)


def _open_links(reading: Reading) -> tuple[Link, ...]:
    solved = reading.use(plan)
    done = {row.task_id for row in solved if row.state is State.DONE}
    return tuple(
        link for link in solved.data.links.values() if link.predecessor_id not in done or link.successor_id not in done
    )


def has(data: ScheduleData, task: Task, field: str) -> bool:
    """Whether the task or a group that holds it fills a field."""
    return any(getattr(at, field) for at in data.upward(task))


def with_evidence(reading: Reading) -> frozenset[int]:
    """Ids of tasks that have evidence. One query."""
    return frozenset(Evidence.objects.filter(event=reading.event).order_by().values_list("task_id", flat=True))
