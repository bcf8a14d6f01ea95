"""Erasing a demonstration, so that it can begin again. A real event is never erased."""

from __future__ import annotations

from django.apps import apps
from django.db import connection, transaction

from summitry.core import append_only
from summitry.core.models import AuditChain, AuditEntry, Change, Event, Job
from summitry.core.records import Record
from summitry.core.refusals import Invalid


def erase_demonstration(event: Event) -> None:
    """Remove a demonstration with all its records and its log. `Invalid` for an event that runs on the real clock.

    Foreign keys are checked at the end of the transaction on both databases, so the order does not matter.
    """
    if event.demo_now is None:
        raise Invalid.of("event", "Only a demonstration can be reset: this event runs on the real clock.", event.slug)
    with transaction.atomic():
        append_only.remove(connection)
        entries = AuditEntry.objects.filter(chain__event=event)
        Change.objects.filter(entry__in=entries)._raw_delete("default")
        Change.objects.filter(event=event)._raw_delete("default")
        entries._raw_delete("default")
        AuditChain.objects.filter(event=event)._raw_delete("default")
        for model in apps.get_models():
            if issubclass(model, Record):
                model._base_manager.filter(event=event)._raw_delete("default")
        # A worker that is at one of them finds its token gone and writes nothing.
        Job._base_manager.filter(event=event)._raw_delete("default")
        Event._base_manager.filter(pk=event.pk)._raw_delete("default")
        connection.check_constraints()  # PostgreSQL makes no trigger on a table whose deferred checks are pending
        append_only.install(connection)
