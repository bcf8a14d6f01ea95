"""The core's checks, each with cases that fail and cases that pass."""

from __future__ import annotations

from datetime import date

from summitry.core.models import CalendarException
from tests.check_cases import fails, passes
from tests.factories import save


@fails("EVT001", on=["hanoi", "hanoi"], slug="hanoi", values={"day": date(2025, 10, 25)})
def test_both_days_of_the_event_are_a_weekend(event):
    pass


@passes("EVT001")
def test_both_days_are_exceptional_working_days(event):
    for day in event.days():
        save(CalendarException(event=event, day=day, working=True))
