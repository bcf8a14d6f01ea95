"""The event's records in the workbook's terms: what a viewer's export holds and what an import is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from summitry.core.audit import GENESIS
from summitry.core.models import Account, AuditChain, AuditEntry, Change, Event
from summitry.core.records import Record, Recorded, RecordQuerySet, Snapshot
from summitry.core.viewer import Viewer
from summitry.exchange.sheets import HIDDEN, Column, Kind, Sheet, Value, Values, in_order_of_need, sheets
from summitry.exchange.sheets.core import EVENT, LEVEL_NAMES

CHUNK = 2000
"""Ids asked for in one query: well below what a database takes."""


def normal(text: str) -> str:
    """Text as the workbook writes and reads it: one kind of line end, no blanks at its ends, no control signs.

    A spreadsheet cannot hold control signs; what cannot be held is shown as �. Two texts that are equal in this form
    are equal for an import.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if plain.isprintable():
        return plain
    return "".join(sign if _holdable(sign) else "�" for sign in plain)


def _holdable(sign: str) -> bool:
    code = ord(sign)
    return (code >= 0x20 and not 0xD800 <= code <= 0xDFFF and code not in (0xFFFE, 0xFFFF)) or sign in "\n\t"


@dataclass
class Stored:
    """One kind's records that the viewer may see, and how they are named.

    records, values: by key. key_of: by pk. complete: whether the viewer sees all that there are.
    """

    sheet: Sheet
    records: dict[str, Recorded] = field(default_factory=dict)
    values: dict[str, Values] = field(default_factory=dict)
    key_of: dict[int, str] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True)
class StoredEvent:
    """All records of an event that travel in the workbook, as one viewer sees them."""

    event: Event
    viewer: Viewer
    by_label: Mapping[str, Stored]
    accounts: Mapping[int, str]
    """User names by pk, of the accounts that records name."""

    @property
    def complete(self) -> bool:
        return all(stored.complete for stored in self.by_label.values())

    def __getitem__(self, label: str) -> Stored:
        return self.by_label[label]

    def highest_level(self) -> int:
        """The highest classification of any record here."""
        levels = [
            int(cast(int, values["classification"]))
            for stored in self.by_label.values()
            if "classification" in stored.sheet.by_field
            for values in stored.values.values()
        ]
        return max(levels, default=0)


def load(event: Event, viewer: Viewer) -> StoredEvent:
    """Everything of the event that the viewer may see, in two queries a kind."""
    found: dict[str, Stored] = {}
    rows: dict[str, list[Recorded]] = {sheet.label: _rows(sheet, event, viewer) for sheet in sheets()}
    accounts = _accounts(rows, viewer)
    for sheet in in_order_of_need():
        stored = Stored(sheet)
        for record in rows[sheet.label]:
            if isinstance(record, Record):
                record.event = event
        _keep(stored, rows[sheet.label], {label: one.key_of for label, one in found.items()}, accounts)
        if isinstance(event, sheet.model) or viewer.everything:
            stored.complete = True
        else:
            stored.complete = _of_event(sheet, event).count() == len(stored.records)
        found[sheet.label] = stored
    return StoredEvent(event, viewer, found, accounts)


def load_event(event: Event) -> Values:
    """The lines of the Event sheet."""
    return record_values(EVENT, event.snapshot(), {}, {})


def _rows(sheet: Sheet, event: Event, viewer: Viewer) -> list[Recorded]:
    if isinstance(event, sheet.model):
        return [event]
    return list(_of_event(sheet, event).visible_to(viewer))


def _of_event(sheet: Sheet, event: Event) -> RecordQuerySet[Any]:
    """All records of the kind, whoever may see them."""
    model = cast("type[Record]", sheet.model)
    return cast("RecordQuerySet[Any]", model.objects.filter(event=event))


def _accounts(rows: Mapping[str, Sequence[Recorded]], viewer: Viewer) -> dict[int, str]:
    """Who closed what is shown to those who see the whole; the others find it hidden."""
    if not viewer.whole_view:
        return {}
    ids = {
        pk
        for sheet in sheets()
        for column in sheet.columns
        if column.kind is Kind.ACCOUNT
        for pk in (getattr(record, f"{column.field}_id") for record in rows[sheet.label])
        if pk is not None
    }
    return dict(Account.objects.filter(pk__in=ids).values_list("pk", "username")) if ids else {}


def _keep(
    stored: Stored,
    records: Sequence[Recorded],
    known: Mapping[str, Mapping[int, str]],
    accounts: Mapping[int, str],
) -> None:
    """Name the records and read their values. A sheet's references to itself need all of its keys first."""
    sheet = stored.sheet
    waiting: list[tuple[Recorded, Values]] = []
    for record in records:
        values = record_values(sheet, record.snapshot(), known, accounts)
        key = sheet.key_of(values)
        stored.key_of[record.pk] = key
        stored.records[key], stored.values[key] = record, values
        waiting.append((record, values))
    for column in sheet.own_references:
        for record, values in waiting:
            values[column.field] = _named(getattr(record, f"{column.field}_id"), stored.key_of)


