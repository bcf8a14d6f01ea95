"""The three steps of a form: edit, consequences, confirm; files, stale edits and the side panel."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from summitry.core.models import Blob, Document, Event
from summitry.core.rights import Role
from summitry.schedule.models import Task
from tests import factories

HTMX = {"HX-Request": "true", "HX-Target": "side"}
BYTES = b"%PDF-1.7 a signed decision"


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send from the page's form, without the buttons."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") not in {"file", "search", "checkbox"} and "name" in attributes:
            found[attributes["name"]] = attributes.get("value", "")
    found |= dict(re.findall(r'<textarea name="([\w-]+)"[^>]*>\s*(.*?)</textarea>', page, re.S))
    found.pop("csrfmiddlewaretoken", None)
    return found


def hidden_fields(page: str) -> dict[str, str]:
    start = page.index("data-guards")
    return fields_of(page[start : page.index("</form>", start)])


def post(browser: Client, url: str, step: str, data: dict[str, object], **more: object):
    return browser.post(url, {**data, "step": step}, **more)  # type: ignore[arg-type]


@pytest.fixture
def task(event: Event) -> Task:
    return factories.make_task(event, "T1", title="Plan", likely=5, deadline=date(2025, 10, 10))


def estimates(task: Task) -> str:
    return task.get_absolute_url() + "estimates/"


def test_consequences_come_before_the_save(task: Task, client_of: Callable[..., Client]) -> None:
    """Five days from Mon 6 Oct end on Fri 10 Oct, the deadline; eight days end on Wed 15 Oct."""
    browser = client_of(task.event)
    page = post(browser, estimates(task), "preview", {"likely": "8", "seen": task.version}).content.decode()
    assert '<div class="weight serious">' in page
    assert "1 deadline breaks" in page
    assert "due Fri 10 Oct, would be done Wed 15 Oct" in page
    assert re.search(r'<span class="old">Fri 10 Oct</span>.*Wed 15 Oct', page, re.S)
    assert '<span class="later">+5</span>' in page
    task.refresh_from_db()
    assert task.likely == 5


def test_confirming_sends_what_was_looked_at(task: Task, client_of: Callable[..., Client]) -> None:
    browser = client_of(task.event)
    page = post(browser, estimates(task), "preview", {"likely": "8", "seen": task.version}).content.decode()
    answer = post(browser, estimates(task), "confirm", hidden_fields(page))
    assert answer["Location"] == task.get_absolute_url()
    task.refresh_from_db()
    assert task.likely == 8
    followed = browser.get(task.get_absolute_url()).content.decode()
    assert "Saved." in followed
    assert re.search(rf'href="/e/{task.event.slug}/undo/[0-9a-f-]+/"', followed)


def test_back_gives_the_form_with_its_values(task: Task, client_of: Callable[..., Client]) -> None:
    browser = client_of(task.event)
    page = post(browser, estimates(task), "preview", {"likely": "8", "seen": task.version}).content.decode()
    back = post(browser, estimates(task), "edit", hidden_fields(page)).content.decode()
    assert fields_of(back)["likely"] == "8"
    assert 'value="preview"' in back


def test_fault_is_shown_at_its_field(task: Task, client_of: Callable[..., Client]) -> None:
    answer = post(client_of(task.event), estimates(task), "preview", {"likely": "many"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r'<input[^>]*name="likely"[^>]*aria-invalid="true"', page)
    assert re.search(r'aria-describedby="[^"]*id_likely_error', page)


def test_panel_gets_the_form_without_the_page(task: Task, client_of: Callable[..., Client]) -> None:
    browser = client_of(task.event)
    page = browser.get(estimates(task), headers=HTMX).content.decode()
    assert "<html" not in page
    assert f'hx-post="{estimates(task)}"' in page
    assert 'hx-target="#side"' in page
    data = {"likely": "8", "seen": task.version}
    shown = post(browser, estimates(task), "preview", data, headers=HTMX).content.decode()
    assert "1 deadline breaks" in shown
    answer = post(browser, estimates(task), "confirm", hidden_fields(shown), headers=HTMX)
    assert (answer.status_code, answer["Location"]) == (302, task.get_absolute_url())
    record = browser.get(task.get_absolute_url(), headers=HTMX).content.decode()
    assert "<html" not in record
    assert "Saved." in record


def test_refresh_leaves_the_message_to_the_person(task: Task, client_of: Callable[..., Client]) -> None:
    """A page that refreshed itself right after the save had shown the message to nobody."""
    browser = client_of(task.event)
    post(browser, estimates(task), "confirm", {"likely": "8", "seen": task.version})
    refreshed = browser.get(task.get_absolute_url(), headers={"X-Summitry-Refresh": "1"}).content.decode()
    assert "Saved." not in refreshed
    assert "Saved." in browser.get(task.get_absolute_url()).content.decode()


def test_stale_edit_shows_both_and_loses_nothing(task: Task, client_of: Callable[..., Client]) -> None:
    browser = client_of(task.event)
    # The records of tests have no history of their own making: two ordinary changes give them one.
    post(browser, estimates(task), "confirm", {"likely": "5", "optimistic": "2", "seen": task.version})
    post(browser, estimates(task), "confirm", {"likely": "5", "optimistic": "", "seen": task.version + 1})
    task.refresh_from_db()
    seen = {"likely": "8", "optimistic": "", "pessimistic": "", "seen": task.version}
    other = {"likely": "6", "optimistic": "", "pessimistic": "9", "seen": task.version}
    assert post(client_of(task.event), estimates(task), "confirm", other).status_code == 302
    answer = post(browser, estimates(task), "confirm", seen)
    page = answer.content.decode()
    assert answer.status_code == 409
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page, re.S)
    shown = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]
    assert shown == ["Likely, working days both changed it 5 6 8", "Longest, working days — 9 not changed by you"]
    task.refresh_from_db()
    assert (task.likely, task.pessimistic) == (6, 9)
    form = fields_of(page)
    assert (form["likely"], form["pessimistic"], form["seen"]) == ("8", "9", str(task.version))
    assert post(browser, estimates(task), "confirm", form).status_code == 302
    task.refresh_from_db()
    assert (task.likely, task.pessimistic) == (8, 9)


def test_hidden_task_is_not_named_among_the_consequences(event: Event, client_of: Callable[..., Client]) -> None:
    seen = factories.make_task(event, "T1", likely=1, lead=factories.make_agency(event, "OURS"))
    hidden = factories.make_task(
        event, "MARKER", title="MARKER", likely=1, deadline=date(2025, 10, 8), classification=3
    )
    factories.make_link(seen, hidden)
    browser = client_of(event, Role.PLANNER, clearance=1)
    page = post(browser, estimates(seen), "preview", {"likely": "9", "seen": seen.version}).content.decode()
    assert "MARKER" not in page
    assert "1 more moves that you may not see" in page


# Files


def add_url(event: Event) -> str:
    return event.get_absolute_url() + "documents/add/"


def filing(data: bytes = BYTES, name: str = "decision.pdf") -> dict[str, object]:
    return {
        "file": SimpleUploadedFile(name, data, "application/pdf"),
        "title": "A decision",
        "code": "D-1",
        "classification": "1",
    }


def test_file_survives_the_look_at_its_consequences(event: Event, client_of: Callable[..., Client]) -> None:
    browser = client_of(event)
    page = post(browser, add_url(event), "preview", filing()).content.decode()
    assert "decision.pdf" in page
    assert not Document.objects.exists()
    sent = hidden_fields(page)
    assert "file" not in sent
    assert post(browser, add_url(event), "confirm", sent).status_code == 302
    document = Document.objects.get()
    assert (document.file_name, document.media_type, document.size) == ("decision.pdf", "application/pdf", len(BYTES))
    assert bytes(Blob.objects.get(sha256=document.sha256).data) == BYTES


def test_file_survives_the_way_back_and_a_fault(event: Event, client_of: Callable[..., Client]) -> None:
    browser = client_of(event)
    faulty = post(browser, add_url(event), "preview", {**filing(), "title": ""})
    assert faulty.status_code == 422
    kept = fields_of(faulty.content.decode())
    page = post(browser, add_url(event), "preview", {**kept, "title": "Mended", "classification": "1"}).content.decode()
    back = post(browser, add_url(event), "edit", hidden_fields(page)).content.decode()
    assert "decision.pdf" in back
    again = {**fields_of(back), "classification": "1"}
    assert post(browser, add_url(event), "confirm", again).status_code == 302
    assert Document.objects.get().title == "Mended"


def test_receipt_is_no_right_to_anothers_bytes(event: Event, client_of: Callable[..., Client]) -> None:
    """Whoever learns a digest, or another's receipt, must not file (and then read) bytes above their right."""
    page = post(client_of(event), add_url(event), "preview", filing()).content.decode()
    stolen = hidden_fields(page)
    assert "file-receipt" in stolen
    other = client_of(event)
    answer = post(other, add_url(event), "confirm", stolen)
    assert answer.status_code == 422
    assert "must be chosen again" in answer.content.decode()
    forged = {**stolen, "file-receipt": Blob.objects.get().sha256}
    assert post(other, add_url(event), "confirm", forged).status_code == 422
    assert not Document.objects.exists()


def test_receipt_does_not_reach_another_event(event: Event, client: Client) -> None:
    account = factories.make_account()
    second = factories.make_event()
    for one in (event, second):
        factories.make_viewer(one, account=account)
    client.force_login(account)
    page = post(client, add_url(event), "preview", filing()).content.decode()
    assert post(client, add_url(second), "confirm", hidden_fields(page)).status_code == 422


@pytest.mark.parametrize(
    ("data", "told"), [(b"", "empty"), (b"x" * (1024 * 1024 + 1), "larger than the 1 MB that are allowed")]
)
def test_empty_and_too_large_files_are_refused(
    event: Event, client_of: Callable[..., Client], settings, data: bytes, told: str
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    answer = post(client_of(event), add_url(event), "preview", filing(data))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Blob.objects.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\secret\\passwd", "passwd"])
def test_folders_of_a_file_name_are_dropped(event: Event, client_of: Callable[..., Client], name: str) -> None:
    browser = client_of(event)
    page = post(browser, add_url(event), "preview", filing(name=name)).content.decode()
    post(browser, add_url(event), "confirm", hidden_fields(page))
    assert Document.objects.get().file_name == "passwd"
