"""Agencies, objectives, baselines, the search: who sees what, what is counted, what the forms do, what pages cost."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from summitry.core.http.nav import nav_for, search
from summitry.core.models import AuditEntry
from summitry.core.rights import Classification, Role
from summitry.schedule.models import Baseline, BaselineTask, Criterion, Objective
from tests.factories import (
    make_agency,
    make_coordination,
    make_duty,
    make_event,
    make_link,
    make_objective,
    make_task,
    make_viewer,
    save,
)
from tests.schedule.makers import make_criterion
from tests.schedule.scene import HIDDEN, Scene, address, make_scene, page, send, sign_in

pytestmark = pytest.mark.django_db

PAGES = ("tasks", "agencies", "objectives", "baselines")


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def _through(client, url: str, **changes):
    form = client.get(url).context["form"]
    data = {name: value for name in form.fields if (value := form[name].value()) not in (None, False)} | changes
    assert send(client, url, "preview", **data).status_code == 200
    done = send(client, url, "confirm", **data)
    assert done.status_code == 302, done.context["form"].errors
    return done


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_comes_for_every_role(scene, role, name):
    html = page(sign_in(scene.event, Role(role), agency=scene.other), scene.event, name)
    whole = role in {Role.ADMINISTRATOR, Role.PLANNER, Role.HEAD, Role.SECURITY_PLANNER}
    assert (HIDDEN in html) == (whole and name == "tasks")
    for tab in PAGES:
        assert f'href="{address(scene.event, tab)}"' in html


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_comes_for_an_empty_event(role, name):
    event = make_event()
    page(sign_in(event, Role(role)), event, name)


def test_the_schedule_has_its_place_in_the_rail(scene):
    assert "schedule" in {item.key for item in nav_for(make_viewer(scene.event, Role.OBSERVER))}


def _hits(viewer, words) -> list[tuple[str, str]]:
    return [(hit.kind, hit.key) for hit in search(viewer, words) if hit.kind in {"task", "milestone", "objective"}]


def test_the_search_finds_tasks_by_code_and_words_that_may_be_seen(scene):
    planner = make_viewer(scene.event)
    assert _hits(planner, "vett") == [("task", "B")]
    assert _hits(planner, "C")[0] == ("milestone", "C")  # the exact code first
    assert _hits(planner, "substance") == [("objective", "S1")]
    assert _hits(planner, HIDDEN.lower()) == [("task", "S")]
    assert _hits(make_viewer(scene.event, Role.FOCAL_POINT, agency=scene.other), HIDDEN) == []


def test_the_exact_code_is_found_among_many():
    event = make_event()
    for number in range(20):
        make_task(event, f"T{number}", position=number)
    make_task(event, "T", position=99)
    assert _hits(make_viewer(event), "t")[0] == ("task", "T")


# Agencies


def test_the_list_counts_what_each_leads_and_owes(scene):
    response = sign_in(scene.event).get(address(scene.event, "agencies"))
    lines = {line.agency.code: line for line in response.context["lines"]}
    names = [state.value for state in response.context["states"]]
    assert names == ["late", "not_known", "at_risk", "on_course", "done"]
    assert lines["MPS"].states == (1, 0, 0, 0, 0)
    assert lines["MOFA"].states == (1, 0, 1, 0, 0)
    assert (lines["K01"].states, lines["K01"].owed, lines["K01"].overdue) == ((0, 0, 1, 0, 0), 1, 1)
    assert response.context["busy"] == 3


def test_ones_own_agency_comes_first(scene):
    client = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.unit)
    response = client.get(address(scene.event, "agencies"))
    assert next(iter(response.context["lines"])).agency.code == "K01"
    other = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other).get(address(scene.event, "agencies"))
    counted = {line.agency.code: line.leads for line in other.context["lines"]}
    assert counted["K01"] == 0  # its restricted task is not counted for those who may not see it


def test_ours_by_when_and_who_waits_on_us(scene):
    make_task(scene.event, "L", title="Long ago", lead=scene.ministry, closed_on=date(2025, 9, 1))
    make_duty(scene.unit, "PD", title="Plan of the inner ring", due=date(2025, 10, 3))
    context = sign_in(scene.event).get(address(scene.event, "agency", "MPS")).context
    assert [row.task.code for row in context["leads"]] == ["A", "S"]  # S is its unit's; what is late comes first
    assert [row.task.code for row in context["done_leads"]] == ["L"]
    assert [owed.coordination.key for owed in context["owes"]] == ["B/K01"]
    assert [(mine.task.code, other.task.code) for mine, other in context["work"].waiting] == [("A", "B")]
    assert [duty.code for duty in context["duties"]] == ["PD"]
    html = page(sign_in(scene.event), scene.event, "agency", "MPS")
    assert "2 open tasks, 1 late; 1 deliverable owed, 1 overdue; 1 task of others waits." in html
    assert "Plan of the inner ring" in html


def test_an_agency_page_hides_what_is_hidden(scene):
    make_duty(scene.unit, "PD", title=f"{HIDDEN} plan")
    html = page(sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other), scene.event, "agency", "K01")
    assert HIDDEN not in html
    assert "List of names" in html  # its part in B, which is open


def test_returns_are_one_tap_from_ones_own_agency_page(scene):
    ours = page(sign_in(scene.event, Role.FOCAL_POINT, agency=scene.unit), scene.event, "agency", "K01")
    assert address(scene.event, "start_task", "S") in ours
    assert address(scene.event, "deliver_part", scene.part.pk) in ours
    theirs = page(sign_in(scene.event, Role.FOCAL_POINT, agency=scene.unit), scene.event, "agency", "MPS")
    assert address(scene.event, "start_task", "A") not in theirs


def test_a_public_agency_page_shows_an_outsider_no_work(scene):
    html = page(sign_in(scene.event, Role.OBSERVER), scene.event, "agency", "MPS")
    assert "Ministry of Public Security" in html
    assert "Rules of badges" not in html
    assert "0 open tasks, 0 late" in html


# Objectives


def test_readiness_with_reasons_and_criteria(scene):
    make_criterion(scene.aim, "C1", text="All is agreed", task=scene.c)
    make_criterion(scene.aim, "C2", text="All is signed", met_on=date(2025, 10, 1))
    context = sign_in(scene.event).get(address(scene.event, "objectives")).context
    (aim,) = context["aims"]
    # B weighs 2 and is late; C weighs 1 and is at risk; C1 is shown by C; C2 is met: (0 + 1/2 + 1/2 + 1) / 5
    assert aim.readiness.percent == 40
    assert [ref.key for ref, _text in aim.reasons] == ["B", "C", "C1"]
    assert (aim.met, len(aim.criteria)) == (1, 2)
    assert [(line.criterion.code, line.provable) for line in aim.criteria] == [("C1", False), ("C2", True)]


def test_reasons_about_hidden_tasks_are_counted_not_named(scene):
    scene.secret.objective = scene.aim
    save(scene.secret)
    make_criterion(scene.aim, "CH", text=f"{HIDDEN} criterion", task=scene.secret)
    client = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other)
    (aim,) = client.get(address(scene.event, "objectives")).context["aims"]
    assert aim.hidden == 2
    html = page(client, scene.event, "objectives")
    assert HIDDEN not in html
    assert "and 2 reasons about records that you may not see" in html


def test_objectives_and_criteria_are_made_changed_met_and_removed(scene):
    client = sign_in(scene.event)
    _through(client, address(scene.event, "new_objective"), code="S2", title="Security")
    _through(client, address(scene.event, "edit_objective", "S2"), title="Security and safety")
    assert Objective.objects.get(event=scene.event, code="S2").title == "Security and safety"
    _through(client, address(scene.event, "new_criterion", objective="S2"), code="K", text="Nobody is hurt")
    criterion = Criterion.objects.get(event=scene.event, code="K")
    assert criterion.objective.code == "S2"
    _through(client, address(scene.event, "edit_criterion", "K"), text="Nobody is hurt at all", task="A")
    meet = address(scene.event, "meet_criterion", "K")
    form = client.get(meet).context["form"]
    refused = send(client, meet, "preview", on="2025-10-06", seen=form["seen"].value())
    assert refused.status_code == 422
    assert "not closed yet" in refused.content.decode()
    _through(client, address(scene.event, "edit_criterion", "K"), task="")
    _through(client, meet, on="2025-10-05")
    assert Criterion.objects.get(pk=criterion.pk).met_on == date(2025, 10, 5)
    _through(client, meet)
    assert Criterion.objects.get(pk=criterion.pk).met_on is None
    _through(client, address(scene.event, "remove_criterion", "K"))
    _through(client, address(scene.event, "remove_objective", "S2"))
    assert not Objective.objects.filter(event=scene.event, code="S2").exists()


def test_a_hidden_criterion_is_not_there(scene):
    make_criterion(scene.aim, "CH", task=scene.secret)
    low = sign_in(scene.event, Role.PLANNER, clearance=Classification.INTERNAL)
    for name in ("edit_criterion", "meet_criterion", "remove_criterion"):
        assert low.get(address(scene.event, name, "CH")).status_code == 404


def test_an_objective_that_is_served_is_not_removed(scene):
    client, url = sign_in(scene.event), address(scene.event, "remove_objective", "S1")
    response = send(client, url, "preview", seen=scene.aim.version)
    assert response.status_code == 409
    assert Objective.objects.filter(pk=scene.aim.pk).exists()


# Baselines


def _baseline(scene, code: str, taken: date, days: dict) -> Baseline:
    baseline = save(Baseline(event=scene.event, code=code, name=f"Baseline {code}", taken_on=taken))
    for task, (start, finish) in days.items():
        save(
            BaselineTask(
                event=scene.event,
                baseline=baseline,
                task=task,
                start=date(2025, 10, start),
                finish=date(2025, 10, finish),
                duration=1,
            )
        )
    return baseline


def test_what_moved_since_the_last_baseline_most_first(scene):
    _baseline(scene, "OLD", date(2025, 6, 1), {scene.a: (1, 3)})
    _baseline(
        scene, "BL", date(2025, 9, 1), {scene.a: (6, 9), scene.b: (6, 7), scene.c: (17, 17), scene.secret: (15, 15)}
    )
    context = sign_in(scene.event).get(address(scene.event, "baselines")).context
    # Now: A 6-10, B 13-14, C 15, S 15.
    lines = [(line.shift.task.code, line.shift.finish_days, line.bar) for line in context["moved"]]
    assert lines == [("B", 7, 100), ("A", 1, 14), ("C", -2, 29)]
    assert context["same"] == 1
    assert context["sentence"] == "2 tasks finish later, by up to 7 days; 1 earlier."


def test_two_baselines_compared_with_what_is_on_one_side_alone(scene):
    _baseline(scene, "OLD", date(2025, 6, 1), {scene.a: (1, 3)})
    _baseline(scene, "BL", date(2025, 9, 1), {scene.a: (6, 9), scene.b: (6, 7)})
    response = sign_in(scene.event).get(address(scene.event, "baselines", old="OLD", new="BL"))
    lines = [(line.shift.task.code, line.shift.finish_days) for line in response.context["moved"]]
    assert lines == [("A", 6), ("B", None)]
    assert "not there" in response.content.decode()
    same = page(sign_in(scene.event), scene.event, "baselines", old="BL", new="BL")
    assert "Choose two different sides" in same
    assert "Choose two different sides" in page(sign_in(scene.event), scene.event, "baselines", old="NOPE")


def test_a_baseline_hides_hidden_tasks(scene):
    _baseline(scene, "BL", date(2025, 9, 1), {scene.secret: (1, 2)})
    html = page(sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other), scene.event, "baselines")
    assert HIDDEN not in html


def test_a_baseline_is_taken_named_and_removed(scene):
    client = sign_in(scene.event, Role.HEAD)
    url = address(scene.event, "new_baseline")
    assert client.get(url).context["form"]["code"].value() == "BL1"
    _through(client, url, name="Before the rehearsal")
    baseline = Baseline.objects.get(event=scene.event)
    assert (baseline.code, baseline.name, baseline.taken_on) == ("BL1", "Before the rehearsal", date(2025, 10, 6))
    assert set(baseline.rows.values_list("task__code", flat=True)) >= {"A", "B", "C", "S"}
    assert "Nothing has moved." in page(client, scene.event, "baselines")
    _through(client, address(scene.event, "edit_baseline", "BL1"), name="Adopted")
    assert Baseline.objects.get(event=scene.event).name == "Adopted"
    _through(client, address(scene.event, "remove_baseline", "BL1"))
    assert not Baseline.objects.filter(event=scene.event).exists()


@pytest.mark.parametrize("role", [Role.FOCAL_POINT, Role.SECURITY_PLANNER, Role.OBSERVER])
def test_baselines_are_for_those_who_decide(scene, role):
    client, url = sign_in(scene.event, role), address(scene.event, "new_baseline")
    assert client.get(url).status_code == 403
    assert url not in page(client, scene.event, "baselines")
    before = AuditEntry.objects.count()
    assert send(client, url, "confirm", code="BL1", name="x").status_code == 403
    assert AuditEntry.objects.count() == before


# What pages cost

COSTS = {"agencies": 15, "agency": 21, "objectives": 17, "baselines": 19}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", COSTS)
def test_pages_cost_the_same_however_many_rows(name, rows):
    event = make_event()
    ours = make_agency(event, "OURS")
    baseline = save(Baseline(event=event, code="BL", name="BL", taken_on=date(2025, 9, 1)))
    for number in range(rows):
        other, aim = make_agency(event, parent=ours), make_objective(event)
        task = make_task(event, lead=ours, objective=aim, deadline=date(2025, 10, 1))
        after = make_task(event, lead=make_agency(event), objective=aim)
        make_link(task, after)
        make_coordination(after, other, due=date(2025, 10, 1))
        make_criterion(aim, f"C{number}", task=task)
        make_duty(other)
        save(
            BaselineTask(
                event=event, baseline=baseline, task=task, start=date(2025, 9, 1), finish=date(2025, 9, 1), duration=1
            )
        )
    client = sign_in(event)
    url = address(event, name, *(["OURS"] if name == "agency" else []))
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    assert len(asked) == COSTS[name], "\n".join(query["sql"][:200] for query in asked)
