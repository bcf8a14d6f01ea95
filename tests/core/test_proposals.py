"""Proposals: made by trying out, accepted whole or in part, rejected, outdated with the reason, undone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from summitry.core import audit, registries
from summitry.core.action import submit
from summitry.core.actions import (
    AcceptProposal,
    ChangeAgency,
    ChangeEvent,
    CreateAgency,
    GrantAccess,
    MakeProposal,
    MoveClock,
    ProposedAction,
    RejectProposal,
    Undo,
    WithdrawProposal,
)
from summitry.core.models import Agency, AuditEntry, Proposal, ProposalAction
from summitry.core.preview import preview
from summitry.core.proposals import ProposalKind, inputs_of, news_of, register_proposal_kind, why_outdated
from summitry.core.proposals.accepting import action_of, chosen_rows, first_choice, lending
from summitry.core.refusals import Invalid, NotFound, NotPermitted, StaleEdit, UndoBlocked
from summitry.core.rights import Classification, Role
from summitry.schedule.actions import ChangeTask, CreateTask, SetEstimates
from summitry.schedule.models import Task
from tests.factories import make_agency, make_link, make_task, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(event):
    return make_viewer(event)


@pytest.fixture
def kind():
    """A kind of proposal that reads durations and links, and the event's day."""
    with registries.temporary():
        reads = {"schedule.task": frozenset({"likely"}), "schedule.link": None}
        register_proposal_kind(ProposalKind(name="test.repair", title="Repair", reads=reads, day_matters=True))
        yield "test.repair"


def propose(event, viewer, *actions, **values) -> Proposal:
    """Make a proposal of plain actions or rows."""
    rows = [one if isinstance(one, ProposedAction) else ProposedAction.of(one) for one in actions]
    act = MakeProposal(**{"title": "Repair", "actions": rows, **values})
    return submit([act], viewer=viewer, event=event).record


def accept(event, viewer, proposal, *orders):
    """Accept these rows, or all, as the page does."""
    rows = first_choice(list(proposal.actions.all()))
    if orders:
        rows = chosen_rows(proposal, orders, viewer)
    actions = [action_of(row) for row in rows]
    done = AcceptProposal(code=proposal.code, rows=[row.order for row in rows])
    applied = submit([*actions, done], viewer=lending(viewer, actions), event=event)
    proposal.refresh_from_db()
    return applied.batch


def test_nothing_is_carried_out_and_values_before_and_after_are_kept(event, planner):
    make_task(event, "T32", likely=20, classification=Classification.RESTRICTED)
    proposal = propose(event, planner, SetEstimates(code="T32", likely=35))
    assert Task.objects.get(event=event, code="T32").likely == 20
    row = proposal.actions.get()
    assert row.changes == [
        {
            "label": "schedule.task",
            "pk": Task.objects.get(event=event, code="T32").pk,
            "key": "T32",
            "removed": False,
            "level": 2,
            "fields": {"likely": [20, 35]},
        }
    ]
    assert (proposal.code, proposal.state, proposal.classification) == ("P-001", "open", Classification.RESTRICTED)
    assert proposal.made_by == planner.account
    assert audit.verify_all() == []


def test_accept_all_is_one_batch_and_its_undo_opens_it_again(event, planner):
    make_task(event, "T1", likely=5)
    make_task(event, "T2", likely=5)
    proposal = propose(event, planner, SetEstimates(code="T1", likely=3), SetEstimates(code="T2", likely=4))
    batch = accept(event, planner, proposal)
    assert proposal.state == Proposal.State.ACCEPTED
    assert list(Task.objects.filter(event=event).order_by("code").values_list("likely", flat=True)) == [3, 4]
    names = AuditEntry.objects.filter(batch=batch).order_by("sequence").values_list("action", flat=True)
    assert list(names) == ["schedule.set_estimates", "schedule.set_estimates", "core.accept_proposal"]
    submit([Undo(batch=batch)], viewer=planner, event=event)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.OPEN
    assert list(Task.objects.filter(event=event).values_list("likely", flat=True)) == [5, 5]
    assert not proposal.actions.filter(accepted_in__isnull=False).exists()


