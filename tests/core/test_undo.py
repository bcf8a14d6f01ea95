"""Undo: who may, when it is refused, and that it puts back exactly what stood."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summitry.core import audit
from summitry.core.action import submit
from summitry.core.actions import (
    AddDocument,
    ChangeAgency,
    ChangeDocument,
    ChangeEvent,
    ChangePerson,
    CreateAgency,
    CreatePerson,
    GrantAccess,
    MoveClock,
    RemoveAgency,
    RemoveCalendarException,
    RemoveDocument,
    RemovePerson,
    SetCalendarException,
    SetPassword,
    Undo,
)
from summitry.core.models import Access, Agency, CalendarException, Change, Document, Person
from summitry.core.refusals import NotFound, NotPermitted, Refused, UndoBlocked
from summitry.core.rights import Classification, Role
from summitry.core.viewer import viewer_for
from tests.factories import make_account, make_agency, make_document, make_event, make_viewer, save

pytestmark = pytest.mark.django_db


def _do(event, viewer, *actions):
    return submit(list(actions), viewer=viewer, event=event).batch


def _undo(event, viewer, batch):
    return _do(event, viewer, Undo(batch=batch))


def test_an_undo_is_an_entry_that_names_what_it_undoes():
    event = make_event()
    viewer = make_viewer(event)
    batch = _do(event, viewer, CreateAgency(code="K01", name="Guard"))
    applied = submit([Undo(batch=batch)], viewer=viewer, event=event)
    assert [entry.undoes for entry in applied.entries] == [batch]
    assert not Agency.objects.filter(event=event).exists()


def test_changes_of_one_record_are_undone_one_after_another():
    """Told by what the record says, not by its version: undoing the second change must not block the first."""
    event = make_event()
    viewer = make_viewer(event)
    made = _do(event, viewer, CreateAgency(code="K01", name="One"))
    second = _do(event, viewer, ChangeAgency(code="K01", name="Two"))
    third = _do(event, viewer, ChangeAgency(code="K01", name="Three"))
    for batch, name in ((third, "Two"), (second, "One")):
        _undo(event, viewer, batch)
        assert Agency.objects.get(event=event).name == name
    _undo(event, viewer, made)
    assert not Agency.objects.filter(event=event).exists()


def test_versions_never_come_back_with_another_content():
    """Two people read version 2; one removes the record and puts it back. The other's edit must be found stale."""
    from summitry.core.refusals import StaleEdit

    event = make_event()
    viewer = make_viewer(event)
    _do(event, viewer, CreateAgency(code="K01", name="One"))
    _do(event, viewer, ChangeAgency(code="K01", name="Two"))
    removed = _do(event, viewer, RemoveAgency(code="K01"))
    _undo(event, viewer, removed)
    agency = Agency.objects.get(event=event)
    assert (agency.name, agency.version) == ("Two", 3)
    with pytest.raises(StaleEdit):
        _do(event, viewer, ChangeAgency(code="K01", seen=2, name="Late"))
    seen = [
        (change.after["version"], change.after["name"])
        for change in Change.objects.filter(label="core.agency", after__isnull=False)
    ]
    assert len({version for version, _name in seen}) == len(seen)


def test_a_batch_is_undone_whole_though_its_rows_refer_to_one_another():
    event = make_event()
    viewer = make_viewer(event)
    batch = _do(
        event,
        viewer,
        CreateAgency(code="MPS", name="Ministry"),
        CreateAgency(code="K01", name="Guard", parent="MPS"),
        CreatePerson(code="P1", name="Head", agency="K01"),
    )
    undone = _undo(event, viewer, batch)
    assert not Agency.objects.filter(event=event).exists()
    assert not Person.objects.filter(event=event).exists()
    _undo(event, viewer, undone)
    assert Agency.objects.get(code="K01").parent.code == "MPS"
    assert Person.objects.get(code="P1").agency.code == "K01"


def test_many_new_rows_are_removed_in_few_statements():
    event = make_event()
    planner = make_viewer(event)
    made = [CreateAgency(code=f"A{n:03}", name=f"Agency {n}", kind="ministry") for n in range(60)]
    batch = _do(event, planner, *made)
    with CaptureQueriesContext(connection) as queries:
        _undo(event, planner, batch)
    assert not Agency.objects.filter(event=event).exists()
    removing = [q for q in queries.captured_queries if q["sql"].startswith(f'DELETE FROM "{Agency._meta.db_table}"')]
    assert len(removing) == 1
    assert Change.objects.filter(label="core.agency", after__isnull=True, entry__chain__event=event).count() == 60


