"""The pages of proposals and jobs: what stands on them, the way to accept, what others do not see, what streams."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext

from summitry.core import clock, registries
from summitry.core.action import submit
from summitry.core.actions import MakeProposal, ProposedAction, RevokeAccess
from summitry.core.http import streams
from summitry.core.jobs import JobContext, Outcome, Parameters, job, request, signs, table, wish
from summitry.core.jobs.context import Said
from summitry.core.models import Job, Proposal
from summitry.core.proposals import ProposalKind, inputs_of, register_proposal_kind
from summitry.core.rights import PLAN, Classification, Role
from summitry.core.views import jobs as job_views
from summitry.schedule.actions import ChangeTask, SetEstimates
from summitry.schedule.models import Task
from tests.factories import make_agency, make_task, make_viewer
from tests.html import html_of as text

pytestmark = pytest.mark.django_db


class Again(Parameters):
    days: int = 3
    replaces: str = ""


@pytest.fixture(autouse=True)
def kinds():
    with registries.temporary():
        register_proposal_kind(
            ProposalKind(name="test.repair", title="Repair", reads={"schedule.task": None}, job="test.repair")
        )

        @job(
            "test.repair",
            title="Repair",
            right=PLAN,
            parameters=Again,
            anytime=True,
            figures=lambda values: [("Days late", str(values["late"]))],
        )
        def repair(ctx: JobContext[Again]) -> Outcome:
            return Outcome(result={"late": 0})

        yield


@pytest.fixture
def planner(event):
    return make_viewer(event)


@pytest.fixture
def browser(planner, signed_in):
    return signed_in(planner)


def propose(event, viewer, *actions, **values) -> Proposal:
    rows = [ProposedAction.of(one) for one in actions]
    act = MakeProposal(**{"title": "Shorter", "actions": rows, **values})
    return submit([act], viewer=viewer, event=event).record


# Proposals


def test_an_empty_list_teaches(event, browser):
    answer = browser.get("/e/hanoi/proposals/")
    assert "No proposal yet" in text(answer)


def test_the_way_from_the_list_to_an_accepted_part_and_back(event, planner, browser):
    make_task(event, "T1", likely=5, lead=make_agency(event))
    make_task(event, "T2", likely=5)
    proposal = propose(event, planner, SetEstimates(code="T1", likely=9), SetEstimates(code="T2", likely=4))
    assert "P-001" in text(browser.get("/e/hanoi/proposals/"))
    page = text(browser.get("/e/hanoi/proposals/P-001/"))
    assert 'name="rows" value="1" id="row-1" checked' in page
    answer = browser.post(
        "/e/hanoi/proposals/P-001/accept/", {"rows": ["1"], "seen": proposal.version, "step": "preview"}
    )
    seen = answer.context["consequences"]
    assert [move.subject.key for move in seen.moves] == ["T1"]
    assert "Nothing is saved yet" in text(answer)
    assert Task.objects.get(event=event, code="T1").likely == 5
    answer = browser.post(
        "/e/hanoi/proposals/P-001/accept/", {"rows": ["1"], "seen": proposal.version, "step": "confirm"}
    )
    assert answer.status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, Task.objects.get(event=event, code="T1").likely) == ("partly", 9)
    page = text(browser.get("/e/hanoi/proposals/P-001/"))
    batch = proposal.actions.get(order=1).accepted_in
    assert f"/e/hanoi/undo/{batch}/" in page
    assert 'id="row-1"' not in page
    browser.post(f"/e/hanoi/undo/{batch}/", {"step": "confirm"})
    proposal.refresh_from_db()
    assert (proposal.state, Task.objects.get(event=event, code="T1").likely) == ("open", 5)


def test_undo_is_not_offered_once_something_newer_touches_it(event, planner, browser):
    make_task(event, "T1", likely=5)
    proposal = propose(event, planner, SetEstimates(code="T1", likely=4))
    browser.post("/e/hanoi/proposals/P-001/accept/", {"rows": ["1"], "seen": proposal.version, "step": "confirm"})
    assert "/undo/" in text(browser.get("/e/hanoi/proposals/P-001/"))  # also in the message, which is said once
    submit([ChangeTask(code="T1", title="Newer")], viewer=planner, event=event)
    page = text(browser.get("/e/hanoi/proposals/P-001/"))
    assert "Something newer touches" in page
    assert "/undo/" not in page


def test_an_action_that_is_refused_now_is_named_and_nothing_is_done(event, planner, browser):
    make_task(event, "T1", likely=5)
    make_task(event, "T2", likely=5)
    proposal = propose(event, planner, SetEstimates(code="T1", likely=4), SetEstimates(code="T2", likely=4))
    submit([ChangeTask(code="T2", milestone=True, likely=0)], viewer=planner, event=event)
    for step in ("preview", "confirm"):
        values = {"rows": ["1", "2"], "seen": proposal.version, "step": step}
        answer = browser.post("/e/hanoi/proposals/P-001/accept/", values)
        assert answer.status_code == 422
        assert "Action 2, “Set the three estimates”, cannot be carried out now" in text(answer)
    assert Task.objects.get(event=event, code="T1").likely == 5


def test_nothing_ticked_is_said_and_a_decided_proposal_is_stale(event, planner, browser):
    make_task(event, "T1", likely=5)
    proposal = propose(event, planner, SetEstimates(code="T1", likely=4))
    answer = browser.post("/e/hanoi/proposals/P-001/accept/", {"seen": proposal.version, "step": "preview"})
    assert (answer.status_code, "Choose at least one action" in text(answer)) == (422, True)
    browser.post("/e/hanoi/proposals/P-001/reject/", {"reason": "No.", "seen": proposal.version, "step": "confirm"})
    values = {"rows": ["1"], "seen": proposal.version, "step": "confirm"}
    answer = browser.post("/e/hanoi/proposals/P-001/accept/", values)
    assert answer.status_code in {409, 422}
    assert Task.objects.get(event=event, code="T1").likely == 5
    assert "Rejected: No." in text(browser.get("/e/hanoi/proposals/P-001/"))


def test_an_outdated_proposal_says_why_and_is_computed_again(event, planner, browser):
    make_task(event, "T32", likely=20)
    values = {"kind": "test.repair", "inputs": inputs_of("test.repair", event), "parameters": {"days": 5}}
    propose(event, planner, SetEstimates(code="T32", likely=9), **values)
    assert "outdated" not in text(browser.get("/e/hanoi/proposals/P-001/"))
    submit([SetEstimates(code="T32", likely=25)], viewer=planner, event=event)
    page = text(browser.get("/e/hanoi/proposals/P-001/"))
    assert "This proposal is outdated" in page
    assert f"by {planner.name}." in page
    assert len(browser.get("/e/hanoi/proposals/?state=outdated").context["page"].object_list) == 1
    answer = browser.post("/e/hanoi/proposals/P-001/again/")
    asked = Job.objects.get()
    assert answer["Location"] == asked.get_absolute_url()
    assert asked.parameters == {"days": 5, "replaces": "P-001"}


def test_rows_about_hidden_records_are_counted_and_their_values_are_nowhere(event, planner, signed_in):
    make_task(event, "T1", likely=5, title="Plain")
    make_task(event, "ZQMOTORCADE", likely=5, title="ZQTITLE")
    propose(event, planner, SetEstimates(code="T1", likely=4), SetEstimates(code="ZQMOTORCADE", likely=1713))
    submit([ChangeTask(code="ZQMOTORCADE", classification=Classification.SECRET)], viewer=planner, event=event)
    value = re.compile(r"\b1713\b")  # as a word: within another, such as a user's name, it would tell nothing
    assert value.search(text(signed_in(planner).get("/e/hanoi/proposals/P-001/")))
    low = signed_in(make_viewer(event, clearance=Classification.INTERNAL))
    for address in ("proposals/", "proposals/P-001/", "proposals/P-001/accept/"):
        page = text(low.get(f"/e/hanoi/{address}"))
        assert "ZQMOTORCADE" not in page
        assert "ZQTITLE" not in page
        assert not value.search(page)
    assert "1 more action about a record that you may not see" in page


def test_who_may_not_decide_gets_no_boxes_and_who_may_not_see_gets_nothing(event, planner, signed_in):
    make_task(event, "T1", likely=5, classification=Classification.SECRET)
    make_task(event, "T2", likely=5)
    propose(event, planner, SetEstimates(code="T1", likely=4))
    propose(event, planner, SetEstimates(code="T2", likely=4))
    officer = signed_in(make_viewer(event, Role.SECURITY_PLANNER))
    page = text(officer.get("/e/hanoi/proposals/P-002/"))
    assert 'type="checkbox" name="rows"' not in page
    assert officer.get("/e/hanoi/proposals/P-002/accept/").status_code == 403
    partner = signed_in(make_viewer(event, Role.PARTNER))
    assert "P-00" not in text(partner.get("/e/hanoi/proposals/"))
    assert "/e/hanoi/proposals/" not in text(partner.get("/e/hanoi/"))
    low = signed_in(make_viewer(event, clearance=Classification.INTERNAL))
    assert low.get("/e/hanoi/proposals/P-001/").status_code == 404
    assert low.get("/e/hanoi/proposals/P-002/").status_code == 200


def test_pages_ask_the_same_number_of_queries_however_many_rows(event, planner, browser):
    def queries(address: str) -> int:
        browser.get(address)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert browser.get(address).status_code == 200
        return len(caught)

    agency = make_agency(event)
    for number in range(12):
        make_task(event, f"T{number}", likely=5, lead=agency)
    propose(event, planner, *[SetEstimates(code=f"T{n}", likely=4) for n in range(2)])
    request("test.repair", {"days": 0}, viewer=planner, event=event)
    few = [queries(f"/e/hanoi/{address}") for address in ("proposals/", "proposals/P-001/", "jobs/")]
    propose(event, planner, *[SetEstimates(code=f"T{n}", likely=4) for n in range(12)])
    for number in range(8):
        propose(event, planner, SetEstimates(code=f"T{number}", likely=3))
        request("test.repair", {"days": 1 + number}, viewer=planner, event=event)
    many = [queries(f"/e/hanoi/{address}") for address in ("proposals/", "proposals/P-002/", "jobs/")]
    assert many == few


# Jobs


def test_a_jobs_page_while_it_waits_runs_and_ends(event, planner, browser):
    assert "No job yet" in text(browser.get("/e/hanoi/jobs/"))
    row = request("test.repair", {}, viewer=planner, event=event)
    signs.give("w")
    assert "A worker takes it within seconds" in text(browser.get(row.get_absolute_url()))
    claim = table.claim("w", timedelta(seconds=15))
    table.write_said(claim, Said(0.4, "Best so far: 3 days late", {"late": 3}))
    page = text(browser.get(row.get_absolute_url()))
    for words in ("40 %", "Best so far: 3 days late", "Days late", "Take the best so far", "data-job-live"):
        assert words in page
    table.fail(claim, "There is no plan.")
    page = text(browser.get(row.get_absolute_url()))
    assert "There is no plan." in page
    assert "data-job-live" not in page
    assert "There is no plan." in text(browser.get("/e/hanoi/jobs/"))


def test_a_job_that_nobody_takes_says_so_to_each_in_their_words(event, planner, browser, signed_in, monkeypatch):
    row = request("test.repair", {}, viewer=planner, event=event)
    administrator = signed_in(make_viewer(event, Role.ADMINISTRATOR))
    for address in (row.get_absolute_url(), "/e/hanoi/jobs/"):
        page = text(browser.get(address))
        assert "no worker is running. Please tell your administrator" in page
        assert "within seconds" not in page
        assert "summitry worker" not in page
        assert "start one with <code>summitry worker</code>" in text(administrator.get(address))
    signs.give("w")
    now = clock.system_now()
    for seconds, words in (
        (1, "takes it within seconds"),
        (20, "others may be before it"),
        (31, "no worker is running"),
    ):
        monkeypatch.setattr(clock, "system_now", lambda later=now + timedelta(seconds=seconds): later)
        assert words in text(browser.get(row.get_absolute_url()))
    wish(row, Job.Wish.CANCEL, viewer=planner)
    assert "no worker is running" not in text(browser.get("/e/hanoi/jobs/"))


def test_the_stream_says_when_workers_come_and_go(event, planner, monkeypatch):
    monkeypatch.setattr(job_views, "POLL_SECONDS", 0.02)
    row = request("test.repair", {}, viewer=planner, event=event)

    async def story(messages) -> None:
        assert (await said(messages))[1]["waiting"] == "nobody"
        await sync_to_async(signs.give)("w")
        assert (await said(messages))[1]["waiting"] == "soon"
        await sync_to_async(signs.withdraw)("w")
        assert (await said(messages))[1]["waiting"] == "nobody"
        await sync_to_async(signs.give)("w")
        assert (await said(messages))[1]["waiting"] == "soon"
        claim = await sync_to_async(table.claim)("w", timedelta(seconds=15))
        assert (await said(messages))[1]["waiting"] == ""
        await sync_to_async(table.try_later)(claim, "The disk is full.")
        assert (await said(messages))[1]["waiting"] == "again"

    follow(planner, row, story)


def test_a_job_is_cancelled_from_its_page_by_whoever_asked(event, planner, browser, signed_in):
    row = request("test.repair", {}, viewer=planner, event=event)
    other = signed_in(make_viewer(event))
    assert (
        "Cancel"
        not in text(other.get(row.get_absolute_url())).split('aria-label="How far it is"')[1].split("</section>")[0]
    )
    assert other.post(f"/e/hanoi/jobs/{row.pk}/end/cancel/").status_code == 403
    assert browser.get(f"/e/hanoi/jobs/{row.pk}/end/cancel/").status_code == 405
    browser.post(f"/e/hanoi/jobs/{row.pk}/end/cancel/")
    row.refresh_from_db()
    assert row.state == Job.State.CANCELLED
    assert f"{planner.name} cancelled it" in text(browser.get(row.get_absolute_url()))


def test_a_job_above_ones_clearance_or_of_others_looks_as_if_it_were_not_there(event, planner, signed_in):
    row = request("test.repair", {}, viewer=planner, event=event)
    for viewer in (make_viewer(event, clearance=Classification.INTERNAL), make_viewer(event, Role.HEAD)):
        browser = signed_in(viewer)
        assert browser.get(row.get_absolute_url()).status_code == 404
        assert browser.get(f"{row.get_absolute_url()}live/").status_code == 404
        assert browser.post(f"/e/hanoi/jobs/{row.pk}/end/cancel/").status_code == 404


def follow(viewer, row, story):
    """Open the job's stream as the viewer and let the story read it."""

    async def play() -> None:
        client = AsyncClient()
        await sync_to_async(client.force_login)(viewer.account)
        answer = await client.get(f"{row.get_absolute_url()}live/")
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")
        messages = aiter(answer.streaming_content)
        try:
            await story(messages)
        finally:
            await messages.aclose()

    async_to_sync(play)()


