"""The job table: asking, claiming, lease and token, cancelling, retries, and what a job changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from summitry.core import clock, registries
from summitry.core.actions import ChangeAgency, CreateAgency
from summitry.core.jobs import (
    JobCancelled,
    JobContext,
    Outcome,
    Parameters,
    TooManyJobs,
    TryAgain,
    job,
    request,
    signs,
    table,
)
from summitry.core.jobs.running import carry_out, context_of
from summitry.core.jobs.table import LeaseLost, visible_jobs, wish
from summitry.core.jobs.worker import Worker, pulse
from summitry.core.models import Access, Agency, AuditEntry, Job, WorkerSign
from summitry.core.refusals import Invalid, NotFound, NotPermitted
from summitry.core.rights import KEEP_VIEWS, PLAN, Classification, Role
from tests.factories import make_event, make_viewer, save

pytestmark = pytest.mark.django_db
LEASE = timedelta(seconds=15)


class Count(Parameters):
    to: int = 3


@pytest.fixture
def function():
    """What the job of this test does; a test may replace it."""
    return {"run": lambda ctx: Outcome(result={"counted": ctx.parameters.to})}


@pytest.fixture(autouse=True)
def kind(function):
    with registries.temporary():

        @job("test.count", title="Count", right=PLAN, parameters=Count, anytime=True)
        def count(ctx: JobContext[Count]) -> Outcome:
            return function["run"](ctx)

        yield "test.count"


@pytest.fixture
def now(monkeypatch):
    """The machine's clock, moved by hand."""
    at = {"now": clock.system_now()}
    monkeypatch.setattr(clock, "system_now", lambda: at["now"])

    def move(**by: float) -> datetime:
        at["now"] += timedelta(**by)
        return at["now"]

    return move


def run(claim):
    """Carry a claimed job out in this thread."""
    return carry_out(claim, context_of(claim))


# Workers


def test_a_worker_that_looks_for_work_gives_signs_and_withdraws_them_when_it_ends(event, now, monkeypatch):
    seen = []

    def claim(name, lease):
        now(seconds=4)
        seen.append([sign.worker for sign in signs.alive()])
        worker.stop()

    worker = Worker("here:1", leave=lambda code: None)
    monkeypatch.setattr(table, "claim", claim)
    assert worker.run() == 0
    assert seen == [["here:1"]]
    assert not signs.alive().exists()


def test_a_worker_gives_signs_while_it_is_at_a_job(event, monkeypatch):
    given = []
    monkeypatch.setattr(signs, "give", given.append)
    monkeypatch.setattr(signs, "EVERY", timedelta(seconds=0))
    thread = iter([True, True, False])
    busy = SimpleNamespace(is_alive=lambda: next(thread), join=lambda seconds: None)
    request("test.count", {}, viewer=make_viewer(event), event=event)
    claim = table.claim("here:1", LEASE)
    Worker("here:1")._attend(claim, context_of(claim), busy)
    assert given == ["here:1", "here:1"]


def test_a_killed_worker_is_missed_after_half_a_minute_and_forgotten_after_a_day(now):
    signs.give("killed:1")
    now(seconds=20)
    signs.give("other:2")
    assert {sign.worker for sign in signs.alive()} == {"killed:1", "other:2"}
    now(seconds=11)
    assert [sign.worker for sign in signs.alive()] == ["other:2"]
    now(hours=25)
    signs.withdraw("other:2")
    assert not WorkerSign.objects.exists()


# Asking


def test_a_job_is_asked_for_with_typed_parameters_and_carried_out(event):
    viewer = make_viewer(event)
    row = request("test.count", Count(to=5), viewer=viewer, event=event)
    assert (row.state, row.parameters, row.requested_by) == (Job.State.QUEUED, {"to": 5}, viewer.account)
    claim = table.claim("one", LEASE)
    assert run(claim) == "done"
    row.refresh_from_db()
    assert (row.state, row.result, row.progress, row.attempts) == (Job.State.DONE, {"counted": 5}, 1.0, 1)
    assert table.claim("one", LEASE) is None


