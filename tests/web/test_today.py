"""Today: what stands on it, for whom, and that it asks no more for more rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from summitry.core import outlook
from summitry.core.action import submit
from summitry.core.actions import CreateAgency, CreatePerson
from summitry.core.models import Agency, Event
from summitry.core.rights import Classification, Role
from summitry.web.today import Today
from tests import factories


def page_of(browser: Client, event: Event) -> str:
    answer = browser.get(event.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def test_empty_event_teaches(event: Event, client_of: Callable[..., Client]) -> None:
    page = page_of(client_of(event), event)
    assert "This event is still empty" in page
    assert f"{event.get_absolute_url()}workbook/" in page
    observer = page_of(client_of(event, Role.OBSERVER), event)
    assert "A planner fills it" in observer
    assert "Load a workbook" not in observer


def test_late_task_comes_first_with_its_dates(event: Event) -> None:
    """Today is Mon 6 Oct. Ten working days end on Fri 17 Oct: late for Fri 10 Oct, in time for Fri 31 Oct."""
    factories.make_task(event, "T1", title="In time", likely=10, deadline=date(2025, 10, 31))
    factories.make_task(event, "T2", title="Too long", likely=10, deadline=date(2025, 10, 10))
    page = Today(factories.make_viewer(event), event)
    assert page.sentence.startswith("1 of 2 tasks late, ")
    first = page.trouble[0]
    assert (first.task.code, first.plan.finish, first.plan.total_float) == ("T2", date(2025, 10, 17), -5)


def test_sentence_names_the_next_milestone(event: Event) -> None:
    factories.make_task(event, "M1", title="Later", milestone=True, likely=0, not_before=date(2025, 10, 23))
    factories.make_task(event, "M2", title="Sooner", milestone=True, likely=0, not_before=date(2025, 10, 16))
    page = Today(factories.make_viewer(event), event)
    assert [row.task.code for row in page.milestones] == ["M2", "M1"]
    assert "Next milestone: Sooner, Thu 16 Oct 2025, on course." in page.sentence


def test_all_done_says_so(event: Event) -> None:
    factories.make_task(event, "T1", started_on=date(2025, 9, 1), closed_on=date(2025, 9, 5))
    page = Today(factories.make_viewer(event), event)
    assert page.sentence == "1 task, and it is done."


def test_ones_own_work_what_one_owes_and_what_waits(event: Event) -> None:
    ours = factories.make_agency(event, "OURS")
    unit = factories.make_agency(event, "UNIT", parent=ours)
    theirs = factories.make_agency(event, "THEIRS")
    lead = factories.make_task(event, "T1", lead=unit)
    factories.make_task(event, "T2", lead=theirs)
    other = factories.make_task(event, "T3", lead=theirs)
    factories.make_link(lead, other)
    factories.make_coordination(other, ours, deliverable="The list", due=date(2025, 10, 10))
    done = factories.make_task(event, "T4", lead=theirs)
    factories.make_coordination(done, ours, deliverable="Handed in", delivered_on=date(2025, 10, 1))
    page = Today(factories.make_viewer(event, Role.FOCAL_POINT, agency=ours), event)
    assert page.agency == ours
    assert [row.task.code for row in page.own_open] == ["T1"]
    assert [item.coordination.deliverable for item in page.owed] == ["The list"]
    assert [(other.task.code, [row.task.code for row in mine]) for other, mine in page.waiting] == [("T3", ["T1"])]


def test_secret_record_leaves_no_trace_on_a_page_below_it(event: Event, client_of: Callable[..., Client]) -> None:
    agency = factories.make_agency(event, "A1")
    objective = factories.make_objective(event, "S2")
    secret = factories.make_task(
        event,
        "MARKER-CODE",
        title="MARKER-TITLE",
        classification=Classification.SECRET,
        milestone=False,
        likely=90,
        deadline=date(2025, 10, 7),
        objective=objective,
        lead=agency,
    )
    seen = factories.make_task(event, "T1", title="Open to all", classification=Classification.PUBLIC)
    factories.make_link(secret, seen)
    for role in (Role.OBSERVER, Role.FOCAL_POINT):
        own = {"agency": factories.make_agency(event)} if role is Role.FOCAL_POINT else {}
        page = page_of(client_of(event, role, clearance=Classification.INTERNAL, **own), event)
        assert "MARKER" not in page
        assert "Open to all" in page
    whole = page_of(client_of(event), event)
    assert "MARKER-TITLE" in whole


def test_mark_is_that_of_the_highest_task_shown(event: Event, client_of: Callable[..., Client]) -> None:
    factories.make_task(event, "T1", likely=90, deadline=date(2025, 10, 7), classification=Classification.RESTRICTED)
    factories.make_task(event, "T2", likely=90, deadline=date(2025, 10, 7), classification=Classification.PUBLIC)
    assert '<span class="mark loud"' in page_of(client_of(event), event)
    quiet = page_of(client_of(event, Role.OBSERVER, clearance=Classification.PUBLIC), event)
    assert "mark loud" not in quiet


def test_loop_is_said_instead_of_dates(event: Event, client_of: Callable[..., Client]) -> None:
    one, two = factories.make_task(event, "T1"), factories.make_task(event, "T2")
    factories.make_link(one, two)
    factories.make_link(two, one)
    page = page_of(client_of(event), event)
    assert "There are no dates" in page
    assert "in a circle" in page


def test_recent_changes_name_what_one_may_see(event: Event, client_of: Callable[..., Client]) -> None:
    planner = factories.make_viewer(event)
    submit([CreateAgency(code="MOFA", name="Ministry")], viewer=planner, event=event)
    submit([CreatePerson(code="P9", name="MARKER", classification=3)], viewer=planner, event=event)
    page = Today(factories.make_viewer(event, Role.OBSERVER, clearance=Classification.PUBLIC), event)
    assert [(change.title, [str(one) for one in change.records]) for change in page.changes] == [
        ("Add an agency", ["MOFA"])
    ]
    assert len(Today(planner, event).changes) == 2


def _fill(event: Event, rows: int) -> None:
    objective = factories.make_objective(event)
    for _ in range(rows):
        agency = factories.make_agency(event)
        task = factories.make_task(event, likely=30, deadline=date(2025, 10, 8), objective=objective, lead=agency)
        milestone = factories.make_task(event, milestone=True, likely=0, not_before=date(2025, 10, 20))
        factories.make_link(task, milestone)
        factories.make_coordination(task, factories.make_agency(event), deliverable="x", due=date(2025, 10, 1))


@pytest.mark.parametrize("role", [Role.PLANNER, Role.FOCAL_POINT])
def test_query_count_does_not_grow(db, client_of, django_assert_num_queries, role: str) -> None:
    counts = []
    for rows in (1, 3):
        event = factories.make_event()
        _fill(event, rows)
        own = {"agency": event_agency(event)} if role == Role.FOCAL_POINT else {}
        browser = client_of(event, role, **own)
        outlook.forget()
        with CaptureQueriesContext(connection) as queries:
            browser.get(event.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1], f"1 row: {counts[0]} queries, 3 rows: {counts[1]}"
    with django_assert_num_queries(WARM[role]):
        browser.get(event.get_absolute_url())


# With the outlook kept: session, account, event, access, and one query a kind of record.
WARM = {Role.PLANNER: 14, Role.FOCAL_POINT: 17}


def event_agency(event: Event) -> Agency | None:
    return Agency.objects.filter(event=event).first()