def test_a_code_that_changed_hands_within_the_batch_goes_back():
    event = make_event()
    viewer = make_viewer(event)
    _do(event, viewer, CreateAgency(code="K02", name="Old guard"))
    replaced = _do(
        event,
        viewer,
        CreateAgency(code="K01", name="First"),
        RemoveAgency(code="K01"),
        CreateAgency(code="K01", name="Second"),
        RemoveAgency(code="K02"),
        CreateAgency(code="K02", name="New guard"),
    )
    undone = _undo(event, viewer, replaced)
    assert [(a.code, a.name) for a in Agency.objects.filter(event=event)] == [("K02", "Old guard")]
    _undo(event, viewer, undone)
    rows = Agency.objects.filter(event=event).order_by("code")
    assert [(a.code, a.name) for a in rows] == [("K01", "Second"), ("K02", "New guard")]


def test_a_record_made_and_changed_in_one_batch_is_gone_after_its_undo():
    event = make_event()
    viewer = make_viewer(event)
    batch = _do(event, viewer, CreateAgency(code="K01", name="One"), ChangeAgency(code="K01", name="Two"))
    undone = _undo(event, viewer, batch)
    assert not Agency.objects.filter(event=event).exists()
    _undo(event, viewer, undone)
    assert Agency.objects.get(event=event).name == "Two"


# What stands in the way


def test_it_is_refused_when_another_record_has_taken_the_code():
    event = make_event()
    viewer = make_viewer(event)
    make_agency(event, "K01")
    removed = _do(event, viewer, RemoveAgency(code="K01"))
    _do(event, viewer, CreateAgency(code="K01", name="The new one"))
    with pytest.raises(UndoBlocked):
        _undo(event, viewer, removed)
    assert Agency.objects.get(event=event).name == "The new one"


def test_it_is_refused_when_what_it_refers_to_is_gone():
    event = make_event()
    viewer = make_viewer(event)
    ministry = make_agency(event, "MPS")
    make_agency(event, "K01", parent=ministry)
    removed = _do(event, viewer, RemoveAgency(code="K01"))
    _do(event, viewer, RemoveAgency(code="MPS"))
    with pytest.raises(UndoBlocked):
        _undo(event, viewer, removed)


def test_a_made_record_that_others_refer_to_by_now_stays():
    event = make_event()
    viewer = make_viewer(event)
    made = _do(event, viewer, CreateAgency(code="MPS", name="Ministry"))
    _do(event, viewer, CreateAgency(code="K01", name="Guard", parent="MPS"))
    with pytest.raises(Refused, match="K01"):
        _undo(event, viewer, made)


def test_an_unknown_change_and_one_of_another_event_are_not_found():
    event, other = make_event(), make_event()
    viewer = make_viewer(event)
    batch = _do(other, make_viewer(other), CreateAgency(code="K01", name="Guard"))
    for unknown in (batch, uuid4()):
        with pytest.raises(NotFound):
            _undo(event, viewer, unknown)


def test_an_undo_does_not_move_the_clock_back():
    event = make_event()
    viewer = make_viewer(event)
    changed = _do(event, viewer, ChangeEvent(venue="Convention Centre"))
    moved = _do(event, viewer, MoveClock(to=datetime(2025, 10, 9, 1, tzinfo=UTC)))
    _undo(event, viewer, changed)
    assert (event.venue, event.demo_now) == ("", datetime(2025, 10, 9, 1, tzinfo=UTC))
    with pytest.raises(UndoBlocked):
        _undo(event, viewer, moved)


def test_access_and_passwords_are_decided_anew_never_undone():
    event = make_event()
    admin = make_viewer(event, Role.ADMINISTRATOR, account=make_account(is_administrator=True))
    account = make_account("lan")
    for action in (
        GrantAccess(username="lan", role=Role.PLANNER),
        SetPassword(username="lan", password="another long sentence"),
    ):
        batch = _do(event, admin, action)
        with pytest.raises(UndoBlocked):
            _undo(event, admin, batch)
    account.refresh_from_db()
    assert account.check_password("another long sentence")


# Who may


def test_a_role_without_the_right_of_the_action_does_not_undo_it():
    event = make_event()
    batch = _do(event, make_viewer(event), CreateAgency(code="K01", name="Guard"))
    for role in (Role.HEAD, Role.SECURITY_PLANNER, Role.FOCAL_POINT, Role.OBSERVER):
        with pytest.raises(NotPermitted):
            _undo(event, make_viewer(event, role, agency=make_agency(event)), batch)
    _undo(event, make_viewer(event, Role.ADMINISTRATOR), batch)


