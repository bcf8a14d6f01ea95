"""Small events with everything in them that the scheduling engine and the network must reckon alike."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from summitry.core.models import Event
from summitry.schedule.models import Task
from tests.factories import (
    make_agency,
    make_alternative,
    make_capacity,
    make_demand,
    make_event,
    make_link,
    make_resource,
    make_resource_period,
    make_task,
)

TODAY = date(2025, 10, 6)


def random_event(seed: int, tasks: int = 14) -> Event:
    """Agencies with weeks and desks of their own, groups, links of all types, facts, fixed dates, ways, rooms."""
    dice = Random(seed)
    event = make_event()
    weeks = ["", "1111110", "1111111", "1110011"]
    agencies = [make_agency(event, f"A{n}", working_week=dice.choice(weeks)) for n in range(3)]
    for agency in agencies:
        if dice.random() < 0.7:
            units = dice.randint(1, 2)
            if dice.random() < 0.3:
                cut = TODAY + timedelta(dice.randint(2, 12))
                make_capacity(agency, units, to_day=cut)
                make_capacity(agency, dice.randint(1, 3), from_day=cut + timedelta(1))
            else:
                make_capacity(agency, units)
    room = make_resource(event, "ROOM", units=1)
    if dice.random() < 0.4:
        first = TODAY + timedelta(dice.randint(3, 9))
        make_resource_period(room, 0, from_day=first, to_day=first + timedelta(2))
    groups = [make_task(event, f"G{n}", likely=0) for n in range(2)]
    if dice.random() < 0.5:
        groups[0].not_before = TODAY + timedelta(dice.randint(0, 6))
        groups[0] = _saved(groups[0])
    made: list[Task] = []
    for number in range(tasks):
        made.append(_task(event, dice, number, agencies, groups))
        task = made[-1]
        if not task.milestone and dice.random() < 0.25:
            make_demand(task, room)
        if not task.milestone and dice.random() < 0.3:
            make_alternative(task, "W1", lead=dice.choice(agencies), likely=dice.randint(1, 6), desks=1)
    for at, task in enumerate(made):
        for other in dice.sample(made[:at], min(at, dice.randint(0, 2))):
            kind = dice.choice(["FS", "FS", "FS", "SS", "FF", "SF"])
            make_link(other, task, kind=kind, lag=dice.choice([0, 0, 0, 1, 2, -1]))
    if dice.random() < 0.6:
        make_link(groups[0], groups[1], lag=dice.choice([0, 1]))
    return event


def _saved(task: Task) -> Task:
    from tests.factories import save

    return save(task)


def _task(event: Event, dice: Random, number: int, agencies: list, groups: list[Task]) -> Task:
    milestone = dice.random() < 0.12
    values: dict = {
        "lead": dice.choice([*agencies, *agencies, None]),
        "milestone": milestone,
        "likely": 0 if milestone else dice.randint(1, 6),
        "priority": dice.randint(0, 3),
        "position": number,
        # The first group's parts come before the second's, so that no link runs in a circle.
        "parent": groups[0] if number < 3 else groups[1] if number > 10 else None,
    }
    luck = dice.random()
    if luck < 0.12 and not milestone:
        values["started_on"] = TODAY - timedelta(dice.randint(1, 8))
        if dice.random() < 0.5:
            values |= {"remaining": dice.randint(1, 4), "reported_on": TODAY - timedelta(1)}
    elif luck < 0.2:
        values["closed_on"] = TODAY - timedelta(dice.randint(0, 4))
    elif luck < 0.25:
        values |= {"waived_on": TODAY, "waived_reason": "not needed"}
    elif luck < 0.4:
        values["not_before"] = TODAY + timedelta(dice.randint(1, 9))
    if dice.random() < 0.4:
        values["deadline"] = TODAY + timedelta(dice.randint(8, 40))
    if dice.random() < 0.2 and luck >= 0.25 and not milestone:
        values["planned_start"] = TODAY + timedelta(dice.randint(0, 15))
    if dice.random() < 0.1:
        values["published"] = True
    return make_task(event, f"T{number}", **values)
