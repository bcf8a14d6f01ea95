"""What an event's schedule comes to, of all that a plan of another program can carry; read straight from the models."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from summitry.core.calendars import working_facts
from summitry.core.models import Agency, Event
from summitry.schedule.models import Baseline, BaselineTask, Capacity, Coordination, Link, Task

FIELDS = [
    "title",
    "milestone",
    "likely",
    "optimistic",
    "pessimistic",
    "not_before",
    "deadline",
    "fixed_start",
    "fixed_finish",
    "started_on",
    "closed_on",
    "waived_on",
    "classification",
    "note",
    "planned_start",
    "published",
    "unbroken",
    "priority",
]
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
MOST_BASELINES = 11


def _task(task: Task, groups: set[int]) -> dict[str, Any]:
    told = {name: getattr(task, name) for name in FIELDS}
    told["parent"] = task.parent.code if task.parent else None
    told["lead"] = task.lead.code if task.lead else None
    if task.lead:
        told["desks"] = task.desks
    if task.pk not in groups:
        told["reported_on"] = task.reported_on
    if task.started_on and not task.closed_on and not task.milestone:
        told["remaining"] = task.remaining
    return told


def _order(tasks: list[Task]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for task in sorted(tasks, key=lambda one: (one.position, one.code)):
        found.setdefault(task.parent.code if task.parent else "", []).append(task.code)
    return found


def _worked(event: Event) -> dict[str, set[date]]:
    facts = working_facts(event)
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    found = {"": {day for day in days if facts[None].is_working(day)}}
    for agency in Agency.objects.filter(event=event):
        own = facts.get(agency.pk, facts[None])
        found[agency.code] = {day for day in days if own.is_working(day)}
    return found


def schedule_of(event: Event) -> dict[str, Any]:
    """Tasks, order, links, parts, desks, agencies, baselines, working days."""
    event = Event.objects.get(pk=event.pk)
    tasks = list(Task.objects.filter(event=event).select_related("parent", "lead"))
    groups = {task.parent_id for task in tasks if task.parent_id}
    baselines = sorted(Baseline.objects.filter(event=event), key=lambda one: (one.taken_on, one.code))[-MOST_BASELINES:]
    dated = BaselineTask.objects.filter(baseline__in=baselines).select_related("baseline", "task")
    with_rows = {row.baseline_id for row in dated}
    links = Link.objects.filter(event=event).select_related("predecessor", "successor")
    parts = Coordination.objects.filter(event=event).select_related("task", "agency")
    return {
        "tasks": {task.code: _task(task, groups) for task in tasks},
        "order": _order(tasks),
        "links": {link.key: link.lag for link in links},
        "parts": {part.key for part in parts},
        "desks": {
            one.key: (one.to_day, one.units) for one in Capacity.objects.filter(event=event).select_related("agency")
        },
        "agencies": {agency.code: agency.name for agency in Agency.objects.filter(event=event)},
        "baselines": {one.code: (one.name, one.taken_on) for one in baselines if one.pk in with_rows},
        "dates": {row.key: (row.start, row.finish, row.duration) for row in dated},
        "worked": {name: sorted(map(str, days)) for name, days in _worked(event).items()},
    }
