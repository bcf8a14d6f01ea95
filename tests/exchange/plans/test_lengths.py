"""Durations and lags as whole working days, and days that come again."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from summitry.exchange.mspdi.values import moment
from summitry.exchange.plans.codes import Codes, as_code
from summitry.exchange.plans.lengths import Days, lag_days, minutes, work_days
from summitry.exchange.plans.model import OutsideTask, Span
from summitry.exchange.plans.recurring import Recurrence

MONDAY = date(2025, 10, 20)


def weekday(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("span", "days"),
    [
        (Span(Fraction(480)), Days(1, True)),
        (Span(Fraction(1)), Days(1, False)),
        (Span(Fraction(481)), Days(2, False)),
        (Span(), Days(0, True)),
        (Span(Fraction(1440), elapsed=True), Days(1, False)),
        (Span(Fraction(1440 * 7), elapsed=True), Days(5, False)),
        (Span(Fraction(60), elapsed=True), Days(1, False)),
        (Span(elapsed=True), Days(0, True)),
    ],
)
def test_durations(span, days):
    assert work_days(span, 480, MONDAY, weekday) == days


def test_a_day_has_the_hours_that_the_file_says():
    assert work_days(Span(Fraction(480)), 240, MONDAY, weekday) == Days(2, True)


def test_a_weekend_by_the_clock_is_still_a_day_of_work():
    assert work_days(Span(Fraction(2880), elapsed=True), 480, date(2025, 10, 25), weekday) == Days(1, False)


@pytest.mark.parametrize(
    ("lag", "days"),
    [
        (Span(Fraction(960)), Days(2, True)),
        (Span(Fraction(-960)), Days(-2, True)),
        (Span(Fraction(240)), Days(1, False)),
        (Span(Fraction(-240)), Days(0, False)),
        (Span(Fraction(1440 * 7), elapsed=True), Days(5, False)),
        (Span(percent=Fraction(50)), Days(5, False)),
        (Span(percent=Fraction(-50)), Days(-5, False)),
        (Span(percent=Fraction(0)), Days(0, True)),
    ],
)
def test_lags_are_rounded_towards_later(lag, days):
    assert lag_days(lag, 480, 5, 10) == days


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PT8H0M0S", Fraction(480)),
        ("PT0H30M30S", Fraction(61, 2)),
        ("PT1.5H", Fraction(90)),
        ("P1DT0H", Fraction(1440)),
        ("-PT8H", Fraction(-480)),
        ("8 hours", None),
        ("PT", None),
        ("", None),
    ],
)
def test_durations_of_the_file(text, found):
    assert minutes(text) == found


def test_moments_of_the_file():
    assert moment("2025-10-25T08:00:00").date() == date(2025, 10, 25)
    assert moment("2025-10-25").date() == date(2025, 10, 25)
    assert moment("2025-02-30T08:00:00") is None
    assert moment("0001-01-01T00:00:00") is None
    assert moment("yesterday") is None


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ({}, ["2025-10-01", "2025-10-02", "2025-10-03", "2025-10-04"]),
        ({"period": 3}, ["2025-10-01", "2025-10-04"]),
        ({"occurrences": 2}, ["2025-10-01", "2025-10-02"]),
    ],
)
def test_days_that_come_daily(rule, days):
    found = Recurrence(date(2025, 10, 1), date(2025, 10, 4), **rule)
    assert [str(day) for day in found.days()] == days


def test_days_that_come_weekly_monthly_and_yearly():
    year = (date(2025, 1, 1), date(2026, 12, 31))

    def days(**rule):
        return [str(day) for day in Recurrence(*year, **rule).days()]

    assert days(kind=6, days_of_week=2 + 8, occurrences=3) == ["2025-01-01", "2025-01-06", "2025-01-08"]
    assert days(kind=6, days_of_week=2, period=2, occurrences=2) == ["2025-01-13", "2025-01-27"]
    assert days(kind=2, month=8, month_day=2) == ["2025-09-02", "2026-09-02"]
    assert days(kind=4, month_day=31, occurrences=3) == ["2025-01-31", "2025-03-31", "2025-05-31"]
    assert days(kind=3, month=4, month_item=4, month_position=4) == ["2025-05-26", "2026-05-25"]  # last Monday of May
    assert days(kind=5, month_item=8, month_position=1, period=12) == ["2025-01-10", "2026-01-09"]  # second Friday
    assert days(kind=3, month=0, month_item=1, month_position=0) == ["2025-01-01", "2026-01-01"]
    assert days(kind=3, month=0, month_item=2, month_position=0) == ["2025-01-04", "2026-01-03"]


@pytest.mark.parametrize(
    ("text", "code"), [("K01", "K01"), ("A 1000", "A-1000"), ("T1-", "T1-"), ("  ", ""), ("(x)", "x"), ("é/1", "é/1")]
)
def test_texts_as_codes(text, code):
    assert as_code(text) == code


def test_codes_stay_with_their_tasks():
    tasks = [
        OutsideTask("1", "a", own={"code": "T5"}, codes=("T5",)),
        OutsideTask("2", "b"),
        OutsideTask("3", "c", codes=("WBS 7",)),
        OutsideTask("4", "copied", own={"code": "T5"}, codes=("T5",)),
        OutsideTask("5", "new"),
    ]
    codes = Codes({"2": "P2", "9": "P9"}, {"P5", "T5", "P2"})
    assert codes.give(tasks) == {"1": "T5", "2": "P2", "3": "WBS-7", "4": "P4", "5": "P5-2"}
    assert [one.value for one in codes.lost] == ["T5", "WBS 7 → WBS-7"]
