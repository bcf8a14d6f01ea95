"""History: every record's past versions, and the event "as of" any day, read from the audit log's changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import ForeignKey, Max, Min
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from summitry.core import dates
from summitry.core.models import Account, AuditEntry, Change, Event
from summitry.core.records import Record, Recorded, Snapshot, Versioned, model_of
from summitry.core.viewer import Viewer

R = TypeVar("R", bound=Record)
V = TypeVar("V", bound=Versioned)
# What a person does not read as a change of the record.
QUIET_FIELDS = frozenset({"id", "event_id", "version"})


def end_of(event: Event, day: date) -> datetime:
    """The instant at which the event's local day ends."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=event.zone)


def as_of(model: type[R], event: Event, day: date) -> list[R]:
    """The records of a kind as they stood at the end of a day on the event's clock, unsaved copies, for computing.

    What reaches a person goes through `visible_as_of`.
    """
    label = model._meta.label_lower
    rows = Change.objects.filter(event=event, label=label, at__lt=end_of(event, day))
    latest = rows.values("object_id").annotate(last=Max("pk")).values("last")
    changes = Change.objects.filter(pk__in=latest, after__isnull=False).order_by("key", "object_id")
    return [model.from_snapshot(change.after) for change in changes if change.after is not None]


def visible_as_of(model: type[R], viewer: Viewer, day: date) -> list[R]:
    """The records of a kind as they stood at the end of a day, as far as the viewer may see them.

    Of what exists, the viewer must be allowed to see both what it is now and what it was; of what is gone, what it was.
    """
    assert viewer.event is not None
    present = set(model._base_manager.filter(event=viewer.event).values_list("pk", flat=True))
    past = Past(viewer, until=end_of(viewer.event, day))
    return [
        record
        for record in as_of(model, viewer.event, day)
        if (record.pk not in present or viewer.sees_id(model, record.pk)) and past.covers(model, record.snapshot())
    ]


def record_as_of(record: V, day: date) -> V | None:
    """One record as it stood at the end of a day; None when it did not exist then."""
    event = record if isinstance(record, Event) else getattr(record, "event", None)
    assert isinstance(event, Event)
    rows = Change.objects.filter(label=record._meta.label_lower, object_id=record.pk)
    change = rows.filter(at__lt=end_of(event, day)).order_by("pk").last()
    return type(record).from_snapshot(change.after) if change and change.after else None


class Past:
    """One moment of the past, for one viewer: whether they may read what a record said then.

    until: an instant. before, after: a change; the moment is that before (after) everything that was saved with it.
    """

    def __init__(
        self,
        viewer: Viewer,
        *,
        until: datetime | None = None,
        before: Change | None = None,
        after: Change | None = None,
    ) -> None:
        self.viewer = viewer
        self._until, self._before, self._after = until, before, after
        self._known: dict[tuple[str, int], Snapshot | None] = {}

    def covers(self, model: type[Recorded], snapshot: Snapshot) -> bool:
        if self.viewer.everything:
            return True
        return self.viewer.role is not None and model.visibility.covers(model, snapshot, self.viewer, self.then)

    def then(self, label: str, pk: int) -> Snapshot | None:
        if (label, pk) not in self._known:
            rows = Change.objects.filter(label=label, object_id=pk, **self._bounds)
            change = rows.order_by("pk").last()
            self._known[label, pk] = change.after or change.before if change else None
        return self._known[label, pk]

    @cached_property
    def _bounds(self) -> dict[str, Any]:
        if self._until is not None:
            return {"at__lt": self._until}
        change = self._before or self._after
        assert change is not None
        # What was saved together was never seen half done: one batch is one moment.
        batch = AuditEntry.objects.filter(pk=change.entry_id).values("batch")
        span = AuditEntry.objects.filter(batch__in=batch).aggregate(first=Min("pk"), last=Max("pk"))
        return {"entry_id__lt": span["first"]} if self._before is not None else {"entry_id__lte": span["last"]}


@dataclass(frozen=True)
class FieldChange:
    """One field's values before and after, as plain JSON values; `name` is the column, `title` what people read."""

    name: str
    title: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Version:
    """One entry of a record's history. `readable` is False when the viewer may not read what the record said then."""

    change: Change
    fields: tuple[FieldChange, ...]
    readable: bool = True

    @property
    def entry(self) -> AuditEntry:
        return self.change.entry

    @property
    def created(self) -> bool:
        return self.change.before is None

    @property
    def removed(self) -> bool:
        return self.change.after is None


