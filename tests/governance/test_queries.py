"""Who exists, who holds which post and what has force on the days around 8 October 2025."""

from __future__ import annotations

from datetime import date

import pytest

from summitry.core.rights import Classification, Role
from summitry.governance.models import Decision
from summitry.governance.queries import (
    DutyState,
    bodies_on,
    body_tree,
    chain,
    change_days,
    clause_rows,
    coverage,
    decision_rows,
    decisions_on,
    duty_rows,
    natural,
    owned_rows,
    posts_of,
    predecessors,
    seats_on,
    state_of,
    successors,
)
from tests.factories import (
    make_agency,
    make_body,
    make_clause,
    make_decision,
    make_duty,
    make_event,
    make_person,
    make_task,
    make_viewer,
)
from tests.governance.makers import AFTER, BEFORE, DAY, make_membership, make_organisation, make_post

pytestmark = pytest.mark.django_db


def _codes(records):
    return [record.code for record in records]


def test_on_the_7th_the_ministerial_committee_on_the_8th_the_national_one():
    here = make_organisation()
    viewer = make_viewer(here.event)
    assert _codes(bodies_on(viewer, BEFORE)) == ["SC-MIN"]
    for day in (DAY, AFTER):
        assert _codes(bodies_on(viewer, day)) == ["SC-NAT", "SUB-CONTENT", "SUB-SECURITY"]
    assert bodies_on(viewer, date(2025, 5, 15)) == []
    assert _codes(decisions_on(viewer, BEFORE)) == ["MIN-2025"]
    assert _codes(decisions_on(viewer, DAY)) == ["PM-2025"]


def test_the_manager_and_the_query_agree_on_what_has_force():
    event = make_event()
    viewer = make_viewer(event)
    one = make_decision(event, "ONE", effective_to=AFTER)
    make_decision(event, "TWO", replaces=one, effective_from=DAY)
    make_decision(event, "THREE", effective_from=AFTER)
    for day in (BEFORE, DAY, AFTER, date(2025, 10, 10)):
        by_manager = Decision.objects.filter(event=event).in_force(day)
        assert _codes(decisions_on(viewer, day)) == _codes(by_manager)


def test_the_tree_of_a_day_with_its_heads():
    here = make_organisation()
    nodes = body_tree(make_viewer(here.event), DAY)
    assert [(node.body.code, node.depth, node.children) for node in nodes] == [
        ("SC-NAT", 0, 2),
        ("SUB-CONTENT", 1, 0),
        ("SUB-SECURITY", 1, 0),
    ]
    assert [node.head.held_by[0].person.code for node in nodes] == ["P-SC-NAT", "P-SUB-CONTENT", "P-SUB-SECURITY"]


def test_a_body_below_one_that_ended_stands_at_the_top_and_says_so():
    here = make_organisation()
    make_body(here.event, "WG", parent=here.old)
    nodes = {node.body.code: node for node in body_tree(make_viewer(here.event), DAY)}
    assert (nodes["WG"].depth, nodes["WG"].astray) == (0, here.old)
    nodes = {node.body.code: node for node in body_tree(make_viewer(here.event), BEFORE)}
    assert (nodes["WG"].depth, nodes["WG"].astray) == (1, None)


def test_a_post_is_held_from_to_and_vacant_between():
    event = make_event()
    body = make_body(event, "B1")
    head, deputy = make_post(body, "HEAD", rank=1), make_post(body, "DEPUTY", rank=2)
    make_membership(head, make_person(event, "P1"), to_day=date(2025, 9, 30))
    make_membership(head, make_person(event, "P2"), DAY)
    make_membership(deputy, make_person(event, "P3"))
    viewer = make_viewer(event)

    def seats(day):
        return [
            (s.post.code, s.head, _codes(m.person for m in s.held_by), s.vacant) for s in seats_on(viewer, day)[body.pk]
        ]

    assert seats(date(2025, 9, 30)) == [("HEAD", True, ["P1"], False), ("DEPUTY", False, ["P3"], False)]
    assert seats(BEFORE) == [("HEAD", True, [], True), ("DEPUTY", False, ["P3"], False)]
    assert seats(DAY) == [("HEAD", True, ["P2"], False), ("DEPUTY", False, ["P3"], False)]
    assert [(row.post.code, _codes(m.person for m in row.memberships)) for row in posts_of(viewer, body)] == [
        ("HEAD", ["P1", "P2"]),
        ("DEPUTY", ["P3"]),
    ]


