"""What the pages of single records ask: a record's history in words, what it said on a day, what refers to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model

from summitry.core.history import Past, Version, Words, differences, end_of, prepare_all, record_as_of, version_of
from summitry.core.models import AuditEntry, Change, Event
from summitry.core.queries.log import ShownField, action_title
from summitry.core.records import Record, Recorded, Versioned, model_of
from summitry.core.refusals import NotFound
from summitry.core.viewer import Viewer

REFERRING_SHOWN = 20


@dataclass(frozen=True)
class ShownVersion:
    """One version of a record in words. `fields` is empty when the reader may not read what it said then."""

    entry: AuditEntry
    at: datetime
    title: str
    created: bool
    removed: bool
    readable: bool
    fields: tuple[ShownField, ...]


def record_of(viewer: Viewer, label: str, pk: int) -> Versioned:
    """The record of a label and id that the viewer may see; `NotFound` for any other, and for kinds without history."""
    try:
        model = model_of(label)
    except LookupError as error:
        raise NotFound(what=label, key=str(pk)) from error
    found = model._base_manager.filter(pk=pk).first() if issubclass(model, Versioned) else None
    if not isinstance(found, Versioned) or not viewer.sees(found):
        raise NotFound(what=model._meta.verbose_name, key=str(pk))
    if isinstance(found, Record) and found.event_id != (viewer.event.pk if viewer.event else None):
        raise NotFound(what=model._meta.verbose_name, key=str(pk))
    return found


def history_rows(record: Recorded) -> list[int]:
    """The ids of the record's changes, newest first, for a paginator."""
    rows = Change.objects.filter(label=record._meta.label_lower, object_id=record.pk)
    return list(rows.order_by("-pk").values_list("pk", flat=True))


def history_shown(ids: Sequence[int], viewer: Viewer) -> list[ShownVersion]:
    """Changes of one record that the viewer may see, in words, in the order given."""
    changes = Change.objects.filter(pk__in=ids).select_related("entry__actor").in_bulk()
    versions = [version_of(changes[pk], viewer) for pk in ids if pk in changes]
    words = Words(viewer)
    prepare_all(words, versions)
    return [_shown(version, words) for version in versions]


def _shown(version: Version, words: Words) -> ShownVersion:
    model = model_of(version.change.label)
    return ShownVersion(
        entry=version.entry,
        at=version.change.at,
        title=action_title(version.entry.action),
        created=version.created,
        removed=version.removed,
        readable=version.readable,
        fields=tuple(
            ShownField(
                field.title,
                words.value(model, field.name, field.before),
                words.value(model, field.name, field.after),
            )
            for field in version.fields
        ),
    )


def newest_versions(record: Recorded, viewer: Viewer, count: int = 5) -> tuple[list[ShownVersion], int]:
    """The newest versions of a record, and how many there are."""
    ids = history_rows(record)
    return history_shown(ids[:count], viewer), len(ids)


@dataclass(frozen=True)
class RecordThen:
    """What a record said at the end of a day. `readable` is False when it was classified above the reader then."""

    day: date
    existed: bool
    readable: bool
    fields: tuple[ShownField, ...]


def record_on(record: Versioned, day: date, viewer: Viewer) -> RecordThen:
    """Every field as it stood at the end of a day, with what stands now where it differs (else empty)."""
    past = record_as_of(record, day)
    if past is None:
        return RecordThen(day, existed=False, readable=True, fields=())
    event = record if isinstance(record, Event) else getattr(record, "event", None)
    assert isinstance(event, Event)
    then = past.snapshot()
    if not Past(viewer, until=end_of(event, day)).covers(type(record), then):
        return RecordThen(day, existed=True, readable=False, fields=())
    words, label = Words(viewer), record._meta.label_lower
    now = record.snapshot()
    everything = differences(label, None, then)
    words.prepare(label, everything)
    changed = {field.name for field in differences(label, then, now)}
    return RecordThen(
        day,
        existed=True,
        readable=True,
        fields=tuple(
            ShownField(
                field.title,
                words.value(type(record), field.name, field.after),
                words.value(type(record), field.name, now.get(field.name)) if field.name in changed else "",
            )
            for field in everything
        ),
    )


@dataclass(frozen=True)
class Referring:
    """Records of one kind that refer to a record, as far as the viewer sees them."""

    kind: str
    records: tuple[Record, ...]
    more: int


def referring(record: Record, viewer: Viewer) -> list[Referring]:
    """What refers to a record, by kind: at most a few of each, and how many more. One query a kind (two when many)."""
    found: list[Referring] = []
    for relation in type(record)._meta.get_fields(include_hidden=True):
        model, remote = relation.related_model, getattr(relation, "field", None)
        if not relation.auto_created or remote is None or not _is_record(model):
            continue
        rows = model.objects.visible_to(viewer).filter(**{remote.name: record}).select_related("event")  # type: ignore[union-attr]
        some = tuple(rows[: REFERRING_SHOWN + 1])
        if some:
            more = rows.count() - REFERRING_SHOWN if len(some) > REFERRING_SHOWN else 0
            name = model._meta.verbose_name_plural  # type: ignore[union-attr]
            found.append(Referring(str(name), some[:REFERRING_SHOWN], more))
    return found


def _is_record(model: type[Model] | str | None) -> bool:
    return isinstance(model, type) and issubclass(model, Record)
