"""Planning tasks, links, objectives and baselines: what the actions do and what they refuse."""

from __future__ import annotations

import pytest

from summitry.core.action import submit
from summitry.core.refusals import Invalid, NotFound, NotPermitted, StaleEdit, StillReferred
from summitry.core.rights import Classification, Role
from summitry.schedule.actions import (
    BulkChange,
    ChangeTask,
    CreateCriterion,
    CreateObjective,
    CreateTask,
    MarkCriterionMet,
    MoveTask,
    RemoveBaseline,
    RemoveLink,
    RemoveObjective,
    RemoveTask,
    SetCoordination,
    SetEstimates,
    SetLink,
    StretchTask,
    TakeBaseline,
)
from summitry.schedule.models import Baseline, BaselineTask, Coordination, Criterion, Link, Task
from summitry.schedule.queries import plan_of
from tests.factories import (
    make_agency,
    make_body,
    make_clause,
    make_coordination,
    make_decision,
    make_event,
    make_link,
    make_objective,
    make_task,
    make_viewer,
    save,
)
from tests.schedule.makers import chain, day, make_evidence

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return make_event()


@pytest.fixture
def planner(event):
    return make_viewer(event)


def do(event, viewer, *actions):
    return submit(actions, viewer=viewer, event=event)


def refused(event, viewer, *actions):
    with pytest.raises(Invalid) as refusal:
        do(event, viewer, *actions)
    return {fault.field: fault.message for fault in refusal.value.faults}


def test_a_task_is_made_with_all_that_is_planned_of_it(event, planner):
    make_agency(event, "PROT")
    make_objective(event, "S2")
    make_body(event, "SUB")
    make_clause(make_decision(event, "MSP"), "4", sets_date=day(3))
    do(
        event,
        planner,
        CreateTask(
            code="T14",
            title="Accreditation rules",
            lead="PROT",
            objective="S2",
            owner="SUB",
            mandate="MSP#4",
            deadline_clause="MSP#4",
            deliverable="List of badge types",
            optimistic=8,
            likely=10,
            pessimistic=15,
            not_before=day(1),
        ),
    )
    task = Task.objects.get(code="T14")
    assert (task.lead.code, task.objective.code, task.owner.code, str(task.mandate)) == ("PROT", "S2", "SUB", "MSP#4")
    assert task.deadline == day(3)  # taken from the clause that sets it
    assert (task.optimistic, task.likely, task.pessimistic) == (8, 10, 15)


def test_a_new_task_stands_last_unless_it_is_given_a_place(event, planner):
    make_task(event, "T1", position=7)
    do(event, planner, CreateTask(code="T0", title="Last"), CreateTask(code="T2", title="First", position=3))
    assert list(Task.objects.values_list("code", flat=True)) == ["T2", "T1", "T0"]


def test_a_change_leaves_what_it_does_not_name(event, planner):
    task = make_task(event, "T1", title="Rules", likely=10, deadline=day(20))
    do(event, planner, ChangeTask(code="T1", seen=1, deadline=None, note="Asked for"))
    task.refresh_from_db()
    assert (task.title, task.likely, task.deadline, task.note) == ("Rules", 10, None, "Asked for")


def test_a_stale_change_is_refused(event, planner):
    make_task(event, "T1")
    do(event, planner, ChangeTask(code="T1", seen=1, title="One"))
    with pytest.raises(StaleEdit):
        do(event, planner, ChangeTask(code="T1", seen=1, title="Two"))


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"likely": -1, "optimistic": -2}, {"likely", "optimistic"}),
        ({"likely": 2001}, {"likely"}),
        ({"optimistic": 9, "likely": 5, "pessimistic": 3}, {"optimistic", "pessimistic"}),
        ({"milestone": True, "likely": 3}, {"likely"}),
        ({"fixed_start": day(9), "fixed_finish": day(8)}, {"fixed_finish"}),
    ],
)
def test_numbers_that_make_no_sense_are_named_all_at_once(event, planner, values, fields):
    assert set(refused(event, planner, CreateTask(code="T1", title="Task", **values))) == fields


