"""Agreement with the network engine, of the two kernels with each other, and what never changes an answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.engine.calendar import EVERY_DAY, WorkCalendar
from summitry.engine.network import Activity, Link, Network, solve
from summitry.engine.risk import (
    Certain,
    Discrete,
    Group,
    LogNormal,
    Pert,
    RiskEvent,
    RiskProblem,
    Triangular,
    Uncertainty,
    simulate,
)
from summitry.engine.risk import rows as rows_module
from summitry.engine.risk.compiled import MachineCode
from tests.engine.networks import START, drawn, networks

everything = networks(progress=True, fixed=True)
usual = settings(max_examples=25, deadline=None)


@pytest.fixture(params=["plain", "machine"])
def kernel(request, machine):
    return machine if request.param == "machine" else None


@st.composite
def problems(draw, whole: bool = True) -> RiskProblem:
    """A random network with all that can be uncertain about it."""
    network = draw(everything if whole else networks(fixed=True))
    if not whole:
        calendars = [replace(c, week=EVERY_DAY, holidays=(), working=()) for c in network.calendars]
        network = replace(network, calendars=calendars)
    ids = [activity.id for activity in network.activities]
    low = st.integers(0, 6)
    days = st.one_of(
        st.tuples(low, low, low).map(lambda t: Triangular(*sorted(t))),
        st.tuples(low, low, low).map(lambda t: Pert(*sorted(t))),
        st.builds(LogNormal, st.integers(1, 6), st.sampled_from((0.0, 0.3, 0.8))),
        st.just(Discrete((1, 4, 9.5), (0.5, 0.3, 0.2))),
    )
    groups = (Group("K01", 0.5), Group("K02", 0.0))
    uncertainties = [
        Uncertainty(activity=id, duration=draw(days), group=draw(st.sampled_from((None, "K01", "K02"))))
        for id in draw(st.lists(st.sampled_from(ids), unique=True))
    ]
    events = [
        RiskEvent(
            id=name,
            probability=draw(st.sampled_from((0, 0.3, 1))),
            delay=draw(days),
            activities=draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)),
        )
        for name in draw(st.sampled_from(((), ("flood",), ("flood", "strike"))))
    ]
    return RiskProblem(network=network, uncertainties=uncertainties, groups=groups, events=events, whole_days=whole)


def certain(network: Network) -> RiskProblem:
    """The same durations, said as distributions."""
    given = [Uncertainty(activity=a.id, duration=Certain(a.duration)) for a in network.activities]
    return RiskProblem(network=network, uncertainties=given)


def assert_dates_of_the_network(network: Network, kernel) -> None:
    expected, result = solve(network), simulate(certain(network), samples=70, machine=kernel)
    for id, times in expected.items():
        assert set(result.finishes(id).tolist()) == {times.early_finish}, id
        deadline = network.activities[network.flat.place[id]].deadline
        kept = None if result[id].on_time is None else result[id].on_time.probability
        waived = network.activities[network.flat.place[id]].waived
        assert kept == (None if deadline is None or waived else float(times.early_finish <= deadline))
    assert set(result.finishes().tolist()) == {expected.finish}
    due = [result[id].on_time.probability for id in result.problem.targets]
    assert result.ready.probability == min(due, default=1)


@usual
@given(network=everything)
def test_without_spread_the_dates_are_the_networks_by_arrays(network):
    assert_dates_of_the_network(network, None)


@usual
@given(network=everything)
def test_without_spread_the_dates_are_the_networks_by_machine_code(machine, network):
    assert_dates_of_the_network(network, machine)


def test_they_agree_in_the_corners(machine):
    for seed in range(200):
        assert_dates_of_the_network(drawn(seed), machine)


def every_day(network: Network) -> Network:
    return replace(network, calendars=[replace(c, week=EVERY_DAY, holidays=(), working=()) for c in network.calendars])


@usual
@given(network=networks(progress=True, fixed=True).map(every_day))
def test_they_agree_where_every_day_is_worked(machine, network):
    assert_dates_of_the_network(network, None)
    assert_dates_of_the_network(network, machine)


@usual
@given(network=networks(progress=True).map(every_day))
def test_critical_is_what_moves_the_end_where_every_day_is_worked(machine, network):
    expected = solve(network)
    for kernel in (None, machine):
        result = simulate(certain(network), samples=3, machine=kernel)
        assert {id for id in result if result[id].criticality == 1} == {id for id in result if expected[id].critical}


def assert_equal(one, other) -> None:
    assert (one.finishes() == other.finishes()).all()
    assert one.ready == other.ready
    for id in one:
        assert (one.finishes(id) == other.finishes(id)).all(), id
        assert one[id] == other[id]


@usual
@given(problem=problems(), seed=st.integers(0, 2**64 - 1))
def test_both_kernels_give_equal_answers(machine, problem, seed):
    assert_equal(simulate(problem, samples=200, seed=seed), simulate(problem, samples=200, seed=seed, machine=machine))


@usual
@given(problem=problems(whole=False), toward=st.booleans())
def test_both_kernels_give_equal_answers_in_continuous_days(machine, problem, toward):
    id = problem.network.activities[0].id if toward else None
    one = simulate(problem, samples=200, toward=id)
    other = simulate(problem, samples=200, toward=id, machine=machine)
    for id in one:
        # In single precision, which the compiler may round at other places.
        assert one.finishes(id) == pytest.approx(other.finishes(id), abs=1e-4, rel=0)


def large(count: int = 40) -> RiskProblem:
    """Calendars, groups, events, deadlines."""
    random = np.random.default_rng(5)
    calendars = [WorkCalendar("office", holidays=range(START, START + 400, 23)), WorkCalendar("day", week=EVERY_DAY)]
    activities = [
        Activity(
            id=at,
            duration=5,
            calendar=("office", "day")[at % 3 == 0],
            deadline=START + 3 * at + 22 if at % 5 == 0 else None,
        )
        for at in range(count)
    ]
    links = {(int(random.integers(max(0, at - 6), at)), at) for at in range(1, count) for _ in range(2)}
    return RiskProblem(
        network=Network(
            activities=activities, links=[Link(*pair) for pair in links], calendars=calendars, project_start=START
        ),
        uncertainties=[
            Uncertainty(activity=at, duration=Pert(2, 5, 11), group="K01" if at % 2 else None) for at in range(count)
        ],
        groups=[Group("K01", 0.3)],
        events=[RiskEvent(id="flood", probability=0.3, delay=Triangular(2, 4, 9), activities=range(5, 15))],
    )


def test_threads_blocks_and_kernels_change_nothing(machine):
    problem = large()
    first = simulate(problem, samples=3_001, seed=9)
    assert 0 < first.ready.probability < 1
    for kernel, threads in ((machine, 1), (machine, 3), (MachineCode(64), 2), (MachineCode(192), 2)):
        assert_equal(first, simulate(problem, samples=3_001, seed=9, machine=kernel, threads=threads))
    other = simulate(problem, samples=3_001, seed=10, machine=machine)
    assert (other.finishes() != first.finishes()).any()


def test_more_samples_begin_with_the_same(kernel):
    few, many = (simulate(large(), samples=samples, machine=kernel) for samples in (100, 1_000))
    assert (many.finishes(7)[:100] == few.finishes(7)).all()


def test_a_change_leaves_the_draws_of_all_else_as_they_were(kernel):
    problem = large()
    network = problem.network
    more = replace(network, activities=[Activity(id="new", duration=3, calendar="day"), *network.activities[::-1]])
    one = simulate(problem, samples=500, machine=kernel)
    other = simulate(replace(problem, network=more), samples=500, machine=kernel)
    assert all((one.finishes(id) == other.finishes(id)).all() for id in one)


def test_of_a_large_simulation_fewer_samples_are_kept(kernel, monkeypatch):
    monkeypatch.setattr(rows_module, "CELLS", 20_000)
    whole, cut = large(), simulate(large(), samples=1_000, machine=kernel)
    due = [a.id for a in whole.network.activities if a.deadline is not None]
    assert all(cut[id].finish.samples == 1_000 for id in due)
    kept = cut[1].finish.samples
    assert 64 <= kept < 1_000
    monkeypatch.undo()
    full = simulate(whole, samples=1_000, machine=kernel)
    assert (full.finishes(1)[:kept] == cut.finishes(1)).all()
    assert full.end == cut.end
    assert full.ready == cut.ready
    assert [full[id].criticality for id in full] == [cut[id].criticality for id in cut]


def test_calendar_tables_grow_until_they_are_long_enough(kernel):
    far = [Activity(id=at, duration=1, calendar="office") for at in range(3)]
    links = [Link(0, 1, "FS", 3_000), Link(1, 2, "FS", -9_000)]
    network = Network(activities=far, links=links, calendars=[WorkCalendar("office")], project_start=START)
    uncertain = [Uncertainty(activity=0, duration=Discrete((1, 20_000), (0.5, 0.5)))]
    result = simulate(RiskProblem(network=network, uncertainties=uncertain), samples=300, machine=kernel)
    answers = [solve(replace(network, activities=[replace(far[0], duration=n), *far[1:]])) for n in (1, 20_000)]
    for at in range(3):
        assert set(result.finishes(at).tolist()) == {answer[at].early_finish for answer in answers}


@usual
@given(problem=problems())
def test_worse_risks_make_no_date_better(machine, problem):
    """A more probable event, a longer delay: sample by sample, thanks to common random numbers."""
    # Only from finish to start: a start that is reckoned back from a held finish is earlier for longer work.
    network = problem.network
    activities = [replace(activity, fixed_finish=None) for activity in network.activities]
    links = [link for link in network.links if link.kind == "FS"]
    problem = replace(problem, network=replace(network, activities=activities, links=links))
    events = [
        replace(event, probability=min(1, event.probability + 0.2), delay=event.delay.scaled(2))
        for event in problem.events
    ]
    before = simulate(problem, samples=128, machine=machine)
    after = simulate(replace(problem, events=events), samples=128, machine=machine)
    for id in before:
        assert (after.finishes(id) >= before.finishes(id)).all()
    assert (after.finishes() >= before.finishes()).all()
    assert after.ready.probability <= before.ready.probability
