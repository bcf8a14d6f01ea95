"""What coordinating agencies owe."""

from __future__ import annotations

from tests.check_cases import fails, passes
from tests.factories import make_agency, make_coordination, make_link, make_task
from tests.schedule.makers import day


def _part(event, task="T01", agency="POL", *, of=None, **values):
    task = make_task(event, task, lead=make_agency(event), **(of or {}))
    return make_coordination(task, make_agency(event, agency), **values)


@fails("SCH013", on=["T01/POL"], values={"agency": "POL", "task": "T01"})
def test_nothing_says_what_it_delivers(event):
    _part(event, due=day(10))


@passes("SCH013")
def test_a_named_deliverable_a_waived_one_and_a_closed_task(event):
    _part(event, deliverable="Escort list")
    _part(event, "T02", "MOH", waived_on=day(1))
    _part(event, "T03", "MOD", of={"closed_on": day(1)})


@fails("SCH014", on=["T01/POL"], values={"agency": "POL", "task": "T01"})
def test_nothing_says_by_when(event):
    _part(event, deliverable="Escort list")


@passes("SCH014")
def test_a_due_date_or_the_deliverable_itself(event):
    _part(event, due=day(10))
    _part(event, "T02", "MOH", delivered_on=day(1))


@fails("SCH015", on=["T01/POL"], values={"due": day(20), "deadline": day(17)})
def test_both_keep_their_word_and_the_task_is_late(event):
    _part(event, of={"deadline": day(17)}, due=day(20))


@passes("SCH015")
def test_due_by_the_deadline_or_delivered(event):
    _part(event, of={"deadline": day(17)}, due=day(17))
    _part(event, "T02", "MOH", of={"deadline": day(17)}, due=day(20), delivered_on=day(1))


# T02 takes Thursday 16 and Friday 17 October at the latest, so T01 has to be finished by Wednesday 15 October.
@fails("SCH016", on=["T01/POL"], values={"due": day(16), "latest": day(15)})
def test_due_when_what_follows_is_already_late(event):
    part = _part(event, of={"deadline": day(24), "likely": 2}, due=day(16))
    make_link(part.task, make_task(event, "T02", likely=2, deadline=day(17)))


@passes("SCH016")
def test_due_in_time_for_what_follows(event):
    part = _part(event, of={"deadline": day(24), "likely": 2}, due=day(15))
    make_link(part.task, make_task(event, "T02", likely=2, deadline=day(17)))


@fails("SCH017", on=["T01/POL"], values={"due": day(3), "days": 1})
def test_due_on_friday_and_not_in_on_monday(event):
    _part(event, due=day(3))


@passes("SCH017")
def test_due_today_delivered_or_waived(event):
    _part(event, due=day(6))
    _part(event, "T02", "MOH", due=day(3), delivered_on=day(6))
    _part(event, "T03", "MOD", due=day(3), waived_on=day(6))


@fails("SCH018", on=["T01/POL"], values={"delivered": day(2), "due": day(3)})
def test_delivered_and_nobody_said_whether_it_will_do(event):
    _part(event, due=day(3), delivered_on=day(2))


@passes("SCH018")
def test_signed_off_or_not_yet_due(event):
    _part(event, due=day(3), delivered_on=day(2), signed_off_on=day(3))
    _part(event, "T02", "MOH", due=day(6), delivered_on=day(2))


@fails("SCH019", on=["T01/MPS"], values={"agency": "MPS", "task": "T01"})
def test_it_would_sign_off_its_own_part(event):
    lead = make_agency(event, "MPS")
    make_coordination(make_task(event, "T01", lead=lead), lead)


@passes("SCH019")
def test_another_agency_coordinates(event):
    _part(event)
