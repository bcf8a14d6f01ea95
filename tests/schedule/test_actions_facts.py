"""Facts: started, reported, delivered, signed off, closed, waived. Today is Monday 6 October 2025."""

from __future__ import annotations

import pytest

from summitry.core.action import submit
from summitry.core.refusals import Invalid, NotFound, NotPermitted
from summitry.core.rights import Classification, Role
from summitry.schedule.actions import (
    AddEvidence,
    CloseTask,
    Deliver,
    RemoveCoordination,
    RemoveEvidence,
    ReopenTask,
    ReportRemaining,
    SendBack,
    SignOff,
    StartTask,
    WaiveDeliverable,
    WaiveTask,
)
from summitry.schedule.models import Coordination, Evidence, Task
from tests.factories import make_agency, make_coordination, make_document, make_event, make_task, make_viewer
from tests.schedule.makers import day, make_evidence

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return make_event()


@pytest.fixture
def lead(event):
    return make_agency(event, "MPS")


@pytest.fixture
def officer(event, lead):
    return make_viewer(event, Role.FOCAL_POINT, agency=lead)


def do(event, viewer, *actions):
    return submit(actions, viewer=viewer, event=event)


def refused(event, viewer, *actions):
    with pytest.raises(Invalid) as refusal:
        do(event, viewer, *actions)
    return [fault.message for fault in refusal.value.faults]


def test_work_is_started_reported_and_closed(event, lead, officer):
    task = make_task(event, "T1", lead=lead, likely=5)
    do(event, officer, StartTask(code="T1", on=day(2)))
    task.refresh_from_db()
    assert (task.started_on, task.reported_on) == (day(2), day(6))
    do(event, officer, ReportRemaining(code="T1", remaining=3))
    task.refresh_from_db()
    assert (task.remaining, task.reported_on) == (3, day(6))
    do(event, officer, CloseTask(code="T1"))
    task.refresh_from_db()
    assert (task.closed_on, task.closed_by, task.remaining) == (day(6), officer.account, None)


def test_facts_of_the_future_and_the_wrong_order_are_refused(event, lead, officer):
    make_task(event, "T1", lead=lead)
    assert refused(event, officer, StartTask(code="T1", on=day(7)))
    assert refused(event, officer, ReportRemaining(code="T1", remaining=3))
    do(event, officer, StartTask(code="T1", on=day(2)))
    assert refused(event, officer, StartTask(code="T1"))
    assert refused(event, officer, ReportRemaining(code="T1"))
    assert refused(event, officer, ReportRemaining(code="T1", remaining=-1))
    assert refused(event, officer, CloseTask(code="T1", on=day(1)))
    assert refused(event, officer, CloseTask(code="T1", on=day(7)))


def test_known_and_not_yet_begun_is_a_return(event, lead, officer):
    make_task(event, "T1", lead=lead)
    do(event, officer, ReportRemaining(code="T1"))
    assert Task.objects.values_list("reported_on", "remaining", "started_on").get() == (day(6), None, None)


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ({}, "POL has not delivered its part. It is delivered and signed off, or waived, first."),
        (
            {"delivered_on": day(3)},
            "What POL delivered is not signed off. It is signed off, or waived, first.",
        ),
        ({"delivered_on": day(3), "signed_off_on": day(6)}, None),
        ({"waived_on": day(3), "waived_reason": "Not needed."}, None),
    ],
)
def test_a_task_closes_only_when_all_deliverables_are_settled(event, lead, officer, part, missing):
    task = make_task(event, "T1", lead=lead)
    make_coordination(task, make_agency(event, "POL"), **part)
    if missing is None:
        do(event, officer, CloseTask(code="T1"))
        assert Task.objects.get().closed_on == day(6)
    else:
        assert refused(event, officer, CloseTask(code="T1")) == [missing]


