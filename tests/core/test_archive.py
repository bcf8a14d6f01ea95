"""Backup and restore: whole, portable between databases, refused when damaged, all or nothing."""

from __future__ import annotations

import base64
import json
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from summitry.core import archive, audit
from summitry.core.action import submit
from summitry.core.actions import AddDocument, ChangeAgency, CreateAgency, RemoveAgency
from summitry.core.jobs import signs
from summitry.core.models import Agency, AuditEntry, Blob, Event
from summitry.core.refusals import Invalid
from tests.factories import make_agency, make_event, make_task, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    """An event with records, a removed one, bytes, text beyond ASCII, and a log of it all."""
    event = make_event(slug="summit", name="Lễ mở ký “Hà Nội”")
    viewer = make_viewer(event)
    submit([CreateAgency(code="K01", name="Bộ Tư lệnh Cảnh vệ")], viewer=viewer, event=event)
    submit([ChangeAgency(code="K01", name="Guard Command")], viewer=viewer, event=event, reason="line\nbreak \t\\ “”")
    submit([CreateAgency(code="GONE", name="Removed")], viewer=viewer, event=event)
    submit([RemoveAgency(code="GONE")], viewer=viewer, event=event)
    data = base64.b64encode(b"\0\xff%PDF")
    document = AddDocument(code="D1", title="Signed", file_name="a.pdf", media_type="application/pdf", data=data)
    submit([document], viewer=viewer, event=event)
    make_task(event, "T01", lead=Agency.objects.get(event=event, code="K01"))
    return event


@pytest.fixture
def backup(event, tmp_path) -> Path:
    path = tmp_path / "summit.zip"
    archive.backup(path)
    return path


def everything() -> dict[str, list[tuple]]:
    """All rows of all models, as values."""
    found = {}
    for model in archive.kept_models():
        rows = model._base_manager.order_by("pk").values_list()
        found[model._meta.label_lower] = [
            tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in rows
        ]
    return found


