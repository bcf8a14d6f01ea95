"""The load of one agency or resource as SVG, and the same as a table: built here, for a template loop is too slow.

What is beyond the desks is told by a hatch and a sign as well as by colour. All colours
come from classes (static/schedule/planner.css).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.core import dates
from summitry.schedule.planning.capacity import Day, Load

NARROW, WIDE, ROOMY = 15, 30, 1080
"""A day is as wide as the page lets it be, within these pixels."""
HEAD = 44
ROOM = 96
LEFT = 26
UNLIMITED = 10_000
"""Units from which on a limit is no line any more."""


@dataclass(frozen=True)
class Stretch:
    """Days in a row with the same load, for the table."""

    first: date
    last: date
    load: int
    limit: int | None
    proposed: int | None
    tasks: str

    @property
    def over(self) -> int:
        return max(0, self.load - self.limit) if self.limit is not None else 0

    @property
    def proposed_over(self) -> int:
        return max(0, self.proposed - self.limit) if self.limit is not None and self.proposed is not None else 0


@dataclass(frozen=True)
class Picture:
    """One chart: its drawing, its size, and itself as a table."""

    svg: SafeString
    width: int
    height: int
    table: tuple[Stretch, ...]


def draw(
    load: Load, proposed: Load | None, *, today: date, works: Callable[[date], bool], codes: Callable[[int], str]
) -> Picture:
    """The chart of one load, with the proposed one as an outline."""
    days = load.days
    top = max(
        [
            load.peak,
            proposed.peak if proposed else 0,
            *(d.limit for d in days if d.limit is not None and d.limit < UNLIMITED),
        ]
    )
    step = max(1, -(-top // 4))
    units = max(1, step * -(-max(top, 1) // step))
    day = max(NARROW, min(WIDE, ROOMY // max(1, len(days))))
    scale = _Scale(days, day, ROOM / units, units, step)
    parts: list[str] = []
    parts += _ground(scale, today, works)
    parts += _bars(scale, days, codes)
    parts += _limit(scale, days)
    if proposed is not None:
        parts += _outline(scale, proposed.days)
    svg = mark_safe("".join(parts))  # noqa: S308  (text is escaped where it enters)
    return Picture(svg, round(scale.width) + LEFT + 8, HEAD + ROOM + 6, tuple(_stretches(days, proposed, codes)))


@dataclass(frozen=True)
class _Scale:
    days: Sequence[Day]
    day: int
    unit: float
    units: int
    step: int

    @property
    def width(self) -> float:
        return len(self.days) * self.day

    def x(self, at: int) -> int:
        return LEFT + at * self.day

    def y(self, units: float) -> float:
        return HEAD + ROOM - units * self.unit


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _ground(scale: _Scale, today: date, works: Callable[[date], bool]) -> Iterator[str]:
    days = scale.days
    free = "".join(
        f"M{scale.x(at)} {HEAD}h{scale.day}v{ROOM}h-{scale.day}z" for at, day in enumerate(days) if not works(day.day)
    )
    yield f'<path class="l-free" d="{free}"/>'
    right = scale.x(len(days))
    for units in range(0, scale.units + 1, scale.step):
        y = _n(scale.y(units))
        yield f'<path class="l-line" d="M{LEFT} {y}H{right}"/>'
        yield f'<text class="l-unit" x="{LEFT - 6}" y="{_n(scale.y(units) + 4)}" text-anchor="end">{units}</text>'
    month = None
    for at, day in enumerate(days):
        if day.day.weekday() == 0 or at == 0:
            if day.day.weekday() == 0:
                yield f'<path class="l-week" d="M{scale.x(at)} {HEAD - 24}v{ROOM + 24}"/>'
                yield f'<text class="l-day" x="{scale.x(at) + 3}" y="{HEAD - 14}">{day.day.day}</text>'
            if (day.day.year, day.day.month) != month:
                month = (day.day.year, day.day.month)
                yield f'<text class="l-month" x="{scale.x(at) + 3}" y="12">{escape(dates.month(day.day))}</text>'
        if day.day == today:
            x = scale.x(at)
            yield f'<path class="l-today" d="M{x} {HEAD - 24}v{ROOM + 24}"><title>{escape(_("today"))}</title></path>'


def _bars(scale: _Scale, days: Sequence[Day], codes: Callable[[int], str]) -> Iterator[str]:
    for at, day in enumerate(days):
        if not day.load:
            continue
        words = escape(spoken(day, codes))
        x, within = scale.x(at) + 1, day.load - day.over
        focus = f' tabindex="0" role="img" aria-label="{words}"' if day.over else ""
        yield f'<g class="l-of-day"{focus}><title>{words}</title>'
        wide = scale.day - 2
        if within:
            height = _n(within * scale.unit)
            yield f'<rect class="l-load" x="{x}" y="{_n(scale.y(within))}" width="{wide}" height="{height}"/>'
        if day.over:
            yield from _too_much(x, scale.y(day.load), wide, day.over * scale.unit)
        yield "</g>"


def _too_much(x: int, y: float, wide: int, height: float) -> Iterator[str]:
    """What is beyond the desks: framed, hatched, and with a sign above it."""
    yield f'<rect class="l-over" x="{x}" y="{_n(y)}" width="{wide}" height="{_n(height)}"/>'
    # Diagonals five pixels apart that end where the frame ends.
    lines = ""
    for off in range(5, round(height) + wide, 5):
        low, high = max(0.0, off - height), min(off, wide)
        lines += f"M{_n(x + low)} {_n(y + off - low)}L{_n(x + high)} {_n(y + off - high)}"
    yield f'<path class="l-hatch" d="{lines}"/>'
    yield f'<path class="l-sign" d="M{_n(x + wide / 2)} {_n(y - 9)}l4.5 8h-9z"/>'


def _limit(scale: _Scale, days: Sequence[Day]) -> Iterator[str]:
    path, drawn = [], False
    for at, day in enumerate(days):
        if day.limit is None or day.limit >= UNLIMITED:
            drawn = False
            continue
        y = _n(scale.y(day.limit))
        path.append(f"{'V' if drawn else f'M{scale.x(at)} '}{y}H{scale.x(at + 1)}")
        drawn = True
    if path:
        yield f'<path class="l-limit" d="{"".join(path)}"/>'


def _outline(scale: _Scale, days: Sequence[Day]) -> Iterator[str]:
    path = [f"M{scale.x(0)} {_n(scale.y(0))}"]
    path += [f"V{_n(scale.y(day.load))}H{scale.x(at + 1)}" for at, day in enumerate(days)]
    yield f'<path class="l-proposed" d="{"".join(path)}V{_n(scale.y(0))}"/>'


def spoken(day: Day, codes: Callable[[int], str]) -> str:
    """ "Mon 6 Oct: 3 of 2 desks, 1 too many: T34, T35, T38" """
    words = dates.weekday(day.day) + ": "
    if day.limit is None or day.limit >= UNLIMITED:
        words += ngettext("%(n)d desk", "%(n)d desks", day.load) % {"n": day.load}
    else:
        words += _("%(load)d of %(limit)d") % {"load": day.load, "limit": day.limit}
    if day.over:
        words += _(", %(n)d too many") % {"n": day.over}
    return f"{words}: {', '.join(codes(pk) for pk in day.tasks)}"


def _stretches(days: Sequence[Day], proposed: Load | None, codes: Callable[[int], str]) -> Iterator[Stretch]:
    """Days with equal values as one row; days without load now and then are left out."""
    beside = {day.day: day.load for day in proposed.days} if proposed is not None else {}
    rows = [
        (day.day, (day.load, day.limit, beside.get(day.day), ", ".join(codes(pk) for pk in day.tasks)))
        for day in days
        if day.load or beside.get(day.day)
    ]
    edges = [0, *(at + 1 for at, (one, other) in enumerate(pairwise(rows)) if not _goes_on(one, other)), len(rows)]
    for low, high in pairwise(edges):
        if low < high:
            load, limit, new, tasks = rows[low][1]
            limit = None if limit is None or limit >= UNLIMITED else limit
            yield Stretch(rows[low][0], rows[high - 1][0], load, limit, new, tasks)


def _goes_on(one: tuple[date, object], other: tuple[date, object]) -> bool:
    """Whether two rows are one stretch: the same values, with at most a weekend between."""
    return one[1] == other[1] and other[0] - one[0] <= timedelta(days=3)


def peak_words(load: Load) -> str:
    """How much at most, and how often too much."""
    words = _("at most %(n)d at once") % {"n": load.peak}
    over = len(load.over)
    if over:
        words += ", " + ngettext("%(n)d day too many", "%(n)d days too many", over) % {"n": over}
    return words
