"""Tasks by themselves: lead, deliverable, mandate, objective, estimates, loose ends, empty groups."""

from __future__ import annotations

from tests.check_cases import fails, passes
from tests.factories import make_agency, make_clause, make_decision, make_link, make_objective, make_task
from tests.schedule.makers import TODAY, day


@fails("SCH001", on=["T01"])
def test_a_task_that_nobody_leads(event):
    make_task(event, "T01")


@passes("SCH001")
def test_a_task_with_its_lead_a_closed_one_and_a_group(event):
    make_task(event, "T01", lead=make_agency(event))
    make_task(event, "T02", closed_on=day(1))
    make_task(event, "T03", waived_on=day(1))
    group = make_task(event, "G")
    make_task(event, "T04", lead=make_agency(event), parent=group)


@fails("SCH002", on=["T02"], values={"other": "T01"})
def test_two_tasks_deliver_the_same_list(event):
    make_task(event, "T01", deliverable="List of badge types")
    make_task(event, "T02", deliverable="list of  badge types ")


@passes("SCH002")
def test_deliverables_that_differ_are_empty_or_waived(event):
    make_task(event, "T01", deliverable="List of badge types")
    make_task(event, "T02", deliverable="Drawings of badges")
    make_task(event, "T03", deliverable="List of badge types", waived_on=day(1))
    make_task(event, "T04")
    make_task(event, "T05")


@fails("SCH003", on=["T01"])
def test_work_that_no_document_demands(event):
    make_task(event, "T01")


@passes("SCH003")
def test_work_demanded_by_a_clause_of_its_own_or_of_its_group(event):
    clause = make_clause(make_decision(event))
    make_task(event, "T01", mandate=clause)
    group = make_task(event, "G", mandate=clause)
    make_task(event, "T02", parent=group)


@fails("SCH004", on=["T01"])
def test_work_that_no_readiness_counts(event):
    make_task(event, "T01")


@passes("SCH004")
def test_work_under_an_objective_of_its_own_or_of_its_group(event):
    objective = make_objective(event)
    make_task(event, "T01", objective=objective)
    group = make_task(event, "G", objective=objective)
    make_task(event, "T02", parent=group)


@fails("SCH005", on=["T01", "T02"])
def test_one_estimate_or_two_are_not_three(event):
    make_task(event, "T01", likely=20)
    make_task(event, "T02", optimistic=15, likely=20)


@passes("SCH005")
def test_three_estimates_and_milestones(event):
    make_task(event, "T01", optimistic=15, likely=20, pessimistic=30)
    make_task(event, "M1", milestone=True, likely=0)


@fails("SCH006", on=["T02"])
def test_nothing_would_notice_that_it_is_late(event):
    first, second = make_task(event, "T01"), make_task(event, "T02")
    make_link(first, second)


@passes("SCH006")
def test_a_deadline_or_a_successor_of_its_own_or_of_its_group(event):
    last = make_task(event, "T09", deadline=day(20))
    make_link(make_task(event, "T01"), last)
    followed = make_task(event, "G1")
    make_task(event, "T02", parent=followed)
    make_link(followed, last)
    due = make_task(event, "G2", deadline=day(20))
    make_task(event, "T03", parent=due)


@fails("SCH007", on=["G"])
def test_a_group_that_was_left_empty(event):
    make_task(event, "G", likely=0, lead=make_agency(event))


@passes("SCH007")
def test_a_group_with_a_part_a_task_and_a_milestone(event):
    group = make_task(event, "G", likely=0)
    make_task(event, "T01", parent=group)
    make_task(event, "M1", milestone=True, likely=0)


@fails("SCH041", on=["G"])
def test_a_group_that_was_closed_itself(event):
    group = make_task(event, "G", closed_on=TODAY)
    make_task(event, "T01", parent=group)


@passes("SCH041")
def test_a_group_whose_parts_hold_the_facts(event):
    group = make_task(event, "G", likely=0, deadline=day(20))
    make_task(event, "T01", parent=group, closed_on=TODAY)
