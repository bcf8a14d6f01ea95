"""The late re-organisation of 8 October 2025: bodies replaced, work handed on with history, undone as one."""

from __future__ import annotations

from datetime import date

import pytest

from summitry.core.action import rehearse, submit
from summitry.core.actions import Undo
from summitry.core.checking import Reading, run_checks
from summitry.core.history import versions
from summitry.core.models import AuditEntry
from summitry.core.preview import preview
from summitry.core.refusals import Invalid, NotPermitted
from summitry.core.rights import Classification, Role
from summitry.governance.actions import NewBody, Reorganise
from summitry.governance.models import Body, Membership, PlanDuty
from summitry.governance.queries import Heir, hidden_open, stranded, suggest
from tests.factories import make_body, make_duty, make_objective, make_task, make_viewer
from tests.governance.makers import AFTER, BEFORE, DAY, make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tasks_are_owned")]

NEW = ("SC-NAT", "SUB-CONTENT", "SUB-SECURITY")


def _submit(event, action, viewer=None):
    return submit([action], viewer=viewer or make_viewer(event), event=event)


def _owners(event):
    from summitry.schedule.models import Task

    tasks = dict(Task.objects.filter(event=event).values_list("code", "owner__code"))
    return tasks | dict(PlanDuty.objects.filter(event=event).values_list("code", "body__code"))


def _reorganise(**values):
    return Reorganise(**{"ends": ("SC-MIN",), "day": DAY, "clause": "PM-2025#1", "into": NEW, **values})


def test_the_old_committee_ends_the_day_before_and_its_work_goes_on_with_history():
    here = make_organisation(ended=False)
    event = here.event
    first, second = make_task(event, "T01", owner=here.old), make_task(event, "T02", owner=here.old)
    done = make_task(event, "T03", owner=here.old, started_on=date(2025, 6, 2), closed_on=date(2025, 6, 3))
    make_duty(here.k01, "PD1", body=here.old)
    make_duty(here.k01, "PD2", body=here.old, approved_on=date(2025, 10, 1))
    owners = {
        "schedule.task/T01": "SUB-CONTENT",
        "schedule.task/T02": "",
        "governance.planduty/PD1": "SUB-SECURITY",
    }
    applied = _submit(event, _reorganise(owners=owners))

    here.old.refresh_from_db()
    assert (here.old.to_day, here.old.ended_by) == (BEFORE, here.replacing)
    assert Membership.objects.get(event=event, post__body=here.old).to_day == BEFORE
    assert _owners(event) == {
        "T01": "SUB-CONTENT",
        "T02": "SC-MIN",
        "T03": "SC-MIN",  # closed work stays with the body that did it
        "PD1": "SUB-SECURITY",
        "PD2": "SC-MIN",
    }
    newest = versions(first, make_viewer(event))[0]
    (moved,) = [field for field in newest.fields if field.name == "owner_id"]
    assert (moved.before, moved.after) == (here.old.pk, here.content.pk)
    assert newest.entry.action == "governance.reorganise"
    assert AuditEntry.objects.filter(batch=applied.batch).count() == 1
    for untouched in (second, done):
        assert untouched.version == type(untouched).objects.get(pk=untouched.pk).version


def test_what_is_left_with_the_old_committee_is_a_finding_from_the_day_on():
    here = make_organisation(ended=False)
    make_task(here.event, "T01", owner=here.old)
    make_task(here.event, "T02", owner=here.old)
    _submit(here.event, _reorganise(owners={"schedule.task/T01": "SUB-CONTENT"}))

    def found(day):
        return [f.subject.key for f in run_checks(Reading(here.event, day), ["GOV010"]).items]

    assert found(BEFORE) == []
    assert found(DAY) == ["T02"]
    assert found(AFTER) == ["T02"]