def test_a_refused_action_refuses_the_proposal_naming_itself(event, planner):
    make_task(event, "T1")
    with pytest.raises(Invalid) as refused:
        propose(event, planner, SetEstimates(code="T1", likely=3), SetEstimates(code="NONE", likely=3))
    (fault,) = refused.value.faults
    assert fault.field == "actions.2"
    assert "NONE" in fault.message
    rows = [
        ProposedAction(action="schedule.nothing"),
        ProposedAction(action="schedule.set_estimates", arguments={"code": "T1"}),
        ProposedAction.of(GrantAccess(username="x", role=Role.PLANNER)),
        ProposedAction.of(MoveClock(to=datetime(2025, 10, 9, 1, tzinfo=UTC))),
        ProposedAction.of(RejectProposal(code="P-001", reason="x")),
    ]
    with pytest.raises(Invalid) as refused:
        propose(event, planner, *rows)
    fields = [fault.field.removeprefix("actions.") for fault in refused.value.faults]
    assert fields == ["1.action", "2.likely", "3.action", "4.action", "5.action"]
    assert not Proposal.objects.filter(event=event).exists()


def test_only_planners_make_and_whoever_decides_accepts(event, planner):
    make_task(event, "T1", likely=5)
    head = make_viewer(event, Role.HEAD)
    for viewer in (head, make_viewer(event, Role.FOCAL_POINT, agency=make_agency(event))):
        with pytest.raises(NotPermitted):
            propose(event, viewer, SetEstimates(code="T1", likely=3))
    proposal = propose(event, planner, SetEstimates(code="T1", likely=3))
    with pytest.raises(NotPermitted):
        accept(event, make_viewer(event, Role.SECURITY_PLANNER), proposal)
    # The head plans nothing themself, but decides on what a planner proposed, and takes it back.
    with pytest.raises(NotPermitted):
        submit([SetEstimates(code="T1", likely=3)], viewer=head, event=event)
    batch = accept(event, head, proposal)
    assert AuditEntry.objects.filter(batch=batch, actor=head.account).count() == 2
    assert Task.objects.get(event=event).likely == 3
    submit([Undo(batch=batch)], viewer=head, event=event)
    assert Task.objects.get(event=event).likely == 5


def test_accepting_without_carrying_out_is_refused(event, planner):
    make_task(event, "T1", likely=5)
    proposal = propose(event, planner, SetEstimates(code="T1", likely=3))
    done = AcceptProposal(code=proposal.code, rows=[1])
    for actions in ([done], [SetEstimates(code="T1", likely=4), done]):
        with pytest.raises(Invalid):
            submit(actions, viewer=planner, event=event)
    assert Task.objects.get(event=event).likely == 5


def test_a_part_is_accepted_and_the_rest_stays_to_be_accepted(event, planner):
    make_task(event, "T1", likely=5)
    make_task(event, "T2", likely=5)
    proposal = propose(event, planner, SetEstimates(code="T1", likely=3), SetEstimates(code="T2", likely=4))
    first = accept(event, planner, proposal, 2)
    assert proposal.state == Proposal.State.PARTLY
    assert list(Task.objects.filter(event=event).order_by("code").values_list("likely", flat=True)) == [5, 4]
    with pytest.raises(Invalid):
        accept(event, planner, proposal, 2)
    second = accept(event, planner, proposal)
    assert proposal.state == Proposal.State.ACCEPTED
    # The first acceptance is no longer the newest thing about the proposal.
    with pytest.raises(UndoBlocked):
        submit([Undo(batch=first)], viewer=planner, event=event)
    submit([Undo(batch=second)], viewer=planner, event=event)
    submit([Undo(batch=first)], viewer=planner, event=event)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.OPEN


def test_groups_are_whole_and_of_alternatives_one_is_accepted(event, planner):
    for code in ("T1", "T2", "T3"):
        make_task(event, code, likely=5)
    rows = [
        ProposedAction.of(SetEstimates(code="T1", likely=1), group="g"),
        ProposedAction.of(SetEstimates(code="T2", likely=2), group="g"),
        ProposedAction.of(SetEstimates(code="T3", likely=3), alternative="a"),
        ProposedAction.of(SetEstimates(code="T3", likely=4), alternative="a"),
    ]
    proposal = propose(event, planner, *rows)
    assert [row.changes[0]["fields"]["likely"] for row in proposal.actions.all()] == [[5, 1], [5, 2], [5, 3], [5, 4]]
    for orders in ((1,), (3, 4)):
        with pytest.raises(Invalid):
            accept(event, planner, proposal, *orders)
    accept(event, planner, proposal, 4)
    assert proposal.state == Proposal.State.PARTLY
    with pytest.raises(Invalid):
        accept(event, planner, proposal, 3)
    accept(event, planner, proposal)
    assert proposal.state == Proposal.State.ACCEPTED
    assert list(Task.objects.filter(event=event).order_by("code").values_list("likely", flat=True)) == [1, 2, 4]


