"""Answers that can be had without simulation, the other simulation of ``reference``, and the generator's own tests."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest

from summitry.engine.calendar import EVERY_DAY, WorkCalendar
from summitry.engine.network import Activity, Link, Network
from summitry.engine.risk import (
    Certain,
    Discrete,
    Group,
    LogNormal,
    Mitigation,
    Pert,
    RiskEvent,
    RiskProblem,
    Triangular,
    Uncertainty,
    compare,
    simulate,
)
from summitry.engine.risk.plain import normal, philox
from tests.engine.networks import START

from .reference import continuous, in_business_days

DAY = WorkCalendar("day", week=EVERY_DAY)
MANY = 1_000_000
SOME = 40_000


def problem(durations, links=(), *, whole_days=False, groups=(), group=None, deadline=None, **more) -> RiskProblem:
    """Activities 0, 1, .. that work every day from point 0."""
    activities = [Activity(id=at, duration=1, calendar="day", deadline=deadline) for at in range(len(durations))]
    network = Network(activities=activities, links=[Link(*p) for p in links], calendars=[DAY], project_start=0)
    uncertain = [Uncertainty(activity=at, duration=days, group=group) for at, days in enumerate(durations)]
    return RiskProblem(network=network, uncertainties=uncertain, groups=groups, whole_days=whole_days, **more)


def test_the_generator_gives_the_published_words():
    """Known answers of Philox-4x32-10 of the authors' own library (Random123, kat_vectors)."""
    ones = 0xFFFFFFFF
    for counter, key, words in (
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ones,) * 4, (ones,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ):
        assert tuple(int(word) for word in philox(counter, key)) == words


def test_scores_are_normal_to_seven_digits():
    words = np.array([0, 1, 1_000, 2**28, 2**30, 2**31, 2**32 - 2**29, 2**32 - 77, 2**32 - 1])
    exact = [NormalDist().inv_cdf((word + 0.5) / 2**32) for word in words.tolist()]
    assert normal(words) == pytest.approx(exact, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    "days", [Triangular(5, 8, 20), Pert(5, 8, 20), LogNormal.of_mode(8, 20, 5)], ids=["triangular", "pert", "lognormal"]
)
def test_quantiles_of_one_activity_agree_to_half_a_per_cent(machine, days):
    result = simulate(problem([days]), samples=MANY, machine=machine)
    for q in (0.1, 0.5, 0.8, 0.95):
        assert result.quantile(q) == pytest.approx(days.quantile(q), rel=0.005)
    assert result.end.mean == pytest.approx(days.mean, rel=0.002)
    assert result.end.deviation == pytest.approx(days.deviation, rel=0.01)


def test_quantiles_agree_with_another_simulation_to_half_a_per_cent(machine):
    table = [(3, 5, 12, ()), (4, 6, 9, ()), (2, 8, 10, (0, 1)), (5, 5, 9, (0,)), (1, 2, 7, (2, 3)), (6, 9, 12, (1,))]
    links = [(before, at) for at, row in enumerate(table) for before in row[3]]
    ours = simulate(problem([Triangular(*row[:3]) for row in table], links), samples=MANY, machine=machine)
    theirs = continuous(table, MANY, 3)
    for q in (0.1, 0.5, 0.8, 0.95):
        assert ours.quantile(q) == pytest.approx(np.quantile(theirs.max(axis=0), q), rel=0.005)
        assert ours.quantile(q, 2) == pytest.approx(np.quantile(theirs[2], q), rel=0.005)


def test_dates_in_business_days_agree_with_another_simulation(machine):
    table = [(3, 5, 12, ()), (2, 8, 10, (0,)), (5, 5, 9, (0,)), (1, 2, 7, (1, 2))]
    first, holidays = np.datetime64("2025-09-01"), ["2025-09-02", "2025-09-17"]
    of = (np.array([*holidays, first], "datetime64[D]") - first).astype(int).tolist()
    office = WorkCalendar("office", holidays=[START + day for day in of[:-1]])
    activities = [Activity(id=at, duration=1, calendar="office") for at in range(len(table))]
    links = [Link(before, at) for at, row in enumerate(table) for before in row[3]]
    network = Network(activities=activities, links=links, calendars=[office], project_start=START)
    uncertain = [Uncertainty(activity=at, duration=Triangular(*row[:3])) for at, row in enumerate(table)]
    ours = simulate(RiskProblem(network=network, uncertainties=uncertain), samples=200_000, machine=machine)
    theirs = in_business_days(table, 200_000, 3, "2025-09-01", holidays)
    for at in range(len(table)):
        days = (theirs[at] - first).astype(int) + START + 1
        for point in np.unique(days).tolist():
            assert ours.chance(point, at).probability == pytest.approx((days <= point).mean(), abs=0.005)


@pytest.fixture(params=["plain", "machine"])
def kernel(request, machine):
    return machine if request.param == "machine" else None