def test_undo_puts_everything_back_as_one():
    here = make_organisation(ended=False)
    event = here.event
    make_task(event, "T01", owner=here.old, lead=here.k01)
    make_duty(here.moh, "PD1", body=here.old)
    creates = (NewBody(code="SEC", name="Secretariat", kind=Body.Kind.SECRETARIAT, parent="SC-NAT", agency="MPS"),)
    viewer = make_viewer(event)
    applied = _submit(event, _reorganise(creates=creates, otherwise="SEC"), viewer)
    assert set(_owners(event).values()) == {"SEC"}
    undone = _submit(event, Undo(batch=applied.batch), viewer)
    here.old.refresh_from_db()
    assert (here.old.to_day, here.old.ended_by) == (None, None)
    assert Membership.objects.get(event=event, post__body=here.old).to_day is None
    assert not Body.objects.filter(event=event, code="SEC").exists()
    assert set(_owners(event).values()) == {"SC-MIN"}
    _submit(event, Undo(batch=undone.batch), viewer)
    assert set(_owners(event).values()) == {"SEC"}


def test_new_bodies_begin_on_the_day_under_the_clause_children_after_parents():
    here = make_organisation(ended=False)
    creates = (
        NewBody(code="CELL", name="Cell", kind=Body.Kind.WORKING_GROUP, parent="SUB", agency="MOH"),
        NewBody(
            code="SUB", name="Medical", name_national="Tiểu ban Y tế", kind=Body.Kind.SUBCOMMITTEE, parent="SC-NAT"
        ),
    )
    _submit(here.event, _reorganise(creates=creates))
    sub, cell = Body.objects.get(event=here.event, code="SUB"), Body.objects.get(event=here.event, code="CELL")
    assert (cell.parent, sub.parent) == (sub, here.national)
    assert (sub.from_day, sub.to_day, sub.created_by, sub.name_national) == (
        DAY,
        None,
        here.replacing,
        "Tiểu ban Y tế",
    )
    assert cell.agency == here.moh


def test_new_bodies_below_one_another_are_refused():
    here = make_organisation(ended=False)
    creates = tuple(
        NewBody(code=code, name=code, kind=Body.Kind.WORKING_GROUP, parent=parent) for code, parent in ("AB", "BA")
    )
    with pytest.raises(Invalid) as refusal:
        _submit(here.event, _reorganise(creates=creates))
    assert refusal.value.faults[0].field == "creates"


def test_a_body_that_ended_by_its_decision_already_only_hands_on():
    here = make_organisation(ended=True)
    make_task(here.event, "T01", owner=here.old, lead=here.mofa)
    _submit(here.event, _reorganise(day=AFTER, by_agency={"MOFA": "SUB-CONTENT"}))
    here.old.refresh_from_db()
    assert (here.old.to_day, here.old.version) == (BEFORE, 1)
    assert _owners(here.event) == {"T01": "SUB-CONTENT"}


def test_rules_apply_in_their_order_named_then_agency_then_objective_then_the_rest():
    here = make_organisation()
    goal = make_objective(here.event, "S1")
    make_task(here.event, "T1", owner=here.old, lead=here.mofa, objective=goal)
    make_task(here.event, "T2", owner=here.old, lead=here.mofa, objective=goal)
    make_task(here.event, "T3", owner=here.old, lead=here.moh, objective=goal)
    make_task(here.event, "T4", owner=here.old, lead=here.moh)
    rules = {"by_agency": {"MOFA": "SUB-CONTENT"}, "by_group": {"S1": "SUB-SECURITY"}, "otherwise": "SC-NAT"}
    _submit(here.event, _reorganise(owners={"schedule.task/T1": "SC-NAT"}, **rules))
    assert _owners(here.event) == {"T1": "SC-NAT", "T2": "SUB-CONTENT", "T3": "SUB-SECURITY", "T4": "SC-NAT"}


