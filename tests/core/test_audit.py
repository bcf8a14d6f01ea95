"""The chain tells every way of tampering with the log; the log page's queries filter, redact and export."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.http import QueryDict

from summitry.core import audit
from summitry.core.action import submit, submit_to_installation
from summitry.core.actions import (
    AddDocument,
    ChangeAgency,
    ChangeDocument,
    CreateAccount,
    CreateAgency,
    MoveClock,
    RemoveAgency,
    SetPassword,
    Undo,
)
from summitry.core.models import AuditEntry, Change
from summitry.core.queries import log
from summitry.core.queries.log import LogFilter
from summitry.core.rights import Classification, Role
from tests.factories import make_account, make_system_viewer, make_viewer

pytestmark = pytest.mark.django_db


def _names(event, viewer, *names):
    submit([CreateAgency(code="K01", name="Guard")], viewer=viewer, event=event)
    for name in names:
        submit([ChangeAgency(code="K01", name=name)], viewer=viewer, event=event)


@pytest.fixture
def tamper() -> Callable[[str], None]:
    """SQL as somebody would write it who has the database in their hands and takes the triggers away first."""

    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            for table in ("core_auditentry", "core_change"):
                if connection.vendor == "sqlite":
                    for verb in ("update", "delete"):
                        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
                else:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            for statement in statements:
                cursor.execute(statement)

    return run


def _faults(event):
    return [(fault.sequence, fault.what) for fault in audit.verify(audit.chain_for(event))]


@pytest.mark.parametrize(
    ("statement", "faulty"),
    [
        ("UPDATE core_auditentry SET actor_name = 'Nobody' WHERE sequence = 2", [2]),
        ("UPDATE core_auditentry SET reason = 'x' WHERE sequence = 2", [2]),
        ("UPDATE core_auditentry SET arguments = '{}' WHERE sequence = 2", [2]),
        ("UPDATE core_auditentry SET at = '2025-01-01 00:00:00' WHERE sequence = 2", [2]),
        (
            "UPDATE core_change SET after = '{}' WHERE entry_id = (SELECT id FROM core_auditentry WHERE sequence = 3)",
            [3],
        ),
        ("DELETE FROM core_change WHERE entry_id = (SELECT id FROM core_auditentry WHERE sequence = 2)", [2]),
    ],
)
def test_a_changed_content_is_told_where_it_stands(event, tamper, statement, faulty):
    _names(event, make_viewer(event), "Two", "Three")
    assert _faults(event) == []
    tamper(statement)
    assert [sequence for sequence, _what in _faults(event)] == faulty


def test_a_removed_entry_breaks_its_number_and_its_link(event, tamper):
    _names(event, make_viewer(event), "Two", "Three")
    second = AuditEntry.objects.get(sequence=2, chain__event=event)
    tamper(
        f"DELETE FROM core_change WHERE entry_id = {second.pk}", f"DELETE FROM core_auditentry WHERE id = {second.pk}"
    )
    assert _faults(event) == [(2, "missing; the next one is 3"), (3, "does not continue the entry before it")]


def test_a_cut_tail_is_told_by_the_head(event, tamper):
    _names(event, make_viewer(event), "Two", "Three")
    last = AuditEntry.objects.get(sequence=3, chain__event=event)
    tamper(f"DELETE FROM core_change WHERE entry_id = {last.pk}", f"DELETE FROM core_auditentry WHERE id = {last.pk}")
    assert _faults(event) == [(3, "the log ends at 2, its head says 3")]


def test_an_entry_rewritten_with_its_own_digest_breaks_the_next_one(event, tamper):
    """Whoever knows the recipe can make one entry fit its digest, but then the next one does not continue it."""
    _names(event, make_viewer(event), "Two", "Three")
    second = AuditEntry.objects.get(sequence=2, chain__event=event)
    second.reason = "forged"
    forged = audit._digest(second, list(second.changes.order_by("pk")))
    tamper(f"UPDATE core_auditentry SET reason = 'forged', digest = '{forged}' WHERE id = {second.pk}")
    assert _faults(event) == [(3, "does not continue the entry before it")]


def test_each_event_has_a_chain_of_its_own_and_so_has_the_installation(event):
    _names(event, make_viewer(event))
    make_account("chief", is_administrator=True)
    submit_to_installation([CreateAccount(username="lan", name="Lan")], viewer=make_system_viewer(event))
    assert audit.change_counter(event) == 1
    assert audit.counters(event) == (1, 1)
    assert audit.verify_all() == []


def test_a_secret_argument_is_masked_in_the_log(event):
    admin = make_viewer(event, Role.ADMINISTRATOR, account=make_account(is_administrator=True))
    make_account("lan")
    submit([SetPassword(username="lan", password="a long enough sentence")], viewer=admin, event=event)
    entry = AuditEntry.objects.get(chain__event=event)
    assert entry.arguments == {"username": "lan", "password": "**********"}
    assert "sentence" not in json.dumps([change.after for change in entry.changes.all()])


def test_text_of_every_script_verifies(event):
    viewer = make_viewer(event)
    _names(event, viewer, "Bộ Công an", "公安部", "emoji 🛡", "tab\tand\nline", "é̀", "‮right to left")
    assert _faults(event) == []


# The page's queries


def _log(event, viewer, query=""):
    return log.entries(audit.chain_for(event), LogFilter.of(QueryDict(query)), viewer)


def _story(event):
    """Four entries: lan makes K01 and K02 (together), minh renames K01 two days later, lan undoes that."""
    lan = make_viewer(event, Role.ADMINISTRATOR, account=make_account("lan", name="Lan"))
    minh = make_viewer(event, account=make_account("minh", name="Minh"))
    first = submit([CreateAgency(code="K01", name="A"), CreateAgency(code="K02", name="B")], viewer=lan, event=event)
    submit([MoveClock(to=datetime(2025, 10, 8, 1, tzinfo=UTC))], viewer=minh, event=event)
    renamed = submit([ChangeAgency(code="K01", name="C")], viewer=minh, event=event)
    submit([Undo(batch=renamed.batch)], viewer=lan, event=event)
    return lan, first.batch


def test_the_log_is_filtered_by_who_what_record_day_and_change(event):
    lan, batch = _story(event)

    def found(query):
        return [entry.sequence for entry in _log(event, lan, query)]

    assert found("") == [5, 4, 3, 2, 1]
    assert found("actor=minh") == [4, 3]
    assert found("actor=Lan") == [5, 2, 1]
    assert found("action=core.change_agency") == [4]
    assert found("action=core.") == [5, 4, 3, 2, 1]
    assert found("record=K01") == [5, 4, 1]
    assert found("record=core.agency:K02") == [2]
    assert found("record=core.person:K02") == []
    assert found("from=2025-10-08") == [5, 4, 3]
    assert found("to=2025-10-06") == [2, 1]
    assert found("from=2025-10-07&to=2025-10-07") == []
    assert found(f"batch={batch}") == [2, 1]
    assert found("actor=lan&record=K01&from=2025-10-08") == [5]
    # What cannot be read restricts nothing; it must not break the page.
    assert found("from=yesterday&to=9999-12-31&batch=x") == [5, 4, 3, 2, 1]


def test_entries_are_shown_with_their_fields_in_words(event):
    lan, _batch = _story(event)
    undone, renamed, *_rest = log.shown(list(_log(event, lan)), lan)
    assert (renamed.title, renamed.arguments) == ("Change an agency", {"code": "K01", "name": "C"})
    (change,) = renamed.changes
    assert (change.kind, change.subject.key, change.fields[0].before, change.fields[0].after) == (
        "agency",
        "K01",
        "A",
        "C",
    )
    assert (undone.undoable, undone.entry.undoes) == (True, renamed.entry.batch)


def test_an_administrator_reads_no_more_than_their_clearance_in_the_log(event):
    high = make_viewer(event)
    low = make_viewer(event, Role.ADMINISTRATOR, clearance=Classification.INTERNAL)
    secret = Classification.SECRET
    add = AddDocument(code="MOTORCADE", title="Route", classification=secret)
    submit([add], viewer=high, event=event, reason="ordered by the head")
    submit([ChangeDocument(code="MOTORCADE", title="Notice")], viewer=high, event=event)
    submit([ChangeDocument(code="MOTORCADE", classification=Classification.PUBLIC)], viewer=high, event=event)
    submit([ChangeDocument(code="MOTORCADE", title="Public notice")], viewer=high, event=event)
    newest, opened, changed, added = log.shown(list(_log(event, low)), low)
    assert newest.changes[0].readable
    assert newest.arguments == {"code": "MOTORCADE", "title": "Public notice"}
    for hidden in (opened, changed, added):
        assert (hidden.arguments, hidden.reason, hidden.changes[0].subject, hidden.changes[0].fields) == (
            None,
            "",
            None,
            (),
        )
    text = "".join(log.json_lines(_log(event, low), low)) + "".join(log.csv_lines(_log(event, low), low))
    assert "Route" not in text
    assert "ordered by the head" not in text
    assert "Route" in "".join(log.json_lines(_log(event, high), high))


def test_the_number_of_queries_does_not_grow_with_the_page(event, django_assert_max_num_queries):
    lan, _batch = _story(event)
    for number in range(20):
        submit([CreateAgency(code=f"A{number}", name="x", parent="K01")], viewer=lan, event=event)
    with django_assert_max_num_queries(8):
        log.shown(list(_log(event, lan)[:3]), lan)
    lan.forget()
    with django_assert_max_num_queries(8):
        log.shown(list(_log(event, lan)[:25]), lan)


def test_json_lines_hold_every_entry_that_passes_the_filter(event):
    lan, _batch = _story(event)
    lines = [json.loads(line) for line in log.json_lines(_log(event, lan, "record=K01"), lan)]
    assert [line["number"] for line in lines] == [5, 4, 1]
    assert lines[1] | {"digest": "", "previous": "", "batch": "", "time_on_machine_clock": ""} == {
        "number": 4,
        "time_on_event_clock": "2025-10-08T01:00:00+00:00",
        "time_on_machine_clock": "",
        "actor": "minh",
        "actor_name": "Minh",
        "role": "planner",
        "action": "core.change_agency",
        "arguments": {"code": "K01", "name": "C"},
        "reason": "",
        "batch": "",
        "undoes": None,
        "changes": [{"record": "core.agency:K01", "what": "changed", "fields": {"name": ["A", "C"]}}],
        "previous": "",
        "digest": "",
    }
    assert lines[0]["previous"] == lines[1]["digest"]


def test_csv_reads_back_and_runs_no_formula(event):
    viewer = make_viewer(event, Role.ADMINISTRATOR, account=make_account("eve", name='=HYPERLINK("x")'))
    submit([CreateAgency(code="K01", name="Guard")], viewer=viewer, event=event, reason="+1 and, a comma")
    text = "".join(log.csv_lines(_log(event, viewer), viewer))
    assert text.startswith("\ufeffnumber,")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["actor_name"], row["reason"]) == ('\'=HYPERLINK("x")', "'+1 and, a comma")
    assert json.loads(row["arguments"]) == {"code": "K01", "name": "Guard"}


def test_a_long_log_is_exported_in_chunks(event, monkeypatch):
    monkeypatch.setattr(log, "EXPORT_CHUNK", 3)
    viewer = make_viewer(event, Role.ADMINISTRATOR)
    _names(event, viewer, *(f"Name {number}" for number in range(7)))
    assert [json.loads(line)["number"] for line in log.json_lines(_log(event, viewer), viewer)] == list(range(8, 0, -1))


def test_verified_tells_length_head_and_faults(event, tamper):
    _names(event, make_viewer(event), "Two")
    state = log.verified(audit.chain_for(event))
    assert (state.length, state.faults) == (2, ())
    assert state.head == AuditEntry.objects.get(sequence=2, chain__event=event).digest
    tamper("UPDATE core_auditentry SET reason = 'x' WHERE sequence = 1")
    assert [fault.sequence for fault in log.verified(audit.chain_for(event)).faults] == [1]


def test_a_removed_record_is_told_by_the_key_it_had(event):
    viewer = make_viewer(event, Role.ADMINISTRATOR)
    _names(event, viewer)
    submit([RemoveAgency(code="K01")], viewer=viewer, event=event)
    newest = log.shown(list(_log(event, viewer))[:1], viewer)[0]
    assert (newest.changes[0].removed, newest.changes[0].subject.key, newest.changes[0].subject.url) == (
        True,
        "K01",
        "",
    )
    assert Change.objects.filter(key="K01").count() == 2
