"""Who may see which rows. A model says how in one line; `RecordQuerySet.visible_to(viewer)` applies it.

`q` speaks about the rows as they stand. `covers` speaks about one past state of a row that the viewer may see now, or
that is gone: text that was written while a record was secret stays secret when the record is opened later.

The rule for a classified record: its classification is within the viewer's clearance, and the viewer's role sees
records of that classification at large, or the viewer's agency takes part in the record (need to know).
Everything is built from sub-queries, so that rules nest without joins that would double rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Model, Q

if TYPE_CHECKING:
    from summitry.core.records import Record
    from summitry.core.viewer import Viewer


# The snapshot of another record, by label and id, at the moment that is asked about; None when it did not exist.
Then = Callable[[str, int], "Mapping[str, Any] | None"]


class Visibility(Protocol):
    def q(self, model: type[Model], viewer: Viewer) -> Q:
        """The rows of `model` that `viewer` may see, within the viewer's event."""
        ...

    def covers(self, model: type[Model], snapshot: Mapping[str, Any], viewer: Viewer, then: Then) -> bool:
        """Whether what the row said in this snapshot is within the viewer's right."""
        ...


class _ByPresentState:
    """The base of rules that do not depend on what a row once said."""

    def covers(self, model: type[Model], snapshot: Mapping[str, Any], viewer: Viewer, then: Then) -> bool:
        return True


@dataclass(frozen=True)
class Open(_ByPresentState):
    """Everyone with access to the event sees these: names of agencies, objectives, the calendar."""

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        return Q()


@dataclass(frozen=True)
class TheEvent(_ByPresentState):
    """The event itself, for whoever has access to it."""

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        return Q(pk=viewer.event.pk) if viewer.event is not None else Q(pk__in=())


@dataclass(frozen=True)
class Classified:
    """By the record's own classification, and the agencies that take part in it (paths to agency ids)."""

    agencies: tuple[str, ...] = ()
    field: str = "classification"

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        visible = Q(**{f"{self.field}__lte": viewer.open_up_to})
        if self.agencies and viewer.agency_ids and viewer.clearance > viewer.open_up_to:
            involved = Q()
            for path in self.agencies:
                if "__" in path:  # a path over many rows: a sub-query keeps the rows single
                    rows = model._base_manager.filter(**{f"{path}__in": viewer.agency_ids}).values("pk")
                    involved |= Q(pk__in=rows)
                else:
                    involved |= Q(**{f"{path}__in": viewer.agency_ids})
            visible |= Q(**{f"{self.field}__lte": viewer.clearance}) & involved
        return visible

    def covers(self, model: type[Model], snapshot: Mapping[str, Any], viewer: Viewer, then: Then) -> bool:
        level = snapshot.get(self.field, 0)
        if level <= viewer.open_up_to:
            return True
        if level > viewer.clearance:
            return False
        return any(self._takes_part(model, snapshot, path, viewer) for path in self.agencies)

    def _takes_part(self, model: type[Model], snapshot: Mapping[str, Any], path: str, viewer: Viewer) -> bool:
        if "__" not in path:
            return snapshot.get(f"{path}_id") in viewer.agency_ids
        rows = model._base_manager.filter(**{"pk": snapshot["id"], f"{path}__in": viewer.agency_ids})
        return rows.exists()


@dataclass(frozen=True)
class Through:
    """Seen by whoever sees every one of the records that these fields point to (an empty field hides nothing)."""

    fields: tuple[str, ...]

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        from summitry.core.records import Record

        visible = Q()
        for name in self.fields:
            field = model._meta.get_field(name)
            target = field.related_model
            assert isinstance(target, type)
            assert issubclass(target, Record)
            seen = target.objects.visible_to(viewer).values("pk")
            condition = Q(**{f"{name}__in": seen})
            if field.null:
                condition |= Q(**{f"{name}__isnull": True})
            visible &= condition
        return visible

    def covers(self, model: type[Model], snapshot: Mapping[str, Any], viewer: Viewer, then: Then) -> bool:
        from summitry.core.records import Recorded

        for name in self.fields:
            field = model._meta.get_field(name)
            target, pk = field.related_model, snapshot.get(f"{name}_id")
            assert isinstance(target, type)
            assert issubclass(target, Recorded)
            was = then(target._meta.label_lower, pk) if pk is not None else None
            if was is not None and not target.visibility.covers(target, was, viewer, then):
                return False
        return True


@dataclass(frozen=True)
class Both:
    """All of several rules."""

    rules: tuple[Visibility, ...]

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        visible = Q()
        for rule in self.rules:
            visible &= rule.q(model, viewer)
        return visible

    def covers(self, model: type[Model], snapshot: Mapping[str, Any], viewer: Viewer, then: Then) -> bool:
        return all(rule.covers(model, snapshot, viewer, then) for rule in self.rules)


