"""The whole engine: against trying everything, and when and how it stops."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from summitry.engine.scheduling import Goal, Link, Problem, Progress, Resource, Status, search, solve
from summitry.engine.scheduling import solve as public
from summitry.engine.scheduling.exact import Limits
from summitry.engine.scheduling.result import Schedule
from summitry.engine.scheduling.score import evaluate, violations
from summitry.engine.scheduling.windows import improve_by_windows, suits_windows

from . import checker
from .fuzz import differences
from .problems import START, drawn
from .test_exact import problem, task

HARD = (Goal.LATENESS, 1)


def shop(count: int, seed: int, *, desks: int = 3) -> Problem:
    """Tasks on few desks with links: hard enough that nothing is proven at once."""
    rng = random.Random(seed)
    names = [f"T{at:02}" for at in range(count)]
    activities = [
        task(name, rng.randint(1, 9), on=f"K{rng.randrange(desks)}", units=rng.randint(1, 3), due=START + 3 * at)
        for at, name in enumerate(names)
    ]
    links = {tuple(sorted(rng.sample(range(count), 2))) for _ in range(count)}
    return problem(
        *activities,
        links=tuple(Link(predecessor=names[a], successor=names[b]) for a, b in sorted(links)),
        resources=tuple(Resource(name=f"K{at}", capacity=4) for at in range(desks)),
        horizon=9 * count,
    )


@pytest.mark.parametrize("seed", range(1, 17))
def test_no_difference_from_trying_everything(seed: int):
    assert differences(drawn(seed, most=3)) == []


@pytest.mark.parametrize("seed", [10, 20])
def test_larger_problems_pass_the_checker(seed: int):
    assert differences(drawn(seed, most=12, days=40, hard=0.1), brute=False, work=20_000) == []


def test_a_count_of_work_gives_the_same_schedule_every_time():
    given = shop(40, 3)
    first, second = (solve(given, work=4_000, seed=5) for _ in range(2))
    assert first.schedule == second.schedule
    assert first.bound == second.bound
    assert (first.seed, first.work) == (5, second.work)
    assert first.work > 0
    assert [p.schedule for p in first.trace] == [p.schedule for p in second.trace]


def test_where_the_makespan_alone_counts_methods_take_turns_and_each_can_end_it():
    search.warm_up()
    hard, second = (solve(shop(80, 3), work=6_000, seed=5) for _ in range(2))
    assert hard.method == "serial+population+cp-sat+population"
    assert hard.status is Status.FEASIBLE
    assert hard.work == 6_000
    assert hard.schedule == second.schedule
    assert checker.faults(shop(80, 3), hard.schedule) == []
    by_search = solve(shop(90, 4, desks=6), work=6_000, seed=5)
    assert (by_search.method, by_search.status) == ("serial+population", Status.OPTIMAL)
    by_proof = solve(shop(90, 5, desks=8), work=6_000, seed=5)
    assert (by_proof.method, by_proof.status) == ("serial+population+cp-sat", Status.OPTIMAL)


def test_schedules_told_under_way_only_get_better_and_bounds_hold():
    told: list[Progress] = []
    given = replace(shop(30, 1), goals=((HARD,), ((Goal.MAKESPAN, 1),)))
    solution = solve(given, seconds=1.0, on_better=told.append)
    assert tuple(told) == solution.trace
    assert solution.schedule is not None
    assert told[-1].schedule == solution.schedule
    scores = [progress.schedule.score for progress in told if progress.schedule]
    assert scores == sorted(scores, reverse=True)
    lower = [progress.bound for progress in told if progress.bound is not None]
    assert lower == sorted(lower)
    assert max(lower) <= solution.schedule.score[0]
    assert all(a.seconds <= b.seconds for a, b in pairwise(told))
    assert all(checker.faults(given, p.schedule) == [] for p in told if p.schedule)


def test_time_is_kept():
    solution = solve(shop(60, 2), seconds=0.5)
    assert solution.status in (Status.FEASIBLE, Status.OPTIMAL)
    assert solution.seconds < 3.0


def test_without_any_time_the_immediate_schedule_is_the_answer():
    solution = solve(shop(30, 2), seconds=0)
    assert solution.schedule is not None
    assert solution.method == "serial"


def test_cancelling_gives_the_best_so_far():
    told: list[Progress] = []
    solution = solve(shop(60, 2), on_better=told.append, cancelled=lambda: len(told) > 1)
    assert solution.schedule is not None
    assert solution.status is Status.FEASIBLE
    assert solution.seconds < 20


def test_a_gap_that_is_reached_ends_the_search():
    solution = solve(shop(40, 4), gap=0.9)
    assert solution.gap is not None
    assert solution.gap <= 0.9


def test_a_valid_hint_is_never_made_worse():
    given = shop(30, 5)
    good = solve(given, work=2_000).schedule
    assert good is not None
    again = solve(given, seconds=0, hint=good)
    assert again.schedule is not None
    assert again.schedule.score <= good.score


def test_a_hint_that_breaks_the_problem_is_not_given_out():
    given = shop(10, 5)
    broken = evaluate(given, [START] * 10, [0] * 10)
    assert violations(given, broken)
    solution = solve(given, work=5_000, hint=broken)
    assert solution.schedule is not None
    assert checker.faults(given, solution.schedule) == []


def test_levels_follow_one_another():
    given = drawn(7, most=4, hard=0.0)
    levels = (((Goal.LATENESS, 1),), ((Goal.MAKESPAN, 1),), ((Goal.CHANGE, 2), (Goal.COST, 1)))
    solution = solve(replace(given, goals=levels))
    assert solution.status is Status.OPTIMAL
    assert isinstance(solution.schedule, Schedule)
    assert solution.bound == solution.schedule.score
    assert len(solution.bound) == 3


def test_nothing_to_do_is_a_plan():
    solution = solve(problem())
    assert solution.status is Status.OPTIMAL
    assert solution.schedule == Schedule((), (), (), (0,))


@pytest.mark.parametrize(
    ("limits", "named"),
    [({"seconds": -1.0}, "seconds"), ({"work": 0}, "work"), ({"gap": -0.1}, "gap"), ({"threads": 0}, "threads")],
)
def test_limits_that_make_no_sense_are_named(limits: dict, named: str):
    with pytest.raises(ValueError, match=named):
        public(shop(3, 1), **limits)


def test_stretches_of_a_large_plan_are_improved_and_stay_valid():
    given = replace(
        shop(120, 6, desks=6),
        activities=tuple(replace(a, due=None) for a in shop(120, 6, desks=6).activities),
    )
    assert suits_windows(given)
    # Everything one after the other: long, and valid.
    starts, now = [], START
    for activity in given.activities:
        starts.append(now)
        now += activity.modes[0].duration
    slow = evaluate(given, starts, [0] * len(starts))
    told: list[Schedule] = []

    def take(schedule: Schedule) -> bool:
        told.append(schedule)
        return False

    effort = improve_by_windows(given, slow, 0, Limits(effort=0.4, seed=1), on_schedule=take)
    assert effort > 0
    assert told
    assert all(checker.faults(given, schedule) == [] for schedule in told)
    scores = [schedule.score for schedule in told]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1][0] < 0.8 * slow.score[0]


def test_what_cannot_be_moved_as_a_whole_is_not_planned_in_stretches():
    given = shop(5, 1)
    first = given.activities[0]
    assert suits_windows(given)
    assert not suits_windows(replace(given, activities=(replace(first, fixed_start=START), *given.activities[1:])))
    changing = replace(given.resources[0], changes=((START + 3, 1),))
    assert not suits_windows(replace(given, resources=(changing, *given.resources[1:])))
    assert not suits_windows(replace(given, goals=((HARD,),)))
