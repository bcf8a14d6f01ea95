"""The immediate schedule: valid where it says so, honest where it is not, and quick."""

from __future__ import annotations

import time

import pytest
from bench._instances import agencies, published, read_patterson

from summitry.engine import stopwatch
from summitry.engine.calendar import WorkCalendar
from summitry.engine.scheduling.model import Activity, Goal, Link, LinkKind, Mode, Resource
from summitry.engine.scheduling.problem import Problem
from summitry.engine.scheduling.result import Condition, ConditionKind
from summitry.engine.scheduling.serial import immediate
from tests.outside import outside

from . import checker
from .problems import START, brute_force, drawn

OFFICE = WorkCalendar("office")


def desk_work(days: int, units: int = 1) -> tuple[Mode, ...]:
    return (Mode(name="usual", duration=days, calendar="office", demands=(("desk", units),)),)


def problem(*activities: Activity, desks: int = 1, **more) -> Problem:
    given = {"resources": (Resource(name="desk", capacity=desks),), "horizon": START + 100} | more
    return Problem(activities=activities, calendars=(OFFICE,), project_start=START, **given)


def test_it_says_of_itself_what_the_checker_says():
    valid = 0
    for seed in range(120):
        work = drawn(seed, most=6, days=16)
        attempt = immediate(work)
        if attempt.schedule is not None:
            assert attempt.valid == (checker.faults(work, attempt.schedule) == []), seed
            valid += attempt.valid
    assert valid > 30


def test_tiny_problems_are_solved_wherever_they_can_be_and_mostly_at_best():
    feasible = best = missed = 0
    for seed in range(70):
        work = drawn(seed, most=3, days=9)
        least = brute_force(work)
        attempt = immediate(work)
        if least is None:
            assert not attempt.valid, seed
            continue
        feasible += 1
        if attempt.valid:
            assert attempt.schedule.score >= least.score, seed
            best += attempt.schedule.score == least.score
        else:
            missed += 1
    assert missed <= feasible // 20
    assert best >= feasible * 4 // 5


def test_one_desk_is_used_by_one_after_the_other_and_free_days_are_kept():
    work = problem(*(Activity(id=at, modes=desk_work(2)) for at in range(4)))
    schedule = immediate(work).schedule
    # Monday-Tuesday, Wednesday-Thursday, Friday-Monday, Tuesday-Wednesday.
    assert sorted(schedule.starts) == [START, START + 2, START + 4, START + 8]
    assert schedule.score == (10,)


def test_a_longest_wait_pulls_the_predecessor_later():
    # b must follow a within a day, but its desk is taken by the fixed c: a has to wait with it.
    work = problem(
        Activity(id="a", modes=(Mode(name="usual", duration=1, calendar="office"),)),
        Activity(id="b", modes=desk_work(2)),
        Activity(id="c", modes=desk_work(3), fixed_start=START),
        links=(Link(predecessor="a", successor="b", max_lag=1),),
    )
    attempt = immediate(work)
    assert attempt.valid
    assert attempt.schedule.starts[1] == START + 3
    assert attempt.schedule.starts[0] >= START + 1


def test_a_deadline_outranks_the_rule_that_would_miss_it():
    late = Activity(id="late", modes=desk_work(4), deadline=START + 10)
    work = problem(*(Activity(id=at, modes=desk_work(2), priority=5) for at in range(5)), late)
    attempt = immediate(work)
    assert attempt.valid
    assert checker.faults(work, attempt.schedule) == []


def test_what_cannot_be_kept_is_named():
    work = problem(
        Activity(id="a", modes=desk_work(3), deadline=START + 3),
        Activity(id="b", modes=desk_work(3), deadline=START + 3),
    )
    attempt = immediate(work)
    assert not attempt.valid
    (violation,) = attempt.violations
    assert violation.condition.kind is ConditionKind.DEADLINE
    assert violation.amount == 5  # Thursday to Monday, by the end of which the second is done


def test_a_plan_past_the_horizon_is_shown_with_the_horizon_named():
    work = problem(*(Activity(id=at, modes=desk_work(2)) for at in range(3)), horizon=START + 5)
    attempt = immediate(work)
    assert {violation.condition for violation in attempt.violations} == {Condition(ConditionKind.HORIZON, "")}


def test_nothing_at_all_and_a_demand_that_no_day_can_meet():
    assert immediate(problem()).valid
    attempt = immediate(problem(Activity(id="a", modes=desk_work(1, units=3))))
    assert {violation.condition for violation in attempt.violations} == {Condition(ConditionKind.CAPACITY, "desk")}


def test_the_present_plan_is_kept_where_change_is_the_first_goal():
    planned = {0: 7, 1: 2, 2: 14}
    work = problem(
        *(Activity(id=at, modes=desk_work(2), planned_start=START + day) for at, day in planned.items()),
        Activity(id="new", modes=desk_work(3), deadline=START + 8),
        goals=(((Goal.CHANGE, 1),), ((Goal.MAKESPAN, 1),)),
    )
    schedule = immediate(work).schedule
    # The new one takes Thursday to Monday, so the first, planned for Monday, moves to Tuesday.
    assert checker.faults(work, schedule) == []
    assert schedule.score[0] <= 4


def test_the_quicker_of_two_ways_is_taken():
    ways = (
        Mode(name="alone", duration=8, calendar="office", demands=(("desk", 1),)),
        Mode(name="together", duration=4, calendar="office", demands=(("desk", 2),)),
    )
    attempt = immediate(problem(Activity(id="a", modes=ways), desks=2))
    assert attempt.schedule.modes == (1,)
    assert attempt.schedule.score == (4,)


@pytest.mark.parametrize("kind", [LinkKind.SS, LinkKind.FF, LinkKind.SF])
def test_a_lead_may_begin_before_its_predecessor(kind):
    link = Link(predecessor="a", successor="b", kind=kind, lag=-2)
    work = problem(Activity(id="a", modes=desk_work(3)), Activity(id="b", modes=desk_work(3)), desks=2, links=(link,))
    assert immediate(work).schedule.score == (3,)


def test_two_thousand_tasks_are_planned_at_once():
    work = agencies(2_000)
    began = time.thread_time()
    attempt = immediate(work)
    taken = time.thread_time() - began
    assert attempt.valid
    # A busy machine makes even processor time longer; on a quiet one it is well below a second.
    assert taken < 3


def test_out_of_time_the_first_rule_is_followed_to_its_end_and_nothing_else_begins():
    work = agencies(300)
    best, first = immediate(work), immediate(work, until=stopwatch.seconds())
    assert checker.faults(work, first.schedule) == []
    assert first.schedule.score > best.schedule.score
    assert immediate(work, until=stopwatch.seconds() + 600) == best


def test_out_of_time_what_one_rule_leaves_open_is_repaired_all_the_same():
    given = {seed: drawn(seed, most=6, days=16) for seed in range(40)}
    in_time = {seed for seed, work in given.items() if immediate(work).valid}
    late = {seed for seed, work in given.items() if immediate(work, until=stopwatch.seconds()).valid}
    assert late == in_time
    assert len(late) > 10


@pytest.mark.outside_data
def test_psplib_instances_are_planned_near_the_best_known():
    folder = outside("bench/rcpsp")
    sample = published(folder, "j30")[::60]
    gaps = []
    for known in sample:
        work = read_patterson(folder / known.file)
        schedule = immediate(work).schedule
        assert checker.faults(work, schedule) == []
        assert schedule.score[0] >= known.lower
        gaps.append(schedule.score[0] / known.upper - 1)
    assert sum(gaps) / len(gaps) < 0.1
