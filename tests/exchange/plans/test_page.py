"""The page: a plan goes out and comes in, with the list of what has no counterpart; and the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from summitry.cli import main
from summitry.core.models import AuditEntry, Event
from summitry.core.rights import Classification, Role
from summitry.exchange.models import OutsideProject, WaitingWorkbook
from summitry.schedule.models import Task
from tests.exchange.mspdi.project import link, project, task
from tests.exchange.sample import sample_event
from tests.factories import make_agency, make_event, make_link, make_objective, make_task, make_viewer

pytestmark = pytest.mark.django_db

PLAN = project(
    task(1, "<Contact>Someone</Contact>", name="First of the file"),
    task(2, link(1), name="Second of the file", duration="PT12H0M0S"),
)


@pytest.fixture
def event() -> Event:
    return sample_event()


def browser_of(event: Event, role: str = Role.PLANNER, **values) -> Client:
    client = Client()
    client.force_login(make_viewer(event, role, **values).account)
    return client


def at(name: str, event: Event) -> str:
    return reverse(f"exchange:{name}", args=[event.slug])


def send(client: Client, event: Event, data: bytes = PLAN, **wishes):
    return client.post(at("upload", event), {"file": SimpleUploadedFile("plan.xml", data), **wishes})


def test_a_plan_is_looked_at_confirmed_and_undone(event):
    browser = browser_of(event)
    assert send(browser, event, lead="MOFA", calendar="keep").status_code == 302
    assert WaitingWorkbook.objects.get().wishes["lead"] == "MOFA"
    page = browser.get(at("look", event))
    text = page.content.decode()
    assert "Without a counterpart here" in text
    assert "Someone" in text
    assert "12 h → 2" in text
    assert "First of the file" in text
    assert not Task.objects.filter(event=event, code="P1").exists()
    part = browser.get(at("consequences", event))
    assert part.status_code == 200
    assert not OutsideProject.objects.exists()  # a preview leaves nothing
    done = browser.post(at("confirm", event), {"expected": part.context["plan"].digest}, follow=True)
    assert "The plan is imported." in done.content.decode()
    assert Task.objects.get(event=event, code="P1").lead.code == "MOFA"
    assert OutsideProject.objects.get(event=event).codes == {"1": "P1", "2": "P2"}
    entry = AuditEntry.objects.get(chain__event=event, action="exchange.import_plan")
    assert entry.arguments["without_counterpart"] == 2
    assert entry.arguments["wishes"]["calendar"] is False
    undo = browser.post(reverse("core:undo", args=[event.slug, entry.batch]), {"step": "confirm"})
    assert undo.status_code in (204, 302)
    assert not Task.objects.filter(event=event, code="P1").exists()


def test_faults_are_shown_and_nothing_waits(event):
    answer = send(browser_of(event), event, PLAN.replace(b"PT12H0M0S", b"a while"))
    assert answer.status_code == 422
    assert "PT16H0M0S" in answer.content.decode()
    assert not WaitingWorkbook.objects.exists()


def test_the_file_holds_what_the_person_may_see(event):
    make_task(event, "SEC", title="Hidden one", classification=Classification.SECRET)
    whole = browser_of(event).get(at("plan_file", event))
    assert whole["Content-Type"] == "application/xml"
    assert whole["Content-Disposition"] == 'attachment; filename="sample-2025-10-06-0800.xml"'
    assert b"Hidden one" in whole.content
    partner = browser_of(event, Role.PARTNER, agency=make_agency(event, "UN"), clearance=Classification.INTERNAL)
    part = partner.get(at("plan_file", event))
    assert "partial" in part["Content-Disposition"]
    assert b"Hidden one" not in part.content
    assert send(partner, event).status_code == 403


def test_before_the_download_the_page_lists_what_the_file_does_not_hold(event):
    one, two = Task.objects.get(event=event, code="T1"), Task.objects.get(event=event, code="T2")
    make_link(one, two, kind="FF")
    page = browser_of(event).get(at("plan", event))
    told = {(one.kind, one.what): (one.count, one.keys) for one in page.context["left"]}
    assert told["Objectives", ""] == (2, ("O1", "O2"))
    assert told["Links", "further links between the same tasks"] == (1, ("T1>T2/FS",))
    assert told["Tasks", "Objective"][1] == ("T1",)
    text = page.content.decode()
    assert "What this file does not hold" in text
    assert at("plan_file", event) in text
    assert "O1, O2" in text
    assert "keeps one link between two tasks" in text
    assert at("plan", event) in browser_of(event).get(at("workbook", event)).content.decode()


def test_the_list_names_only_what_the_person_may_see(event):
    make_objective(event, "OSEC")
    make_task(event, "SEC", title="Hidden one", note="x", source="a source", classification=Classification.SECRET)
    partner = browser_of(event, Role.PARTNER, agency=make_agency(event, "UN"), clearance=Classification.INTERNAL)
    page = partner.get(at("plan", event))
    assert page.status_code == 200
    assert "SEC" not in {key for one in page.context["left"] if one.kind == "Tasks" for key in one.keys}
    assert "You may not see the whole schedule" in page.content.decode()


def test_a_part_of_the_plan_that_comes_back_loosens_no_hidden_group(event):
    group = make_task(event, "SG", likely=0, classification=Classification.SECRET)
    make_task(event, "SP", parent=group, title="Open part", lead=make_agency(event, "UN2"))
    planner = browser_of(event, Role.PLANNER, clearance=Classification.INTERNAL)
    data = planner.get(at("plan_file", event)).content
    assert b"Open part" in data
    send(planner, event, data.replace(b"Open part", b"Renamed part"))
    look = planner.get(at("look", event))
    assert [(one.key, sorted(one.names)) for one in look.context["plan"].changed] == [("SP", ["title"])]


def test_the_command_line_exports_and_imports(tmp_path):
    event = sample_event()
    other = make_event(slug="other")
    file = tmp_path / "plan.xml"
    run = CliRunner().invoke
    said = run(main, ["export", event.slug, str(file)])
    assert said.exit_code == 0
    assert "The file does not hold:" in said.output
    assert "Objectives: 2 (O1, O2)." in said.output
    done = run(main, ["import", str(file), "--event", event.slug])
    assert "is what the plan says already" in done.output
    told = run(main, ["import", str(file), "--event", other.slug, "--json"])
    assert json.loads(told.output)["applied"] is True
    file.write_bytes(PLAN)
    text = run(main, ["import", str(file), "--event", other.slug]).output
    assert "Contact Someone: left out." in text
    refused = run(main, ["import", str(file), "--event", "nowhere"])
    assert refused.exit_code == 2
    assert "make the event first" in refused.output