def test_everything_that_is_missing_is_named_at_once(event, lead, officer):
    task = make_task(event, "M1", lead=lead, milestone=True, likely=0, criterion="Signed by both sides.")
    make_coordination(task, make_agency(event, "POL"))
    make_coordination(task, make_agency(event, "MOH"), delivered_on=day(3))
    assert len(refused(event, officer, CloseTask(code="M1"))) == 3


def test_a_milestone_closes_with_the_evidence_for_its_criterion(event, lead, officer):
    make_document(event, "HCA", agency=lead)
    make_task(event, "M1", lead=lead, milestone=True, likely=0)
    assert refused(event, officer, CloseTask(code="M1")) == [
        "Nothing says by which facts anyone can tell that it is reached."
    ]
    make_task(event, "M2", lead=lead, milestone=True, likely=0, criterion="Signed by both sides.")
    assert refused(event, officer, StartTask(code="M2"))
    assert len(refused(event, officer, CloseTask(code="M2"))) == 1
    do(event, officer, AddEvidence(task="M2", document="HCA"), CloseTask(code="M2"))
    assert refused(event, officer, RemoveEvidence(task="M2", document="HCA"))
    do(event, officer, ReopenTask(code="M2", reason="Signed by one side."), RemoveEvidence(task="M2", document="HCA"))
    assert not Evidence.objects.exists()


def test_a_group_has_no_facts_of_its_own(event, lead, officer):
    group = make_task(event, "G", lead=lead, likely=0)
    make_task(event, "P", lead=lead, parent=group)
    for action in (StartTask(code="G"), ReportRemaining(code="G"), CloseTask(code="G")):
        assert refused(event, officer, action)


def test_a_settled_task_takes_no_more_facts_until_it_is_opened_again(event, lead, officer):
    task = make_task(event, "T1", lead=lead, started_on=day(1), closed_on=day(3))
    make_coordination(task, make_agency(event, "POL"))
    for action in (
        StartTask(code="T1"),
        ReportRemaining(code="T1", remaining=1),
        CloseTask(code="T1"),
        Deliver(task="T1", agency="POL"),
        WaiveDeliverable(task="T1", agency="POL", reason="x"),
    ):
        assert refused(event, make_viewer(event), action)
    assert refused(event, officer, ReopenTask(code="T1", reason=""))
    do(event, officer, ReopenTask(code="T1", reason="The annex is missing.", remaining=2))
    task.refresh_from_db()
    assert (task.closed_on, task.closed_by, task.remaining) == (None, None, 2)
    assert refused(event, officer, ReopenTask(code="T1", reason="Again."))


def test_waiving_is_decided_by_planner_or_head_with_a_reason(event, lead, officer):
    make_task(event, "T1", lead=lead)
    head = make_viewer(event, Role.HEAD)
    with pytest.raises(NotPermitted):
        do(event, officer, WaiveTask(code="T1", reason="No exhibition."))
    assert refused(event, head, WaiveTask(code="T1", reason=" "))
    do(event, head, WaiveTask(code="T1", reason="No exhibition."))
    assert Task.objects.values_list("waived_on", "waived_reason").get() == (day(6), "No exhibition.")
    with pytest.raises(NotPermitted):
        do(event, officer, ReopenTask(code="T1", reason="We want it."))
    planner = make_viewer(event)
    do(event, planner, ReopenTask(code="T1", reason="It takes place."))
    assert Task.objects.values_list("waived_on", "waived_reason").get() == (None, "")


