"""Checks of tasks by themselves: who leads, what for, by which mandate, how long."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.schedule.checks.reading import has, open_work
from summitry.schedule.models import Task
from summitry.schedule.planning import ScheduleData, load


@check(
    "SCH001",
    title=_("Task without a lead"),
    severity=Severity.ERROR,
    message=_("{subject} has no lead agency."),
    hint=_("Name the one agency that answers for it."),
    source="Hanoi 2025: a master schedule in which each task has a lead, coordinating agencies and time needed",
)
def no_lead(reading: Reading) -> Iterator[Finding]:
    """An open task or milestone has no lead agency.

    Nobody reports on it, signs off what others deliver to it, or closes it.

    Wrong: "Badge printing", coordinating agencies K01 and NCC, no lead.
    Right: the same, led by the State Protocol.
    """
    for task, _row in open_work(reading):
        if task.lead_id is None:
            yield Finding(subject=task)


@check(
    "SCH002",
    title=_("Two tasks claim one deliverable"),
    severity=Severity.WARNING,
    message=_("{subject} claims a deliverable that {other} claims, too."),
    hint=_("Let one of {subject} and {other} deliver it, or tell the two deliverables apart."),
    source="COP30, 2025: host and UN each called inner security the other's task; what two own, none does",
)
def one_deliverable_twice(reading: Reading) -> Iterator[Finding]:
    """Two tasks that are not waived name the same deliverable (letter case and blanks aside).

    Two agencies make the same thing, or each waits for the other.

    Wrong: "Badge design" and "Accreditation rules" both deliver "List of badge types".
    Right: the rules deliver the list, the design delivers the drawings.
    """
    data = reading.use(load)
    first: dict[str, Task] = {}
    for task in data.tasks.values():
        name = " ".join(task.deliverable.casefold().split())
        if not name or task.waived_on is not None:
            continue
        known = first.setdefault(name, task)
        if known is not task:
            yield Finding(subject=task, values={"other": known})


@check(
    "SCH003",
    title=_("Task without a mandate"),
    severity=Severity.NOTE,
    message=_("No clause of a decision demands {subject}."),
    hint=_("Name the clause that creates it, or ask for one."),
    source="Hanoi 2025: decisions and conclusions of meetings are numbered documents that create tasks",
)
def no_mandate(reading: Reading) -> Iterator[Finding]:
    """An open task has no clause that creates it, nor has a group that holds it.

    An agency may decline work that no document asks of it.

    Wrong: "Hotel blocks" with no clause.
    Right: "Hotel blocks" by clause 4 of the decision that adopted the master schedule.
    """
    data = reading.use(load)
    for task, _row in open_work(reading):
        if not has(data, task, "mandate_id"):
            yield Finding(subject=task)


@check(
    "SCH004",
    title=_("Task without an objective"),
    severity=Severity.WARNING,
    message=_("{subject} serves no objective, so no readiness counts it."),
    hint=_("Say which of the objectives it serves."),
    source="Hanoi 2025: the preparation is judged by three successes",
)
def no_objective(reading: Reading) -> Iterator[Finding]:
    """An open task belongs to no objective, nor does a group that holds it.

    The readiness that the head of the committee sees leaves it out.

    Wrong: "Seating plans" with no objective.
    Right: "Seating plans" under S2, security, safety, protocol and diplomacy.
    """
    data = reading.use(load)
    for task, _row in open_work(reading):
        if not has(data, task, "objective_id"):
            yield Finding(subject=task)


@check(
    "SCH005",
    title=_("Task with a single estimate"),
    severity=Severity.NOTE,
    message=_("{subject} has no shortest and longest duration beside its likely one."),
    hint=_("Ask its lead for three estimates: shortest, likely, longest."),
    source="Practice of project planning: three-point estimates, as in PERT",
)
def no_three_estimates(reading: Reading) -> Iterator[Finding]:
    """An open task (no milestone) lacks its shortest or its longest duration.

    Nobody can tell whether its float is enough, and it counts as certain in every forecast.

    Wrong: 20 working days.
    Right: 15, 20 and 30 working days.
    """
    for task, _row in open_work(reading):
        if not task.milestone and (task.optimistic is None or task.pessimistic is None) and _has_work(task):
            yield Finding(subject=task)


@check(
    "SCH006",
    title=_("Loose end"),
    severity=Severity.WARNING,
    message=_("{subject} has no deadline and nothing waits for it: nobody would notice that it is late."),
    hint=_("Give it a deadline, or link what needs its result."),
    source="Practice of schedule reviews: tasks without successors are counted",
)
def loose_end(reading: Reading) -> Iterator[Finding]:
    """An open task has neither a deadline (its own or its group's) nor a successor (by its own links or its group's).

    Wrong: "Gift list", no deadline, no successor.
    Right: "Gift list", which "Seating plans; flags; gifts" waits for.
    """
    data = reading.use(load)
    followed = {link.predecessor_id for link in data.links.values()}
    for task, row in open_work(reading):
        if row.deadline is None and not any(at.pk in followed for at in data.upward(task)):
            yield Finding(subject=task)


@check(
    "SCH007",
    title=_("Group without parts"),
    severity=Severity.WARNING,
    message=_("{subject} is no milestone and has neither work nor parts."),
    hint=_("Give it parts, or say how many working days it takes, or remove it."),
    source="Practice of schedule reviews: an empty summary task shows a plan that was not finished",
)
def empty_group(reading: Reading) -> Iterator[Finding]:
    """An open task that is no milestone takes no time and has no parts: a group that was left empty.

    Its lead answers for nothing, and it counts as reached as soon as it may.

    Wrong: group "Accreditation", led by the State Protocol, with no task in it.
    Right: the same with "Rules", "System" and "Badges" as its parts.
    """
    for task, _row in open_work(reading):
        if not task.milestone and not _has_work(task):
            yield Finding(subject=task)


def _has_work(task: Task) -> bool:
    return task.likely > 0


@check(
    "SCH041",
    title=_("Group with facts of its own"),
    severity=Severity.WARNING,
    message=_("{subject} has parts, yet also facts of its own that no plan reads."),
    hint=_("Open it again, and close or waive its parts instead."),
    source="The product's own rule: status from facts; a group's state is that of its parts",
)
def group_with_facts(reading: Reading) -> Iterator[Finding]:
    """A task with parts is started, closed or holds fixed dates itself. Its dates are those of its parts.

    Imported plans carry such rows; nobody reads these facts, and people believe them.

    Wrong: group "Accreditation" closed on 1 October, its part "Badges" still open.
    Right: all its parts closed; the group itself carries no date.
    """
    data: ScheduleData = reading.use(load)
    for pk in data.parts:
        task = data.tasks[pk]
        if task.started_on or task.closed_on or task.fixed_start or task.fixed_finish:
            yield Finding(subject=task)
