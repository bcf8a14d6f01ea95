"""The plan against dates worked out by hand. Today is Monday 6 October 2025; days of work are Monday to Friday."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from summitry.core.checking import Reading
from summitry.core.models import CalendarException
from summitry.schedule.planning import DriverKind, State, load, plan
from tests.factories import make_agency, make_event, make_link, make_task, save
from tests.schedule.makers import chain, day

pytestmark = pytest.mark.django_db


def solved(event, today=None):
    return Reading(event, today).use(plan)


def dates(event, task, today=None):
    row = solved(event, today).of(task.pk)
    return row.start, row.finish


def test_a_chain_runs_from_today_over_the_weekends():
    event = make_event()
    first, second, third = chain(event, 5, 3, 1)
    plan_now = solved(event)
    assert [(plan_now.of(t.pk).start, plan_now.of(t.pk).finish) for t in (first, second, third)] == [
        (day(6), day(10)),
        (day(13), day(15)),
        (day(16), day(16)),
    ]
    assert plan_now.finish == day(16)
    assert plan_now.chain(third.pk) == (first.pk, second.pk, third.pk)


def test_the_holiday_of_1_and_2_september_is_free_in_viet_nam():
    event = make_event(country="VN", demo_now=datetime(2025, 8, 25, 1, tzinfo=UTC))
    (task,) = chain(event, 10)
    # 25-29 August are five days, 3-5 September three, 8 and 9 September two.
    assert dates(event, task) == (date(2025, 8, 25), date(2025, 9, 9))


def test_an_agency_that_works_on_the_holiday_is_done_a_day_earlier():
    event = make_event(country="VN", demo_now=datetime(2025, 8, 25, 1, tzinfo=UTC))
    (task,) = chain(event, 10)
    save(CalendarException(event=event, agency=task.lead, day=date(2025, 9, 1), working=True))
    assert dates(event, task) == (date(2025, 8, 25), date(2025, 9, 8))


def test_units_work_by_the_days_of_the_agency_above_them():
    event = make_event()
    ministry = make_agency(event, "MPS", working_week="1111110")
    unit = make_agency(event, "K01", parent=ministry)
    task = make_task(event, lead=unit, likely=6)
    assert dates(event, task) == (day(6), day(11))  # Saturday


def test_both_event_days_are_a_weekend_unless_they_are_worked():
    event = make_event()
    task = make_task(event, lead=make_agency(event), likely=3, not_before=day(24))
    assert dates(event, task) == (day(24), day(28))  # Friday, Monday, Tuesday
    for number in (25, 26):
        save(CalendarException(event=event, day=day(number), working=True))
    assert dates(event, task) == (day(24), day(26))


@pytest.mark.parametrize(
    ("kind", "lag", "expected"),
    [
        ("FS", 0, (day(13), day(15))),  # after the 10th
        ("FS", 2, (day(15), day(17))),  # two working days lie between
        ("FS", -2, (day(9), day(13))),  # two working days overlap
        ("SS", 0, (day(6), day(8))),
        ("SS", 3, (day(9), day(13))),
        ("FF", 0, (day(8), day(10))),  # ends no earlier than the 10th
        ("FF", 1, (day(9), day(13))),
    ],
)
def test_each_kind_of_link(kind, lag, expected):
    event = make_event()
    first = make_task(event, lead=make_agency(event), likely=5)
    second = make_task(event, lead=make_agency(event), likely=3)
    make_link(first, second, kind, lag)
    assert dates(event, second) == expected


def test_a_closed_task_keeps_its_days_and_one_without_a_start_its_closing_day():
    event = make_event()
    started = make_task(event, likely=9, started_on=day(1), closed_on=day(3))
    bare = make_task(event, likely=9, closed_on=day(2))
    milestone = make_task(event, likely=0, milestone=True, closed_on=day(2))
    assert dates(event, started) == (day(1), day(3))
    assert dates(event, bare) == (day(2), day(2))
    assert dates(event, milestone) == (day(2), day(2))
    assert solved(event).of(started.pk).total_float is None


@pytest.mark.parametrize(
    ("values", "finish", "left"),
    [
        # Returned today: 4 days to do, from today on: 6, 7, 8, 9.
        ({"remaining": 4, "reported_on": day(6)}, day(9), 4),
        # Returned on Thursday 2 October: two working days have passed since.
        ({"remaining": 4, "reported_on": day(2)}, day(7), 2),
        # All of them have passed: until it is closed, one is left.
        ({"remaining": 2, "reported_on": day(1)}, day(6), 1),
        ({"remaining": 0, "reported_on": day(6)}, day(6), 1),
        # No return: likely 8 days less the three since the start (1, 2, 3 October).
        ({}, day(10), 5),
    ],
)
def test_what_is_left_of_a_started_task_is_counted_from_its_last_return(values, finish, left):
    event = make_event()
    task = make_task(event, lead=make_agency(event), likely=8, started_on=day(1), **values)
    row = solved(event).of(task.pk)
    assert (row.start, row.finish, row.left) == (day(1), finish, left)
    assert row.drivers[0].kind is DriverKind.UNDER_WAY


def test_a_waived_task_takes_no_time_and_passes_on_what_it_waits_for():
    event = make_event()
    first, second, third = chain(event, 5, 5, 1)
    second.waived_on = day(1)
    save(second)
    now = solved(event)
    assert (now.of(second.pk).start, now.of(second.pk).state) == (None, State.DONE)
    assert now.of(third.pk).start == day(13)
    assert now.of(first.pk).finish == day(10)


def test_float_is_told_against_the_tightest_deadline_further_on():
    event = make_event()
    first, second = chain(event, 5, 5)
    second.deadline = day(22)  # Wednesday: three working days after the 17th
    save(second)
    row = solved(event).of(first.pk)
    assert (row.total_float, row.binding_deadline, row.late_finish) == (3, second.pk, day(15))
    second.deadline = day(15)
    save(second)
    row = solved(event).of(first.pk)
    assert (row.total_float, row.critical) == (-2, True)
    assert solved(event).critical_path == (first.pk, second.pk)


def test_of_equally_tight_chains_the_critical_path_is_the_one_with_the_most_work():
    event = make_event()
    first, second = chain(event, 4, 4)  # until the 15th
    second.deadline = day(16)
    save(second)
    make_task(event, "X", lead=first.lead, likely=1, deadline=day(7))
    make_task(event, "SET", lead=first.lead, likely=1, not_before=day(23), deadline=day(23))
    now = solved(event)
    assert {row.total_float for row in now} == {1, 0}
    assert now.critical_path == (first.pk, second.pk)
    assert all(row.critical for row in now)


def test_the_last_task_has_float_up_to_its_own_deadline():
    event = make_event()
    (task,) = chain(event, 5, deadline=day(17))
    assert solved(event).of(task.pk).total_float == 5


def test_a_group_spans_its_parts_and_hands_down_its_days():
    event = make_event()
    group = make_task(event, "G", likely=0, not_before=day(8), deadline=day(15))
    lead = make_agency(event)
    one = make_task(event, lead=lead, likely=2, parent=group)
    two = make_task(event, lead=lead, likely=6, parent=group)
    now = solved(event)
    assert (now.of(group.pk).start, now.of(group.pk).finish) == (day(8), day(15))
    assert (now.of(one.pk).start, now.of(one.pk).deadline, now.of(one.pk).total_float) == (day(8), day(15), 4)
    assert (now.of(two.pk).total_float, now.of(two.pk).binding_deadline) == (0, group.pk)
    assert now.of(group.pk).drivers[0].task == two.pk


def test_a_link_on_groups_holds_for_all_their_parts():
    event = make_event()
    lead = make_agency(event)
    before, after = make_task(event, "G1", likely=0), make_task(event, "G2", likely=0)
    make_task(event, "A", lead=lead, likely=2, parent=before)
    slow = make_task(event, "B", lead=lead, likely=4, parent=before)
    parts = [make_task(event, code, lead=lead, likely=1, parent=after) for code in ("C", "D")]
    link = make_link(before, after, lag=1)
    now = solved(event)
    assert {now.of(part.pk).start for part in parts} == {day(13)}  # after the 9th, one working day between
    driver = now.of(parts[0].pk).drivers[0]
    assert (driver.kind, driver.task, driver.link, driver.lag, driver.date) == (
        DriverKind.LINK,
        slow.pk,
        link.pk,
        1,
        day(9),
    )


def test_a_fixed_date_that_has_passed_without_the_fact_binds_nobody():
    event = make_event()
    task = make_task(event, lead=make_agency(event), likely=2, fixed_start=day(2))
    assert dates(event, task) == (day(6), day(7))


def test_a_fixed_date_is_kept_and_its_clash_reported():
    event = make_event()
    _first, second = chain(event, 5, 2)
    second.fixed_start = day(9)
    save(second)
    now = solved(event)
    assert (now.of(second.pk).start, now.of(second.pk).finish) == (day(9), day(10))
    (conflict,) = now.conflicts
    assert (conflict.task_id, conflict.kind, conflict.fixed, conflict.demanded) == (
        second.pk,
        "start",
        day(9),
        day(13),
    )


def test_a_circle_leaves_everything_without_dates_and_is_named():
    event = make_event()
    first, second, third = chain(event, 1, 1, 1)
    make_link(third, second)
    now = solved(event)
    assert [now.data.codes(loop) for loop in now.loops] == [("T2", "T3")]
    assert {now.of(task.pk).start for task in (first, second, third)} == {None}
    assert now.finish is None


@pytest.mark.parametrize("rows", [1, 3])
def test_loading_takes_six_queries(rows, django_assert_num_queries):
    event = make_event(country="VN")
    for _ in range(rows):
        tasks = [make_task(event, lead=make_agency(event)) for _ in range(2)]
        make_link(*tasks)
        save(CalendarException(event=event, agency=tasks[0].lead, day=day(4), working=True))
    with django_assert_num_queries(6):
        data = load(Reading(event))
    with django_assert_num_queries(0):
        for task in data.tasks.values():
            assert (task.event, task.lead.event, task.parent) == (event, event, None)
        for link in data.links.values():
            assert link.key == f"{link.predecessor.code}>{link.successor.code}/FS"


def test_calendars_answer_in_dates():
    event = make_event()
    calendar = solved(event).calendar(None)
    assert calendar.count(day(6), day(12)) == 5
    assert calendar.since(day(3), day(7)) == 1
    assert (calendar.next_working(day(11)), calendar.last_working(day(11))) == (day(13), day(10))
    assert (calendar.shift(day(10), 1), calendar.shift(day(10), 0), calendar.shift(day(13), -1)) == (
        day(13),
        day(10),
        day(10),
    )
    assert list(calendar.free_days(day(10), day(13))) == [day(11), day(12)]


def test_a_milestone_set_for_a_day_is_shown_on_that_day_whatever_it_waits_for():
    """The work ends with Fri 24 October, the opening may not be before Sat 25: it is on the 25th, not on the 24th."""
    event = make_event()
    work = make_task(event, "T01", likely=1, not_before=date(2025, 10, 24))
    opening = make_task(event, "M1", milestone=True, likely=0, not_before=date(2025, 10, 25))
    make_link(work, opening)
    solved = Reading(event).use(plan)
    assert solved.of(work.pk).finish == date(2025, 10, 24)
    assert (solved.of(opening.pk).start, solved.of(opening.pk).finish) == (date(2025, 10, 25), date(2025, 10, 25))
