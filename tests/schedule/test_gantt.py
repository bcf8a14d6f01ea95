"""The Gantt chart draws what the plan says, for whoever may see it; dragging a bar is an ordinary form."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from summitry.core.actions import Undo
from summitry.core.models import AuditEntry
from summitry.core.rights import Classification, Role
from summitry.schedule.models import Task
from tests.factories import make_agency, make_event, make_link, make_task, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return make_event()


def signed_in(event, role=Role.PLANNER, **values):
    client = Client()
    client.force_login(make_viewer(event, role, **values).account)
    return client


def page(client, event, query=""):
    response = client.get(reverse("schedule:gantt", args=[event.slug]) + query)
    assert response.status_code == 200
    return response.content.decode()


def bar(html: str, code: str) -> str:
    found = re.search(rf'<a class="g-bar[^>]*data-code="{code}"[^>]*>.*?</a>', html, re.S)
    assert found, f"no bar of {code}"
    return found.group()


def test_a_bar_stands_on_its_days_and_is_as_wide_as_they_are(event):
    """Planning opened 12 May, today is Mon 6 Oct: three working days are 6 to 8 October, at 9 pixels a day."""
    make_task(event, "T01", likely=3)
    html = page(signed_in(event), event)
    drawn = bar(html, "T01")
    assert 'data-start="2025-10-06" data-finish="2025-10-08"' in drawn
    first = date.fromisoformat(re.search(r'data-first="([\d-]+)"', html).group(1))
    left = (date(2025, 10, 6) - first).days * 9
    assert f'<rect class="g-shape" x="{left}" y="7" width="27" height="16" rx="3"/>' in drawn


def test_milestones_are_diamonds_and_deadlines_that_break_are_marked(event):
    make_task(event, "M1", milestone=True, likely=0)
    make_task(event, "T01", likely=10, deadline=date(2025, 10, 8))
    html = page(signed_in(event), event)
    assert "<path" in bar(html, "M1")
    assert 'class="g-deadline broken"' in html
    assert " late" in bar(html, "T01").split(">")[0]


def test_an_arrow_is_drawn_for_a_link_whose_ends_are_both_shown(event):
    make_link(make_task(event, "T01"), make_task(event, "T02"))
    assert re.search(r'class="g-link driving" d="M[^"]+"', page(signed_in(event), event))
    assert 'class="g-link' not in page(signed_in(event), event, "?links=0")


def test_a_hidden_task_leaves_no_trace(event):
    shown = make_task(event, "T01", classification=Classification.PUBLIC)
    hidden = make_task(event, "T-SECRET-7", title="hidden words", classification=Classification.SECRET)
    make_link(hidden, shown)
    html = page(signed_in(event, Role.OBSERVER, clearance=Classification.PUBLIC), event)
    assert "T-SECRET-7" not in html
    assert "hidden words" not in html
    assert 'class="g-link driving" d=""' in html


def test_titles_and_codes_are_escaped(event):
    make_task(event, "T01", title="<script>alert(1)</script>", lead=make_agency(event, "A&B"))
    html = page(signed_in(event), event)
    assert "<script>alert" not in html
    assert "T01 · A&amp;B" in html


def test_only_planners_get_handles(event):
    make_task(event, "T01")
    assert "g-handle" in page(signed_in(event), event)
    watcher = page(signed_in(event, Role.HEAD), event)
    assert "g-handle" not in watcher
    assert "data-seen" not in watcher


def test_a_drag_is_previewed_confirmed_and_undone(event):
    task = make_task(event, "T01", likely=3)
    make_link(task, make_task(event, "T02", likely=1))
    client = signed_in(event)
    url = reverse("schedule:reschedule", args=[event.slug, "T01"])
    moved = {"seen": 1, "not_before": "2025-10-13", "finish": ""}
    seen = client.post(url, {**moved, "step": "preview"})
    assert seen.status_code == 200
    assert Task.objects.get(code="T01").not_before is None
    moves = {m.subject.key: (m.old_finish, m.new_finish) for m in seen.context["consequences"].moves}
    assert moves == {
        "T01": (date(2025, 10, 8), date(2025, 10, 15)),
        "T02": (date(2025, 10, 9), date(2025, 10, 16)),
    }
    client.post(url, {**moved, "step": "confirm"})
    assert Task.objects.get(code="T01").not_before == date(2025, 10, 13)
    entry = AuditEntry.objects.get(action="schedule.move_task")
    client.post(reverse("core:undo", args=[event.slug, entry.batch]), {"step": "confirm"})
    assert Task.objects.get(code="T01").not_before is None
    assert AuditEntry.objects.filter(action=Undo.action_name).exists()


def test_stretching_work_under_way_reports_what_is_left(event):
    """Started with three days left, pulled to Fri 10 October: from Mon 6 on these are five."""
    make_task(event, "T01", likely=9, started_on=date(2025, 9, 29), remaining=3, reported_on=date(2025, 10, 3))
    client = signed_in(event)
    url = reverse("schedule:reschedule", args=[event.slug, "T01"])
    client.post(url, {"seen": 1, "not_before": "", "finish": "2025-10-10", "step": "confirm"})
    task = Task.objects.get(code="T01")
    assert (task.remaining, task.reported_on) == (5, date(2025, 10, 6))


def test_both_days_at_once_are_refused_with_a_word(event):
    make_task(event, "T01")
    url = reverse("schedule:reschedule", args=[event.slug, "T01"])
    response = signed_in(event).post(url, {"seen": 1, "not_before": "2025-10-13", "finish": "2025-10-20"})
    assert response.status_code == 422
    assert "not both" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_many_queries_for_three_tasks_as_for_one(event, rows, django_assert_max_num_queries):
    for number in range(rows):
        make_task(event, f"T0{number}", lead=make_agency(event))
    client = signed_in(event)
    page(client, event)
    with django_assert_max_num_queries(22):
        page(client, event)


def test_an_empty_event_is_told_what_belongs_here(event):
    assert "Nothing to draw yet" in page(signed_in(event), event)


def test_the_printed_chart_lies_on_sheets_of_thirty_rows(event):
    for number in range(31):
        make_task(event, f"T{number:02}")
    html = page(signed_in(event), event, "?print=1")
    assert html.count('class="gantt-sheet"') == 2
