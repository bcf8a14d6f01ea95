"""A task's page and panel: why then, what waits on it, parts, evidence, findings, and who gets which button."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from summitry.core import outlook
from summitry.core.models import Waiver
from summitry.core.rights import Classification, Role
from summitry.schedule.models import Baseline, BaselineTask, Link
from summitry.schedule.queries import plan_of
from summitry.schedule.views.why import slack_of
from tests.factories import (
    make_agency,
    make_clause,
    make_coordination,
    make_decision,
    make_document,
    make_event,
    make_link,
    make_task,
    make_viewer,
    save,
)
from tests.schedule.makers import make_criterion, make_evidence
from tests.schedule.scene import HIDDEN, Scene, address, client_of, make_scene, page, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def _context(client, event, code):
    response = client.get(address(event, "task", code))
    assert response.status_code == 200
    return response.context


def test_why_then_goes_back_to_what_nothing_holds(scene):
    steps = _context(sign_in(scene.event), scene.event, "C")["reasons"]
    assert [step.task.code for step in steps] == ["C", "B", "A"]
    assert steps[0].reason.startswith("It starts after B Vetting finishes, on 14 Oct 2025, 1 working day later")
    assert steps[1].reason == "It starts after A Rules of badges finishes, on 10 Oct 2025."
    assert steps[2].reason == "Nothing holds it back: it could start today, 6 Oct 2025."


def test_a_long_chain_is_folded_after_four_steps():
    event = make_event()
    tasks = [make_task(event, f"T{number}") for number in range(7)]
    for before, after in pairwise(tasks):
        make_link(before, after)
    context = _context(sign_in(event), event, "T6")
    assert [step.task.code for step in context["reasons"]] == ["T6", "T5", "T4", "T3"]
    assert [step.task.code for step in context["more_reasons"]] == ["T2", "T1", "T0"]


def test_a_hidden_driver_is_a_gap_without_a_name(scene):
    last = make_task(scene.event, "Z", title="Last", lead=scene.other)
    make_link(scene.secret, last)
    client = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other)
    html = page(client, scene.event, "task", "Z")
    assert HIDDEN not in html
    assert "It starts after a task that you may not see finishes" in html
    assert "and 1 task that you may not see" in html
    assert f'href="{scene.secret.get_absolute_url()}"' not in html


def test_what_waits_on_it_with_the_slack_of_each_link(scene):
    make_link(scene.b, make_task(scene.event, "D", title="Later", lead=scene.other, not_before=date(2025, 10, 20)))
    later = {one.neighbour.row.task.code: one for one in _context(sign_in(scene.event), scene.event, "B")["later"]}
    # B: Mon 13 to Tue 14 Oct. C waits one working day longer and comes on Wed 15; D is held until Mon 20.
    assert (later["C"].slack, later["C"].neighbour.driving) == (0, True)
    assert (later["D"].slack, later["D"].neighbour.driving) == (3, False)  # Wed, Thu, Fri
    assert later["C"].words == "finish to start, +1 working day"
    assert "3 working days of slack" in page(sign_in(scene.event), scene.event, "task", "B")


@pytest.mark.parametrize(
    ("kind", "lag", "expected"),
    [
        # Before: Mon 6 to Fri 10 Oct, 5 days. After: 3 days, held until Mon 20, to Wed 22.
        ("FS", 0, 5),  # could begin on Mon 13
        ("FS", 2, 3),
        ("FS", -1, 6),
        ("SS", 0, 10),  # could begin on Mon 6
        ("SS", 3, 7),
        ("FF", 0, 8),  # could finish on Fri 10, finishes on Wed 22
        ("FF", 1, 7),
        ("SF", 0, 13),  # could finish on Fri 3, before the other begins
    ],
)
def test_slack_of_every_kind_of_link(kind, lag, expected):
    event = make_event()
    before = make_task(event, "X", likely=5)
    after = make_task(event, "Y", likely=3, not_before=date(2025, 10, 20))
    link = make_link(before, after, kind=kind, lag=lag)
    solved = plan_of(event)
    assert (solved.of(after.pk).start, solved.of(after.pk).finish) == (date(2025, 10, 20), date(2025, 10, 22))
    assert slack_of(link, solved) == expected


def test_slack_to_and_from_milestones():
    event = make_event()
    before = make_task(event, "X", likely=5)
    reached = make_task(event, "M", likely=0, milestone=True)
    after = make_task(event, "Y", likely=1)
    first, second = make_link(before, reached), make_link(reached, after)
    solved = plan_of(event)
    assert solved.of(reached.pk).finish == date(2025, 10, 10)
    assert solved.of(after.pk).start == date(2025, 10, 13)
    assert (slack_of(first, solved), slack_of(second, solved)) == (0, 0)


def test_what_is_done_asks_for_no_slack():
    event = make_event()
    before = make_task(event, "X")
    done = make_task(event, "Y", closed_on=date(2025, 10, 1))
    assert slack_of(make_link(before, done), plan_of(event)) is None


def test_dates_say_what_decides(scene):
    html = page(sign_in(scene.event), scene.event, "task", "A")
    assert "It is already too late for the date that decides, by 2 working days." in html
    assert "What decides is its own date." in html
    assert "2 days late." in html


def test_the_days_since_each_baseline(scene):
    baseline = save(Baseline(event=scene.event, code="BL1", name="As adopted", taken_on=date(2025, 6, 1)))
    save(
        BaselineTask(
            event=scene.event,
            baseline=baseline,
            task=scene.a,
            start=date(2025, 9, 29),
            finish=date(2025, 10, 3),
            duration=5,
        )
    )
    (since,) = _context(sign_in(scene.event), scene.event, "A")["since"]
    assert (since.row.baseline.name, since.days) == ("As adopted", 7)


def test_a_secret_mandate_shows_only_that_there_is_one(scene):
    low = make_viewer(scene.event, Role.PLANNER, clearance=Classification.INTERNAL)
    html = page(client_of(low), scene.event, "task", "B")
    assert HIDDEN not in html
    assert "DX" not in html
    assert "A record that you may not see" in html
    assert f"{HIDDEN} clause" in page(sign_in(scene.event), scene.event, "task", "B")


def test_the_mark_is_the_highest_classification_on_the_page(scene):
    client = sign_in(scene.event)
    assert _context(client, scene.event, "A")["page_classification"] == Classification.INTERNAL
    # B has a mandate from a secret decision.
    assert _context(client, scene.event, "B")["page_classification"] == Classification.SECRET
    low = client_of(make_viewer(scene.event, Role.PLANNER, clearance=Classification.RESTRICTED))
    assert _context(low, scene.event, "B")["page_classification"] == Classification.RESTRICTED  # S waits for it


@pytest.mark.parametrize("role", [Role.FOCAL_POINT, Role.UNIT_OFFICER, Role.PARTNER, Role.OBSERVER])
def test_a_hidden_task_is_not_there(scene, role):
    client = sign_in(scene.event, role, agency=scene.other)
    assert HIDDEN not in page(client, scene.event, "task", "S", status=404)


def _buttons(client, event, code) -> set[str]:
    html = page(client, event, "task", code)
    names = (
        "edit_task",
        "edit_estimates",
        "move_task",
        "place_task",
        "remove_task",
        "start_task",
        "report_task",
        "close_task",
        "waive_task",
        "reopen_task",
        "new_link",
        "new_part",
        "new_evidence",
    )
    return {name for name in names if f'"{address(event, name, code)}"' in html}


def test_the_planner_gets_every_button(scene):
    assert _buttons(sign_in(scene.event), scene.event, "B") == {
        "edit_task",
        "edit_estimates",
        "move_task",
        "place_task",
        "remove_task",
        "start_task",
        "report_task",
        "close_task",
        "waive_task",
        "new_link",
        "new_part",
        "new_evidence",
    }


@pytest.mark.parametrize(
    ("role", "agency", "expected"),
    [
        (Role.HEAD, None, {"waive_task"}),
        (Role.SECURITY_PLANNER, None, set()),
        (Role.FOCAL_POINT, "other", {"start_task", "report_task", "new_evidence"}),  # leads B
        (Role.FOCAL_POINT, "unit", {"new_evidence"}),  # coordinates it
        (Role.FOCAL_POINT, "ministry", {"new_evidence"}),  # a unit of it coordinates it
        (Role.UNIT_OFFICER, "unit", {"new_evidence"}),
    ],
)
def test_others_get_the_buttons_of_their_part(scene, role, agency, expected):
    client = sign_in(scene.event, role, agency=getattr(scene, agency) if agency else None)
    assert _buttons(client, scene.event, "B") == expected


def test_the_coordinating_agency_may_say_that_its_part_is_in(scene):
    deliver, waive = (address(scene.event, name, scene.part.pk) for name in ("deliver_part", "waive_part"))
    unit = page(sign_in(scene.event, Role.FOCAL_POINT, agency=scene.unit), scene.event, "task", "B")
    assert deliver in unit
    assert waive not in unit
    lead = page(sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other), scene.event, "task", "B")
    assert deliver in lead
    assert waive in lead
    stranger = make_agency(scene.event, "X")
    other = page(sign_in(scene.event, Role.FOCAL_POINT, agency=stranger), scene.event, "task", "B")
    assert deliver not in other
    assert "overdue since Wed 1 Oct" in other


def test_a_closed_task_offers_to_open_it_again_and_nothing_else(scene):
    scene.a.closed_on = date(2025, 10, 3)
    save(scene.a)
    client = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.ministry)
    assert _buttons(client, scene.event, "A") == {"reopen_task", "new_evidence"}


def test_evidence_criteria_and_what_is_hidden_of_them(scene):
    make_evidence(scene.a, make_document(scene.event, "D1", title="Signed rules"))
    make_evidence(
        scene.a, make_document(scene.event, "D2", title=f"{HIDDEN} annex", classification=Classification.SECRET)
    )
    make_criterion(scene.aim, "C1", text="Everyone has a badge", task=scene.a)
    whole = page(sign_in(scene.event), scene.event, "task", "A")
    assert "Signed rules" in whole
    assert f"{HIDDEN} annex" in whole
    assert "Everyone has a badge" in whole
    html = page(sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other), scene.event, "task", "A")
    assert "Signed rules" in html
    assert HIDDEN not in html
    assert "and 1 document that you may not see" in html


def test_findings_are_those_about_the_task_and_those_set_aside_stand_apart(scene):
    viewer = make_viewer(scene.event)
    client = client_of(viewer)
    open_codes = {found.code for found in _context(client, scene.event, "A")["findings"]}
    assert "SCH022" in open_codes
    save(
        Waiver(
            event=scene.event,
            check_code="SCH022",
            subject_label="schedule.task",
            subject_key="A",
            reason="Agreed with the head",
            until=date(2025, 10, 20),
            given_by=viewer.account,
        )
    )
    outlook.forget()
    context = _context(client, scene.event, "A")
    assert "SCH022" not in {found.code for found in context["findings"]}
    assert [(found.code, seen) for found, seen in context["set_aside"]] == [("SCH022", True)]
    assert "Agreed with the head" in page(client, scene.event, "task", "A")


def test_a_group_shows_its_parts_and_no_work_of_its_own(scene):
    html = page(sign_in(scene.event), scene.event, "task", "G")
    assert 'data-row="A"' in html
    assert 'data-row="B"' in html
    assert address(scene.event, "start_task", "G") not in html
    assert f"{address(scene.event, 'new_task')}?part_of=G" in html
    assert "Its last part, B Vetting, is expected on 14 Oct 2025." in html


def test_the_same_page_comes_as_a_panel(scene):
    response = sign_in(scene.event).get(address(scene.event, "task", "A"), headers={"HX-Request": "true"})
    html = response.content.decode()
    assert "<html" not in html
    assert 'class="panel"' in html
    assert "Rules of badges" in html
    assert 'class="tabs' not in html


def test_codes_with_signs_have_addresses(scene):
    odd = make_task(scene.event, "MPS/A05.1&x+y-z", title="Odd")
    assert "Odd" in page(sign_in(scene.event), scene.event, "task", odd.code)
    response = sign_in(scene.event).get(address(scene.event, "edit_task", odd.code))
    assert response.status_code == 200


QUERIES = 30


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_however_many_rows(rows):
    event = make_event()
    task = make_task(event, "T", lead=make_agency(event), deadline=date(2025, 10, 1))
    for _n in range(rows):
        make_link(make_task(event, lead=make_agency(event)), task)
        make_link(task, make_task(event, lead=make_agency(event)))
        make_coordination(task, make_agency(event))
        make_evidence(task, make_document(event))
        make_clause(make_decision(event))
    client = sign_in(event)
    client.get(address(event, "task", "T"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address(event, "task", "T")).status_code == 200
    assert Link.objects.filter(event=event).count() == 2 * rows
    assert len(asked) == QUERIES, "\n".join(query["sql"][:200] for query in asked)
