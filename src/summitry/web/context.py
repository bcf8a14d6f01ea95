"""What every page's frame shows: event, clock, viewer, navigation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.core import clock, dates
from summitry.core.http.nav import nav_for
from summitry.core.models import Access, Event
from summitry.core.rights import MOVE_CLOCK, Role

THEME_COOKIE = "summitry_theme"
THEMES = ("", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Added to every template's context.

    `layout` is what `web/base.html` extends: the whole page, or the panel beside a list when htmx asks.
    """
    theme = request.COOKIES.get(THEME_COOKIE, "")
    frame: dict[str, Any] = {
        "demo": settings.DEMO,
        "languages": settings.LANGUAGES,
        "LANGUAGE_CODE": translation.get_language() or "en",
        "theme": theme if theme in THEMES else "",
        "layout": "web/alone.html",
        "in_panel": False,
        # A page that refreshes itself must not use up the message that is meant for the next page a person opens.
        "refreshing": "X-Summitry-Refresh" in request.headers,
        "page_classification": None,
    }
    event, viewer = getattr(request, "event", None), getattr(request, "viewer", None)
    if event is None or viewer is None:
        return frame
    in_panel = bool(getattr(request, "htmx", False))
    frame |= {
        "event": event,
        "viewer": viewer,
        "in_panel": in_panel,
        "layout": "web/panel.html" if in_panel else "web/page.html",
        "now": clock.local_now(event),
        "change_counter": getattr(request, "change_counter", 0),
    }
    return frame if in_panel else frame | _frame_of_page(request, event, viewer)


def _frame_of_page(request: HttpRequest, event: Event, viewer: Any) -> dict[str, Any]:
    now = clock.local_now(event)
    days = (event.opening_day - now.date()).days
    access = Access.objects.filter(event=event, account=viewer.account).select_related("agency").first()
    return {
        "days_to_opening": days,
        "clock_text": dates.weekday_time(now),
        "clock_place": _place(event),
        "opening_text": _opening_text(event, days),
        "role_name": Role(viewer.role).label if viewer.role else "",
        "viewer_agency": access.agency if access else None,
        "clearance_name": event.classification_name(viewer.clearance),
        "may_move_clock": viewer.may(MOVE_CLOCK),
        "nav": [{"item": item, "url": item.url(event)} for item in nav_for(viewer)],
        "live_url": f"/e/{event.slug}/live/",
    }


def _place(event: Event) -> str:
    """The city whose time the clock shows: the venue's, as the last part of its address, else the time zone's."""
    if "," in event.venue:
        return event.venue.rsplit(",", 1)[1].strip()
    return event.timezone.rsplit("/", 1)[-1].replace("_", " ")


def _opening_text(event: Event, days: int) -> str:
    if days > 0:
        return ngettext("%(n)d day to opening", "%(n)d days to opening", days) % {"n": days}
    if days == 0:
        return _("opens today")
    number, total = 1 - days, len(event.days())
    if number <= total:
        return _("day %(n)d of %(total)d") % {"n": number, "total": total}
    return ngettext("%(n)d day after opening", "%(n)d days after opening", -days) % {"n": -days}
