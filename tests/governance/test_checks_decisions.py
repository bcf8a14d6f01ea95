"""The checks of decisions and clauses, each with cases that fail and cases that pass."""

from __future__ import annotations

from datetime import date

from tests.check_cases import fails, passes
from tests.factories import make_clause, make_decision
from tests.governance.makers import AFTER, BEFORE, DAY

SIGNED = {"number": "7", "signed_on": date(2025, 5, 12), "signer_office": "Ministry"}

# GOV011


@fails("GOV011", on=["AMEND"], values={"amended": "OLD", "replacement": "NEW", "day": DAY})
def test_an_amendment_to_a_decision_that_was_already_replaced(event):
    old = make_decision(event, "OLD")
    make_decision(event, "NEW", replaces=old, effective_from=DAY)
    make_decision(event, "AMEND", amends=old, effective_from=date(2025, 10, 15))


@passes("GOV011")
def test_amendments_before_the_replacement_and_to_the_new_decision(event):
    old = make_decision(event, "OLD")
    new = make_decision(event, "NEW", replaces=old, effective_from=DAY)
    make_decision(event, "EARLIER", amends=old, effective_from=BEFORE)
    make_decision(event, "LATER", amends=new, effective_from=AFTER)


@passes("GOV011")
def test_a_decision_that_amends_and_replaces_the_same_one(event):
    old = make_decision(event, "OLD")
    make_decision(event, "NEW", replaces=old, amends=old, effective_from=DAY)


# GOV016


@fails("GOV016", on=["BARE", "UNSIGNED"])
def test_decisions_in_force_without_number_date_or_signer(event):
    make_decision(event, "BARE")
    make_decision(event, "UNSIGNED", number="7", signer_office="Ministry")


@passes("GOV016")
def test_a_signed_decision_and_a_draft_of_a_later_one(event):
    make_decision(event, "D1", **SIGNED)
    make_decision(event, "DRAFT", effective_from=DAY)


# GOV017


@fails("GOV017", on=["D1#1", "D2#1"], values={"day": date(2025, 5, 10), "decided": date(2025, 5, 12)})
def test_clauses_that_set_days_before_their_decisions(event):
    make_clause(make_decision(event, "D1"), sets_date=date(2025, 5, 10))
    later = make_decision(event, "D2", signed_on=date(2025, 5, 20), effective_from=date(2025, 6, 1))
    make_clause(later, sets_date=date(2025, 5, 19))


@passes("GOV017")
def test_clauses_that_set_the_day_itself_a_later_one_or_none(event):
    decision = make_decision(event, "D1", signed_on=date(2025, 5, 10))
    for number, day in (("1", date(2025, 5, 10)), ("2", DAY), ("3", None)):
        make_clause(decision, number, sets_date=day)


# GOV019


@fails("GOV019", on=["TWICE"], values={"other": "ONCE"})
def test_one_number_entered_twice_with_another_spacing(event):
    make_decision(event, "ONCE", number="557/TB-VPCP", signer_office="Government Office")
    make_decision(event, "TWICE", number="557 / tb-vpcp", signer_office="government office", effective_from=DAY)


@passes("GOV019")
def test_one_number_of_two_offices_and_decisions_without_numbers(event):
    make_decision(event, "D1", number="7", signer_office="Ministry of Health")
    make_decision(event, "D2", number="7", signer_office="Ministry of Finance")
    make_decision(event, "D3")
    make_decision(event, "D4")


# GOV022


@fails("GOV022", on=["D1"], values={"days": 7, "force": date(2025, 10, 1), "signed": DAY})
def test_a_decision_has_force_a_week_before_it_was_signed(event):
    make_decision(event, "D1", signed_on=DAY, effective_from=date(2025, 10, 1))


@passes("GOV022")
def test_decisions_with_force_from_their_signature_on_or_later(event):
    make_decision(event, "D1", signed_on=DAY, effective_from=DAY)
    make_decision(event, "D2", signed_on=BEFORE, effective_from=DAY)
    make_decision(event, "D3")


# GOV023


@fails("GOV023", on=["D1"], values={"replaced": "D2", "day": AFTER})
def test_a_decision_replaces_one_that_begins_after_it(event):
    make_decision(event, "D1", replaces=make_decision(event, "D2", effective_from=AFTER), effective_from=DAY)


@passes("GOV023")
def test_a_decision_replaces_an_earlier_one(event):
    make_decision(event, "D1", replaces=make_decision(event, "D2"), effective_from=DAY)
