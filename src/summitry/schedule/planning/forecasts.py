"""What the core's outlook is told of tasks: when each is expected, by when it is due, whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator

from summitry.core.checking import Reading
from summitry.core.outlook import Forecast
from summitry.core.records import ref
from summitry.schedule.planning.solving import plan
from summitry.schedule.planning.state import State


def forecasts(reading: Reading) -> Iterator[Forecast]:
    """One forecast a task, milestone or group."""
    solved = reading.use(plan)
    data = solved.data
    for row in solved:
        task = data.tasks[row.task_id]
        yield Forecast(
            subject=ref(task),
            start=row.start,
            finish=row.finish,
            deadline=row.deadline,
            milestone=task.milestone,
            closed=row.state is State.DONE,
            agencies=data.agencies_of(row.task_id),
        )
