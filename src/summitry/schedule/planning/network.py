"""From records to the engine's network.

Leaf tasks become activities. A link on a group holds for each of its parts: what follows a group waits for every
part, and every part of a group waits for what the group follows. Where both ends are groups, one point in between
(a hub: no time, no date of its own) stands for "all parts have come so far".

A group's start-no-earlier and deadline hold for each of its parts; a waived group's parts are waived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from summitry.engine.network import Activity, LinkKind, Network
from summitry.engine.network import Link as Tie
from summitry.schedule.models import Link, Task
from summitry.schedule.planning.calendars import EVERYONE
from summitry.schedule.planning.data import ScheduleData

END = 0
"""Id of the point that stands for the end of the plan. Tasks have positive ids, hubs negative ones."""


@dataclass(frozen=True)
class Built:
    """The network, and what its parts mean in records.

    link_ids: the record behind a tie, by (predecessor, successor, kind) of leaf ids or hubs. A hub's id is the
    negative id of its link.
    deadline_of: by leaf id, the id of the task whose deadline holds for it: its own or a group's.
    waived: leaf ids.
    """

    network: Network
    link_ids: dict[tuple[int, int, str], int]
    deadline_of: dict[int, int]
    waived: frozenset[int]

    @cached_property
    def _activities(self) -> dict[int, Activity]:
        return {int(activity.id): activity for activity in self.network.activities}

    @cached_property
    def _ties_to(self) -> dict[int, list[Tie]]:
        found: dict[int, list[Tie]] = {}
        for tie in self.network.links:
            found.setdefault(int(tie.successor), []).append(tie)
        return found

    def activity(self, task_id: int) -> Activity:
        return self._activities[task_id]

    def ties_to(self, task_id: int) -> list[Tie]:
        """What a leaf waits for."""
        return self._ties_to.get(task_id, [])


def start_point(day: date) -> int:
    return day.toordinal()


def finish_point(day: date) -> int:
    return day.toordinal() + 1


def date_at(point: int) -> date | None:
    """The day that begins at a point, None beyond the years that a date can have."""
    return date.fromordinal(point) if 1 <= point <= date.max.toordinal() else None


def build(data: ScheduleData) -> Built:
    """The network of an event as of its day."""
    activities: list[Activity] = []
    deadline_of: dict[int, int] = {}
    for task in data.leaves():
        activity, held_by = _activity(data, task)
        activities.append(activity)
        if held_by is not None:
            deadline_of[task.pk] = held_by
    ties: dict[tuple[int, int, str], Tie] = {}
    link_ids: dict[tuple[int, int, str], int] = {}
    for link in data.links.values():
        for tie, hub in _ties(data, link):
            key = (int(tie.predecessor), int(tie.successor), str(tie.kind))
            known = ties.get(key)
            # A group's link and a part's own may say the same; the larger lag holds.
            if known is None or tie.lag > known.lag:
                ties[key], link_ids[key] = tie, link.pk
            if hub is not None:
                activities.append(hub)
    end = _end(data, activities)
    if end is not None:
        activities.append(end)
    network = Network(
        activities=tuple(activities),
        links=tuple(ties.values()),
        calendars=tuple(calendar.work for calendar in data.calendars.by_name.values()),
        project_start=start_point(data.event.planning_start),
        status_date=start_point(data.today),
    )
    waived = frozenset(int(activity.id) for activity in activities if activity.waived)
    return Built(network, link_ids, deadline_of, waived)


def _ties(data: ScheduleData, link: Link) -> Iterator[tuple[Tie, Activity | None]]:
    kind = LinkKind(link.kind)
    before, after = data.leaves_under(link.predecessor_id), data.leaves_under(link.successor_id)
    if len(before) == 1 or len(after) == 1:
        for one in before:
            for other in after:
                if one != other:
                    yield Tie(one, other, kind, link.lag), None
        return
    hub = -link.pk
    yield Tie(before[0], hub, _to_hub(kind)), Activity(id=hub, duration=0, calendar=EVERYONE, waived=True)
    for one in before[1:]:
        yield Tie(one, hub, _to_hub(kind)), None
    for other in after:
        yield Tie(hub, other, kind, link.lag), None


def _to_hub(kind: LinkKind) -> LinkKind:
    return LinkKind.SS if kind.from_start else LinkKind.FS


def _end(data: ScheduleData, activities: Iterable[Activity]) -> Activity | None:
    """A point at the last deadline of what is still to do, so that float is told against deadlines.

    Without it, the task that happens to finish last would have no float, however far away its own deadline is.
    """
    limits = [a.deadline for a in activities if a.deadline is not None and a.actual_finish is None]
    if not limits:
        return None
    return Activity(id=END, duration=0, calendar=EVERYONE, not_before=max(limits))


def remaining_of(data: ScheduleData, task: Task) -> int | None:
    """Working days that a started task still needs from today on.

    The last return says how many were left on its day; working days that have passed since are taken off, but at
    least one is left until the task is closed. None where nothing was returned: then the engine takes the working
    days since the start off the likely duration, again leaving at least one.
    """
    if task.remaining is None or task.milestone:
        return None
    since = task.reported_on or task.started_on
    if since is None or since >= data.today:
        return max(1, task.remaining)
    calendar = data.calendars.of(task.lead_id).work
    return max(1, task.remaining - calendar.count(start_point(since), start_point(data.today)))


def fixed_dates(data: ScheduleData, task: Task) -> tuple[date | None, date | None]:
    """The fixed start and finish that still can hold: one that passed without the fact binds nobody any more."""
    start = task.fixed_start if task.fixed_start and task.fixed_start >= data.today else None
    finish = task.fixed_finish if task.fixed_finish and task.fixed_finish >= data.today else None
    if start and finish and finish < start:
        finish = None
    return start, finish


def _activity(data: ScheduleData, task: Task) -> tuple[Activity, int | None]:
    line: Iterable[Task] = data.upward(task) if task.parent_id else (task,)
    waived, deadline, not_before, held_by = False, None, None, None
    for at in line:
        waived = waived or at.waived_on is not None
        if at.deadline is not None and (deadline is None or at.deadline < deadline):
            deadline, held_by = at.deadline, at.pk
        if at.not_before is not None and (not_before is None or at.not_before > not_before):
            not_before = at.not_before
    calendar = data.calendars.name_of.get(task.lead_id, EVERYONE)
    duration = 0 if task.milestone else task.likely
    if waived:
        return Activity(id=task.pk, duration=duration, calendar=calendar, waived=True), held_by
    limit = finish_point(deadline) if deadline else None
    if task.closed_on is not None:
        begun = None if task.milestone else start_point(task.started_on or task.closed_on)
        done = finish_point(task.closed_on)
        return (
            Activity(
                id=task.pk,
                duration=duration,
                calendar=calendar,
                deadline=limit,
                actual_start=begun,
                actual_finish=done,
            ),
            held_by,
        )
    fixed_start, fixed_finish = fixed_dates(data, task)
    if task.started_on is not None:
        return (
            Activity(
                id=task.pk,
                duration=duration,
                calendar=calendar,
                deadline=limit,
                fixed_finish=finish_point(fixed_finish) if fixed_finish else None,
                actual_start=start_point(task.started_on),
                remaining=remaining_of(data, task),
            ),
            held_by,
        )
    return (
        Activity(
            id=task.pk,
            duration=duration,
            calendar=calendar,
            not_before=start_point(not_before) if not_before else None,
            deadline=limit,
            fixed_start=start_point(fixed_start) if fixed_start else None,
            fixed_finish=finish_point(fixed_finish) if fixed_finish else None,
        ),
        held_by,
    )