def test_one_undoes_ones_own_report_but_not_a_colleagues():
    event = make_event()
    agency = make_agency(event, "K01")
    one = make_viewer(event, Role.FOCAL_POINT, agency=agency)
    two = make_viewer(event, Role.FOCAL_POINT, agency=agency)
    batch = _do(event, one, AddDocument(code="D1", title="Report", agency="K01"))
    with pytest.raises(NotPermitted):
        _undo(event, two, batch)
    _undo(event, one, batch)
    assert not Document.objects.filter(event=event).exists()


def test_redo_is_for_whoever_undid():
    event = make_event()
    one, two = make_viewer(event), make_viewer(event)
    undone = _undo(event, one, _do(event, one, CreateAgency(code="K01", name="Guard")))
    with pytest.raises(NotPermitted):
        _undo(event, two, undone)
    _undo(event, one, undone)
    assert Agency.objects.filter(event=event, code="K01").exists()


def test_a_redo_needs_the_right_of_what_is_done_again():
    """A planner undid a change and became an observer: the redo must not let them plan once more."""
    event = make_event()
    viewer = make_viewer(event)
    undone = _undo(event, viewer, _do(event, viewer, CreateAgency(code="K01", name="Guard")))
    access = Access.objects.get(event=event, account=viewer.account)
    access.role = Role.OBSERVER
    save(access)
    with pytest.raises(NotPermitted):
        _undo(event, viewer_for(viewer.account, event), undone)


def test_what_one_may_not_see_is_neither_put_back_nor_named():
    event = make_event()
    high, low = make_viewer(event), make_viewer(event, clearance=Classification.INTERNAL)
    make_document(event, "MOTORCADE", classification=Classification.SECRET)
    changed = _do(event, high, ChangeDocument(code="MOTORCADE", title="Route of the motorcade"))
    removed = _do(event, high, RemoveDocument(code="MOTORCADE"))
    for batch in (changed, removed):
        with pytest.raises(UndoBlocked) as refused:
            _undo(event, low, batch)
        assert "MOTORCADE" not in str(refused.value)
    assert not Document.objects.filter(event=event).exists()
    _undo(event, high, removed)
    with pytest.raises(UndoBlocked) as refused:
        _undo(event, low, changed)
    assert "MOTORCADE" not in str(refused.value)


# Any sequence of actions, undone in reverse, restores what stood before each


CODES = ("A", "B", "C")
DAYS = tuple(date(2025, 10, day) for day in (18, 19, 25))
codes, names = st.sampled_from(CODES), st.sampled_from(("One", "Two", "Ba"))
parents = st.none() | codes
ACTIONS = st.one_of(
    st.builds(CreateAgency, code=codes, name=names, parent=parents),
    st.builds(ChangeAgency, code=codes, name=names, parent=parents),
    st.builds(RemoveAgency, code=codes),
    st.builds(CreatePerson, code=codes, name=names, agency=parents),
    st.builds(ChangePerson, code=codes, function=names, agency=parents),
    st.builds(RemovePerson, code=codes),
    st.builds(AddDocument, code=codes, title=names, agency=parents, data=st.just(b"") | st.just(b"eA==")),
    st.builds(ChangeDocument, code=codes, title=names, classification=st.integers(0, 3)),
    st.builds(RemoveDocument, code=codes),
    st.builds(SetCalendarException, day=st.sampled_from(DAYS), working=st.booleans(), agency=parents),
    st.builds(RemoveCalendarException, day=st.sampled_from(DAYS), agency=parents),
    st.builds(ChangeEvent, venue=names),
)
KINDS = (Agency, Person, Document, CalendarException)


def _state(event):
    """Everything that the event's records say, without their versions."""
    event.refresh_from_db()
    rows = [row.snapshot() for model in KINDS for row in model.objects.filter(event=event)]
    return sorted(sorted(map(str, {**row, "version": 0}.items())) for row in [event.snapshot(), *rows])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(ACTIONS, min_size=1, max_size=3), min_size=1, max_size=8))
def test_undone_in_reverse_every_state_stands_again_and_the_chain_verifies(db, batches):
    event = make_event()
    viewer = make_viewer(event)
    done = []
    for actions in batches:
        before = _state(event)
        try:
            batch = _do(event, viewer, *actions)
        except Refused:
            assert _state(event) == before
            continue
        done.append((batch, before))
    last = _state(event)
    undone = []
    for batch, before in reversed(done):
        undone.append(_undo(event, viewer, batch))
        assert _state(event) == before
    for batch in reversed(undone):  # and done again, the last state comes back
        _undo(event, viewer, batch)
    assert _state(event) == last
    assert audit.verify_all() == []
