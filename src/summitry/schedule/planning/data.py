"""The schedule's records as one reading needs them: loaded once, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from summitry.core.checking import Reading
from summitry.core.models import Agency, Event
from summitry.core.records import Record
from summitry.schedule.models import Coordination, Criterion, Link, Objective, Task
from summitry.schedule.planning.calendars import Calendars, calendars_of


@dataclass(frozen=True)
class ScheduleData:
    """All records of an event's schedule by id. Nobody's view: what reaches a person is cut to what they may see.

    tasks: in the order of the table, each with its event, lead and parent at hand.
    parts: ids of a group's direct parts; a task that is a key here is a group.
    coordinations_of: by task id.
    """

    event: Event
    today: date
    agencies: Mapping[int, Agency]
    calendars: Calendars
    tasks: Mapping[int, Task]
    links: Mapping[int, Link]
    coordinations: Mapping[int, Coordination]
    parts: Mapping[int, tuple[int, ...]]
    coordinations_of: Mapping[int, tuple[Coordination, ...]]

    def is_group(self, task_id: int) -> bool:
        return task_id in self.parts

    def leaves(self) -> Iterator[Task]:
        """Tasks and milestones that have no parts: what is worked on."""
        return (task for pk, task in self.tasks.items() if pk not in self.parts)

    def leaves_under(self, task_id: int) -> tuple[int, ...]:
        """The ids of all leaves of a group, to any depth; of a leaf, its own."""
        if task_id not in self.parts:
            return (task_id,)
        found: list[int] = []
        seen: set[int] = set()
        open_ids = [task_id]
        while open_ids:
            pk = open_ids.pop()
            if pk in seen:
                continue
            seen.add(pk)
            if pk in self.parts:
                open_ids += reversed(self.parts[pk])
            else:
                found.append(pk)
        return tuple(found)

    def upward(self, task: Task) -> Iterator[Task]:
        """The task and the groups that hold it, innermost first."""
        seen: set[int] = set()
        at: Task | None = task
        while at is not None and at.id not in seen:
            seen.add(at.id)
            yield at
            at = self.tasks.get(at.parent_id) if at.parent_id else None

    def agencies_of(self, task_id: int) -> frozenset[int]:
        """Ids of the agencies that lead or take part."""
        lead = self.tasks[task_id].lead_id
        taking_part = {row.agency_id for row in self.coordinations_of.get(task_id, ())}
        return frozenset(taking_part | {lead} if lead else taking_part)

    def codes(self, task_ids: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(self.tasks[pk].code for pk in task_ids)


def calendars(reading: Reading) -> Calendars:
    """The working calendars. Two queries."""
    return calendars_of(reading.event)


def attach(record: Record, **related: Record | Event | None) -> None:
    """Put records that are at hand into a record's own references, so that following them asks nothing.

    As assigning each would do, without its checks: a reading attaches thousands.
    """
    record._state.fields_cache.update(related)


def load(reading: Reading) -> ScheduleData:
    """Six queries: agencies, tasks, links, coordinations, and two for the calendars."""
    event = reading.event
    agencies = {agency.pk: agency for agency in Agency.objects.filter(event=event)}
    tasks = {task.id: task for task in Task.objects.filter(event=event)}
    parts: dict[int, list[int]] = {}
    for agency in agencies.values():
        attach(agency, event=event, parent=agencies.get(agency.parent_id or 0))
    for pk, task in tasks.items():
        attach(task, event=event, lead=agencies.get(task.lead_id or 0), parent=tasks.get(task.parent_id or 0))
        if task.parent_id:
            parts.setdefault(task.parent_id, []).append(pk)
    links = {link.id: link for link in Link.objects.filter(event=event).order_by("pk")}
    for link in links.values():
        attach(link, event=event, predecessor=tasks[link.predecessor_id], successor=tasks[link.successor_id])
    coordinations = {row.pk: row for row in Coordination.objects.filter(event=event).order_by("pk")}
    of_task: dict[int, list[Coordination]] = {}
    for row in coordinations.values():
        attach(row, event=event, task=tasks[row.task_id], agency=agencies[row.agency_id])
        of_task.setdefault(row.task_id, []).append(row)
    for rows in of_task.values():
        rows.sort(key=lambda row: agencies[row.agency_id].code)
    return ScheduleData(
        event=event,
        today=reading.today,
        agencies=agencies,
        calendars=reading.use(calendars),
        tasks=tasks,
        links=links,
        coordinations=coordinations,
        parts={pk: tuple(below) for pk, below in parts.items()},
        coordinations_of={pk: tuple(rows) for pk, rows in of_task.items()},
    )


def objectives(reading: Reading) -> dict[int, Objective]:
    """The event's objectives by id, in their order. One query."""
    rows = {row.pk: row for row in Objective.objects.filter(event=reading.event)}
    for row in rows.values():
        attach(row, event=reading.event)
    return rows


def criteria(reading: Reading) -> tuple[Criterion, ...]:
    """All criteria, each with its objective and task at hand. One query besides what they refer to."""
    aims, data = reading.use(objectives), reading.use(load)
    rows = tuple(Criterion.objects.filter(event=reading.event))
    for row in rows:
        attach(row, event=reading.event, objective=aims[row.objective_id], task=data.tasks.get(row.task_id or 0))
    return rows
