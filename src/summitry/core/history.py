"""History: every record's past versions, and the event "as of" any day, read from the audit log's changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db.models import Max

from summitry.core.models import AuditEntry, Change, Event
from summitry.core.records import Record, Snapshot, model_of

R = TypeVar("R", bound=Record)
# What a person does not read as a change of the record.
QUIET_FIELDS = frozenset({"id", "event_id", "version"})


def end_of(event: Event, day: date) -> datetime:
    """The instant at which the event's local day ends."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=event.zone)


def as_of(model: type[R], event: Event, day: date) -> list[R]:
    """The records of a kind as they stood at the end of a day on the event's clock, unsaved copies.

    Callers that show them to a person filter by `viewer.sees_id`, for what is classified today stays so yesterday.
    """
    label = model._meta.label_lower
    rows = Change.objects.filter(event=event, label=label, at__lt=end_of(event, day))
    latest = rows.values("object_id").annotate(last=Max("pk")).values("last")
    changes = Change.objects.filter(pk__in=latest, after__isnull=False).order_by("key", "object_id")
    return [model.from_snapshot(change.after) for change in changes if change.after is not None]


def record_as_of(record: R, day: date) -> R | None:
    """One record as it stood at the end of a day; None when it did not exist then."""
    rows = Change.objects.filter(label=record._meta.label_lower, object_id=record.pk)
    change = rows.filter(at__lt=end_of(record.event, day)).order_by("pk").last()
    return type(record).from_snapshot(change.after) if change and change.after else None


@dataclass(frozen=True)
class FieldChange:
    """One field's values before and after, as plain JSON values; `name` is the column, `title` what people read."""

    name: str
    title: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Version:
    """One entry of a record's history."""

    entry: AuditEntry
    fields: tuple[FieldChange, ...]
    created: bool
    removed: bool


def differences(label: str, before: Snapshot | None, after: Snapshot | None) -> tuple[FieldChange, ...]:
    """The fields in which two snapshots differ, in the model's own order."""
    old, new = before or {}, after or {}
    titles = {f.attname: str(f.verbose_name) for f in model_of(label)._meta.concrete_fields}
    names = [name for name in titles if name in old or name in new]
    return tuple(
        FieldChange(name, titles[name], old.get(name), new.get(name))
        for name in names
        if name not in QUIET_FIELDS and old.get(name) != new.get(name)
    )


def versions(record: Record) -> list[Version]:
    """The record's history, newest first."""
    rows = Change.objects.filter(label=record._meta.label_lower, object_id=record.pk)
    return [
        Version(
            entry=change.entry,
            fields=differences(change.label, change.before, change.after) if change.before and change.after else (),
            created=change.before is None,
            removed=change.after is None,
        )
        for change in rows.select_related("entry__actor").order_by("-pk")
    ]
