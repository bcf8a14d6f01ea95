"""Checks of desks, resources and other ways to do a task."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.governance.models import Body
from summitry.schedule.checks.reading import open_work
from summitry.schedule.planning import load, plan
from summitry.schedule.planning.limits import desk_overloads, limits, own_way, resource_overloads


@check(
    "SCH043",
    title=_("Agency with more to lead than it has desks"),
    severity=Severity.ERROR,
    message=_(
        "{subject} would lead work of {load} desks on {day}, but it has {desks}. On that day: {tasks}. "
        "Days on which it is too much: {days}."
    ),
    hint=_("Move one of {tasks}, give it to another lead, or add desks for these days."),
    source="Project scheduling under limited resources: Pritsker, Watters, Wolfe 1969",
)
def agency_overloaded(reading: Reading) -> Iterator[Finding]:
    """On some day from today on, an agency leads open tasks that together need more desks than it has.

    Each date by itself looks right, and together they cannot be kept. Days count by the calendar of the agency; where
    no capacity is given it is not limited.

    Wrong: K01 has one desk; "Zones and posts" and "Joint plan with UNDSS" both run on 8 October.
    Right: the second starts when the first is done, or K01 has two desks.
    """
    solved, within = reading.use(plan), reading.use(limits)
    for agency_id, over in desk_overloads(solved, within).items():
        yield Finding(
            subject=solved.data.agencies[agency_id],
            values={
                "day": over.first,
                "load": over.load,
                "desks": over.limit,
                "days": over.days,
                "tasks": tuple(solved.data.tasks[pk] for pk in over.tasks),
                "of": within.capacities[agency_id],  # not in the text: who may not see them reads no numbers of them
            },
        )


@check(
    "SCH044",
    title=_("Task that its lead can never do"),
    severity=Severity.ERROR,
    message=_("{subject} takes {desks} desks, but from today on {lead} never has more than {most}."),
    hint=_("Let {subject} take fewer desks, give it to another lead, or add desks."),
    source="The product's own rule: no plan exists for work beyond all capacity",
)
def beyond_its_lead(reading: Reading) -> Iterator[Finding]:
    """An open task takes more desks than its lead has on any day from today on: it fits on no day at all.

    Wrong: a task of three desks, led by an agency with two.
    Right: the same task with two desks.
    """
    within = reading.use(limits)
    for task, _row in open_work(reading):
        if task.milestone or task.lead is None:
            continue
        most = within.most_desks(task.lead_id, reading.today)
        if most is not None and task.desks > most:
            values = {"desks": task.desks, "lead": task.lead, "most": most, "of": within.capacities[task.lead.pk]}
            yield Finding(subject=task, values=values)


@check(
    "SCH045",
    title=_("Task that needs more than there is"),
    severity=Severity.ERROR,
    message=_("{task} needs {units} of {resource}, but from today on there are never more than {most}."),
    hint=_("Let {task} need fewer, or find more of {resource}."),
    source="The product's own rule: no plan exists for work beyond all capacity",
)
def demand_beyond_resource(reading: Reading) -> Iterator[Finding]:
    """An open task needs more units of a resource than there are on any day from today on.

    Wrong: "Motorcade test" needs 40 vehicles of a pool of 30.
    Right: the pool has 40, or the test needs 30.
    """
    within = reading.use(limits)
    for task, _row in open_work(reading):
        for demand in within.demands_of.get(task.pk, ()):
            most = within.most_units(demand.resource_id, reading.today)
            if demand.units > most:
                yield Finding(
                    subject=demand,
                    values={"task": task, "units": demand.units, "resource": demand.resource, "most": most},
                )


@check(
    "SCH046",
    title=_("Resource wanted more often than there is"),
    severity=Severity.ERROR,
    message=_(
        "Tasks need {load} of {subject} on {day}, but there are {units}. On that day: {tasks}. "
        "Days on which it is too much: {days}."
    ),
    hint=_("Move one of {tasks}, or find more of {subject} for these days."),
    source="Project scheduling under limited resources: Pritsker, Watters, Wolfe 1969",
)
def resource_overloaded(reading: Reading) -> Iterator[Finding]:
    """On some day from today on, open tasks together need more units of a shared resource than there are.

    Wrong: two rehearsals in the one plenary hall on 21 October.
    Right: one of them on 22 October.
    """
    solved, within = reading.use(plan), reading.use(limits)
    for resource_id, over in resource_overloads(solved, within).items():
        yield Finding(
            subject=within.resources[resource_id],
            values={
                "day": over.first,
                "load": over.load,
                "units": over.limit,
                "days": over.days,
                "tasks": tuple(solved.data.tasks[pk] for pk in over.tasks),
            },
        )


@check(
    "SCH047",
    title=_("Alternative that is no other way"),
    severity=Severity.WARNING,
    message=_("{subject} says what {task} says itself: same lead, same duration, same desks."),
    hint=_("Say what would differ, or remove the alternative."),
    source="The product's own rule: an alternative is another way",
)
def alternative_like_the_task(reading: Reading) -> Iterator[Finding]:
    """An alternative of an open task has the lead, the durations and the desks that the task has anyway.

    People count on a way out that is none.

    Wrong: "Badges" by the State Protocol in 5 days; its alternative: by the State Protocol in 5 days.
    Right: its alternative: by the printing house in 3 days.
    """
    data, within = reading.use(load), reading.use(limits)
    for task, _row in open_work(reading):
        for way in within.alternatives_of.get(task.pk, ()):
            if own_way(data, way):
                yield Finding(subject=way, values={"task": task})


@check(
    "SCH048",
    title=_("Alternative that could never be done"),
    severity=Severity.WARNING,
    message=_("{subject} takes {desks} desks, but from today on {lead} never has more than {most}."),
    hint=_("Let {subject} take fewer desks, name another lead, or remove it."),
    source="The product's own rule: no plan exists for work beyond all capacity",
)
def alternative_beyond_its_lead(reading: Reading) -> Iterator[Finding]:
    """An alternative of an open task takes more desks than the agency that would lead it ever has from today on.

    Wrong: by A05 with two desks, where A05 has one.
    Right: by A05 with one desk, in more days.
    """
    data, within = reading.use(load), reading.use(limits)
    for task, _row in open_work(reading):
        for way in within.alternatives_of.get(task.pk, ()):
            lead = data.agencies.get(way.lead_id or task.lead_id or 0)
            most = within.most_desks(lead.pk, reading.today) if lead is not None else None
            if lead is not None and most is not None and way.desks > most:
                values = {"desks": way.desks, "lead": lead, "most": most, "of": within.capacities[lead.pk]}
                yield Finding(subject=way, values=values)


@check(
    "SCH049",
    title=_("Alternative by an agency that is out of it"),
    severity=Severity.WARNING,
    message=_("{subject} counts on {lead}, which leads no body any more and no open task."),
    hint=_("Name an agency that still takes part, or remove the alternative."),
    source="Re-organisations: an agency leaves when the last body that it leads ends",
)
def alternative_by_a_former_agency(reading: Reading) -> Iterator[Finding]:
    """An alternative names an agency all of whose bodies have ended and that leads nothing open: it has left.

    Wrong: "by the former Department of Informatics", whose sub-committee ended on 28 February.
    Right: by the department that took its work over.
    """
    within = reading.use(limits)
    ways = [(task, way) for task, _row in open_work(reading) for way in within.alternatives_of.get(task.pk, ())]
    named = {way.lead_id for _task, way in ways if way.lead_id is not None and way.lead_id != _task.lead_id}
    if not named:
        return
    leading = {task.lead_id for task, _row in open_work(reading)}
    last: dict[int, bool] = {}
    for agency_id, ends in Body.objects.filter(event=reading.event, agency__in=named).values_list(
        "agency_id", "to_day"
    ):
        in_force = ends is None or ends >= reading.today
        if agency_id is not None:
            last[agency_id] = last.get(agency_id, False) or in_force
    for _task, way in ways:
        if way.lead_id in named and last.get(way.lead_id) is False and way.lead_id not in leading:
            yield Finding(subject=way, values={"lead": way.lead})


@check(
    "SCH050",
    title=_("Announced dates that nothing holds"),
    severity=Severity.WARNING,
    message=_("The dates of {subject} have been announced, yet nothing holds them: any slip before it moves them."),
    hint=_("Fix its date, or plan its start for the announced day."),
    source="Practice of project planning: a published date is a constraint of the plan",
)
def announced_without_a_date(reading: Reading) -> Iterator[Finding]:
    """An open task that has not begun is marked as announced, with neither a fixed date nor a planned start.

    Others have booked flights on a date that follows from the estimates of its predecessors.

    Wrong: "Full rehearsal", announced for 23 October, its date reckoned from what comes before.
    Right: the same, fixed on 23 October.
    """
    for task, _row in open_work(reading):
        held = task.fixed_start or task.fixed_finish or task.planned_start
        if task.published and task.started_on is None and not held:
            yield Finding(subject=task)


@check(
    "SCH051",
    title=_("Planned start that has been overtaken"),
    severity=Severity.NOTE,
    message=_("{subject} was planned to start on {planned} for reasons of capacity; it can start on {start} now."),
    hint=_("Ask for a new plan, or clear the planned start of {subject}."),
    source="The product's own rule: a plan in force that no longer holds says so",
)
def planned_start_overtaken(reading: Reading) -> Iterator[Finding]:
    """A task that has not begun starts later than the plan in force had it, by its links, its limits or the day.

    The plan was made for other dates, so its reasons of capacity may not hold any more.

    Wrong: planned for 14 October, its predecessor now finishes on 16 October.
    Right: planned anew for 17 October.
    """
    solved = reading.use(plan)
    for task, row in open_work(reading):
        if task.planned_start is None or task.started_on is not None or row.start is None:
            continue
        if row.start > solved.calendar(task.lead_id).next_working(task.planned_start):
            yield Finding(subject=task, values={"planned": task.planned_start, "start": row.start})
