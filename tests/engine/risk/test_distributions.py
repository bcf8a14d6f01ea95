"""Distributions against numerical integration, and what rounding to whole days keeps."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest

from summitry.engine.risk import Certain, Discrete, InvalidRisk, LogNormal, Pert, Triangular
from summitry.engine.risk.layout import Steps, steps

SPREAD = [
    Triangular(2, 3, 7),
    Triangular(3, 3, 9),
    Triangular(1, 8, 8),
    Pert(2, 3, 7),
    Pert(0, 5, 40),
    Pert(4, 4, 10, weight=2),
    LogNormal(12, 0.4),
    LogNormal.of_median(10, 18),
    LogNormal.of_mode(10, 21, 6),
]
ALL = [*SPREAD, Certain(4), Certain(2.5), Discrete((2, 9, 4.25), (0.5, 0.2, 0.3)), Triangular(5, 5, 5), Pert(3, 3, 3)]


@pytest.mark.parametrize("days", SPREAD, ids=repr)
def test_quantiles_invert_the_distribution(days):
    for q in (0.001, 0.1, 0.37, 0.5, 0.8, 0.95, 0.999):
        assert days.below(days.quantile(q)) == pytest.approx(q, abs=1e-10)


@pytest.mark.parametrize("days", SPREAD, ids=repr)
def test_mean_and_deviation_are_those_of_the_quantile_function(days):
    # Evenly in normal scores, weighted by the normal density, so that the tails count.
    z = np.linspace(-8, 8, 4_001)
    weight = np.exp(-z * z / 2) / sqrt(2 * np.pi) * (z[1] - z[0])
    x = np.array([days.quantile(min(max(NormalDist().cdf(v), 1e-16), 1 - 1e-16)) for v in z])
    mean = (x * weight).sum()
    assert mean == pytest.approx(days.mean, rel=2e-5)
    assert sqrt(((x - mean) ** 2 * weight).sum()) == pytest.approx(days.deviation, rel=2e-4)


@pytest.mark.parametrize("days", ALL, ids=repr)
def test_shortfall_is_the_integral_of_the_distribution(days):
    x = np.linspace(0, 30, 6_001)
    below = np.array([days.below(v) for v in x])
    for point in (1.0, 2.7, 5.0, 9.5, 30.0):
        inside = x <= point + 1e-9
        expected = np.trapezoid(below[inside], x[inside])
        assert days.shortfall(point) == pytest.approx(expected, abs=6e-3)


def test_pert_has_the_mean_and_the_deviation_of_its_textbook():
    """Malcolm, Roseboom, Clark and Fazar 1959: (a + 4 m + b) / 6; the deviation of the beta with weight 4."""
    days = Pert(2, 5, 14)
    assert days.mean == (2 + 4 * 5 + 14) / 6
    assert days.deviation == pytest.approx(sqrt((6 - 2) * (14 - 6) / 7))
    assert Pert(0, 1, 2).quantile(0.5) == pytest.approx(1)
    # Beta(3, 3): 10 x^3 - 15 x^4 + 6 x^5.
    assert Pert(0, 1, 2).below(0.5) == pytest.approx(10 / 64 - 15 / 256 + 6 / 1024)


def test_lognormals_keep_what_they_are_made_of():
    assert LogNormal.of_median(10, 18).quantile(0.5) == pytest.approx(10)
    assert LogNormal.of_median(10, 18).quantile(0.9) == pytest.approx(18)
    days = LogNormal.of_mode(10, 21, 6)
    assert days.least == 6
    assert days.quantile(0.9) == pytest.approx(21)
    density = [days.below(x + 0.001) - days.below(x - 0.001) for x in (9.9, 10.0, 10.1)]
    assert max(density) == density[1]


@pytest.mark.parametrize("days", [*ALL, Triangular(100, 3_000, 9_000), LogNormal(500, 1.2)], ids=repr)
def test_rounding_to_whole_days_keeps_the_mean(days):
    rounded = steps(days)
    share = np.diff([0.0, *rounded.reached])
    assert all(value == int(value) >= 0 for value in rounded.values)
    assert (share > 0).all()
    assert share.sum() == pytest.approx(1)
    assert (share * rounded.values).sum() == pytest.approx(days.mean, rel=1e-6)
    assert rounded.values[0] >= days.least - 1
    assert len(rounded.values) <= 800
    deviation = sqrt((share * (np.array(rounded.values) - days.mean) ** 2).sum())
    assert days.deviation - 1e-6 <= deviation <= sqrt(days.deviation**2 + 0.25) * 1.01


def test_rounded_whole_values_stay_as_they_are():
    assert steps(Discrete((4, 1, 9), (0.25, 0.5, 0.25))) == Steps((1.0, 4.0, 9.0), (0.5, 0.75, 1.0))
    assert steps(Certain(3)) == Steps((3.0,), (1.0,))


def test_what_is_left_of_begun_work_takes_what_is_done_for_granted():
    whole = Steps((2.0, 3.0, 5.0), (0.5, 0.75, 1.0))
    assert whole.beyond(0) == whole
    assert whole.beyond(2) == Steps((1.0, 3.0), (0.5, 1.0))
    assert whole.beyond(9) == Steps((1.0,), (1.0,))
    assert Steps((0.0,), (1.0,)).beyond(1) == Steps((0.0,), (1.0,))


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (lambda: Triangular(5, 3, 2), {"mode", "high"}),
        (lambda: Triangular(-1, 3, 4), {"low"}),
        (lambda: Triangular(1, float("nan"), 4), {"mode"}),
        (lambda: Pert(1, 2, 3, weight=-1), {"weight"}),
        (lambda: Pert(1, "2", 3), {"mode"}),
        (lambda: LogNormal(3, 5, 4), {"median", "sigma"}),
        (lambda: LogNormal.of_median(5, 4), {"p90"}),
        (lambda: LogNormal.of_mode(5, 4), {"p90"}),
        (lambda: LogNormal.of_mode(5, 9, 5), {"mode"}),
        (lambda: Certain(-1), {"days"}),
        (lambda: Certain(True), {"days"}),
        (lambda: Discrete((), ()), {"values"}),
        (lambda: Discrete((1, 1), (0.5, 0.6)), {"values", "probabilities"}),
        (lambda: Discrete((1, 2), (1.0,)), {"probabilities"}),
        (lambda: Discrete((1, -2), (0.5, 0.5)), {"values"}),
    ],
)
def test_faults_are_named(make, fields):
    with pytest.raises(InvalidRisk) as caught:
        make()
    assert {fault.field for fault in caught.value.faults} == fields
