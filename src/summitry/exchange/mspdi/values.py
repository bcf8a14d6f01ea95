"""The values of Microsoft Project XML: dates, durations, units, flags. What makes no sense is a fault."""

from __future__ import annotations

import re
from datetime import date, datetime
from fractions import Fraction

from django.utils.translation import gettext as _

from summitry.exchange.faults import Faults
from summitry.exchange.mspdi.tree import Node
from summitry.exchange.plans import bounds
from summitry.exchange.plans.lengths import minutes
from summitry.exchange.plans.model import Span

_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?")

ELAPSED_FORMATS = frozenset({4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52})
"""Units of the clock: elapsed minutes to months, the second row of them for estimates."""
PERCENT_FORMATS = frozenset({19, 20, 51, 52})


class Place:
    """Reads the children of one element and tells faults with the place of the element."""

    def __init__(self, node: Node, part: str, name: str, faults: Faults) -> None:
        self.node, self.part, self.name, self.faults = node, part, name, faults

    def fault(self, column: str, found: str, expected: str, line: int = 0) -> None:
        self.faults.add(
            expected, sheet=self.part, row=line or self.node.line, column=column, cell=self.name, found=found
        )

    def text(self, tag: str) -> str:
        return self.node.value(tag)

    def raw(self, tag: str) -> str:
        """The text with its line ends, for notes."""
        child = self.node.take(tag)
        return child.text if child is not None else ""

    def flag(self, tag: str) -> bool:
        value = self.node.value(tag).lower()
        if value not in ("", "0", "1", "true", "false"):
            self.fault(tag, value, _("1 for yes or 0 for no is expected."))
        return value in ("1", "true")

    def whole(self, tag: str, default: int = 0) -> int:
        value = self.node.value(tag)
        if not value:
            return default
        if re.fullmatch(r"[+-]?\d{1,15}", value):
            return int(value)
        self.fault(tag, value, _("A whole number is expected."))
        return default

    def number(self, tag: str, default: Fraction = Fraction(0)) -> Fraction:
        value = self.node.value(tag)
        if not value:
            return default
        if _NUMBER.fullmatch(value):
            return Fraction(value)
        self.fault(tag, value, _("A number is expected."))
        return default

    def moment(self, tag: str) -> datetime | None:
        value = self.node.value(tag)
        if not value or value.upper() == "NA":
            return None
        found = moment(value)
        if found is None:
            self.fault(
                tag,
                value,
                _("A moment like 2025-10-25T08:00:00 of the years {first} to {last} is expected.").format(
                    first=bounds.FIRST_YEAR, last=bounds.LAST_YEAR
                ),
            )
        return found

    def day(self, tag: str) -> date | None:
        found = self.moment(tag)
        return found.date() if found else None

    def minutes(self, tag: str) -> Fraction | None:
        value = self.node.value(tag)
        if not value:
            return None
        found = minutes(value)
        if found is None:
            self.fault(tag, value, _("A duration like PT16H0M0S is expected."))
        return found

    def span(self, tag: str, format_: int) -> Span | None:
        """A duration, by the clock or by work as its format says."""
        found = self.minutes(tag)
        return None if found is None else Span(found, elapsed=format_ in ELAPSED_FORMATS)


def moment(text: str) -> datetime | None:
    """A date and time as the schema writes it; a time zone is not read, since the program's own files have none."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in match.groups())
    if not bounds.FIRST_YEAR <= year <= bounds.LAST_YEAR:
        return None
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  (a plan's wall clock)
    except ValueError:
        return None