async def said(messages) -> tuple[str, dict]:
    """The next message: its name and its data."""
    while True:
        message = (await asyncio.wait_for(anext(messages), 5)).decode()
        if message.startswith("event: "):
            name, data = message.strip().split("\n")
            return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_progress_and_the_best_so_far_stream_until_the_end(event, planner, monkeypatch):
    monkeypatch.setattr(job_views, "POLL_SECONDS", 0.02)
    row = request("test.repair", {}, viewer=planner, event=event)

    async def story(messages) -> None:
        assert (await said(messages))[1]["state"] == "queued"
        claim = await sync_to_async(table.claim)("w", timedelta(seconds=15))
        await sync_to_async(table.write_said)(claim, Said(0.5, "half", {"late": 3}))
        name, values = await said(messages)
        while values["progress"] < 0.5:
            name, values = await said(messages)
        assert (name, values["state"], values["message"], values["partial"]) == ("job", "running", "half", {"late": 3})
        await sync_to_async(table.fail)(claim, "No.")
        assert (await said(messages))[1]["ended"]
        assert (await said(messages))[0] == "closed"
        assert await anext(messages, None) is None

    follow(planner, row, story)
    assert streams.open_streams[planner.account.pk] == 0


def test_whoever_loses_access_is_cut_off_before_the_next_word(event, planner, monkeypatch):
    monkeypatch.setattr(job_views, "POLL_SECONDS", 0.02)
    row = request("test.repair", {}, viewer=planner, event=event)
    admin = make_viewer(event, Role.ADMINISTRATOR)

    async def story(messages) -> None:
        await said(messages)
        gone = RevokeAccess(username=planner.account.username)
        await sync_to_async(submit)([gone], viewer=admin, event=event)
        claim = await sync_to_async(table.claim)("w", timedelta(seconds=15))
        await sync_to_async(table.write_said)(claim, Said(0.5, "secret", None))
        assert (await said(messages))[0] == "closed"

    follow(planner, row, story)
