"""Events compared by key, read straight from the models: nothing of the workbook's own code."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import ForeignKey

from summitry.core.models import Access, Event, Proposal, ProposalAction, SavedView, Waiver
from summitry.core.records import Record, Recorded
from summitry.schedule.models import Scenario

# What is about an event rather than of it: who may see it, what was said of its findings, plans nobody decided on.
NOT_CARRIED = (Access, Waiver, SavedView, Proposal, ProposalAction, Scenario)
OWN_IDENTITY = {"id", "event", "version", "slug", "demo_now"}


def kinds() -> list[type[Record]]:
    return [m for m in apps.get_models() if issubclass(m, Record) and m not in NOT_CARRIED]


def facts(record: Recorded) -> dict[str, Any]:
    """A record's values, what it refers to by key."""
    told = {}
    for field in record._meta.concrete_fields:
        if field.name in OWN_IDENTITY:
            continue
        value = getattr(record, field.name)
        if isinstance(field, ForeignKey) and value is not None:
            value = value.key
        told[field.name] = value
    return told


def picture(event: Event) -> dict[str, dict[str, dict[str, Any]]]:
    """All of an event: kind, key, values."""
    found: dict[str, dict[str, dict[str, Any]]] = {"core.event": {"": facts(Event.objects.get(pk=event.pk))}}
    for model in kinds():
        rows = model._base_manager.filter(event=event)
        found[model._meta.label_lower] = {record.key: facts(record) for record in rows}
        assert len(found[model._meta.label_lower]) == rows.count(), "two records have one key"
    return found


def rows_in(shown: dict[str, dict[str, dict[str, Any]]]) -> int:
    return sum(len(rows) for rows in shown.values()) - 1


def rows_of(event: Event) -> list[Any]:
    """Every column of every row of an event, as they lie in the database."""
    models = [model for model in apps.get_models() if issubclass(model, Record)]
    rows = [list(model._base_manager.filter(event=event).order_by("pk").values_list()) for model in models]
    return [list(Event.objects.filter(pk=event.pk).values_list()), *rows]