def test_asking_needs_the_right_and_sound_parameters(event):
    with pytest.raises(NotPermitted):
        request("test.count", {}, viewer=make_viewer(event, Role.OBSERVER), event=event)
    viewer = make_viewer(event)
    with pytest.raises(Invalid) as refused:
        request("test.count", {"to": "many", "more": 1}, viewer=viewer, event=event)
    assert {fault.field for fault in refused.value.faults} == {"to", "more"}
    with pytest.raises(NotFound):
        request("test.unknown", {}, viewer=viewer, event=event)
    assert not Job.objects.exists()


def test_a_double_click_asks_once_and_nobody_fills_the_queue(event):
    viewer = make_viewer(event)
    first = request("test.count", {}, viewer=viewer, event=event)
    assert request("test.count", {}, viewer=viewer, event=event) == first
    for number in range(table.OPEN_JOBS_AN_ACCOUNT - 1):
        request("test.count", {"to": 10 + number}, viewer=viewer, event=event)
    with pytest.raises(TooManyJobs):
        request("test.count", {"to": 99}, viewer=viewer, event=event)
    request("test.count", {"to": 99}, viewer=make_viewer(event), event=event)


# Claiming and the lease


def test_higher_priority_first_then_the_order_of_asking(event):
    viewer = make_viewer(event)
    low = request("test.count", {"to": 1}, viewer=viewer, event=event)
    late = request("test.count", {"to": 2}, viewer=viewer, event=event)
    high = request("test.count", {"to": 3}, viewer=viewer, event=event, priority=5)
    assert [table.claim("w", LEASE).job for _number in range(3)] == [high, low, late]
    assert table.claim("w", LEASE) is None


def test_kinds_that_this_program_does_not_know_are_left_to_others(event):
    request("test.count", {}, viewer=make_viewer(event), event=event)
    Job.objects.update(kind="test.newer")
    assert table.claim("w", LEASE) is None


def test_a_worker_that_beats_keeps_its_job_and_one_that_is_silent_loses_it(event, now):
    request("test.count", {}, viewer=make_viewer(event), event=event)
    one = table.claim("one", LEASE)
    for _number in range(4):
        now(seconds=10)
        assert table.beat(one, LEASE)
        assert table.claim("two", LEASE) is None
    now(seconds=16)
    two = table.claim("two", LEASE)
    assert (two.job, two.token, two.job.attempts) == (one.job, one.token + 1, 2)
    assert not table.beat(one, LEASE)


def test_a_worker_that_lost_its_lease_writes_nothing_and_applies_nothing(event, now, function):
    function["run"] = lambda ctx: Outcome(result={"by": ctx.attempt}, actions=[CreateAgency(code="K01", name="Guard")])
    row = request("test.count", {}, viewer=make_viewer(event), event=event)
    one = table.claim("one", LEASE)
    ctx = context_of(one)
    now(seconds=16)
    two = table.claim("two", LEASE)
    ctx.progress(0.5, "half")
    pulse(one, ctx)
    row.refresh_from_db()
    assert (row.progress, row.message, row.worker) == (0.0, "", "two")
    assert ctx.cancelled()
    assert carry_out(one, context_of(one)) == "lost"
    assert not Agency.objects.filter(event=event).exists()
    assert not table.fail(one, "late")
    assert not table.give_back(one)
    assert run(two) == "done"
    assert Agency.objects.filter(event=event).count() == 1
    row.refresh_from_db()
    assert row.result == {"by": 2}
    with pytest.raises(LeaseLost):
        table.complete(two, Outcome(actions=[CreateAgency(code="K02", name="Again")]), viewer=context_of(two).viewer)
    assert Agency.objects.filter(event=event).count() == 1


def test_a_job_that_ends_its_worker_three_times_fails_with_the_reason(event, now):
    row = request("test.count", {}, viewer=make_viewer(event), event=event)
    for _number in range(table.ATTEMPTS):
        claim = table.claim("w", LEASE)
        ctx = context_of(claim)
        ctx.progress(0.4, "Step four")
        pulse(claim, ctx)
        now(seconds=16)
    assert table.claim("w", LEASE) is None
    row.refresh_from_db()
    assert row.state == Job.State.FAILED
    assert "3 times" in row.error
    assert "Step four" in row.error


