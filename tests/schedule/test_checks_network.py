"""The plan as a whole. The event's day is Monday 6 October 2025; days of work are Monday to Friday."""

from __future__ import annotations

from datetime import date, timedelta

from summitry.core.models import CalendarException
from summitry.core.records import recording, save_all
from tests.check_cases import fails, found, passes
from tests.factories import make_agency, make_link, make_task, save
from tests.schedule.makers import chain, day


@fails("SCH020", on=["T1"])
def test_each_waits_for_the_other(event):
    first, second = chain(event, 5, 5)
    make_link(second, first, "SS")


@passes("SCH020")
def test_one_waits_for_the_other(event):
    chain(event, 5, 5)


@fails("SCH021", on=["summit"], slug="summit")
def test_ten_thousand_years_of_work(event):
    chain(event, *[30_000] * 120)


@passes("SCH021")
def test_some_years_of_work(event):
    chain(event, 300, 300, 300)


# 6-10 October for the first, 13-17 for the second; the deadline was Wednesday 15 October: Thursday and Friday too late.
@fails("SCH022", on=["T2"], values={"finish": day(17), "deadline": day(15), "days": 2})
def test_expected_two_working_days_after_its_deadline(event):
    _first, second = chain(event, 5, 5)
    second.deadline = day(15)
    save(second)


@passes("SCH022")
def test_expected_on_its_deadline(event):
    _first, second = chain(event, 5, 5)
    second.deadline = day(17)
    save(second)


@fails("SCH023", on=["T1"], values={"days": 2})
def test_on_time_itself_but_what_follows_is_late(event):
    first, second = chain(event, 5, 5)
    first.deadline, second.deadline = day(10), day(15)
    save(first, second)


@passes("SCH023")
def test_what_is_late_itself_is_told_once(event):
    (task,) = chain(event, 5)
    task.deadline = day(8)
    save(task)
    assert [f.subject.key for f in found(event, "SCH022")] == ["T1"]


@fails("SCH024", on=["T1>T2/FS"], values={"before": "T1", "after": "T2"})
def test_it_waits_for_what_nobody_will_make(event):
    first, _second = chain(event, 5, 5)
    first.waived_on = day(1)
    save(first)


@passes("SCH024")
def test_both_ends_are_waived_or_done(event):
    first, second = chain(event, 5, 5)
    first.waived_on, second.closed_on = day(1), day(1)
    save(first, second)


@fails("SCH025", on=["M1", "T1"], values={"day": day(25)})
def test_fixed_on_a_saturday_and_a_milestone_on_an_event_day(event):
    make_task(event, "T1", fixed_start=day(18))
    make_task(event, "M1", milestone=True, likely=0, not_before=day(25))


@passes("SCH025")
def test_an_exceptional_working_day_is_none(event):
    save(CalendarException(event=event, day=day(25), working=True))
    make_task(event, "T1", fixed_start=day(25))
    make_task(event, "M1", milestone=True, likely=0, not_before=day(25))
    make_task(event, "T2", not_before=day(18))  # starts on the Monday after: nothing is set for the Saturday


@fails("SCH026", on=["T2"], values={"fixed": day(9), "demanded": day(13)})
def test_fixed_before_what_it_waits_for_is_done(event):
    _first, second = chain(event, 5, 1)
    second.fixed_start = day(9)
    save(second)


@passes("SCH026")
def test_fixed_after_what_it_waits_for(event):
    _first, second = chain(event, 5, 1)
    second.fixed_start = day(13)
    save(second)


@fails("SCH027", on=["T1", "T2"], values={"day": day(3)})
def test_the_fixed_day_went_by(event):
    make_task(event, "T1", fixed_start=day(3))
    make_task(event, "T2", likely=1, started_on=day(2), fixed_finish=day(2))


@passes("SCH027")
def test_the_fixed_day_is_a_fact_or_still_to_come(event):
    make_task(event, "T1", fixed_start=day(3), started_on=day(3))
    make_task(event, "T2", fixed_start=day(6))
    make_task(event, "T3", fixed_finish=day(3), closed_on=day(3))


@fails("SCH028", on=["T1"], values={"after": "T2", "deadline": day(23)})
def test_the_review_after_the_event_holds_up_the_rehearsal(event):
    review, rehearsal = chain(event, 3, 1)
    review.not_before, rehearsal.deadline = day(27), day(23)
    save(review, rehearsal)


@passes("SCH028")
def test_the_rehearsal_comes_first(event):
    rehearsal, review = chain(event, 1, 3)
    review.not_before, rehearsal.deadline = day(27), day(23)
    save(review, rehearsal)


@fails("SCH029", on=["T1>T3/FS"], values={"before": "T1", "after": "T3"})
def test_the_third_link_of_a_triangle(event):
    first, _second, third = chain(event, 1, 1, 1)
    make_link(first, third)


@passes("SCH029")
def test_a_link_that_says_more_is_not_redundant(event):
    first, _second, third = chain(event, 1, 1, 1)
    make_link(first, third, lag=5)
    fourth = make_task(event, "T4")
    make_link(third, fourth)
    make_link(first, fourth, "SS")


def _free_for_good(event, agency):
    with recording():
        save_all(
            [
                CalendarException(event=event, agency=agency, day=date(2025, 1, 1) + timedelta(days=n), working=False)
                for n in range(400)
            ]
        )


@fails("SCH030", on=["POL"])
def test_an_agency_that_never_works(event):
    _free_for_good(event, make_agency(event, "POL"))


@passes("SCH030")
def test_an_agency_with_a_free_day(event):
    save(CalendarException(event=event, agency=make_agency(event), day=day(7), working=False))
