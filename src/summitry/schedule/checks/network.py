"""Checks of the plan as a whole: dates, float, links, calendars."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.schedule.checks.reading import open_links, open_work
from summitry.schedule.planning import State, load, plan


@check(
    "SCH020",
    title=_("Tasks wait for one another in a circle"),
    severity=Severity.ERROR,
    message=_("{subject} waits for itself, by way of {others}: nothing in the plan has a date."),
    hint=_("Remove one of the links between {subject} and {others}."),
    source="Critical path method: a precedence network has no circles",
)
def circle(reading: Reading) -> Iterator[Finding]:
    """Links lead from a task back to itself. The product refuses to make such a link; old data may have one.

    No date can be computed for any task until it is gone.

    Wrong: "Programme" after "Run-of-show", "Run-of-show" after "Programme".
    Right: "Run-of-show" after "Programme" alone.
    """
    solved = reading.use(plan)
    for loop in solved.loops:
        tasks = [solved.data.tasks[pk] for pk in loop]
        yield Finding(subject=tasks[0], values={"others": tuple(tasks[1:])})


@check(
    "SCH021",
    title=_("The plan runs out of the calendar"),
    severity=Severity.ERROR,
    message=_("Some duration, lag or date of {subject} is so large that no date can be computed."),
    hint=_("Look for the task that takes thousands of working days."),
    source="Network engine: dates end with the year 9999",
)
def too_long(reading: Reading) -> Iterator[Finding]:
    """Durations and lags add up to more years than a date can have.

    The product refuses such numbers; old data may have them.

    Wrong: a chain of tasks of 30,000 working days each.
    Right: durations of at most some hundred working days.
    """
    if reading.use(plan).too_long:
        yield Finding(subject=reading.event)


@check(
    "SCH022",
    title=_("Expected after its deadline"),
    severity=Severity.ERROR,
    message=_("{subject} is expected on {finish}, {days} working days after its deadline of {deadline}."),
    hint=_("Shorten it, give it help, start what it waits for earlier, or have the deadline changed."),
    source="Critical path method: forecast against deadline",
)
def after_deadline(reading: Reading) -> Iterator[Finding]:
    """An open task or milestone is expected to finish after its deadline, its own or its group's.

    Wrong: expected 20 October, deadline 17 October.
    Right: expected 16 October.
    """
    solved = reading.use(plan)
    for task, row in open_work(reading):
        if row.late and row.finish is not None and row.deadline is not None:
            late = solved.calendar(task.lead_id).since(row.deadline, row.finish) + 1
            yield Finding(subject=task, values={"finish": row.finish, "deadline": row.deadline, "days": late})


@check(
    "SCH023",
    title=_("Negative float"),
    severity=Severity.ERROR,
    message=_("{subject} keeps its own deadline, but what waits for it misses a date by {days} working days."),
    hint=_("Win {days} working days on {subject} or on what follows it."),
    source="Critical path method: total float against deadlines",
)
def negative_float(reading: Reading) -> Iterator[Finding]:
    """An open task that is itself on time has negative float: a deadline or fixed date further on cannot be kept.

    The task that is late is found too; here stand those that could still win the time.

    Wrong: "Zones and posts" on time, "Full rehearsal" behind it 3 working days late.
    Right: "Zones and posts" expected 3 working days earlier.
    """
    for task, row in open_work(reading):
        if row.total_float is not None and row.total_float < 0 and not row.late:
            yield Finding(subject=task, values={"days": -row.total_float})


@check(
    "SCH024",
    title=_("Link to a waived task"),
    severity=Severity.WARNING,
    message=_("{after} waits for {before}, but one of them is waived."),
    hint=_("Remove the link, or say what is waited for instead."),
    source="Practice of schedule reviews: links to work that nobody will do",
)
def link_to_waived(reading: Reading) -> Iterator[Finding]:
    """One end of a link is a waived task and the other is still open.

    The open one was planned to build on a result that nobody will make.

    Wrong: "Exhibition catalogue" after "Exhibition", which was waived.
    Right: "Exhibition catalogue" waived as well, or after another task.
    """
    waived = {pk for pk, task in reading.use(load).tasks.items() if task.waived_on is not None}
    for link in open_links(reading):
        if link.predecessor_id in waived or link.successor_id in waived:
            yield Finding(subject=link, values={"before": link.predecessor, "after": link.successor})


@check(
    "SCH025",
    title=_("Work planned on a free day"),
    severity=Severity.ERROR,
    message=_("{subject} is set for {day}, when its lead does not work."),
    hint=_("Choose a working day, or make {day} an exceptional working day."),
    source="Hanoi 2025: both event days were a weekend",
)
def on_free_day(reading: Reading) -> Iterator[Finding]:
    """A fixed date of an open task, or an event day on which it starts, is a free day of its lead's calendar.

    Nobody is at work, and everything counted in working days around it is wrong.

    Wrong: fixed on Saturday 25 October, a free day.
    Right: the same with 25 October as an exceptional working day.
    """
    solved = reading.use(plan)
    event_days = frozenset(reading.event.days())
    for task, _row in open_work(reading):
        if task.started_on is not None:
            continue
        calendar = solved.calendar(task.lead_id)
        on_event = task.not_before if task.not_before in event_days else None
        for day in sorted({day for day in (task.fixed_start, task.fixed_finish, on_event) if day is not None}):
            if not calendar.works_on(day):
                yield Finding(subject=task, values={"day": day}, discriminator=day.isoformat())


@check(
    "SCH026",
    title=_("Fixed date against the logic"),
    severity=Severity.ERROR,
    message=_("{subject} is fixed on {fixed}, but by its links and duration it would need {demanded}."),
    hint=_("Move the fixed date to {demanded}, or change what it waits for."),
    source="Network engine: fixed dates are kept and the clash is reported",
)
def fixed_against_logic(reading: Reading) -> Iterator[Finding]:
    """A fixed date cannot be kept with the predecessors and the duration that the task has.

    The plan shows the fixed date all the same, so nothing else tells that it will not hold.

    Wrong: fixed on 21 October, its predecessor expected on 22 October.
    Right: fixed on 23 October.
    """
    solved = reading.use(plan)
    for conflict in solved.conflicts:
        if conflict.kind == "calendar" or conflict.fixed is None or conflict.demanded is None:
            continue  # free days are told by SCH025
        yield Finding(
            subject=solved.data.tasks[conflict.task_id],
            values={"fixed": conflict.fixed, "demanded": conflict.demanded},
            discriminator=conflict.kind,
        )


@check(
    "SCH027",
    title=_("Fixed date has passed"),
    severity=Severity.WARNING,
    message=_("{subject} was fixed on {day}; nobody has said that it took place."),
    hint=_("State the fact, or fix a new date."),
    source="The product's own rule: status from facts, never typed",
)
def fixed_date_passed(reading: Reading) -> Iterator[Finding]:
    """The fixed start or finish of an open task lies before today without the fact. The plan now reckons from today.

    Wrong: fixed on 3 October; on 6 October neither started nor closed.
    Right: started on 3 October.
    """
    for task, _row in open_work(reading):
        day = None
        if task.fixed_finish is not None and task.fixed_finish < reading.today:
            day = task.fixed_finish
        elif task.fixed_start is not None and task.fixed_start < reading.today and task.started_on is None:
            day = task.fixed_start
        if day is not None:
            yield Finding(subject=task, values={"day": day})


@check(
    "SCH028",
    title=_("Planned after the opening, needed before"),
    severity=Severity.ERROR,
    message=_("{subject} is set to finish on {finish}, after the opening, yet {after} needs it by {deadline}."),
    hint=_("Plan {subject} before the opening, or let {after} not wait for it."),
    source="Hanoi 2025: the after-action review starts on 27 October, after the event",
)
def needed_before_opening(reading: Reading) -> Iterator[Finding]:
    """A day that somebody chose puts an open task after the opening, and a task due by the opening waits for it.

    A slip of the month, or a link drawn the wrong way round.

    Wrong: "After-action review", not before 27 October, with "Full rehearsal", due 23 October, waiting for it.
    Right: the review waits for the rehearsal.
    """
    solved = reading.use(plan)
    opening = reading.event.opening_day
    for link in open_links(reading):
        if link.kind != "FS":
            continue
        before, after = solved.of(link.predecessor_id), solved.of(link.successor_id)
        chosen = max((d for d in (link.predecessor.not_before, link.predecessor.fixed_start) if d), default=None)
        if chosen is None or chosen <= opening or before.finish is None or State.DONE in (before.state, after.state):
            continue
        if after.deadline is not None and after.deadline <= opening:
            yield Finding(
                subject=link.predecessor,
                values={"finish": before.finish, "after": link.successor, "deadline": after.deadline},
                discriminator=str(link.pk),
            )


@check(
    "SCH029",
    title=_("Redundant link"),
    severity=Severity.NOTE,
    message=_("That {after} waits for {before} follows from other links already."),
    hint=_("Remove the link: fewer links are easier to read and to trust."),
    source="Transitive reduction of a precedence network (Aho, Garey, Ullman 1972)",
)
def redundant_link(reading: Reading) -> Iterator[Finding]:
    """A finish-to-start link between open tasks says what a way of other such links says anyway.

    Links with a lag and links on groups are left alone: they may say more.

    Wrong: B after A, C after B, and C after A.
    Right: B after A, C after B.
    """
    data, solved = reading.use(load), reading.use(plan)
    if solved.loops:
        return
    plain = [
        link
        for link in data.links.values()
        if link.kind == "FS"
        and link.lag == 0
        and not data.is_group(link.predecessor_id)
        and not data.is_group(link.successor_id)
    ]
    after: dict[int, list[int]] = {}
    for link in plain:
        after.setdefault(link.predecessor_id, []).append(link.successor_id)
    reach = _reach(after)
    for link in plain:
        if State.DONE in (solved.of(link.predecessor_id).state, solved.of(link.successor_id).state):
            continue
        bit = reach.bit[link.successor_id]
        others = (pk for pk in after[link.predecessor_id] if pk != link.successor_id)
        if any(reach.to.get(pk, 0) & bit for pk in others):
            yield Finding(subject=link, values={"before": link.predecessor, "after": link.successor})


class _Reach:
    """For each task the set of tasks that follow it, as bits of a number."""

    def __init__(self) -> None:
        self.bit: dict[int, int] = {}
        self.to: dict[int, int] = {}


def _reach(after: dict[int, list[int]]) -> _Reach:
    """Who follows whom, by any way; the links have no circle."""
    found = _Reach()
    waiting: dict[int, int] = {}
    before: dict[int, list[int]] = {}
    for one, others in after.items():
        waiting[one] = len(others)
        for other in others:
            before.setdefault(other, []).append(one)
    nodes = list(dict.fromkeys([*after, *before]))
    found.bit = {pk: 1 << at for at, pk in enumerate(nodes)}
    ready = [pk for pk in nodes if pk not in after]
    while ready:
        pk = ready.pop()
        reached = 0
        for other in after.get(pk, ()):
            reached |= found.bit[other] | found.to.get(other, 0)
        found.to[pk] = reached
        for one in before.get(pk, ()):
            waiting[one] -= 1
            if not waiting[one]:
                ready.append(one)
    return found


@check(
    "SCH030",
    title=_("Calendar without working days"),
    severity=Severity.ERROR,
    message=_(
        "The exceptional days of {subject} leave more than a year without a working day; they are not reckoned with."
    ),
    hint=_("Correct the exceptional days of {subject}."),
    source="Network engine: at most 366 free days in a row",
)
def no_working_days(reading: Reading) -> Iterator[Finding]:
    """The records give an agency, or everyone, no calendar: more than a year without a working day.

    The plan then goes by the working week alone, so all dates of that agency are doubtful.

    Wrong: an agency with all days of 2025 and 2026 imported as free days.
    Right: free days where nobody works.
    """
    data = reading.use(load)
    for pk in data.calendars.faulty:
        yield Finding(subject=reading.event if pk is None else data.agencies[pk])
