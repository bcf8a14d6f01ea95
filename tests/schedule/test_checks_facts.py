"""What was reported, and what was not."""

from __future__ import annotations

from tests.check_cases import fails, passes
from tests.factories import make_agency, make_coordination, make_document, make_link, make_task, save
from tests.schedule.makers import chain, day, make_evidence


@fails("SCH031", on=["T2"], values={"before": "T1", "day": day(2)})
def test_closed_while_what_it_waits_for_is_open(event):
    _first, second = chain(event, 5, 5)
    second.closed_on = day(2)
    save(second)


@passes("SCH031")
def test_closed_in_order_or_with_a_lead(event):
    first, second = chain(event, 5, 5)
    first.closed_on, second.closed_on = day(1), day(2)
    save(first, second)
    third = make_task(event, "T3")
    make_link(third, make_task(event, "T4", closed_on=day(2)), lag=-2)
    make_link(third, make_task(event, "T5", closed_on=day(2)), "SS")


@fails("SCH032", on=["T2"], values={"before": "T1", "day": day(2)})
def test_started_while_what_it_waits_for_is_open(event):
    _first, second = chain(event, 5, 5)
    second.started_on = day(2)
    save(second)


@passes("SCH032")
def test_started_in_order_or_by_a_link_that_allows_it(event):
    first, second = chain(event, 5, 5)
    first.closed_on, second.started_on = day(1), day(2)
    save(first, second)
    third = make_task(event, "T3")
    make_link(third, make_task(event, "T4", started_on=day(2)), "SS")
    make_link(third, make_task(event, "T5", started_on=day(2)), lag=-5)


# From 1 September, 24 working days have passed until 6 October; the event allows 10.
@fails("SCH033", on=["T1", "T2"], values={"days": 10})
def test_silence_on_started_work_and_on_work_that_could_have_started(event):
    make_task(event, "T1", likely=40, started_on=day(1, 9))
    make_task(event, "T2", likely=5)


@passes("SCH033")
def test_a_return_within_ten_working_days(event):
    make_task(event, "T1", likely=40, started_on=day(1, 9), reported_on=day(22, 9), remaining=12)
    make_task(event, "T2", likely=5, reported_on=day(22, 9))
    make_task(event, "T3", likely=5, not_before=day(22, 9))
    make_task(event, "T4", likely=5, not_before=day(20))


@fails("SCH034", on=["T1/POL"], values={"task": "T1", "agency": "POL"})
def test_closed_and_a_part_is_missing(event):
    task = make_task(event, "T1", closed_on=day(1))
    make_coordination(task, make_agency(event, "POL"), delivered_on=day(1))


@passes("SCH034")
def test_closed_with_parts_signed_off_or_waived(event):
    task = make_task(event, "T1", closed_on=day(1))
    make_coordination(task, make_agency(event), delivered_on=day(1), signed_off_on=day(1))
    make_coordination(task, make_agency(event), waived_on=day(1), waived_reason="Not needed.")


@fails("SCH035", on=["M1"], values={"day": day(1)})
def test_reached_and_nothing_shows_it(event):
    make_task(event, "M1", milestone=True, likely=0, closed_on=day(1))


@passes("SCH035")
def test_reached_with_the_signed_document(event):
    task = make_task(event, "M1", milestone=True, likely=0, closed_on=day(1))
    make_evidence(task, make_document(event))
    make_task(event, "T1", closed_on=day(1))
    make_task(event, "M2", milestone=True, likely=0)


@fails("SCH042", on=["T1", "T2"], values={"day": day(16)})
def test_closed_next_week(event):
    make_task(event, "T1", closed_on=day(16))
    make_task(event, "T2", reported_on=day(7))


@passes("SCH042")
def test_closed_today(event):
    make_task(event, "T1", started_on=day(1), closed_on=day(6))
