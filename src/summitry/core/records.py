"""Records: rows that are changed by actions alone, with every change kept.

`Recorded` refuses a write outside an action and notes the row before and after; `Record` adds the event, the
version and visibility. Snapshots are plain JSON values, so that the audit log, history, undo and the comparison of
two edits all read one thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models.deletion import Collector
from django.utils.translation import gettext_lazy as _

from summitry.core.visibility import Open, Visibility

if TYPE_CHECKING:
    from summitry.core.viewer import Viewer

Snapshot = dict[str, Any]
M = TypeVar("M", bound="Recorded")


class WriteOutsideAction(RuntimeError):
    """Code tried to write a record without an action: a programming mistake, never a user's."""


@dataclass
class RecordedChange:
    """One row's change within one action. `before` is None for a new row, `after` for a removed one."""

    label: str
    pk: int
    key: str
    before: Snapshot | None
    after: Snapshot | None


@dataclass
class Recorder:
    """Collects what one action changes; several writes of one row become one change."""

    changes: dict[tuple[str, int], RecordedChange] = field(default_factory=dict)

    def note(self, label: str, pk: int, key: str, before: Snapshot | None, after: Snapshot | None) -> None:
        known = self.changes.get((label, pk))
        if known is None:
            self.changes[label, pk] = RecordedChange(label, pk, key, before, after)
            return
        known.after, known.key = after, key
        if known.before is None and known.after is None:
            del self.changes[label, pk]


_recorder: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


@contextmanager
def recording() -> Iterator[Recorder]:
    """Open the way for writes and collect them. Used by `core.action` alone."""
    recorder = Recorder()
    token = _recorder.set(recorder)
    try:
        yield recorder
    finally:
        _recorder.reset(token)


def _current_recorder() -> Recorder:
    recorder = _recorder.get()
    if recorder is None:
        raise WriteOutsideAction("Records are written by actions alone: see core/action.py.")
    return recorder


def in_action() -> bool:
    """Whether an action is running, and the rows read now may be ones that nobody has committed."""
    return _recorder.get() is not None


def _plain(value: Any) -> Any:
    """A column's value as JSON has it, the same whether it was just assigned or read back from the database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value


def same_content(
    one: Mapping[str, Any] | None, other: Mapping[str, Any] | None, *, without: frozenset[str] = frozenset()
) -> bool:
    """Whether two snapshots say the same, whatever their versions and the columns named in `without`."""
    if one is None or other is None:
        return one is other
    passed = {"version", *without}
    return {k: v for k, v in one.items() if k not in passed} == {k: v for k, v in other.items() if k not in passed}


class RecordedQuerySet(models.QuerySet[M]):
    """Bulk writes that bypass `save` would leave no trace: they are refused."""

    def update(self, **values: Any) -> int:
        raise WriteOutsideAction("Use save() on each record, or save_all(): update() would leave no history.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise WriteOutsideAction("Use delete() on each record: a bulk delete would leave no history.")

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        raise WriteOutsideAction("Use save_all(): bulk_create() would leave no history.")

    def bulk_update(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> int:
        raise WriteOutsideAction("Use save_all(): bulk_update() would leave no history.")


class RecordQuerySet(RecordedQuerySet[M]):
    """A queryset of records that knows who is looking."""

    def visible_to(self, viewer: Viewer) -> Self:
        """The rows this viewer may see. Records are always narrowed to the viewer's own event."""
        rows = self
        if viewer.event is not None and issubclass(self.model, Record):
            rows = self.filter(event=viewer.event)
        if viewer.everything:
            return rows
        if viewer.role is None:
            return rows.none()
        return rows.filter(self.model.visibility.q(self.model, viewer))


