"""Why then? One sentence for each kind of driver, which names no task that the viewer may not see."""

from __future__ import annotations

import pytest

from summitry.core.checking import Reading
from summitry.core.rights import Classification
from summitry.schedule.planning import Driver, DriverKind, explain, plan
from tests.factories import make_agency, make_event, make_link, make_task, make_viewer
from tests.schedule.makers import day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("driver", "sentence"),
    [
        (Driver(DriverKind.NOT_BEFORE, day(27)), "It may not start before 27 Oct 2025."),
        (Driver(DriverKind.FIXED, day(23)), "Its date is fixed: 23 Oct 2025."),
        (Driver(DriverKind.ACTUAL, day(3)), "It is a fact: 3 Oct 2025."),
        (Driver(DriverKind.STATUS_DATE, day(6)), "Nothing holds it back: it could start today, 6 Oct 2025."),
        (
            Driver(DriverKind.UNDER_WAY, day(6)),
            "It is under way, and what is left is counted from today, 6 Oct 2025.",
        ),
        (
            Driver(DriverKind.PROJECT_START, day(12, 5)),
            "Nothing holds it back but the start of planning, 12 May 2025.",
        ),
    ],
)
def test_days(driver, sentence):
    event = make_event()
    assert explain(driver, Reading(event).use(plan).data, make_viewer(event)) == sentence


@pytest.mark.parametrize(
    ("kind", "lag", "sentence"),
    [
        ("FS", 0, "It starts after B Task B finishes, on 10 Oct 2025."),
        ("FS", 1, "It starts after B Task B finishes, on 10 Oct 2025, 1 working day later."),
        ("FS", -2, "It starts after B Task B finishes, on 10 Oct 2025, up to 2 working days earlier."),
        ("SS", 3, "It starts once B Task B starts, on 6 Oct 2025, 3 working days later."),
        ("FF", 0, "It finishes no earlier than B Task B finishes, on 10 Oct 2025."),
        ("SF", 4, "It finishes no earlier than B Task B starts, on 6 Oct 2025, 4 working days later."),
    ],
)
def test_links(kind, lag, sentence):
    event = make_event()
    lead = make_agency(event)
    before, task = make_task(event, "B", lead=lead, likely=5), make_task(event, "T", lead=lead, likely=2)
    make_link(before, task, kind, lag)
    solved = Reading(event).use(plan)
    (driver,) = solved.of(task.pk).drivers
    assert explain(driver, solved.data, make_viewer(event)) == sentence


def test_a_hidden_predecessor_is_not_named():
    event = make_event()
    lead = make_agency(event)
    before = make_task(event, "B", lead=lead, likely=5, classification=Classification.SECRET)
    task = make_task(event, "T", lead=lead)
    make_link(before, task)
    solved = Reading(event).use(plan)
    viewer = make_viewer(event, clearance=Classification.INTERNAL)
    text = explain(solved.of(task.pk).drivers[0], solved.data, viewer)
    assert text == "It starts after a task that you may not see finishes, on 10 Oct 2025."


def test_a_group_names_its_last_part():
    event = make_event()
    group = make_task(event, "G", likely=0)
    make_task(event, "P", parent=group, lead=make_agency(event), likely=5)
    solved = Reading(event).use(plan)
    text = explain(solved.of(group.pk).drivers[0], solved.data, make_viewer(event))
    assert text == "Its last part, P Task P, is expected on 10 Oct 2025."
