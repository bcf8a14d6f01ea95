"""Checks of desks, resources and other ways to do a task: each with a case that fails and one that passes."""

from __future__ import annotations

from datetime import date

import pytest

from summitry.core.checking import Reading, run_checks
from summitry.core.rights import Classification, Role
from tests.check_cases import fails, passes
from tests.factories import (
    make_agency,
    make_alternative,
    make_body,
    make_capacity,
    make_demand,
    make_event,
    make_link,
    make_resource,
    make_resource_period,
    make_task,
    make_viewer,
)
from tests.schedule.makers import TODAY, day


def two_at_once(event, units, **values):
    """T1 and T2 run on 6 to 8 October, both led by K01; T3 follows T2."""
    lead = make_agency(event, "K01")
    make_capacity(lead, units, **values)
    one, two, three = (make_task(event, f"T{n}", lead=lead, likely=3) for n in (1, 2, 3))
    make_link(two, three)
    return lead, one, two, three


@fails("SCH043", on=["K01"], values={"day": TODAY, "load": 2, "desks": 1, "days": 3})
def test_two_tasks_and_one_desk(event):
    two_at_once(event, 1)


@passes("SCH043")
def test_two_tasks_and_two_desks(event):
    two_at_once(event, 2)


@passes("SCH043")
def test_without_capacity_nobody_is_limited(event):
    lead, *_tasks = two_at_once(event, 0, from_day=date(2025, 11, 1))
    make_capacity(lead, 0, from_day=date(2025, 9, 1), to_day=date(2025, 10, 3))


@fails("SCH043", on=["K01"], values={"day": day(8), "load": 2, "desks": 1, "days": 1})
def test_fewer_desks_for_a_day(event):
    lead, *_tasks = two_at_once(event, 1, from_day=day(8), to_day=day(8))
    make_capacity(lead, 2, from_day=day(9))


@passes("SCH043")
def test_free_days_and_tasks_without_a_desk_do_not_count(event):
    lead = make_agency(event, "K01")
    make_capacity(lead, 1, to_day=day(10))
    make_capacity(lead, 0, from_day=day(11), to_day=day(12))  # a weekend
    make_capacity(lead, 1, from_day=day(13))
    make_task(event, "T1", lead=lead, likely=8)
    make_task(event, "T2", lead=lead, likely=8, desks=0)
    make_task(event, "DONE", lead=lead, likely=8, started_on=day(1), closed_on=day(3))


@passes("SCH043")
def test_a_planned_start_lifts_the_clash(event):
    _lead, one, _two, three = two_at_once(event, 1)
    three.planned_start, one.planned_start = None, day(14)
    from tests.factories import save

    save(one)


@fails("SCH044", on=["T1"], values={"desks": 3, "lead": "K01", "most": 2})
def test_a_task_of_three_desks_and_two_there(event):
    lead = make_agency(event, "K01")
    make_capacity(lead, 9, to_day=day(3))
    make_capacity(lead, 2, from_day=day(4))
    make_task(event, "T1", lead=lead, desks=3)


@passes("SCH044")
def test_more_desks_are_to_come_or_a_gap_limits_nobody(event):
    for code, first in (("K01", 11), ("K02", 12)):
        lead = make_agency(event, code)
        make_capacity(lead, 2, to_day=day(10))
        make_capacity(lead, 3, from_day=day(first), to_day=None if code == "K01" else day(20))
        make_task(event, f"T-{code}", lead=lead, desks=3)


@fails("SCH045", on=["T1/POOL"], values={"task": "T1", "units": 5, "resource": "POOL", "most": 4})
def test_five_of_four_vehicles(event):
    pool = make_resource(event, "POOL", units=3)
    make_resource_period(pool, 4)
    make_demand(make_task(event, "T1"), pool, 5)


@passes("SCH045")
def test_five_of_five_vehicles(event):
    make_demand(make_task(event, "T1"), make_resource(event, "POOL", units=5), 5)


@fails("SCH046", on=["HALL"], values={"day": TODAY, "load": 2, "units": 1, "days": 2})
def test_two_rehearsals_in_one_hall(event):
    hall = make_resource(event, "HALL")
    make_demand(make_task(event, "T1", likely=2), hall)
    make_demand(make_task(event, "T2", likely=4), hall)


@passes("SCH046")
def test_two_rehearsals_in_two_halls(event):
    hall = make_resource(event, "HALL")
    make_resource_period(hall, 2, to_day=day(7))
    make_demand(make_task(event, "T1", likely=2), hall)
    make_demand(make_task(event, "T2", likely=4), hall)


