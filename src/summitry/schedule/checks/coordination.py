"""Checks of what coordinating agencies owe: deliverable, due date, delivery, sign-off."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.schedule.checks.reading import open_parts
from summitry.schedule.planning import is_overdue, plan


@check(
    "SCH013",
    title=_("Coordinating agency without a deliverable"),
    severity=Severity.WARNING,
    message=_("{agency} takes part in {task}, but nothing says what it delivers."),
    hint=_("Say what {agency} owes to {task}, or let it take no part."),
    source="Hanoi 2025: coordinating agencies, each with its deliverable",
)
def no_deliverable(reading: Reading) -> Iterator[Finding]:
    """An agency coordinates an open task and owes nothing that anybody could name.

    The lead cannot ask for it, and cannot tell when it is in.

    Wrong: HN-POL coordinates "Motorcade and traffic plan".
    Right: HN-POL coordinates it with "escort and post list of the city police".
    """
    for row in open_parts(reading):
        if not row.deliverable.strip():
            yield Finding(subject=row, values={"agency": row.agency, "task": row.task})


@check(
    "SCH014",
    title=_("Deliverable without a due date"),
    severity=Severity.WARNING,
    message=_("Nothing says by when {agency} delivers to {task}."),
    hint=_("Agree on the day by which {task} needs it."),
    source="Practice of planning matrices: a deliverable has a day and a sign-off",
)
def no_due_date(reading: Reading) -> Iterator[Finding]:
    """A coordinating agency's part in an open task has not been delivered and has no due date.

    It cannot become overdue, so it becomes late unnoticed.

    Wrong: "guest list" of PRES-OFF with no date.
    Right: "guest list" of PRES-OFF, due 14 October.
    """
    for row in open_parts(reading):
        if row.due is None and row.delivered_on is None:
            yield Finding(subject=row, values={"agency": row.agency, "task": row.task})


@check(
    "SCH015",
    title=_("Deliverable due after its task"),
    severity=Severity.ERROR,
    message=_("{agency} delivers to {task} by {due}, after the deadline of {deadline}."),
    hint=_("Agree on a day before {deadline}."),
    source="The product's own rule: a task closes only when the coordinating deliverables are in",
)
def due_after_deadline(reading: Reading) -> Iterator[Finding]:
    """A coordinating deliverable is due after the deadline of the task that cannot be closed without it.

    Both agencies can keep their word and the task is late all the same.

    Wrong: task due 17 October, deliverable due 20 October.
    Right: deliverable due 14 October.
    """
    solved = reading.use(plan)
    for row in open_parts(reading):
        deadline = solved.of(row.task_id).deadline
        if row.due is not None and row.delivered_on is None and deadline is not None and row.due > deadline:
            values = {"agency": row.agency, "task": row.task, "due": row.due, "deadline": deadline}
            yield Finding(subject=row, values=values)


@check(
    "SCH016",
    title=_("Deliverable due after its lead needs it"),
    severity=Severity.WARNING,
    message=_("{agency} delivers to {task} by {due}, but {task} has to be finished by {latest} at the latest."),
    hint=_("Agree on a day by {latest}."),
    source="Critical path method, late finish; a task closes only when the coordinating deliverables are in",
)
def due_after_needed(reading: Reading) -> Iterator[Finding]:
    """A coordinating deliverable is due by the task's own deadline, yet after the latest day that breaks nothing else.

    Both agencies keep their word, the task keeps its deadline, and something that waits for it is late.

    Wrong: task due 17 October, but the rehearsal behind it leaves time until 14 October; deliverable due 16 October.
    Right: deliverable due 13 October.
    """
    solved = reading.use(plan)
    for row in open_parts(reading):
        of_task = solved.of(row.task_id)
        latest = of_task.late_finish
        if row.due is None or row.delivered_on is not None or latest is None or row.due <= latest:
            continue
        if of_task.deadline is None or row.due <= of_task.deadline:
            values = {"agency": row.agency, "task": row.task, "due": row.due, "latest": latest}
            yield Finding(subject=row, values=values)


@check(
    "SCH017",
    title=_("Deliverable is overdue"),
    severity=Severity.ERROR,
    message=_("{agency} owed its part in {task} by {due}: {days} working days ago."),
    hint=_("Ask {agency} for it, or waive it with a reason."),
    source="The product's own rule: a task closes only when the coordinating deliverables are in or waived",
)
def deliverable_overdue(reading: Reading) -> Iterator[Finding]:
    """A coordinating deliverable was due before today, and is neither delivered nor waived.

    Its task cannot be closed, whatever its lead does.

    Wrong: due 3 October, not delivered on 6 October.
    Right: delivered on 2 October.
    """
    solved = reading.use(plan)
    for row in open_parts(reading):
        if is_overdue(row, reading.today):
            assert row.due is not None
            days = solved.calendar(row.agency_id).since(row.due, reading.today) + 1
            values = {"agency": row.agency, "task": row.task, "due": row.due, "days": days}
            yield Finding(subject=row, values=values)


@check(
    "SCH018",
    title=_("Sign-off is missing"),
    severity=Severity.WARNING,
    message=_("What {agency} delivered to {task} on {delivered} was due by {due} and is not signed off."),
    hint=_("Sign it off, or send it back with a reason."),
    source="Practice of planning matrices: a deliverable has a day and a sign-off",
)
def not_signed_off(reading: Reading) -> Iterator[Finding]:
    """A deliverable is in, its due date has passed, and the lead has not said whether it is accepted.

    The agency believes that it is done; the lead may think otherwise.

    Wrong: due 3 October, delivered 2 October, no sign-off on 6 October.
    Right: signed off on 3 October.
    """
    for row in open_parts(reading):
        if row.delivered_on is None or row.signed_off_on is not None or row.due is None:
            continue
        if row.due < reading.today:
            values = {"agency": row.agency, "task": row.task, "delivered": row.delivered_on, "due": row.due}
            yield Finding(subject=row, values=values)


@check(
    "SCH019",
    title=_("Lead coordinates its own task"),
    severity=Severity.WARNING,
    message=_("{agency} leads {task} and also coordinates it."),
    hint=_("Let {agency} lead it alone."),
    source="Vietnamese practice: co quan chu tri (lead) and co quan phoi hop (coordinating agency) are two roles",
)
def lead_coordinates(reading: Reading) -> Iterator[Finding]:
    """A task's lead is also one of its coordinating agencies.

    It would sign off its own deliverable.

    Wrong: MPS-A05 leads "Programme", MPS-A05 and UNODC coordinate it.
    Right: MPS-A05 leads it, UNODC coordinates it.
    """
    for row in open_parts(reading):
        if row.agency_id == row.task.lead_id:
            yield Finding(subject=row, values={"agency": row.agency, "task": row.task})
