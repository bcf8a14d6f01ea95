"""Who may see which rows. A model says how in one line; `RecordQuerySet.visible_to(viewer)` applies it.

The rule for a classified record: its classification is within the viewer's clearance, and the viewer's role sees
records of that classification at large, or the viewer's agency takes part in the record (need to know).
Everything is built from sub-queries, so that rules nest without joins that would double rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.db.models import Model, Q

if TYPE_CHECKING:
    from summitry.core.viewer import Viewer


class Visibility(Protocol):
    def q(self, model: type[Model], viewer: Viewer) -> Q:
        """The rows of `model` that `viewer` may see, within the viewer's event."""
        ...


@dataclass(frozen=True)
class Open:
    """Everyone with access to the event sees these: names of agencies, objectives, the calendar."""

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        return Q()


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


@dataclass(frozen=True)
class Through:
    """Seen by whoever sees every one of the records that these fields point to (an empty field hides nothing)."""

    fields: tuple[str, ...]

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        visible = Q()
        for name in self.fields:
            field = model._meta.get_field(name)
            target = field.related_model
            seen = target._default_manager.filter(event=viewer.event).visible_to(viewer).values("pk")
            condition = Q(**{f"{name}__in": seen})
            if field.null:
                condition |= Q(**{f"{name}__isnull": True})
            visible &= condition
        return visible


@dataclass(frozen=True)
class Both:
    """All of several rules."""

    rules: tuple[Visibility, ...]

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        visible = Q()
        for rule in self.rules:
            visible &= rule.q(model, viewer)
        return visible


@dataclass(frozen=True)
class Administrators:
    """Administrators alone."""

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        from summitry.core.rights import ADMINISTER

        return Q() if viewer.may(ADMINISTER) else Q(pk__in=())


@dataclass(frozen=True)
class Own:
    """Only what belongs to the viewer's own account."""

    field: str = "account"

    def q(self, model: type[Model], viewer: Viewer) -> Q:
        return Q(**{self.field: viewer.account.pk}) if viewer.account else Q(pk__in=())
