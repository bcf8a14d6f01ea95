"""The risk of one reading: simulated when it is asked for, and kept.

risk = reading.use(simulation)          # Simulation: asks the records, computes nothing yet
answer = risk.answer(samples)           # RiskAnswer: dates and probabilities by task
answer.chance(task.pk)                  # 0.83
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from summitry.core.checking import Reading
from summitry.core.models import Agency
from summitry.engine.risk import DriverKind, RiskResult, simulate
from summitry.schedule.models import RiskEvent, Task
from summitry.schedule.planning.plan import Plan
from summitry.schedule.planning.risk.building import READY, RiskModel, build_risk, group_of
from summitry.schedule.planning.risk.days import Days, day_of
from summitry.schedule.planning.risks import Risks, risks
from summitry.schedule.planning.solving import plan

KEPT = 12
"""Answers that one reading keeps; the oldest goes first."""

NONE_DONE: frozenset[str] = frozenset()

Key = tuple[int, int | None, frozenset[str] | None]


def simulation(reading: Reading) -> Simulation:
    """For `reading.use`. No query besides those of the plan and of the risk events."""
    return Simulation(reading.use(plan), reading.use(risks))


@dataclass(frozen=True)
class TaskRisk:
    """The finish of one task, as it turned out in the samples: a tenth, half, 80 % and 95 % of them are done by then.

    chance: that it meets its deadline, from 0 to 1; None if it has none.
    """

    task_id: int
    p10: date
    p50: date
    p80: date
    p95: date
    deadline: date | None
    chance: float | None


@dataclass(frozen=True)
class DrivingRisk:
    """What drives a date: the uncertain duration of a task, a risk event, or what all tasks of an agency share.

    low, high: mean finish, as days from the year 1 or from READY's zero, where the duration is among the tenth that is
    shortest, longest; where the risk event does not, does happen; in the tenth of the samples in which the agency's
    tasks together go best, worst. None where it is so in no sample.
    correlation: of ranks, -1 to 1. due: calendar days of the mean finish that are due to it.
    """

    task: Task | None
    risk: RiskEvent | None
    agency: Agency | None
    low: float | None
    high: float | None
    correlation: float
    due: float

    @property
    def swing(self) -> float:
        return 0.0 if self.low is None or self.high is None else self.high - self.low


class Simulation:
    """A reading's risk. `model` is None where the schedule cannot be computed."""

    def __init__(self, solved: Plan, known: Risks) -> None:
        self.plan, self.known = solved, known
        self._answers: dict[Key, RiskAnswer] = {}

    @cached_property
    def model(self) -> RiskModel | None:
        network = self.plan.network
        return None if network is None else build_risk(self.plan.data, self.known, network)

    @property
    def size(self) -> int:
        """Tasks and milestones."""
        return 0 if self.model is None else len(self.model.problem.network.activities)

    @property
    def wanted(self) -> int:
        """Samples that the event's settings ask for."""
        return self.known.settings.samples

    def answer(self, samples: int, *, toward: int | None = None, done: Iterable[str] | None = None) -> RiskAnswer:
        """Simulate, or give what was simulated before.

        toward: the task whose drivers the criticality index counts; None: the event being ready.
        done: codes of the risk events whose mitigation is taken to be done; None: those that are decided.
        """
        assert self.model is not None, "there is no risk of a schedule that cannot be computed"
        carried = None if done is None else frozenset(done)
        if carried == self.model.decided:
            carried = None
        key = samples, toward, carried
        kept = self._answers.get(key)
        if kept is not None:
            return kept
        problem = self.model.problem if carried is None else self.model.before.mitigated(*sorted(carried))
        aim = toward if toward is not None or self.model.zero is None else READY
        found = RiskAnswer(self, simulate(problem, samples=samples, seed=self.model.seed, toward=aim))
        while len(self._answers) >= KEPT:
            self._answers.pop(next(iter(self._answers)), None)
        self._answers[key] = found
        return found


