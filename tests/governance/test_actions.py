"""Decisions, bodies, posts and plan duties are written by actions that refuse what cannot be."""

from __future__ import annotations

from datetime import date

import pytest

from summitry.core.action import submit
from summitry.core.actions import Undo
from summitry.core.refusals import Invalid, NotFound, NotPermitted, StaleEdit, StillReferred
from summitry.core.rights import Classification, Role
from summitry.governance.actions import (
    ApprovePlan,
    ChangeBody,
    ChangeClause,
    ChangeDecision,
    ChangeMembership,
    ChangePlanDuty,
    ChangePost,
    CreateBody,
    CreateClause,
    CreateDecision,
    CreateMembership,
    CreatePlanDuty,
    CreatePost,
    EndBody,
    RemoveBody,
    RemoveClause,
    RemoveDecision,
    RemoveMembership,
    RemovePlanDuty,
    RemovePost,
    ReturnPlan,
    SubmitPlan,
)
from summitry.governance.models import Body, Clause, Decision, Membership, PlanDuty, Post
from tests.factories import (
    make_agency,
    make_body,
    make_clause,
    make_decision,
    make_duty,
    make_event,
    make_person,
    make_viewer,
)
from tests.governance.makers import BEFORE, DAY, make_membership, make_post

pytestmark = pytest.mark.django_db


def _submit(event, *actions, viewer=None):
    return submit(list(actions), viewer=viewer or make_viewer(event), event=event)


def test_a_decision_its_clause_and_the_body_that_it_creates():
    event = make_event()
    make_agency(event, "GOV-OFF")
    _submit(
        event,
        CreateDecision(
            code="PM-2025",
            title="National committee",
            number="2177/QĐ-TTg",
            signed_on=DAY,
            signer_office="Prime Minister",
            effective_from=DAY,
        ),
        CreateClause(decision="PM-2025", number="2.1", text="Sets up the committee.", sets_date=date(2025, 10, 13)),
        CreateBody(
            code="SC-NAT",
            name="National Steering Committee",
            name_national="Ban Chỉ đạo",
            kind=Body.Kind.COMMITTEE,
            from_day=DAY,
            agency="GOV-OFF",
            created_by="PM-2025#2.1",
        ),
        CreateBody(code="SUB", name="Content", kind=Body.Kind.SUBCOMMITTEE, from_day=DAY, parent="SC-NAT"),
    )
    body = Body.objects.get(event=event, code="SC-NAT")
    assert body.created_by.key == "PM-2025#2.1"
    assert body.created_by.sets_date == date(2025, 10, 13)
    assert (body.agency.code, body.name_national) == ("GOV-OFF", "Ban Chỉ đạo")
    assert Body.objects.get(event=event, code="SUB").parent == body


def test_a_change_touches_only_what_was_given():
    event = make_event()
    old, new = make_decision(event, "OLD"), make_decision(event, "NEW", number="7", signer_office="Ministry")
    _submit(event, ChangeDecision(code="NEW", replaces="OLD", signed_on=DAY))
    new.refresh_from_db()
    assert (new.replaces, new.signed_on, new.number, new.signer_office) == (old, DAY, "7", "Ministry")
    _submit(event, ChangeDecision(code="NEW", replaces=None))
    new.refresh_from_db()
    assert (new.replaces, new.signed_on) == (None, DAY)


def test_decisions_cannot_replace_one_another_in_a_circle():
    event = make_event()
    one = make_decision(event, "ONE")
    two = make_decision(event, "TWO", replaces=one)
    make_decision(event, "THREE", amends=two)
    for change in (
        ChangeDecision(code="ONE", replaces="THREE"),
        ChangeDecision(code="ONE", amends="TWO"),
        ChangeDecision(code="ONE", amends="ONE"),
    ):
        with pytest.raises(Invalid):
            _submit(event, change)


def test_a_stale_edit_of_a_decision_is_refused():
    event = make_event()
    make_decision(event, "D1")
    _submit(event, ChangeDecision(code="D1", seen=1, title="first"))
    with pytest.raises(StaleEdit):
        _submit(event, ChangeDecision(code="D1", seen=1, title="second"))


def test_a_security_planner_files_plans_and_nothing_else():
    event = make_event()
    viewer = make_viewer(event, Role.SECURITY_PLANNER)
    plan = {"code": "PL-1", "title": "Plan", "effective_from": DAY}
    _submit(event, CreateDecision(kind=Decision.Kind.PLAN, **plan), viewer=viewer)
    _submit(event, ChangeDecision(code="PL-1", kind=Decision.Kind.SCHEME), viewer=viewer)
    make_decision(event, "D1")
    for refused in (
        CreateDecision(code="D2", title="Decision", effective_from=DAY),
        ChangeDecision(code="PL-1", kind=Decision.Kind.DECISION),
        ChangeDecision(code="D1", title="x"),
        CreateClause(decision="D1", number="1", text="x"),
    ):
        with pytest.raises(NotPermitted):
            _submit(event, refused, viewer=viewer)