def record_values(
    sheet: Sheet,
    snapshot: Snapshot,
    known: Mapping[str, Mapping[int, str]],
    accounts: Mapping[int, str],
) -> Values:
    """A record's snapshot in the workbook's terms. Works for versions of the past as well.

    known: the keys of records by kind and pk; accounts: user names by pk. What is not among them is hidden.
    """
    values: Values = {}
    for column in sheet.columns:
        if "." in column.field:
            values[column.field] = _level_name(snapshot, column.field)
        elif column.kind is Kind.REFERENCE:
            values[column.field] = _named(snapshot[f"{column.field}_id"], known.get(column.target, {}))
        elif column.kind is Kind.ACCOUNT:
            values[column.field] = _named(snapshot[f"{column.field}_id"], accounts)
        else:
            values[column.field] = _plain(column, snapshot.get(column.field))
    return values


def _named(pk: int | None, keys: Mapping[int, str]) -> Value:
    return None if pk is None else keys.get(pk, HIDDEN)


def _level_name(snapshot: Snapshot, name: str) -> str:
    _field, level, part = name.split(".")
    names = snapshot.get(LEVEL_NAMES) or {}
    given = names.get(level) if isinstance(names, dict) else None
    return normal(str(given.get(part) or "")) if isinstance(given, dict) else ""


def _plain(column: Column, value: Any) -> Value:
    if value is None:
        return None
    if column.kind is Kind.DATE:
        return date.fromisoformat(value)
    if column.kind is Kind.MOMENT:
        return datetime.fromisoformat(value)
    if column.kind is Kind.TEXT:
        return normal(str(value))
    return cast(Value, value)


def level_names(values: Values) -> dict[str, dict[str, str]]:
    """The event's `classification_names` from the lines of the Event sheet; levels without any name are left out."""
    names: dict[str, dict[str, str]] = {}
    for column in EVENT.columns:
        if "." in column.field and values.get(column.field):
            _field, level, part = column.field.split(".")
            names.setdefault(level, {})[part] = str(values[column.field])
    return names


# The state at the time of the export, from the audit log


def chain_state(event: Event) -> tuple[int, str]:
    """The event's change counter, and the digest of its last entry, which no other event has."""
    chain = AuditChain.objects.filter(event=event).first()
    return (chain.length, chain.head) if chain else (0, GENESIS)


def was_at(event: Event, counter: int, fingerprint: str) -> bool:
    """Whether this event once had that counter and digest: a workbook with them was exported from this very event."""
    length, head = chain_state(event)
    if counter == length:
        return fingerprint == head
    if counter == 0:
        return fingerprint == GENESIS
    return AuditEntry.objects.filter(chain__event=event, sequence=counter, digest=fingerprint).exists()


@dataclass(frozen=True)
class Earlier:
    """A record as it stood at the export; `snapshot` is None when it did not exist yet."""

    label: str
    pk: int
    key: str
    snapshot: Snapshot | None


def changed_since(event: Event, counter: int) -> dict[tuple[str, int], Earlier]:
    """Every record that changed after the entry of that number, as it stood before."""
    rows = (
        Change.objects.filter(entry__chain__event=event, entry__sequence__gt=counter)
        .order_by("pk")
        .values_list("label", "object_id", "key", "before")
    )
    found: dict[tuple[str, int], Earlier] = {}
    for label, pk, key, before in rows:
        if (label, pk) not in found:
            found[label, pk] = Earlier(label, pk, key, before)
    return found


def versions_of(label: str, wanted: Mapping[int, int]) -> dict[int, Snapshot]:
    """The snapshots of records (by pk) at the versions asked for, where the log has them; the latest of equals."""
    found: dict[int, Snapshot] = {}
    for ids in chunks(sorted(wanted)):
        rows = Change.objects.filter(label=label, object_id__in=ids, after__isnull=False).order_by("pk")
        pairs = rows.values_list("object_id", "after")
        found |= {pk: after for pk, after in pairs if after is not None and after.get("version") == wanted[pk]}
    return found


def taken_codes(sheet: Sheet, event: Event, keys: Iterable[str]) -> set[str]:
    """Which of these keys records of the event have, whoever may see them. Only kinds that are named by a code."""
    if sheet.key != ("code",):
        return set()
    taken: set[str] = set()
    for codes in chunks(sorted(keys)):
        taken |= set(_of_event(sheet, event).filter(code__in=codes).values_list("code", flat=True))
    return taken


def chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
