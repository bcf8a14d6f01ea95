"""Planned starts in the network, and what the actions of capacity and risk refuse."""

from __future__ import annotations

import pytest

from summitry.core.action import submit
from summitry.core.checking import Reading
from summitry.core.refusals import Invalid, NotPermitted, StaleEdit, StillReferred
from summitry.core.rights import Classification, Role
from summitry.schedule import actions as a
from summitry.schedule.models import Alternative, Capacity, Demand, RiskHit, Task
from summitry.schedule.planning import DriverKind, explain, limits, plan
from summitry.schedule.planning.limits import Use, overload
from tests.factories import (
    make_agency,
    make_alternative,
    make_capacity,
    make_demand,
    make_event,
    make_link,
    make_resource,
    make_resource_period,
    make_risk,
    make_task,
    make_viewer,
)
from tests.schedule.makers import TODAY, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return make_event()


@pytest.fixture
def viewer(event):
    return make_viewer(event)


@pytest.fixture
def do(event, viewer):
    return lambda *actions: submit(list(actions), viewer=viewer, event=event)


def row_of(task: Task):
    return plan(Reading(task.event)).of(task.pk)


# Planned starts


@pytest.mark.parametrize(
    ("not_before", "planned", "start", "kind"),
    [
        (None, day(14), day(14), DriverKind.PLANNED),
        (day(10), day(14), day(14), DriverKind.PLANNED),
        (day(15), day(14), day(15), DriverKind.NOT_BEFORE),
        (day(14), day(14), day(14), DriverKind.NOT_BEFORE),
        (None, day(3), TODAY, DriverKind.STATUS_DATE),
        (None, day(11), day(13), DriverKind.PLANNED),
    ],
)
def test_the_later_of_limit_and_planned_start_holds_and_is_named(event, viewer, not_before, planned, start, kind):
    task = make_task(event, "T1", likely=2, not_before=not_before, planned_start=planned)
    row = row_of(task)
    assert (row.start, row.drivers[0].kind) == (start, kind)
    if kind is DriverKind.PLANNED:
        said = explain(row.drivers[0], plan(Reading(event)).data, viewer)
        assert said == f"It is planned for {planned.day} Oct 2025 for reasons of capacity."


def test_a_predecessor_a_fact_and_a_group_limit_go_before_a_planned_start(event):
    group = make_task(event, "G", likely=0, not_before=day(20))
    before = make_task(event, "T1", likely=5)
    after, inside = make_task(event, "T2", planned_start=day(8)), make_task(event, "T3", parent=group)
    Task.objects.get(pk=inside.pk)
    make_link(before, after)
    begun = make_task(event, "T4", likely=3, started_on=day(3), planned_start=day(20))
    assert row_of(after).start == day(13)
    assert row_of(inside).start == day(20)
    assert row_of(begun).start == day(3)


def test_a_milestone_waits_for_its_planned_day_also_on_a_free_one(event):
    make_link(make_task(event, "T1", likely=2), make_task(event, "M", milestone=True, likely=0, planned_start=day(11)))
    assert row_of(Task.objects.get(code="M")).start == day(11)


def test_placing_sets_moves_and_clears(event, do):
    one, two = make_task(event, "T1", likely=2), make_task(event, "T2", likely=2)
    do(a.PlaceTask(code="T1", start=day(14), seen=one.version))
    do(a.PlaceTasks(starts={"T1": day(15), "T2": day(16)}, seen={"T2": two.version}))
    assert list(Task.objects.values_list("planned_start", flat=True)) == [day(15), day(16)]
    do(a.PlaceTask(code="T1", start=None))
    do(a.MoveTask(code="T2", not_before=day(9)))
    assert list(Task.objects.values_list("planned_start", "not_before")) == [(None, None), (None, day(9))]
    with pytest.raises(StaleEdit):
        do(a.PlaceTasks(starts={"T1": day(15)}, seen={"T1": one.version}))


@pytest.mark.parametrize(
    "values",
    [{"started_on": day(3)}, {"closed_on": day(3)}, {"waived_on": day(3)}, {"fixed_start": day(20)}],
)
def test_a_fact_or_a_fixed_date_is_not_placed(event, do, values):
    make_task(event, "T1", likely=2, **values)
    for action in (a.PlaceTask(code="T1", start=day(14)), a.PlaceTasks(starts={"T1": day(14)})):
        with pytest.raises(Invalid):
            do(action)
    do(a.PlaceTask(code="T1", start=None))


