"""What a proposal was computed from, and whether that has changed since: read from the audit log.

Every change of a record is in the log, so what changed after the moment at which a computation read the event is known
exactly, with who did it and when: the first value before and the last value after are compared, column by column. The
digest is kept for the record: two computations with one digest read the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date

from summitry.core import audit, clock
from summitry.core.history import Past
from summitry.core.models import Change, Event, Proposal, ProposalAction
from summitry.core.proposals.registry import PROPOSAL_KINDS, Columns, ProposalKind, proposal_kind
from summitry.core.records import Record, Recorded, Ref, Snapshot, model_of
from summitry.core.viewer import Viewer

CHANGES_LOOKED_AT = 5_000
"""Behind more changes than this a proposal counts as outdated unseen."""
PARTS_NAMED = 20


def inputs_of(kind: str, event: Event) -> dict[str, Any]:
    """The state of what a kind of proposal reads, as `Proposal.inputs` keeps it.

    Call it before reading anything: what changes meanwhile then counts as a change. `sequence` is the length of the
    event's audit log, `day` the event's day, `digest` a SHA-256 in hexadecimal.
    """
    known = proposal_kind(kind)
    sequence = audit.change_counter(event)
    digest = known.fingerprint(event) if known.fingerprint is not None else _digest(known, event)
    return {"sequence": sequence, "day": clock.today(event).isoformat(), "digest": digest}


def _digest(kind: ProposalKind, event: Event) -> str:
    digest = hashlib.sha256()
    for label in sorted(kind.reads):
        model = model_of(label)
        columns = _columns(model, kind.reads[label])
        rows = (
            model.objects.filter(event=event) if issubclass(model, Record) else model._base_manager.filter(pk=event.pk)
        )
        digest.update(f"{label} {' '.join(columns)}\n".encode())
        for row in rows.order_by("pk").values_list("pk", *columns).iterator(chunk_size=2000):
            digest.update(json.dumps(row, default=str, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def _columns(model: type[Recorded], wanted: Columns) -> list[str]:
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in model.unrecorded]
    return sorted(wanted if wanted is not None else set(names) - {"version", "id"})


@dataclass(frozen=True)
class _Net:
    """What became of one record since: its value at the beginning and now, and the newest change of it."""

    label: str
    pk: int
    before: Snapshot | None
    after: Snapshot | None
    change: int


@dataclass(frozen=True)
class News:
    """What has changed since a proposal was computed. `too_many`: more than was looked at."""

    parts: tuple[_Net, ...] = ()
    day: date | None = None
    too_many: bool = False

    @property
    def outdated(self) -> bool:
        return bool(self.parts) or self.day is not None or self.too_many


def news_of(proposals: Sequence[Proposal], event: Event) -> dict[int, News]:
    """For each open proposal what has changed since it was computed, by id. Two queries, however many proposals."""
    watched = [one for one in proposals if one.undecided and one.kind in PROPOSAL_KINDS and one.inputs]
    if not watched:
        return {}
    since = min(_sequence(one) for one in watched)
    labels = {label for one in watched for label in PROPOSAL_KINDS[one.kind].reads}
    rows = Change.objects.filter(entry__chain__event=event, entry__sequence__gt=since, label__in=labels).order_by("pk")
    changes = list(
        rows.values_list("pk", "entry__sequence", "entry__batch", "label", "object_id", "before", "after")[
            : CHANGES_LOOKED_AT + 1
        ]
    )
    if len(changes) > CHANGES_LOOKED_AT:
        return {one.pk: News(too_many=True) for one in watched}
    own: dict[int, set[Any]] = {}
    for proposal, batch in ProposalAction.objects.filter(proposal__in=watched, accepted_in__isnull=False).values_list(
        "proposal", "accepted_in"
    ):
        own.setdefault(proposal, set()).add(batch)
    today = clock.today(event)
    return {one.pk: _news(one, changes, own.get(one.pk, set()), today) for one in watched}


def _sequence(proposal: Proposal) -> int:
    return int(proposal.inputs.get("sequence", 0))


def _news(proposal: Proposal, changes: Iterable[tuple[Any, ...]], own: set[Any], today: date) -> News:
    kind, since = PROPOSAL_KINDS[proposal.kind], _sequence(proposal)
    net: dict[tuple[str, int], _Net] = {}
    for pk, sequence, batch, label, row, before, after in changes:
        if sequence <= since or batch in own or label not in kind.reads:
            continue
        first = net.get((label, row))
        net[label, row] = _Net(label, row, first.before if first else before, after, pk)
    parts = tuple(one for one in net.values() if columns_changed(one.before, one.after, kind.reads[one.label]))
    computed = parse_date(str(proposal.inputs.get("day", "")))
    turned = kind.day_matters and computed is not None and computed != today
    return News(parts, computed if turned else None)


def columns_changed(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, wanted: Columns
) -> tuple[str, ...]:
    """The columns that matter in which two snapshots differ; those of the one that is there if one is missing."""
    if before is None and after is None:
        return ()
    old, new = before or {}, after or {}
    names = wanted if wanted is not None else (set(old) | set(new)) - {"version", "id", "event_id"}
    if before is None or after is None:
        return tuple(sorted(names))
    return tuple(sorted(name for name in names if old.get(name) != new.get(name)))


@dataclass(frozen=True)
class ChangedPart:
    """One record that has changed since, for a reader: what of it, by whom, when."""

    subject: Ref
    fields: tuple[str, ...]
    made: bool
    removed: bool
    who: str
    at: datetime


@dataclass(frozen=True)
class Why:
    """Why a proposal is outdated, cut to what the viewer may see."""

    parts: tuple[ChangedPart, ...]
    more: int
    hidden: int
    day: date | None
    too_many: bool


def why_outdated(proposal: Proposal, news: News, viewer: Viewer) -> Why:
    """The changed records in words, newest first; those that the viewer may not see are counted."""
    kind = PROPOSAL_KINDS[proposal.kind]
    changes = {
        change.pk: change
        for change in Change.objects.filter(pk__in=[part.change for part in news.parts]).select_related("entry__actor")
    }
    present = _present(news.parts)
    told: list[ChangedPart] = []
    hidden = 0
    for part in sorted(news.parts, key=lambda one: -one.change):
        change, model = changes[part.change], model_of(part.label)
        if (part.label, part.pk) not in present:
            seen = Past(viewer, before=change).covers(model, part.before or part.after or {})
        else:
            seen = viewer.sees_id(model, part.pk)
        if not seen:
            hidden += 1
        elif len(told) < PARTS_NAMED:
            told.append(_told(part, change, kind))
    return Why(tuple(told), len(news.parts) - hidden - len(told), hidden, news.day, news.too_many)


def _present(parts: Iterable[_Net]) -> set[tuple[str, int]]:
    by_label: dict[str, set[int]] = {}
    for part in parts:
        by_label.setdefault(part.label, set()).add(part.pk)
    return {
        (label, pk)
        for label, pks in by_label.items()
        for pk in model_of(label)._base_manager.filter(pk__in=pks).values_list("pk", flat=True)
    }


def _told(part: _Net, change: Change, kind: ProposalKind) -> ChangedPart:
    model = model_of(part.label)
    state = part.after or part.before or {}
    title = str(state.get("title") or state.get("name") or "")
    url = f"/history/{part.label}/{part.pk}/" if issubclass(model, Record) else ""
    made, removed = part.before is None, part.after is None
    names = () if made or removed else columns_changed(part.before, part.after, kind.reads[part.label])
    titles = {f.attname: str(f.verbose_name) for f in model._meta.concrete_fields}
    return ChangedPart(
        subject=Ref(part.label, part.pk, change.key, title, url),
        fields=tuple(titles.get(name, name) for name in names),
        made=made,
        removed=removed,
        who=change.entry.actor_name,
        at=change.at,
    )
