"""What all endless answers share: how many one account may hold, and whether it may still look."""

from __future__ import annotations

from collections import Counter

from django.contrib.auth import get_user

from summitry.core.http.request import EventRequest
from summitry.core.refusals import NotFound
from summitry.core.viewer import Viewer, viewer_for

# Open pages that one account may have at one process: far more than a person looks at, far less than would hurt.
STREAMS_AN_ACCOUNT = 40
CLOSED = "event: closed\ndata: {}\n\n"
open_streams: Counter[int] = Counter()


def same_right(request: EventRequest, viewer: Viewer) -> bool:
    """Whether the session still belongs to the same account, and that account sees what it saw at the start."""
    # Read anew from the database: the request's own session and user are a memory of its start.
    key = request.session.session_key
    request.session = type(request.session)(key)
    account = get_user(request)
    if not account.is_authenticated or viewer.account is None or account.pk != viewer.account.pk:
        return False
    try:
        now = viewer_for(account, request.event)
    except NotFound:
        return False
    return (now.role, now.clearance, now.agency_ids) == (viewer.role, viewer.clearance, viewer.agency_ids)
