"""What bodies own: open work that a re-organisation must hand on.

Governance knows no tasks. An app above tells, in its `AppConfig.ready()`, which of its records belong to a body::

    register_owned(
        OwnedKind(
            model=Task,
            owner="owner",
            is_open=Q(closed_on__isnull=True, waived_on__isnull=True),
            agency="lead",
            group="objective",
            due="deadline",
            clauses=("mandate", "deadline_clause"),
        )
    )

From then on the late re-organisation maps these records to new owners, the pages of bodies and decisions list them,
and check GOV010 finds those whose owner has gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Q
from django.utils.text import capfirst

from summitry.core.models import Agency, Event
from summitry.core.records import Record, RecordQuerySet
from summitry.core.viewer import Viewer
from summitry.governance.models import Body


@dataclass(frozen=True, kw_only=True)
class OwnedKind:
    """A kind of record that a body owns. Names of fields; those left empty do not exist on the model.

    model: records with a `code`.
    owner: the foreign key to `Body`.
    is_open: what makes a record unfinished business.
    agency: the foreign key to the agency that does the work; new owners are suggested by it.
    group: a foreign key to what else tells where it belongs, such as a task's objective.
    due: the date by which it is wanted.
    clauses: the foreign keys to `Clause` by which a clause creates or binds it.
    """

    model: type[Record]
    owner: str
    is_open: Q
    agency: str = ""
    group: str = ""
    due: str = ""
    clauses: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def title(self) -> str:
        """The kind's name in the plural, for a heading."""
        return str(capfirst(self.model._meta.verbose_name_plural))

    def of_event(self, event: Event) -> RecordQuerySet[Any]:
        """All records of the kind, with what a list shows of them; narrow it by `visible_to` for a person."""
        related = ["event", *(name for name in (self.owner, self.agency, self.group) if name)]
        rows = cast("RecordQuerySet[Any]", self.model.objects.filter(event=event))
        return rows.select_related(*related)

    def open_owned(self, event: Event, bodies: Collection[int]) -> RecordQuerySet[Any]:
        """The open records that the bodies of these ids own."""
        return self.of_event(event).filter(self.is_open, **{f"{self.owner}__in": bodies})

    def bare_open_owned(self, event: Event, bodies: Collection[int]) -> Iterator[Record]:
        """The open records that these bodies own, with nothing joined and in no order: for checks, which run often."""
        rows = self.model.objects.filter(self.is_open, event=event, **{f"{self.owner}__in": bodies}).order_by()
        for record in rows:
            record.event = event
            yield record

    def owned(self, event: Event, bodies: Collection[int]) -> RecordQuerySet[Any]:
        """All records, open or not, that the bodies of these ids own."""
        return self.of_event(event).filter(**{f"{self.owner}__in": bodies})

    def reassign(self, record: Record, body: Body) -> None:
        """Give the record to another body. The caller saves it."""
        setattr(record, self.owner, body)

    def owner_of(self, record: Record) -> Body | None:
        return cast("Body | None", getattr(record, self.owner))

    def owner_id_of(self, record: Record) -> int | None:
        return cast("int | None", getattr(record, f"{self.owner}_id"))

    def agency_of(self, record: Record) -> Agency | None:
        return cast("Agency | None", getattr(record, self.agency)) if self.agency else None

    def group_of(self, record: Record) -> Record | None:
        return cast("Record | None", getattr(record, self.group)) if self.group else None

    def due_of(self, record: Record) -> date | None:
        return cast("date | None", getattr(record, self.due)) if self.due else None

    def name_of(self, record: Record) -> str:
        """How an action's arguments name the record: kind and code, such as `schedule.task/T05`."""
        return f"{self.label}/{record.key}"


OWNED: list[OwnedKind] = []


def register_owned(kind: OwnedKind) -> None:
    """Add a kind of owned record; a second one of the same model is an error."""
    for known in OWNED:
        if known.label == kind.label:
            if known == kind:
                return
            raise RuntimeError(f"{kind.label} is already registered as owned by bodies.")
    OWNED.append(kind)


def open_records(event: Event, bodies: Collection[int], viewer: Viewer) -> Iterator[tuple[OwnedKind, Record]]:
    """The open records of all kinds that these bodies own and the viewer may see; one query a kind."""
    if not bodies:
        return
    for kind in OWNED:
        for record in kind.open_owned(event, bodies).visible_to(viewer):
            yield kind, record


def bound_by(event: Event, clauses: Collection[int], viewer: Viewer) -> Iterator[tuple[OwnedKind, str, Record]]:
    """The visible records that these clauses create or bind, with the field that says so; one query a field."""
    if not clauses:
        return
    for kind in OWNED:
        for field in kind.clauses:
            rows = kind.of_event(event).filter(**{f"{field}__in": clauses}).visible_to(viewer)
            for record in rows:
                yield kind, field, record


def clause_id(record: Record, field: str) -> int | None:
    """The id of the clause that a record's field names."""
    return cast("int | None", getattr(record, f"{field}_id"))
