"""What the core gives to the search: agencies, people, documents, proposals."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from summitry.core.http.nav import Hit
from summitry.core.models import Agency, Document, Person, Proposal
from summitry.core.viewer import Viewer


def agencies(viewer: Viewer, words: str, limit: int) -> Iterable[Hit]:
    """By code and name in either language."""
    match = Q(code__icontains=words) | Q(name__icontains=words) | Q(name_national__icontains=words)
    rows = Agency.objects.visible_to(viewer).filter(match).select_related("event")[:limit]
    return [Hit(_("agency"), row.code, row.name, row.get_absolute_url()) for row in rows]


def people(viewer: Viewer, words: str, limit: int) -> Iterable[Hit]:
    """By code, name and function."""
    match = Q(code__icontains=words) | Q(name__icontains=words) | Q(function__icontains=words)
    rows = Person.objects.visible_to(viewer).filter(match).select_related("event")[:limit]
    return [Hit(_("person"), row.code, row.name, row.get_absolute_url()) for row in rows]


def documents(viewer: Viewer, words: str, limit: int) -> Iterable[Hit]:
    """By code, title and source."""
    match = Q(code__icontains=words) | Q(title__icontains=words) | Q(source__icontains=words)
    rows = Document.objects.visible_to(viewer).filter(match).select_related("event")[:limit]
    return [Hit(_("document"), row.code, row.title, row.get_absolute_url()) for row in rows]


def proposals(viewer: Viewer, words: str, limit: int) -> Iterable[Hit]:
    """By code and title."""
    match = Q(code__icontains=words) | Q(title__icontains=words)
    rows = Proposal.objects.visible_to(viewer).filter(match).select_related("event")[:limit]
    return [Hit(_("proposal"), row.code, row.title, row.get_absolute_url()) for row in rows]
