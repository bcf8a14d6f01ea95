"""The calendars of XER: nested brackets of weekdays, shifts and exceptional days.

`(0||Name(values)(parts))`, where a weekday (1 for Sunday) or an exceptional day (d|days since 30 December 1899) is
worked when it has a shift (s|from|f|to).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from summitry.exchange.plans import bounds
from summitry.exchange.plans.model import OutsideCalendar, OutsideDay

_BLANKS = re.compile(r"[\s\x7f]*")
_HEAD = re.compile(r"\(\s*0\|\|([^()|]*)\(([^()]*)\)\s*\(")
DAY_ZERO = date(1899, 12, 30)
MAX_DEPTH = 12


class BrokenCalendar(ValueError):
    """The data of a calendar make no sense. `at` is how many signs could be read."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


@dataclass
class Part:
    """One pair of brackets."""

    name: str
    values: dict[str, str]
    parts: list[Part] = field(default_factory=list)

    def named(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)


def parse_data(text: str) -> Part:
    """The data as a tree. Raises `BrokenCalendar`."""
    root = Part("", {})
    stack = [root]
    at = _skip(text, 0)
    while at < len(text):
        if text.startswith("))", at) and len(stack) > 1:
            stack.pop()
            at = _skip(text, at + 2)
            continue
        match = _HEAD.match(text, at)
        if match is None or (len(stack) == 1 and root.parts) or len(stack) > MAX_DEPTH:
            raise BrokenCalendar(at)
        part = Part(match.group(1).strip(), _values(match.group(2)))
        stack[-1].parts.append(part)
        stack.append(part)
        at = _skip(text, match.end())
    if len(stack) > 1 or not root.parts:
        raise BrokenCalendar(at)
    return root.parts[0]


def _skip(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def _values(text: str) -> dict[str, str]:
    parts = [part.strip() for part in text.split("|")]
    return dict(zip(parts[::2], parts[1::2], strict=False))


def calendar_of(uid: str, name: str, data: str, base: str, line: int) -> OutsideCalendar:
    """A calendar; without data it is that of its base. Raises `BrokenCalendar`."""
    if not data.strip(" \x7f"):
        return OutsideCalendar(uid, name, None, {}, base, line)
    tree = parse_data(data)
    week = tree.named("DaysOfWeek")
    pattern: str | None = None
    if week is not None:
        signs = ["0"] * 7
        for day in week.parts:
            if day.name not in {"1", "2", "3", "4", "5", "6", "7"}:
                raise BrokenCalendar(0)
            signs[(int(day.name) + 5) % 7] = "1" if day.parts else "0"
        pattern = "".join(signs)
    days: dict[date, OutsideDay] = {}
    exceptions = tree.named("Exceptions")
    for one in exceptions.parts if exceptions is not None else ():
        days[_day(one.values.get("d", ""))] = OutsideDay(bool(one.parts))
    if len(days) > bounds.MAX_DAYS or (pattern is not None and "1" not in pattern):
        raise BrokenCalendar(0)
    return OutsideCalendar(uid, name, pattern, days, base, line)


def _day(text: str) -> date:
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise BrokenCalendar(0)
    day = DAY_ZERO + timedelta(days=int(text))
    if not bounds.FIRST_YEAR <= day.year <= bounds.LAST_YEAR:
        raise BrokenCalendar(0)
    return day
