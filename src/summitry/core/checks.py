"""Checks about the event itself and its calendar."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.core.models import CalendarException


@check(
    "EVT001",
    title=_("Event day is not a working day"),
    severity=Severity.WARNING,
    message=_("{day} is a day of the event, yet by the calendar nobody works on it."),
    hint=_("Make {day} an exceptional working day."),
    source="DOMAIN 1.1: both days of the Hanoi ceremony were a weekend",
)
def event_day_not_working(reading: Reading) -> Iterator[Finding]:
    """A day of the event itself falls on a free day of the event's calendar.

    Work of that day (sweeps, gates, protocol) would be planned around it.

    Wrong: opening on Saturday 25 October 2025, working week Monday to Friday.
    Right: the same, with 25 October as an exceptional working day.
    """
    event = reading.event
    exceptions = dict(
        CalendarException.objects.filter(event=event, agency=None, day__in=event.days()).values_list("day", "working")
    )
    for day in event.days():
        if not exceptions.get(day, event.working_week[day.weekday()] == "1"):
            yield Finding(subject=event, values={"day": day}, discriminator=day.isoformat())