@dataclass(frozen=True)
class Administrators:
    """Administrators alone."""

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        from summitry.core.rights import ADMINISTER

        return Q() if viewer.may(ADMINISTER) else Q(pk__in=())

    def covers(self, model: type[Model], snapshot: Mapping[str, Any], viewer: Viewer, then: Then) -> bool:
        from summitry.core.rights import ADMINISTER

        return viewer.may(ADMINISTER)


@dataclass(frozen=True)
class Own:
    """Only what belongs to the viewer's own account."""

    field: str = "account"

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        return Q(**{self.field: viewer.account.pk}) if viewer.account else Q(pk__in=())

    def covers(self, model: type[Model], snapshot: Mapping[str, Any], viewer: Viewer, then: Then) -> bool:
        return viewer.account is not None and snapshot.get(f"{self.field}_id") == viewer.account.pk


@dataclass(frozen=True)
class AccountsOfEvent(_ByPresentState):
    """One's own account; for administrators those with access to their event; for the installation's, all."""

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        from summitry.core.rights import ADMINISTER

        if viewer.administers_installation:
            return Q()
        own = Q(pk=viewer.account.pk) if viewer.account else Q(pk__in=())
        if viewer.may(ADMINISTER) and viewer.event is not None:
            return own | Q(pk__in=model._base_manager.filter(accesses__event=viewer.event).values("pk"))
        return own


@dataclass(frozen=True)
class WithSubject:
    """Notes about a record named by label and key: seen by whoever sees that record as it is classified now.

    What speaks of a record that is gone is seen by the roles that see all, within their clearance.
    """

    label: str
    key: str
    classification: str = "classification"

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        from summitry.core.records import Record, model_of

        named: dict[str, set[str]] = {}
        pairs = model._base_manager.filter(event=viewer.event).values_list(self.label, self.key)
        for label, key in pairs.distinct():
            named.setdefault(label, set()).add(key)
        visible = Q(pk__in=())
        for label, keys in named.items():
            target = model_of(label)
            if not issubclass(target, Record):
                visible |= Q(**{self.label: label})
                continue
            known, seen = _keys(target, keys, viewer)
            visible |= Q(**{self.label: label, f"{self.key}__in": seen})
            if viewer.whole_view:
                gone = Q(**{self.label: label, f"{self.key}__in": keys - known})
                visible |= gone & Q(**{f"{self.classification}__lte": viewer.clearance})
        return visible

    def covers(self, model: type[Model], snapshot: Mapping[str, Any], viewer: Viewer, then: Then) -> bool:
        return bool(snapshot.get(self.classification, 0) <= viewer.clearance)


def _keys(target: type[Record], keys: set[str], viewer: Viewer) -> tuple[set[str], set[str]]:
    """Which of the keys exist in the event, and which of those the viewer sees."""
    by_code = {"code__in": keys} if any(field.name == "code" for field in target._meta.fields) else {}
    rows = target.objects.filter(event=viewer.event, **by_code)
    known = {row.key: row.pk for row in rows if row.key in keys}
    return set(known), {key for key, pk in known.items() if viewer.sees_id(target, pk)}


@dataclass(frozen=True)
class TouchesOnlySeen:
    """Seen by whoever sees every record that the row's JSON list names by `label`, `pk` and `level`.

    A record that does not exist (any more, or not yet: no pk) is judged by `level`, the classification that it had or
    would have. Mostly all rows are seen, so the condition names the hidden ones.
    """

    field: str

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        rows = model._base_manager.filter(event=viewer.event).values_list("pk", self.field)
        return ~Q(pk__in=unseen(rows, viewer))

    def covers(self, model: type[Model], snapshot: Mapping[str, Any], viewer: Viewer, then: Then) -> bool:
        from summitry.core.records import model_of

        for one in snapshot.get(self.field, ()):
            target = model_of(one["label"])
            was = then(one["label"], one["pk"]) if one["pk"] is not None else None
            if was is None and one["level"] > viewer.open_up_to:
                return False
            if was is not None and not target.visibility.covers(target, was, viewer, then):
                return False
        return True


def unseen(rows: Iterable[tuple[int, Iterable[Mapping[str, Any]]]], viewer: Viewer) -> set[int]:
    """Of rows, each an id with the records that it names (`TouchesOnlySeen`), the ids of those that are hidden.

    A constant number of queries for each kind of record that is named.
    """
    from summitry.core.records import model_of

    if viewer.everything:
        return set()
    hidden: set[int] = set()
    doubtful: dict[str, list[tuple[int, int]]] = {}
    for row, named in rows:
        for one in named:
            seen = one["pk"] is not None and viewer.sees_id(model_of(one["label"]), one["pk"])
            if seen:
                continue
            if one["level"] > viewer.open_up_to:
                hidden.add(row)
            elif one["pk"] is not None:
                doubtful.setdefault(one["label"], []).append((row, one["pk"]))
    for label, pairs in doubtful.items():
        # It may be gone, and then its level speaks; or it is there and above the viewer's right.
        asked = {pk for _row, pk in pairs}
        there = set(model_of(label)._base_manager.filter(pk__in=asked).values_list("pk", flat=True))
        hidden.update(row for row, pk in pairs if pk in there)
    return hidden
