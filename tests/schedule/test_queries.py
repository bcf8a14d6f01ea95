"""Rows, neighbours, an agency's work and comparisons, each cut to the viewer, in a constant number of queries."""

from __future__ import annotations

import pytest

from summitry.core.action import submit
from summitry.core.rights import Classification, Role
from summitry.schedule.actions import StretchTask, TakeBaseline
from summitry.schedule.models import Baseline
from summitry.schedule.queries import (
    agency_work,
    compare,
    follows,
    groups_of,
    plan_of,
    task_row,
    task_rows,
    waits_for,
)
from tests.factories import (
    make_agency,
    make_coordination,
    make_event,
    make_link,
    make_task,
    make_viewer,
    save,
)
from tests.schedule.makers import chain, day

pytestmark = pytest.mark.django_db


def _keys(rows):
    return [(row.task.code, row.depth) for row in rows]


def test_rows_come_as_a_tree_in_the_order_of_the_table():
    event = make_event()
    group = make_task(event, "G", likely=0, position=2)
    make_task(event, "P2", parent=group, position=4)
    inner = make_task(event, "H", parent=group, likely=0, position=3)
    make_task(event, "P1", parent=inner, position=9)
    make_task(event, "A", position=1)
    make_task(event, "Z", position=5)
    assert _keys(task_rows(make_viewer(event), event)) == [
        ("A", 0),
        ("G", 0),
        ("H", 1),
        ("P1", 2),
        ("P2", 1),
        ("Z", 0),
    ]


def test_a_hidden_group_hides_neither_its_visible_parts_nor_leaks_itself():
    event = make_event()
    group = make_task(event, "G", likely=0, classification=Classification.SECRET)
    part = make_task(event, "P", parent=group)
    viewer = make_viewer(event, clearance=Classification.INTERNAL)
    assert _keys(task_rows(viewer, event)) == [("P", 0)]
    assert list(groups_of(viewer, part)) == []
    assert [task.code for task in groups_of(make_viewer(event), part)] == ["G"]


def test_neighbours_are_named_or_counted():
    event = make_event()
    lead = make_agency(event)
    before = make_task(event, "B", lead=lead, likely=5)
    short = make_task(event, "S", lead=lead, likely=1)
    secret = make_task(event, "X", classification=Classification.SECRET)
    task = make_task(event, "T", lead=lead)
    after = make_task(event, "A", lead=lead)
    for one, other in ((before, task), (short, task), (secret, task), (task, after)):
        make_link(one, other)
    viewer = make_viewer(event, clearance=Classification.INTERNAL)
    shown, hidden = waits_for(viewer, task)
    assert [(n.row.task.code, n.driving) for n in shown] == [("B", True), ("S", False)]
    assert hidden == 1
    shown, hidden = follows(viewer, task)
    assert ([(n.row.task.code, n.driving) for n in shown], hidden) == ([("A", True)], 0)


def test_a_part_waits_for_what_its_group_waits_for():
    event = make_event()
    group = make_task(event, "G", likely=0)
    part = make_task(event, "P", parent=group)
    make_link(make_task(event, "B", likely=4), group)
    shown, _hidden = waits_for(make_viewer(event), part)
    assert [(n.row.task.code, n.driving) for n in shown] == [("B", True)]


def test_what_an_agency_leads_owes_and_holds_up():
    event = make_event()
    ministry, police = make_agency(event, "MPS"), make_agency(event, "POL")
    unit = make_agency(event, "K01", parent=ministry)
    done = make_task(event, "D", lead=ministry, closed_on=day(1))
    own = make_task(event, "O", lead=unit, deadline=day(20))
    theirs = make_task(event, "T", lead=police)
    secret = make_task(event, "X", lead=police, classification=Classification.SECRET)
    make_link(done, theirs)
    make_link(own, theirs)
    make_link(own, secret)
    make_coordination(theirs, unit, due=day(3))
    make_coordination(secret, police, due=day(3))
    work = agency_work(make_viewer(event, clearance=Classification.INTERNAL), ministry)
    assert [row.task.code for row in work.leads] == ["O", "D"]
    assert [(owed.coordination.key, owed.overdue) for owed in work.owes] == [("T/K01", True)]
    assert [(mine.task.code, other.task.code) for mine, other in work.waiting] == [("O", "T")]


@pytest.mark.parametrize("rows", [1, 3])
def test_rows_and_neighbours_ask_for_what_is_visible_and_no_more(rows, django_assert_num_queries):
    event = make_event()
    lead = make_agency(event, "MPS")
    task = make_task(event, "T", lead=lead)
    for at in range(rows):
        make_link(make_task(event, f"B{at}", lead=lead), task)
        make_coordination(task, make_agency(event))
    viewer = make_viewer(event, Role.FOCAL_POINT, agency=lead)
    plan_of(event)
    with django_assert_num_queries(2):  # whether the kept plan still holds, and the visible tasks
        found = task_rows(viewer, event)
        for row in found:
            assert row.lead.code == "MPS"
            assert all(part.agency.code for part in row.coordinations)
    with django_assert_num_queries(1):
        assert len(waits_for(viewer, task)[0]) == rows
    with django_assert_num_queries(1):
        assert len(task_row(viewer, task).coordinations) == rows


def test_a_baseline_is_compared_with_now_and_with_another():
    event = make_event()
    viewer = make_viewer(event)
    _first, second = chain(event, 5, 3)
    submit([TakeBaseline(code="B1", name="Adopted")], viewer=viewer, event=event)
    submit([StretchTask(code="T1", likely=7)], viewer=viewer, event=event)
    make_task(event, "T3", lead=second.lead)
    submit([TakeBaseline(code="B2", name="Revised")], viewer=viewer, event=event)
    one, two = Baseline.objects.order_by("code")
    expected = [("T1", 0, 4), ("T2", 2, 2), ("T3", None, None)]
    for new in (None, two):
        shifts = compare(viewer, event, one, new)
        assert [(s.task.code, s.start_days, s.finish_days) for s in shifts] == expected
        assert [s.moved for s in shifts] == [True, True, True]
    assert not any(shift.moved for shift in compare(viewer, event, two, None))


def test_a_comparison_leaves_out_what_one_may_not_see():
    event = make_event()
    first, _second = chain(event, 5, 3)
    submit([TakeBaseline(code="B1", name="Adopted")], viewer=make_viewer(event), event=event)
    first.classification = Classification.SECRET
    save(first)
    viewer = make_viewer(event, clearance=Classification.INTERNAL)
    assert [shift.task.code for shift in compare(viewer, event, Baseline.objects.get())] == ["T2"]
