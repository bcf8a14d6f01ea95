"""What the pages of mandates ask of records that they know only through the registry of owned kinds."""

from __future__ import annotations

from datetime import date

from django import template

from summitry.core.models import Agency
from summitry.core.records import Record
from summitry.governance.ownership import OwnedKind

register = template.Library()


@register.filter
def work_agency(record: Record, kind: OwnedKind) -> Agency | None:
    """The agency that does the work."""
    return kind.agency_of(record)


@register.filter
def work_due(record: Record, kind: OwnedKind) -> date | None:
    """The day by which it is wanted."""
    return kind.due_of(record)
