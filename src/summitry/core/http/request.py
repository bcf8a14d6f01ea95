"""The request as views get it: with the event of the address and the viewer resolved by `web.middleware`."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from summitry.core.models import Account, Event
from summitry.core.viewer import Viewer


class EventRequest(HttpRequest):
    """A request below /e/<slug>/: `event` and `viewer` are set, and the viewer has access to the event."""

    event: Event
    viewer: Viewer
    user: Account
    htmx: HtmxDetails
