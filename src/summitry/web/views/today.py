"""Today: how the event stands, and what matters to this viewer on this day."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from summitry.core.http.request import EventRequest
from summitry.core.rights import PLAN
from summitry.web.today import SHOWN_OWN, Today


@require_safe
def today(request: EventRequest, slug: str) -> HttpResponse:
    """The event's first page."""
    page = Today(request.viewer, request.event)
    context = {
        "title": _("Today"),
        "section": "today",
        "page": page,
        "own_open": page.own_open[:SHOWN_OWN],
        "own_more": max(0, len(page.own_open) - SHOWN_OWN),
        "owed": page.owed[:SHOWN_OWN],
        "waiting": page.waiting[:SHOWN_OWN],
        "may_plan": request.viewer.may(PLAN),
        "page_classification": None if page.is_empty else page.classification,
    }
    return render(request, "web/today.html", context)
