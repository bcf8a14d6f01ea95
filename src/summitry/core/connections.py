"""Giving database connections back from code that outlives a request."""

from __future__ import annotations

from django.db import connections


def give_back() -> None:
    """Close this thread's connections that are unusable or too old, as Django does after every request.

    A page that listens for hours never ends its request, so it gives its connection back itself. Django's own
    `close_old_connections` would also close one in the middle of a transaction and so lose it; this one does not.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