def differences(
    label: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[FieldChange, ...]:
    """The fields in which two snapshots differ, in the model's own order."""
    old, new = before or {}, after or {}
    titles = {f.attname: str(f.verbose_name) for f in model_of(label)._meta.concrete_fields}
    names = [name for name in titles if name in old or name in new]
    return tuple(
        FieldChange(name, titles[name], old.get(name), new.get(name))
        for name in names
        if name not in QUIET_FIELDS and old.get(name) != new.get(name)
    )


def last_entry(record: Recorded) -> AuditEntry | None:
    """The entry of the record's newest change: by whom, and when."""
    rows = Change.objects.filter(label=record._meta.label_lower, object_id=record.pk)
    change = rows.select_related("entry__actor").order_by("-pk").first()
    return change.entry if change else None


def versions(record: Recorded, viewer: Viewer) -> list[Version]:
    """The record's history, newest first, as far as the viewer may read it: who and when always, what by right."""
    rows = Change.objects.filter(label=record._meta.label_lower, object_id=record.pk)
    changes = rows.select_related("entry__actor").order_by("-pk")
    return [version_of(change, viewer) for change in changes]


def version_of(change: Change, viewer: Viewer) -> Version:
    """One change of a record that the viewer may see now, cut to what they may read of it."""
    model = model_of(change.label)
    states = ((change.before, Past(viewer, before=change)), (change.after, Past(viewer, after=change)))
    readable = all(past.covers(model, state) for state, past in states if state is not None)
    fields = differences(change.label, change.before, change.after) if readable else ()
    # A new record is told by what it says, not by all that it leaves empty.
    if change.before is None:
        fields = tuple(field for field in fields if field.after not in (None, "", {}, []))
    return Version(change, fields, readable)


class Words:
    """Stored values in words for one reader: references by key, choices by label, instants in the event's time.

    A reference to a record that the reader may not see says only that. `prepare` looks references up together.
    """

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._keys: dict[tuple[str, int], str] = {}

    def prepare(self, label: str, fields: Iterable[FieldChange]) -> None:
        """Read the records that the values refer to, one query a kind."""
        wanted: dict[type[Recorded], set[int]] = {}
        for change in fields:
            target = _target(model_of(label), change.name)
            if target is not None:
                wanted.setdefault(target, set()).update(v for v in (change.before, change.after) if v is not None)
        for model, pks in wanted.items():
            self._learn(model, pks)

    def value(self, model: type[Recorded], column: str, value: Any) -> str:
        if value is None or value == "":
            return "—"
        target = _target(model, column)
        if target is not None:
            return self._reference(target, value)
        field = model._meta.get_field(column)
        choices = dict(getattr(field, "flatchoices", ()))
        if column == "classification" and self.viewer.event is not None and value in choices:
            return self.viewer.event.classification_name(value)
        if isinstance(value, str | int) and value in choices:
            return str(choices[value])
        return self._plain(value, field.get_internal_type())

    def _plain(self, value: Any, kind: str) -> str:
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if kind == "DateTimeField" and (instant := parse_datetime(str(value))) is not None:
            zone = self.viewer.event.zone if self.viewer.event is not None else None
            return dates.weekday_time(instant.astimezone(zone))
        if kind == "DateField" and (day := parse_date(str(value))) is not None:
            return dates.weekday_year(day)
        if isinstance(value, dict):
            return "; ".join(f"{key}: {self._plain(inner, '')}" for key, inner in value.items()) or "—"
        if isinstance(value, list):
            return ", ".join(self._plain(inner, "") for inner in value) or "—"
        return str(value)

    def _reference(self, target: type[Recorded], pk: int) -> str:
        if (target._meta.label_lower, pk) not in self._keys:
            self._learn(target, {pk})
        return self._keys[target._meta.label_lower, pk]

    def _learn(self, target: type[Recorded], pks: Iterable[int]) -> None:
        label = target._meta.label_lower
        new = [pk for pk in pks if (label, pk) not in self._keys]
        found = {row.pk: row for row in target._base_manager.filter(pk__in=new)}
        for pk in new:
            row = found.get(pk)
            if row is None:
                self._keys[label, pk] = _("a record that is gone")
            elif isinstance(row, Account):
                self._keys[label, pk] = str(row)  # who did it is said to whoever sees what was done
            elif self.viewer.sees(row):
                self._keys[label, pk] = row.key
            else:
                self._keys[label, pk] = _("a record that you may not see")


def _target(model: type[Recorded], column: str) -> type[Recorded] | None:
    field = model._meta.get_field(column)
    target = field.related_model if isinstance(field, ForeignKey) else None
    return target if isinstance(target, type) and issubclass(target, Recorded) else None


def shown_value(model: type[Recorded], column: str, value: Any, viewer: Viewer) -> str:
    """One stored value in words. For many, keep one `Words`."""
    return Words(viewer).value(model, column, value)


def prepare_all(words: Words, versions: Sequence[Version]) -> None:
    """Look up what many versions refer to, in few queries."""
    by_label: dict[str, list[FieldChange]] = {}
    for version in versions:
        by_label.setdefault(version.change.label, []).extend(version.fields)
    for label, fields in by_label.items():
        words.prepare(label, fields)
