"""Deadlines against the documents that set them."""

from __future__ import annotations

from tests.check_cases import fails, passes
from tests.factories import make_agency, make_clause, make_decision, make_task, save
from tests.schedule.makers import day


def _clause(event, code="D1", *, from_day=None, sets=None, **values):
    decision = make_decision(event, code, effective_from=from_day or day(1, 6), **values)
    return make_clause(decision, sets_date=sets)


@fails("SCH008", on=["T01"], values={"clause": "D1#1", "deadline": day(3), "effective": day(8)})
def test_due_before_anybody_was_told(event):
    make_task(event, "T01", deadline=day(3), mandate=_clause(event, from_day=day(8)))


@passes("SCH008")
def test_due_on_the_day_of_its_mandate_or_later_or_closed(event):
    clause = _clause(event, from_day=day(8))
    make_task(event, "T01", deadline=day(8), mandate=clause)
    make_task(event, "T02", mandate=clause)
    make_task(event, "T03", deadline=day(3), mandate=clause, closed_on=day(2))


@fails("SCH009", on=["T01", "T02"], values={"clause": "D1#1", "date": day(3)})
def test_due_on_another_day_than_its_clause_sets(event):
    clause = _clause(event, sets=day(3))
    make_task(event, "T01", deadline=day(10), deadline_clause=clause)
    make_task(event, "T02", deadline=day(1), deadline_clause=clause)


@passes("SCH009")
def test_due_on_the_day_of_the_clause_or_by_a_clause_without_a_day(event):
    make_task(event, "T01", deadline=day(3), deadline_clause=_clause(event, sets=day(3)))
    make_task(event, "T02", deadline=day(3), deadline_clause=_clause(event, "D2"))


@fails("SCH010", on=["T01"], values={"clause": "PLAN#1", "other": "NOTICE#1", "date": day(3), "other_date": day(10)})
def test_the_plan_says_one_day_and_the_notice_another(event):
    plan, notice = _clause(event, "PLAN", sets=day(3)), _clause(event, "NOTICE", sets=day(10))
    make_task(event, "T01", deadline=day(10), mandate=plan, deadline_clause=notice)


@passes("SCH010")
def test_a_notice_that_amends_the_plan_says_the_same_or_has_no_force_yet(event):
    plan = _clause(event, "PLAN", sets=day(3))
    amending = _clause(event, "AMENDING", sets=day(10), amends=plan.decision)
    make_task(event, "T01", deadline=day(10), mandate=plan, deadline_clause=amending)
    make_task(event, "T02", deadline=day(3), mandate=plan, deadline_clause=_clause(event, "SAME", sets=day(3)))
    coming = _clause(event, "COMING", sets=day(10), from_day=day(15))
    make_task(event, "T03", deadline=day(10), mandate=plan, deadline_clause=coming)
    make_task(event, "T04", deadline=day(3), mandate=plan, deadline_clause=plan)


@fails("SCH011", on=["T01", "T02"], values={"clause": "MIN#1"}, today=day(9))
def test_its_deadline_was_set_by_a_decision_that_was_replaced_or_has_ended(event):
    old = _clause(event, "MIN")
    make_decision(event, "PM", effective_from=day(8), replaces=old.decision)
    make_task(event, "T01", deadline=day(20), deadline_clause=old)
    ended = _clause(event, "ORDER", effective_to=day(8))
    make_task(event, "T02", deadline=day(20), deadline_clause=ended)


@passes("SCH011", today=day(7))
def test_the_day_before_the_replacement_it_still_holds(event):
    old = _clause(event, "MIN")
    make_decision(event, "PM", effective_from=day(8), replaces=old.decision)
    make_task(event, "T01", deadline=day(20), deadline_clause=old)


@fails("SCH012", on=["T01", "T02"], values={"deadline": day(18), "day": day(17)})
def test_due_on_a_saturday_and_on_a_public_holiday(event):
    event.country = "VN"
    save(event)
    make_task(event, "T01", deadline=day(18))
    make_task(event, "T02", deadline=day(2, 9))


@passes("SCH012")
def test_due_on_a_working_day_or_on_a_saturday_that_its_lead_works(event):
    make_task(event, "T01", deadline=day(17))
    make_task(event, "T02", deadline=day(18), lead=make_agency(event, working_week="1111110"))
    make_task(event, "T03", deadline=day(18), waived_on=day(1))
