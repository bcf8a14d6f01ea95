"""Working days, told by the week of the opening: Sat 25 and Sun 26 October 2025 are worked, Mon 27 is off."""

from __future__ import annotations

import pickle
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.engine.calendar import EVERY_DAY, CalendarError, WorkCalendar, finish_point, shown_finish, weekday

from .checker import Days
from .networks import START, calendars


def day(month: int, number: int) -> int:
    return date(2025, month, number).toordinal()


OFFICE = WorkCalendar(
    "office", holidays=frozenset({day(9, 1), day(9, 2), day(10, 27)}), working=frozenset({day(10, 25), day(10, 26)})
)


def test_the_event_days_are_worked_although_they_are_a_weekend():
    assert OFFICE.is_working(day(10, 25))
    assert OFFICE.is_working(day(10, 26))
    assert not OFFICE.is_working(day(10, 18))
    assert not OFFICE.is_working(day(10, 27))


def test_an_exceptional_working_day_outranks_a_holiday():
    calendar = WorkCalendar("x", holidays=frozenset({day(9, 2)}), working=frozenset({day(9, 2)}))
    assert calendar.is_working(day(9, 2))
    assert calendar.count(day(9, 1), day(9, 6)) == 5


def test_three_days_from_friday_before_the_event_are_friday_and_the_weekend():
    assert OFFICE.finish(day(10, 24), 3) == finish_point(day(10, 26))
    assert OFFICE.finish(day(10, 24), 4) == finish_point(day(10, 28))
    assert OFFICE.start(finish_point(day(10, 28)), 4) == day(10, 24)


def test_a_holiday_start_moves_to_the_day_after():
    assert OFFICE.next_working(day(9, 1)) == day(9, 3)
    assert OFFICE.last_working(day(9, 3)) == day(8, 29)


def test_counting_backwards_is_negative():
    assert OFFICE.count(day(10, 20), day(10, 28)) == 7
    assert OFFICE.count(day(10, 28), day(10, 20)) == -7


def test_a_shift_by_nothing_stays_and_by_days_ends_a_working_day():
    assert OFFICE.shift(day(9, 1), 0) == day(9, 1)
    assert OFFICE.shift(day(9, 1), 1) == finish_point(day(9, 3))
    assert OFFICE.shift(finish_point(day(9, 3)), -1) == finish_point(day(8, 29))


def test_work_that_ends_on_friday_is_shown_on_friday():
    assert shown_finish(OFFICE.finish(day(9, 3), 3)) == day(9, 5)
    assert shown_finish(finish_point(day(9, 5))) == day(9, 5)


def test_negative_work_is_refused():
    with pytest.raises(ValueError, match="days must be >= 0"):
        OFFICE.finish(day(9, 1), -1)
    with pytest.raises(ValueError, match="days must be >= 0"):
        OFFICE.start(day(9, 1), -1)


def test_every_fault_of_a_calendar_is_named():
    with pytest.raises(CalendarError) as caught:
        WorkCalendar("", week=(True,) * 6, holidays=frozenset({"2 September"}))
    assert len(caught.value.faults) == 3
    assert "expected 7" in str(caught.value)
    assert "'2 September'" in str(caught.value)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.faults == caught.value.faults


def test_a_week_without_a_working_day_is_refused():
    with pytest.raises(CalendarError, match="no working day"):
        WorkCalendar("rest", week=(False,) * 7, working=frozenset({day(10, 25)}))


def test_a_year_of_holidays_is_refused_and_named():
    year = frozenset(range(day(1, 1), day(1, 1) + 400))
    with pytest.raises(CalendarError, match="no working day from 2025-01-01 to 2026-02-04"):
        WorkCalendar("sabbatical", week=EVERY_DAY, holidays=year)
    assert WorkCalendar("long rest", week=EVERY_DAY, holidays=frozenset(sorted(year)[:366]))
    assert WorkCalendar("one day between", week=EVERY_DAY, holidays=year, working=frozenset({day(8, 1)}))


def test_a_year_without_mondays_is_refused_for_who_works_on_mondays_only():
    mondays = frozenset(range(day(1, 6), day(1, 6) + 7 * 60, 7))
    with pytest.raises(CalendarError, match="no working day from 2024-12-31 to"):
        WorkCalendar("mondays", week=(True, *(False,) * 6), holidays=mondays)


def test_weekdays_agree_with_the_library():
    assert all(weekday(n) == date.fromordinal(n).weekday() for n in range(1, 800))


@settings(max_examples=200, deadline=None)
@given(calendars(), st.integers(START - 40, START + 60), st.integers(0, 30))
def test_arithmetic_agrees_with_looking_at_every_day(used, point, amount):
    for calendar in used:
        days = Days(calendar, START - 400, START + 500)
        assert calendar.is_working(point) == (point in days.worked)
        assert calendar.count(START, point) == days.between(START, point)
        assert calendar.next_working(point) == min(d for d in days.worked if d >= point)
        assert calendar.last_working(point) == max(d for d in days.worked if d < point)
        assert calendar.finish(point, amount) == days.place(point, amount)[1]
        assert calendar.start(point, amount) == days.place_before(point, amount)[0]
        later = calendar.shift(point, amount)
        assert days.between(point, later) == amount
        table = calendar.table(START - 50, START + 70)
        assert table.counts[point - START + 50] == days.between(START - 50, point)
        assert table.days == sorted(d for d in days.worked if START - 50 <= d < START + 70)