@pytest.mark.parametrize(
    ("before", "likely", "after"),
    [
        ((15, 20, 30), 35, (15, 35, 45)),  # beyond the longest: the spread of 10 days goes along
        ((15, 20, 30), 30, (15, 30, 30)),
        ((15, 20, 30), 10, (10, 10, 30)),
        ((None, 20, None), 35, (None, 35, None)),
    ],
)
def test_estimates_that_are_not_given_follow_as_little_as_needed(event, planner, before, likely, after):
    optimistic, known, pessimistic = before
    task = make_task(event, "T32", optimistic=optimistic, likely=known, pessimistic=pessimistic)
    for change in (ChangeTask, StretchTask):
        save(task)
        do(event, planner, change(code="T32", likely=likely))
        stored = Task.objects.get(code="T32")
        assert (stored.optimistic, stored.likely, stored.pessimistic) == after


def test_a_task_becomes_a_milestone_and_a_task_again(event, planner):
    make_task(event, "T1", optimistic=1, likely=5, pessimistic=9)
    do(event, planner, ChangeTask(code="T1", milestone=True))
    task = Task.objects.get()
    assert (task.milestone, task.optimistic, task.likely, task.pessimistic) == (True, None, 0, None)
    do(event, planner, ChangeTask(code="T1", milestone=False))
    task.refresh_from_db()
    assert (task.milestone, task.likely) == (False, 1)


def test_three_estimates_at_once(event, planner):
    make_task(event, "T1")
    do(event, planner, SetEstimates(code="T1", optimistic=15, likely=20, pessimistic=30))
    assert Task.objects.values_list("optimistic", "likely", "pessimistic").get() == (15, 20, 30)
    assert "likely" not in refused(event, planner, SetEstimates(code="T1", optimistic=15, likely=20, pessimistic=10))


def test_a_task_that_gets_a_part_has_no_work_of_its_own(event, planner):
    make_task(event, "G", likely=20, pessimistic=30)
    do(event, planner, CreateTask(code="P", title="Part", parent="G", likely=3))
    group = Task.objects.get(code="G")
    assert (group.likely, group.pessimistic) == (0, None)
    assert refused(event, planner, ChangeTask(code="G", likely=4, fixed_start=day(9))).keys() == {
        "likely",
        "fixed_start",
    }
    assert "code" in refused(event, planner, SetEstimates(code="G", likely=4))
    assert "code" in refused(event, planner, StretchTask(code="G", likely=4))
    do(event, planner, ChangeTask(code="G", title="Group", deadline=day(20)))


@pytest.mark.parametrize("fact", [{"started_on": day(1)}, {"closed_on": day(1)}, {"waived_on": day(1)}])
def test_a_task_with_facts_cannot_become_a_group(event, planner, fact):
    make_task(event, "G", **fact)
    assert "parent" in refused(event, planner, CreateTask(code="P", title="Part", parent="G"))


def test_a_task_is_not_part_of_itself(event, planner):
    top = make_task(event, "A", likely=0)
    middle = make_task(event, "B", likely=0, parent=top)
    make_task(event, "C", parent=middle)
    assert "parent" in refused(event, planner, ChangeTask(code="A", parent="C"))
    assert "parent" in refused(event, planner, ChangeTask(code="A", parent="A"))
    do(event, planner, ChangeTask(code="C", parent="A"))


def test_moving_under_a_group_that_it_waits_for_is_refused(event, planner):
    group = make_task(event, "G", likely=0)
    make_task(event, "P", parent=group)
    task = make_task(event, "T")
    make_link(group, task)
    make_task(event, "Q")
    do(event, planner, ChangeTask(code="Q", parent="G"))
    assert "One of them holds the other" in refused(event, planner, ChangeTask(code="T", parent="G"))["parent"]
    # R waits for T, and T for all parts of G: as a part of G, R would wait for itself.
    make_link(task, make_task(event, "R"))
    message = refused(event, planner, ChangeTask(code="R", parent="G"))["parent"]
    assert message == "They would wait for one another in a circle: T > R > T."
    assert Task.objects.get(code="R").parent is None