def test_a_group_is_not_placed_and_a_task_that_becomes_one_loses_its_planned_start(event, do):
    make_task(event, "G", likely=3, planned_start=day(14))
    do(a.CreateTask(code="T1", title="Part", parent="G"))
    assert Task.objects.get(code="G").planned_start is None
    for action in (a.PlaceTask(code="G", start=day(14)), a.PlaceTasks(starts={"G": day(14)})):
        with pytest.raises(Invalid):
            do(action)
    with pytest.raises(Invalid):
        do(a.PlaceTasks(starts={}))


# Desks and resources


@pytest.mark.parametrize(
    ("first", "last", "clashes"),
    [
        (day(1), day(4), False),
        (day(1), day(5), True),
        (day(6), day(7), True),
        (day(10), None, True),
        (day(11), None, False),
        (day(1), None, True),
        (day(9), day(8), True),
    ],
)
def test_periods_of_one_agency_share_no_day(event, do, first, last, clashes):
    agency = make_agency(event, "K01")
    make_capacity(agency, 2, from_day=day(5), to_day=day(10))
    make_capacity(make_agency(event, "A05"), 2)
    action = a.AddCapacity(agency="K01", from_day=first, to_day=last, units=1)
    if not clashes:
        do(action)
        assert Capacity.objects.filter(agency=agency).count() == 2
        return
    with pytest.raises(Invalid) as refused:
        do(action)
    assert refused.value.faults[0].field in {"from_day", "to_day"}


def test_a_clashing_period_that_one_may_not_see_is_not_told(event):
    agency = make_agency(event, "K01")
    make_capacity(agency, 7, classification=Classification.SECRET)
    planner = make_viewer(event, clearance=Classification.RESTRICTED)
    with pytest.raises(Invalid) as refused:
        submit([a.AddCapacity(agency="K01", from_day=day(1), units=1)], viewer=planner, event=event)
    assert "7" not in str(refused.value)
    assert "may not see" in str(refused.value)


def test_limits_tell_what_there_is_on_a_day(event):
    agency, hall = make_agency(event, "K01"), make_resource(event, "HALL", units=2)
    make_capacity(agency, 3, from_day=day(1), to_day=day(10))
    make_capacity(agency, 1, from_day=day(13))
    make_resource_period(hall, 5, from_day=day(8), to_day=day(9))
    within = Reading(event).use(limits)
    assert [within.desks(agency.pk, day(n)) for n in (1, 10, 11, 13, 31)] == [3, 3, None, 1, 1]
    assert (within.most_desks(agency.pk, day(9)), within.most_desks(agency.pk, day(13))) == (None, 1)
    assert within.desks(None, TODAY) is None
    assert [within.units(hall.pk, day(n)) for n in (7, 8, 9, 10)] == [2, 5, 5, 2]
    assert (within.most_units(hall.pk, day(8)), within.most_units(hall.pk, day(10))) == (5, 2)


def test_overloads_are_those_of_counting_day_by_day(event):
    """Against plain counting, for all small sets of claims on one calendar."""
    calendar = Reading(event).use(plan).calendar().work
    monday = TODAY.toordinal()
    claims = [
        Use(n, monday + first, monday + first + days, units, calendar)
        for n, (first, days, units) in enumerate([(0, 3, 1), (1, 8, 2), (4, 2, 1), (9, 0, 3), (5, 1, 1)])
    ]
    for mask in range(1, 32):
        uses = [claim for n, claim in enumerate(claims) if mask >> n & 1]
        for limit in range(4):
            loads = {
                d: sum(u.units for u in uses if u.first <= d <= u.last)
                for d in range(monday, monday + 20)
                if calendar.is_working(d)
            }
            over = {d: load for d, load in loads.items() if load > limit}
            found = overload(uses, lambda _day, most=limit: most)
            if not over:
                assert found is None
                continue
            assert found is not None
            assert (found.first.toordinal(), found.days) == (min(over), len(over))
            assert (found.load, found.worst) == (over[min(over)], max(over.values()) - limit)


