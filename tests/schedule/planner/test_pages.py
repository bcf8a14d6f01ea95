"""The planner's screen, its runs, scenarios, ways out and load charts, as people of several roles get them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from summitry.core.action import submit
from summitry.core.actions import Undo
from summitry.core.checking import Reading
from summitry.core.jobs import table
from summitry.core.jobs.running import carry_out, context_of
from summitry.core.models import Event, Job, Proposal
from summitry.core.rights import Classification, Role
from summitry.schedule.actions import KeepScenario, ProposeScenario, RemoveScenario, RenameScenario
from summitry.schedule.models import Capacity, Resource, ResourceCapacity, Scenario, Task
from summitry.schedule.planning import desk_overloads, limits, plan
from tests.factories import (
    make_agency,
    make_alternative,
    make_capacity,
    make_demand,
    make_event,
    make_link,
    make_resource,
    make_resource_period,
    make_task,
    make_viewer,
)
from tests.schedule.scene import client_of

pytestmark = pytest.mark.django_db

MONDAY = date(2025, 10, 6)


def at(event: Event, name: str, *args: object) -> str:
    return reverse(f"schedule:{name}", args=[event.slug, *args])


def busy_event(*, deadline: date | None = date(2025, 10, 17)) -> Event:
    """One desk at K; A and B of five days each, both from Monday on, and C that waits for both."""
    event = make_event()
    agency = make_agency(event, "K", name="Guard")
    make_capacity(agency, 1)
    a = make_task(event, "A", title="Posts", lead=agency, likely=5)
    b = make_task(event, "B", title="Shifts", lead=agency, likely=5)
    c = make_task(event, "C", title="Rehearsal", likely=0, milestone=True, deadline=deadline)
    make_link(a, c)
    make_link(b, c)
    return event


@pytest.fixture
def event() -> Event:
    return busy_event()


@pytest.fixture
def planner(event: Event) -> Client:
    return client_of(make_viewer(event, Role.PLANNER))


def ask(client: Client, event: Event, command: str, **values: Any) -> Job:
    """Ask for a command and let a worker carry it out; the job as it ended."""
    given = {"hard": "1", "propose": "1", "seconds": "5", **values}
    answer = client.post(at(event, "run_command", command), {f"{command}-{name}": v for name, v in given.items()})
    assert answer.status_code == 302, re.findall(r'class="error[^>]*>([^<]+)', answer.content.decode())
    claim = table.claim("test", timedelta(seconds=60))
    assert claim is not None
    assert carry_out(claim, context_of(claim)) == "done", Job.objects.get(pk=claim.job.pk).error
    job = Job.objects.get(pk=claim.job.pk)
    assert answer["Location"] == at(event, "planner_run", job.pk)
    return job


def html(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_page_tells_what_is_overloaded_and_offers_the_commands(planner, event):
    page = html(planner, at(event, "planner"))
    assert "agencies or resources overloaded: 1" in page
    assert "2 at once on" in page
    for words in ("Make it feasible", "Repair after a change", "Shorten", "Level the load", "What if an agency"):
        assert words in page


def test_make_it_feasible_ends_in_a_proposal_that_cures_the_overload(planner, event):
    job = ask(planner, event, "feasible")
    assert job.result["status"] == "optimal"
    assert job.result["after"]["overload_days"] == 0
    proposal = Proposal.objects.get(event=event)
    assert [row.action for row in proposal.actions.all()] == ["schedule.place_task"]
    assert proposal.metrics_before["overload_days"] == 5
    assert proposal.kind == "schedule.make_feasible"
    page = html(planner, at(event, "planner_run", job.pk))
    assert "2 tasks move; every deadline stays met." in page
    assert proposal.code in page
    assert "proven: no plan is better" in page
    accept = reverse("core:accept_proposal", args=[event.slug, proposal.code])
    answer = planner.post(accept, {"step": "confirm", "rows": ["1"], "seen": proposal.version})
    assert answer.status_code == 302
    assert Proposal.objects.get(pk=proposal.pk).state == Proposal.State.ACCEPTED
    reading = Reading(event)
    assert desk_overloads(reading.use(plan), reading.use(limits)) == {}


def test_what_cannot_be_is_explained_with_ways_out_that_end_it(planner):
    event = busy_event(deadline=date(2025, 10, 15))
    client = client_of(make_viewer(event, Role.PLANNER))
    job = ask(client, event, "feasible")
    assert job.result["status"] == "infeasible"
    assert not Proposal.objects.filter(event=event).exists()
    page = html(client, at(event, "planner_run", job.pk))
    assert "These cannot all hold; without any one of them the others could" in page
    assert "C Rehearsal must be finished by Wed 15 Oct 2025." in page
    assert "K has 1 desk from Mon 6 Oct 2025 to Wed 15 Oct 2025; A, B still need it." in page
    ways = re.findall(r'href="([^"]+step=preview)"', page)
    assert len(ways) == 2
    deadline = next(way for way in ways if "/planner/deadline/C/" in way).replace("&amp;", "&")
    seen = html(client, deadline)
    assert "Consequences" in seen or "consequences" in seen
    assert "2025-10-17" in seen
    desks = next(way for way in ways if "/planner/desks/K/" in way).replace("&amp;", "&")
    html(client, desks)
    answer = client.post(
        desks, {"step": "confirm", "more": "1", "first": "2025-10-06", "last": "2025-10-15", "reason": ""}
    )
    assert answer.status_code == 302
    periods = list(Capacity.objects.filter(event=event).order_by("from_day").values_list("from_day", "to_day", "units"))
    assert periods == [
        (date(2025, 5, 12), date(2025, 10, 5), 1),
        (date(2025, 10, 6), date(2025, 10, 15), 2),
        (date(2025, 10, 16), None, 1),
    ]
    assert ask(client, event, "feasible").result["status"] == "optimal"


def test_repair_finds_the_least_late_plan(planner):
    event = busy_event(deadline=date(2025, 10, 15))
    client = client_of(make_viewer(event, Role.PLANNER))
    job = ask(client, event, "repair", hard="", against="")
    assert job.result["after"]["late_days"] == 2
    assert job.result["after"]["overload_days"] == 0
    page = html(client, at(event, "planner_run", job.pk))
    assert "1 deadline is missed" in page


def test_repair_keeps_the_plan_before_a_change(planner, event):
    start = {
        "step": "confirm",
        "not_before": "2025-10-20",
        "shift": "",
        "seen": Task.objects.get(event=event, code="A").version,
    }
    assert planner.post(at(event, "move_task", "A"), start).status_code == 302
    page = html(planner, at(event, "planner"))
    batch = re.search(r'value="(after:[0-9a-f-]+)"', page)
    assert batch is not None
    job = ask(planner, event, "repair", hard="", against=batch[1])
    assert {"code": "before", "batch": batch[1].removeprefix("after:")} in job.result["notes"]


def test_what_if_says_what_it_assumes_and_records_nothing(planner, event):
    job = ask(planner, event, "what-if", hard="", propose="", agency="K", change="1", first="2025-10-06", last="")
    assert job.result["before"]["overload_days"] == 0
    assert not Proposal.objects.filter(event=event).exists()
    assert Capacity.objects.get(event=event).units == 1
    assert "K has 1 desk more" in html(planner, at(event, "planner_run", job.pk))


def test_shorten_and_level(planner, event):
    agency = Task.objects.get(event=event, code="A").lead
    make_alternative(Task.objects.get(event=event, code="B"), "FAST", lead=make_agency(event, "L"), likely=2)
    short = ask(planner, event, "shorten", milestone="C")
    assert short.result["after"]["owners"] == 1
    assert any(row["action"] == "schedule.choose_alternative" for row in short.result["actions"])
    level = ask(planner, event, "level", agencies=[agency.code])
    assert level.result["after"]["overload_days"] == 0
    page = html(planner, at(event, "planner_run", short.pk))
    assert re.search(r'<span class="old">K</span>\s*L', page)


def test_a_command_that_is_told_nonsense_says_so_at_its_field(planner, event):
    answer = planner.post(at(event, "run_command", "what-if"), {"what-if-agency": "NO", "what-if-change": "x"})
    assert answer.status_code == 422
    assert not Job.objects.exists()
    assert planner.post(at(event, "run_command", "absent"), {}).status_code == 404


def test_scenarios_stand_side_by_side_and_one_becomes_a_proposal(planner, event):
    one = ask(planner, event, "feasible", propose="")
    two = ask(
        planner, event, "what-if", hard="", propose="", agency="K", change="-1", first="2025-10-06", last="2025-10-07"
    )
    for job, name in ((one, "As it is"), (two, "Two days closed")):
        assert planner.post(at(event, "keep_run", job.pk), {"name": name}).status_code == 302
    assert [str(row) for row in Scenario.objects.filter(event=event)] == ["S-001 As it is", "S-002 Two days closed"]
    page = html(planner, at(event, "scenarios"))
    assert "As it is" in page
    assert "Two days closed" in page
    assert page.count("best") >= 1
    assert planner.post(at(event, "propose_scenario", "S-001")).status_code == 302
    proposal = Proposal.objects.get(event=event)
    assert proposal.title == "As it is"
    assert Scenario.objects.get(code="S-001").proposal == proposal
    assert proposal.code in html(planner, at(event, "scenario", "S-001"))
    drop = at(event, "remove_scenario", "S-002")
    assert (
        planner.post(drop, {"step": "confirm", "seen": Scenario.objects.get(code="S-002").version}).status_code == 302
    )
    assert [row.code for row in Scenario.objects.filter(event=event)] == ["S-001"]
    nameless = planner.post(at(event, "keep_run", one.pk), {"name": " "}, follow=True)
    assert "name" in nameless.content.decode()
    assert Scenario.objects.filter(event=event).count() == 1


def test_whatever_is_done_with_a_scenario_is_undone(planner, event):
    job = ask(planner, event, "feasible", propose="")
    viewer = make_viewer(event, Role.PLANNER)

    def seen() -> list[tuple[str, str, str | None]]:
        rows = Scenario.objects.filter(event=event).select_related("proposal")
        return [(row.code, row.name, row.proposal and row.proposal.code) for row in rows]

    for action, after in (
        (KeepScenario(job=job.pk, name="One"), [("S-001", "One", None)]),
        (RenameScenario(code="S-001", name="Two"), [("S-001", "Two", None)]),
        (ProposeScenario(code="S-001"), [("S-001", "Two", "P-001")]),
        (RemoveScenario(code="S-001"), []),
    ):
        before = seen()
        batch = submit([action], viewer=viewer, event=event).batch
        assert seen() == after
        undone = submit([Undo(batch=batch)], viewer=viewer, event=event).batch
        assert seen() == before
        submit([Undo(batch=undone)], viewer=viewer, event=event)
        assert seen() == after


def test_what_found_no_plan_is_not_kept(planner):
    event = busy_event(deadline=date(2025, 10, 15))
    client = client_of(make_viewer(event, Role.PLANNER))
    job = ask(client, event, "feasible")
    client.post(at(event, "keep_run", job.pk), {"name": "none"})
    assert not Scenario.objects.exists()


def test_more_units_of_a_resource_cut_its_periods(planner, event):
    room = make_resource(event, "HALL", units=1)
    make_resource_period(room, 0, from_day=date(2025, 10, 8), to_day=date(2025, 10, 9))
    make_demand(Task.objects.get(event=event, code="A"), room)
    url = at(event, "relax_units", "HALL")
    answer = planner.post(
        url, {"step": "confirm", "more": "1", "first": "2025-10-06", "last": "2025-10-12", "reason": ""}
    )
    assert answer.status_code == 302
    rows = ResourceCapacity.objects.filter(resource=room).order_by("from_day")
    assert [(row.from_day.day, row.to_day.day, row.units) for row in rows] == [(6, 7, 2), (8, 9, 1), (10, 12, 2)]


@pytest.mark.parametrize("role", [Role.HEAD, Role.FOCAL_POINT, Role.OBSERVER, Role.SECURITY_PLANNER])
def test_only_planners_command(event, role):
    client = client_of(make_viewer(event, role))
    assert client.get(at(event, "planner")).status_code == 403
    assert client.get(at(event, "scenarios")).status_code == 403
    assert client.post(at(event, "run_command", "feasible"), {"feasible-hard": "1"}).status_code == 403
    assert client.get(at(event, "relax_desks", "K")).status_code in {403, 404}
    page = html(client, at(event, "load"))
    assert at(event, "planner") not in page
    assert not Job.objects.exists()


def test_the_load_chart_marks_what_is_too_much_and_says_it_in_words(planner, event):
    page = html(planner, at(event, "load"))
    assert "1 of 1 has more work than it can lead." in page
    assert "Mon 6 Oct: 2 of 1, 1 too many: A, B" in page
    assert page.count('class="l-hatch"') == 5
    assert "<details" in page
    assert re.search(r"2 <span[^>]*>1 too many", page)


def test_the_load_of_a_proposal_is_an_outline(planner, event):
    ask(planner, event, "feasible")
    code = Proposal.objects.get(event=event).code
    page = html(planner, f"{at(event, 'load')}?proposal={code}")
    assert 'class="l-proposed"' in page
    assert "at most 2 at once, 5 days too many → at most 1 at once" in page.replace("&gt;", ">")


def test_the_load_counts_no_task_that_its_reader_may_not_see(event):
    make_task(
        event,
        "S",
        title="Secret",
        lead=Task.objects.get(event=event, code="A").lead,
        likely=5,
        classification=Classification.SECRET,
    )
    seen = html(client_of(make_viewer(event, Role.FOCAL_POINT, clearance=1)), at(event, "load"))
    assert "Mon 6 Oct: 2 of 1" in seen
    assert "3 of 1" not in seen
    assert "Only tasks that you may see are counted." in seen
    assert "Mon 6 Oct: 3 of 1" in html(client_of(make_viewer(event, Role.PLANNER, clearance=3)), at(event, "load"))


def test_a_planner_with_little_clearance_moves_nothing_hidden_and_is_named_nothing(event):
    make_task(
        event,
        "S",
        title="Zebrafish",
        lead=Task.objects.get(event=event, code="A").lead,
        likely=5,
        classification=Classification.SECRET,
    )
    client = client_of(make_viewer(event, Role.PLANNER, clearance=1))
    job = ask(client, event, "feasible")
    page = html(client, at(event, "planner_run", job.pk))
    assert "Zebrafish" not in page
    assert ">S<" not in page
    if "actions" in job.result:
        assert "S" not in {row["arguments"].get("code") for row in job.result["actions"]}


@pytest.mark.parametrize("name", ["planner", "load", "scenarios"])
def test_queries_do_not_grow_with_the_schedule(planner, event, name):
    html(planner, at(event, name))
    with CaptureQueriesContext(connection) as few:
        html(planner, at(event, name))
    agency = make_agency(event, "M")
    make_capacity(agency, 1)
    for number in range(12):
        make_task(event, f"N{number}", lead=agency, likely=3, deadline=date(2025, 10, 7))
    html(planner, at(event, name))
    with CaptureQueriesContext(connection) as many:
        html(planner, at(event, name))
    assert len(many) == len(few)
    assert Resource.objects.count() == 0
