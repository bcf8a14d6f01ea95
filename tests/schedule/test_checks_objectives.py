"""Can anyone tell whether it is a success?"""

from __future__ import annotations

from tests.check_cases import fails, passes
from tests.factories import make_objective, make_task
from tests.schedule.makers import day, make_criterion


@fails("SCH036", on=["M1"])
def test_a_milestone_that_two_people_would_judge_differently(event):
    make_task(event, "M1", milestone=True, likely=0)


@passes("SCH036")
def test_a_milestone_with_its_facts_and_a_task(event):
    make_task(event, "M1", milestone=True, likely=0, criterion="Signed by both sides and registered.")
    make_task(event, "T1")
    make_task(event, "M2", milestone=True, likely=0, closed_on=day(1))


@fails("SCH037", on=["S1"])
def test_a_success_without_a_measure(event):
    make_objective(event, "S1")


@passes("SCH037")
def test_a_success_with_a_measure(event):
    make_criterion(make_objective(event, "S1"), "S1-1")


@fails("SCH038", on=["S1-1"])
def test_a_criterion_that_nobody_works_towards(event):
    make_criterion(make_objective(event, "S1"), "S1-1")


@passes("SCH038")
def test_a_criterion_with_its_task_or_met(event):
    objective = make_objective(event, "S1")
    make_criterion(objective, "S1-1", task=make_task(event))
    make_criterion(objective, "S1-2", met_on=day(1))


@fails("SCH039", on=["S1-1"], values={"task": "T1", "day": day(1)})
def test_met_and_its_task_is_open(event):
    make_criterion(make_objective(event, "S1"), "S1-1", task=make_task(event, "T1"), met_on=day(1))


@passes("SCH039")
def test_met_and_its_task_is_closed(event):
    objective = make_objective(event, "S1")
    make_criterion(objective, "S1-1", task=make_task(event, closed_on=day(1)), met_on=day(1))
    make_criterion(objective, "S1-2", task=make_task(event))
    make_criterion(objective, "S1-3", met_on=day(1))


@fails("SCH040", on=["S3"])
def test_nobody_works_for_it(event):
    make_objective(event, "S3")


@passes("SCH040")
def test_a_group_works_for_it(event):
    group = make_task(event, "G", objective=make_objective(event, "S3"))
    make_task(event, "T1", parent=group)
