"""Every action of the schedule can be undone: all records are again as they were."""

from __future__ import annotations

import pytest

from summitry.core.action import ACTIONS, submit
from summitry.core.actions import Undo
from summitry.schedule import actions as a
from summitry.schedule.models import (
    Baseline,
    BaselineTask,
    Coordination,
    Criterion,
    Evidence,
    Link,
    Objective,
    Task,
)
from tests.factories import (
    make_agency,
    make_coordination,
    make_document,
    make_event,
    make_link,
    make_objective,
    make_task,
    make_viewer,
)
from tests.schedule.makers import day, make_criterion, make_evidence

pytestmark = pytest.mark.django_db

MODELS = (Objective, Criterion, Task, Coordination, Link, Evidence, Baseline, BaselineTask)

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
    return event


def _records():
    rows = {}
    for model in MODELS:
        for record in model.objects.all():
            snapshot = record.snapshot()
            snapshot.pop("version")
            rows[model._meta.label, record.pk] = snapshot
    return rows


def test_there_is_a_case_for_every_action_of_the_schedule():
    assert {f"schedule.{name}" for name in CASES} == {name for name in ACTIONS if name.startswith("schedule.")}


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
