"""Search: the page, and the quick results under the search box."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from summitry.core.http.nav import Hit, search
from summitry.core.http.request import EventRequest

QUICK, FULL = 4, 50
LONGEST = 200


@require_safe
def results(request: EventRequest, slug: str) -> HttpResponse:
    """What the viewer may see that matches, by kind. Under htmx a short list without the page around it."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    hits = search(request.viewer, words, QUICK if request.htmx else FULL)
    context = {"title": _("Search"), "words": words, "groups": _by_kind(hits), "count": len(hits)}
    template = "web/parts/quick_results.html" if request.htmx else "web/search.html"
    return render(request, template, context)


def _by_kind(hits: list[Hit]) -> list[tuple[str, list[Hit]]]:
    """Kinds in the order in which their best hit comes."""
    order = {kind: number for number, kind in reversed(list(enumerate(str(hit.kind) for hit in hits)))}
    in_order = sorted(hits, key=lambda hit: order[str(hit.kind)])
    return [(kind, list(group)) for kind, group in groupby(in_order, key=lambda hit: str(hit.kind))]