def test_a_deliverable_is_delivered_sent_back_and_signed_off(event, lead, officer):
    police = make_agency(event, "POL")
    row = make_coordination(make_task(event, "T1", lead=lead), police)
    theirs = make_viewer(event, Role.UNIT_OFFICER, agency=police)
    assert refused(event, officer, SignOff(task="T1", agency="POL"))
    do(event, theirs, Deliver(task="T1", agency="POL", on=day(3)))
    assert refused(event, theirs, Deliver(task="T1", agency="POL"))
    do(event, officer, SendBack(task="T1", agency="POL", reason="The list is of May."))
    row.refresh_from_db()
    assert row.delivered_on is None
    do(event, theirs, Deliver(task="T1", agency="POL"))
    assert refused(event, officer, SignOff(task="T1", agency="POL", on=day(3)))
    do(event, officer, SignOff(task="T1", agency="POL"))
    row.refresh_from_db()
    assert (row.delivered_on, row.signed_off_on) == (day(6), day(6))
    assert refused(event, make_viewer(event), RemoveCoordination(task="T1", agency="POL"))


def test_a_waived_deliverable_may_come_in_after_all(event, lead, officer):
    police = make_agency(event, "POL")
    make_coordination(make_task(event, "T1", lead=lead), police)
    do(event, officer, WaiveDeliverable(task="T1", agency="POL", reason="We count ourselves."))
    do(event, make_viewer(event, Role.FOCAL_POINT, agency=police), Deliver(task="T1", agency="POL"))
    assert Coordination.objects.values_list("delivered_on", "waived_on", "waived_reason").get() == (day(6), None, "")


@pytest.mark.parametrize("role", [Role.FOCAL_POINT, Role.UNIT_OFFICER, Role.SECURITY_PLANNER, Role.PARTNER])
def test_facts_of_a_task_are_its_leads_and_its_units(event, lead, role):
    police = make_agency(event, "POL")
    ministry = make_agency(event, "MIN")
    unit = make_agency(event, "UNIT", parent=lead)
    task = make_task(event, "T1", lead=lead, classification=Classification.PUBLIC)
    make_task(event, "T2", lead=unit, classification=Classification.PUBLIC)
    make_coordination(task, police)
    for stranger in (police, ministry, None):
        with pytest.raises(NotPermitted):
            do(event, make_viewer(event, role, agency=stranger), StartTask(code="T1"))
    above = make_viewer(event, role, agency=lead)
    do(event, above, StartTask(code="T1"), StartTask(code="T2"))
    below = make_viewer(event, role, agency=unit)
    with pytest.raises(NotPermitted):
        do(event, below, ReportRemaining(code="T1", remaining=1))
    # The coordinating agency speaks of its own part alone, and may attach evidence.
    make_document(event, "DOC", agency=police)
    theirs = make_viewer(event, role, agency=police)
    do(event, theirs, Deliver(task="T1", agency="POL"), AddEvidence(task="T1", document="DOC"))
    for action in (SignOff(task="T1", agency="POL"), CloseTask(code="T1")):
        with pytest.raises(NotPermitted):
            do(event, theirs, action)


def test_the_planner_speaks_on_behalf_and_the_observer_for_nobody(event, lead):
    make_task(event, "T1", lead=lead, classification=Classification.PUBLIC)
    for role in (Role.OBSERVER, Role.HEAD):
        with pytest.raises(NotPermitted):
            do(event, make_viewer(event, role, agency=lead), StartTask(code="T1"))
    do(event, make_viewer(event), StartTask(code="T1"), CloseTask(code="T1"))


def test_a_task_that_one_may_not_see_does_not_exist(event, lead):
    make_task(event, "T1", lead=lead, classification=Classification.SECRET)
    stranger = make_viewer(event, Role.FOCAL_POINT, agency=make_agency(event))
    for action in (
        StartTask(code="T1"),
        Deliver(task="T1", agency="MPS"),
        AddEvidence(task="T1", document="X"),
        ReopenTask(code="T1", reason="x"),
    ):
        with pytest.raises(NotFound):
            do(event, stranger, action)


def test_the_same_document_is_attached_once(event, lead, officer):
    task = make_task(event, "T1", lead=lead)
    make_evidence(task, make_document(event, "DOC", agency=lead))
    assert refused(event, officer, AddEvidence(task="T1", document="DOC"))
