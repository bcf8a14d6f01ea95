"""What an import would do: rows added, changed field by field, removed; conflicts; every fault. Nothing is written.

Three states meet: the workbook, the event as it is now, and the event as it was at the export (from the audit log). A
cell that differs from the export is the editor's change; a field that differs now is someone else's. Where both
changed the same, it is a conflict and is never settled silently.
"""

from __future__ import annotations

from summitry.core.models import Event
from summitry.core.viewer import Viewer
from summitry.exchange.comparing.building import build, in_levels, to_set
from summitry.exchange.comparing.outcome import (
    Added,
    Changed,
    Choice,
    Conflict,
    FieldDifference,
    Kept,
    Plan,
    Removed,
    SheetCount,
)
from summitry.exchange.comparing.whole_event import Comparer
from summitry.exchange.reading import Workbook

__all__ = [
    "Added",
    "Changed",
    "Choice",
    "Conflict",
    "FieldDifference",
    "Kept",
    "Plan",
    "Removed",
    "SheetCount",
    "build",
    "in_levels",
    "plan",
    "to_set",
]


def plan(event: Event, viewer: Viewer, book: Workbook, *, on_conflict: Choice = "stop") -> Plan:
    """Compare a workbook with the event, as this viewer sees it."""
    return Comparer(event, viewer, book, on_conflict).plan()
