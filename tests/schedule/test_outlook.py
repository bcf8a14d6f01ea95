"""After each action of the schedule, an outlook that takes over what cannot have changed says what a fresh one says."""

from __future__ import annotations

from datetime import date

import pytest

from summitry.core.action import rehearse, submit
from summitry.core.checking import Reading, run_checks
from summitry.core.outlook import look
from summitry.governance.ownership import OWNED
from summitry.schedule.actions import TakeBaseline
from tests.core.test_reading import said
from tests.factories import make_body, make_event, make_task, make_viewer
from tests.schedule.test_undo import CASES, prepared_event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", sorted(CASES))
def test_quick_and_fresh_agree(name):
    event = prepared_event()
    viewer = make_viewer(event)
    if "baseline" in name:
        submit([TakeBaseline(code="B1", name="First")], viewer=viewer, event=event)
    before = look(event)
    with rehearse([CASES[name]], viewer=viewer, event=event) as ran:
        quick = look(event, before=before, touched={label for label, _pk, _key in ran.touched})
        assert said(quick) == said(look(event))


def test_tasks_take_part_in_a_re_organisation_and_in_what_a_clause_created():
    (kind,) = (kind for kind in OWNED if kind.label == "schedule.task")
    assert (kind.owner, kind.agency, kind.group, kind.due) == ("owner", "lead", "objective", "deadline")
    assert kind.clauses == ("mandate", "deadline_clause")


def test_open_work_of_a_body_that_is_gone_is_found():
    event = make_event()
    body = make_body(event, to_day=date(2025, 10, 5))
    make_task(event, "OPEN", owner=body)
    make_task(event, "DONE", owner=body, closed_on=date(2025, 10, 3))
    found = run_checks(Reading(event), ["GOV010"]).items
    assert [finding.subject.key for finding in found] == ["OPEN"]
