"""Histogram, S-curve and tornado as SVG: geometry only, from days that were simulated. Colours are classes (risk.css).

Coordinates are those of a view box that the page scales to its place; type is set so that it is legible on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from summitry.core.chances import per_cent
from summitry.schedule.planning.risk import Days

WIDTH, HEIGHT = 480, 262
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 44, 34
"""Room around the drawing: shares at the left, two lines of marks above, days below."""

BINS = 40
OF_DATES = (1, 2, 3, 7, 14, 28, 56, 91, 182, 364, 1820)
OF_DELAYS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Days between two labels of the axis: the first that leaves them room counts."""

LABEL_ROOM = 62.0


@dataclass(frozen=True)
class Axis:
    """The days of a chart, and how one is named: a date, or a delay. steps: days between labels, to choose from."""

    first: int
    last: int
    name: Callable[[int], str]
    steps: tuple[int, ...]

    def x(self, day: float) -> float:
        """Where a day begins. A day reaches to the beginning of the next."""
        share = (day - self.first) / (self.last + 1 - self.first)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def labels(self) -> Iterator[int]:
        width = (WIDTH - LEFT - RIGHT) / (self.last + 1 - self.first)
        step = next((step for step in self.steps if step * width >= LABEL_ROOM), self.steps[-1])
        # Weeks begin with Monday: day 1 of the year 1 was one.
        offset = 1 if step % 7 == 0 else 0
        day = -(-(self.first - offset) // step) * step + offset
        while day <= self.last:
            yield day
            day += step


def axis_for(days: Days, due: int | None, name: Callable[[int], str], *, delays: bool) -> Axis:
    """All that happened, and the deadline, with a day of room at both ends."""
    ends = [days.first, days.last] if due is None else [days.first, days.last, due]
    return Axis(min(ends) - 1, max(ends) + 1, name, OF_DELAYS if delays else OF_DATES)


@dataclass(frozen=True)
class Mark:
    """A day to be marked: its line stands at the end of it. row: 0 or 1, the line of words above."""

    day: int
    words: str
    css: str
    row: int


def histogram(days: Days, axis: Axis, due: int | None, marks: Iterable[Mark], label: str) -> SafeString:
    """On which days it was finished, as a share of the samples. What is after the deadline has another pattern."""
    bins = days.bins(BINS, due)
    most = max(one.share for one in bins)
    top, step = _scale(most)
    parts = list(_ground(axis, top, step))
    for one in bins:
        if one.share <= 0:
            continue
        x, right = axis.x(one.first), axis.x(one.last + 1)
        y = _y(one.share / top)
        css = 'class="r-late" fill="url(#r-stripes)"' if due is not None and one.first > due else 'class="r-in"'
        when = axis.name(one.first)
        if one.last > one.first:
            when = _("%(first)s to %(last)s") % {"first": when, "last": axis.name(one.last)}
        words = _("%(when)s: %(share)s") % {"when": when, "share": per_cent(one.share)}
        parts.append(
            f'<rect {css} x="{_n(x + 0.5)}" y="{_n(y)}" width="{_n(max(0.8, right - x - 1))}"'
            f' height="{_n(_y(0) - y)}"><title>{escape(words)}</title></rect>'
        )
    parts += _marks(axis, marks)
    return _svg(parts, label)


def curve(days: Days, axis: Axis, due: int | None, marks: Iterable[Mark], label: str) -> SafeString:
    """The S-curve: the share of the samples that is done by the end of each day."""
    parts = list(_ground(axis, 1.0, 0.2))
    # A day's samples are done by its end.
    path = f"M{_n(axis.x(axis.first))} {_n(_y(0))}"
    for value, reached in zip(days.values, days.reached, strict=True):
        path += f"H{_n(axis.x(value + 1))}V{_n(_y(reached))}"
    path += f"H{_n(axis.x(axis.last + 1))}"
    p80 = axis.x(days.quantile(0.8) + 1)
    parts.append(f'<path class="r-eighty" d="M{LEFT} {_n(_y(0.8))}H{_n(p80)}"/>')
    parts.append(f'<path class="r-curve" d="{path}"/>')
    parts += _marks(axis, marks)
    if due is not None:
        x, share = axis.x(due + 1), days.by(due)
        right = x > WIDTH * 0.75
        words = escape(str(per_cent(share)))
        parts.append(f'<circle class="r-dot" cx="{_n(x)}" cy="{_n(_y(share))}" r="4"/>')
        parts.append(
            f'<text class="r-word strong" x="{_n(x - 9 if right else x + 9)}" y="{_n(min(_y(share) + 16, _y(0) - 5))}"'
            f"{_end(right)}>{words}</text>"
        )
    return _svg(parts, label)


def bar(low: float, high: float, middle: float, least: float, most: float) -> SafeString:
    """A bar of the tornado between two days, on the scale from `least` to `most`, with a line at the mean."""
    span = max(most - least, 1e-9)
    left, right, mean = (100 * (value - least) / span for value in (min(low, high), max(low, high), middle))
    drawn = (
        '<svg class="r-bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="r-swing" x="{_n(left)}" y="2" width="{_n(max(0.6, right - left))}"'
        f' height="8"/><path class="r-mean" d="M{_n(mean)} 0v12"/></svg>'
    )
    return mark_safe(drawn)  # noqa: S308  (numbers alone)


def _scale(most: float) -> tuple[float, float]:
    """The top of the axis of shares, and the step of its lines."""
    step = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25) if most / step <= 4 or step == 0.25)
    return max(step, ceil(most / step - 1e-9) * step), step


def _y(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)


def _ground(axis: Axis, top: float, step: float) -> Iterator[str]:
    lines = round(top / step)
    for line in range(lines + 1):
        y = _y(line * step / top)
        yield f'<path class="r-line" d="M{LEFT} {_n(y)}H{WIDTH - RIGHT}"/>'
        yield (
            f'<text class="r-word" x="{LEFT - 6}" y="{_n(y + 4)}" text-anchor="end">{round(100 * line * step)} %</text>'
        )
    for day in axis.labels():
        x = (axis.x(day) + axis.x(day + 1)) / 2
        if x > WIDTH - 22:
            continue
        yield f'<path class="r-line" d="M{_n(x)} {_n(_y(0))}v5"/>'
        yield (
            f'<text class="r-word" x="{_n(x)}" y="{_n(_y(0) + 20)}" text-anchor="middle">'
            f"{escape(axis.name(day))}</text>"
        )


def _marks(axis: Axis, marks: Iterable[Mark]) -> Iterator[str]:
    for mark in marks:
        x, y = axis.x(mark.day + 1), 14 + 17 * mark.row
        right = x > WIDTH * 0.6
        yield f'<path class="{mark.css}" d="M{_n(x)} {y - 10}V{_n(_y(0))}"/>'
        yield (
            f'<text class="r-word strong" x="{_n(x - 5 if right else x + 5)}" y="{y}"{_end(right)}>'
            f"{escape(mark.words)}</text>"
        )


def _end(right: bool) -> str:
    return ' text-anchor="end"' if right else ""


def _svg(parts: Iterable[str], label: str) -> SafeString:
    head = f'<svg class="r-chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
    return mark_safe(f"{head}{''.join(parts)}</svg>")  # noqa: S308  (text is escaped where it enters)


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
