"""The plan: every task's dates, float, state and reasons, as of one reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from summitry.engine.network import Network, NetworkResult
from summitry.schedule.planning.calendars import Calendar
from summitry.schedule.planning.data import ScheduleData
from summitry.schedule.planning.drivers import Driver
from summitry.schedule.planning.state import State


class TaskPlan(NamedTuple):
    """One task's part of the plan. Days are the first and the last day of work; a milestone's are one day.

    late_start, late_finish: the latest days that break no deadline and no fixed date and do not move the plan's end,
    which is the last deadline, or the last finish if that is later.
    total_float: working days it can slip until then; negative = already broken. None when finished.
    end_float: the same against the end of the plan alone. free_float: without moving any other task.
    critical: unfinished, and of the least total float there is (or with none left).
    binding_deadline: id of the task whose deadline or fixed date decides the float; None for the plan's end.
    deadline: the day by which it must be done, its own or its group's, whichever is earlier.
    duration: working days from start to finish by the calendar of its lead.
    left: working days still to do, for a started task.
    """

    task_id: int
    group: bool = False
    start: date | None = None
    finish: date | None = None
    late_start: date | None = None
    late_finish: date | None = None
    total_float: int | None = None
    end_float: int | None = None
    free_float: int | None = None
    critical: bool = False
    drivers: tuple[Driver, ...] = ()
    binding_deadline: int | None = None
    deadline: date | None = None
    state: State = State.ON_COURSE
    state_reason: str = ""
    duration: int = 0
    left: int | None = None

    @property
    def late(self) -> bool:
        """Expected (or finished) after its deadline."""
        return self.deadline is not None and self.finish is not None and self.finish > self.deadline

    def with_state(self, state: State, reason: str) -> TaskPlan:
        return self._replace(state=state, state_reason=reason)


@dataclass(frozen=True, slots=True)
class FixedConflict:
    """A fixed date that does not fit the logic, the calendar or the duration. The plan keeps it all the same.

    kind: "start" or "finish" (the logic needs a later day), "calendar" (nobody works then), "duration" (between both
    fixed days there are not as many working days as the task takes). demanded: the day that would fit.
    """

    task_id: int
    kind: str
    fixed: date | None
    demanded: date | None
    driver: Driver


@dataclass(frozen=True)
class Plan:
    """The solved schedule. `loops` and `too_long` say why there are no dates, if there are none."""

    data: ScheduleData
    rows: Mapping[int, TaskPlan]
    finish: date | None = None
    critical_path: tuple[int, ...] = ()
    conflicts: tuple[FixedConflict, ...] = ()
    loops: tuple[tuple[int, ...], ...] = ()
    too_long: bool = False
    _result: NetworkResult | None = field(default=None, repr=False)

    def of(self, task_id: int) -> TaskPlan:
        return self.rows[task_id]

    def __iter__(self) -> Iterator[TaskPlan]:
        return iter(self.rows.values())

    def calendar(self, agency_id: int | None = None) -> Calendar:
        """The calendar that an agency works by; everyone's for None."""
        return self.data.calendars.of(agency_id)

    @property
    def network(self) -> Network | None:
        """The network that was solved (`planning.network`); None where it could not be."""
        return None if self._result is None else self._result.network

    def chain(self, task_id: int) -> tuple[int, ...]:
        """The tasks that drive one another up to this one, first to last: the whole answer to "why then?"."""
        if self._result is None or task_id not in self._result:
            return (task_id,)
        return tuple(int(pk) for pk in self._result.chain(task_id) if int(pk) > 0)