def test_a_drag_moves_by_day_or_by_working_days(event, planner):
    _first, second = chain(event, 5, 3)
    do(event, planner, MoveTask(code="T2", shift=2))
    second.refresh_from_db()
    assert second.not_before == day(15)  # Monday the 13th and two working days
    do(event, planner, MoveTask(code="T2", not_before=day(20)))
    assert plan_of(event).of(second.pk).start == day(20)
    do(event, planner, MoveTask(code="T2", not_before=None))
    assert plan_of(event).of(second.pk).start == day(13)


def test_a_drag_of_fixed_dates_keeps_their_length(event, planner):
    task = make_task(event, "T1", lead=make_agency(event), likely=3, fixed_start=day(8), fixed_finish=day(10))
    do(event, planner, MoveTask(code="T1", shift=2))
    task.refresh_from_db()
    assert (task.fixed_start, task.fixed_finish, task.not_before) == (day(10), day(14), None)


def test_what_has_begun_or_is_settled_is_not_dragged(event, planner):
    make_task(event, "T1", started_on=day(1))
    make_task(event, "T2", closed_on=day(1))
    make_task(event, "T3")
    assert "not_before" in refused(event, planner, MoveTask(code="T1", not_before=day(20)))
    assert "code" in refused(event, planner, MoveTask(code="T2", not_before=day(20)))
    assert "not_before" in refused(event, planner, MoveTask(code="T3"))
    assert "not_before" in refused(event, planner, MoveTask(code="T3", not_before=day(20), shift=1))


def test_a_bar_is_stretched_to_a_day(event, planner):
    _first, second = chain(event, 5, 3)
    do(event, planner, StretchTask(code="T2", finish=day(21)))
    second.refresh_from_db()
    assert second.likely == 7
    assert "finish" in refused(event, planner, StretchTask(code="T2", finish=day(10)))
    assert "likely" in refused(event, planner, StretchTask(code="T2", likely=0))


def test_a_reported_task_is_not_stretched(event, planner):
    make_task(event, "T1", started_on=day(1), remaining=3, reported_on=day(3))
    make_task(event, "M1", milestone=True, likely=0)
    assert "likely" in refused(event, planner, StretchTask(code="T1", likely=9))
    assert "likely" in refused(event, planner, StretchTask(code="M1", likely=9))


def test_a_slip_is_removed_with_its_links_but_facts_stand_in_the_way(event, planner):
    first, second = chain(event, 1, 1)
    make_coordination(first, make_agency(event))
    do(event, planner, RemoveTask(code="T1"))
    assert list(Task.objects.values_list("code", flat=True)) == ["T2"]
    assert not Link.objects.exists()
    make_coordination(second, make_agency(event), delivered_on=day(1))
    with pytest.raises(StillReferred):
        do(event, planner, RemoveTask(code="T2"))
    make_task(event, "T3", started_on=day(1))
    assert "code" in refused(event, planner, RemoveTask(code="T3"))


