"""Histogram, S-curve and tornado as SVG: bars and lines stand where the days are."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest

from summitry.schedule.planning.risk import Days
from summitry.schedule.views import risk_charts as charts

MONDAY = date(2025, 10, 20).toordinal()
HALF_LATE = Days((MONDAY, MONDAY + 1, MONDAY + 4), (0.5, 0.75, 1.0))


def day(number: int) -> str:
    return date.fromordinal(number).strftime("%d.%m.")


def axis(days: Days, due: int | None, *, delays: bool = False) -> charts.Axis:
    return charts.axis_for(days, due, day if not delays else str, delays=delays)


def test_the_axis_holds_all_days_and_the_deadline_with_room_at_both_ends():
    drawn = axis(HALF_LATE, MONDAY - 3)
    assert (drawn.first, drawn.last) == (MONDAY - 4, MONDAY + 5)
    assert drawn.x(drawn.first) == charts.LEFT
    assert drawn.x(drawn.last + 1) == charts.WIDTH - charts.RIGHT


@pytest.mark.parametrize(("span", "step"), [(3, 1), (10, 2), (40, 7), (80, 14)])
def test_dates_are_labelled_in_steps_that_leave_room_weeks_on_mondays(span, step):
    drawn = axis(Days((MONDAY, MONDAY + span), (0.5, 1.0)), None)
    labels = list(drawn.labels())
    assert {after - before for before, after in pairwise(labels)} == {step}
    if step % 7 == 0:
        assert {date.fromordinal(label).weekday() for label in labels} == {0}


def test_delays_are_labelled_in_round_numbers():
    assert list(axis(Days((-3, 16), (0.5, 1.0)), 0, delays=True).labels()) == [0, 5, 10, 15]


def test_a_bar_is_as_high_as_its_share_and_striped_after_the_deadline():
    drawn = axis(HALF_LATE, MONDAY)
    svg = charts.histogram(HALF_LATE, drawn, MONDAY, [], "Histogram <1>")
    bars = re.findall(r'<rect class="(r-\w+)"[^>]*y="([\d.]+)"[^>]*height="([\d.]+)"><title>([^<]*)</title>', svg)
    assert [(css, words) for css, _y, _height, words in bars] == [
        ("r-in", "20.10.: 50 %"),
        ("r-late", "21.10.: 25 %"),
        ("r-late", "24.10.: 25 %"),
    ]
    heights = [float(height) for _css, _y, height, _words in bars]
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.2)
    assert 'aria-label="Histogram &lt;1&gt;"' in svg


def test_the_curve_rises_at_the_end_of_each_day_and_names_the_share_at_the_deadline():
    drawn = axis(HALF_LATE, MONDAY)
    svg = charts.curve(HALF_LATE, drawn, MONDAY, [charts.Mark(MONDAY, "deadline & end", "r-due", 0)], "S")
    path = re.search(r'<path class="r-curve" d="([^"]+)"', svg).group(1)
    assert path.count("V") == 3
    right = charts._n(drawn.x(MONDAY + 1))
    assert f"H{right}V" in path
    assert f'<circle class="r-dot" cx="{right}"' in svg
    assert ">50 %<" in svg
    assert "deadline &amp; end" in svg


def test_certainty_is_one_bar_and_one_step():
    sure = Days((MONDAY,), (1.0,))
    drawn = axis(sure, None)
    assert charts.histogram(sure, drawn, None, [], "x").count("<title>") == 1
    assert charts.curve(sure, drawn, None, [], "x").count("r-dot") == 0


def test_a_bar_of_the_tornado_stands_between_its_ends_also_where_longer_work_ends_earlier():
    assert 'x="25" y="2" width="50"' in charts.bar(2.0, 4.0, 3.0, 1.0, 5.0)
    assert charts.bar(4.0, 2.0, 3.0, 1.0, 5.0) == charts.bar(2.0, 4.0, 3.0, 1.0, 5.0)
    assert 'd="M50 0v12"' in charts.bar(2.0, 4.0, 3.0, 1.0, 5.0)
