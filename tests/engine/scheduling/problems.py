"""Random problems: small ones, in which everything that the contract knows can meet everything else."""

from __future__ import annotations

import random

from summitry.engine.calendar import EVERY_DAY, WorkCalendar
from summitry.engine.scheduling.model import Activity, Goal, InvalidProblem, Link, LinkKind, Mode, Resource
from summitry.engine.scheduling.problem import Problem
from summitry.engine.scheduling.result import Schedule

START = 739_495  # Monday 1 September 2025
KINDS = (LinkKind.FS, LinkKind.FS, LinkKind.SS, LinkKind.FF, LinkKind.SF)


def drawn(seed: int, *, most: int = 4, days: int = 11, goals: bool = True, hard: float = 0.25) -> Problem:
    """A problem of at most ``most`` activities within ``days`` days: modes, calendars, links of all kinds with leads
    and longest waits, dates, fixed starts, capacities that change.

    hard: how often an activity has each kind of hard date, a link a longest wait. goals: False: the makespan alone.
    """
    rng = random.Random(f"{seed}-{most}-{days}")
    calendars = (
        WorkCalendar("office", holidays=_days(rng, days, 2), working=_days(rng, days, 1)),
        WorkCalendar("every day", week=EVERY_DAY),
        WorkCalendar("odd", week=tuple(_week(rng))),
    )
    resources = tuple(_resource(rng, at, days) for at in range(rng.randint(0, 2)))
    count = rng.randint(1, most)
    activities = tuple(_activity(rng, at, calendars, resources, days, hard) for at in range(count))
    links: dict[tuple[int, int, LinkKind], Link] = {}
    for _ in range(rng.randint(0, 2 * count) if count > 1 else 0):
        before, after = sorted(rng.sample(range(count), 2))
        kind, lag = rng.choice(KINDS), rng.choice((0, 0, 0, 1, 2, -1, -2))
        longest = lag + rng.randint(0, 3) if rng.random() < hard else None
        links[before, after, kind] = Link(
            predecessor=f"T{before}", successor=f"T{after}", kind=kind, lag=lag, max_lag=longest
        )
    order = list(activities)
    rng.shuffle(order)
    return Problem(
        activities=tuple(order),
        links=tuple(links.values()),
        resources=resources,
        calendars=calendars,
        project_start=START,
        horizon=START + rng.randint(max(1, days - 4), days),
        goals=_goals(rng) if goals else (((Goal.MAKESPAN, 1),),),
    )


def _days(rng: random.Random, days: int, most: int) -> frozenset[int]:
    return frozenset(START + rng.randrange(days) for _ in range(rng.randint(0, most)))


def _week(rng: random.Random) -> list[bool]:
    week = [rng.random() < 0.6 for _ in range(7)]
    week[rng.randrange(7)] = True
    return week


def _resource(rng: random.Random, at: int, days: int) -> Resource:
    changes = sorted(_days(rng, days, 2) | ({START - 3} if rng.random() < 0.2 else set()))
    return Resource(
        name=f"R{at}",
        capacity=rng.randint(1, 3),
        changes=tuple((day, rng.randint(0, 3)) for day in changes),
        level_weight=rng.randint(0, 2),
    )


def _activity(
    rng: random.Random,
    at: int,
    calendars: tuple[WorkCalendar, ...],
    resources: tuple[Resource, ...],
    days: int,
    hard: float,
) -> Activity:
    modes = tuple(
        Mode(
            name=f"M{number}",
            duration=rng.choice((0, 1, 1, 2, 2, 3, 4)),
            calendar=rng.choice(calendars).name,
            demands=tuple((r.name, rng.randint(1, 2)) for r in resources if rng.random() < 0.6),
            unbroken=rng.random() < 0.2,
            cost=rng.randint(0, 3),
        )
        for number in range(rng.choice((1, 1, 1, 2)))
    )

    def point(chance: float, first: int = 0) -> int | None:
        return START + rng.randint(first, days) if rng.random() < chance else None

    return Activity(
        id=f"T{at}",
        modes=modes,
        release=point(hard, -2),
        deadline=point(hard, 4),
        due=point(0.4),
        due_weight=rng.randint(0, 3),
        fixed_start=point(hard / 2),
        planned_start=point(0.5, -1),
        planned_mode=rng.choice(modes).name if rng.random() < 0.3 else None,
        move_weight=rng.randint(0, 2),
        mode_weight=rng.randint(0, 2),
        priority=rng.randint(0, 2),
    )


def _goals(rng: random.Random):
    goals = rng.sample(list(Goal), rng.randint(1, 3))
    if rng.random() < 0.3 and len(goals) > 1:
        return (tuple((goal, rng.randint(1, 2)) for goal in goals),)
    return tuple(((goal, rng.randint(1, 2)),) for goal in goals)


def brute_force(problem: Problem) -> Schedule | None:
    """The best schedule of a tiny problem, by trying every start and mode; ``None`` if there is none.

    Slow on purpose, and with the checker's rules alone.
    """
    from . import checker

    count = len(problem.activities)
    best: list[Schedule | None] = [None]
    starts, finishes, modes = [0] * count, [0] * count, [0] * count

    def choices(at: int):
        activity = problem.activities[at]
        for chosen, mode in enumerate(activity.modes):
            calendar = problem.calendar(mode.calendar)
            for start in range(problem.project_start, problem.horizon + 1):
                yield chosen, start, calendar.finish(start, mode.duration)

    single = [
        [
            (chosen, start, finish)
            for chosen, start, finish in choices(at)
            if not checker._activity(problem, _only(count, at, chosen, start, finish), at)
        ]
        for at in range(count)
    ]

    def place(at: int) -> None:
        if at == count:
            whole = Schedule(tuple(starts), tuple(finishes), tuple(modes), ())
            if not checker._capacity(problem, whole):
                whole = Schedule(whole.starts, whole.finishes, whole.modes, checker.score(problem, whole))
                if best[0] is None or whole.score < best[0].score:
                    best[0] = whole
            return
        for chosen, start, finish in single[at]:
            modes[at], starts[at], finishes[at] = chosen, start, finish
            if not any(checker._link(problem, _so_far(starts, finishes, modes), link) for link in ready[at]):
                place(at + 1)

    ready = [
        [link for link in problem.links if max(problem.place[link.predecessor], problem.place[link.successor]) == at]
        for at in range(count)
    ]
    place(0)
    return best[0]


def _only(count: int, at: int, mode: int, start: int, finish: int) -> Schedule:
    starts, finishes, modes = [0] * count, [0] * count, [0] * count
    starts[at], finishes[at], modes[at] = start, finish, mode
    return Schedule(tuple(starts), tuple(finishes), tuple(modes), ())


def _so_far(starts: list[int], finishes: list[int], modes: list[int]) -> Schedule:
    return Schedule(tuple(starts), tuple(finishes), tuple(modes), ())


__all__ = ["START", "InvalidProblem", "brute_force", "drawn"]
