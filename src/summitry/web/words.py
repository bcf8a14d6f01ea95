"""Days, durations and numbers as people read them, in the reader's language and the event's year and time zone.

The year and zone are set once a request by `web.middleware`, as Django sets its language: a filter in a template
cannot see the request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.core import dates
from summitry.core.models import Event

_year: ContextVar[int | None] = ContextVar("event_year", default=None)
_zone: ContextVar[ZoneInfo | None] = ContextVar("event_zone", default=None)


def stand_in(event: Event) -> None:
    """From here on, days are written for this event: its year unsaid, its zone applied."""
    _year.set(event.opening_day.year)
    _zone.set(event.zone)
    timezone.activate(event.zone)


def stand_nowhere() -> None:
    """The end of a request: every year is written, instants are in UTC."""
    _year.set(None)
    _zone.set(None)
    timezone.deactivate()


@contextmanager
def standing_in(event: Event) -> Iterator[None]:
    """`stand_in` for a while: for work that is no request."""
    stand_in(event)
    try:
        yield
    finally:
        stand_nowhere()


def _local(value: date | datetime) -> date:
    if isinstance(value, datetime):
        zone: tzinfo = _zone.get() or timezone.get_current_timezone()
        return value.astimezone(zone) if timezone.is_aware(value) else value
    return value


def day(value: date | datetime | None) -> str:
    """ "Fri 17 Oct", with the year where it is not the event's own; an instant is read in the event's zone."""
    if value is None or value == "":
        return ""
    local = _local(value)
    if local.year == _year.get():
        return dates.weekday(local)
    return dates.weekday_year(local)


def full_day(value: date | datetime | None) -> str:
    """ "Friday 17 October 2025": for a title or a screen reader."""
    return dates.full(_local(value)) if value else ""


def moment(value: datetime | None) -> str:
    """ "Fri 17 Oct, 08:00" in the event's zone."""
    if not value:
        return ""
    return _("%(day)s, %(time)s") % {"day": day(value), "time": date_format(_local(value), "H:i")}


def workdays(count: int | None) -> str:
    """ "12 working days"."""
    if count is None:
        return ""
    return ngettext("%(n)s working day", "%(n)s working days", abs(count)) % {"n": signless(count)}


def days(count: int | None) -> str:
    """ "12 days", of the calendar."""
    if count is None:
        return ""
    return ngettext("%(n)s day", "%(n)s days", abs(count)) % {"n": signless(count)}


def signless(count: int) -> str:
    return f"−{-count}" if count < 0 else str(count)


def signed(count: int | None) -> str:
    """ "+3", "−2", "0": with a true minus."""
    if count is None:
        return ""
    return f"+{count}" if count > 0 else signless(count)


def relative(value: date | datetime | None, today: date | datetime) -> str:
    """ "today", "in 3 days", "2 days ago": only ever shown beside the day itself."""
    if not value:
        return ""
    there, here = _local(value), _local(today)
    there = there.date() if isinstance(there, datetime) else there
    here = here.date() if isinstance(here, datetime) else here
    gap = (there - here).days
    if gap == 0:
        return _("today")
    if gap == 1:
        return _("tomorrow")
    if gap == -1:
        return _("yesterday")
    if gap > 0:
        return ngettext("in %(n)d day", "in %(n)d days", gap) % {"n": gap}
    return ngettext("%(n)d day ago", "%(n)d days ago", -gap) % {"n": -gap}


def file_size(count: int) -> str:
    """ "12.3 MB", in steps of 1000."""
    if count < 1000:
        return ngettext("%(n)d byte", "%(n)d bytes", count) % {"n": count}
    size = float(count)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.5 or unit == "GB":
            return f"{size:.1f} {unit}" if size < 10 else f"{size:.0f} {unit}"
    raise AssertionError("unreachable")
