"""What the search finds of mandates: decisions, bodies, posts and plan duties, by code, number, name or title."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.text import capfirst

from summitry.core.http.nav import Hit
from summitry.core.records import Record, ref
from summitry.core.viewer import Viewer
from summitry.governance.models import Body, Decision, PlanDuty, Post

FIELDS: tuple[tuple[type[Record], tuple[str, ...]], ...] = (
    (Decision, ("code", "number", "title")),
    (Body, ("code", "name", "name_national")),
    (Post, ("code", "title", "title_national")),
    (PlanDuty, ("code", "title")),
)


def search_mandates(viewer: Viewer, words: str, limit: int) -> Iterator[Hit]:
    """At most `limit` hits of each kind; every word must occur in one of the fields."""
    for model, fields in FIELDS:
        related = ("event", "body__event") if model is Post else ("event",)
        rows = model.objects.filter(event=viewer.event).visible_to(viewer).select_related(*related)
        for word in words.split():
            condition = Q()
            for name in fields:
                condition |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(condition)
        kind = str(capfirst(model._meta.verbose_name_plural))
        for record in rows[:limit]:
            named = ref(record)
            yield Hit(kind, named.key, named.title, named.url)