def test_several_bodies_are_replaced_at_once():
    here = make_organisation(ended=False)
    group = make_body(here.event, "WG", parent=here.old, from_day=date(2025, 5, 16))
    make_task(here.event, "T1", owner=here.old)
    make_task(here.event, "T2", owner=group)
    _submit(here.event, _reorganise(ends=("SC-MIN", "WG"), otherwise="SC-NAT"))
    assert _owners(here.event) == {"T1": "SC-NAT", "T2": "SC-NAT"}
    assert list(Body.objects.filter(event=here.event, to_day=BEFORE).values_list("code", flat=True)) == ["SC-MIN", "WG"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends": ()}, "ends"),
        ({"ends": ("SC-NAT",)}, "ends"),  # begins that very day
        ({"into": ("SC-MIN",)}, "into"),
        ({"day": BEFORE}, "into"),  # the new bodies are not in force yet
        ({"clause": ""}, "clause"),
        ({"owners": {"schedule.task/T1": "NOWHERE"}}, "owners"),
        ({"otherwise": "NOWHERE"}, "otherwise"),
        ({"owners": {"schedule.task/T9": "SC-NAT"}}, "owners"),  # no open work of the old bodies
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_changes(values, field):
    here = make_organisation(ended=False)
    make_task(here.event, "T1", owner=here.old)
    with pytest.raises(Invalid) as refusal:
        _submit(here.event, _reorganise(**values))
    assert field in {fault.field for fault in refusal.value.faults}
    here.old.refresh_from_db()
    assert here.old.to_day is None


def test_work_that_was_closed_meanwhile_is_named_and_nothing_happens():
    here = make_organisation()
    make_task(here.event, "T1", owner=here.old)
    make_task(here.event, "T2", owner=here.old, started_on=date(2025, 9, 1), closed_on=date(2025, 10, 3))
    owners = {"schedule.task/T1": "SC-NAT", "schedule.task/T2": "SC-NAT"}
    with pytest.raises(Invalid) as refusal:
        _submit(here.event, _reorganise(owners=owners))
    assert [fault.found for fault in refusal.value.faults] == ["schedule.task/T2"]
    assert _owners(here.event) == {"T1": "SC-MIN", "T2": "SC-MIN"}


def test_what_the_viewer_may_not_see_is_neither_touched_nor_told():
    here = make_organisation()
    make_task(here.event, "T1", owner=here.old)
    make_task(here.event, "T2", owner=here.old, classification=Classification.SECRET)
    viewer = make_viewer(here.event, clearance=Classification.RESTRICTED)
    assert [row.record.code for row in suggest(viewer, here.event, [here.old.pk], [])] == ["T1"]
    assert hidden_open(viewer, here.event, [here.old.pk]) == 1
    applied = _submit(here.event, _reorganise(otherwise="SC-NAT"), viewer)
    assert _owners(here.event) == {"T1": "SC-NAT", "T2": "SC-MIN"}
    assert "T2" not in str(applied.entries[0].arguments)


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.HEAD, True), (Role.PLANNER, True), (Role.SECURITY_PLANNER, False), (Role.OBSERVER, False)],
)
def test_head_and_planner_may_re_organise(role, may):
    here = make_organisation()
    viewer = make_viewer(here.event, role)
    if may:
        _submit(here.event, _reorganise(), viewer)
    else:
        with pytest.raises(NotPermitted):
            _submit(here.event, _reorganise(), viewer)


def test_the_preview_tells_which_findings_heal():
    here = make_organisation(demo_now=None)
    viewer = make_viewer(here.event)
    # The real clock is long past 8 October 2025, so the committee has ended.
    make_task(here.event, "T1", owner=here.old)
    make_task(here.event, "T2", owner=here.old)
    seen = preview([_reorganise(owners={"schedule.task/T1": "SC-NAT"})], viewer=viewer, event=here.event)
    assert [(f.code, f.subject.key) for f in seen.cured if f.code == "GOV010"] == [("GOV010", "T1")]
    assert not [f for f in seen.caused if f.code == "GOV010"]


