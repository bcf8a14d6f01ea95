"""The checks of bodies, posts and owners, each with cases that fail and cases that pass."""

from __future__ import annotations

from datetime import date

from tests.check_cases import fails, passes
from tests.factories import make_agency, make_body, make_clause, make_decision, make_duty, make_person
from tests.governance.makers import AFTER, BEFORE, DAY, make_membership, make_post


def _decided(event, **values):
    return make_clause(make_decision(event, "PM-2025", **{"effective_from": DAY, **values}))


# GOV001


@fails("GOV001", on=["SC"], values={"begins": date(2025, 10, 1), "decision": "PM-2025", "force": DAY})
def test_a_committee_begins_before_its_decision(event):
    make_body(event, "SC", created_by=_decided(event), from_day=date(2025, 10, 1))


@passes("GOV001")
def test_a_committee_begins_with_its_decision_or_later(event):
    clause = _decided(event)
    make_body(event, "SC", created_by=clause, from_day=DAY)
    make_body(event, "SUB", created_by=clause, from_day=AFTER)


# GOV002


@fails("GOV002", on=["OPEN", "SHORT"], values={"decision": "PM-2025", "expected": BEFORE})
def test_a_decision_ends_a_body_whose_last_day_is_missing_or_too_early(event):
    clause = _decided(event)
    make_body(event, "OPEN", ended_by=clause)
    make_body(event, "SHORT", ended_by=clause, to_day=date(2025, 10, 1))


@passes("GOV002")
def test_a_body_ends_the_day_before_the_decision_or_at_a_later_day_that_it_names(event):
    clause = _decided(event)
    make_body(event, "SC", ended_by=clause, to_day=BEFORE)
    make_body(event, "WG", ended_by=clause, to_day=date(2025, 10, 26))


# GOV003


@fails("GOV003", on=["SC", "WG"], today=AFTER)
def test_a_committee_goes_on_after_its_decision_was_replaced_or_ended(event):
    old = make_decision(event, "MIN-2025")
    make_decision(event, "PM-2025", replaces=old, effective_from=DAY)
    make_body(event, "SC", created_by=make_clause(old))
    make_body(event, "WG", created_by=make_clause(make_decision(event, "TEMP", effective_to=BEFORE)))


@passes("GOV003", today=BEFORE)
def test_a_committee_whose_decision_is_replaced_only_tomorrow(event):
    old = make_decision(event, "MIN-2025")
    make_decision(event, "PM-2025", replaces=old, effective_from=DAY)
    make_body(event, "SC", created_by=make_clause(old))


@passes("GOV003", today=AFTER)
def test_a_committee_that_ended_with_its_decision(event):
    old = make_decision(event, "MIN-2025")
    make_decision(event, "PM-2025", replaces=old, effective_from=DAY)
    make_body(event, "SC", created_by=make_clause(old), to_day=BEFORE)


# GOV004, GOV005


@fails("GOV004", on=["SC"])
def test_a_committee_that_no_clause_creates(event):
    make_body(event, "SC")


@passes("GOV004")
def test_committees_that_a_clause_creates_or_that_are_over(event):
    make_body(event, "SC", created_by=_decided(event))
    make_body(event, "OLD", to_day=date(2025, 10, 5))


@fails("GOV005", on=["SC"], values={"last": BEFORE})
def test_a_committee_that_ends_without_a_clause(event):
    make_body(event, "SC", to_day=BEFORE)


@passes("GOV005")
def test_committees_that_go_on_or_that_a_clause_ends(event):
    make_body(event, "SC")
    make_body(event, "OLD", to_day=BEFORE, ended_by=_decided(event))


# GOV006


@fails("GOV006", on=["WG"], today=DAY, values={"parent": "SC"})
def test_a_working_group_is_left_below_a_committee_that_ended(event):
    make_body(event, "WG", parent=make_body(event, "SC", to_day=BEFORE))


@passes("GOV006", today=BEFORE)
def test_a_working_group_below_a_committee_on_its_last_day(event):
    make_body(event, "WG", parent=make_body(event, "SC", to_day=BEFORE))


@passes("GOV006", today=DAY)
def test_a_working_group_that_ended_with_its_committee(event):
    make_body(event, "WG", parent=make_body(event, "SC", to_day=BEFORE), to_day=BEFORE)


# GOV007


@fails("GOV007", on=["HEAD", "NEVER"], values={"body": "SC"})
def test_posts_that_nobody_holds_today(event):
    body = make_body(event, "SC")
    make_membership(make_post(body, "HEAD"), make_person(event), to_day=date(2025, 10, 5))
    make_post(body, "NEVER")


