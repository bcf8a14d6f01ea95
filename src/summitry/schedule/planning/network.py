"""From records to the engine's network.

Leaf tasks become activities. A link on a group holds for each of its parts: what follows a group waits for every
part, and every part of a group waits for what the group follows. Where both ends are groups, one point in between
(a hub: no time, no date of its own) stands for "all parts have come so far".

A group's start-no-earlier and deadline hold for each of its parts; a waived group's parts are waived. The day on which
the plan in force starts a task for reasons of capacity (`planned_start`) is to the network a start-no-earlier as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from summitry.engine.network import Activity, LinkKind, Network
from summitry.engine.network import Link as Tie
from summitry.schedule.models import Link, Task
from summitry.schedule.planning.calendars import EVERYONE
from summitry.schedule.planning.data import ScheduleData

KINDS = {kind.value: kind for kind in LinkKind}

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
            deadline_of[task.id] = held_by
    ties: dict[tuple[int, int, str], Tie] = {}
    link_ids: dict[tuple[int, int, str], int] = {}
    groups = data.parts.keys()
    for link in data.links.values():
        before, after = link.predecessor_id, link.successor_id
        if before in groups or after in groups:
            for tie, hub in _ties(data, link):
                key = (int(tie.predecessor), int(tie.successor), tie.kind.value)
                known = ties.get(key)
                # A group's link and a part's own may say the same; the larger lag holds.
                if known is None or tie.lag > known.lag:
                    ties[key], link_ids[key] = tie, link.id
                if hub is not None:
                    activities.append(hub)
        else:
            key = (before, after, link.kind)
            known = ties.get(key)
            if known is None or link.lag > known.lag:
                ties[key], link_ids[key] = Tie(before, after, KINDS[link.kind], link.lag), link.id
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
    hub = -link.id
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
    """The activity of a leaf, and the id of the task whose deadline holds for it."""
    deadline, not_before, waived = task.deadline, task.not_before, task.waived_on is not None
    held_by = task.id if deadline is not None else None
    if task.parent_id:
        for at in data.upward(task):
            waived = waived or at.waived_on is not None
            if at.deadline is not None and (deadline is None or at.deadline < deadline):
                deadline, held_by = at.deadline, at.id
            if at.not_before is not None and (not_before is None or at.not_before > not_before):
                not_before = at.not_before
    if task.planned_start is not None and (not_before is None or task.planned_start > not_before):
        not_before = task.planned_start
    values: dict[str, Any] = {}
    if waived:
        values["waived"] = True
    else:
        if deadline is not None:
            values["deadline"] = finish_point(deadline)
        if task.closed_on is not None:
            values["actual_finish"] = finish_point(task.closed_on)
            if not task.milestone:
                values["actual_start"] = start_point(task.started_on or task.closed_on)
        else:
            start, finish = fixed_dates(data, task)
            if finish is not None:
                values["fixed_finish"] = finish_point(finish)
            if task.started_on is not None:
                values["actual_start"] = start_point(task.started_on)
                values["remaining"] = remaining_of(data, task)
            else:
                if start is not None:
                    values["fixed_start"] = start_point(start)
                if not_before is not None:
                    values["not_before"] = start_point(not_before)
    calendar = data.calendars.name_of.get(task.lead_id, EVERYONE)
    return Activity(id=task.id, duration=0 if task.milestone else task.likely, calendar=calendar, **values), held_by