def test_several_tasks_change_together_or_not_at_all(event, planner):
    make_agency(event, "NEW")
    make_objective(event, "S1")
    for code in ("T1", "T2"):
        make_task(event, code, deadline=day(20), not_before=day(8))
    make_task(event, "T3")
    do(
        event,
        planner,
        BulkChange(
            tasks=["T1", "T2", "T3"],
            seen={"T1": 1},
            lead="NEW",
            objective="S1",
            classification=Classification.RESTRICTED,
            deadline_days=7,
            not_before_days=-1,
        ),
    )
    rows = Task.objects.order_by("code").values_list("lead__code", "classification", "deadline", "not_before")
    assert list(rows) == [("NEW", 2, day(27), day(7)), ("NEW", 2, day(27), day(7)), ("NEW", 2, None, None)]
    assert "tasks" in refused(event, planner, BulkChange(tasks=["T3"], deadline_days=7))
    assert "tasks" in refused(event, planner, BulkChange(tasks=[], lead="NEW"))
    with pytest.raises(StaleEdit):
        do(event, planner, BulkChange(tasks=["T1", "T2"], seen={"T2": 1}, lead=None))
    assert not Task.objects.filter(lead=None).exists()
    with pytest.raises(NotFound):
        do(event, planner, BulkChange(tasks=["T1", "T9"], lead=None))


def test_nobody_files_above_their_clearance(event):
    viewer = make_viewer(event, clearance=Classification.INTERNAL)
    make_task(event, "T1", classification=Classification.PUBLIC)
    secret = Classification.SECRET
    assert "classification" in refused(event, viewer, CreateTask(code="T2", title="x", classification=secret))
    assert "classification" in refused(event, viewer, BulkChange(tasks=["T1"], classification=secret))


def test_a_link_is_made_changed_and_removed(event, planner):
    make_task(event, "T1")
    make_task(event, "T2")
    do(event, planner, SetLink(predecessor="T1", successor="T2", kind="SS", lag=2))
    do(event, planner, SetLink(predecessor="T1", successor="T2", kind="SS", lag=-1, seen=1))
    assert (Link.objects.get().lag, Link.objects.get().version) == (-1, 2)
    with pytest.raises(StaleEdit):
        do(event, planner, SetLink(predecessor="T1", successor="T2", kind="SS", lag=3, seen=1))
    assert "lag" in refused(event, planner, SetLink(predecessor="T1", successor="T2", lag=1001))
    assert "successor" in refused(event, planner, SetLink(predecessor="T1", successor="T1"))
    do(event, planner, RemoveLink(predecessor="T1", successor="T2", kind="SS"))
    assert not Link.objects.exists()


def test_a_circle_is_refused_by_name(event, planner):
    chain(event, 1, 1, 1)
    message = refused(event, planner, SetLink(predecessor="T3", successor="T1"))["successor"]
    assert message == "They would wait for one another in a circle: T3 > T1 > T2 > T3."
    assert Link.objects.count() == 2


def test_a_circle_through_a_hidden_task_does_not_name_it(event):
    _first, second, _third = chain(event, 1, 1, 1)
    second.classification = Classification.SECRET
    save(second)
    viewer = make_viewer(event, clearance=Classification.INTERNAL)
    message = refused(event, viewer, SetLink(predecessor="T3", successor="T1"))["successor"]
    assert message == "They would wait for one another in a circle: T3 > T1 > … > T3."


def test_a_circle_through_a_group_is_refused(event, planner):
    group = make_task(event, "G", likely=0)
    part = make_task(event, "P", parent=group)
    make_link(make_task(event, "A"), group)
    assert "P > A > P" in refused(event, planner, SetLink(predecessor="P", successor="A"))["successor"]
    assert "successor" in refused(event, planner, SetLink(predecessor="G", successor="P"))
    assert "successor" in refused(event, planner, SetLink(predecessor="P", successor="G"))
    make_link(part, make_task(event, "Z"))
    assert "Z > A > P > Z" in refused(event, planner, SetLink(predecessor="Z", successor="A"))["successor"]


def test_a_coordination_is_set_and_changed(event, planner):
    make_task(event, "T1")
    make_agency(event, "POL")
    do(event, planner, SetCoordination(task="T1", agency="POL", deliverable="Escort list"))
    do(event, planner, SetCoordination(task="T1", agency="POL", due=day(10), seen=1))
    row = Coordination.objects.get()
    assert (row.deliverable, row.due, row.version) == ("Escort list", day(10), 2)
    with pytest.raises(StaleEdit):
        do(event, planner, SetCoordination(task="T1", agency="POL", due=day(11), seen=1))


