"""Every write goes through an action, is audited, and can be undone while nothing newer touches it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from summitry.core import audit
from summitry.core.action import rehearse, submit
from summitry.core.actions import ChangeAgency, CreateAgency, RemoveAgency, Undo
from summitry.core.models import Agency, AuditEntry, Change
from summitry.core.records import WriteOutsideAction
from summitry.core.refusals import Invalid, NotPermitted, StaleEdit, StillReferred, UndoBlocked
from summitry.core.rights import Role
from tests.factories import make_agency, make_event, make_viewer

pytestmark = pytest.mark.django_db


def test_a_write_outside_an_action_is_a_programming_mistake():
    event = make_event()
    with pytest.raises(WriteOutsideAction):
        Agency(event=event, code="K01", name="Guard Command").save()
    with pytest.raises(WriteOutsideAction):
        Agency.objects.filter(event=event).update(name="x")
    with pytest.raises(WriteOutsideAction):
        Agency.objects.filter(event=event).delete()
    with pytest.raises(WriteOutsideAction):
        Agency.objects.bulk_create([Agency(event=event, code="K01", name="Guard Command")])


def test_an_action_is_audited_with_actor_arguments_before_and_after():
    event = make_event()
    viewer = make_viewer(event)
    submit([CreateAgency(code="K01", name="Guard Command")], viewer=viewer, event=event)
    submit([ChangeAgency(code="K01", seen=1, name="Guard")], viewer=viewer, event=event, reason="shorter")

    first, second = AuditEntry.objects.filter(chain__event=event).order_by("sequence")
    assert (first.sequence, second.sequence) == (1, 2)
    assert second.action == "core.change_agency"
    assert second.arguments == {"code": "K01", "seen": 1, "name": "Guard"}
    assert (second.actor, second.actor_role, second.reason) == (viewer.account, "planner", "shorter")
    assert second.at == event.demo_now
    change = Change.objects.get(entry=second)
    assert change.before["name"] == "Guard Command"
    assert change.after["name"] == "Guard"
    assert (change.before["version"], change.after["version"]) == (1, 2)
    assert audit.verify_all() == []


def test_a_stale_edit_is_refused_with_both_versions_and_nothing_is_lost():
    event = make_event()
    one, two = make_viewer(event), make_viewer(event)
    submit([CreateAgency(code="K01", name="Guard Command")], viewer=one, event=event)
    submit([ChangeAgency(code="K01", seen=1, name="Guard")], viewer=one, event=event)
    with pytest.raises(StaleEdit) as refused:
        submit([ChangeAgency(code="K01", seen=1, name="Command K01")], viewer=two, event=event)
    assert refused.value.base["name"] == "Guard Command"
    assert refused.value.record.name == "Guard"
    assert Agency.objects.get(event=event).name == "Guard"


def test_all_actions_of_a_submission_happen_or_none():
    event = make_event()
    viewer = make_viewer(event)
    with pytest.raises(Invalid) as refused:
        submit(
            [CreateAgency(code="K01", name="Guard"), CreateAgency(code="has blank", name="")],
            viewer=viewer,
            event=event,
        )
    assert {fault.field for fault in refused.value.faults} == {"code", "name"}
    assert not Agency.objects.filter(event=event).exists()
    assert not AuditEntry.objects.filter(chain__event=event).exists()


def test_a_role_without_the_right_is_refused():
    event = make_event()
    viewer = make_viewer(event, Role.OBSERVER)
    with pytest.raises(NotPermitted):
        submit([CreateAgency(code="K01", name="Guard")], viewer=viewer, event=event)


def test_undo_and_redo_put_back_what_stood():
    event = make_event()
    viewer = make_viewer(event)
    submit([CreateAgency(code="K01", name="Guard Command")], viewer=viewer, event=event)
    changed = submit([ChangeAgency(code="K01", name="Guard")], viewer=viewer, event=event)
    undone = submit([Undo(batch=changed.batch)], viewer=viewer, event=event)
    assert Agency.objects.get(event=event).name == "Guard Command"
    submit([Undo(batch=undone.batch)], viewer=viewer, event=event)
    assert Agency.objects.get(event=event).name == "Guard"
    assert audit.verify_all() == []


def test_undo_is_refused_once_something_newer_touches_the_record():
    event = make_event()
    viewer = make_viewer(event)
    created = submit([CreateAgency(code="K01", name="Guard Command")], viewer=viewer, event=event)
    submit([ChangeAgency(code="K01", name="Guard")], viewer=viewer, event=event)
    with pytest.raises(UndoBlocked):
        submit([Undo(batch=created.batch)], viewer=viewer, event=event)


def test_removing_is_undone_under_the_same_identity():
    event = make_event()
    viewer = make_viewer(event)
    submit([CreateAgency(code="K01", name="Guard Command")], viewer=viewer, event=event)
    pk = Agency.objects.get(event=event).pk
    removed = submit([RemoveAgency(code="K01")], viewer=viewer, event=event)
    assert not Agency.objects.filter(event=event).exists()
    submit([Undo(batch=removed.batch)], viewer=viewer, event=event)
    assert Agency.objects.get(event=event).pk == pk


def test_a_record_that_others_refer_to_is_not_removed():
    event = make_event()
    viewer = make_viewer(event)
    ministry = make_agency(event, "MPS")
    make_agency(event, "K01", parent=ministry)
    with pytest.raises(StillReferred, match="K01"):
        submit([RemoveAgency(code="MPS")], viewer=viewer, event=event)


def test_a_rehearsal_leaves_nothing_behind():
    event = make_event()
    viewer = make_viewer(event)
    with rehearse([CreateAgency(code="K01", name="Guard")], viewer=viewer, event=event) as ran:
        assert Agency.objects.filter(event=event, code="K01").exists()
        assert [key for _label, _pk, key in ran.touched] == ["K01"]
    assert not Agency.objects.filter(event=event).exists()
    assert not AuditEntry.objects.filter(chain__event=event).exists()


def test_the_database_refuses_to_change_or_remove_audit_entries():
    event = make_event()
    viewer = make_viewer(event)
    submit([CreateAgency(code="K01", name="Guard")], viewer=viewer, event=event)
    for statement in ("UPDATE core_auditentry SET reason = 'x'", "DELETE FROM core_change"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_chain_tells_a_changed_entry_and_a_cut_tail():
    event = make_event()
    viewer = make_viewer(event)
    for name in ("Guard", "Guard Command", "Command"):
        submit(
            [ChangeAgency(code="K01", name=name)] if name != "Guard" else [CreateAgency(code="K01", name=name)],
            viewer=viewer,
            event=event,
        )
    chain = audit.chain_for(event)
    assert list(audit.verify(chain)) == []
    chain.length -= 1
    chain.save()
    # The head of entry 3 is not entry 2's digest, and entry 3 stands behind the end.
    assert [fault.sequence for fault in audit.verify(chain)] == [2, 3]
