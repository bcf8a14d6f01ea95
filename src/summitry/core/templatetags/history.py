"""The history section of a record's page: `{% load history %}{% history_section record %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from summitry.core.queries.records import newest_versions
from summitry.core.records import Recorded
from summitry.core.viewer import Viewer

register = template.Library()


@register.inclusion_tag("core/history_newest.html", takes_context=True)
def history_section(context: template.Context, record: Recorded, count: int = 5) -> Mapping[str, Any]:
    """The newest versions of a record that the viewer sees, with a link to all. A few queries, however long it is."""
    viewer = context.get("viewer") or getattr(context.get("request"), "viewer", None)
    assert isinstance(viewer, Viewer)
    versions, total = newest_versions(record, viewer, count)
    return {
        "versions": versions,
        "total": total,
        "record": record,
        "label": record._meta.label_lower,
        "event": viewer.event,
        "in_panel": context.get("in_panel"),
    }


@register.filter
def label_of(record: Recorded) -> str:
    """A record's kind as addresses name it: "schedule.task"."""
    return record._meta.label_lower
