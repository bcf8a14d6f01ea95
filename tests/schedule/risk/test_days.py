"""A spread of days: quantiles, shares, bins."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summitry.schedule.planning.risk import Days, day_of

THREE = Days((10, 12, 13), (0.25, 0.75, 1.0))


def test_quantiles_are_the_least_days_that_reach_the_share():
    assert [THREE.quantile(q) for q in (0.1, 0.25, 0.26, 0.75, 0.8, 1.0)] == [10, 10, 12, 12, 13, 13]


def test_the_share_by_a_day_counts_that_day():
    assert [THREE.by(day) for day in (9, 10, 11, 12, 13, 99)] == [0.0, 0.25, 0.25, 0.75, 1.0, 1.0]


def test_of_several_shares_with_one_day_the_last_counts():
    assert Days.of([(5, 0.2), (5, 0.7), (6, 1.0)]) == Days((5, 6), (0.7, 1.0))


def test_bins_hold_every_day_and_end_at_the_border():
    assert [(one.first, one.last, one.share) for one in THREE.bins(40)] == [
        (10, 10, 0.25),
        (11, 11, 0.0),
        (12, 12, 0.5),
        (13, 13, 0.25),
    ]
    assert [(one.first, one.last) for one in THREE.bins(2, border=12)] == [(9, 10), (11, 12), (13, 14)]


@given(
    st.lists(st.integers(-500, 500), min_size=1, max_size=30, unique=True),
    st.integers(1, 40),
    st.none() | st.integers(-600, 600),
)
def test_bins_share_out_everything_and_none_lies_across_the_border(values, most, border):
    days = Days.of([(day, (at + 1) / len(values)) for at, day in enumerate(sorted(values))])
    bins = days.bins(most, border)
    assert sum(one.share for one in bins) == pytest.approx(1.0)
    assert len(bins) <= most + 1
    assert bins[0].first <= days.first
    assert bins[-1].last >= days.last
    if border is not None:
        assert all(one.last <= border or one.first > border for one in bins)


def test_a_day_beyond_the_calendar_is_no_date():
    assert day_of(739_164) == date(2024, 10, 5)
    assert day_of(0) is None
    assert day_of(date.max.toordinal() + 1) is None
