"""Why no plan exists, as plain values: a page puts them into its reader's words, cut to what the reader may see."""

from __future__ import annotations

from datetime import date
from typing import Any

from summitry.engine.scheduling.result import Condition, ConditionKind, Conflict, Relaxation
from summitry.schedule.planning.capacity.posing import Posed, desks_name, resource_name
from summitry.schedule.planning.network import date_at


def conflict_of(posed: Posed, conflict: Conflict) -> dict[str, Any]:
    """The smallest set of things that cannot all hold, and what could be given up.

    conditions: each with its `kind` and, as it needs, `task`, `holder` (the task whose deadline it is), `agency`,
    `resource`, `day`, `first`, `last`, `periods` ([first day, last day, units]), `tasks` (who asks for it), `why`.
    relaxations: `condition` (its place in the list), `amount`, `clears`, and the new `day` where it is about one.
    """
    limit = _last_day(posed, conflict)
    order = {condition: at for at, condition in enumerate(conflict.conditions)}
    return {
        "conditions": [_condition(posed, one, limit) for one in conflict.conditions],
        "irreducible": conflict.irreducible,
        "relaxations": [
            {"condition": order[one.condition], **_relaxation(posed, one)}
            for one in conflict.relaxations
            if one.condition in order and _can_be_given_up(posed, one.condition)
        ],
    }


def _can_be_given_up(posed: Posed, condition: Condition) -> bool:
    """What is a fact, or not for this planner to see, cannot."""
    if condition.kind in {ConditionKind.HORIZON, ConditionKind.MAX_LAG}:
        return False
    if condition.kind is ConditionKind.CAPACITY:
        return True
    pk = condition.subject
    return isinstance(pk, int) and pk > 0 and posed.fixed_why.get(pk) not in {"under_way", "hidden"}


def _last_day(posed: Posed, conflict: Conflict) -> date:
    """The last day that the conflict speaks of: up to it the capacity matters."""
    points = []
    for condition in conflict.conditions:
        place = posed.problem.place.get(condition.subject)
        if place is None:
            continue
        activity = posed.problem.activities[place]
        points += [p - 1 for p in (activity.deadline,) if p is not None and condition.kind is ConditionKind.DEADLINE]
        points += [p for p in (activity.fixed_start,) if p is not None and condition.kind is ConditionKind.FIXED_START]
    today = posed.board.data.today
    found = date_at(max(points)) if points else posed.board.present.finish
    return max(today, found or today)


def _condition(posed: Posed, condition: Condition, last: date) -> dict[str, Any]:
    data, subject = posed.board.data, condition.subject
    if condition.kind is ConditionKind.CAPACITY:
        return _capacity(posed, str(subject), last)
    if not isinstance(subject, int):
        return {"kind": str(condition.kind), "subject": str(subject)}
    activity = posed.problem.activities[posed.problem.place[subject]]
    if condition.kind is ConditionKind.DEADLINE:
        day = date_at((activity.deadline or 1) - 1)
        holder = posed.built.deadline_of.get(subject, subject)
        return {"kind": "deadline", "task": subject, "holder": holder, "day": day.isoformat() if day else None}
    if condition.kind is ConditionKind.FIXED_START:
        why = posed.fixed_why.get(subject, "fixed")
        start = date_at(activity.fixed_start or 1)
        row = posed.board.present.rows.get(subject)
        finish = row.finish.isoformat() if row is not None and row.finish is not None else None
        day_text = start.isoformat() if start else None
        return {"kind": "fixed", "task": subject, "why": why, "day": day_text, "finish": finish}
    if condition.kind is ConditionKind.RELEASE:
        day = date_at(activity.release or 1)
        group = next(
            (at.pk for at in data.upward(data.tasks[subject]) if at.not_before is not None and at.not_before == day),
            None,
        )
        return {"kind": "release", "task": subject, "holder": group, "day": day.isoformat() if day else None}
    return {"kind": str(condition.kind), "subject": str(subject)}


def _capacity(posed: Posed, name: str, last: date) -> dict[str, Any]:
    data, limits = posed.board.data, posed.board.limits
    asking = [
        a.id
        for a in posed.problem.activities
        if isinstance(a.id, int) and a.id > 0 and any(n == name for mode in a.modes for n, _ in mode.demands)
    ]
    found: dict[str, Any] = {"kind": "capacity", "first": data.today.isoformat(), "last": last.isoformat()}
    found["tasks"] = [pk for pk in asking if (row := posed.board.present.of(pk)).start is None or row.start <= last]
    for pk, rows in limits.capacities.items():
        if desks_name(pk) == name:
            found |= {"agency": pk, "periods": _periods(rows, data.today, last)}
            found["under_way"] = [
                task.pk
                for task in data.leaves()
                if task.lead_id == pk and task.desks and posed.fixed_why.get(task.pk) in {"under_way", "hidden"}
            ]
    for pk, resource in limits.resources.items():
        if resource_name(pk) == name:
            periods = _periods(limits.periods.get(pk, ()), data.today, last)
            found |= {"resource": pk, "units": resource.units, "periods": periods}
    return found


def _periods(rows: Any, first: date, last: date) -> list[list[Any]]:
    return [
        [max(row.from_day, first).isoformat(), row.to_day.isoformat() if row.to_day else None, row.units]
        for row in rows
        if row.from_day <= last and (row.to_day is None or row.to_day >= first)
    ]


def _relaxation(posed: Posed, relaxation: Relaxation) -> dict[str, Any]:
    condition, amount = relaxation.condition, relaxation.amount
    found: dict[str, Any] = {"amount": amount, "clears": relaxation.clears}
    if condition.kind is ConditionKind.CAPACITY or not isinstance(condition.subject, int):
        return found
    activity = posed.problem.activities[posed.problem.place[condition.subject]]
    data = posed.board.data
    task = data.tasks[condition.subject]
    calendar = data.calendars.of(task.lead_id).work
    if condition.kind is ConditionKind.DEADLINE and activity.deadline is not None:
        day = date_at(activity.deadline - 1 + amount)
        found["working_days"] = calendar.count(activity.deadline, activity.deadline + amount)
    elif condition.kind is ConditionKind.RELEASE and activity.release is not None:
        day = date_at(activity.release - amount)
        found["working_days"] = calendar.count(activity.release - amount, activity.release)
    elif activity.fixed_start is not None:
        day = date_at(activity.fixed_start + amount)
    else:
        return found
    return {**found, "day": day.isoformat() if day else None}