def test_new_owners_are_suggested_by_agency_then_by_objective():
    here = make_organisation()
    s1, s2 = make_objective(here.event, "S1"), make_objective(here.event, "S2")
    make_task(here.event, "T1", owner=here.old, lead=here.mofa, objective=s1)
    make_task(here.event, "T2", owner=here.old, lead=here.k01, objective=s2)  # K01 stands below MPS
    make_task(here.event, "T3", owner=here.old, lead=here.moh, objective=s2)  # by the company of T2
    make_task(here.event, "T4", owner=here.old, lead=here.moh)
    make_task(here.event, "T5", owner=here.old, objective=s1)
    heirs = [Heir.of(body) for body in here.new]
    rows = suggest(make_viewer(here.event), here.event, [here.old.pk], heirs)
    assert {row.record.code: row.heir for row in rows} == {
        "T1": "SUB-CONTENT",
        "T2": "SUB-SECURITY",
        "T3": "SUB-SECURITY",
        "T4": "",
        "T5": "SUB-CONTENT",
    }
    assert all(bool(row.why) == bool(row.heir) for row in rows)


def test_a_tie_of_objectives_suggests_nothing_and_the_sub_committee_comes_before_the_secretariat():
    here = make_organisation()
    make_body(here.event, "SEC", kind=Body.Kind.SECRETARIAT, agency=here.mps, from_day=DAY)
    goal = make_objective(here.event, "S1")
    make_task(here.event, "T1", owner=here.old, lead=here.mofa, objective=goal)
    make_task(here.event, "T2", owner=here.old, lead=here.mps, objective=goal)
    make_task(here.event, "T3", owner=here.old, lead=here.moh, objective=goal)
    heirs = [Heir.of(body) for body in Body.objects.filter(event=here.event, from_day=DAY)]
    rows = suggest(make_viewer(here.event), here.event, [here.old.pk], heirs)
    assert {row.record.code: row.heir for row in rows} == {"T1": "SUB-CONTENT", "T2": "SUB-SECURITY", "T3": ""}


def test_work_already_given_to_a_new_body_counts_for_its_objective():
    here = make_organisation()
    goal = make_objective(here.event, "S3")
    make_task(here.event, "T1", owner=here.content, objective=goal)
    make_task(here.event, "T2", owner=here.old, lead=here.moh, objective=goal)
    rows = suggest(make_viewer(here.event), here.event, [here.old.pk], [Heir.of(body) for body in here.new])
    assert [(row.record.code, row.heir) for row in rows] == [("T2", "SUB-CONTENT")]


@pytest.mark.parametrize("rows", [1, 3])
def test_suggesting_asks_a_constant_number_of_queries(rows, django_assert_num_queries):
    here = make_organisation()
    goal = make_objective(here.event, "S1")
    for number in range(rows):
        make_task(here.event, f"T{number}", owner=here.old, lead=here.k01, objective=goal)
        make_duty(here.k01, f"PD{number}", body=here.old)
    viewer = make_viewer(here.event)
    heirs = [Heir.of(body) for body in here.new]
    # Agencies; open tasks and duties; tasks that the heirs own.
    with django_assert_num_queries(4):
        suggest(viewer, here.event, [here.old.pk], heirs)


@pytest.mark.parametrize("rows", [1, 3])
def test_handing_on_asks_a_constant_number_of_queries(rows, django_assert_max_num_queries):
    here = make_organisation()
    for number in range(rows):
        make_task(here.event, f"T{number}", owner=here.old)
    viewer = make_viewer(here.event)
    with (
        django_assert_max_num_queries(20),
        rehearse([_reorganise(otherwise="SC-NAT")], viewer=viewer, event=here.event),
    ):
        pass


def test_bodies_that_ended_and_still_own_work_are_named():
    here = make_organisation()
    make_task(here.event, "T1", owner=here.old)
    make_duty(here.k01, "PD1", body=here.old)
    viewer = make_viewer(here.event)
    assert stranded(viewer, here.event, BEFORE) == []
    assert [(one.body.code, one.open) for one in stranded(viewer, here.event, DAY)] == [("SC-MIN", 2)]
