"""What the forms of mandates share: the choice of a clause, and first values that tell nobody what they may not see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import Truncator

from summitry.core.http.forms import CodeChoice
from summitry.core.models import Agency, Document, Person
from summitry.core.records import Record
from summitry.core.viewer import Viewer
from summitry.governance.models import Body, Clause, Decision
from summitry.governance.queries import natural


def visible(viewer: Viewer, model: type[Record]) -> QuerySet[Any]:
    """The records of the viewer's event that may be chosen."""
    return model.objects.filter(event=viewer.event).visible_to(viewer)


class AgencyChoice(CodeChoice):
    """One of the event's agencies."""

    def __init__(self, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(visible(viewer, Agency), **kwargs)


class BodyChoice(CodeChoice):
    """One of the event's bodies; the code tells apart those of one name."""

    def __init__(self, viewer: Viewer, without: Body | None = None, **kwargs: Any) -> None:
        rows = visible(viewer, Body)
        super().__init__(rows.exclude(pk=without.pk) if without else rows, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.name}"


class DecisionChoice(CodeChoice):
    """One of the visible decisions, under its code."""

    def __init__(self, viewer: Viewer, without: Decision | None = None, **kwargs: Any) -> None:
        rows = visible(viewer, Decision)
        super().__init__(rows.exclude(pk=without.pk) if without else rows, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {Truncator(obj.title).chars(90)}"


class DocumentChoice(CodeChoice):
    """One of the visible documents."""

    def __init__(self, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(visible(viewer, Document), **kwargs)


class PersonChoice(CodeChoice):
    """One of the visible people."""

    def __init__(self, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(visible(viewer, Person).order_by("name"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.code})"


class ClauseChoice(forms.TypedChoiceField):
    """One of the visible clauses, under its decision; the value is its key, such as `PM-2025#1`, or None."""

    def __init__(self, viewer: Viewer, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(coerce=str, empty_value=None, choices=clause_choices(viewer), **kwargs)


def clause_choices(viewer: Viewer) -> list[tuple[str, Any]]:
    """The visible clauses as a select shows them: grouped by decision, newest decision first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    rows = visible(viewer, Clause).select_related("decision")
    newest = sorted(rows, key=lambda one: natural(one.number))
    newest.sort(key=lambda one: (one.decision.effective_from, one.decision.code), reverse=True)
    for clause in newest:
        name = f"{clause.decision.code} {Truncator(clause.decision.title).chars(70)}"
        text = f"{clause.number} · {Truncator(clause.text).chars(80)}"
        groups.setdefault(name, []).append((clause.key, text))
    return [("", "—"), *groups.items()]


def shown_initial(record: Record, names: Iterable[str], viewer: Viewer) -> dict[str, Any]:
    """A record's values as a form shows them, references by their key; those that the viewer may not see stay empty.

    A field that was shown empty and is left empty counts as unchanged, so that the hidden reference stays.
    """
    values: dict[str, Any] = {}
    for name in names:
        value = getattr(record, name)
        if isinstance(value, Record):
            value = value.key if viewer.sees(value) else None
        values[name] = value
    return values
