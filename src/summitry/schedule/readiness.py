"""Readiness of the objectives, computed from facts and forecasts. Formula and reasons: `docs/readiness.md`.

    readiness of an objective = sum(weight * share) / sum(weight), in per cent, rounded down

over its tasks and milestones (not groups) that are not waived, and its criteria. A task weighs its likely working days,
a milestone and a criterion weigh 1. The share is 1 for done and on course, 1/2 for at risk, 0 for late and not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Reading
from summitry.core.outlook import Readiness
from summitry.core.records import Ref, ref
from summitry.schedule.models import Criterion, Task
from summitry.schedule.planning import Plan, ScheduleData, State, criteria, objectives, plan

SHARES = {
    State.DONE: Fraction(1),
    State.ON_COURSE: Fraction(1),
    State.AT_RISK: Fraction(1, 2),
    State.LATE: Fraction(0),
    State.NOT_KNOWN: Fraction(0),
}
"""How much of a task's weight counts as ready."""


@dataclass(frozen=True)
class _Part:
    """One thing that an objective's readiness is made of."""

    subject: Ref
    weight: int
    share: Fraction
    reason: str | Promise

    @property
    def missing(self) -> Fraction:
        return self.weight * (1 - self.share)


def readiness(reading: Reading) -> Iterator[Readiness]:
    """One answer an objective that has tasks or criteria, in the objectives' order. Two queries besides the plan."""
    solved = reading.use(plan)
    parts: dict[int, list[_Part]] = {}
    for task in solved.data.leaves():
        aim = objective_of(solved.data, task)
        if aim is not None and not _waived(solved.data, task):
            parts.setdefault(aim, []).append(_task_part(solved, task))
    for criterion in reading.use(criteria):
        parts.setdefault(criterion.objective_id, []).append(_criterion_part(solved, criterion))
    for pk, objective in reading.use(objectives).items():
        if pk in parts:
            yield _readiness(ref(objective), parts[pk])


def objective_of(data: ScheduleData, task: Task) -> int | None:
    """The id of a task's objective, its own or the nearest group's."""
    return next((at.objective_id for at in data.upward(task) if at.objective_id is not None), None)


def _waived(data: ScheduleData, task: Task) -> bool:
    return any(at.waived_on is not None for at in data.upward(task))


def _task_part(solved: Plan, task: Task) -> _Part:
    row = solved.of(task.pk)
    weight = 1 if task.milestone else max(1, task.likely)
    return _Part(ref(task), weight, SHARES[row.state], row.state_reason)


def _criterion_part(solved: Plan, criterion: Criterion) -> _Part:
    subject = ref(criterion)
    if criterion.met_on is not None:
        return _Part(subject, 1, Fraction(1), "")
    if criterion.task_id is None or criterion.task_id not in solved.data.tasks:
        return _Part(subject, 1, Fraction(0), _("No task shows that it is met."))
    state = solved.of(criterion.task_id).state
    return _Part(subject, 1, SHARES[state], solved.of(criterion.task_id).state_reason)


def _readiness(subject: Ref, parts: Iterable[_Part]) -> Readiness:
    parts = list(parts)
    weight = sum(part.weight for part in parts)
    ready = sum((part.weight * part.share for part in parts), Fraction(0))
    lacking = sorted((part for part in parts if part.missing), key=lambda part: (-part.missing, part.subject.key))
    return Readiness(
        subject=subject,
        percent=int(100 * ready / weight),
        weight=weight,
        reasons=tuple((part.subject, part.reason) for part in lacking),
    )
