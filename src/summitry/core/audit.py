"""Writing and verifying the hash chain of the audit log.

Entry n's digest is SHA-256 over the canonical JSON of its own fields, its row changes and entry n-1's digest. An
edited, removed or inserted entry breaks every digest after it; the chain's head row tells whether its tail was cut.
Database triggers refuse UPDATE and DELETE on both tables (migration 0002), and the chain tells when they were evaded.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max, Q

from summitry.core import clock
from summitry.core.models import AuditChain, AuditEntry, Change, Event
from summitry.core.records import RecordedChange
from summitry.core.viewer import Viewer

INSTALLATION = "installation"
GENESIS = "0" * 64


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _digest(entry: AuditEntry, changes: Sequence[Change]) -> str:
    return hashlib.sha256(
        _canonical(
            {
                "chain": entry.chain.name,
                "sequence": entry.sequence,
                "batch": str(entry.batch),
                "actor": entry.actor_id,
                "actor_name": entry.actor_name,
                "actor_role": entry.actor_role,
                "at": _instant(entry.at),
                "recorded_at": _instant(entry.recorded_at),
                "action": entry.action,
                "arguments": entry.arguments,
                "reason": entry.reason,
                "undoes": str(entry.undoes) if entry.undoes else None,
                "previous": entry.previous,
                "changes": [[c.label, c.object_id, c.key, _instant(c.at), c.before, c.after] for c in changes],
            }
        )
    ).hexdigest()


def chain_for(event: Event | None) -> AuditChain:
    """The chain of an event, or of the installation; made when absent."""
    chain = AuditChain.objects.filter(event=event).first()
    if chain is None:
        name = f"event:{event.slug}" if event else INSTALLATION
        chain, _created = AuditChain.objects.get_or_create(event=event, defaults={"name": name})
    return chain


def lock(event: Event | None) -> AuditChain:
    """The chain's head, locked until the transaction ends: actions of one event follow one another."""
    return AuditChain.objects.select_for_update().get(pk=chain_for(event).pk)


def change_counter(event: Event) -> int:
    """How many actions the event has seen. Live screens and caches compare it."""
    return AuditChain.objects.filter(event=event).values_list("length", flat=True).first() or 0


def counters(event: Event) -> tuple[int, int]:
    """How many actions the event has seen, and how many the installation: what kept computations are compared with."""
    lengths: dict[int | None, int] = dict(
        AuditChain.objects.filter(Q(event=event) | Q(event=None)).values_list("event_id", "length")
    )
    return lengths.get(event.pk, 0), lengths.get(None, 0)


def append(
    chain: AuditChain,
    *,
    viewer: Viewer,
    event: Event | None,
    batch: uuid.UUID,
    action: str,
    arguments: Mapping[str, Any],
    changes: Sequence[RecordedChange],
    reason: str = "",
    undoes: uuid.UUID | None = None,
) -> AuditEntry:
    """Add an entry at the end of a locked chain."""
    recorded_at = clock.system_now()
    at = clock.now(event) if event is not None else recorded_at
    entry = AuditEntry(
        chain=chain,
        sequence=chain.length + 1,
        batch=batch,
        actor=viewer.account,
        actor_name=viewer.name,
        actor_role=viewer.role or "",
        at=at,
        recorded_at=recorded_at,
        action=action,
        arguments=dict(arguments),
        reason=reason,
        undoes=undoes,
        previous=chain.head,
    )
    rows = [
        Change(
            event=event,
            label=change.label,
            object_id=change.pk,
            key=change.key,
            at=_on_its_clock(change, at),
            before=change.before,
            after=change.after,
        )
        for change in changes
    ]
    entry.digest = _digest(entry, rows)
    entry.save(force_insert=True)
    for row in rows:
        row.entry = entry
    Change.objects.bulk_create(rows, batch_size=200)
    chain.length, chain.head = entry.sequence, entry.digest
    chain.save(update_fields=["length", "head"])
    return entry


def _on_its_clock(change: RecordedChange, at: datetime) -> datetime:
    """An event that is made with a clock of its own has its history on that clock, from the first moment."""
    made = change.before is None and change.label == Event._meta.label_lower and change.after is not None
    own = change.after.get("demo_now") if made and change.after else None
    return datetime.fromisoformat(own) if own else at


@dataclass(frozen=True)
class ChainFault:
    """Where a chain does not hold, and why."""

    chain: str
    sequence: int
    what: str

    def __str__(self) -> str:
        return f"{self.chain}: entry {self.sequence}: {self.what}"


def verify(chain: AuditChain) -> Iterator[ChainFault]:
    """Every fault of one chain, in order: a missing number, a broken link, changed content, a cut or added tail.

    Actions may be carried out meanwhile: what stood at the beginning is verified.
    """
    chain.refresh_from_db()
    length, head = chain.length, chain.head
    previous, expected = GENESIS, 1
    entries = AuditEntry.objects.filter(chain=chain, sequence__lte=length).order_by("sequence")
    for entry in entries.prefetch_related("changes").iterator(chunk_size=500):
        entry.chain = chain
        if entry.sequence != expected:
            yield ChainFault(chain.name, expected, f"missing; the next one is {entry.sequence}")
        if entry.previous != previous:
            yield ChainFault(chain.name, entry.sequence, "does not continue the entry before it")
        if _digest(entry, sorted(entry.changes.all(), key=lambda change: change.pk)) != entry.digest:
            yield ChainFault(chain.name, entry.sequence, "its content does not match its digest")
        previous, expected = entry.digest, entry.sequence + 1
    if expected != length + 1:
        yield ChainFault(chain.name, length, f"the log ends at {expected - 1}, its head says {length}")
    elif previous != head:
        yield ChainFault(chain.name, length, "the head does not hold the digest of the last entry")
    # The head is read before and after, so that a number above both was not added by an action.
    added = AuditEntry.objects.filter(chain=chain).aggregate(last=Max("sequence"))["last"] or 0
    chain.refresh_from_db()
    if added > max(length, chain.length):
        yield ChainFault(chain.name, added, f"stands behind the end; the head says {chain.length}")


def verify_all() -> list[ChainFault]:
    """The faults of every chain of the installation."""
    return [fault for chain in AuditChain.objects.order_by("name") for fault in verify(chain)]
