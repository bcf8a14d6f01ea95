"""Checks of what was reported: order of facts, silence, closings that lack something."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.schedule.checks.reading import open_links, open_work, with_evidence
from summitry.schedule.planning import State, load, plan


@check(
    "SCH031",
    title=_("Closed out of order"),
    severity=Severity.WARNING,
    message=_("{subject} was closed on {day}, though {before}, which it waits for, is still open."),
    hint=_("Close {before} if it is done; else ask what {subject} was closed on."),
    source="Practice of schedule reviews: out-of-sequence progress",
)
def closed_out_of_order(reading: Reading) -> Iterator[Finding]:
    """A task is closed while a task that it waits for (finish to start, or finish to finish) is still open.

    Either the predecessor was forgotten, or the closing rests on something that is not there.

    Wrong: "Badges printed" closed, "Vetting" open.
    Right: "Vetting" closed first.
    """
    solved = reading.use(plan)
    for link in open_links(reading):
        if link.kind not in ("FS", "FF") or link.lag < 0 or link.successor.closed_on is None:
            continue
        if solved.of(link.predecessor_id).state is not State.DONE:
            yield Finding(
                subject=link.successor,
                values={"day": link.successor.closed_on, "before": link.predecessor},
                discriminator=str(link.pk),
            )


@check(
    "SCH032",
    title=_("Started before what it waits for"),
    severity=Severity.NOTE,
    message=_("{subject} was started on {day}, though {before}, which it waits for, is not finished."),
    hint=_("Say whether it really waits: a start-to-start link or a lead may tell the truth better."),
    source="Practice of schedule reviews: out-of-sequence progress",
)
def started_too_early(reading: Reading) -> Iterator[Finding]:
    """A task is under way while a task that must finish before it starts is still open.

    Its forecast is doubtful: the work may have to be done again, or the link is wrong.

    Wrong: "Seating plans" started, "Precedence list" open, finish to start.
    Right: the same with a lead of 5 working days, or started after the list was closed.
    """
    solved = reading.use(plan)
    for link in open_links(reading):
        task = link.successor
        if link.kind != "FS" or link.lag < 0 or task.started_on is None or not task.open:
            continue
        if solved.of(link.predecessor_id).state is not State.DONE:
            yield Finding(
                subject=task,
                values={"day": task.started_on, "before": link.predecessor},
                discriminator=str(link.pk),
            )


@check(
    "SCH033",
    title=_("No return"),
    severity=Severity.WARNING,
    message=_("{subject}: no return of its lead for more than {days} working days."),
    hint=_("Ask its lead how it stands: started, so many working days to do, or closed."),
    source="The product's own rule: status from facts; the event says after how many working days a return is stale",
)
def no_return(reading: Reading) -> Iterator[Finding]:
    """Nobody has said for longer than the event allows how an open task stands, though work on it could be under way.

    Its forecast is a hope, and so is every forecast behind it.

    Wrong: started on 1 September, no return since, on 6 October.
    Right: a return of 2 October: 4 working days to do.
    """
    for task, row in open_work(reading):
        if row.state is State.NOT_KNOWN and row.start is not None:
            yield Finding(subject=task, values={"days": reading.event.stale_after_days})


@check(
    "SCH034",
    title=_("Closed without a deliverable"),
    severity=Severity.ERROR,
    message=_("{task} is closed, but the part of {agency} is neither signed off nor waived."),
    hint=_("Open {task} again, or have the part signed off or waived with a reason."),
    source="The product's own rule: a task closes when the coordinating deliverables are in or waived",
)
def closed_without_deliverable(reading: Reading) -> Iterator[Finding]:
    """A closed task has a coordinating deliverable that was neither signed off nor waived.

    The product refuses such a closing; imported data and agencies added later can bring it about.

    Wrong: "General Security Plan" closed, the part of the Ministry of Health not delivered.
    Right: the part waived, with the reason.
    """
    data = reading.use(load)
    closed = {pk for pk, task in data.tasks.items() if task.closed_on is not None}
    for row in data.coordinations.values():
        if row.task_id in closed and row.signed_off_on is None and row.waived_on is None:
            yield Finding(subject=row, values={"task": row.task, "agency": row.agency})


@check(
    "SCH035",
    title=_("Milestone closed without evidence"),
    severity=Severity.WARNING,
    message=_("{subject} counts as reached on {day}, but no document shows it."),
    hint=_("Attach the document that shows that its criterion is met."),
    source="The product's own rule: status from facts, evidence attached",
)
def reached_without_evidence(reading: Reading) -> Iterator[Finding]:
    """A milestone is closed and has no evidence.

    The product refuses such a closing; imported data can bring it about.

    Wrong: "Host country agreement signed", closed, no document.
    Right: closed, with the signed agreement attached.
    """
    proved = reading.use(with_evidence)
    for task in reading.use(load).leaves():
        if task.milestone and task.closed_on is not None and task.pk not in proved:
            yield Finding(subject=task, values={"day": task.closed_on})


@check(
    "SCH042",
    title=_("Fact from the future"),
    severity=Severity.ERROR,
    message=_("{subject} reports a fact of {day}, which is still to come."),
    hint=_("Correct the day."),
    source="The product's own rule: status from facts",
)
def fact_from_the_future(reading: Reading) -> Iterator[Finding]:
    """A task was, by its record, started, closed, waived or reported on after today.

    Wrong: closed on 16 October, read on 6 October.
    Right: closed on 3 October.
    """
    for task in reading.use(load).tasks.values():
        days = [day for day in (task.started_on, task.reported_on, task.closed_on, task.waived_on) if day is not None]
        if days and max(days) > reading.today:
            yield Finding(subject=task, values={"day": max(days)})
