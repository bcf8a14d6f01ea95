"""Readiness of objectives, worked out by hand."""

from __future__ import annotations

import pytest

from summitry.core.checking import Reading
from summitry.core.outlook import look
from summitry.schedule.readiness import readiness
from tests.factories import make_agency, make_event, make_objective, make_task
from tests.schedule.makers import day, make_criterion

pytestmark = pytest.mark.django_db


def _ready(event):
    return {item.subject.key: item for item in readiness(Reading(event))}


def test_done_and_on_course_count_whole_at_risk_half_late_and_unknown_nothing():
    event = make_event()
    objective, lead = make_objective(event, "S2"), make_agency(event)
    common = {"objective": objective, "lead": lead}
    make_task(event, "DONE", likely=10, closed_on=day(1), **common)
    make_task(event, "WELL", likely=6, reported_on=day(6), deadline=day(28, 11), **common)
    make_task(event, "RISK", likely=5, reported_on=day(6), deadline=day(10), **common)
    make_task(event, "LATE", likely=4, reported_on=day(6), deadline=day(8), **common)
    make_task(event, "DARK", likely=3, deadline=day(28, 11), **common)
    make_task(event, "M", milestone=True, likely=0, not_before=day(20), **common)
    make_task(event, "GONE", likely=50, waived_on=day(1), **common)
    make_task(event, "ELSE", likely=50, lead=lead)
    item = _ready(event)["S2"]
    # 10 + 6 + 5/2 + 0 + 0 + 1 of 10 + 6 + 5 + 4 + 3 + 1
    assert (item.weight, item.percent) == (29, int(100 * 19.5 / 29))
    assert [(ref.key, str(reason)) for ref, reason in item.reasons] == [
        ("LATE", "It is expected on 9 Oct 2025, after its deadline of 8 Oct 2025."),
        ("DARK", "It could have started on 12 May 2025, and nobody has said whether it did."),
        ("RISK", "It has no more than 0 working days of float."),
    ]


def test_parts_count_under_the_objective_of_their_group_and_groups_do_not():
    event = make_event()
    group = make_task(event, "G", likely=0, objective=make_objective(event, "S1"))
    make_task(event, "P", parent=group, likely=4, closed_on=day(1))
    make_task(event, "Q", parent=group, likely=2, objective=make_objective(event, "S3"), closed_on=day(1))
    ready = _ready(event)
    assert (ready["S1"].weight, ready["S3"].weight) == (4, 2)


def test_a_criterion_weighs_one_and_stands_as_the_task_that_shows_it():
    event = make_event()
    objective = make_objective(event, "S1")
    done = make_task(event, "T1", closed_on=day(1))
    make_criterion(objective, "A", task=done)
    make_criterion(objective, "B", met_on=day(1))
    make_criterion(objective, "C")
    item = _ready(event)["S1"]
    assert (item.weight, item.percent) == (3, 66)
    assert [(ref.key, str(reason)) for ref, reason in item.reasons] == [("C", "No task shows that it is met.")]


def test_an_objective_with_nothing_to_weigh_has_no_readiness_and_the_whole_is_weighted():
    event = make_event()
    make_objective(event, "EMPTY")
    lead = make_agency(event)
    make_task(event, objective=make_objective(event, "S1"), lead=lead, likely=30, closed_on=day(1))
    make_task(event, objective=make_objective(event, "S2"), lead=lead, likely=10, reported_on=day(6), deadline=day(7))
    outlook = look(event)
    assert [item.subject.key for item in outlook.readiness] == ["S1", "S2"]
    assert outlook.ready_percent == 75
