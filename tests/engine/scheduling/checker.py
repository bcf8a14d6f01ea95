"""Whether a schedule is valid and scored right, from the contract's words alone, day by day.

It shares no code and no idea with the engine: no table, no window, no packed number. Of the engine only the records of
problem and result are read, and of calendars whether a day is worked.
"""

from __future__ import annotations

from summitry.engine.scheduling.model import Goal, LinkKind
from summitry.engine.scheduling.problem import Problem
from summitry.engine.scheduling.result import Schedule


def faults(problem: Problem, schedule: Schedule) -> list[str]:
    """One sentence for everything that is wrong with a schedule; empty if it is valid and its score is true."""
    count = len(problem.activities)
    for name in ("starts", "finishes", "modes"):
        if len(getattr(schedule, name)) != count:
            return [f"{len(getattr(schedule, name))} {name} for {count} activities"]
    for activity, mode in zip(problem.activities, schedule.modes, strict=True):
        if not 0 <= mode < len(activity.modes):
            return [f"{activity.id} has no mode {mode}"]
    found = []
    for at in range(count):
        found += _activity(problem, schedule, at)
    for link in problem.links:
        found += _link(problem, schedule, link)
    found += _capacity(problem, schedule)
    expected = score(problem, schedule)
    if schedule.score != expected:
        found.append(f"score {schedule.score}, counted {expected}")
    return found


def _calendar(problem: Problem, activity: int, schedule: Schedule):
    name = problem.activities[activity].modes[schedule.modes[activity]].calendar
    return next(calendar for calendar in problem.calendars if calendar.name == name)


def _activity(problem: Problem, schedule: Schedule, at: int) -> list[str]:
    activity = problem.activities[at]
    mode = activity.modes[schedule.modes[at]]
    calendar = _calendar(problem, at, schedule)
    start, finish = schedule.starts[at], schedule.finishes[at]
    found = []
    if finish < start:
        return [f"{activity.id} finishes at {finish}, before it starts at {start}"]
    worked = [day for day in range(start, finish) if calendar.is_working(day)]
    if len(worked) != mode.duration:
        found.append(f"{activity.id} has {len(worked)} working days, not {mode.duration}")
    if mode.duration:
        if not calendar.is_working(start):
            found.append(f"{activity.id} starts on a free day")
        if not calendar.is_working(finish - 1):
            found.append(f"{activity.id} does not end with a working day")
        if mode.unbroken and finish - start != mode.duration:
            found.append(f"{activity.id} is broken by free days")
    elif finish != start:
        found.append(f"{activity.id} has no duration but lasts")
    if start < problem.project_start:
        found.append(f"{activity.id} starts before the project")
    if activity.release is not None and start < activity.release:
        found.append(f"{activity.id} starts before its release")
    if activity.fixed_start is not None and start != activity.fixed_start:
        found.append(f"{activity.id} does not start where it is fixed")
    if activity.deadline is not None and finish > activity.deadline:
        found.append(f"{activity.id} misses its deadline")
    if finish > problem.horizon:
        found.append(f"{activity.id} finishes after the horizon")
    return found


def _worked_between(calendar, x: int, y: int) -> int:
    if y < x:
        return -_worked_between(calendar, y, x)
    return sum(calendar.is_working(day) for day in range(x, y))


def _link(problem: Problem, schedule: Schedule, link) -> list[str]:
    ids = [activity.id for activity in problem.activities]
    before, after = ids.index(link.predecessor), ids.index(link.successor)
    p = (schedule.starts if link.kind in (LinkKind.SS, LinkKind.SF) else schedule.finishes)[before]
    q = (schedule.finishes if link.kind in (LinkKind.FF, LinkKind.SF) else schedule.starts)[after]
    calendar = _calendar(problem, after, schedule)
    waited = _worked_between(calendar, p, q)
    found = []
    # Without lag the order of the points counts, free days or not.
    if waited < link.lag or (link.lag == 0 and q < p):
        found.append(f"{link.predecessor} > {link.successor} {link.kind}: {waited} days, at least {link.lag}")
    if link.max_lag is not None and waited > link.max_lag:
        found.append(f"{link.predecessor} > {link.successor} {link.kind}: {waited} days, at most {link.max_lag}")
    return found


def _used(problem: Problem, schedule: Schedule, resource: str, day: int) -> int:
    total = 0
    for activity, chosen, start, finish in zip(
        problem.activities, schedule.modes, schedule.starts, schedule.finishes, strict=True
    ):
        if start <= day < finish:
            total += sum(units for name, units in activity.modes[chosen].demands if name == resource)
    return total


def _days(schedule: Schedule) -> range:
    return range(min(schedule.starts, default=0), max(schedule.finishes, default=0))


def _capacity(problem: Problem, schedule: Schedule) -> list[str]:
    found = []
    for resource in problem.resources:
        for day in _days(schedule):
            there = resource.capacity
            for first, units in resource.changes:
                if first <= day:
                    there = units
            used = _used(problem, schedule, resource.name, day)
            if used > there:
                found.append(f"{resource.name} on day {day}: {used} of {there} units")
    return found


def score(problem: Problem, schedule: Schedule) -> tuple[int, ...]:
    """The goals' levels, counted anew."""
    return tuple(sum(weight * _goal(problem, schedule, goal) for goal, weight in level) for level in problem.goals)


def _goal(problem: Problem, schedule: Schedule, goal: Goal) -> int:
    total = 0
    if goal == Goal.MAKESPAN:
        return max([finish - problem.project_start for finish in schedule.finishes], default=0)
    if goal == Goal.LEVEL:
        for resource in problem.resources:
            peak = max((_used(problem, schedule, resource.name, day) for day in _days(schedule)), default=0)
            total += resource.level_weight * peak
        return total
    for at, activity in enumerate(problem.activities):
        mode = activity.modes[schedule.modes[at]]
        if goal == Goal.LATENESS and activity.due is not None:
            total += activity.due_weight * max(0, schedule.finishes[at] - activity.due)
        if goal == Goal.COST:
            total += mode.cost
        if goal == Goal.CHANGE:
            if activity.planned_start is not None:
                total += activity.move_weight * abs(schedule.starts[at] - activity.planned_start)
            if activity.planned_mode is not None and activity.planned_mode != mode.name:
                total += activity.mode_weight
    return total