class Recorded(models.Model):
    """A row that only actions write.

    unrecorded: columns that snapshots leave out. kept_on_undo: columns that an undo leaves as they are.
    """

    unrecorded: ClassVar[frozenset[str]] = frozenset()
    kept_on_undo: ClassVar[frozenset[str]] = frozenset()
    visibility: ClassVar[Visibility] = Open()

    class Meta:
        abstract = True

    @property
    def key(self) -> str:
        """The record's name within its event, as people and the workbook write it."""
        return str(getattr(self, "code", self.pk))

    def snapshot(self) -> Snapshot:
        """The row as plain JSON values by column name."""
        return {
            f.attname: _plain(getattr(self, f.attname))
            for f in self._meta.concrete_fields
            if f.attname not in self.unrecorded
        }

    @classmethod
    def from_snapshot(cls, values: Mapping[str, Any]) -> Self:
        """The row as it stood, unsaved. Columns that no longer exist are passed over, new ones take their default."""
        return cls(**cls._from_plain(values))

    def take_snapshot(self, values: Mapping[str, Any]) -> None:
        """Become again what a snapshot says; what snapshots leave out (a password) stays as it is."""
        for name, value in self._from_plain(values).items():
            if name != "version" and name not in self.kept_on_undo:
                setattr(self, name, value)

    @classmethod
    def _from_plain(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        columns = {f.attname: f for f in cls._meta.concrete_fields}
        return {
            name: value if columns[name].is_relation else columns[name].to_python(value)
            for name, value in values.items()
            if name in columns
        }

    def _stored(self) -> Snapshot | None:
        stored = type(self)._base_manager.filter(pk=self.pk).first() if self.pk else None
        return stored.snapshot() if stored else None

    def save(self, *args: Any, **kwargs: Any) -> None:
        recorder = _current_recorder()
        before = self._stored()
        kwargs.pop("update_fields", None)
        super().save(*args, **kwargs)
        recorder.note(self._meta.label_lower, self.pk, self.key, before, self.snapshot())

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        recorder = _current_recorder()
        label, pk, key, before = self._meta.label_lower, self.pk, self.key, self._stored()
        result = super().delete(*args, **kwargs)
        recorder.note(label, pk, key, before, None)
        return result


class Versioned(Recorded):
    """A row with an optimistic version: every save that changes it raises it, a save that changes nothing does not."""

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        recorder = _current_recorder()
        before = self._stored()
        if same_content(before, self.snapshot()):
            assert before is not None
            self.version = before["version"]
            return
        self.version = self._next_version(before)
        kwargs.pop("update_fields", None)
        models.Model.save(self, *args, **kwargs)
        recorder.note(self._meta.label_lower, self.pk, self.key, before, self.snapshot())

    def _next_version(self, before: Snapshot | None) -> int:
        # A row put back after its removal counts on from the version it had, so that no version names two contents.
        return int(before["version"] if before else self.version) + 1


class Record(Versioned):
    """A versioned row of one event.

    A subclass has a `code` unique within the event, or overrides `key`; says in `visibility` who may see it; and
    gives `get_absolute_url` where it has a page.
    """

    event = models.ForeignKey("core.Event", on_delete=models.PROTECT, related_name="+", verbose_name=_("event"))

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return ""


def save_all(records: Sequence[Record]) -> None:
    """Save many rows of one model in a few statements, recorded like single saves. New rows have no pk yet."""
    if not records:
        return
    recorder = _current_recorder()
    model = type(records[0])
    label = model._meta.label_lower
    known = [record.pk for record in records if record.pk]
    before: dict[int, Snapshot] = {}
    for start in range(0, len(known), 5000):  # SQLite takes a bounded number of arguments
        rows = model._base_manager.filter(pk__in=known[start : start + 5000])
        before |= {row.pk: row.snapshot() for row in rows}
    new: list[Record] = []
    changed: list[Record] = []
    for record in records:
        stored = before.get(record.pk)
        if stored is None:
            record.version = record._next_version(None)
            new.append(record)
        elif not same_content(stored, record.snapshot()):
            record.version = record._next_version(stored)
            changed.append(record)
        else:
            record.version = stored["version"]
    # The plain queryset: the record's own refuses what would leave no history, and here the history is kept below.
    plain: models.QuerySet[Record] = models.QuerySet(model=model, using=model._base_manager.db)
    plain.bulk_create(new, batch_size=400)
    if changed:
        plain.bulk_update(changed, _differing(model, before, changed), batch_size=100)
    for record in new + changed:
        recorder.note(label, record.pk, record.key, before.get(record.pk), record.snapshot())


def _differing(model: type[Record], before: Mapping[int, Snapshot], records: Sequence[Record]) -> list[str]:
    """The fields in which any of the records differs from what is stored: a statement with all of them is slow."""
    pairs = [(before[record.pk], record.snapshot()) for record in records]
    return [
        f.name
        for f in model._meta.concrete_fields
        if f.attname in model.unrecorded
        or (not f.primary_key and any(old.get(f.attname) != new.get(f.attname) for old, new in pairs))
    ]


def delete_all(records: Sequence[Record]) -> None:
    """Remove many rows of one model in a few statements, recorded like single removals.

    `ProtectedError` when anything refers to one of them, a row among them as well: parts go before their groups.
    """
    if not records:
        return
    recorder = _current_recorder()
    model = type(records[0])
    keys = {record.pk: record.key for record in records}
    before = {row.pk: row.snapshot() for row in model._base_manager.filter(pk__in=list(keys))}
    collector = Collector(using=model._base_manager.db)
    collector.collect(list(records))
    collector.delete()
    for pk, snapshot in before.items():
        recorder.note(model._meta.label_lower, pk, keys[pk], snapshot, None)


_REGISTRY: dict[str, type[Recorded]] = {}


def model_of(label: str) -> type[Recorded]:
    """The recorded model of a label such as `schedule.task`."""
    from django.apps import apps

    if label not in _REGISTRY:
        try:
            model = apps.get_model(label)
        except ValueError as error:
            raise LookupError(f"{label} is no label of a model") from error
        if not issubclass(model, Recorded):
            raise LookupError(f"{label} is not recorded")
        _REGISTRY[label] = model
    return _REGISTRY[label]


@dataclass(frozen=True)
class Ref:
    """A record named without holding it: what findings, consequences and proposals carry about."""

    label: str
    pk: int
    key: str
    title: str = ""
    url: str = ""

    def __str__(self) -> str:
        return f"{self.key} {self.title}".strip()

    @property
    def identity(self) -> tuple[str, int]:
        return self.label, self.pk


def ref(record: Recorded) -> Ref:
    """The reference of a record. The title is its `title` or `name`, shown beside its key."""
    title = getattr(record, "title", "") or getattr(record, "name", "")
    url = record.get_absolute_url() if isinstance(record, Record) else ""
    return Ref(record._meta.label_lower, record.pk, record.key, str(title), url)