def test_an_action_that_cannot_be_carried_out_any_more_stops_all(event, planner):
    make_task(event, "T1", likely=5)
    make_task(event, "T2", likely=5)
    proposal = propose(event, planner, SetEstimates(code="T1", likely=3), SetEstimates(code="T2", likely=4))
    submit([ChangeTask(code="T2", milestone=True, likely=0)], viewer=planner, event=event)
    with pytest.raises(Invalid) as refused:
        accept(event, planner, proposal)
    assert refused.value.position == 1
    assert Task.objects.get(event=event, code="T1").likely == 5
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.OPEN


def test_rejecting_needs_a_reason_and_withdrawing_none(event, planner):
    make_task(event, "T1", likely=5)
    one, two = (propose(event, planner, SetEstimates(code="T1", likely=n)) for n in (2, 3))
    with pytest.raises(Invalid):
        submit([RejectProposal(code=one.code, reason=" ")], viewer=planner, event=event)
    submit([RejectProposal(code=one.code, reason="Too short.")], viewer=planner, event=event)
    submit([WithdrawProposal(code=two.code)], viewer=planner, event=event)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, one.reason, two.state) == ("rejected", "Too short.", "withdrawn")
    with pytest.raises(Invalid):
        accept(event, planner, one, 1)
    with pytest.raises(Invalid):
        submit([RejectProposal(code=two.code, reason="x")], viewer=planner, event=event)


def test_two_people_decide_and_the_second_is_told(event, planner):
    make_task(event, "T1", likely=5)
    proposal = propose(event, planner, SetEstimates(code="T1", likely=3))
    submit([RejectProposal(code=proposal.code, reason="No.", seen=1)], viewer=planner, event=event)
    with pytest.raises(StaleEdit):
        submit([RejectProposal(code=proposal.code, reason="Nor I.", seen=1)], viewer=planner, event=event)


def test_the_preview_of_what_is_chosen_is_that_of_the_event_as_it_is_now(event, planner):
    make_task(event, "T1", likely=5, lead=make_agency(event))
    proposal = propose(event, planner, SetEstimates(code="T1", likely=10))
    submit([SetEstimates(code="T1", likely=2)], viewer=planner, event=event)
    rows = list(proposal.actions.all())
    seen = preview([action_of(row) for row in rows], viewer=planner, event=event)
    assert [(move.subject.key, move.days > 0) for move in seen.moves] == [("T1", True)]
    assert seen.moves[0].days >= 8


def test_figures_and_findings_are_kept_and_recorded_on_acceptance(event, planner):
    make_task(event, "T1", likely=5, deadline=date(2025, 10, 8), lead=make_agency(event))
    make_task(event, "T0", likely=5)
    make_link(Task.objects.get(event=event, code="T0"), Task.objects.get(event=event, code="T1"))
    proposal = propose(
        event,
        planner,
        SetEstimates(code="T1", likely=1),
        SetEstimates(code="T0", likely=1),
        metrics_before={"moved": 0},
        metrics_after={"moved": 2.5},
    )
    assert proposal.metrics_before["late"] == 1
    assert proposal.metrics_after["late"] == 0
    assert (proposal.metrics_before["moved"], proposal.metrics_after["moved"]) == (0, 2.5)
    assert sum(proposal.findings_before.values()) != sum(proposal.findings_after.values())
    accept(event, planner, proposal)
    assert proposal.metrics_recorded["late"] == 0


def test_an_action_that_makes_a_record(event, planner):
    proposal = propose(
        event, planner, CreateAgency(code="K01", name="Guard"), CreateTask(code="T1", title="x", lead="K01")
    )
    changes = [row.changes[0] for row in proposal.actions.order_by("order")]
    assert [(one["pk"], one["key"]) for one in changes] == [(None, "K01"), (None, "T1")]
    assert not Agency.objects.filter(event=event).exists()
    accept(event, planner, proposal)
    assert Task.objects.get(event=event).lead == Agency.objects.get(event=event)


# Outdated