@pytest.mark.parametrize("whole", [False, True])
def test_a_chain_sums_means_and_variances(kernel, whole):
    days = [Triangular(2, 4, 9), Pert(1, 3, 8), LogNormal(5, 0.3), Discrete((2, 6), (0.7, 0.3))]
    result = simulate(problem(days, [(0, 1), (1, 2), (2, 3)], whole_days=whole), samples=SOME, machine=kernel)
    spread = sqrt(sum(d.deviation**2 for d in days))
    assert result.end.mean == pytest.approx(sum(d.mean for d in days), abs=4 * spread / sqrt(SOME))
    # Rounding adds at most 1/4 to each variance, nothing to the one that is whole.
    most = sqrt(spread**2 + 3 / 4) if whole else spread
    assert spread * 0.98 <= result.end.deviation <= most * 1.02
    assert all(result[id].criticality == 1 for id in result)


def test_the_later_of_two_has_the_square_of_the_distribution(kernel):
    days = Triangular(0, 10, 10)
    result = simulate(problem([days, days]), samples=SOME, machine=kernel)
    for point in (5.0, 7.0, 9.0):
        assert result.chance(point).probability == pytest.approx(days.below(point) ** 2, abs=0.01)
    # F(x) = (x / 10)^2, so the mean of the maximum is 10 * 4/5.
    assert result.end.mean == pytest.approx(8, abs=0.04)
    assert result[0].criticality == pytest.approx(0.5, abs=0.01)
    assert result[0].criticality + result[1].criticality == pytest.approx(1)


@pytest.mark.parametrize("days", [Triangular(1, 4, 9), Pert(1, 4, 9), LogNormal(4, 0.01)], ids=repr)
@pytest.mark.parametrize("loading", [0.5, -0.5])
def test_correlation_shows_in_the_variance_of_a_sum(kernel, days, loading):
    chain = problem([days, days], [(0, 1)], groups=[Group("K01", 0.25)], group="K01")
    if loading < 0:
        opposed = Uncertainty(activity=1, duration=days, group="K01", loading=loading)
        chain = RiskProblem(
            network=chain.network,
            uncertainties=[chain.uncertainties[0], opposed],
            groups=chain.groups,
            whole_days=False,
        )
    result = simulate(chain, samples=SOME, machine=kernel)
    rho = (result.end.deviation**2 / days.deviation**2 - 2) / 2
    # Scores are correlated by the product of loadings; so nearly normal ones are by as much, the others nearly.
    assert rho == pytest.approx(0.5 * loading, abs=0.03)
    one, both = result.finishes(0), result.finishes(1)
    ranks = np.corrcoef(one.argsort().argsort(), (both - one).argsort().argsort())[0, 1]
    # Kruskal 1958: rank correlation of a normal copula is 6 / pi asin(rho / 2).
    assert ranks == pytest.approx(6 / np.pi * np.arcsin(0.5 * loading / 2), abs=0.02)


def test_each_activity_keeps_its_own_distribution_in_a_group(kernel):
    days = Pert(3, 5, 12)
    result = simulate(problem([days], groups=[Group("K01", 0.6)], group="K01"), samples=SOME, machine=kernel)
    for q in (0.1, 0.5, 0.9):
        assert result.quantile(q) == pytest.approx(days.quantile(q), rel=0.01)


@pytest.mark.parametrize("whole", [False, True])
def test_a_risk_event_mixes_two_distributions(kernel, whole):
    event = RiskEvent(id="flood", probability=0.2, delay=Discrete((3, 5), (0.5, 0.5)), activities=(0, 1))
    given = problem([Certain(4), Certain(4)], whole_days=whole, events=[event], deadline=7)
    result = simulate(given, samples=SOME, machine=kernel)
    assert set(result.finishes().tolist()) == {4, 7, 9}
    assert result.chance(4).probability == pytest.approx(0.8, abs=0.008)
    assert result.ready.probability == pytest.approx(0.9, abs=0.006)
    assert result.end.mean == pytest.approx(4 + 0.2 * 4, abs=0.04)
    # One draw hits both.
    assert (result.finishes(0) == result.finishes(1)).all()
    (driver,) = result.drivers()
    assert (driver.kind, driver.id, driver.low) == ("event", "flood", 4)
    assert driver.high == pytest.approx(8, abs=0.05)
    assert driver.contribution == pytest.approx(0.8, abs=0.04)


def test_a_mitigation_is_compared_on_the_same_draws(kernel):
    event = RiskEvent(id="flood", probability=0.5, delay=Triangular(2, 4, 12), activities=(1,))
    done = Mitigation(id="dike", event="flood", probability=0.25)
    given = problem(
        [Triangular(2, 4, 9), Triangular(2, 4, 9)], [(0, 1)], events=[event], mitigations=[done], deadline=12
    )
    both = compare(given, "dike", samples=SOME)
    change = both.change()
    assert change.gain == pytest.approx(0.25 * 6, abs=4 * change.error)
    # Half of the floods go, the other samples are the same to the last digit.
    same = both.before.finishes() == both.after.finishes()
    assert same.mean() == pytest.approx(0.75, abs=0.01)
    assert (both.after.finishes() <= both.before.finishes()).all()
    assert both.ready[1].probability > both.ready[0].probability
    assert both.change(1).on_time_after == both.ready[1]
    assert both.change(0).gain == 0
    with pytest.raises(KeyError):
        both.change("nobody")


