"""The pages and forms of desks, resources, demands, alternatives, planned starts and risk events."""

from __future__ import annotations

import pytest

from summitry.core.rights import Classification, Role
from summitry.schedule.models import (
    Alternative,
    Capacity,
    Demand,
    Resource,
    ResourceCapacity,
    RiskEvent,
    RiskSettings,
    Task,
)
from summitry.schedule.views.places import find_resources, find_risks
from tests.factories import (
    make_agency,
    make_alternative,
    make_capacity,
    make_demand,
    make_event,
    make_resource,
    make_resource_period,
    make_risk,
    make_task,
    make_viewer,
    save,
)
from tests.schedule.makers import day
from tests.schedule.scene import address, page, send, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return make_event()


@pytest.fixture
def planner(event):
    return sign_in(event)


def carry_out(client, url, **data):
    """Both steps of a form: consequences that save nothing, then the confirmation."""
    preview = send(client, url, "preview", **data)
    assert preview.status_code == 200, preview.content.decode()
    done = send(client, url, "confirm", **data)
    assert done.status_code == 302, done.content.decode()
    return done


def test_desks_are_set_changed_and_removed_on_the_agency_page(event, planner):
    agency = make_agency(event, "K01")
    assert "Not limited" in page(planner, event, "agency", "K01")
    values = {"agency": "K01", "units": 3, "from_day": "2025-10-01", "reason": "Detached to the venue"}
    url = address(event, "new_capacity", agency="K01")
    assert send(planner, url, "preview", **values, classification=1).status_code == 200
    assert not Capacity.objects.exists()
    done = carry_out(planner, url, **values, classification=1)
    assert done.url == agency.get_absolute_url()
    row = Capacity.objects.get()
    shown = page(planner, event, "agency", "K01")
    assert "3 desks" in shown
    assert "Detached to the venue" in shown

    clash = send(planner, url, "preview", **{**values, "from_day": "2025-11-01"}, classification=1)
    assert clash.status_code == 422
    assert "It shares days with the period from 1 Oct 2025 on (3)." in clash.content.decode()

    edit = address(event, "edit_capacity", row.pk)
    carry_out(planner, edit, **{**values, "units": 1, "to_day": "2025-10-31"}, classification=1, seen=row.version)
    row.refresh_from_db()
    assert (row.units, row.to_day) == (1, day(31))
    carry_out(planner, address(event, "remove_capacity", row.pk), seen=row.version)
    assert not Capacity.objects.exists()


def test_the_agency_page_says_when_it_has_too_much_to_lead(event, planner):
    agency = make_agency(event, "K01")
    make_capacity(agency, 1)
    for code in ("T1", "T2"):
        make_task(event, code, lead=agency, likely=2)
    assert "K01 would lead work of 2 desks" in page(planner, event, "agency", "K01").replace("&nbsp;", " ")


def test_resources_have_a_page_with_periods_and_needs(event, planner):
    assert "No resource yet" in page(planner, event, "resources")
    url = address(event, "new_resource")
    carry_out(planner, url, code="HALL", name="Plenary hall", kind="room", units=1, classification=1)
    hall = Resource.objects.get()
    make_demand(make_task(event, "T1", title="Rehearsal"), hall)
    carry_out(planner, address(event, "new_period", "HALL"), from_day="2025-10-20", units=0, reason="Repair")
    period = ResourceCapacity.objects.get()
    shown = page(planner, event, "resources")
    for text in ("Plenary hall", "Rehearsal", "0 units", "Repair"):
        assert text in shown
    values = {"from_day": "2025-10-20", "to_day": "2025-10-21", "units": 0, "reason": "Repair"}
    carry_out(planner, address(event, "edit_period", period.pk), **values, seen=period.version)
    period.refresh_from_db()
    assert period.to_day == day(21)
    kept = send(planner, address(event, "remove_resource", "HALL"), "confirm", seen=hall.version)
    assert kept.status_code == 409
    assert Resource.objects.exists()
    carry_out(planner, address(event, "remove_period", period.pk), seen=period.version)
    edit = {"name": "Great hall", "kind": "room", "units": 2, "classification": 1, "seen": hall.version}
    carry_out(planner, address(event, "edit_resource", "HALL"), **edit)
    hall.refresh_from_db()
    assert (hall.name, hall.units) == ("Great hall", 2)


