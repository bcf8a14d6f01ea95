"""Slowing down the guessing of passwords: failures are counted per user name and per network address.

An attempt is counted before its password is looked at and struck off when it was right, so that a burst of parallel
guesses gains nothing. Unknown user names are counted like known ones: the answer never tells them apart.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.crypto import salted_hmac

from summitry.core import clock
from summitry.core.models import FailedSignIn

WINDOW = timedelta(minutes=15)
FAILURES_A_NAME = 5
FAILURES_AN_ADDRESS = 20
KEPT_FOR = timedelta(days=1)


def wait(username: str, address: str) -> timedelta:
    """How long this user name or address must wait before another attempt; zero when it need not."""
    now = clock.system_now()
    return max(
        _until_fewer(Q(username=_name(username)), FAILURES_A_NAME, now),
        _until_fewer(Q(address=address), FAILURES_AN_ADDRESS, now),
    )


def _until_fewer(rows: Q, limit: int, now: datetime) -> timedelta:
    times = list(
        FailedSignIn.objects.filter(rows, at__gt=now - WINDOW).order_by("-at").values_list("at", flat=True)[:limit]
    )
    if len(times) < limit:
        return timedelta(0)
    return max(times[-1] + WINDOW - now, timedelta(0))


def count(username: str, address: str) -> FailedSignIn:
    """Count an attempt. Old rows go: they say nothing any more."""
    now = clock.system_now()
    FailedSignIn.objects.filter(at__lt=now - KEPT_FOR).delete()
    return FailedSignIn.objects.create(username=_name(username), address=address, at=now)


def strike_off(attempt: FailedSignIn) -> None:
    """The password was right: this attempt and the user name's earlier failures no longer count."""
    FailedSignIn.objects.filter(Q(pk=attempt.pk) | Q(username=attempt.username)).delete()


def _name(username: str) -> str:
    """The user name as it is counted: not readable, for people type passwords into the wrong field."""
    return salted_hmac("summitry.web.throttle", username.strip().casefold(), algorithm="sha256").hexdigest()
