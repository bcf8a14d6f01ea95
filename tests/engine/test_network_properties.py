"""What holds for every network, on random ones."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.engine.calendar import WorkCalendar
from summitry.engine.network import Activity, DriverKind, Link, Network, solve
from summitry.engine.network.compiled import PLAIN, best_for, warm_up

from .checker import Checker, check
from .networks import START, drawn, networks

everything = networks(progress=True, fixed=True)
without_facts = networks()

thorough = settings(max_examples=100, deadline=None)
usual = settings(max_examples=60, deadline=None)


def column(network: Network, name: str) -> dict:
    return {id: getattr(times, name) for id, times in solve(network).items()}


def times_of(network: Network) -> dict:
    return dict(solve(network).items())


def assert_agreement(network: Network) -> None:
    """The engine's dates and floats are the checker's."""
    answer, result = check(network), solve(network)
    assert result.finish == answer.end
    for id, times in result.items():
        assert (times.early_start, times.early_finish, times.resume) == (
            answer.start[id],
            answer.finish[id],
            answer.resume[id],
        ), id
        assert (times.late_start, times.late_finish) == (answer.late_start[id], answer.late_finish[id]), id
        assert (times.total_float, times.end_float, times.free_float) == (
            answer.total_float[id],
            answer.end_float[id],
            answer.free_float[id],
        ), id


@thorough
@given(everything)
def test_the_engine_and_the_checker_agree(network):
    assert_agreement(network)


@pytest.mark.parametrize("first", range(0, 1_000, 250))
def test_they_agree_in_the_corners(first):
    for seed in range(first, first + 250):
        assert_agreement(drawn(seed))


@pytest.mark.parametrize(
    "after",
    [{"actual_start": START - 2, "deadline": START + 16}, {"fixed_finish": START + 16}],
    ids=["deadline", "end"],
)
def test_they_agree_on_one_fixed_between_free_days_that_is_in_the_way_there(after):
    """Found once in 150,000: both ends on free days, the start early enough, the finish too late."""
    office = WorkCalendar("office", holidays=frozenset(START + day for day in (8, 13, 15)))
    odd = WorkCalendar("odd", week=(True, True, False, True, True, True, False))
    hard = Activity(id="T0", duration=5, calendar="office", fixed_start=START + 5, fixed_finish=START + 9)
    links = [Link("T0", "T1", "SS", 3), Link("T0", "T1", "FS", 1), Link("T0", "T1", "SF", 2)]
    activities = [hard, Activity(id="T1", duration=5, calendar="odd", **after)]
    assert_agreement(Network(activities=activities, links=links, calendars=(office, odd), project_start=START - 1))


@usual
@given(everything)
def test_the_driver_is_what_forbids_an_earlier_day(network):
    checker, result = Checker(network), solve(network)
    by_id = checker.by_id
    for id, times in result.items():
        activity, driver = by_id[id], times.driver
        if driver.kind in (DriverKind.FIXED, DriverKind.ACTUAL):
            dates = (activity.fixed_start, activity.fixed_finish, activity.actual_start, activity.actual_finish)
            assert any(date is not None for date in dates)
            continue
        days, work = checker.of(id), checker.work(activity)
        earlier = times.early_finish - 1
        resume, finish = days.place_before(earlier, work)
        if driver.kind is DriverKind.LINK:
            link = driver.link
            assert link in network.links
            assert link.successor == id
            before = result[link.predecessor]
            x = before.early_start if link.kind.from_start else before.early_finish
            assert checker.keeps(link, x, times.early_finish if link.kind.to_finish else times.resume)
            assert not checker.keeps(link, x, finish if link.kind.to_finish else resume)
        else:
            bound = {
                DriverKind.PROJECT_START: network.project_start,
                DriverKind.STATUS_DATE: network.status_date,
                DriverKind.NOT_BEFORE: activity.not_before,
            }[driver.kind]
            assert resume < bound <= times.resume


@usual
@given(everything)
def test_the_critical_path_is_one_chain_of_driving_links_to_the_end(network):
    result = solve(network)
    path = result.critical_path
    unfinished = [times for id, times in result.items() if times.total_float is not None]
    if not any(times.early_finish == result.finish for times in unfinished):
        assert path == ()
        return
    assert result[path[-1]].early_finish == result.finish
    for before, after in pairwise(path):
        assert result[after].driver.predecessor == before
    first = result[path[0]].driver
    assert first.kind is not DriverKind.LINK or result[first.predecessor].total_float is None
    assert path == result.chain(path[-1])


@usual
@given(networks(), st.data())
def test_a_slip_within_the_float_breaks_nothing_and_one_day_more_does(network, data):
    result = solve(network)
    late = {a.id for a in network.activities if a.deadline is not None and result[a.id].early_finish > a.deadline}
    calendars = {calendar.name: calendar for calendar in network.calendars}
    activity = data.draw(st.sampled_from(network.activities))
    times = result[activity.id]
    calendar = calendars[activity.calendar]

    def slipped(days: int):
        finish = calendar.shift(times.early_finish, days)
        start = calendar.start(finish, activity.duration)
        changed = replace(activity, not_before=max(start, activity.not_before or start))
        others = [changed if a.id == activity.id else a for a in network.activities]
        return solve(replace(network, activities=others))

    def broken(result) -> set:
        missed = {a.id for a in network.activities if a.deadline is not None and result[a.id].early_finish > a.deadline}
        return missed - late

    if times.total_float >= 0:
        within, beyond = slipped(times.total_float), slipped(times.total_float + 1)
        assert within.finish == result.finish
        assert not broken(within)
        # A deadline that is missed for another reason anyway does not become more so.
        assert beyond.finish > result.finish or broken(beyond) or times.binding.activity in late
    assert slipped(times.end_float).finish == result.finish
    assert slipped(times.end_float + 1).finish > result.finish
    assert times.critical == (slipped(1).finish > result.finish)
    free, moved = slipped(times.free_float), slipped(times.free_float + 1)
    others = [id for id in result if id != activity.id]
    assert all(free[id].early_start == result[id].early_start for id in others)
    assert all(free[id].early_finish == result[id].early_finish for id in others)
    assert moved.finish > result.finish or any(moved[id].early_finish > result[id].early_finish for id in others)


@usual
@given(everything, st.data())
def test_more_work_or_a_longer_lag_makes_nothing_earlier(network, data):
    before = solve(network)
    if network.links and data.draw(st.booleans()):
        link = data.draw(st.sampled_from(network.links))
        longer = replace(link, lag=link.lag + data.draw(st.integers(1, 5)))
        changed = replace(network, links=[longer if one is link else one for one in network.links])
    else:
        activity = data.draw(st.sampled_from(network.activities))
        longer = replace(activity, duration=activity.duration + data.draw(st.integers(1, 5)))
        changed = replace(network, activities=[longer if one is activity else one for one in network.activities])
        held = any(link.successor == activity.id and link.kind.to_finish for link in network.links)
        if held or activity.actual_finish is not None or activity.fixed_finish is not None:
            return  # the start is reckoned back from a finish, so more work may begin earlier
    after = solve(changed)
    assert after.finish >= before.finish
    for id in before:
        assert after[id].early_start >= before[id].early_start
        assert after[id].early_finish >= before[id].early_finish


@usual
@given(everything, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(network, random):
    activities, links = list(network.activities), list(network.links)
    random.shuffle(activities)
    random.shuffle(links)
    shuffled = replace(network, activities=activities, links=links)
    one, other = solve(network), solve(shuffled)
    assert dict(one.items()) == dict(other.items())
    assert (one.critical_path, one.conflicts, one.finish) == (other.critical_path, other.conflicts, other.finish)


@usual
@given(everything)
def test_the_same_question_gets_the_same_answer(network):
    assert times_of(network) == times_of(replace(network))


@pytest.fixture(scope="module")
def machine_code():
    warm_up()
    kernel = best_for(1_000_000)
    assert kernel is not PLAIN
    return kernel


@thorough
@given(network=everything)
def test_machine_code_gives_the_same_answer(machine_code, network):
    plain, compiled = solve(network, PLAIN), solve(network, machine_code)
    assert plain.solved == compiled.solved
    assert all(type(value) is int for value in compiled.early_start)