def test_demands_and_alternatives_stand_on_the_task_page(event, planner):
    lead, other = make_agency(event, "K01"), make_agency(event, "A05", name="Cyber police")
    task = make_task(event, "T1", lead=lead, likely=5)
    make_resource(event, "POOL", name="Vehicle pool", units=9)
    assert "Takes 1 desk of its lead" in page(planner, event, "task", "T1")
    carry_out(planner, address(event, "new_demand", "T1"), resource="POOL", units=4)
    way = {"code": "A1", "lead": "A05", "likely": 2, "pessimistic": 3, "desks": 2, "reluctance": 4, "note": "At night"}
    carry_out(planner, address(event, "new_alternative", "T1"), **way)
    shown = page(planner, event, "task", "T1")
    for text in ("Vehicle pool", "Needs 4 of", "At night", "reluctance 4", "Do it this way"):
        assert text in shown
    demand = Demand.objects.get()
    carry_out(planner, address(event, "edit_demand", demand.pk), units=5, seen=demand.version)
    demand.refresh_from_db()
    assert demand.units == 5
    alternative = Alternative.objects.get()
    carry_out(planner, address(event, "edit_alternative", alternative.pk), **{**way, "likely": 1}, seen=1)
    carry_out(planner, address(event, "choose_alternative", alternative.pk), seen=task.version)
    task.refresh_from_db()
    alternative.refresh_from_db()
    assert (task.lead, task.likely, task.pessimistic, task.desks) == (other, 1, 3, 2)
    assert (alternative.lead, alternative.likely, alternative.pessimistic, alternative.desks) == (lead, 5, None, 1)
    carry_out(planner, address(event, "remove_demand", demand.pk), seen=demand.version)
    carry_out(planner, address(event, "remove_alternative", alternative.pk), seen=alternative.version)
    assert not Demand.objects.exists()
    assert not Alternative.objects.exists()


def test_a_planned_start_is_shown_explained_and_cleared(event, planner):
    task = make_task(event, "T1", likely=2)
    url = address(event, "plan_start", "T1")
    carry_out(planner, url, start="2025-10-14", seen=task.version)
    task.refresh_from_db()
    assert task.planned_start == day(14)
    shown = page(planner, event, "task", "T1")
    assert "It is planned for 14 Oct 2025 for reasons of capacity." in shown
    assert "Change or clear" in shown
    carry_out(planner, url, start="", seen=task.version)
    task.refresh_from_db()
    assert task.planned_start is None


def test_the_task_form_sets_what_planning_under_capacity_needs(event, planner):
    task = make_task(event, "T1", likely=2, desks=1)
    values = {"title": task.title, "likely": 2, "classification": 1, "seen": task.version}
    more = {"desks": 3, "priority": 7, "unbroken": "on", "published": "on"}
    carry_out(planner, address(event, "edit_task", "T1"), **values, **more)
    task.refresh_from_db()
    assert (task.desks, task.priority, task.unbroken, task.published) == (3, 7, True, True)
    refused = send(
        planner, address(event, "edit_task", "T1"), "preview", **{**values, **more, "desks": 1001, "seen": 2}
    )
    assert refused.status_code == 422
    kept = {**values, "seen": task.version, "note": "x", "unbroken": "on", "published": "on"}
    carry_out(planner, address(event, "edit_task", "T1"), **kept)
    task.refresh_from_db()
    assert (task.desks, task.priority) == (3, 7)


RISK = {
    "code": "R01",
    "title": "Storm over Hanoi",
    "probability": 30,
    "delay_optimistic": 1,
    "delay_likely": 4,
    "delay_pessimistic": 10,
    "classification": 1,
}


def test_a_risk_event_is_filed_mitigated_closed_and_removed(event, planner):
    assert "No risk event yet" in page(planner, event, "risks")
    make_agency(event, "NCC")
    make_task(event, "T1", title="Venue build")
    done = carry_out(planner, address(event, "new_risk"), **RISK, tasks=["T1"])
    risk = RiskEvent.objects.get()
    assert done.url == risk.get_absolute_url()
    shown = page(planner, event, "risk", "R01")
    for text in ("Storm over Hanoi", "Nothing is done against it.", "Venue build", "30 %", "1.5"):
        assert text in shown
    answer = {"owner": "NCC", "mitigation": "Tents", "mitigated_probability": 10, "mitigated_likely": 1}
    edited = {key: value for key, value in RISK.items() if key != "code"} | answer | {"tasks": ["T1"]}
    carry_out(planner, address(event, "edit_risk", "R01"), **edited, seen=risk.version)
    risk.refresh_from_db()
    carry_out(planner, address(event, "decide_risk", "R01"), on="2025-10-06", seen=risk.version)
    risk.refresh_from_db()
    assert (risk.mitigated, risk.chance()) == (True, (10, (1, 1, 1)))
    assert "Its mitigation was decided" in page(planner, event, "risk", "R01")
    carry_out(planner, address(event, "decide_risk", "R01"), seen=risk.version)
    risk.refresh_from_db()
    assert risk.mitigated_on is None
    carry_out(planner, address(event, "close_risk", "R01"), on="2025-10-06", seen=risk.version)
    assert "closed" in page(planner, event, "risks")
    risk.refresh_from_db()
    carry_out(planner, address(event, "close_risk", "R01"), seen=risk.version)
    risk.refresh_from_db()
    carry_out(planner, address(event, "remove_risk", "R01"), seen=risk.version)
    assert not RiskEvent.objects.exists()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"delay_pessimistic": 3}, "The longest delay is at least the likely one."),
        ({"delay_optimistic": 5}, "The shortest delay is at most the likely one."),
        ({"mitigated_likely": 1}, "Say what is done"),
        ({"mitigation": "Tents", "mitigated_likely": 1}, "Give both the probability"),
        ({"mitigation": "Tents", "mitigated_optimistic": 1}, "Give the likely delay as well."),
    ],
)
def test_a_risk_event_that_makes_no_sense_is_refused_at_its_field(event, planner, values, message):
    answer = send(planner, address(event, "new_risk"), "preview", **{**RISK, **values})
    assert answer.status_code == 422
    assert message in answer.content.decode()


