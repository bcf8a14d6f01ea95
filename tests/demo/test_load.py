"""The reference event is built from its data, whole, once, and can begin again."""

from __future__ import annotations

import csv

import pytest

from summitry.core import audit, clock
from summitry.core.checking import Reading, run_checks
from summitry.core.erase import erase_demonstration
from summitry.core.models import Access, Account, Agency, AuditEntry, Event, Person
from summitry.core.refusals import Invalid
from summitry.core.rights import Role
from summitry.demo.load import SLUG, load_demo
from summitry.governance.models import Body, Decision, PlanDuty
from summitry.schedule.models import Capacity, Coordination, Link, Objective, RiskEvent, Task
from tests.factories import make_event
from tests.outside import outside

pytestmark = pytest.mark.django_db


def test_the_reference_event_stands_at_six_october_with_its_tasks_and_bodies():
    event = load_demo()
    assert f"{clock.local_now(event):%Y-%m-%d %H:%M}" == "2025-10-06 08:00"
    assert (event.opening_day - clock.today(event)).days == 19
    assert Task.objects.filter(event=event, milestone=False).count() == 45
    assert Agency.objects.filter(event=event).count() >= 26
    assert list(Objective.objects.filter(event=event).values_list("code", flat=True)) == ["GOV", "S1", "S2", "S3"]
    today, later = clock.today(event), event.opening_day
    before = Body.objects.filter(event=event).in_force(today)
    after = Body.objects.filter(event=event).in_force(later)
    assert {body.code for body in before} == {"SC-MIN", "WG-MIN"}
    assert after.count() == 8
    assert after.filter(kind=Body.Kind.SUBCOMMITTEE).count() == 6


def test_every_role_has_one_demonstration_account():
    event = load_demo()
    roles = Access.objects.filter(event=event).values_list("role", flat=True)
    assert sorted(roles) == sorted(Role.values)
    assert all(account.is_demo and not account.has_usable_password() for account in Account.objects.all())


def test_people_are_placeholders_and_published_documents_name_their_source():
    event = load_demo()
    assert all("(placeholder)" in person.name for person in Person.objects.filter(event=event))
    assert not Decision.objects.filter(event=event, source="").exists()
    assert event.illustrative
    assert PlanDuty.objects.filter(event=event).count() == 22


def test_the_plan_is_within_the_illustrative_desks_and_resources():
    event = load_demo()
    told = [*Capacity.objects.filter(event=event).values_list("reason", flat=True)]
    told += RiskEvent.objects.filter(event=event).values_list("source", flat=True)
    assert len(told) > 12
    assert all("llustrative" in text for text in told)
    guard = Capacity.objects.get(event=event, agency__code="MPS-K01")
    assert (guard.units, guard.to_day) == (3, None)
    found = run_checks(Reading(event), [f"SCH0{number}" for number in range(43, 54)])
    assert [one.message for one in found.items] == []


def test_loading_twice_changes_nothing():
    load_demo()
    entries = AuditEntry.objects.count()
    load_demo()
    assert AuditEntry.objects.count() == entries


def test_a_reset_begins_again_and_the_chain_verifies():
    first = load_demo()
    again = load_demo(reset=True)
    assert again.pk != first.pk
    assert Event.objects.filter(slug=SLUG).count() == 1
    assert Task.objects.filter(event=again).count() == 47
    assert audit.verify_all() == []


def test_a_real_event_is_never_erased():
    event = make_event(demo_now=None)
    with pytest.raises(Invalid):
        erase_demonstration(event)
    assert Event.objects.filter(pk=event.pk).exists()


@pytest.mark.outside_data
def test_the_tasks_are_those_of_the_reference_list():
    """Our own copy says what the list says: titles, lead, coordinating agencies, estimates, links."""
    event = load_demo()
    rows = list(csv.DictReader((outside("hanoi-2025/tasks.csv")).open(encoding="utf-8")))
    tasks = {task.code: task for task in Task.objects.filter(event=event).select_related("lead", "objective")}
    for row in rows:
        task = tasks[row["code"]]
        assert task.title == row["title"].replace(";", ",")
        assert (task.objective.code, task.lead.code) == (row["objective"], row["lead"])
        days = (row["optimistic_days"], row["likely_days"], row["pessimistic_days"])
        assert (str(task.optimistic), str(task.likely), str(task.pessimistic)) == days
        agencies = Coordination.objects.filter(task=task).values_list("agency__code", flat=True)
        assert sorted(agencies) == sorted(filter(None, row["coordinating"].split(";")))
        before = Link.objects.filter(successor=task).values_list("predecessor__code", flat=True)
        assert sorted(before) == sorted(filter(None, row["predecessors"].split(";")))
        # One deadline differs: the (illustrative) conclusions of 15 September move that of T32.
        expected = "2025-10-10" if task.code == "T32" else row["deadline"]
        assert task.deadline.isoformat() == expected
