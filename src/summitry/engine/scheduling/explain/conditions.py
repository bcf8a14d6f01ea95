"""The things that can be given up: their list, a problem in which only some of them hold, and one that is relaxed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ..exact import Frame
from ..model import Resource
from ..problem import Problem
from ..result import Condition, ConditionKind
from ..score import named

GIVEN_UP_FIRST = (
    ConditionKind.HORIZON,
    ConditionKind.RELEASE,
    ConditionKind.MAX_LAG,
    ConditionKind.CAPACITY,
    ConditionKind.FIXED_START,
    ConditionKind.DEADLINE,
)
"""Where there is a choice, a conflict is told with the kinds at the end: a planner can argue about these first."""


def conditions(problem: Problem) -> tuple[Condition, ...]:
    """All conditions of a problem, in the order in which one would rather not tell them."""
    found: dict[Condition, None] = {Condition(ConditionKind.HORIZON, ""): None}
    for activity in problem.activities:
        if activity.release is not None and activity.release > problem.project_start:
            found[Condition(ConditionKind.RELEASE, activity.id)] = None
        if activity.fixed_start is not None:
            found[Condition(ConditionKind.FIXED_START, activity.id)] = None
        if activity.deadline is not None:
            found[Condition(ConditionKind.DEADLINE, activity.id)] = None
    for link in problem.links:
        if link.max_lag is not None:
            found[Condition(ConditionKind.MAX_LAG, named(link))] = None
    wanted = {name for a in problem.activities for mode in a.modes if mode.duration for name, _ in mode.demands}
    for resource in problem.resources:
        if resource.name in wanted:
            found[Condition(ConditionKind.CAPACITY, resource.name)] = None
    return tuple(sorted(found, key=lambda condition: GIVEN_UP_FIRST.index(condition.kind)))


def generous(problem: Problem) -> int:
    """A horizon that is not what stands in the way."""
    points = [problem.horizon]
    for activity in problem.activities:
        points += [point for point in (activity.release, activity.fixed_start) if point is not None]
    points += [day for resource in problem.resources for day, _ in resource.changes]
    last = max(points)
    calendars = {calendar.name: calendar for calendar in problem.calendars}
    lengths = {(mode.calendar, mode.duration) for activity in problem.activities for mode in activity.modes}
    days = {key: calendars[key[0]].finish(last, key[1]) - last for key in lengths}
    work = sum(
        [max([days[mode.calendar, mode.duration] for mode in activity.modes]) for activity in problem.activities]
    )
    gaps = 7 * sum([abs(link.lag) for link in problem.links])
    return last + work + gaps + 7


def keep(frame: Frame, kept: Collection[Condition]) -> Frame:
    """The frame of a problem, laid out to its generous horizon, in which only these conditions hold."""
    problem = frame.problem
    held = {(condition.kind, condition.subject) for condition in kept}
    arcs = [
        arc if arc.longest is None or (ConditionKind.MAX_LAG, named(link)) in held else arc._replace(longest=None)
        for arc, link in zip(frame.arcs, problem.links, strict=True)
    ]
    into, out = frame.into, frame.out
    if any(a is not b for a, b in zip(arcs, frame.arcs, strict=True)):
        into, out = [[] for _ in frame.into], [[] for _ in frame.out]
        for arc in arcs:
            into[arc.after].append(arc)
            out[arc.before].append(arc)

    def only(kind: ConditionKind, rows: list[int | None]) -> list[int | None]:
        return [
            row if row is not None and (kind, activity.id) in held else None
            for row, activity in zip(rows, problem.activities, strict=True)
        ]

    return replace(
        frame,
        horizon=problem.horizon if (ConditionKind.HORIZON, "") in held else frame.end,
        arcs=arcs,
        into=into,
        out=out,
        release=only(ConditionKind.RELEASE, frame.release),
        deadline=only(ConditionKind.DEADLINE, frame.deadline),
        fixed=only(ConditionKind.FIXED_START, frame.fixed),
        capacity=[
            steps if (ConditionKind.CAPACITY, resource.name) in held else None
            for steps, resource in zip(frame.capacity, problem.resources, strict=True)
        ],
    )


def relaxed(problem: Problem, condition: Condition, amount: int) -> Problem:
    """The problem with one condition given up by so much (a fixed start: later, or earlier if negative)."""
    kind, subject = condition.kind, condition.subject
    if kind is ConditionKind.HORIZON:
        return replace(problem, horizon=problem.horizon + amount)
    if kind is ConditionKind.CAPACITY:
        return replace(
            problem, resources=tuple([_more(r, amount) if r.name == subject else r for r in problem.resources])
        )
    if kind is ConditionKind.MAX_LAG:
        links = [
            replace(link, max_lag=link.max_lag + amount)
            if link.max_lag is not None and named(link) == subject
            else link
            for link in problem.links
        ]
        return replace(problem, links=tuple(links))
    activities = list(problem.activities)
    at = problem.place[subject]
    activity = activities[at]
    if kind is ConditionKind.DEADLINE and activity.deadline is not None:
        activities[at] = replace(activity, deadline=activity.deadline + amount)
    elif kind is ConditionKind.RELEASE and activity.release is not None:
        activities[at] = replace(activity, release=activity.release - amount)
    elif activity.fixed_start is not None:
        activities[at] = replace(activity, fixed_start=activity.fixed_start + amount)
    return replace(problem, activities=tuple(activities))


def _more(resource: Resource, units: int) -> Resource:
    changes = tuple([(day, there + units) for day, there in resource.changes])
    return replace(resource, capacity=resource.capacity + units, changes=changes)