def test_a_holder_whom_the_viewer_may_not_see_is_no_vacancy_and_no_name():
    event = make_event()
    body = make_body(event, "B1")
    secret = make_person(event, "P1", classification=Classification.SECRET)
    make_membership(make_post(body, "HEAD"), secret)
    (seat,) = seats_on(make_viewer(event, clearance=Classification.INTERNAL), DAY)[body.pk]
    assert (seat.held_by, seat.hidden, seat.vacant) == ((), 1, False)
    (seat,) = seats_on(make_viewer(event), DAY)[body.pk]
    assert (_codes(m.person for m in seat.held_by), seat.hidden) == (["P1"], 0)


def test_an_appointment_does_not_outlive_its_body():
    event = make_event()
    body = make_body(event, "B1", to_day=BEFORE)
    make_membership(make_post(body, "HEAD"), make_person(event, "P1"))
    viewer = make_viewer(event)
    assert len(seats_on(viewer, BEFORE)[body.pk]) == 1
    assert seats_on(viewer, DAY) == {}


def test_the_days_on_which_the_organisation_changes():
    here = make_organisation()
    days = change_days(make_viewer(here.event))
    assert [(one.day, _codes(one.begins), _codes(one.ends), _codes(one.decisions)) for one in days] == [
        (date(2025, 5, 16), ["SC-MIN"], [], ["MIN-2025"]),
        (DAY, ["SC-NAT", "SUB-CONTENT", "SUB-SECURITY"], ["SC-MIN"], ["PM-2025"]),
    ]


def test_what_came_in_place_of_what():
    here = make_organisation()
    viewer = make_viewer(here.event)
    assert _codes(successors(viewer, here.old)) == ["SC-NAT", "SUB-CONTENT", "SUB-SECURITY"]
    assert _codes(predecessors(viewer, here.content)) == ["SC-MIN"]
    assert successors(viewer, here.content) == []
    outsider = make_viewer(here.event, Role.OBSERVER, clearance=Classification.PUBLIC)
    assert successors(outsider, here.old) == []  # the decision is internal


def test_a_chain_of_replacements_and_amendments_seen_from_any_of_them():
    event = make_event()
    one = make_decision(event, "ONE", effective_from=date(2025, 5, 16))
    two = make_decision(event, "TWO", effective_from=date(2025, 7, 1), amends=one)
    three = make_decision(event, "THREE", effective_from=DAY, replaces=one)
    four = make_decision(event, "FOUR", effective_from=date(2025, 10, 15), amends=three)
    make_decision(event, "OTHER")
    viewer = make_viewer(event)
    for start in (one, two, three, four):
        links = chain(viewer, start, AFTER)
        assert [(link.decision.code, link.standing, link.this) for link in links] == [
            ("ONE", "replaced", start == one),
            ("TWO", "in_force", start == two),
            ("THREE", "in_force", start == three),
            ("FOUR", "later", start == four),
        ]
    assert [(link.amends, link.replaces) for link in links] == [(None, None), (one, None), (None, one), (three, None)]


def test_a_chain_stops_at_what_the_viewer_may_not_see():
    event = make_event()
    one = make_decision(event, "ONE")
    two = make_decision(event, "TWO", replaces=one, classification=Classification.SECRET)
    make_decision(event, "THREE", replaces=two)
    viewer = make_viewer(event, clearance=Classification.INTERNAL)
    assert [(link.decision.code, link.standing) for link in chain(viewer, one, DAY)] == [("ONE", "in_force")]
    (three, first) = decision_rows(viewer, DAY)
    assert (three.decision.code, three.replaces) == ("THREE", None)
    assert first.replaced_by == ()


