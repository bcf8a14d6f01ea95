"""Every action of the schedule can be undone: all records are again as they were."""

from __future__ import annotations

import pytest

from summitry.core.action import ACTIONS, submit
from summitry.core.actions import Undo
from summitry.schedule import actions as a
from summitry.schedule.models import (
    Alternative,
    Baseline,
    BaselineTask,
    Capacity,
    Coordination,
    Criterion,
    Demand,
    Evidence,
    Link,
    Objective,
    Resource,
    ResourceCapacity,
    RiskEvent,
    RiskHit,
    RiskSettings,
    Task,
)
from tests.factories import (
    make_agency,
    make_alternative,
    make_capacity,
    make_coordination,
    make_demand,
    make_document,
    make_event,
    make_link,
    make_objective,
    make_resource,
    make_resource_period,
    make_risk,
    make_task,
    make_viewer,
)
from tests.schedule.makers import day, make_criterion, make_evidence

pytestmark = pytest.mark.django_db

MODELS = (
    Objective,
    Criterion,
    Task,
    Coordination,
    Link,
    Evidence,
    Baseline,
    BaselineTask,
    Capacity,
    Resource,
    ResourceCapacity,
    Demand,
    Alternative,
    RiskEvent,
    RiskHit,
    RiskSettings,
)

CASES = {
    "create_objective": a.CreateObjective(code="S9", title="New"),
    "change_objective": a.ChangeObjective(code="S1", title="Other"),
    "remove_objective": a.RemoveObjective(code="S2"),
    "create_criterion": a.CreateCriterion(code="C9", objective="S1", text="New", task="DONE"),
    "change_criterion": a.ChangeCriterion(code="C1", text="Other", task=None),
    "remove_criterion": a.RemoveCriterion(code="C1"),
    "mark_criterion_met": a.MarkCriterionMet(code="C1"),
    "create_task": a.CreateTask(code="T9", title="New", parent="OPEN", lead="MPS"),
    "change_task": a.ChangeTask(code="OPEN", title="Other", likely=40, parent="GROUP", deadline=None, lead="POL"),
    "set_estimates": a.SetEstimates(code="OPEN", optimistic=1, likely=2, pessimistic=3),
    "stretch_task": a.StretchTask(code="OPEN", likely=40),
    "move_task": a.MoveTask(code="OPEN", shift=4),
    "remove_task": a.RemoveTask(code="SPARE"),
    "bulk_change": a.BulkChange(tasks=["OPEN", "BEGUN"], lead="POL", deadline_days=3),
    "start_task": a.StartTask(code="OPEN"),
    "report_remaining": a.ReportRemaining(code="BEGUN", remaining=2),
    "close_task": a.CloseTask(code="OPEN"),
    "reopen_task": a.ReopenTask(code="DONE", reason="Not done.", remaining=1),
    "waive_task": a.WaiveTask(code="OPEN", reason="Not needed."),
    "set_coordination": a.SetCoordination(task="OPEN", agency="POL", deliverable="List"),
    "remove_coordination": a.RemoveCoordination(task="SPARE", agency="POL"),
    "deliver": a.Deliver(task="BEGUN", agency="MOH"),
    "sign_off": a.SignOff(task="BEGUN", agency="POL"),
    "send_back": a.SendBack(task="BEGUN", agency="POL", reason="Old."),
    "waive_deliverable": a.WaiveDeliverable(task="BEGUN", agency="MOH", reason="Not needed."),
    "set_link": a.SetLink(predecessor="BEGUN", successor="OPEN", lag=2),
    "remove_link": a.RemoveLink(predecessor="DONE", successor="SPARE"),
    "add_evidence": a.AddEvidence(task="OPEN", document="DOC"),
    "remove_evidence": a.RemoveEvidence(task="BEGUN", document="DOC"),
    "add_capacity": a.AddCapacity(agency="POL", from_day=day(1), units=2),
    "change_capacity": a.ChangeCapacity(agency="MPS", period=day(1), units=3, to_day=day(31)),
    "remove_capacity": a.RemoveCapacity(agency="MPS", period=day(1)),
    "create_resource": a.CreateResource(code="R2", name="Cars", kind="vehicles", units=9, agency="POL"),
    "change_resource": a.ChangeResource(code="HALL", name="Great hall", units=3),
    "remove_resource": a.RemoveResource(code="FREE"),
    "add_resource_period": a.AddResourcePeriod(resource="HALL", from_day=day(20), units=0),
    "change_resource_period": a.ChangeResourcePeriod(resource="FREE", period=day(6), units=7),
    "remove_resource_period": a.RemoveResourcePeriod(resource="FREE", period=day(6)),
    "set_demand": a.SetDemand(task="BEGUN", resource="HALL", units=2),
    "remove_demand": a.RemoveDemand(task="OPEN", resource="HALL"),
    "create_alternative": a.CreateAlternative(task="OPEN", code="A9", likely=3, lead="MOH"),
    "change_alternative": a.ChangeAlternative(task="OPEN", code="A1", likely=3, desks=2),
    "remove_alternative": a.RemoveAlternative(task="OPEN", code="A1"),
    "choose_alternative": a.ChooseAlternative(task="OPEN", code="A1"),
    "place_task": a.PlaceTask(code="OPEN", start=day(13)),
    "place_tasks": a.PlaceTasks(starts={"OPEN": day(13), "PART": day(14)}),
    "create_risk_event": a.CreateRiskEvent(code="R2", title="Flood", probability=5, delay_likely=4, tasks=["OPEN"]),
    "change_risk_event": a.ChangeRiskEvent(code="R01", probability=9, tasks=["BEGUN"]),
    "remove_risk_event": a.RemoveRiskEvent(code="R01"),
    "decide_mitigation": a.DecideMitigation(code="R01"),
    "close_risk_event": a.CloseRiskEvent(code="R01"),
    "set_risk_settings": a.SetRiskSettings(correlation=50, samples=2000),
    "take_baseline": a.TakeBaseline(code="B2", name="Second"),
    "rename_baseline": a.RenameBaseline(code="B1", name="Other"),
    "remove_baseline": a.RemoveBaseline(code="B1"),
}


