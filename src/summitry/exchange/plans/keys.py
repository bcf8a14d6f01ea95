"""Which code a task of an outside project has here: kept for the next version of its file."""

from __future__ import annotations

from collections.abc import Mapping

from summitry.core.models import Event
from summitry.exchange.models import OutsideProject


def keys_of(event: Event, project: str) -> dict[str, str]:
    """Codes by uid, of the last version that was imported; empty for a project that is new here."""
    found = OutsideProject.objects.filter(event=event, key=project).first()
    return dict(found.codes) if found is not None else {}


def keep_keys(event: Event, project: str, codes: Mapping[str, str]) -> None:
    """Keep the codes. Those of tasks that this version does not have stay, so that they can be told and removed."""
    found = OutsideProject.objects.filter(event=event, key=project).first() or OutsideProject(event=event, key=project)
    found.codes = {**found.codes, **codes}
    found.save()
