"""Days as the schedule's own texts write them; pages use the filters of the shell."""

from __future__ import annotations

from datetime import date

from summitry.core import dates


def day_words(day: date | None) -> str:
    """ "Fri 17 Oct 2025"; a dash for none."""
    return dates.weekday_year(day) if day is not None else "—"
