"""Today: how the event stands, and what matters to this viewer on this day."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from summitry.core.http.request import EventRequest


@require_safe
def today(request: EventRequest, slug: str) -> HttpResponse:
    return render(request, "web/today.html", {"title": _("Today"), "section": "today"})
