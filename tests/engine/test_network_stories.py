"""Hand-worked cases. Every date is a day of autumn 2025; 1 September is a Monday.

``starts`` and ``ends`` are the days that a person would read in a plan.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from summitry.engine.calendar import EVERY_DAY, WorkCalendar, finish_point
from summitry.engine.network import (
    Activity,
    Binding,
    BindingKind,
    ConflictKind,
    Driver,
    DriverKind,
    Link,
    Network,
    solve,
)


def day(month: int, number: int) -> int:
    return date(2025, month, number).toordinal()


def end_of(month: int, number: int) -> int:
    return finish_point(day(month, number))


OFFICE = WorkCalendar("office")
ALWAYS = WorkCalendar("always", week=EVERY_DAY)
# 1 and 2 September are national days; the weekend of 25 October is worked.
HANOI = WorkCalendar("hanoi", holidays=frozenset({day(9, 1), day(9, 2)}), working=frozenset({day(10, 25), day(10, 26)}))


def task(id: str, duration: int, calendar: str = "office", **more) -> Activity:
    return Activity(id=id, duration=duration, calendar=calendar, **more)


def plan(*parts: Activity | Link, start: int = day(9, 1), today: int | None = None):
    return solve(
        Network(
            activities=[part for part in parts if isinstance(part, Activity)],
            links=[part for part in parts if isinstance(part, Link)],
            calendars=(OFFICE, ALWAYS, HANOI),
            project_start=start,
            status_date=today,
        )
    )


def starts(result, id: str) -> str:
    return date.fromordinal(result[id].shown_start).strftime("%a %-d %b")


def ends(result, id: str) -> str:
    return date.fromordinal(result[id].shown_finish).strftime("%a %-d %b")


class TestFinishToStart:
    def test_the_review_starts_the_morning_after_the_draft(self):
        result = plan(task("draft", 3), task("review", 2), Link("draft", "review"))
        assert (starts(result, "draft"), ends(result, "draft")) == ("Mon 1 Sep", "Wed 3 Sep")
        assert (starts(result, "review"), ends(result, "review")) == ("Thu 4 Sep", "Fri 5 Sep")

    def test_after_friday_comes_monday(self):
        result = plan(task("draft", 5), task("review", 1), Link("draft", "review"))
        assert starts(result, "review") == "Mon 8 Sep"

    def test_paint_dries_two_working_days_over_the_weekend(self):
        result = plan(task("paint", 4), task("hang flags", 1), Link("paint", "hang flags", lag=2))
        # Painted until Thu 4, dries Fri 5 and Mon 8.
        assert starts(result, "hang flags") == "Tue 9 Sep"

    def test_a_lead_of_two_days_overlaps_by_two_days(self):
        result = plan(task("print", 5), task("deliver", 3), Link("print", "deliver", lag=-2))
        assert starts(result, "deliver") == "Thu 4 Sep"

    def test_a_lead_never_begins_before_the_project(self):
        result = plan(task("print", 1), task("deliver", 3), Link("print", "deliver", lag=-5))
        assert starts(result, "deliver") == "Mon 1 Sep"
        assert result["deliver"].driver == Driver(DriverKind.PROJECT_START)

    def test_the_lag_runs_in_the_calendar_of_the_one_who_waits(self):
        draft, link = task("draft", 5), Link("draft", "proof", lag=2)
        assert starts(plan(draft, task("proof", 1), link), "proof") == "Wed 10 Sep"
        assert starts(plan(draft, task("proof", 1, "always"), link), "proof") == "Mon 8 Sep"


class TestStartToStart:
    def test_translation_begins_with_the_drafting(self):
        result = plan(task("draft", 5), task("translate", 6), Link("draft", "translate", "SS"))
        assert starts(result, "translate") == "Mon 1 Sep"
        assert ends(result, "translate") == "Mon 8 Sep"

    def test_translation_begins_two_days_into_the_drafting(self):
        result = plan(task("draft", 5), task("translate", 6), Link("draft", "translate", "SS", 2))
        assert starts(result, "translate") == "Wed 3 Sep"

    def test_a_lead_lets_it_begin_two_days_before(self):
        result = plan(
            task("draft", 5, not_before=day(9, 10)), task("collect", 1), Link("draft", "collect", "SS", lag=-2)
        )
        assert starts(result, "collect") == "Mon 8 Sep"

    def test_the_late_start_of_the_first_is_held_by_the_start_of_the_second(self):
        result = plan(task("draft", 1), task("translate", 5), Link("draft", "translate", "SS"))
        # Drafting takes a day and could be done on Friday, but its start is awaited on Monday.
        assert result["draft"].total_float == 0
        assert result["draft"].critical


class TestFinishToFinish:
    def test_the_fair_copy_ends_with_the_last_correction(self):
        result = plan(task("correct", 5), task("copy", 2), Link("correct", "copy", "FF"))
        assert (starts(result, "copy"), ends(result, "copy")) == ("Thu 4 Sep", "Fri 5 Sep")
        assert result["copy"].driver == Driver(DriverKind.LINK, Link("correct", "copy", "FF"))

    def test_the_fair_copy_ends_one_day_later(self):
        result = plan(task("correct", 5), task("copy", 2), Link("correct", "copy", "FF", 1))
        assert ends(result, "copy") == "Mon 8 Sep"

    def test_it_may_end_a_day_before_with_a_lead(self):
        result = plan(task("correct", 5), task("copy", 2), Link("correct", "copy", "FF", -1))
        assert ends(result, "copy") == "Thu 4 Sep"

    def test_who_does_not_work_on_sunday_cannot_finish_with_sundays_work_before_monday(self):
        result = plan(task("build", 7, "always"), task("inspect", 2), Link("build", "inspect", "FF"))
        # Friday evening would be before the finish of the building on Sunday.
        assert ends(result, "build") == "Sun 7 Sep"
        assert (starts(result, "inspect"), ends(result, "inspect")) == ("Fri 5 Sep", "Mon 8 Sep")

    def test_more_work_that_is_held_by_its_finish_begins_earlier(self):
        # No mistake but the nature of such links (Wiest 1981).
        result = plan(task("correct", 5), task("copy", 3), Link("correct", "copy", "FF"))
        assert (starts(result, "copy"), ends(result, "copy")) == ("Wed 3 Sep", "Fri 5 Sep")


class TestStartToFinish:
    def test_the_old_guard_leaves_when_the_new_guard_comes(self):
        result = plan(
            task("new guard", 5, not_before=day(9, 11)), task("old guard", 3), Link("new guard", "old guard", "SF")
        )
        assert (starts(result, "old guard"), ends(result, "old guard")) == ("Mon 8 Sep", "Wed 10 Sep")

    def test_and_stays_one_day_to_hand_over(self):
        result = plan(
            task("new guard", 5, not_before=day(9, 11)), task("old guard", 3), Link("new guard", "old guard", "SF", 1)
        )
        assert ends(result, "old guard") == "Thu 11 Sep"


class TestCalendars:
    def test_national_days_are_not_worked(self):
        result = plan(task("survey", 3, "hanoi"))
        assert (starts(result, "survey"), ends(result, "survey")) == ("Wed 3 Sep", "Fri 5 Sep")

    def test_the_weekend_of_the_event_is_worked_by_those_whose_calendar_says_so(self):
        parts = task("ceremony", 4, "hanoi", not_before=day(10, 24)), task("office", 4, not_before=day(10, 24))
        result = plan(*parts)
        assert ends(result, "ceremony") == "Mon 27 Oct"
        assert ends(result, "office") == "Wed 29 Oct"

    def test_a_member_of_the_critical_path_can_have_float_that_its_successor_sleeps_through(self):
        result = plan(task("build", 5, "always"), task("inspect", 1), Link("build", "inspect"))
        assert ends(result, "build") == "Fri 5 Sep"
        assert starts(result, "inspect") == "Mon 8 Sep"
        assert result.critical_path == ("build", "inspect")
        assert result["build"].end_float == 2
        assert not result["build"].critical


class TestMilestones:
    def test_what_is_reached_by_fridays_work_is_shown_on_friday(self):
        result = plan(task("draft", 5), task("adopted", 0), Link("draft", "adopted"))
        assert (starts(result, "adopted"), ends(result, "adopted")) == ("Fri 5 Sep", "Fri 5 Sep")
        assert result["adopted"].early_start == result["adopted"].early_finish == day(9, 6)

    def test_a_milestone_after_a_milestone_is_shown_on_the_same_day(self):
        result = plan(
            task("draft", 5), task("adopted", 0), task("known", 0), Link("draft", "adopted"), Link("adopted", "known")
        )
        assert ends(result, "known") == "Fri 5 Sep"

    def test_a_kick_off_is_shown_on_its_own_morning_and_takes_no_day(self):
        result = plan(task("kick-off", 0, not_before=day(9, 8)), task("draft", 1), Link("kick-off", "draft"))
        assert ends(result, "kick-off") == "Mon 8 Sep"
        assert starts(result, "draft") == "Mon 8 Sep"

    def test_the_start_of_a_task_is_shown_on_that_morning(self):
        result = plan(task("draft", 5), task("begun", 0), Link("draft", "begun", "SS"))
        assert ends(result, "begun") == "Mon 1 Sep"
        result = plan(task("draft", 5), task("well begun", 0), Link("draft", "well begun", "SS", 2))
        assert ends(result, "well begun") == "Tue 2 Sep"

    def test_it_may_be_reached_on_a_sunday(self):
        result = plan(task("build", 7, "always"), task("built", 0), Link("build", "built"))
        assert ends(result, "built") == "Sun 7 Sep"

    def test_one_not_reached_is_not_shown_before_today(self):
        done = task("draft", 5, actual_start=day(9, 1), actual_finish=end_of(9, 5))
        result = plan(done, task("adopted", 0), Link("draft", "adopted"), today=day(9, 6))
        assert ends(result, "adopted") == "Sat 6 Sep"

    def test_one_that_was_reached_is_shown_on_its_day(self):
        result = plan(task("adopted", 0, actual_finish=end_of(9, 3)), today=day(9, 10))
        assert (starts(result, "adopted"), ends(result, "adopted")) == ("Wed 3 Sep", "Wed 3 Sep")

    def test_a_fixed_one_is_shown_on_its_day(self):
        result = plan(task("opening", 0, fixed_start=day(10, 25)), task("close", 0, fixed_finish=end_of(10, 26)))
        assert ends(result, "opening") == "Sat 25 Oct"
        assert ends(result, "close") == "Sun 26 Oct"


class TestDeadlines:
    def test_float_against_a_deadline_downstream(self):
        result = plan(
            task("draft", 3), task("review", 2, deadline=end_of(9, 9)), task("long", 20), Link("draft", "review")
        )
        assert result["draft"].total_float == result["review"].total_float == 2
        assert result["draft"].end_float == 15
        assert result["draft"].binding == Binding(BindingKind.DEADLINE, "review")
        assert result["long"].binding == Binding(BindingKind.PROJECT_FINISH)

    def test_a_missed_deadline_makes_the_float_of_all_before_it_negative(self):
        result = plan(
            task("draft", 3),
            task("review", 4, deadline=end_of(9, 5)),
            task("publish", 1),
            Link("draft", "review"),
            Link("review", "publish"),
        )
        assert [result[id].total_float for id in ("draft", "review", "publish")] == [-2, -2, 0]
        assert result["draft"].late_finish == end_of(9, 1)
        assert result["draft"].binding == Binding(BindingKind.DEADLINE, "review")
        # The plan is late, but nothing moved: the classical float knows only the project's end.
        assert [result[id].end_float for id in result] == [0, 0, 0]

    def test_a_milestone_that_misses_friday_by_the_weekend_misses_it(self):
        result = plan(
            task("draft", 3), task("adopted", 0, not_before=day(9, 8), deadline=end_of(9, 5)), Link("draft", "adopted")
        )
        assert result["adopted"].total_float == -1
        assert result["draft"].total_float == 2

    def test_the_tightest_of_two_deadlines_binds_and_its_owner_is_named(self):
        result = plan(
            task("a", 2),
            task("b", 2, deadline=end_of(9, 5)),
            task("c", 2, deadline=end_of(9, 4)),
            Link("a", "b"),
            Link("a", "c"),
        )
        assert result["a"].binding == Binding(BindingKind.DEADLINE, "c")
        assert result["b"].binding == Binding(BindingKind.PROJECT_FINISH)

    @pytest.mark.parametrize("order", ["bc", "cb"])
    def test_of_equal_ones_the_smallest_id_is_named(self, order):
        parts = [task(id, 2, deadline=end_of(9, 4)) for id in order]
        result = plan(task("a", 2), *parts, *[Link("a", id) for id in order], task("z", 9))
        assert result["a"].binding == Binding(BindingKind.DEADLINE, "b")

    @pytest.mark.parametrize("order", ["bc", "cb"])
    def test_a_deadline_is_named_before_an_equal_end_of_the_project(self, order):
        parts = {"b": task("b", 2), "c": task("c", 2, deadline=end_of(9, 4))}
        result = plan(task("a", 2), *[parts[id] for id in order], *[Link("a", id) for id in order])
        assert result["a"].binding == Binding(BindingKind.DEADLINE, "c")


class TestFloat:
    def test_free_float_is_before_the_next_one_total_float_before_the_end(self):
        result = plan(
            task("a", 1), task("b", 1), task("long", 10), task("end", 1),
            Link("a", "b"), Link("b", "end"), Link("long", "end"),
        )  # fmt: skip
        assert (result["a"].free_float, result["a"].total_float) == (0, 8)
        assert (result["b"].free_float, result["b"].total_float) == (8, 8)
        assert result.critical_path == ("long", "end")
        assert [id for id in result if result[id].critical] == ["long", "end"]

    def test_float_is_counted_in_the_own_calendar(self):
        result = plan(task("office", 1), task("guard", 1, "always"), task("long", 10))
        assert result["office"].total_float == 9
        assert result["guard"].total_float == 11


class TestProgress:
    def test_what_has_not_begun_cannot_begin_in_the_past(self):
        result = plan(task("draft", 3), today=day(9, 10))
        assert starts(result, "draft") == "Wed 10 Sep"
        assert result["draft"].driver == Driver(DriverKind.STATUS_DATE)

    def test_finished_work_keeps_its_dates_and_has_no_float(self):
        done = task("draft", 3, actual_start=day(9, 2), actual_finish=end_of(9, 9))
        result = plan(done, task("review", 2), Link("draft", "review"), today=day(9, 10))
        assert (starts(result, "draft"), ends(result, "draft")) == ("Tue 2 Sep", "Tue 9 Sep")
        times = result["draft"]
        assert (times.total_float, times.end_float, times.free_float, times.critical) == (None, None, None, False)
        assert times.driver == Driver(DriverKind.ACTUAL)
        assert starts(result, "review") == "Wed 10 Sep"
        # The link and today demand the same morning: the link tells more.
        assert result["review"].driver.predecessor == "draft"
        assert result.critical_path == ("review",)

    def test_a_reported_finish_without_a_start_is_reckoned_back(self):
        result = plan(task("draft", 3, actual_finish=end_of(9, 9)), today=day(9, 10))
        assert (starts(result, "draft"), ends(result, "draft")) == ("Fri 5 Sep", "Tue 9 Sep")

    def test_what_remains_is_counted_from_today(self):
        result = plan(task("draft", 10, actual_start=day(9, 1), remaining=2), today=day(9, 10))
        assert (starts(result, "draft"), ends(result, "draft")) == ("Mon 1 Sep", "Thu 11 Sep")
        assert result["draft"].resume == day(9, 10)

    def test_if_nobody_said_what_remains_it_is_the_duration_less_the_days_since(self):
        result = plan(task("draft", 10, actual_start=day(9, 1)), today=day(9, 10))
        assert ends(result, "draft") == "Fri 12 Sep"

    def test_what_should_be_over_and_is_not_needs_at_least_today(self):
        result = plan(task("draft", 2, actual_start=day(9, 1)), today=day(9, 10))
        assert ends(result, "draft") == "Wed 10 Sep"

    def test_what_is_left_of_work_begun_too_early_waits_for_the_predecessor(self):
        result = plan(
            task("survey", 5),
            task("design", 6, actual_start=day(9, 4), remaining=4),
            Link("survey", "design"),
            today=day(9, 8),
        )
        # Retained logic: the survey is done on Fri 12, the design goes on after it.
        assert ends(result, "survey") == "Fri 12 Sep"
        assert starts(result, "design") == "Thu 4 Sep"
        assert (result["design"].resume, ends(result, "design")) == (day(9, 15), "Thu 18 Sep")
        assert result["design"].driver.predecessor == "survey"
        assert result.critical_path == ("survey", "design")

    def test_a_finished_successor_waits_for_nothing_any_more(self):
        result = plan(
            task("survey", 5),
            task("design", 6, actual_start=day(9, 1), actual_finish=end_of(9, 5)),
            task("long", 10),
            Link("survey", "design"),
            today=day(9, 8),
        )
        assert result["survey"].total_float == 5

    def test_without_a_status_date_a_started_one_has_its_whole_duration(self):
        result = plan(task("draft", 3, actual_start=day(9, 4)))
        assert (starts(result, "draft"), ends(result, "draft")) == ("Thu 4 Sep", "Mon 8 Sep")

    def test_all_done_has_no_critical_path(self):
        result = plan(task("draft", 3, actual_start=day(9, 1), actual_finish=end_of(9, 3)), today=day(9, 10))
        assert (result.critical_path, result.finish) == ((), end_of(9, 3))


class TestFixedDates:
    def test_the_opening_stays_and_those_before_it_have_float_against_it(self):
        result = plan(
            task("prepare", 3), task("opening", 2, "always", fixed_start=day(9, 6)), Link("prepare", "opening")
        )
        assert (starts(result, "opening"), ends(result, "opening")) == ("Sat 6 Sep", "Sun 7 Sep")
        assert result["opening"].driver == Driver(DriverKind.FIXED)
        assert result["prepare"].total_float == 2
        assert result["prepare"].binding == Binding(BindingKind.FIXED, "opening")
        assert result.conflicts == ()

    def test_preparation_that_takes_too_long_is_a_conflict_not_a_later_opening(self):
        result = plan(
            task("prepare", 6), task("opening", 2, "always", fixed_start=day(9, 6)), Link("prepare", "opening")
        )
        assert starts(result, "opening") == "Sat 6 Sep"
        (conflict,) = result.conflicts
        assert (conflict.activity, conflict.kind) == ("opening", ConflictKind.START)
        assert (conflict.fixed, conflict.demanded) == (day(9, 6), day(9, 9))
        assert conflict.driver.predecessor == "prepare"
        assert result["prepare"].total_float == -1

    def test_a_fixed_finish_puts_the_work_just_before_it(self):
        result = plan(task("rehearsal", 2, fixed_finish=end_of(9, 8)))
        assert (starts(result, "rehearsal"), ends(result, "rehearsal")) == ("Fri 5 Sep", "Mon 8 Sep")

    def test_a_fixed_finish_before_the_work_can_be_done_is_a_conflict(self):
        result = plan(task("rehearsal", 5, fixed_finish=end_of(9, 3)))
        (conflict,) = result.conflicts
        assert (conflict.kind, conflict.demanded) == (ConflictKind.FINISH, end_of(9, 5))
        assert conflict.driver == Driver(DriverKind.PROJECT_START)

    def test_a_ceremony_fixed_on_a_saturday_of_an_office_calendar_is_a_conflict(self):
        result = plan(task("ceremony", 1, fixed_start=day(9, 6)))
        assert result["ceremony"].early_start == day(9, 6)
        (conflict,) = result.conflicts
        assert (conflict.kind, conflict.demanded) == (ConflictKind.CALENDAR, day(9, 8))

    def test_fixed_at_both_ends_it_must_be_as_long_as_its_work(self):
        fixed = {"fixed_start": day(9, 1), "fixed_finish": end_of(9, 5)}
        assert plan(task("sale", 5, **fixed)).conflicts == ()
        (conflict,) = plan(task("sale", 3, **fixed)).conflicts
        assert (conflict.kind, conflict.demanded) == (ConflictKind.DURATION, end_of(9, 3))

    def test_fixed_at_both_ends_it_stays_where_it_is_if_its_start_is_early_enough(self):
        sale = task("sale", 0, fixed_start=day(9, 3), fixed_finish=end_of(9, 4))
        result = plan(sale, task("party", 1), Link("sale", "party", "SS", 1), task("long", 5))
        # Its start may be as late as Thursday; that its finish is on Thursday evening does no harm.
        assert (result["sale"].total_float, result["party"].driver.predecessor) == (0, "sale")
        assert result["sale"].end_float >= 0

    def test_an_actual_start_outranks_a_fixed_one(self):
        result = plan(task("sale", 3, fixed_start=day(9, 3), actual_start=day(9, 4)), today=day(9, 4))
        assert (starts(result, "sale"), ends(result, "sale"), result.conflicts) == ("Thu 4 Sep", "Mon 8 Sep", ())

    def test_a_fixed_day_in_the_past_that_was_not_begun_is_a_conflict_with_today(self):
        result = plan(task("sale", 1, fixed_start=day(9, 3)), today=day(9, 5))
        (conflict,) = result.conflicts
        assert (conflict.driver, conflict.demanded) == (Driver(DriverKind.STATUS_DATE), day(9, 5))


class TestWaived:
    def test_it_takes_no_time_and_passes_the_logic_on(self):
        result = plan(
            task("a", 2), task("b", 5, waived=True, deadline=end_of(9, 1)), task("c", 1), Link("a", "b"), Link("b", "c")
        )
        assert starts(result, "c") == "Wed 3 Sep"
        assert result["a"].total_float == 0
        assert result.critical_path == ("a", "b", "c")

    def test_its_dates_are_ignored(self):
        late = task("b", 5, waived=True, not_before=day(10, 1), fixed_start=day(10, 1))
        result = plan(late, task("c", 1), Link("b", "c"))
        assert (starts(result, "c"), result.conflicts) == ("Mon 1 Sep", ())


class TestWhyThen:
    def test_not_before(self):
        result = plan(task("a", 1, not_before=day(9, 4)))
        assert result["a"].driver == Driver(DriverKind.NOT_BEFORE)

    def test_the_later_of_two_predecessors(self):
        result = plan(task("a", 3), task("b", 4), task("c", 1), Link("a", "c"), Link("b", "c"))
        assert result["c"].driver == Driver(DriverKind.LINK, Link("b", "c"))
        assert result["c"].driver.predecessor == "b"

    def test_of_two_equal_ones_the_smallest_id(self):
        result = plan(task("b", 3), task("a", 3), task("c", 1), Link("b", "c"), Link("a", "c"))
        assert result["c"].driver.predecessor == "a"

    def test_a_link_is_named_before_a_date_that_demands_the_same(self):
        result = plan(task("a", 3), task("b", 2, not_before=day(9, 4)), Link("a", "b"))
        assert result["b"].driver.predecessor == "a"
        result = plan(task("a", 3), task("b", 3), Link("a", "b", "FF"))
        assert result["b"].driver.predecessor == "a"
        result = plan(task("a", 0), task("b", 0), Link("a", "b", "FF"))
        assert result["b"].driver.predecessor == "a"

    def test_the_chain_leads_from_the_first_cause(self):
        result = plan(
            task("a", 3, not_before=day(9, 3)), task("b", 2), task("c", 1), Link("a", "b", "SS", 1), Link("b", "c")
        )
        assert result.chain("c") == ("a", "b", "c")
        assert result.chain("a") == ("a",)


def test_an_empty_network_is_finished_when_it_starts():
    result = plan()
    assert (len(result), result.finish, result.critical_path) == (0, day(9, 1), ())


def test_a_plan_longer_than_the_first_tables_is_still_right():
    parts = [task(f"T{at:03}", 40, "always") for at in range(60)]
    links = [Link(a.id, b.id) for a, b in pairwise(parts)]
    assert plan(*parts, *links).finish == day(9, 1) + 2400


def test_day_by_day_over_the_edge_of_the_first_tables():
    parts = [task(f"T{at:04}", 1) for at in range(1_500)]
    links = [Link(a.id, b.id) for a, b in pairwise(parts)]
    assert plan(*parts, *links).early_finish == tuple(OFFICE.finish(day(9, 1), at) for at in range(1, 1_501))


def test_a_deadline_missed_by_years_reaches_back_before_the_first_tables():
    parts = [task(f"T{at:03}", 40, "always") for at in range(60)]
    links = [Link(a.id, b.id) for a, b in pairwise(parts)]
    late = task("late", 1, "always", deadline=end_of(9, 1))
    result = plan(*parts, late, *links, Link("T059", "late"))
    assert result["T000"].total_float == -2400
    assert result["T000"].late_start == day(9, 1) - 2400


@pytest.mark.parametrize("lag", [-3000, 3000])
def test_very_long_lags(lag):
    result = plan(task("a", 1, "always"), task("b", 1, "always", not_before=day(9, 20)), Link("a", "b", lag=lag))
    assert result["b"].early_start == max(day(9, 20), day(9, 2) + lag)
    assert result["a"].late_finish == min(result.finish, result["b"].late_start - lag)
