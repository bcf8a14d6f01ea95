"""The page: out, in, what it does, consequences, confirm."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from summitry.core import audit
from summitry.core.action import submit
from summitry.core.models import AuditEntry, Event
from summitry.core.rights import Classification, Role
from summitry.core.viewer import Viewer, system_viewer
from summitry.exchange.models import WaitingWorkbook
from summitry.schedule.actions import ChangeTask
from summitry.schedule.models import Task
from tests.exchange.comparison import rows_of
from tests.exchange.sample import sample_event, workbook_of
from tests.exchange.test_import import put
from tests.exchange.xlsx import Book
from tests.factories import make_agency, make_task, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return sample_event()


@pytest.fixture
def planner(event: Event) -> Viewer:
    return make_viewer(event, Role.PLANNER)


@pytest.fixture
def browser(planner: Viewer) -> Client:
    return signed_in(planner)


def signed_in(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(viewer.account)
    return client


def at(name: str, event: Event) -> str:
    return reverse(f"exchange:{name}", args=[event.slug])


def send(client: Client, event: Event, data: bytes, name: str = "edited.xlsx", **extra):
    return client.post(at("upload", event), {"file": SimpleUploadedFile(name, data)}, **extra)


def edited(event: Event) -> bytes:
    return put(Book(workbook_of(event)), "Tasks", "T1", "Deadline", date(2025, 10, 17)).bytes()


def test_the_page_offers_both_ways(browser, event):
    page = browser.get(at("workbook", event))
    text = page.content.decode()
    assert page.status_code == 200
    assert at("export", event) in text
    assert at("upload", event) in text
    assert "Plan duties" in text


def test_an_export_is_a_file_of_what_the_person_may_see(browser, event):
    answer = browser.get(at("export", event))
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    assert answer["Content-Disposition"] == 'attachment; filename="sample-2025-10-06-0800.xlsx"'
    assert "T1" in "".join(text for row in Book(answer.content).rows("Tasks") for _a, text in row)
    make_task(event, "SEC", classification=Classification.SECRET)
    partner = make_viewer(event, Role.PARTNER, agency=make_agency(event, "UN"), clearance=Classification.INTERNAL)
    answer = signed_in(partner).get(at("export", event))
    assert "partial" in answer["Content-Disposition"]
    assert b"SEC" not in answer.content
    assert not any(row[0][1] in ("SEC", "T1") for row in Book(answer.content).rows("Tasks"))


def test_the_empty_workbook(browser, event):
    answer = browser.get(at("template", event))
    assert len(Book(answer.content).rows("Tasks")) == 1


def test_upload_look_consequences_confirm_undo(browser, event, planner):
    before, counter = rows_of(event), audit.change_counter(event)
    sent = send(browser, event, edited(event))
    assert sent.status_code == 302
    assert sent["Location"] == at("look", event)
    page = browser.get(at("look", event))
    text = page.content.decode()
    assert "2025-10-10" in text
    assert "2025-10-17" in text
    assert at("consequences", event) in text
    part = browser.get(at("consequences", event))
    assert part.status_code == 200
    assert "Consequences" in part.content.decode()
    assert (rows_of(event), audit.change_counter(event)) == (before, counter)
    form = {"expected": part.context["plan"].digest, "on_conflict": "stop"}
    done = browser.post(at("confirm", event), form, follow=True)
    assert "The workbook is imported." in done.content.decode()
    assert Task.objects.get(event=event, code="T1").deadline == date(2025, 10, 17)
    entry = AuditEntry.objects.get(chain__event=event, action="exchange.import_workbook")
    assert entry.actor == planner.account
    assert entry.arguments["file_name"] == "edited.xlsx"
    assert not WaitingWorkbook.objects.exists()
    undo = browser.post(reverse("core:undo", args=[event.slug, entry.batch]), {"step": "confirm"})
    assert undo.status_code in (204, 302)
    assert Task.objects.get(event=event, code="T1").deadline == date(2025, 10, 10)


def test_without_a_script_the_consequences_come_with_the_page(browser, event):
    send(browser, event, edited(event))
    text = browser.get(at("look", event) + "?follow=1").content.decode()
    assert "Import it" in text
    assert "Who is concerned" in text


def test_the_pages_own_script_is_told_where_to_go(browser, event):
    sent = send(browser, event, edited(event), headers={"X-Requested-With": "XMLHttpRequest"})
    assert sent.status_code == 204
    assert sent["Location"] == at("look", event)


def test_faults_are_shown_at_their_place_and_nothing_waits(browser, event):
    before = rows_of(event)
    book = put(Book(workbook_of(event)), "Tasks", "T1", "Lead agency", "<b>NOBODY</b>")
    sent = send(browser, event, book.bytes())
    text = sent.content.decode()
    assert sent.status_code == 422
    assert "1 fault: nothing was imported" in text
    assert "&lt;b&gt;NOBODY&lt;/b&gt;" in text
    assert "<b>NOBODY</b>" not in text
    assert "Lead agency" in text
    assert not WaitingWorkbook.objects.exists()
    assert rows_of(event) == before


@pytest.mark.parametrize("data", [b"", b"Code,Title\n", b"PK\x03\x04 nothing"])
def test_a_file_of_another_kind_is_refused(browser, event, data):
    assert send(browser, event, data).status_code == 422


def test_no_file_is_no_error_of_the_server(browser, event):
    answer = browser.post(at("upload", event))
    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()


def test_a_file_beyond_the_limit_is_refused(browser, event, settings):
    settings.UPLOAD_LIMIT_BYTES = 2 * 2**20
    answer = send(browser, event, b"PK\x03\x04" + b"\0" * (2 * 2**20))
    assert answer.status_code == 422
    assert "at most 2 MB" in answer.content.decode()


def test_a_conflict_waits_for_a_choice(browser, event):
    from summitry.core.actions import ChangeAgency

    submit([ChangeAgency(code="MOFA", contact="x")], viewer=system_viewer(event), event=event)
    data = put(Book(workbook_of(event)), "Tasks", "T1", "Title", "Mine").bytes()
    submit([ChangeTask(code="T1", title="Theirs")], viewer=system_viewer(event), event=event)
    send(browser, event, data)
    text = browser.get(at("look", event)).content.decode()
    assert "1 conflict to settle first" in text
    assert "Import it" not in text
    assert "Import it" not in browser.get(at("consequences", event)).content.decode()
    refused = browser.post(at("confirm", event), {"expected": "x", "on_conflict": "stop"})
    assert refused.status_code == 422
    part = browser.get(at("consequences", event) + "?on_conflict=take")
    assert "Import it" in part.content.decode()
    browser.post(at("confirm", event), {"expected": part.context["plan"].digest, "on_conflict": "take"})
    assert Task.objects.get(event=event, code="T1").title == "Mine"


def test_what_changed_since_the_look_is_looked_at_again(browser, event):
    send(browser, event, edited(event))
    digest = browser.get(at("consequences", event)).context["plan"].digest
    submit([ChangeTask(code="T1", note="meanwhile")], viewer=system_viewer(event), event=event)
    answer = browser.post(at("confirm", event), {"expected": digest}, follow=True)
    assert answer.redirect_chain[-1][0] == at("look", event)
    assert "changed since you looked" in answer.content.decode()
    assert Task.objects.get(event=event, code="T1").deadline == date(2025, 10, 10)


def test_a_waiting_workbook_is_offered_again_and_can_be_forgotten(browser, event):
    send(browser, event, edited(event))
    assert "waits for your confirmation" in browser.get(at("workbook", event)).content.decode()
    browser.post(at("forget", event))
    assert not WaitingWorkbook.objects.exists()
    assert browser.get(at("look", event)).status_code == 302
    assert browser.post(at("confirm", event), {"expected": "x"}).status_code == 422


def test_nobody_sees_anothers_upload(browser, event):
    send(browser, event, edited(event))
    other = signed_in(make_viewer(event, Role.PLANNER))
    assert other.get(at("look", event)).status_code == 302
    assert other.post(at("confirm", event), {"expected": "x"}).status_code == 422


def test_an_old_upload_is_gone(browser, event):
    from datetime import timedelta

    send(browser, event, edited(event))
    waiting = WaitingWorkbook.objects.get()
    waiting.uploaded_at -= timedelta(days=2)
    waiting.save()
    assert browser.get(at("look", event)).status_code == 302
    send(signed_in(make_viewer(event, Role.PLANNER)), event, edited(event))
    assert not WaitingWorkbook.objects.filter(pk=waiting.pk).exists()


@pytest.mark.parametrize("role", [Role.HEAD, Role.OBSERVER])
def test_who_may_not_plan_only_exports(event, role):
    client = signed_in(make_viewer(event, role))
    text = client.get(at("workbook", event)).content.decode()
    assert at("upload", event) not in text
    assert client.get(at("export", event)).status_code == 200
    assert send(client, event, edited(event)).status_code == 403
    for name in ("look", "consequences"):
        assert client.get(at(name, event)).status_code == 403
    for name in ("confirm", "forget"):
        assert client.post(at(name, event)).status_code == 403


def test_a_workbook_in_which_nothing_changed(browser, event):
    send(browser, event, workbook_of(event))
    text = browser.get(at("look", event)).content.decode()
    assert "already what this workbook says" in text
    assert "Import it" not in text


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_what_is_imported(browser, event, django_assert_max_num_queries, rows):
    book = Book(workbook_of(event))
    for number in range(rows):
        for header, value in (("Code", f"N{number}"), ("Title", "New")):
            book.set("Tasks", f"{book.column('Tasks', header)}{40 + number}", value)
    send(browser, event, book.bytes())
    with django_assert_max_num_queries(75):
        browser.get(at("look", event))


def test_pages_stay_small_with_many_rows(browser, event):
    book = Book(workbook_of(event))
    file = io.BytesIO()
    from openpyxl import load_workbook

    full = load_workbook(io.BytesIO(book.bytes()))
    sheet = full["Agencies"]
    headers = {cell.value: cell.column for cell in sheet[1]}
    for number in range(1500):
        sheet.cell(10 + number, headers["Code"]).value = f"N{number}"
        sheet.cell(10 + number, headers["Name"]).value = "New"
    full.save(file)
    send(browser, event, file.getvalue())
    text = browser.get(at("look", event)).content.decode()
    assert "The first 100 of 1500 added rows" in text
    assert len(text) < 200_000