@pytest.mark.usefixtures("tasks_are_owned")
def test_what_each_clause_created_ended_and_bound():
    here = make_organisation()
    make_clause(here.new_decision, "10")
    task = make_task(here.event, "T1", mandate=here.replacing, deadline_clause=here.replacing)
    secret = make_task(here.event, "T2", mandate=here.replacing, classification=Classification.SECRET)
    duty = make_duty(here.k01, "PD1", mandate=here.replacing)
    rows = clause_rows(make_viewer(here.event), here.new_decision)
    assert [row.clause.number for row in rows] == ["1", "2", "10"]
    first, second, last = rows
    assert (_codes(first.creates), _codes(first.ends)) == (["SC-NAT"], ["SC-MIN"])
    assert [(kind.label, records) for kind, records in first.records.items()] == [
        ("schedule.task", [task, secret]),
        ("governance.planduty", [duty]),
    ]
    assert _codes(second.creates) == ["SUB-CONTENT", "SUB-SECURITY"]
    assert (second.empty, last.empty) == (False, True)
    narrow = clause_rows(make_viewer(here.event, clearance=Classification.INTERNAL), here.new_decision)
    assert [records for _title, records in narrow[0].kinds] == [[task]]


def test_clause_numbers_sort_as_people_count():
    assert sorted(["10", "2", "2.10", "2.9", "a", "1"], key=natural) == ["1", "2", "2.9", "2.10", "10", "a"]


@pytest.mark.usefixtures("tasks_are_owned")
def test_what_a_body_owns_open_and_closed():
    here = make_organisation()
    late = make_task(here.event, "T1", owner=here.old, deadline=DAY)
    soon = make_task(here.event, "T2", owner=here.old, deadline=BEFORE)
    make_task(here.event, "T3", owner=here.old, started_on=BEFORE, closed_on=BEFORE)
    rows = {kind.label: (still, closed) for kind, still, closed in owned_rows(make_viewer(here.event), here.old)}
    assert rows == {"schedule.task": ([soon, late], 1), "governance.planduty": ([], 0)}


@pytest.mark.parametrize(
    ("due", "submitted", "approved", "state"),
    [
        (date(2025, 10, 5), None, None, DutyState.LATE),
        (date(2025, 10, 5), date(2025, 10, 1), None, DutyState.LATE),
        (date(2025, 10, 5), None, date(2025, 10, 6), DutyState.APPROVED),
        (date(2025, 10, 6), None, None, DutyState.AT_RISK),
        (date(2025, 10, 13), None, None, DutyState.AT_RISK),
        (date(2025, 10, 13), date(2025, 10, 6), None, DutyState.ON_COURSE),
        (date(2025, 10, 14), None, None, DutyState.ON_COURSE),
    ],
)
def test_the_state_of_a_duty_is_read_from_its_facts(due, submitted, approved, state):
    event = make_event()
    duty = make_duty(make_agency(event), due=due, submitted_on=submitted, approved_on=approved)
    assert state_of(duty, date(2025, 10, 6)) is state


def test_coverage_counts_each_agency_s_plans_worst_first():
    event = make_event()
    police, guard = make_agency(event, "HN-POL"), make_agency(event, "K01")
    make_duty(police, "PD1", approved_on=date(2025, 10, 1))
    make_duty(police, "PD2", due=date(2025, 10, 24), submitted_on=date(2025, 10, 5))
    make_duty(guard, "PD3")  # due on the 3rd
    rows = duty_rows(make_viewer(event), date(2025, 10, 6))
    assert [(row.duty.code, row.days, row.overdue) for row in rows] == [
        ("PD1", -3, False),
        ("PD3", -3, True),
        ("PD2", 18, False),
    ]
    assert [(c.agency.code, c.owed, c.handed_in, c.approved, c.late, c.open) for c in coverage(rows)] == [
        ("K01", 1, 0, 0, 1, 1),
        ("HN-POL", 2, 1, 1, 0, 1),
    ]


def test_an_officer_sees_the_duties_of_the_own_unit_alone():
    event = make_event()
    police, guard = make_agency(event, "HN-POL"), make_agency(event, "K01")
    make_duty(police, "PD1")
    make_duty(guard, "PD2")
    officer = make_viewer(event, Role.UNIT_OFFICER, agency=police, clearance=Classification.RESTRICTED)
    assert [row.duty.code for row in duty_rows(officer, DAY)] == ["PD1"]


def test_another_event_s_bodies_and_decisions_are_not_here():
    here, other = make_organisation(), make_organisation()
    viewer = make_viewer(here.event)
    assert {body.event_id for body in bodies_on(viewer, DAY)} == {here.event.pk}
    assert {row.decision.event_id for row in decision_rows(viewer, DAY)} == {here.event.pk}
    assert _codes(successors(viewer, here.old)) == _codes(successors(make_viewer(other.event), other.old))
