"""Days as the schedule's own texts write them; pages use the filters of the shell."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import pgettext


def day_words(day: date | None) -> str:
    """ "Fri 17 Oct 2025"; a dash for none."""
    return date_format(day, pgettext("date format", "D j M Y")) if day is not None else "—"