def test_a_proposal_is_outdated_by_what_it_read_and_says_who_changed_it(event, planner, kind):
    task = make_task(event, "T32", likely=20)
    proposal = propose(event, planner, SetEstimates(code="T32", likely=9), kind=kind, inputs=inputs_of(kind, event))
    assert not news_of([proposal], event)[proposal.pk].outdated
    submit([ChangeTask(code="T32", title="Another title")], viewer=planner, event=event)
    submit([ChangeAgency(code=make_agency(event, "K01").code, name="x")], viewer=planner, event=event)
    assert not news_of([proposal], event)[proposal.pk].outdated
    other = make_viewer(event)
    submit([SetEstimates(code="T32", likely=25)], viewer=other, event=event)
    why = why_outdated(proposal, news_of([proposal], event)[proposal.pk], planner)
    (part,) = why.parts
    assert (part.subject.key, part.who) == ("T32", other.account.name)
    assert part.fields == (str(Task._meta.get_field("likely").verbose_name),)
    # Changed and changed back is not changed.
    submit([SetEstimates(code="T32", likely=20)], viewer=other, event=event)
    assert not news_of([proposal], event)[proposal.pk].outdated
    assert task.pk


def test_new_records_and_a_turned_day_outdate_too_and_its_own_acceptance_does_not(event, planner, kind):
    make_task(event, "T1", likely=5)
    make_task(event, "T2", likely=5)
    first = inputs_of(kind, event)
    proposal = propose(
        event, planner, SetEstimates(code="T1", likely=3), SetEstimates(code="T2", likely=3), kind=kind, inputs=first
    )
    accept(event, planner, proposal, 1)
    assert not news_of([proposal], event)[proposal.pk].outdated
    submit([CreateTask(code="T3", title="New")], viewer=planner, event=event)
    news = news_of([proposal], event)[proposal.pk]
    (part,) = why_outdated(proposal, news, planner).parts
    assert (part.subject.key, part.made) == ("T3", True)
    again = inputs_of(kind, event)
    assert again["digest"] != first["digest"]
    later = propose(event, planner, SetEstimates(code="T2", likely=2), kind=kind, inputs=again)
    submit([MoveClock(to=datetime(2025, 10, 9, 1, tzinfo=UTC))], viewer=planner, event=event)
    assert news_of([later], event)[later.pk].day == date(2025, 10, 6)


def test_a_proposal_that_is_computed_again_takes_the_old_ones_place(event, planner):
    make_task(event, "T1", likely=5)
    old = propose(event, planner, SetEstimates(code="T1", likely=3))
    new = propose(event, planner, SetEstimates(code="T1", likely=2), replaces=old.code)
    old.refresh_from_db()
    assert (old.state, new.code in old.reason, new.state) == ("withdrawn", True, "open")


# Who sees what


def test_a_proposal_is_as_secret_as_what_it_touches_and_its_rows_are_redacted(event, planner):
    secret = make_task(event, "SECRET", likely=5, classification=Classification.RESTRICTED)
    plain = make_task(event, "PLAIN", likely=5)
    low = make_viewer(event, clearance=Classification.INTERNAL)
    link = make_link(plain, secret)
    assert link.pk
    above = propose(event, planner, SetEstimates(code="SECRET", likely=3))
    within = propose(event, planner, SetEstimates(code="PLAIN", likely=3), SetEstimates(code="PLAIN", likely=2))
    assert set(Proposal.objects.visible_to(low)) == {within}
    with pytest.raises(NotFound):
        accept(event, low, above)
    # It becomes secret after the proposal was made: its rows go, the proposal stays.
    submit([ChangeTask(code="PLAIN", classification=Classification.SECRET)], viewer=planner, event=event)
    low.forget()
    assert not ProposalAction.objects.visible_to(low).exists()
    assert ProposalAction.objects.visible_to(planner).count() == 3
    with pytest.raises(Invalid):
        accept(event, low, within, 1)
    propose(event, low, CreateTask(code="X", title="x", classification=Classification.INTERNAL), replaces=above.code)
    with pytest.raises(NotFound):
        submit([RejectProposal(code=above.code, reason="x")], viewer=low, event=event)
    above.refresh_from_db()
    assert above.state == Proposal.State.OPEN


def test_a_change_of_the_event_itself_can_be_proposed_and_undone(event, planner):
    proposal = propose(event, planner, ChangeEvent(venue="Convention Centre"))
    event.refresh_from_db()
    assert event.venue == ""
    batch = accept(event, planner, proposal)
    event.refresh_from_db()
    assert event.venue == "Convention Centre"
    submit([Undo(batch=batch)], viewer=planner, event=event)
    event.refresh_from_db()
    assert event.venue == ""
    assert audit.verify_all() == []
