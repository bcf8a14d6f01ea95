"""What a schedule is worth, and what it breaks. By the calendars' own arithmetic, without tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from summitry.engine.calendar import WorkCalendar

from .model import Goal, Link, LinkKind, Mode
from .problem import Problem
from .result import Condition, ConditionKind, Schedule

_FINISHES = (LinkKind.FF, LinkKind.SF)


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that a schedule does not keep.

    condition: What it is, if it can be given up; ``None`` for a calendar, a least lag, an unbroken activity.
    subject: The activity, resource or link in question. amount: days or units too many, at least 1.
    """

    condition: Condition | None
    subject: str
    amount: int


def evaluate(problem: Problem, starts: Sequence[int], modes: Sequence[int]) -> Schedule:
    """The schedule that starts and modes make: finishes by the calendars, score by the goals.

    starts: points. modes: position of each mode within its activity. Both in the order of the problem's activities.
    Says nothing about whether the schedule is valid: see ``violations``.
    """
    calendars = {calendar.name: calendar for calendar in problem.calendars}
    chosen = _chosen(problem, modes)
    finishes = tuple(
        calendars[mode.calendar].finish(start, mode.duration) for start, mode in zip(starts, chosen, strict=True)
    )
    score = tuple(
        sum(weight * _goal(problem, goal, starts, finishes, modes, chosen) for goal, weight in level)
        for level in problem.goals
    )
    return Schedule(tuple(starts), finishes, tuple(modes), score)


def _chosen(problem: Problem, modes: Sequence[int]) -> list[Mode]:
    return [activity.modes[mode] for activity, mode in zip(problem.activities, modes, strict=True)]


def _goal(
    problem: Problem,
    goal: Goal,
    starts: Sequence[int],
    finishes: Sequence[int],
    modes: Sequence[int],
    chosen: list[Mode],
) -> int:
    activities = problem.activities
    match goal:
        case Goal.LATENESS:
            pairs = zip(activities, finishes, strict=True)
            return sum(a.due_weight * (end - a.due) for a, end in pairs if a.due is not None and end > a.due)
        case Goal.MAKESPAN:
            return max(max(finishes, default=problem.project_start) - problem.project_start, 0)
        case Goal.CHANGE:
            moved = sum(
                a.move_weight * abs(start - a.planned_start)
                for a, start in zip(activities, starts, strict=True)
                if a.planned_start is not None
            )
            return moved + sum(
                a.mode_weight
                for a, mode in zip(activities, chosen, strict=True)
                if a.planned_mode is not None and mode.name != a.planned_mode
            )
        case Goal.COST:
            return sum(mode.cost for mode in chosen)
        case Goal.LEVEL:
            use = _use(chosen, starts, finishes)
            return sum(
                resource.level_weight * max((units for _, _, units in use.get(resource.name, ())), default=0)
                for resource in problem.resources
            )


def _use(chosen: list[Mode], starts: Sequence[int], finishes: Sequence[int]) -> dict[str, list[tuple[int, int, int]]]:
    """Of each resource (from day, up to day, units in use), in the order of days."""
    steps: dict[str, dict[int, int]] = {}
    for mode, start, finish in zip(chosen, starts, finishes, strict=True):
        if mode.duration:
            for resource, units in mode.demands:
                of = steps.setdefault(resource, {})
                of[start] = of.get(start, 0) + units
                of[finish] = of.get(finish, 0) - units
    use = {}
    for resource, of in steps.items():
        days, units = sorted(of), 0
        spans = []
        for day, end in pairwise(days):
            units += of[day]
            spans.append((day, end, units))
        use[resource] = spans
    return use


def violations(problem: Problem, schedule: Schedule) -> tuple[Violation, ...]:
    """Everything that a schedule breaks; empty if it is valid.

    The finishes are taken as they stand, and one that the calendar does not give is a violation too.
    """
    calendars = {calendar.name: calendar for calendar in problem.calendars}
    chosen = _chosen(problem, schedule.modes)
    return (
        *_of_activities(problem, schedule, chosen, calendars),
        *_of_links(problem, schedule, chosen, calendars),
        *_of_capacity(problem, schedule, chosen),
    )


def _of_activities(
    problem: Problem, schedule: Schedule, chosen: list[Mode], calendars: dict[str, WorkCalendar]
) -> Iterator[Violation]:
    for activity, mode, start, finish in zip(
        problem.activities, chosen, schedule.starts, schedule.finishes, strict=True
    ):
        calendar, subject = calendars[mode.calendar], str(activity.id)
        off = mode.duration and not calendar.is_working(start)
        if activity.fixed_start is not None and (off or start != activity.fixed_start):
            # On a free day it can be kept by no mode of this calendar: the date is what has to be given up.
            condition = Condition(ConditionKind.FIXED_START, activity.id)
            yield Violation(condition, subject, max(1, abs(start - activity.fixed_start)))
        elif off:
            yield Violation(None, subject, calendar.next_working(start) - start)
        if finish != calendar.finish(start, mode.duration):
            yield Violation(None, subject, abs(finish - calendar.finish(start, mode.duration)))
        if mode.unbroken and mode.duration and calendar.finish(start, mode.duration) != start + mode.duration:
            fixed = activity.fixed_start is not None
            condition_or_none = Condition(ConditionKind.FIXED_START, activity.id) if fixed else None
            yield Violation(condition_or_none, subject, calendar.finish(start, mode.duration) - start - mode.duration)
        release = problem.project_start if activity.release is None else activity.release
        if start < release:
            yield Violation(Condition(ConditionKind.RELEASE, activity.id), subject, release - start)
        if start < problem.project_start:
            yield Violation(None, subject, problem.project_start - start)
        if activity.deadline is not None and finish > activity.deadline:
            yield Violation(Condition(ConditionKind.DEADLINE, activity.id), subject, finish - activity.deadline)
        if finish > problem.horizon:
            yield Violation(Condition(ConditionKind.HORIZON, ""), subject, finish - problem.horizon)


def _of_links(
    problem: Problem, schedule: Schedule, chosen: list[Mode], calendars: dict[str, WorkCalendar]
) -> Iterator[Violation]:
    for link in problem.links:
        before, after = problem.place[link.predecessor], problem.place[link.successor]
        begin = schedule.starts[before] if link.kind.from_start else schedule.finishes[before]
        end = schedule.finishes[after] if link.kind in _FINISHES else schedule.starts[after]
        calendar = calendars[chosen[after].calendar]
        subject = named(link)
        if (soonest := calendar.shift(begin, link.lag)) > end:
            fixed = problem.activities[after].fixed_start is not None
            condition = Condition(ConditionKind.FIXED_START, link.successor) if fixed else None
            yield Violation(condition, subject, soonest - end)
        if link.max_lag is not None and (waited := calendar.count(begin, end)) > link.max_lag:
            yield Violation(Condition(ConditionKind.MAX_LAG, subject), subject, waited - link.max_lag)


def named(link: Link) -> str:
    """How a condition names a link."""
    return f"{link.predecessor} > {link.successor}"


def _of_capacity(problem: Problem, schedule: Schedule, chosen: list[Mode]) -> Iterator[Violation]:
    use = _use(chosen, schedule.starts, schedule.finishes)
    for resource in problem.resources:
        most = 0
        for begin, end, units in use.get(resource.name, ()):
            if units and begin < end:
                changes = [day for day, _ in resource.changes if begin < day < end]
                most = max(most, units - min(map(resource.on, (begin, *changes))))
        if most > 0:
            yield Violation(Condition(ConditionKind.CAPACITY, resource.name), resource.name, most)