@passes("GOV007")
def test_posts_that_are_held_today_and_posts_of_bodies_that_are_not_in_force(event):
    make_membership(make_post(make_body(event, "SC"), "HEAD"), make_person(event), to_day=date(2025, 10, 6))
    make_post(make_body(event, "OLD", to_day=date(2025, 10, 5)), "OLD-HEAD")
    make_post(make_body(event, "NEXT", from_day=DAY), "NEXT-HEAD")


# GOV008


@fails("GOV008", on=["SUB"])
def test_a_sub_committee_without_any_post(event):
    make_body(event, "SUB")
    make_post(make_body(event, "SC"), "HEAD")


@passes("GOV008")
def test_bodies_with_a_head_or_not_yet_in_force(event):
    make_post(make_body(event, "SC"), "HEAD")
    make_body(event, "NEXT", from_day=DAY)


# GOV009


def _heads(event, **second):
    person = make_person(event, "P1")
    one, two = make_body(event, "ONE"), make_body(event, "TWO", **second)
    make_membership(make_post(one, "ONE-HEAD", rank=1), person)
    return person, two


@fails("GOV009", on=["ONE-HEAD/P1/2025-05-12"])
def test_one_person_heads_two_bodies(event):
    person, two = _heads(event)
    make_membership(make_post(two, "TWO-HEAD", rank=1), person)


@passes("GOV009")
def test_one_person_heads_one_body_and_serves_on_another(event):
    person, two = _heads(event)
    make_membership(make_post(two, "TWO-HEAD", rank=1), make_person(event, "P2"))
    make_membership(make_post(two, "TWO-DEPUTY", rank=2), person)


@passes("GOV009")
def test_one_person_heads_two_bodies_one_after_the_other(event):
    person, two = _heads(event, from_day=DAY)
    make_membership(make_post(two, "TWO-HEAD", rank=1), person, DAY)


# GOV010


@fails("GOV010", on=["PD1", "PD2"], today=DAY, values={"body": "SC", "day": DAY})
def test_open_duties_of_a_committee_that_ended(event):
    old = make_body(event, "SC", to_day=BEFORE)
    agency = make_agency(event)
    make_duty(agency, "PD1", body=old)
    make_duty(agency, "PD2", body=old, submitted_on=date(2025, 10, 1))


@fails("GOV010", on=["PD1"])
def test_a_duty_owned_by_a_body_to_come_that_nobody_decided(event):
    make_duty(make_agency(event), "PD1", body=make_body(event, "NEXT", from_day=DAY))


@passes("GOV010", today=BEFORE)
def test_open_duties_on_the_committee_s_last_day(event):
    make_duty(make_agency(event), "PD1", body=make_body(event, "SC", to_day=BEFORE))


@passes("GOV010", today=DAY)
def test_closed_duties_and_duties_of_bodies_in_force(event):
    agency = make_agency(event)
    make_duty(agency, "PD1", body=make_body(event, "SC", to_day=BEFORE), approved_on=BEFORE)
    make_duty(agency, "PD2", body=make_body(event, "NEW", from_day=DAY))
    make_duty(agency, "PD3")


@passes("GOV010")
def test_duties_given_beforehand_to_a_body_that_is_decided(event):
    body = make_body(event, "NEW", from_day=DAY, created_by=_decided(event))
    make_duty(make_agency(event), "PD1", body=body)


# GOV018


@fails(
    "GOV018",
    on=["EARLY/P1/2025-05-12", "LATE/P1/2025-05-12"],
    values={"begins": date(2025, 5, 12), "first": DAY, "body": "NEW"},
)
def test_appointments_before_the_body_begins_and_beyond_its_end(event):
    person = make_person(event, "P1")
    make_membership(make_post(make_body(event, "NEW", from_day=DAY), "EARLY"), person)
    make_membership(make_post(make_body(event, "OLD", to_day=BEFORE), "LATE"), person)


@passes("GOV018")
def test_an_appointment_as_long_as_the_body(event):
    make_membership(make_post(make_body(event, "OLD", to_day=BEFORE), "HEAD"), make_person(event), to_day=BEFORE)


# GOV024


@fails("GOV024", on=["HEAD/B/2025-10-08"], values={"other": "HEAD/A/2025-05-12", "day": DAY})
def test_a_successor_while_the_first_still_holds_the_post(event):
    post = make_post(make_body(event, "SC"), "HEAD")
    make_membership(post, make_person(event, "A"))
    make_membership(post, make_person(event, "B"), DAY)


@passes("GOV024")
def test_a_successor_from_the_day_after(event):
    post = make_post(make_body(event, "SC"), "HEAD")
    make_membership(post, make_person(event, "A"), to_day=BEFORE)
    make_membership(post, make_person(event, "B"), DAY)