def test_an_objective_with_a_criterion_is_not_removed(event, planner):
    do(
        event,
        planner,
        CreateObjective(code="S1", title="Substance"),
        CreateCriterion(code="S1-1", objective="S1", text="At least 60 States sign."),
    )
    with pytest.raises(StillReferred):
        do(event, planner, RemoveObjective(code="S1"))


def test_a_criterion_is_met_when_its_task_is_closed(event, planner):
    task = make_task(event, "T1")
    do(
        event,
        planner,
        CreateObjective(code="S1", title="Substance"),
        CreateCriterion(code="S1-1", objective="S1", text="At least 60 States sign.", task="T1"),
    )
    assert "code" in refused(event, planner, MarkCriterionMet(code="S1-1"))
    task.closed_on = day(3)
    save(task)
    do(event, planner, MarkCriterionMet(code="S1-1", on=day(3)))
    assert Criterion.objects.get().met_on == day(3)
    do(event, planner, MarkCriterionMet(code="S1-1", met=False))
    assert Criterion.objects.get().met_on is None
    assert "on" in refused(event, planner, MarkCriterionMet(code="S1-1", on=day(7)))


def test_a_baseline_keeps_the_days_and_goes_with_them(event, planner):
    first, _second = chain(event, 5, 3, deadline=day(24))
    make_task(event, "W", waived_on=day(1))
    do(event, planner, TakeBaseline(code="B1", name="Adopted"))
    rows = BaselineTask.objects.order_by("task__code").values_list("task__code", "start", "finish", "duration")
    assert list(rows) == [("T1", day(6), day(10), 5), ("T2", day(13), day(15), 3)]
    assert Baseline.objects.get().taken_on == day(6)
    with pytest.raises(StillReferred):
        do(event, planner, RemoveTask(code=first.code))
    do(event, planner, RemoveBaseline(code="B1"))
    assert not Baseline.objects.exists()
    assert not BaselineTask.objects.exists()


def test_a_baseline_of_a_circle_is_refused(event, planner):
    first, second = chain(event, 1, 1)
    make_link(second, first)
    assert "code" in refused(event, planner, TakeBaseline(code="B1", name="Adopted"))


@pytest.mark.parametrize("role", [Role.HEAD, Role.FOCAL_POINT, Role.SECURITY_PLANNER, Role.UNIT_OFFICER, Role.PARTNER])
def test_planning_is_for_planners(event, role):
    agency = make_agency(event)
    task = make_task(event, "T1", lead=agency, classification=Classification.PUBLIC)
    viewer = make_viewer(event, role, agency=agency)
    for action in (
        CreateTask(code="T2", title="x"),
        ChangeTask(code="T1", title="x"),
        MoveTask(code="T1", shift=1),
        StretchTask(code="T1", likely=4),
        SetEstimates(code="T1", likely=4),
        RemoveTask(code="T1"),
        SetLink(predecessor="T1", successor="T1"),
        SetCoordination(task="T1", agency=agency.code),
        BulkChange(tasks=["T1"], lead=None),
        CreateObjective(code="S9", title="x"),
    ):
        with pytest.raises(NotPermitted):
            do(event, viewer, action)
    assert task.version == Task.objects.get().version


def test_the_head_takes_baselines(event):
    chain(event, 1)
    do(event, make_viewer(event, Role.HEAD), TakeBaseline(code="B1", name="Adopted"))
    with pytest.raises(NotPermitted):
        do(event, make_viewer(event, Role.FOCAL_POINT), TakeBaseline(code="B2", name="Mine"))


def test_evidence_keeps_a_task(event, planner):
    from tests.factories import make_document

    make_evidence(make_task(event, "T1"), make_document(event))
    with pytest.raises(StillReferred):
        do(event, planner, RemoveTask(code="T1"))
