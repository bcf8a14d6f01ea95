"""The registry of what bodies own: governance learns of tasks from the app above."""

from __future__ import annotations

import pytest
from django.db.models import Q

from summitry.governance.models import PlanDuty
from summitry.governance.ownership import OWNED, OwnedKind, open_records, register_owned
from tests.factories import make_agency, make_body, make_duty, make_event, make_objective, make_task, make_viewer

pytestmark = pytest.mark.django_db


def test_tasks_and_plan_duties_are_registered():
    assert {kind.label for kind in OWNED} == {"schedule.task", "governance.planduty"}


def test_the_same_kind_again_changes_nothing_and_another_of_its_model_is_an_error():
    before = list(OWNED)
    register_owned(before[0])
    assert before == OWNED
    with pytest.raises(RuntimeError):
        register_owned(OwnedKind(model=PlanDuty, owner="body", is_open=Q()))


def test_what_a_kind_says_of_a_record():
    event = make_event()
    agency, goal, body, other = make_agency(event), make_objective(event), make_body(event), make_body(event)
    task = make_task(event, "T1", owner=body, lead=agency, objective=goal)
    (kind,) = [known for known in OWNED if known.label == "schedule.task"]
    assert (kind.owner_of(task), kind.agency_of(task), kind.group_of(task)) == (body, agency, goal)
    assert (kind.name_of(task), kind.due_of(task), kind.owner_id_of(task)) == ("schedule.task/T1", None, body.pk)
    kind.reassign(task, other)
    assert task.owner == other


def test_a_kind_without_a_group_has_none():
    event = make_event()
    duty = make_duty(make_agency(event))
    (kind,) = [known for known in OWNED if known.label == "governance.planduty"]
    assert (kind.group_of(duty), kind.owner_of(duty)) == (None, None)


def test_open_records_of_no_body_ask_nothing(django_assert_num_queries):
    event = make_event()
    viewer = make_viewer(event)
    with django_assert_num_queries(0):
        assert list(open_records(event, [], viewer)) == []