@dataclass
class RiskAnswer:
    """One simulation, read as dates and records. What is asked for is computed once. Nobody's view: to be cut."""

    of: Simulation
    result: RiskResult
    _days: dict[int, Days] = field(default_factory=dict)
    _late: dict[int, date] = field(default_factory=dict)

    @property
    def samples(self) -> int:
        return self.result.samples

    @property
    def seed(self) -> int:
        return self.result.seed

    @property
    def model(self) -> RiskModel:
        assert self.of.model is not None
        return self.of.model

    @property
    def ready(self) -> float | None:
        """That the event is ready, from 0 to 1; None where no open work has a deadline by the opening day."""
        return self.result.ready.probability if self.model.ready else None

    def knows(self, task_id: int) -> bool:
        """Whether it is a task or milestone that is still to be finished."""
        return task_id > 0 and task_id in self.result and self._open(task_id)

    def _open(self, task_id: int) -> bool:
        plan = self.of.plan.of(task_id)
        return plan.total_float is not None and self.of.plan.data.tasks[task_id].open

    def _due(self, task_id: int) -> int | None:
        deadline = self.of.plan.of(task_id).deadline
        return None if deadline is None else deadline.toordinal() + 1

    def chance(self, task_id: int) -> float | None:
        """That an open task meets its deadline, from 0 to 1; None if it has none."""
        due = self._due(task_id)
        if due is None or not self.knows(task_id):
            return None
        return self.result.chance(due, task_id).probability

    def finish(self, task_id: int | None) -> Days:
        """The finish of a task, as days from the year 1; of None, the event's worst delay in days, 0 being none."""
        key = READY if task_id is None else task_id
        found = self._days.get(key)
        if found is None:
            curve = self.result.curve(key, points=1 << 30)
            found = self._days[key] = Days.of(
                ((self._shift(key)(point), reached) for point, reached in zip(curve.points, curve.reached, strict=True))
            )
        return found

    def _shift(self, key: int) -> Callable[[float], int]:
        """From a point to the day that a person reads: of READY the days late."""
        if key == READY:
            zero = self.model.zero or 0
            return lambda point: round(point) - zero
        least = self._reached_no_earlier(key)
        return lambda point: max(round(point) - 1, least)

    def _reached_no_earlier(self, task_id: int) -> int:
        """A milestone that may not be before Saturday is reached on Saturday, not with the end of Friday."""
        data = self.of.plan.data
        task = data.tasks[task_id]
        if not task.milestone:
            return 0
        bounds = [at.not_before for at in data.upward(task)] + [task.planned_start, task.fixed_start]
        return max((day.toordinal() for day in bounds if day is not None), default=0)

    def p80(self, task_id: int) -> date | None:
        """The day by which the task is done in 80 of 100 samples."""
        found = self._late.get(task_id)
        if found is None and self.knows(task_id):
            day = day_of(self._shift(task_id)(self.result.quantile(0.8, task_id)))
            if day is not None:
                found = self._late[task_id] = day
        return found

    def task(self, task_id: int) -> TaskRisk | None:
        """The dates of a task; None if it is not open, or beyond the years that a date can have."""
        if not self.knows(task_id):
            return None
        days = self.finish(task_id)
        p10, p50, p80, p95 = (day_of(days.quantile(q)) for q in (0.10, 0.50, 0.80, 0.95))
        if p10 is None or p50 is None or p80 is None or p95 is None:
            return None
        return TaskRisk(task_id, p10, p50, p80, p95, self.of.plan.of(task_id).deadline, self.chance(task_id))

    def criticality(self, task_id: int) -> float:
        """Share of the samples in which the task lies on a driving chain to what the simulation looks toward."""
        return self.result[task_id].criticality

    def critical(self) -> list[tuple[int, float]]:
        """All open tasks with some criticality, the most critical first, without what is looked toward."""
        open_tasks = (pk for pk in self.of.plan.data.tasks if pk != self.result.toward and self.knows(pk))
        found = [(pk, self.criticality(pk)) for pk in open_tasks]
        return sorted(((pk, share) for pk, share in found if share > 0), key=lambda one: -one[1])

    def drivers(self, task_id: int | None) -> list[DrivingRisk]:
        """What drives the finish of a task (None: the event's worst delay), the widest swing first."""
        key = READY if task_id is None else task_id
        if key == READY and self.model.zero is None:
            return []
        back = (self.model.zero or 0) if key == READY else 1
        return [
            DrivingRisk(
                task=self.of.plan.data.tasks[int(one.id)] if one.kind is DriverKind.ACTIVITY else None,
                risk=self.model.risks[str(one.id)] if one.kind is DriverKind.EVENT else None,
                agency=self._agency_of(str(one.id)) if one.kind is DriverKind.GROUP else None,
                low=None if one.low is None else one.low - back,
                high=None if one.high is None else one.high - back,
                correlation=one.correlation,
                due=one.contribution,
            )
            for one in self.result.drivers(key)
        ]

    def _agency_of(self, group: str) -> Agency:
        """The agency whose tasks are a group of the engine's."""
        leads = (task.lead for task in self.of.plan.data.tasks.values())
        return next(lead for lead in leads if lead is not None and group_of(lead) == group)