def rewritten(path: Path, change) -> Path:
    """A copy of a backup whose members went through `change(name, bytes)`."""
    copy = path.with_name("rewritten.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return copy


def test_a_restore_puts_back_every_row_and_the_chains_verify(event, backup):
    before = everything()
    assert sum(len(rows) for rows in before.values()) > 15
    viewer = make_viewer(event)
    submit([ChangeAgency(code="K01", name="Later")], viewer=viewer, event=event)
    submit([RemoveAgency(code=make_agency(event).code)], viewer=viewer, event=event)
    assert everything() != before

    done = archive.restore(backup, replace=True)

    assert everything() == before
    assert (done.faults, done.chains) == ((), len(before["core.auditchain"]))
    assert audit.verify_all() == []
    assert bytes(Blob.objects.get().data) == b"\0\xff%PDF"


def test_the_log_is_append_only_again_after_a_restore(event, backup):
    archive.restore(backup, replace=True)
    for statement in ("UPDATE core_auditentry SET reason = 'x'", "DELETE FROM core_change"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_id_of_a_removed_record_is_never_given_to_another(event, backup):
    """History names rows by id: the restored installation goes on where the old one stood."""
    gone = AuditEntry.objects.get(action="core.remove_agency").changes.get().object_id
    assert gone > max(Agency.objects.values_list("pk", flat=True))
    archive.restore(backup, replace=True)
    event = Event.objects.get(slug="summit")
    submit([CreateAgency(code="NEW", name="New")], viewer=make_viewer(event), event=event)
    assert Agency.objects.get(event=event, code="NEW").pk > gone


def test_a_backup_holds_no_sign_of_a_worker_and_a_restore_leaves_those_that_are_there(event, tmp_path):
    """Else a restored installation would say that workers of another machine run, or lose sight of its own."""
    signs.give("there:1")
    path = tmp_path / "signs.zip"
    archive.backup(path)
    signs.withdraw("there:1")
    signs.give("here:2")
    archive.restore(path, replace=True)
    assert [sign.worker for sign in signs.alive()] == ["here:2"]


def test_work_goes_on_after_a_restore(event, backup):
    archive.restore(backup, replace=True)
    event = Event.objects.get(slug="summit")
    submit([ChangeAgency(code="K01", name="After")], viewer=make_viewer(event), event=event)
    assert audit.verify_all() == []


def test_two_backups_of_one_state_hold_the_same_bytes(event, backup, tmp_path):
    archive.restore(backup, replace=True)
    again = tmp_path / "again.zip"
    archive.backup(again)
    with zipfile.ZipFile(backup) as first, zipfile.ZipFile(again) as second:
        assert first.namelist() == second.namelist()
        for name in first.namelist():
            if name != archive.MANIFEST:
                assert first.read(name) == second.read(name), name


def test_a_backup_is_private_and_overwrites_nothing(event, backup, tmp_path):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    held = backup.read_bytes()
    with pytest.raises(Invalid, match="never overwrites"):
        archive.backup(backup)
    assert backup.read_bytes() == held
    with pytest.raises(Invalid, match="no folder"):
        archive.backup(tmp_path / "nowhere" / "x.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["summit.zip"]


def test_a_backup_that_fails_leaves_no_file(event, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "_write_table", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        archive.backup(tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []


def test_an_installation_that_holds_something_is_not_restored_into_unasked(event, backup):
    before = everything()
    with pytest.raises(Invalid, match="not empty"):
        archive.restore(backup)
    assert everything() == before


def _table(name: str) -> bool:
    return name == "tables/core.agency.jsonl"


DAMAGES = {
    "a changed value": lambda name, data: data.replace(b"Guard Command", b"Guard Commard") if _table(name) else data,
    "a row less": lambda name, data: data.split(b"\n", 1)[1] if _table(name) else data,
    "a row more": lambda name, data: data + data.splitlines(True)[0] if _table(name) else data,
    "a table less": lambda name, data: None if _table(name) else data,
    "no manifest": lambda name, data: None if name == archive.MANIFEST else data,
    "a manifest that is no JSON": lambda name, data: b"{" if name == archive.MANIFEST else data,
    "a manifest that is a list": lambda name, data: b"[]" if name == archive.MANIFEST else data,
    "a manifest of something else": lambda name, data: (
        data.replace(b"summitry-backup", b"somebody-else") if name == archive.MANIFEST else data
    ),
}


@pytest.mark.parametrize("change", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_backup_is_refused_and_nothing_is_touched(event, backup, change):
    before = everything()
    with pytest.raises(Invalid):
        archive.restore(rewritten(backup, change), replace=True)
    assert everything() == before


@pytest.mark.parametrize("length", [0, 10, 1000, -1000])
def test_a_cut_or_foreign_file_is_refused(event, backup, tmp_path, length):
    cut = tmp_path / "cut.zip"
    cut.write_bytes(backup.read_bytes()[:length])
    with pytest.raises(Invalid):
        archive.restore(cut, replace=True)
    shutil.copy(__file__, cut)
    with pytest.raises(Invalid, match="no backup"):
        archive.restore(cut, replace=True)


def _edited(path: Path, edit) -> Path:
    def change(name: str, data: bytes) -> bytes:
        if name != archive.MANIFEST:
            return data
        manifest = json.loads(data)
        edit(manifest)
        return json.dumps(manifest).encode()

    return rewritten(path, change)


def test_another_format_or_schema_is_refused_and_named(event, backup):
    def newer(manifest):
        manifest["format_version"] = 2

    with pytest.raises(Invalid, match="format 2"):
        archive.restore(_edited(backup, newer), replace=True)

    def elsewhere(manifest):
        manifest["migrations"]["core"].append("0099_later")

    with pytest.raises(Invalid, match=r"\+ core\.0099_later"):
        archive.restore(_edited(backup, elsewhere), replace=True)


def test_rows_that_break_the_chain_undo_the_whole_restore(event, backup):
    """Someone edits the log inside a backup and mends the checksums: the chain still tells."""
    import hashlib

    changed = {}

    def forge(name: str, data: bytes) -> bytes:
        if name == "tables/core.auditentry.jsonl":
            data = data.replace(b"Guard Command", b"Guard Commard")
            changed[name] = data
        if name == archive.MANIFEST:
            manifest = json.loads(data)
            for table in manifest["tables"]:
                if table["model"] == "core.auditentry":
                    table["sha256"] = hashlib.sha256(changed["tables/core.auditentry.jsonl"]).hexdigest()
            data = json.dumps(manifest).encode()
        return data

    before = everything()
    with pytest.raises(Invalid, match="does not verify"):
        archive.restore(rewritten(backup, forge), replace=True)
    assert everything() == before


def test_a_broken_log_is_backed_up_told_and_restored_as_it_was(event, tmp_path):
    """A backup of a damaged installation is better than none, but nobody is deceived about it."""
    from summitry.core import append_only

    connection.check_constraints()
    append_only.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_auditentry SET reason = 'forged' WHERE action = 'core.change_agency'")
    append_only.install(connection)
    done = archive.backup(tmp_path / "x.zip")
    assert len(done.faults) == 1
    assert "does not match its digest" in done.faults[0]
    assert archive.restore(tmp_path / "x.zip", replace=True).faults == done.faults


def test_every_own_model_is_kept():
    names = {model._meta.label_lower for model in archive.kept_models()}
    assert {"core.auditentry", "core.change", "core.blob", "schedule.task", "governance.clause"} <= names
    assert not any(name.startswith(("sessions.", "auth.", "contenttypes.")) for name in names)
