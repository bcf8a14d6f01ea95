"""Choices among the schedule's records, cut to what the viewer may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from summitry.core.models import Agency, Document, Event
from summitry.core.viewer import Viewer
from summitry.governance.models import Body, Clause
from summitry.schedule.models import Objective, Task

EMPTY = "—"
Choices = Sequence[tuple[str, str]]


class KeyChoice(forms.TypedChoiceField):
    """A choice whose value is a record's key; None when it is left empty. The labels are made once, in one query."""

    def __init__(self, choices: Iterable[tuple[str, str]], *, required: bool = False, **kwargs: Any) -> None:
        super().__init__(choices=[("", EMPTY), *choices], required=required, empty_value=None, coerce=str, **kwargs)


def agencies(event: Event, viewer: Viewer) -> Choices:
    return [(row.code, str(row)) for row in Agency.objects.filter(event=event).visible_to(viewer)]


def objectives(event: Event, viewer: Viewer) -> Choices:
    return [(row.code, str(row)) for row in Objective.objects.filter(event=event).visible_to(viewer)]


def bodies(event: Event, viewer: Viewer) -> Choices:
    """Bodies with their days, for more than one may have had the name."""
    rows = Body.objects.filter(event=event).visible_to(viewer)
    return [(row.code, f"{row.name} ({row.code})") for row in rows]


def clauses(event: Event, viewer: Viewer) -> Choices:
    rows = Clause.objects.filter(event=event).visible_to(viewer).select_related("decision")
    return [(row.key, f"{row.key} {_brief(row.text)}") for row in rows]


def tasks(event: Event, viewer: Viewer, *, without: Iterable[int | None] = (), milestones: bool = True) -> Choices:
    rows = Task.objects.filter(event=event).visible_to(viewer).exclude(pk__in=[pk for pk in without if pk])
    if not milestones:
        rows = rows.filter(milestone=False)
    return [(row.code, f"{row.code} {_brief(row.title)}") for row in rows]


def documents(event: Event, viewer: Viewer, *, without: Iterable[int] = ()) -> Choices:
    rows = Document.objects.filter(event=event).visible_to(viewer).exclude(pk__in=list(without))
    return [(row.code, f"{row.code} {_brief(row.title)}") for row in rows]


def _brief(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(80)


class DaysCount(forms.IntegerField):
    """A number of working days."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        super().__init__(**kwargs)
        self.widget.attrs["inputmode"] = "numeric"


WORKING_DAYS = _("Working days of the lead agency.")