def test_how_chances_are_computed_is_set_once(event, planner):
    url = address(event, "risk_settings")
    carry_out(planner, url, distribution="triangular", correlation=50, samples=2000)
    row = RiskSettings.objects.get()
    assert (row.distribution, row.correlation, row.samples) == ("triangular", 50, 2000)
    carry_out(planner, url, distribution="pert", correlation=50, samples=2000, seen=row.version)
    row.refresh_from_db()
    assert row.distribution == "pert"
    assert send(planner, url, "preview", distribution="pert", correlation=101, samples=2000).status_code == 422


def test_an_observer_reads_neither_secret_resources_nor_risks_nor_desks(event):
    agency, other = make_agency(event, "K01"), make_agency(event, "MOH")
    task = make_task(event, "T1", lead=agency, likely=2, classification=Classification.PUBLIC)
    make_capacity(agency, 7, reason="ZEBRA", classification=Classification.RESTRICTED)
    hall = make_resource(event, "ZEBRA-HALL", name="ZEBRA hall", classification=Classification.RESTRICTED)
    make_resource_period(hall, 0, reason="ZEBRA")
    make_demand(task, hall)
    make_risk(event, "R1", [task], title="ZEBRA risk", classification=Classification.RESTRICTED)
    make_alternative(task, lead=other, note="open to see")
    observer = sign_in(event, Role.OBSERVER, clearance=Classification.SECRET)
    for name, *args in (("agency", "K01"), ("resources",), ("risks",), ("task", "T1")):
        shown = page(observer, event, name, *args)
        assert "ZEBRA" not in shown, name
    assert "open to see" in page(observer, event, "task", "T1")
    page(observer, event, "risk", "R1", status=404)
    assert observer.get(address(event, "new_risk")).status_code == 403


def test_the_search_finds_visible_risks_and_resources(event):
    make_resource(event, "HALL", name="Monsoon hall")
    make_risk(event, "R1", title="Monsoon rain", classification=Classification.SECRET)
    wide = make_viewer(event)
    narrow = make_viewer(event, clearance=Classification.RESTRICTED)
    for viewer, keys in ((wide, ["R1", "HALL"]), (narrow, ["HALL"])):
        hits = [*find_risks(viewer, "monsoon", 5), *find_resources(viewer, "monsoon", 5)]
        assert [hit.key for hit in hits] == keys


def test_who_leads_a_hit_task_sees_a_restricted_risk(event):
    agency = make_agency(event, "K01")
    make_risk(event, "R1", [make_task(event, "T1", lead=agency)], classification=Classification.RESTRICTED)
    values = {"clearance": Classification.RESTRICTED}
    page(sign_in(event, Role.FOCAL_POINT, agency=agency, **values), event, "risk", "R1")
    page(sign_in(event, Role.FOCAL_POINT, agency=make_agency(event), **values), event, "risk", "R1", status=404)


def test_a_stale_edit_of_a_risk_shows_both_versions(event, planner):
    risk = make_risk(event, "R1")
    seen = risk.version
    risk.title = "Changed by another"
    save(risk)
    values = {key: value for key, value in RISK.items() if key != "code"}
    answer = send(planner, address(event, "edit_risk", "R1"), "confirm", **values, seen=seen)
    assert answer.status_code == 409
    assert "Changed by another" in answer.content.decode()
    assert Task.objects.count() == 0