def test_nobody_files_above_their_own_clearance():
    event = make_event()
    make_agency(event, "MPS")
    viewer = make_viewer(event, clearance=Classification.INTERNAL)
    secret = Classification.SECRET
    for refused in (
        CreateDecision(code="D1", title="x", effective_from=DAY, classification=secret),
        CreatePlanDuty(code="PD1", title="x", agency="MPS", due=DAY, classification=secret),
    ):
        with pytest.raises(Invalid) as refusal:
            _submit(event, refused, viewer=viewer)
        assert [fault.field for fault in refusal.value.faults] == ["classification"]


def test_a_decision_goes_with_its_clauses_unless_something_rests_on_them():
    event = make_event()
    decision = make_decision(event, "D1")
    clause = make_clause(decision, "1")
    body = make_body(event, "B1", created_by=clause)
    with pytest.raises(StillReferred, match=str(body)):
        _submit(event, RemoveDecision(code="D1"))
    _submit(event, ChangeBody(code="B1", created_by=None))
    removed = _submit(event, RemoveDecision(code="D1"))
    assert not Clause.objects.filter(event=event).exists()
    _submit(event, Undo(batch=removed.batch))
    assert Clause.objects.get(event=event).decision.code == "D1"


def test_clauses_are_renumbered_and_removed():
    event = make_event()
    make_clause(make_decision(event, "D1"), "1")
    _submit(event, ChangeClause(decision="D1", number="1", new_number="2", text="new"))
    assert Clause.objects.get(event=event).key == "D1#2"
    with pytest.raises(Invalid):
        _submit(event, ChangeClause(decision="D1", number="2", new_number="2 a"))
    _submit(event, RemoveClause(decision="D1", number="2"))
    assert not Clause.objects.filter(event=event).exists()


def test_a_clause_that_the_viewer_may_not_see_cannot_be_named():
    event = make_event()
    make_clause(make_decision(event, "SECRET-1", classification=Classification.SECRET), "1")
    viewer = make_viewer(event, clearance=Classification.INTERNAL)
    create = CreateBody(code="B1", name="B", kind=Body.Kind.COMMITTEE, from_day=DAY, created_by="SECRET-1#1")
    with pytest.raises(NotFound):
        _submit(event, create, viewer=viewer)


def test_ending_a_body_ends_the_posts_that_are_held_on_it():
    event = make_event()
    clause = make_clause(make_decision(event, "D1"))
    body = make_body(event, "B1")
    one, two = make_post(body, "HEAD"), make_post(body, "DEPUTY")
    past = make_membership(two, make_person(event, "P0"), to_day=date(2025, 6, 1))
    make_membership(one, make_person(event, "P1"))
    make_membership(two, make_person(event, "P2"), date(2025, 6, 2), to_day=date(2025, 12, 31))
    ended = _submit(event, EndBody(code="B1", last_day=BEFORE, clause="D1#1"))
    body.refresh_from_db()
    assert (body.to_day, body.ended_by) == (BEFORE, clause)
    last_days = dict(Membership.objects.filter(event=event).values_list("person__code", "to_day"))
    assert last_days == {"P0": past.to_day, "P1": BEFORE, "P2": BEFORE}
    _submit(event, Undo(batch=ended.batch))
    last_days = dict(Membership.objects.filter(event=event).values_list("person__code", "to_day"))
    assert last_days == {"P0": past.to_day, "P1": None, "P2": date(2025, 12, 31)}


def test_a_body_does_not_end_before_it_begins_nor_stand_below_itself():
    event = make_event()
    top = make_body(event, "TOP", from_day=DAY)
    make_body(event, "SUB", parent=top)
    for refused in (EndBody(code="TOP", last_day=BEFORE), ChangeBody(code="TOP", parent="SUB")):
        with pytest.raises(Invalid):
            _submit(event, refused)


def test_a_body_that_owns_something_is_not_removed():
    event = make_event()
    body = make_body(event, "B1")
    make_duty(make_agency(event), "PD1", body=body)
    with pytest.raises(StillReferred, match="PD1"):
        _submit(event, RemoveBody(code="B1"))


def test_posts_and_appointments():
    event = make_event()
    make_body(event, "B1")
    make_person(event, "P1")
    _submit(
        event,
        CreatePost(code="B1-HEAD", body="B1", title="Head", title_national="Trưởng Ban", rank=1),
        CreateMembership(post="B1-HEAD", person="P1", from_day=DAY),
    )
    _submit(event, ChangePost(code="B1-HEAD", title="Head of the committee"))
    name = {"post": "B1-HEAD", "person": "P1", "from_day": DAY}
    _submit(event, ChangeMembership(**name, to_day=date(2025, 10, 26)))
    membership = Membership.objects.get(event=event)
    assert membership.post.title == "Head of the committee"
    assert (membership.from_day, membership.to_day) == (DAY, date(2025, 10, 26))
    with pytest.raises(Invalid):
        _submit(event, ChangeMembership(**name, to_day=BEFORE))
    with pytest.raises(StillReferred):
        _submit(event, RemovePost(code="B1-HEAD"))
    _submit(event, RemoveMembership(**name), RemovePost(code="B1-HEAD"))
    assert not Post.objects.filter(event=event).exists()


