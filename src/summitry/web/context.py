"""What every page's frame shows: event, clock, viewer, navigation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from summitry.core import audit, clock
from summitry.core.http.nav import nav_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """Added to every template's context."""
    frame: dict[str, Any] = {"demo": settings.DEMO, "languages": settings.LANGUAGES}
    event, viewer = getattr(request, "event", None), getattr(request, "viewer", None)
    if event is not None and viewer is not None:
        now = clock.local_now(event)
        frame |= {
            "event": event,
            "viewer": viewer,
            "now": now,
            "days_to_opening": (event.opening_day - now.date()).days,
            "nav": [{"item": item, "url": item.url(event)} for item in nav_for(viewer)],
            "change_counter": audit.change_counter(event),
        }
    return frame
