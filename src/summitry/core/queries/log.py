"""The audit log for administrators: filtered, paged, exported, each entry cut to what its reader may read."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from summitry.core import audit, clock
from summitry.core.action import ACTIONS
from summitry.core.history import Version, Words, prepare_all, version_of
from summitry.core.models import AuditChain, AuditEntry, Change, Event
from summitry.core.records import Ref, model_of
from summitry.core.rights import Classification
from summitry.core.viewer import Viewer

EXPORT_CHUNK = 200


@dataclass(frozen=True)
class LogFilter:
    """What a person wants to see of the log. Days are the event's own; unreadable values restrict nothing."""

    actor: str = ""
    action: str = ""
    record: str = ""
    batch: UUID | None = None
    first: date | None = None
    last: date | None = None

    @classmethod
    def of(cls, query: QueryDict) -> LogFilter:
        return cls(
            actor=query.get("actor", "").strip(),
            action=query.get("action", "").strip(),
            record=query.get("record", "").strip(),
            batch=_uuid(query.get("batch", "")),
            first=_day(query.get("from", "")),
            last=_day(query.get("to", "")),
        )

    @property
    def narrows(self) -> bool:
        return self != LogFilter()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        day = parse_date(text.strip())
    except ValueError:
        return None
    # The last years of the calendar have no day after them.
    return day if day is not None and day.year < date.max.year else None


def entries(chain: AuditChain, wanted: LogFilter, viewer: Viewer) -> QuerySet[AuditEntry]:
    """The entries of a chain that pass the filter, newest first. For administrators alone.

    actor: a user name or a name. action: its stable name, or the beginning of one such as "schedule.". record: a key;
    with its kind before it ("schedule.task:T05") only of that kind.
    """
    rows = AuditEntry.objects.filter(chain=chain).select_related("actor", "chain").order_by("-sequence")
    if wanted.actor:
        rows = rows.filter(actor__username=wanted.actor) | rows.filter(actor_name__iexact=wanted.actor)
    if wanted.action:
        exact = wanted.action in ACTIONS
        rows = rows.filter(action=wanted.action) if exact else rows.filter(action__startswith=wanted.action)
    if wanted.batch is not None:
        rows = rows.filter(batch=wanted.batch)
    if wanted.record:
        label, colon, key = wanted.record.partition(":")
        changes = Change.objects.filter(entry=OuterRef("pk"), key=key if colon else wanted.record)
        rows = rows.filter(Exists(changes.filter(label=label) if colon else changes))
    if wanted.first is not None:
        rows = rows.filter(at__gte=_begin(wanted.first, viewer.event))
    if wanted.last is not None:
        rows = rows.filter(at__lt=_begin(wanted.last + timedelta(days=1), viewer.event))
    return rows


def _begin(day: date, event: Event | None) -> datetime:
    return datetime.combine(day, time.min, tzinfo=event.zone if event is not None else clock.system_now().tzinfo)


@dataclass(frozen=True)
class ShownField:
    """One field's change in words."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownChange:
    """One row's change as the reader may read it. `subject` is None when even its key is above their right."""

    subject: Ref | None
    kind: str
    created: bool
    removed: bool
    readable: bool
    fields: tuple[ShownField, ...]
    level: int = 0


@dataclass(frozen=True)
class ShownEntry:
    """One entry as the reader may read it. `arguments` is None when they may hold what is above their right."""

    entry: AuditEntry
    title: str
    arguments: dict[str, Any] | None
    changes: tuple[ShownChange, ...]
    undoable: bool

    @property
    def reason(self) -> str:
        return self.entry.reason if self.arguments is not None else ""

    @property
    def arguments_text(self) -> str:
        return json.dumps(self.arguments, ensure_ascii=False, indent=1) if self.arguments else ""


def action_title(name: str) -> str:
    """An action's title; of one that the program does not know any more, its name."""
    known = ACTIONS.get(name)
    return str(known.action_title) if known is not None else name


def shown(rows: Sequence[AuditEntry], viewer: Viewer) -> list[ShownEntry]:
    """Entries with their changes in words. A constant number of queries, and one a kind of record referred to."""
    changes: dict[int, list[Change]] = {}
    for change in Change.objects.filter(entry__in=rows).order_by("pk"):
        changes.setdefault(change.entry_id, []).append(change)
    reader = _Reader(viewer, [change for group in changes.values() for change in group])
    return [_shown_entry(entry, changes.get(entry.pk, []), reader) for entry in rows]


def _shown_entry(entry: AuditEntry, changes: Iterable[Change], reader: _Reader) -> ShownEntry:
    shown_changes = tuple(reader.change(change) for change in changes)
    known = ACTIONS.get(entry.action)
    # Without a row to judge by, arguments are for those who may read everything.
    told = all(one.readable for one in shown_changes) if shown_changes else reader.reads_all
    return ShownEntry(
        entry=entry,
        title=action_title(entry.action),
        arguments=entry.arguments if told else None,
        changes=shown_changes,
        undoable=known is not None and known.action_undoable and entry.chain.event_id is not None,
    )


