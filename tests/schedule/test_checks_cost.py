"""The schedule's checks ask the same number of queries, whatever the event's size, and so does a whole preview."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from summitry.core.checking import CHECKS, Reading, run_checks
from summitry.core.preview import preview
from summitry.core.viewer import viewer_for
from summitry.schedule.actions import ChangeTask
from tests.factories import (
    make_agency,
    make_clause,
    make_coordination,
    make_decision,
    make_document,
    make_event,
    make_link,
    make_objective,
    make_task,
    make_viewer,
)
from tests.schedule.makers import day, make_criterion, make_evidence

pytestmark = pytest.mark.django_db


def _event(rows: int):
    event = make_event(country="VN")
    for at in range(rows):
        lead, police = make_agency(event), make_agency(event, working_week="1111110")
        clause = make_clause(make_decision(event, f"D{at}", effective_from=day(8)), sets_date=day(3))
        objective = make_objective(event)
        group = make_task(event, f"G{at}", likely=0, deadline=day(18))
        one = make_task(event, f"A{at}", parent=group, likely=9, mandate=clause, deadline=day(7), deliverable="List")
        two = make_task(event, f"B{at}", lead=lead, objective=objective, started_on=day(1, 9), fixed_finish=day(2))
        gone = make_task(event, f"C{at}", waived_on=day(1))
        milestone = make_task(event, f"M{at}", milestone=True, likely=0, closed_on=day(2))
        make_evidence(two, make_document(event))
        make_link(one, two)
        make_link(gone, two)
        make_link(two, milestone)
        make_coordination(two, lead, due=day(3))
        make_coordination(one, police)
        make_criterion(objective, f"K{at}")
    return event


def _ask(rows: int) -> tuple[int, int]:
    event = _event(rows)
    codes = [code for code in CHECKS if code.startswith("SCH")]
    with CaptureQueriesContext(connection) as asked:
        found = run_checks(Reading(event), codes)
        assert all(f.message for f in found.items)
    return len(asked), len(found.items)


def test_three_rows_cost_what_one_costs():
    (one, few), (three, many) = _ask(1), _ask(3)
    assert one == three == 24
    assert many > 2 * few > 20


def test_so_does_a_preview():
    costs = []
    for rows in (1, 3):
        event = _event(rows)
        account = make_viewer(event).account
        preview([ChangeTask(code="B0", likely=1)], viewer=viewer_for(account, event), event=event)
        viewer = viewer_for(account, event)
        with CaptureQueriesContext(connection) as asked:
            preview([ChangeTask(code="B0", likely=30)], viewer=viewer, event=event)
        costs.append(len(asked))
    assert costs[0] == costs[1]
