"""The life of the bodies as bars over time: geometry for an SVG, in its own units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from summitry.core import dates
from summitry.core.models import Event
from summitry.governance.models import Body

LABELS, WIDTH, ROW, HEAD, PAD = 330, 1120, 24, 22, 18
MONTH = 56  # the room that a month's name needs
# A label of this many signs fits in the column of names, at the small type of the drawing.
NAME_SIGNS = 52


@dataclass(frozen=True)
class Bar:
    """One body's life. `open_end`: it goes on beyond the drawing."""

    body: Body
    name: str
    y: int
    x: float
    width: float
    in_force: bool
    open_end: bool

    @property
    def text_y(self) -> int:
        return self.y + ROW - 8


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True)
class Timeline:
    """Everything that the template draws. Lengths are units of the view box; `chosen_x` and `today_x` may be None."""

    bars: tuple[Bar, ...]
    months: tuple[Tick, ...]
    event_x: float
    event_width: float
    chosen_x: float | None
    today_x: float | None
    width: int = WIDTH
    labels: int = LABELS
    head: int = HEAD
    row: int = ROW

    @property
    def height(self) -> int:
        return HEAD + ROW * len(self.bars) + PAD

    @property
    def foot(self) -> int:
        return HEAD + ROW * len(self.bars)

    @property
    def tag_y(self) -> int:
        return self.foot + 13

    @property
    def bar_height(self) -> int:
        return ROW - 10


def timeline(bodies: Sequence[Body], event: Event, chosen: date, today: date) -> Timeline | None:
    """The bodies' lives from the first day of any to two weeks after the event; None without bodies."""
    if not bodies:
        return None
    first = min(*(body.from_day for body in bodies), event.closing_day)
    ends = [body.to_day for body in bodies if body.to_day is not None]
    last = max([event.closing_day + timedelta(days=14), *ends, *(body.from_day for body in bodies)])
    span = max((last - first).days + 1, 1)
    scale = (WIDTH - LABELS) / span

    def x(day: date) -> float:
        return round(LABELS + (day - first).days * scale, 1)

    bars = []
    for place, body in enumerate(sorted(bodies, key=lambda one: (one.from_day, one.pk))):
        until = min(body.to_day or last, last) + timedelta(days=1)
        bars.append(
            Bar(
                body=body,
                name=body.name if len(body.name) <= NAME_SIGNS else f"{body.name[: NAME_SIGNS - 1]}…",
                y=HEAD + place * ROW,
                x=x(body.from_day),
                width=round(max(x(until) - x(body.from_day), 2), 1),
                in_force=body.in_force_on(chosen),
                open_end=body.to_day is None,
            )
        )
    return Timeline(
        bars=tuple(bars),
        months=tuple(
            Tick(x(month), dates.month(month) if x(month) < WIDTH - MONTH else "") for month in _months(first, last)
        ),
        event_x=x(event.opening_day),
        event_width=round(x(event.closing_day + timedelta(days=1)) - x(event.opening_day), 1),
        chosen_x=x(chosen) if first <= chosen <= last else None,
        today_x=x(today) if first <= today <= last else None,
    )


def _months(first: date, last: date) -> list[date]:
    """The first day of each month within the span, at most about twelve of them."""
    months = []
    month = first.replace(day=1)
    while month <= last:
        if month >= first:
            months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    step = max(1, (len(months) + 11) // 12)
    return months[::step]
