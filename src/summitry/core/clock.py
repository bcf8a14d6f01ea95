"""The only place that asks the system clock.

Preparation runs on the event's own clock: real time for a real event, a moment that a person moves forward
for a demonstration. A test bans every other reader of the system clock.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from summitry.core.models import Event


def system_now() -> datetime:
    """The present instant by the machine's clock, in UTC."""
    return datetime.now(tz=UTC)


def monotonic() -> float:
    """Seconds of a clock that never goes back, to measure durations."""
    return time.monotonic()


def now(event: Event) -> datetime:
    """The event's present instant, in UTC: its demonstration moment if it has one, else the machine's."""
    return event.demo_now or system_now()


def local_now(event: Event) -> datetime:
    """The event's present instant in the event's own time zone."""
    return now(event).astimezone(ZoneInfo(event.timezone))


def today(event: Event) -> date:
    """The event's present day in the event's own time zone."""
    return local_now(event).date()
