"""What the core's views share."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator

from summitry.core.http.request import EventRequest
from summitry.core.records import Record
from summitry.core.refusals import NotFound, NotPermitted
from summitry.core.rights import Right

R = TypeVar("R", bound=Record)


def find(request: EventRequest, model: type[R], *related: str, **lookup: Any) -> R:
    """The one record that the viewer may see; `NotFound` otherwise."""
    rows = model.objects.visible_to(request.viewer).select_related("event", *related)
    record: R | None = rows.filter(**lookup).first()  # type: ignore[assignment]
    if record is None:
        raise NotFound(what=model._meta.verbose_name, key=" ".join(str(value) for value in lookup.values()))
    return record


def need(request: EventRequest, right: Right, what: object) -> None:
    """Refuse whoever does not hold the right."""
    if not request.viewer.may(right):
        raise NotPermitted(action=str(what), who=right.who())


def page_of(request: EventRequest, rows: Any, size: int) -> Page[Any]:
    """The page that the address asks for; the nearest one that exists."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
