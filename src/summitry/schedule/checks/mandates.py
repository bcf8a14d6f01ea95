"""Checks of tasks against the documents that demand them: deadlines and the clauses that set them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.governance.checks.reading import mandates
from summitry.governance.models import Clause
from summitry.schedule.models import Task
from summitry.schedule.planning import State, load, plan


def _bound(reading: Reading, field: str) -> Iterator[tuple[Task, Clause]]:
    """Tasks and groups that are not done, with the clause that a field of theirs names."""
    clauses, solved = reading.use(mandates).clauses, reading.use(plan)
    for task in reading.use(load).tasks.values():
        clause = clauses.get(getattr(task, f"{field}_id") or 0)
        if clause is not None and solved.of(task.pk).state is not State.DONE:
            yield task, clause


@check(
    "SCH008",
    title=_("Deadline before its mandate"),
    severity=Severity.ERROR,
    message=_("{subject} is due on {deadline}, before {clause} has force on {effective}."),
    hint=_("Correct the deadline, or name the clause that really demands it."),
    source="Hanoi 2025: a decision creates the task, so nothing is due before it",
)
def deadline_before_mandate(reading: Reading) -> Iterator[Finding]:
    """An open task is due before the decision that creates it has force.

    It would have been late before anybody was told to do it.

    Wrong: due 3 October, by a clause in force from 8 October.
    Right: due 17 October by the same clause.
    """
    for task, clause in _bound(reading, "mandate"):
        effective = clause.decision.effective_from
        if task.deadline is not None and task.deadline < effective:
            yield Finding(subject=task, values={"deadline": task.deadline, "clause": clause, "effective": effective})


@check(
    "SCH009",
    title=_("Deadline contradicts the clause that sets it"),
    severity=Severity.ERROR,
    message=_("{subject} is due on {deadline}, but {clause} sets {date}."),
    hint=_("Take the day of the clause, or have the clause amended."),
    source="The product's own rule: a deadline stands beside the clause that sets it",
)
def deadline_against_clause(reading: Reading) -> Iterator[Finding]:
    """A task's deadline is not the day that the clause named beside it sets.

    The task's lead works towards one day and is held to another.

    Wrong: deadline 10 October, by a clause that sets 3 October.
    Right: deadline 3 October.
    """
    for task, clause in _bound(reading, "deadline_clause"):
        if clause.sets_date is not None and task.deadline is not None and task.deadline != clause.sets_date:
            yield Finding(subject=task, values={"deadline": task.deadline, "clause": clause, "date": clause.sets_date})


@check(
    "SCH010",
    title=_("Two documents set different days"),
    severity=Severity.ERROR,
    message=_("For {subject}, {clause} sets {date}, and {other} sets {other_date}."),
    hint=_("Have the authority that signed both say which day holds."),
    source="Practice of secretariats: plans, decisions and notices of conclusions follow one another and differ",
)
def documents_contradict(reading: Reading) -> Iterator[Finding]:
    """The clause that creates a task and the clause that sets its deadline name different days, and both have force.

    A later document that amends or replaces the earlier one is no contradiction: it is meant to change the day.

    Wrong: the master schedule says 3 October, a notice of conclusions that amends nothing says 10 October.
    Right: the notice amends the master schedule.
    """
    records = reading.use(mandates)
    for task, clause in _bound(reading, "deadline_clause"):
        mandate = records.clauses.get(task.mandate_id or 0)
        if mandate is None or mandate.pk == clause.pk or None in (mandate.sets_date, clause.sets_date):
            continue
        if mandate.sets_date == clause.sets_date:
            continue
        forced = all(records.has_force(one.decision, reading.today) for one in (mandate, clause))
        amended = mandate.decision_id in (clause.decision.amends_id, clause.decision.replaces_id) or (
            clause.decision_id in (mandate.decision.amends_id, mandate.decision.replaces_id)
        )
        if forced and not amended:
            yield Finding(
                subject=task,
                values={
                    "clause": mandate,
                    "date": mandate.sets_date,
                    "other": clause,
                    "other_date": clause.sets_date,
                },
            )


@check(
    "SCH011",
    title=_("Deadline rests on a decision without force"),
    severity=Severity.WARNING,
    message=_("The deadline of {subject} is set by {clause}, and that decision has been replaced or has ended."),
    hint=_("Look up what the newer decision says, and name its clause."),
    source="Hanoi 2025: the Prime Minister's decision of 8 October replaced the organisation, 17 days before",
)
def deadline_without_force(reading: Reading) -> Iterator[Finding]:
    """The decision whose clause sets an open task's deadline was replaced by one in force, or has ended.

    The day may no longer hold, and nobody has looked.

    Wrong: deadline by the ministerial decision of May after the Prime Minister's decision of 8 October replaced it.
    Right: deadline by a clause of the new decision.
    """
    records = reading.use(mandates)
    for task, clause in _bound(reading, "deadline_clause"):
        decision = clause.decision
        ended = decision.effective_to is not None and decision.effective_to < reading.today
        if ended or records.replaced_on(decision, reading.today) is not None:
            yield Finding(subject=task, values={"clause": clause})


@check(
    "SCH012",
    title=_("Deadline on a free day"),
    severity=Severity.NOTE,
    message=_("{subject} is due on {deadline}, when its lead does not work; the last working day before is {day}."),
    hint=_("Make it due on {day}, or make {deadline} an exceptional working day."),
    source="Hanoi 2025: a national holiday in the preparation, and both event days on a weekend",
)
def deadline_on_free_day(reading: Reading) -> Iterator[Finding]:
    """An open task is due on a day on which its lead does not work, by its calendar.

    People read it as the working day after; the plan counts the one before.

    Wrong: due on Saturday 18 October.
    Right: due on Friday 17 October, or on Saturday 25 October, an exceptional working day.
    """
    solved = reading.use(plan)
    for task in solved.data.tasks.values():
        if task.deadline is None or solved.of(task.pk).state is State.DONE:
            continue
        calendar = solved.calendar(task.lead_id)
        if not calendar.works_on(task.deadline):
            before: date = calendar.last_working(task.deadline)
            yield Finding(subject=task, values={"deadline": task.deadline, "day": before})
