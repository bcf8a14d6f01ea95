"""The population search: valid, never worse than where it began, repeatable, and it stops when told to."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from bench._instances import agencies, lower_bound, published, read_patterson

from summitry.engine.scheduling import search
from summitry.engine.scheduling.flat import flatten
from summitry.engine.scheduling.model import Goal, LinkKind, Mode
from summitry.engine.scheduling.search import compiled, islands
from summitry.engine.scheduling.serial import immediate
from tests.outside import outside

from . import checker
from .problems import brute_force, drawn

ALL_GOALS = (((Goal.LATENESS, 1),), ((Goal.CHANGE, 1), (Goal.COST, 2)), ((Goal.LEVEL, 1),), ((Goal.MAKESPAN, 1),))


@pytest.fixture(scope="module", autouse=True)
def warm():
    search.warm_up()
    assert search.is_warm()


def test_tiny_problems_are_solved_at_best_and_nothing_invalid_leaves():
    feasible = missed = worse = 0
    for seed in range(60):
        work = drawn(seed, most=3, days=9)
        least = brute_force(work)
        found = search.improve(work, work=200, seed=1, threads=1)
        if found is not None:
            assert checker.faults(work, found) == [], seed
        if least is None:
            assert found is None, seed
            continue
        feasible += 1
        missed += found is None
        if found is not None:
            assert found.score >= least.score, seed
            worse += found.score > least.score
    assert feasible > 20
    assert missed <= 1
    assert worse <= 2


def test_larger_problems_with_everything_in_them_give_valid_schedules_no_worse_than_the_immediate_one():
    found = 0
    for seed in range(25):
        work = drawn(10_000 + seed, most=10, days=25, hard=0.12)
        first = immediate(work)
        schedule = search.improve(work, work=100, seed=seed, threads=1)
        if schedule is not None:
            found += 1
            assert checker.faults(work, schedule) == [], seed
        if first.valid:
            assert schedule.score <= first.schedule.score, seed
    assert found > 8


def test_the_same_seed_and_work_give_the_same_schedule():
    for work in (agencies(60, desks=3), replace(agencies(60, desks=3), goals=ALL_GOALS)):
        one, two = (search.improve(work, work=3_000, seed=5, threads=2) for _ in range(2))
        assert one == two


def test_each_better_schedule_is_told_and_a_start_is_never_made_worse():
    work = agencies(120, seed=3, desks=4)
    start = immediate(work).schedule
    told = []
    best = search.improve(work, work=6_000, seed=1, start=start, on_better=told.append, threads=1)
    scores = [schedule.score for schedule in told]
    assert scores == sorted(set(scores), reverse=True)
    assert scores[0] < start.score
    assert told[-1] == best
    assert best.score >= (lower_bound(work),)
    assert checker.faults(work, best) == []
    assert search.improve(work, work=1, seed=2, start=best, threads=1) == best


def test_it_stops_when_it_is_cancelled_or_its_time_is_over():
    work = agencies(300, seed=3, desks=4)
    asked = []

    def cancelled() -> bool:
        asked.append(time.monotonic())
        return len(asked) == 3

    assert search.improve(work, work=10**9, seed=1, cancelled=cancelled, threads=1) is not None
    assert len(asked) == 3
    began = time.monotonic()
    assert search.improve(work, seconds=0.2, seed=1, threads=1) is not None
    assert time.monotonic() - began < 20  # as much as a very busy machine may take
    with pytest.raises(ValueError, match="seconds or work"):
        search.improve(work)


def test_before_the_machine_code_is_there_the_immediate_schedule_is_the_answer(monkeypatch):
    monkeypatch.setattr(compiled, "_ready", [])
    work = agencies(40, desks=3)
    told = []
    assert not search.is_warm()
    assert search.improve(work, seconds=5, on_better=told.append) == immediate(work).schedule
    assert told == [immediate(work).schedule]


def test_a_violating_start_is_only_a_hint():
    work = agencies(30, desks=3)
    zero = replace(immediate(work).schedule, starts=(0,) * 30)
    best = search.improve(work, work=200, seed=1, start=zero, threads=1)
    assert checker.faults(work, best) == []


def test_only_what_is_plain_goes_the_plain_way():
    work = agencies(20, desks=3)
    first, link, desk = work.activities[0], work.links[0], work.resources[0]
    longer = Mode(name="longer", duration=9, calendar="every day")
    other = {
        "goals": (((Goal.LATENESS, 1),),),
        "links": (replace(link, lag=1), *work.links[1:]),
        "resources": (replace(desk, changes=((3, 4),)), *work.resources[1:]),
    }
    assert islands.is_plain(flatten(work))
    changed = [replace(work, **{name: value}) for name, value in other.items()]
    for key, value in {"release": 1, "fixed_start": 0, "deadline": 5, "modes": (*first.modes, longer)}.items():
        changed.append(replace(work, activities=(replace(first, **{key: value}), *work.activities[1:])))
    changed.append(replace(work, links=(replace(link, kind=LinkKind.SS), *work.links[1:])))
    changed.append(replace(work, links=(replace(link, max_lag=50), *work.links[1:])))
    assert not any(islands.is_plain(flatten(each)) for each in changed)


def test_least_change_moves_nothing_that_can_stay():
    work = agencies(60, seed=4, desks=4)
    plan = immediate(work).schedule
    # One task in the middle of the plan takes ten days more; the rest should stay where it can.
    middle = sorted(range(60), key=plan.starts.__getitem__)[30]
    mode = work.activities[middle].modes[0]
    activities = [replace(a, planned_start=start) for a, start in zip(work.activities, plan.starts, strict=True)]
    activities[middle] = replace(activities[middle], modes=(replace(mode, duration=mode.duration + 10),))
    changed = replace(work, activities=tuple(activities), goals=(((Goal.CHANGE, 1),),), horizon=work.horizon + 10)
    first = immediate(changed).schedule
    best = search.improve(changed, work=2_000, seed=1, threads=1)
    assert checker.faults(changed, best) == []
    assert best.score <= first.score
    before = {a.id for a, start in zip(work.activities, plan.starts, strict=True) if start < plan.starts[middle]}
    stayed = {a.id for a, start in zip(changed.activities, best.starts, strict=True) if start == a.planned_start}
    assert len(before & stayed) >= len(before) - 2


@pytest.mark.outside_data
def test_psplib_j30_instances_are_solved_at_or_next_to_their_optimum():
    folder = outside("bench/rcpsp")
    gaps = []
    for known in published(folder, "j30")[5::60]:
        work = read_patterson(folder / known.file)
        schedule = search.improve(work, work=20_000, seed=1, threads=1)
        assert checker.faults(work, schedule) == []
        assert schedule.score[0] >= known.lower
        gaps.append(schedule.score[0] - known.upper)
    assert gaps.count(0) >= len(gaps) - 2
    assert max(gaps) <= 2
