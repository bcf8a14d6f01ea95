"""The risk page, the whiskers of the Gantt chart and the task's page: what they say, and that they leak nothing."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from summitry.core import outlook
from summitry.core.rights import Role
from tests.factories import make_agency, make_event, make_link, make_risk, make_task, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return make_event()


def signed_in(event, role=Role.PLANNER, **values):
    client = Client()
    client.force_login(make_viewer(event, role, **values).account)
    return client


def page(client, event, name="risk_page", query=""):
    response = client.get(reverse(f"schedule:{name}", args=[event.slug]) + query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def certain(event):
    """A surely late task behind a milestone, and a risk event whose mitigation would save it."""
    work = make_task(event, "T1", title="Build", likely=3, deadline=date(2025, 10, 8))
    ready = make_task(event, "M1", title="Ready", milestone=True, likely=0, deadline=date(2025, 10, 10))
    make_link(work, ready)
    values = {"mitigation": "A second team.", "mitigated_probability": 0, "mitigated_likely": 0}
    make_risk(event, "R1", [work], title="Flood", probability=100, delay_likely=2, **values)


def test_the_page_tells_the_event_and_every_target(event, certain):
    client = signed_in(event)
    html = page(client, event)
    assert "Ready with probability 0 %: all 2 open deadlines up to the opening are kept." in html
    assert "2 days late" in html
    milestone = page(client, event, query="?target=M1")
    assert "M1 Ready by Fri 10 Oct: 100 %." in milestone
    assert "The plan expects it on Wed 8 Oct; its deadline is Fri 10 Oct." in milestone
    task = page(client, event, query="?target=T1")
    assert "T1 Build by Wed 8 Oct: 0 %." in task
    assert task.count('<svg class="r-chart"') == 2
    assert "P80 10 Oct" in task
    assert "deadline 8 Oct" in task


def test_it_compares_with_and_without_mitigations(event, certain):
    html = page(signed_in(event), event, query="?target=T1")
    rows = re.findall(
        r'<th scope="row" class="fill">(.*?)</th><td class="num"[^>]*>(.*?)</td><td class="day"[^>]*P80">(.*?)</td>',
        html,
    )
    told = [(re.sub(r"<[^>]+>", "", words), chance, day) for words, chance, day in rows]
    assert told == [
        ("With no mitigation", "0 %", "Fri 10 Oct"),
        ("With what is decided", "0 %", "Fri 10 Oct"),
        ("With all mitigations", "100 %", "Wed 8 Oct"),
        ("R1 Flood not decided; with it", "100 %", "Wed 8 Oct"),
    ]


def test_the_tornado_names_tasks_and_risk_events_the_widest_first(event):
    wide = make_task(event, "T1", optimistic=1, likely=10, pessimistic=30)
    narrow = make_task(event, "T2", optimistic=9, likely=10, pessimistic=12)
    end = make_task(event, "M1", milestone=True, likely=0, deadline=date(2025, 11, 10))
    make_link(wide, narrow)
    make_link(narrow, end)
    make_risk(event, "R1", [narrow], probability=50, delay_likely=4)
    html = page(signed_in(event), event, query="?target=M1")
    tornado = html[html.index('id="risk-drivers"') : html.index('id="risk-critical"')]
    places = [tornado.index(f">{code}<") for code in ("T1", "R1", "T2")]
    assert places == sorted(places)
    assert 'class="r-swing"' in tornado


def test_what_may_not_be_seen_drives_without_a_name(event):
    hidden = make_task(
        event, "T-SECRET-7", title="hidden words", optimistic=1, likely=5, pessimistic=20, classification=3
    )
    end = make_task(event, "M1", milestone=True, likely=0, deadline=date(2025, 10, 14), classification=0)
    make_link(hidden, end)
    values = {"mitigation": "hidden words", "mitigated_probability": 0, "mitigated_likely": 0}
    make_risk(event, "R-SECRET-8", [hidden], title="hidden words", probability=50, classification=3, **values)
    outsider = signed_in(event, Role.OBSERVER, clearance=0)
    for query in ("", "?target=M1"):
        html = page(outsider, event, query=query)
        assert "SECRET" not in html
        assert "hidden words" not in html
        assert "a task that you may not see" in html
        assert "a risk event that you may not see" in html
        assert "and 1 task that you may not see" in html
    for name in ("risk_csv", "gantt"):
        assert "SECRET" not in page(outsider, event, name)
    url = reverse("schedule:risk_page", args=[event.slug])
    for unknown in ("T-SECRET-7", "nothing"):
        assert outsider.get(url, {"target": unknown}).status_code == 404
    assert "T-SECRET-7" in page(signed_in(event), event)


def test_an_agency_drives_by_name_for_those_who_see_all_that_it_leads(event):
    lead = make_agency(event, "K-SHARED")
    spread = {"optimistic": 2, "likely": 5, "pessimistic": 15, "lead": lead, "classification": 0}
    first, second = make_task(event, "T1", **spread), make_task(event, "T2", **spread)
    end = make_task(event, "M1", milestone=True, likely=0, deadline=date(2025, 10, 14), classification=0)
    make_link(first, second)
    make_link(second, end)
    outsider = signed_in(event, Role.OBSERVER, clearance=0)
    bar = "All tasks of "
    assert bar in page(outsider, event, query="?target=M1")
    assert "K-SHARED" in page(outsider, event, query="?target=M1").partition(bar)[2][:300]
    make_task(event, "T3", **spread | {"classification": 3})
    outlook.forget()
    html = page(outsider, event, query="?target=M1")
    assert bar not in html
    assert "all tasks of an agency together, of which you may not see some" in html
    assert bar in page(signed_in(event), event, query="?target=M1")


def test_an_event_without_tasks_or_estimates_says_what_is_missing(event):
    client = signed_in(event)
    assert "Nothing to be unsure about yet" in page(client, event)
    make_task(event, "T1", likely=3)
    outlook.forget()
    html = page(client, event)
    assert "every date is taken for certain" in html
    assert "No open work has a deadline by the opening day" in html


def test_a_done_target_and_a_circle_of_links_are_said(event):
    make_task(event, "T0", started_on=date(2025, 9, 1), closed_on=date(2025, 9, 5), deadline=date(2025, 9, 6))
    client = signed_in(event)
    assert "is not open any more" in page(client, event, query="?target=T0")
    one, other = make_task(event, "T1"), make_task(event, "T2")
    make_link(one, other)
    make_link(other, one)
    outlook.forget()
    assert "nothing can be simulated" in page(client, event)
    assert page(client, event, "risk_csv").count("\n") == 1
    assert "g-whisker" not in page(client, event, "gantt")


def test_the_file_has_a_line_a_task(event, certain):
    lines = dict(line.split(",", 1) for line in page(signed_in(event), event, "risk_csv").splitlines()[1:])
    assert sorted(lines) == ["M1", "T1"]
    assert lines["T1"] == "Build,no,,2025-10-08,2025-10-10,2025-10-10,2025-10-10,2025-10-10,2025-10-08,0.0,1.0"


def test_the_page_asks_as_many_queries_whatever_the_size(event, django_assert_max_num_queries):
    client = signed_in(event)
    for size in (3, 30):
        for number in range(size):
            task = make_task(
                event, f"T{size}-{number}", optimistic=1, likely=3, pessimistic=9, deadline=date(2025, 10, 10)
            )
            make_risk(event, f"R{size}-{number}", [task], mitigation="x", mitigated_probability=0, mitigated_likely=0)
        outlook.forget()
        page(client, event)
        with django_assert_max_num_queries(16):
            page(client, event)


def bar(html: str, code: str) -> str:
    found = re.search(rf'<a class="g-bar[^>]*data-code="{code}"[^>]*>.*?</a>', html, re.S)
    assert found
    return found.group()


def test_a_bar_of_the_chart_has_a_whisker_to_its_p80(event):
    """It ends, for sure, two working days after the plan's finish: from Wed 8 to Fri 10 October, at 9 pixels a day."""
    task = make_task(event, "T1", likely=3, deadline=date(2025, 10, 8))
    make_task(event, "T2", likely=3)
    make_risk(event, "R1", [task], probability=100, delay_likely=2)
    client = signed_in(event)
    html = page(client, event, "gantt")
    first = date.fromisoformat(re.search(r'data-first="([\d-]+)"', html).group(1))
    start, end = ((day - first).days * 9 for day in (date(2025, 10, 9), date(2025, 10, 11)))
    assert f'<path class="g-whisker" d="M{start} 15H{end}m0 -4v8"/>' in bar(html, "T1")
    assert "80 % sure by Fri 10 Oct 2025 · deadline kept with probability 0 %" in bar(html, "T1")
    assert "g-whisker" not in bar(html, "T2")
    assert "whisker: finished by its end" in html
    assert "g-whisker" in page(client, event, "gantt", "?print=1")
    without = page(client, event, "gantt", "?risk=0")
    assert "g-whisker" not in without
    assert "80 % sure" not in without


def test_a_tasks_page_tells_how_sure_its_dates_are(event, certain):
    client = signed_in(event)
    html = client.get(reverse("schedule:task", args=[event.slug, "T1"])).content.decode()
    dates = html[html.index("P50") : html.index("what drives it?")]
    assert "Fri 10 Oct" in dates
    assert re.search(r"Deadline kept</dt><dd>0 %", dates)
    assert re.search(r"Criticality</dt><dd>100 %", dates)
