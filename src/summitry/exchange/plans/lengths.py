"""Lengths of time of an outside plan as whole working days, the unit of Summitry.

Work is counted by the file's own hours a day and rounded up, so that a plan never promises more than the file did. Time
of the clock becomes the working days that it covers. What is not exact is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from summitry.exchange.plans.model import Span

MINUTES_OF_THE_CLOCK = 1440
_DURATION = re.compile(
    r"(-)?P(?:(\d{1,9})D)?(?:T(?:(\d{1,9}(?:\.\d{1,9})?)H)?(?:(\d{1,9}(?:\.\d{1,9})?)M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?"
)


class Days(NamedTuple):
    """Whole working days, and whether they are exactly what the file says."""

    days: int
    exact: bool


def work_days(span: Span, minutes_a_day: int, start: date | None, works_on: Callable[[date], bool]) -> Days:
    """A task's duration in working days.

    start: the day on which the other program begins the task; the days that time of the clock covers are counted from
    there, and without it by the usual share of working days in a week.
    """
    if not span.elapsed:
        days = span.minutes / minutes_a_day
        return Days(max(0, ceil(days)), days.denominator == 1 and days >= 0)
    of_the_clock = max(0, ceil(span.minutes / MINUTES_OF_THE_CLOCK))
    if of_the_clock == 0:
        return Days(0, span.minutes == 0)
    first = start or date(2024, 1, 1)  # a Monday
    worked = sum(works_on(first + timedelta(days=number)) for number in range(min(of_the_clock, 4000)))
    return Days(max(1, worked), exact=False)


def lag_days(span: Span, minutes_a_day: int, days_a_week: int, predecessor: int) -> Days:
    """A link's lag in working days, rounded up: later rather than earlier.

    days_a_week: working days of the week. predecessor: working days of the task that a share is a share of.
    """
    if span.percent is not None:
        days = span.percent * predecessor / 100
        return Days(ceil(days), exact=days == 0)
    if span.elapsed:
        days = span.minutes / MINUTES_OF_THE_CLOCK * Fraction(days_a_week, 7)
        return Days(ceil(days), exact=span.minutes == 0)
    days = span.minutes / minutes_a_day
    return Days(ceil(days), days.denominator == 1)


def shown(span: Span) -> str:
    """A span as a person reads it."""
    if span.percent is not None:
        return f"{float(span.percent):g} %"
    hours = f"{float(span.minutes / 60):g} h"
    return f"{hours} by the clock" if span.elapsed else hours


def minutes(text: str) -> Fraction | None:
    """Minutes of a duration such as PT8H30M0S; a day of it is 24 hours."""
    match = _DURATION.fullmatch(text)
    if match is None or text in ("P", "-P", "PT", "-PT"):
        return None
    sign, days, hours, mins, seconds = match.groups()
    total = (
        Fraction(days or 0) * MINUTES_OF_THE_CLOCK
        + Fraction(hours or 0) * 60
        + Fraction(mins or 0)
        + Fraction(seconds or 0) / 60
    )
    return -total if sign else total