def prepared_event():
    event = make_event()
    lead, police, health = (make_agency(event, code) for code in ("MPS", "POL", "MOH"))
    objective = make_objective(event, "S1")
    make_objective(event, "S2")
    make_task(event, "GROUP", likely=0)
    make_task(event, "PART", parent=Task.objects.get(event=event, code="GROUP"), lead=lead)
    make_task(event, "OPEN", lead=lead, optimistic=2, likely=5, pessimistic=9, deadline=day(20))
    begun = make_task(event, "BEGUN", lead=lead, likely=9, started_on=day(1), deadline=day(20))
    done = make_task(event, "DONE", lead=lead, started_on=day(1), closed_on=day(3))
    spare = make_task(event, "SPARE", lead=lead)
    make_criterion(objective, "C1", task=done)
    make_coordination(begun, police, delivered_on=day(3), due=day(3))
    make_coordination(begun, health)
    make_coordination(spare, police)
    make_link(done, spare)
    make_evidence(begun, make_document(event, "DOC"))
    make_capacity(lead, 2, from_day=day(1))
    hall = make_resource(event, "HALL")
    make_resource_period(make_resource(event, "FREE"), 2)
    opened = Task.objects.get(event=event, code="OPEN")
    make_demand(opened, hall)
    make_demand(spare, hall)
    make_alternative(opened, lead=police, likely=7, pessimistic=9, desks=2)
    make_alternative(opened, "A2", likely=2)
    make_alternative(spare)
    mitigated = {"mitigation": "Dykes", "mitigated_probability": 5, "mitigated_likely": 1}
    make_risk(event, "R01", [opened], **mitigated)
    return event


def _records():
    rows = {}
    for model in MODELS:
        for record in model.objects.all():
            snapshot = record.snapshot()
            snapshot.pop("version")
            rows[model._meta.label, record.pk] = snapshot
    return rows


# Those that need what a command found: planner/test_pages.py undoes them.
OF_A_COMMAND = {"keep_scenario", "rename_scenario", "propose_scenario", "remove_scenario"}


def test_there_is_a_case_for_every_action_of_the_schedule():
    assert {f"schedule.{name}" for name in OF_A_COMMAND | CASES.keys()} == {
        name for name in ACTIONS if name.startswith("schedule.")
    }


@pytest.mark.parametrize("name", sorted(CASES))
def test_undo_puts_everything_back(name):
    event = prepared_event()
    viewer = make_viewer(event)
    # A baseline without the spare task, which one case removes.
    spare_link = Link.objects.get()
    submit([a.TakeBaseline(code="B1", name="First")], viewer=viewer, event=event)
    from summitry.core.records import recording

    with recording():
        BaselineTask.objects.get(task=spare_link.successor).delete()
    before = _records()
    applied = submit([CASES[name]], viewer=viewer, event=event)
    assert _records() != before
    submit([Undo(batch=applied.batch)], viewer=viewer, event=event)
    assert _records() == before