def test_a_plan_is_handed_in_by_the_agency_that_owes_it_and_by_no_other():
    event = make_event()
    police, guard = make_agency(event, "HN-POL"), make_agency(event, "K01")
    make_duty(police, "PD1")
    officer = make_viewer(event, Role.UNIT_OFFICER, agency=police)
    other = make_viewer(event, Role.UNIT_OFFICER, agency=guard)
    with pytest.raises(NotFound):  # a restricted duty of another agency is not even there
        _submit(event, SubmitPlan(duty="PD1"), viewer=other)
    make_duty(police, "PD2", classification=Classification.INTERNAL)
    with pytest.raises(NotPermitted):
        _submit(event, SubmitPlan(duty="PD2"), viewer=other)
    _submit(event, SubmitPlan(duty="PD1"), viewer=officer)
    assert PlanDuty.objects.get(event=event, code="PD1").submitted_on == date(2025, 10, 6)
    with pytest.raises(NotPermitted):
        _submit(event, ApprovePlan(duty="PD1", plan="x"), viewer=officer)


def test_a_focal_point_hands_in_for_the_units_below():
    event = make_event()
    ministry = make_agency(event, "MPS")
    make_duty(make_agency(event, "K01", parent=ministry), "PD1")
    viewer = make_viewer(event, Role.FOCAL_POINT, agency=ministry)
    _submit(event, SubmitPlan(duty="PD1", on=date(2025, 10, 1)), viewer=viewer)
    assert PlanDuty.objects.get(event=event).submitted_on == date(2025, 10, 1)


def test_an_approval_names_the_issued_plan():
    event = make_event()
    make_duty(make_agency(event), "PD1", submitted_on=date(2025, 10, 2))
    draft = make_decision(event, "PL-1", kind=Decision.Kind.PLAN)
    viewer = make_viewer(event, Role.SECURITY_PLANNER)
    with pytest.raises(Invalid) as refusal:
        _submit(event, ApprovePlan(duty="PD1", plan="PL-1"), viewer=viewer)
    assert refusal.value.faults[0].field == "plan"
    _submit(event, ChangeDecision(code="PL-1", signed_on=date(2025, 10, 3)), viewer=viewer)
    for day in (date(2025, 10, 1), date(2025, 10, 7)):  # before it was handed in; in the future
        with pytest.raises(Invalid):
            _submit(event, ApprovePlan(duty="PD1", plan="PL-1", on=day), viewer=viewer)
    _submit(event, ApprovePlan(duty="PD1", plan="PL-1", on=date(2025, 10, 3)), viewer=viewer)
    duty = PlanDuty.objects.get(event=event)
    assert (duty.plan, duty.approved_on) == (draft, date(2025, 10, 3))
    for refused in (SubmitPlan(duty="PD1"), RemovePlanDuty(code="PD1")):
        with pytest.raises(Invalid):
            _submit(event, refused, viewer=viewer)


def test_a_plan_that_is_given_back_is_owed_again():
    event = make_event()
    duty = make_duty(make_agency(event), "PD1", submitted_on=date(2025, 10, 2))
    with pytest.raises(Invalid):
        _submit(event, ReturnPlan(duty="PD1", reason=""))
    returned = _submit(event, ReturnPlan(duty="PD1", reason="Route B is missing"))
    duty.refresh_from_db()
    assert duty.submitted_on is None
    assert returned.entries[0].arguments["reason"] == "Route B is missing"
    with pytest.raises(Invalid):
        _submit(event, ReturnPlan(duty="PD1", reason="again"))


def test_a_duty_is_changed_and_removed():
    event = make_event()
    make_agency(event, "K01")
    make_body(event, "B1")
    make_clause(make_decision(event, "GSP"), "1")
    create = CreatePlanDuty(code="PD1", title="Escort", agency="K01", due=DAY, mandate="GSP#1", body="B1")
    _submit(event, create)
    _submit(event, ChangePlanDuty(code="PD1", due=date(2025, 10, 10), mandate=None))
    duty = PlanDuty.objects.get(event=event)
    assert (duty.due, duty.mandate, duty.body.code) == (date(2025, 10, 10), None, "B1")
    _submit(event, RemovePlanDuty(code="PD1"))
    assert not PlanDuty.objects.filter(event=event).exists()


@pytest.mark.parametrize("role", [Role.HEAD, Role.FOCAL_POINT, Role.UNIT_OFFICER, Role.PARTNER, Role.OBSERVER])
def test_mandates_are_the_planner_s_to_change(role):
    event = make_event()
    agency = make_agency(event, "MPS")
    make_body(event, "B1")
    viewer = make_viewer(event, role, agency=agency)
    for refused in (
        CreateBody(code="B2", name="B", kind=Body.Kind.COMMITTEE, from_day=DAY),
        EndBody(code="B1", last_day=DAY),
        CreatePost(code="X", body="B1", title="Head"),
        CreateDecision(code="D1", title="x", effective_from=DAY),
        CreatePlanDuty(code="PD1", title="x", agency="MPS", due=DAY),
    ):
        with pytest.raises(NotPermitted):
            _submit(event, refused, viewer=viewer)