def test_the_joint_probability_is_not_the_product(kernel):
    days = Triangular(0, 5, 10)
    shared = problem([days, Certain(0), Certain(0)], [(0, 1), (0, 2)], deadline=5, targets=(1, 2))
    result = simulate(shared, samples=SOME, machine=kernel)
    assert result[1].on_time == result[2].on_time == result.ready
    apart = simulate(problem([days, days], deadline=5), samples=SOME, machine=kernel)
    assert apart.ready.probability == pytest.approx(0.25, abs=0.01)


def test_the_tornado_names_what_drives_a_date(kernel):
    days = [Triangular(5, 10, 30), Triangular(9, 10, 11), Triangular(1, 2, 3)]
    result = simulate(problem(days, [(0, 1)]), samples=SOME, machine=kernel)
    first, second, third = result.drivers()
    assert (first.id, second.id, third.id) == (0, 1, 2)
    # The mean of a variable below its tenth is 10 * the integral of the quantile function up to 0.1.
    levels = (np.arange(1_000) + 0.5) / 10_000
    low, high = (np.mean([days[0].quantile(q) for q in where]) for where in (levels, 1 - levels))
    assert first.low == pytest.approx(low + 10, abs=0.1)
    assert first.high == pytest.approx(high + 10, abs=0.1)
    assert first.correlation > 0.98
    assert 0 < second.correlation < 0.2
    assert abs(third.correlation) < 0.02
    assert [driver.id for driver in result.drivers(2)] == [2]
    (alone,) = result.drivers(2)
    assert alone.correlation == pytest.approx(1)
    assert alone.contribution == pytest.approx(2 - np.mean([days[2].quantile(q) for q in levels * 5]), abs=0.02)


def test_a_group_drives_a_date_by_its_common_factor(kernel):
    """With full correlation two tasks are one of twice the length; with less, ranks correlate as normals' do."""
    days = LogNormal(10, 0.02)  # so narrow that it is all but normal
    one = simulate(problem([days, days], [(0, 1)], groups=[Group("K01", 1.0)], group="K01"), samples=SOME)
    by_kind = {driver.kind: driver for driver in one.drivers()}
    whole, part = by_kind["group"], by_kind["activity"]
    assert (whole.id, len(one.drivers())) == ("K01", 3)
    assert whole.correlation == pytest.approx(1, abs=1e-4)
    assert whole.low == pytest.approx(part.low, abs=1e-3)
    assert whole.high == pytest.approx(part.high, abs=1e-3)
    levels = (np.arange(1_000) + 0.5) / 10_000
    assert whole.low == pytest.approx(2 * np.mean([days.quantile(q) for q in levels]), abs=0.02)
    assert whole.high == pytest.approx(2 * np.mean([days.quantile(1 - q) for q in levels]), abs=0.02)

    rho = 0.4
    given = problem([days, days], [(0, 1)], groups=[Group("K01", rho)], group="K01")
    half = simulate(given, samples=SOME, machine=kernel)
    (factor,) = (driver for driver in half.drivers() if driver.kind == "group")
    # The factor f and the sum of two scores sqrt(rho) f + sqrt(1 - rho) e correlate by sqrt(2 rho / (1 + rho)).
    pearson = sqrt(2 * rho / (1 + rho))
    assert factor.correlation == pytest.approx(6 / np.pi * np.arcsin(pearson / 2), abs=0.01)
    assert half.drivers()[0].kind == "activity", "with less correlation a task alone tells more than what they share"
    assert [driver.kind for driver in half.drivers(0)] == ["activity"], "one member alone speaks for itself"


def test_histogram_and_curve_count_every_sample(kernel):
    result = simulate(problem([Triangular(2, 4, 90)], whole_days=True), samples=5_000, machine=kernel)
    picture = result.histogram(bins=10)
    assert sum(picture.counts) == 5_000
    assert len(picture.counts) <= 11
    assert all(edge == int(edge) for edge in picture.edges)
    values = result.finishes()
    assert picture.counts[0] == (values < picture.edges[1]).sum()
    curve = result.curve(points=20)
    assert len(curve.points) <= 21
    assert curve.reached[-1] == 1
    assert all(
        result.chance(p).probability == pytest.approx(r) for p, r in zip(curve.points, curve.reached, strict=True)
    )
    assert result.curve().reached[0] == (values == values.min()).mean()
    for q, point in ((0.1, result.end.p10), (0.5, result.end.p50), (0.8, result.end.p80), (0.95, result.end.p95)):
        assert result.quantile(q) == point
        assert (values <= point).mean() >= q > (values < point).mean()


def test_criticality_towards_an_activity(kernel):
    days = Triangular(1, 5, 9)
    fork = problem([days, days, Certain(1), Certain(50)], [(0, 2), (1, 2)])
    assert simulate(fork, samples=2_000, machine=kernel)[0].criticality == 0
    toward = simulate(fork, samples=2_000, toward=2, machine=kernel)
    assert toward[2].criticality == 1
    assert toward[3].criticality == 0
    assert toward[0].criticality == pytest.approx(0.5, abs=0.05)