def test_a_worker_that_ends_gives_its_job_back_without_counting_the_attempt(event):
    row = request("test.count", {}, viewer=make_viewer(event), event=event)
    claim = table.claim("w", LEASE)
    assert table.give_back(claim)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (Job.State.QUEUED, 0)
    assert table.claim("w", LEASE).job == row


# How it ends


def test_progress_and_the_best_so_far_are_written(event):
    row = request("test.count", {}, viewer=make_viewer(event), event=event)
    claim = table.claim("w", LEASE)
    ctx = context_of(claim)
    ctx.progress(0.2, "begun", {"late": 9})
    ctx.progress(1.7, "more")
    pulse(claim, ctx)
    row.refresh_from_db()
    assert (row.progress, row.message, row.partial) == (1.0, "more", {"late": 9})


def test_a_fault_of_the_program_is_told_in_plain_words_and_not_tried_again(event, function, caplog):
    function["run"] = lambda ctx: 1 / 0
    row = request("test.count", {}, viewer=make_viewer(event), event=event)
    assert run(table.claim("w", LEASE)) == "failed"
    row.refresh_from_db()
    assert row.state == Job.State.FAILED
    assert "ZeroDivisionError" in row.error
    assert "division by zero" in caplog.text


def test_what_may_pass_by_itself_is_tried_again_later_and_at_most_three_times(event, now, function):
    def busy(ctx):
        raise TryAgain("the file is busy")

    function["run"] = busy
    row = request("test.count", {}, viewer=make_viewer(event), event=event)
    for attempt in range(1, table.ATTEMPTS + 1):
        claim = table.claim("w", LEASE)
        how = run(claim)
        assert how == ("postponed" if attempt < table.ATTEMPTS else "failed")
        assert table.claim("w", LEASE) is None
        now(minutes=2)
    row.refresh_from_db()
    assert row.state == Job.State.FAILED
    assert "the file is busy" in row.error


def test_a_refused_action_fails_the_job_and_nothing_is_changed(event, function):
    function["run"] = lambda ctx: Outcome(
        actions=[CreateAgency(code="K01", name="Guard"), ChangeAgency(code="GONE", name="x")]
    )
    row = request("test.count", {}, viewer=make_viewer(event), event=event)
    assert run(table.claim("w", LEASE)) == "failed"
    row.refresh_from_db()
    assert "GONE" in row.error
    assert not Agency.objects.filter(event=event).exists()


def test_actions_are_those_of_whoever_asked_with_the_rights_they_hold_at_the_end(event, function):
    viewer = make_viewer(event)
    access = Access.objects.get(event=event, account=viewer.account)

    def lose_the_right(ctx):
        access.role = Role.OBSERVER
        save(access)
        return Outcome(actions=[CreateAgency(code="K01", name="Guard")])

    function["run"] = lambda ctx: Outcome(actions=[CreateAgency(code="K00", name="Guard")], reason="because")
    row = request("test.count", {}, viewer=viewer, event=event)
    assert run(table.claim("w", LEASE)) == "done"
    row.refresh_from_db()
    entry = AuditEntry.objects.get(chain__event=event)
    assert (entry.actor, entry.reason) == (viewer.account, "because")
    assert row.made == [["core.agency", Agency.objects.get(event=event).pk]]

    access.role = Role.OBSERVER
    save(access)
    Job.objects.filter(pk=row.pk).update(state=Job.State.QUEUED)
    with pytest.raises(NotPermitted):
        context_of(table.claim("w", LEASE))


# Cancelling


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_by_its_function(event, function):
    viewer = make_viewer(event)
    waiting = request("test.count", {"to": 1}, viewer=viewer, event=event)
    wish(waiting, Job.Wish.CANCEL, viewer=viewer)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.cancelled_by) == (Job.State.CANCELLED, viewer.account)

    row = request("test.count", {"to": 2}, viewer=viewer, event=event)
    claim = table.claim("w", LEASE)
    ctx = context_of(claim)
    function["run"] = lambda ctx: ctx.stop_if_cancelled() or Outcome()
    wish(row, Job.Wish.CANCEL, viewer=viewer)
    pulse(claim, ctx)
    assert carry_out(claim, ctx) == "cancelled"
    row.refresh_from_db()
    assert row.state == Job.State.CANCELLED


