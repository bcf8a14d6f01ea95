"""The checks of mandates ask the same number of queries, whatever the event's size."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from summitry.core.checking import CHECKS, Reading, run_checks
from tests.factories import make_agency, make_body, make_clause, make_decision, make_duty, make_event, make_person
from tests.governance.makers import BEFORE, DAY, make_membership, make_post

pytestmark = pytest.mark.django_db


def _ask(rows: int) -> tuple[int, int]:
    event = make_event()
    old = make_body(event, "OLD", to_day=BEFORE)
    for number in range(rows):
        decision = make_decision(event, f"D{number}")
        make_decision(event, f"E{number}", replaces=decision, effective_from=DAY)
        clause = make_clause(decision)
        body = make_body(event, f"B{number}", created_by=clause, parent=old)
        make_membership(make_post(body, f"H{number}"), make_person(event), BEFORE, to_day=DAY)
        make_duty(make_agency(event), body=old, mandate=clause)
    codes = [code for code in CHECKS if code.startswith("GOV")]
    with CaptureQueriesContext(connection) as asked:
        found = run_checks(Reading(event, DAY), codes)
    return len(asked), len(found.items)


def test_three_rows_cost_what_one_costs():
    (one, few), (three, many) = _ask(1), _ask(3)
    assert one == three
    assert many > few
