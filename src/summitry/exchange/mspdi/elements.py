"""Writes XML an element at a time: names are ours, texts are escaped, nothing else gets in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from xml.sax.saxutils import escape

from summitry.exchange.queries import normal

NAMESPACE = "http://schemas.microsoft.com/project"
WORK_BEGINS, WORK_ENDS = time(8), time(17)
TIMES = (("08:00:00", "12:00:00"), ("13:00:00", "17:00:00"))
"""The hours of a working day, 8 together. Summitry counts days; the other program needs hours."""
HOURS = 8


class Writer:
    """Elements as lines of text."""

    def __init__(self) -> None:
        self.lines = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>']
        self.depth = 0

    @contextmanager
    def within(self, tag: str, attributes: str = "") -> Iterator[None]:
        """What is written inside stands in an element of that name."""
        self.lines.append(f"{'  ' * self.depth}<{tag}{attributes}>")
        self.depth += 1
        yield
        self.depth -= 1
        self.lines.append(f"{'  ' * self.depth}</{tag}>")

    def put(self, tag: str, value: object) -> None:
        """An element with a text; none when there is no value. Yes is 1, no is 0."""
        if value is None:
            return
        text = ("1" if value else "0") if isinstance(value, bool) else normal(str(value))
        self.lines.append(f"{'  ' * self.depth}<{tag}>{escape(text)}</{tag}>")

    def all(self, **values: object) -> None:
        """Several elements in their order."""
        for tag, value in values.items():
            self.put(tag, value)

    def bytes(self) -> bytes:
        return ("\n".join(self.lines) + "\n").encode("utf-8")


def begins(day: date) -> str:
    """The moment at which work of a day begins."""
    return f"{day:%Y-%m-%d}T{WORK_BEGINS:%H:%M:%S}"


def ends(day: date) -> str:
    """The moment at which work of a day ends."""
    return f"{day:%Y-%m-%d}T{WORK_ENDS:%H:%M:%S}"


def length(days: int) -> str:
    """Working days as a duration."""
    return f"PT{days * HOURS}H0M0S"
