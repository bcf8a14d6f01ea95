"""How days are written, in the reader's language: every form that the product uses, each in one place.

The order and the signs of a date belong to a language, so each form is a message of its own. Pages write days by the
filters of the shell (`web.words`), which know the event's year; what is below them or draws a picture writes them here.
"""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import pgettext


def weekday(day: date) -> str:
    """ "Fri 17 Oct": where the year is plain."""
    return date_format(day, pgettext("date format", "D j M"))


def weekday_year(day: date) -> str:
    """ "Fri 17 Oct 2025"."""
    return date_format(day, pgettext("date format", "D j M Y"))


def weekday_time(moment: date) -> str:
    """ "Fri 17 Oct 2025, 08:00", of a moment in the zone in which it is to be read."""
    return date_format(moment, pgettext("date format", "D j M Y, H:i"))


def plain(day: date) -> str:
    """ "17 Oct 2025"."""
    return date_format(day, pgettext("date format", "j M Y"))


def brief(day: date) -> str:
    """ "17 Oct": at the axis of a picture."""
    return date_format(day, pgettext("date format", "j M"))


def month(day: date) -> str:
    """ "Oct 2025": at the axis of a picture."""
    return date_format(day, pgettext("date format", "M Y"))


def full(day: date) -> str:
    """ "Friday 17 October 2025": for a title or a screen reader."""
    return date_format(day, pgettext("date format", "l j F Y"))


def full_month(day: date) -> str:
    """ "October 2025": over a month's calendar."""
    return date_format(day, pgettext("date format", "F Y"))
