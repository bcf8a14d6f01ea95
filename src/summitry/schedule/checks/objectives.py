"""Checks of objectives, criteria and milestones: can anyone tell whether it is a success?"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.schedule.checks.reading import open_work
from summitry.schedule.planning import criteria, load, objectives
from summitry.schedule.readiness import objective_of


@check(
    "SCH036",
    title=_("Milestone without a criterion"),
    severity=Severity.WARNING,
    message=_("Nothing says by which facts anyone can tell that {subject} is reached."),
    hint=_("Write the facts, such as: signed by both sides, registered, published."),
    source="Practice of project planning: a milestone says when it is reached",
)
def milestone_without_criterion(reading: Reading) -> Iterator[Finding]:
    """An open milestone does not say when it is reached. It cannot be closed either.

    Two people would answer differently whether it is done.

    Wrong: milestone "Ready".
    Right: milestone "Ready": all findings of the full rehearsal closed, the head has signed the readiness report.
    """
    for task, _row in open_work(reading):
        if task.milestone and not task.criterion.strip():
            yield Finding(subject=task)


@check(
    "SCH037",
    title=_("Objective without a criterion"),
    severity=Severity.WARNING,
    message=_("Nothing says when {subject} counts as a success."),
    hint=_("Add at least one criterion, with the task that shows it."),
    source="Hanoi 2025: the preparation is judged by three successes",
)
def objective_without_criterion(reading: Reading) -> Iterator[Finding]:
    """An objective has no criterion.

    After the event everybody can call it a success, or a failure.

    Wrong: "Success in substance", and no more.
    Right: "At least 60 States have announced that they will sign", shown by the outreach task.
    """
    judged = {criterion.objective_id for criterion in reading.use(criteria)}
    for pk, objective in reading.use(objectives).items():
        if pk not in judged:
            yield Finding(subject=objective)


@check(
    "SCH038",
    title=_("Criterion that nothing shows"),
    severity=Severity.WARNING,
    message=_("No task shows that {subject} is met."),
    hint=_("Name the task or milestone whose closing shows it."),
    source="Hanoi 2025: the preparation is judged by three successes; figures are computed or cited",
)
def criterion_without_proof(reading: Reading) -> Iterator[Finding]:
    """A criterion that is not met yet names no task whose closing would show it.

    Nobody works towards it, and it counts as not ready.

    Wrong: "Safe and secure", shown by nothing.
    Right: "No security incident in zones Z3 to Z5", shown by the milestone "Event closed".
    """
    for criterion in reading.use(criteria):
        if criterion.task_id is None and criterion.met_on is None:
            yield Finding(subject=criterion)


@check(
    "SCH039",
    title=_("Criterion met too early"),
    severity=Severity.ERROR,
    message=_("{subject} counts as met since {day}, but {task}, which shows it, is open."),
    hint=_("Close {task}, or take back that {subject} is met."),
    source="The product's own rule: status from facts",
)
def criterion_met_too_early(reading: Reading) -> Iterator[Finding]:
    """A criterion is marked as met while the task that shows it is open (again).

    Wrong: criterion met on 1 October, its task opened again on 3 October.
    Right: the criterion not met until its task is closed again.
    """
    for criterion in reading.use(criteria):
        if criterion.met_on is not None and criterion.task is not None and criterion.task.closed_on is None:
            yield Finding(subject=criterion, values={"day": criterion.met_on, "task": criterion.task})


@check(
    "SCH040",
    title=_("Objective that nobody works for"),
    severity=Severity.WARNING,
    message=_("No task serves {subject}."),
    hint=_("Name the objective at the tasks that serve it, or remove it."),
    source="Hanoi 2025: each task of the master schedule serves one of the successes, or governance",
)
def objective_without_tasks(reading: Reading) -> Iterator[Finding]:
    """An objective has no task or milestone, by itself or by a group.

    Wrong: objective S3, image, with no task.
    Right: "Communication plan" under S3.
    """
    data = reading.use(load)
    served = {objective_of(data, task) for task in data.leaves()}
    for pk, objective in reading.use(objectives).items():
        if pk not in served:
            yield Finding(subject=objective)