def test_what_a_cancelled_job_returns_is_thrown_away(event, function):
    viewer = make_viewer(event)
    row = request("test.count", {}, viewer=viewer, event=event)
    claim = table.claim("w", LEASE)
    wish(row, Job.Wish.CANCEL, viewer=viewer)
    function["run"] = lambda ctx: Outcome(actions=[CreateAgency(code="K01", name="Guard")])
    assert run(claim) == "cancelled"
    assert not Agency.objects.filter(event=event).exists()


def test_a_cancelled_job_whose_worker_died_ends_cancelled(event, now):
    viewer = make_viewer(event)
    row = request("test.count", {}, viewer=viewer, event=event)
    table.claim("w", LEASE)
    wish(row, Job.Wish.CANCEL, viewer=viewer)
    now(seconds=16)
    assert table.claim("w", LEASE) is None
    row.refresh_from_db()
    assert row.state == Job.State.CANCELLED


def test_enough_takes_the_best_so_far(event, function):
    viewer = make_viewer(event)
    row = request("test.count", {}, viewer=viewer, event=event)
    claim = table.claim("w", LEASE)
    ctx = context_of(claim)
    function["run"] = lambda ctx: Outcome(result={"enough": ctx.enough()})
    wish(row, Job.Wish.ENOUGH, viewer=viewer)
    pulse(claim, ctx)
    assert carry_out(claim, ctx) == "done"
    row.refresh_from_db()
    assert row.result == {"enough": True}


def test_a_worker_that_ends_hands_the_job_on(event, function):
    row = request("test.count", {}, viewer=make_viewer(event), event=event)
    claim = table.claim("w", LEASE)
    ctx = context_of(claim)

    def told(ctx):
        assert ctx.cancelled()
        raise JobCancelled

    function["run"] = told
    ctx.cancel()  # as the worker does when it is asked to end
    assert carry_out(claim, ctx) == "given back"
    row.refresh_from_db()
    assert (row.state, row.attempts) == (Job.State.QUEUED, 0)


def test_only_whoever_asked_and_administrators_cancel(event):
    viewer, other = make_viewer(event), make_viewer(event)
    row = request("test.count", {}, viewer=viewer, event=event)
    with pytest.raises(NotPermitted):
        wish(row, Job.Wish.CANCEL, viewer=other)
    wish(row, Job.Wish.CANCEL, viewer=make_viewer(event, Role.ADMINISTRATOR))
    row.refresh_from_db()
    assert row.state == Job.State.CANCELLED


# Seeing, keeping


def test_planners_see_all_jobs_within_their_clearance_others_their_own(event):
    @job("test.own", title="Own", right=KEEP_VIEWS, parameters=Count)
    def own(ctx: JobContext[Count]) -> Outcome:
        return Outcome()

    secret, low = make_viewer(event), make_viewer(event, clearance=Classification.INTERNAL)
    observer, other = make_viewer(event, Role.OBSERVER), make_viewer(event, Role.OBSERVER)
    above = request("test.count", {}, viewer=secret, event=event)
    within = request("test.count", {}, viewer=low, event=event)
    mine = request("test.own", {}, viewer=observer, event=event)
    elsewhere = make_event()
    request("test.count", {}, viewer=make_viewer(elsewhere), event=elsewhere)
    assert set(visible_jobs(secret)) == {above, within, mine}
    assert set(visible_jobs(low)) == {within}
    assert set(visible_jobs(observer)) == {mine}
    assert not visible_jobs(other).exists()


def test_old_jobs_are_thrown_away_and_those_that_wait_are_not(event, now):
    viewer = make_viewer(event)
    request("test.count", {"to": 1}, viewer=viewer, event=event)
    run(table.claim("w", LEASE))
    request("test.count", {"to": 2}, viewer=viewer, event=event)
    assert table.prune(timedelta(days=30)) == 0
    now(days=31)
    assert table.prune(timedelta(days=30)) == 1
    assert Job.objects.get().parameters == {"to": 2}
