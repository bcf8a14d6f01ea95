"""The task table: what each role sees, filters and sorting in the address, CSV, saved filters, its cost."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from summitry.core.models import SavedView
from summitry.core.rights import Classification, Role
from summitry.schedule.views.csvfile import safe_cell
from summitry.schedule.views.rows import natural
from tests.factories import (
    make_agency,
    make_body,
    make_coordination,
    make_event,
    make_link,
    make_objective,
    make_task,
    make_viewer,
)
from tests.schedule.scene import HIDDEN, Scene, address, client_of, codes, make_scene, page, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_the_tree_stands_in_its_order_with_the_parts_below_their_group(scene):
    client = sign_in(scene.event)
    assert codes(client, scene.event) == ["G", "A", "B", "C", "S"]
    rows = client.get(address(scene.event, "tasks")).context["page"]
    assert [item.row.depth for item in rows] == [0, 1, 1, 0, 0]
    assert [item.row.ancestors for item in rows][1:3] == [("G",), ("G",)]


def test_a_row_says_what_its_columns_promise(scene):
    html = page(sign_in(scene.event), scene.event, "tasks")
    assert 'data-row="A" data-in="G"' in html
    assert "Mon 6 Oct" in html
    assert "Fri 10 Oct" in html
    assert ">Wed 8 Oct</td>" in html
    assert 'title="2 days late"' in html
    assert '<td class="num middling">0/1</td>' in html  # B: one deliverable owed, none in
    assert '<span title="Steering committee">SC</span>' in html
    assert "4 tasks: 2 late, 2 at risk." in html


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PLANNER, Role.HEAD, Role.SECURITY_PLANNER])
def test_whoever_plans_the_whole_sees_the_whole(scene, role):
    assert HIDDEN in page(sign_in(scene.event, role), scene.event, "tasks")


@pytest.mark.parametrize("role", [Role.FOCAL_POINT, Role.UNIT_OFFICER])
def test_an_agency_sees_what_is_open_and_its_own_restricted_work(scene, role):
    theirs = sign_in(scene.event, role, agency=scene.other)
    assert codes(theirs, scene.event) == ["G", "A", "B", "C"]
    assert HIDDEN not in page(theirs, scene.event, "tasks")
    ours = sign_in(scene.event, role, agency=scene.ministry)  # K01 is a unit of it
    assert codes(ours, scene.event) == ["G", "A", "B", "C", "S"]


@pytest.mark.parametrize("role", [Role.PARTNER, Role.OBSERVER])
def test_outsiders_see_public_work_alone(scene, role):
    make_task(scene.event, "P", title="Open to all", classification=Classification.PUBLIC, position=9)
    client = sign_in(scene.event, role)
    assert codes(client, scene.event) == ["P"]
    html = page(client, scene.event, "tasks")
    assert "1 task: " in html  # what they may not see is not counted either
    assert "Rules of badges" not in html


def test_only_those_who_plan_get_the_buttons(scene):
    planner, head = sign_in(scene.event), sign_in(scene.event, Role.HEAD)
    for word in (address(scene.event, "new_task"), 'name="task" value="A"', address(scene.event, "bulk")):
        assert word in page(planner, scene.event, "tasks")
        assert word not in page(head, scene.event, "tasks")


def test_an_empty_schedule_teaches_and_offers_the_first_task():
    event = make_event()
    assert "No task yet" in page(sign_in(event), event, "tasks")
    html = page(sign_in(event, Role.OBSERVER), event, "tasks")
    assert "No task yet" in html
    assert address(event, "new_task") not in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"lead": "MPS"}, ["(G)", "A", "S"]),  # with its unit K01
        ({"lead": "K01"}, ["S"]),
        ({"lead": "-"}, ["G"]),
        ({"agency": "K01"}, ["(G)", "B", "S"]),  # coordinates B, leads S
        ({"objective": "S1"}, ["(G)", "B", "C"]),
        ({"objective": "-"}, ["G", "A", "S"]),
        ({"owner": "SC"}, ["(G)", "B"]),
        ({"owner": "-"}, ["G", "A", "C", "S"]),
        ({"part_of": "G"}, ["(G)", "A", "B"]),
        ({"milestone": "1"}, ["C"]),
        ({"q": "VETT"}, ["(G)", "B"]),
        ({"q": "zebra"}, ["S"]),
        ({"state": "late"}, ["(G)", "A", "B"]),  # A by its date, B by K01's overdue list
        ({"q": "vett", "lead": "MPS"}, []),
        ({"lead": "NOBODY"}, []),
        ({"state": "nonsense", "sort": "nonsense"}, ["G", "A", "B", "C", "S"]),
    ],
)
def test_filters_live_in_the_address(scene, query, expected):
    assert codes(sign_in(scene.event), scene.event, **query) == expected


def test_ours_are_those_that_our_agency_leads_or_takes_part_in(scene):
    client = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.unit)
    assert codes(client, scene.event, mine="1") == ["(G)", "B", "S"]


def test_with_findings_are_those_that_a_check_speaks_about(scene):
    client = sign_in(scene.event)
    found = codes(client, scene.event, findings="1")
    assert "A" in found  # it misses its deadline: SCH022
    rows = client.get(address(scene.event, "tasks", findings="1")).context["page"]
    assert all(item.row.findings for item in rows if not item.context)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("code", ["A", "B", "C", "G", "S"]),
        ("-code", ["S", "G", "C", "B", "A"]),
        ("title", ["G", "C", "A", "B", "S"]),
        ("lead", ["S", "B", "C", "A", "G"]),
        ("-lead", ["A", "B", "C", "S", "G"]),  # what has none comes last in both directions
        ("deadline", ["A", "G", "B", "C", "S"]),
        ("-finish", ["C", "S", "G", "B", "A"]),
        ("coordinating", ["B", "G", "A", "C", "S"]),
        ("owner", ["B", "G", "A", "C", "S"]),
    ],
)
def test_sorting_by_any_column_is_flat_and_keeps_the_empty_last(scene, sort, expected):
    assert codes(sign_in(scene.event), scene.event, sort=sort) == expected


def test_the_worst_comes_first_when_sorted_by_state(scene):
    response = sign_in(scene.event).get(address(scene.event, "tasks", sort="state"))
    weights = [item.row.state.weight for item in response.context["page"]]
    assert weights == sorted(weights, reverse=True)


def test_codes_sort_as_people_count():
    assert sorted(["T10", "T2", "A1", "T1"], key=natural) == ["A1", "T1", "T2", "T10"]


def test_chips_name_the_filter_and_lift_one_part_of_it(scene):
    response = sign_in(scene.event).get(address(scene.event, "tasks", lead="MPS", q="x", state="late", sort="code"))
    chips = {chip.label: (chip.value, chip.without) for chip in response.context["chips"]}
    assert chips == {
        "Text": ("“x”", "lead=MPS&state=late&sort=code"),
        "Lead": ("MPS", "q=x&state=late&sort=code"),
    }


def test_hostile_titles_are_text_everywhere(scene):
    attack = '"><script>alert(1)</script>{{ 7|add:7 }}'
    agency = make_agency(scene.event, "EVIL", name=attack)
    task = make_task(
        scene.event,
        "X",
        title=attack,
        lead=agency,
        owner=make_body(scene.event, "XB", name=attack),
        objective=make_objective(scene.event, "XO", title=attack),
        deliverable=attack,
        note=attack,
    )
    make_coordination(task, scene.other, deliverable=attack)
    client = sign_in(scene.event)
    for name, args, query in (
        ("tasks", (), {}),
        ("tasks", (), {"print": "1"}),
        ("tasks", (), {"q": attack}),
        ("task", ("X",), {}),
        ("edit_task", ("X",), {}),
        ("agencies", (), {}),
        ("agency", ("EVIL",), {}),
        ("objectives", (), {}),
    ):
        html = page(client, scene.event, name, *args, **query)
        assert "<script>alert" not in html, name
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html, name
        assert "{{ 7|add:7 }}" in html, name


def _csv(client, event, **query) -> list[list[str]]:
    response = client.get(address(event, "tasks_csv", **query))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{event.slug}-schedule.csv"'
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_csv_holds_what_the_filter_shows_and_no_more(scene):
    heads, *rows = _csv(sign_in(scene.event), scene.event, lead="MPS")
    assert heads[:3] == ["Code", "Title", "Part of"]
    assert [row[0] for row in rows] == ["A", "S"]
    by_head = dict(zip(heads, rows[0], strict=True))
    assert (by_head["Start"], by_head["Finish"], by_head["Deadline"]) == ("2025-10-06", "2025-10-10", "2025-10-08")
    assert (by_head["State"], by_head["Float, working days"]) == ("late", "-2")
    outsider = sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other)
    assert [row[0] for row in _csv(outsider, scene.event)[1:]] == ["G", "A", "B", "C"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " ="])
def test_csv_text_is_no_formula(scene, start):
    make_task(scene.event, "X", title=f"{start}cmd|' /C calc'!A0")
    rows = _csv(sign_in(scene.event), scene.event, q="calc")
    assert rows[1][1].startswith("'")


def test_csv_keeps_numbers_numbers_and_days_days():
    assert [safe_cell(value) for value in (-3, None, date(2025, 10, 6), "T1", "-1")] == [
        -3,
        "",
        "2025-10-06",
        "T1",
        "'-1",
    ]


def test_a_saved_filter_belongs_to_one_person_and_can_be_removed(scene):
    viewer = make_viewer(scene.event, Role.OBSERVER)
    client = client_of(viewer)
    response = client.post(
        address(scene.event, "save_view"), {"name": "Ours, late", "query": "mine=1&state=late&evil=<x>&page=3"}
    )
    assert response["Location"].endswith("/schedule/?state=late&mine=1")
    saved = SavedView.objects.get(event=scene.event)
    assert (saved.name, saved.query, saved.page, saved.account) == (
        "Ours, late",
        "state=late&mine=1",
        "schedule.tasks",
        viewer.account,
    )
    other = sign_in(scene.event)
    assert "Ours, late" not in page(other, scene.event, "tasks")
    assert other.post(address(scene.event, "remove_view", saved.pk)).status_code == 404
    assert client.post(address(scene.event, "remove_view", saved.pk)).status_code == 302
    assert not SavedView.objects.filter(event=scene.event).exists()


def test_a_saved_filter_needs_a_name(scene):
    client = sign_in(scene.event)
    assert client.post(address(scene.event, "save_view"), {"name": " ", "query": ""}).status_code == 302
    assert not SavedView.objects.filter(event=scene.event).exists()


def test_a_circle_of_links_is_named_to_those_who_see_it(scene):
    make_link(scene.secret, scene.a)
    (loop,) = sign_in(scene.event).get(address(scene.event, "tasks")).context["loops"]
    assert loop in {"A → B → S → A", "B → S → A → B", "S → A → B → S"}
    html = page(sign_in(scene.event, Role.FOCAL_POINT, agency=scene.other), scene.event, "tasks")
    assert "…" in html
    assert HIDDEN not in html


def test_a_long_table_comes_in_pages_and_prints_whole():
    event = make_event()
    for number in range(251):
        make_task(event, f"T{number:03}", position=number)
    client = sign_in(event)
    assert len(codes(client, event)) == 250
    assert codes(client, event, page=2) == ["T250"]
    assert len(codes(client, event, print=1)) == 251
    assert 'type="checkbox"' not in page(client, event, "tasks", print=1)


QUERIES = 17


@pytest.mark.parametrize("rows", [1, 3])
def test_the_table_costs_the_same_however_many_rows(rows):
    event = make_event()
    lead, aim, body = make_agency(event), make_objective(event), make_body(event)
    for _n in range(rows):
        task = make_task(event, lead=lead, objective=aim, owner=body, deadline=date(2025, 10, 1))
        make_coordination(task, make_agency(event))
    client = sign_in(event)
    client.get(address(event, "tasks"))  # the outlook is computed once and kept
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address(event, "tasks")).status_code == 200
    assert len(asked) == QUERIES, "\n".join(query["sql"][:200] for query in asked)