def test_what_is_needed_stays_and_a_removed_task_takes_its_own_along(event, do):
    task, hall = make_task(event, "T1"), make_resource(event, "HALL")
    make_demand(task, hall)
    make_alternative(task)
    with pytest.raises(StillReferred):
        do(a.RemoveResource(code="HALL"))
    risk = make_risk(event, "R1", [task])
    with pytest.raises(StillReferred):
        do(a.RemoveTask(code="T1"))
    do(a.ChangeRiskEvent(code="R1", tasks=[], seen=risk.version), a.RemoveTask(code="T1"))
    assert not Demand.objects.exists()
    assert not Alternative.objects.exists()
    assert not RiskHit.objects.exists()


def test_milestones_and_groups_take_no_resource_and_have_no_other_way(event, do):
    make_resource(event, "HALL")
    make_task(event, "M", milestone=True, likely=0)
    make_task(event, "T1", parent=make_task(event, "G", likely=0))
    for code in ("M", "G"):
        with pytest.raises(Invalid):
            do(a.SetDemand(task=code, resource="HALL"))
        with pytest.raises(Invalid):
            do(a.CreateAlternative(task=code, code="A1", likely=2))
    with pytest.raises(Invalid):
        do(a.SetDemand(task="T1", resource="HALL", units=0))


# Alternatives


def test_choosing_twice_goes_back_and_other_ways_keep_the_lead_they_meant(event, do):
    lead, other = make_agency(event, "K01"), make_agency(event, "A05")
    task = make_task(event, "T1", lead=lead, optimistic=4, likely=5, pessimistic=9)
    make_alternative(task, "A1", lead=other, likely=3, desks=2)
    same = make_alternative(task, "A2", likely=2)
    do(a.ChooseAlternative(task="T1", code="A1"))
    task.refresh_from_db()
    assert (task.lead, task.optimistic, task.likely, task.pessimistic, task.desks) == (other, None, 3, None, 2)
    same.refresh_from_db()
    assert same.lead == lead
    do(a.ChooseAlternative(task="T1", code="A1"))
    task.refresh_from_db()
    assert (task.lead, task.optimistic, task.likely, task.pessimistic, task.desks) == (lead, 4, 5, 9, 1)


@pytest.mark.parametrize("values", [{"started_on": day(3)}, {"closed_on": day(3)}, {"waived_on": day(3)}])
def test_work_that_has_begun_or_is_settled_is_not_done_another_way(event, do, values):
    make_alternative(make_task(event, "T1", likely=2, **values))
    with pytest.raises(Invalid):
        do(a.ChooseAlternative(task="T1", code="A1"))


# Risk events


def test_a_mitigation_is_decided_only_when_it_is_told_and_not_on_a_day_to_come(event, do):
    make_risk(event, "R1")
    with pytest.raises(Invalid):
        do(a.DecideMitigation(code="R1"))
    do(a.ChangeRiskEvent(code="R1", mitigation="Tents", mitigated_probability=1, mitigated_likely=1))
    with pytest.raises(Invalid):
        do(a.DecideMitigation(code="R1", on=day(7)))
    do(a.DecideMitigation(code="R1"))
    with pytest.raises(Invalid):
        do(a.ChangeRiskEvent(code="R1", mitigation="", mitigated_probability=None, mitigated_likely=None))


def test_tasks_that_the_editor_may_not_see_stay_hit(event):
    secret = make_task(event, "S", classification=Classification.SECRET)
    plain, other = make_task(event, "T1"), make_task(event, "T2")
    make_risk(event, "R1", [secret, plain])
    planner = make_viewer(event, clearance=Classification.RESTRICTED)
    submit([a.ChangeRiskEvent(code="R1", tasks=["T2"])], viewer=planner, event=event)
    assert set(RiskHit.objects.values_list("task", flat=True)) == {secret.pk, other.pk}


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.PLANNER)])
def test_only_planners_change_capacity_and_risk(event, role):
    agency = make_agency(event, "K01")
    make_risk(event, "R1", [make_task(event, "T1", lead=agency)])
    viewer = make_viewer(event, role, agency=agency)
    for action in (
        a.AddCapacity(agency="K01", from_day=day(1), units=1),
        a.CreateResource(code="HALL", name="Hall"),
        a.PlaceTask(code="T1", start=day(14)),
        a.ChangeRiskEvent(code="R1", probability=1),
        a.SetRiskSettings(samples=500),
    ):
        with pytest.raises(NotPermitted):
            submit([action], viewer=viewer, event=event)
