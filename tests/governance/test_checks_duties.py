"""The checks of plan duties, each with cases that fail and cases that pass."""

from __future__ import annotations

from datetime import date

from tests.check_cases import fails, passes
from tests.factories import make_agency, make_clause, make_decision, make_duty
from tests.governance.makers import BEFORE, DAY

SUNDAY = date(2025, 10, 5)

# GOV012


@fails("GOV012", on=["PD1", "PD2"], values={"due": SUNDAY, "days": 1})
def test_plans_that_are_overdue_handed_in_or_not(event):
    agency = make_agency(event)
    make_duty(agency, "PD1", due=SUNDAY)
    make_duty(agency, "PD2", due=SUNDAY, submitted_on=date(2025, 10, 1))


@passes("GOV012")
def test_plans_that_are_approved_or_due_today(event):
    agency = make_agency(event)
    make_duty(agency, "PD1", due=SUNDAY, approved_on=date(2025, 10, 6))
    make_duty(agency, "PD2", due=date(2025, 10, 6))


# GOV013


@fails("GOV013", on=["PD1"], today=DAY, values={"old": "GSP-1", "new": "GSP-2", "day": DAY})
def test_a_duty_under_the_first_version_of_the_general_plan(event):
    first = make_decision(event, "GSP-1")
    make_decision(event, "GSP-2", replaces=first, effective_from=DAY)
    make_duty(make_agency(event), "PD1", mandate=make_clause(first))


@passes("GOV013", today=DAY)
def test_duties_under_the_second_version_or_under_none(event):
    second = make_decision(event, "GSP-2", replaces=make_decision(event, "GSP-1"), effective_from=DAY)
    make_duty(make_agency(event), "PD1", mandate=make_clause(second))
    make_duty(make_agency(event), "PD2")


@passes("GOV013", today=BEFORE)
def test_a_duty_while_the_second_version_is_still_to_come(event):
    first = make_decision(event, "GSP-1")
    make_decision(event, "GSP-2", replaces=first, effective_from=DAY)
    make_duty(make_agency(event), "PD1", mandate=make_clause(first))


# GOV014


@fails("GOV014", on=["PD2", "PD3"], values={"plan": "PL-1", "other": "PD1"})
def test_three_duties_name_one_plan(event):
    plan, agency = make_decision(event, "PL-1"), make_agency(event)
    for code in ("PD1", "PD2", "PD3"):
        make_duty(agency, code, plan=plan)


@passes("GOV014")
def test_each_duty_names_its_own_plan(event):
    agency = make_agency(event)
    make_duty(agency, "PD1", plan=make_decision(event, "PL-1"))
    make_duty(agency, "PD2", plan=make_decision(event, "PL-2"))
    make_duty(agency, "PD3")


# GOV015


@fails("GOV015", on=["PD1"])
def test_a_duty_that_no_clause_demands(event):
    make_duty(make_agency(event), "PD1")


@passes("GOV015")
def test_a_duty_that_a_clause_demands(event):
    make_duty(make_agency(event), "PD1", mandate=make_clause(make_decision(event)))


# GOV020


@fails("GOV020", on=["PD1", "PD2"], today=DAY)
def test_plans_that_were_replaced_or_have_ended(event):
    agency, first = make_agency(event), make_decision(event, "PL-1")
    make_decision(event, "PL-2", replaces=first, effective_from=DAY)
    make_duty(agency, "PD1", plan=first)
    make_duty(agency, "PD2", plan=make_decision(event, "PL-3", effective_to=BEFORE))


@passes("GOV020", today=DAY)
def test_plans_that_have_force_or_will(event):
    agency = make_agency(event)
    second = make_decision(event, "PL-2", replaces=make_decision(event, "PL-1"), effective_from=DAY)
    make_duty(agency, "PD1", plan=second)
    make_duty(agency, "PD2", plan=make_decision(event, "PL-3", effective_from=date(2025, 10, 20)))


# GOV021


@fails("GOV021", on=["PD1"], values={"due": date(2025, 10, 25), "opening": date(2025, 10, 25)})
def test_a_plan_that_is_due_on_the_opening_day(event):
    make_duty(make_agency(event), "PD1", due=date(2025, 10, 25))


@passes("GOV021")
def test_plans_due_the_day_before_or_approved_long_ago(event):
    make_duty(make_agency(event), "PD1", due=date(2025, 10, 24))
    make_duty(make_agency(event), "PD2", due=date(2025, 10, 27), approved_on=date(2025, 10, 1))


# GOV025


@fails("GOV025", on=["PD1"], values={"decision": "GSP", "force": DAY})
def test_a_plan_that_is_due_before_the_general_plan_has_force(event):
    clause = make_clause(make_decision(event, "GSP", effective_from=DAY))
    make_duty(make_agency(event), "PD1", mandate=clause, due=BEFORE)


@passes("GOV025")
def test_a_plan_that_is_due_after_the_general_plan_has_force(event):
    make_duty(make_agency(event), "PD1", mandate=make_clause(make_decision(event, "GSP")), due=BEFORE)


# GOV026


@fails("GOV026", on=["PD1"], values={"day": date(2025, 10, 1)})
def test_an_approval_without_a_plan(event):
    make_duty(make_agency(event), "PD1", approved_on=date(2025, 10, 1))


@passes("GOV026")
def test_an_approval_of_a_named_plan_and_a_duty_still_open(event):
    agency = make_agency(event)
    make_duty(agency, "PD1", approved_on=date(2025, 10, 1), plan=make_decision(event, "PL-1"))
    make_duty(agency, "PD2")