class _Reader:
    """Changes in words for one viewer, what they refer to looked up together."""

    def __init__(self, viewer: Viewer, changes: Sequence[Change]) -> None:
        self.viewer = viewer
        self.reads_all = viewer.everything or viewer.clearance >= max(Classification)
        self.words = Words(viewer)
        self.present: set[tuple[str, int]] = set()
        by_label: dict[str, set[int]] = {}
        for change in changes:
            by_label.setdefault(change.label, set()).add(change.object_id)
        for label, pks in by_label.items():
            found = model_of(label)._base_manager.filter(pk__in=pks).values_list("pk", flat=True)
            self.present |= {(label, pk) for pk in found}
        self.versions = {change.pk: self._version(change) for change in changes}
        prepare_all(self.words, list(self.versions.values()))

    def _version(self, change: Change) -> Version:
        version = version_of(change, self.viewer)
        exists = (change.label, change.object_id) in self.present
        if exists and not self._sees(change):
            return Version(change, (), readable=False)
        return version

    def _sees(self, change: Change) -> bool:
        return self.viewer.sees_id(model_of(change.label), change.object_id)

    def change(self, change: Change) -> ShownChange:
        version, model = self.versions[change.pk], model_of(change.label)
        url = ""
        if version.readable and (change.label, change.object_id) in self.present and self.viewer.event is not None:
            url = f"/e/{self.viewer.event.slug}/history/{change.label}/{change.object_id}/"
        state = change.after or change.before or {}
        title = str(state.get("title") or state.get("name") or "")
        return ShownChange(
            subject=Ref(change.label, change.object_id, change.key, title, url) if version.readable else None,
            kind=str(model._meta.verbose_name),
            created=version.created,
            removed=version.removed,
            readable=version.readable,
            fields=tuple(
                ShownField(
                    field.title,
                    self.words.value(model, field.name, field.before),
                    self.words.value(model, field.name, field.after),
                )
                for field in version.fields
            ),
            level=_level(change) if version.readable else 0,
        )


def _level(change: Change) -> int:
    """The highest classification that a change speaks of."""
    levels = [state.get("classification", 0) for state in (change.before, change.after) if state]
    return max((level for level in levels if isinstance(level, int)), default=0)


@dataclass(frozen=True)
class ChainState:
    """What a verification found: how many entries, when, the digest that stands for all of them, and the faults."""

    length: int
    head: str
    faults: tuple[audit.ChainFault, ...]


def verified(chain: AuditChain) -> ChainState:
    """Verify a chain now, entry by entry."""
    faults = tuple(audit.verify(chain))
    return ChainState(chain.length, chain.head, faults)


def actors(chain: AuditChain) -> list[tuple[str, str]]:
    """Who appears in a chain, as (value of the filter, name)."""
    rows = AuditEntry.objects.filter(chain=chain).order_by().values_list("actor__username", "actor_name").distinct()
    return sorted({(username or name, name) for username, name in rows}, key=lambda pair: pair[1])


def actions_done(chain: AuditChain) -> list[tuple[str, str]]:
    """Which actions appear in a chain, as (name, title)."""
    names = AuditEntry.objects.filter(chain=chain).order_by().values_list("action", flat=True).distinct()
    return sorted(((name, action_title(name)) for name in names), key=lambda pair: pair[1])


# Export


COLUMNS = (
    "number",
    "time_on_event_clock",
    "time_on_machine_clock",
    "actor",
    "actor_name",
    "role",
    "action",
    "arguments",
    "reason",
    "batch",
    "undoes",
    "changes",
    "previous",
    "digest",
)


def _exported(one: ShownEntry) -> dict[str, Any]:
    entry = one.entry
    return {
        "number": entry.sequence,
        "time_on_event_clock": entry.at.isoformat(),
        "time_on_machine_clock": entry.recorded_at.isoformat(),
        "actor": entry.actor.username if entry.actor else None,
        "actor_name": entry.actor_name,
        "role": entry.actor_role,
        "action": entry.action,
        "arguments": one.arguments if one.arguments is not None else _("not for this reader"),
        "reason": one.reason,
        "batch": str(entry.batch),
        "undoes": str(entry.undoes) if entry.undoes else None,
        "changes": [_exported_change(change) for change in one.changes],
        "previous": entry.previous,
        "digest": entry.digest,
    }


def _exported_change(change: ShownChange) -> dict[str, Any]:
    if change.subject is None:
        return {"record": _("not for this reader")}
    what = "created" if change.created else "removed" if change.removed else "changed"
    return {
        "record": f"{change.subject.label}:{change.subject.key}",
        "what": what,
        "fields": {field.title: [field.before, field.after] for field in change.fields},
    }


def _in_chunks(rows: QuerySet[AuditEntry], viewer: Viewer) -> Iterator[dict[str, Any]]:
    """Bounded memory, whatever the length of the log: one chunk of entries with its changes at a time."""
    chunk: list[AuditEntry] = []
    for entry in rows.iterator(chunk_size=EXPORT_CHUNK):
        chunk.append(entry)
        if len(chunk) == EXPORT_CHUNK:
            yield from map(_exported, shown(chunk, viewer))
            chunk = []
    yield from map(_exported, shown(chunk, viewer))


def json_lines(rows: QuerySet[AuditEntry], viewer: Viewer) -> Iterator[str]:
    """One JSON object a line."""
    for row in _in_chunks(rows, viewer):
        yield json.dumps(row, ensure_ascii=False) + "\n"


class _Echo:
    """What csv.writer writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: QuerySet[AuditEntry], viewer: Viewer) -> Iterator[str]:
    """Comma-separated values in UTF-8 with a byte-order mark, so that spreadsheet programs read the names right."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow(COLUMNS))
    for row in _in_chunks(rows, viewer):
        yield str(writer.writerow([_cell(row[name]) for name in COLUMNS]))


def _cell(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # A cell that begins like a formula would be run by a spreadsheet program.
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
