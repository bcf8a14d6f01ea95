"""Makers of the schedule's smaller records, and a network whose dates are worked out by hand in the tests."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from summitry.core.models import Document, Event
from summitry.schedule.models import Criterion, Evidence, Objective, Task
from tests.factories import make_agency, make_link, make_objective, make_task, save

TODAY = date(2025, 10, 6)  # the Monday of make_event


def day(number: int, month: int = 10) -> date:
    return date(2025, month, number)


def make_criterion(objective: Objective, code: str, **values: Any) -> Criterion:
    defaults = {"text": f"Criterion {code}"}
    return save(Criterion(event=objective.event, objective=objective, code=code, **{**defaults, **values}))


def make_evidence(task: Task, document: Document, added_on: date = TODAY) -> Evidence:
    return save(Evidence(event=task.event, task=task, document=document, added_on=added_on))


def make_whole_task(event: Event, code: str, **values: Any) -> Task:
    """A task that no check has anything to say about, unless `values` make it say so."""
    defaults: dict[str, Any] = {
        "lead": make_agency(event),
        "objective": make_objective(event),
        "optimistic": 3,
        "likely": 5,
        "pessimistic": 6,
        "deadline": day(24),
        "not_before": TODAY,
    }
    return make_task(event, code, **{**defaults, **values})


def chain(event: Event, *days: int, **values: Any) -> list[Task]:
    """Tasks T1, T2, ... of so many working days, each after the one before it."""
    lead = make_agency(event)
    tasks = [make_task(event, f"T{at}", lead=lead, likely=likely, **values) for at, likely in enumerate(days, 1)]
    for before, after in pairwise(tasks):
        make_link(before, after)
    return tasks