@fails("SCH047", on=["T1/A1", "T1/A2"], values={"task": "T1"})
def test_the_same_way_twice(event):
    lead = make_agency(event, "K01")
    task = make_task(event, "T1", lead=lead, likely=5)
    make_alternative(task, likely=5)
    make_alternative(task, "A2", likely=5, lead=lead)


@passes("SCH047")
def test_another_lead_time_or_number_of_desks(event):
    task = make_task(event, "T1", lead=make_agency(event, "K01"), likely=5)
    make_alternative(task, likely=5, lead=make_agency(event, "NCC"))
    make_alternative(task, "A2", likely=4)
    make_alternative(task, "A3", likely=5, desks=2)


@fails("SCH048", on=["T1/A1", "T1/A2"], values={"desks": 2, "lead": "A05", "most": 1})
def test_an_alternative_of_two_desks_and_one_there(event):
    lead, other = make_agency(event, "K01"), make_agency(event, "A05")
    make_capacity(other, 1)
    make_capacity(lead, 2)
    task = make_task(event, "T1", lead=lead)
    make_alternative(task, desks=2, lead=other)
    make_alternative(task, "A2", desks=3)


@passes("SCH048")
def test_an_alternative_with_desks_enough(event):
    lead, other = make_agency(event, "K01"), make_agency(event, "A05")
    make_capacity(other, 2)
    task = make_task(event, "T1", lead=lead)
    make_alternative(task, desks=2, lead=other)
    make_alternative(task, "A2", desks=3)


@fails("SCH049", on=["T1/A1"], values={"lead": "MIC"})
def test_an_alternative_by_an_agency_whose_body_ended(event):
    gone = make_agency(event, "MIC")
    make_body(event, agency=gone, to_day=day(1))
    make_alternative(make_task(event, "T1", lead=make_agency(event, "K01")), lead=gone)


@passes("SCH049")
def test_an_alternative_by_agencies_that_take_part(event):
    task = make_task(event, "T1", lead=make_agency(event, "K01"))
    never, still, leading = make_agency(event, "UNIT"), make_agency(event, "NCC"), make_agency(event, "MOH")
    make_body(event, agency=still, to_day=day(1))
    make_body(event, agency=still)
    make_body(event, agency=leading, to_day=day(1))
    make_task(event, "T2", lead=leading)
    for code, lead in (("A1", never), ("A2", still), ("A3", leading)):
        make_alternative(task, code, lead=lead)


@fails("SCH050", on=["T1"])
def test_announced_and_held_by_nothing(event):
    make_task(event, "T1", published=True, not_before=day(20))


@passes("SCH050")
def test_announced_and_held(event):
    make_task(event, "T1", published=True, fixed_start=day(20))
    make_task(event, "T2", published=True, planned_start=day(20))
    make_task(event, "T3", published=True, started_on=day(3))
    make_task(event, "T4")


@fails("SCH051", on=["T2"], values={"planned": day(7), "start": day(9)})
def test_a_predecessor_overtakes_a_planned_start(event):
    make_link(make_task(event, "T1", likely=3), make_task(event, "T2", planned_start=day(7)))


@passes("SCH051")
def test_a_planned_start_that_holds(event):
    make_link(make_task(event, "T1", likely=3), make_task(event, "T2", planned_start=day(11)))  # Saturday: Monday
    make_task(event, "T3", planned_start=day(3), started_on=day(3))


@pytest.mark.django_db
def test_who_may_not_see_a_capacity_reads_no_number_of_it():
    event = make_event()
    lead = make_agency(event, "K01")
    make_capacity(lead, 1, classification=Classification.RESTRICTED)
    for code in ("T1", "T2"):
        make_task(event, code, lead=lead, likely=3, classification=Classification.PUBLIC)
    findings = run_checks(Reading(event), ["SCH043"])
    planner = make_viewer(event)
    observer = make_viewer(event, Role.OBSERVER)
    assert [found.code for found in findings.seen_by(planner)[0]] == ["SCH043"]
    shown, redacted = findings.seen_by(observer)
    assert (shown, redacted.count) == ((), 1)


@pytest.mark.django_db
@pytest.mark.parametrize("tasks", [1, 6])
def test_the_checks_ask_a_constant_number_of_queries(tasks, django_assert_max_num_queries):
    event = make_event()
    hall = make_resource(event, "HALL")
    for number in range(tasks):
        lead = make_agency(event)
        make_capacity(lead, 1)
        task = make_task(event, f"T{number}", lead=lead, likely=3)
        make_demand(task, hall)
        make_alternative(task, lead=make_agency(event))
    reading = Reading(event)
    with django_assert_max_num_queries(17):
        run_checks(reading, [f"SCH0{number}" for number in range(43, 54)])
