"""The Gantt chart as SVG, by plain string building: a template loop takes ten times as long for 2,000 bars.

Geometry only: everything that is drawn was decided by the plan. Text is escaped where it enters. Coordinates are
pixels; a day is `scale.day` wide, a row `ROW` high. All colours come from classes (static/schedule/gantt.css).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from summitry.core import dates
from summitry.core.chances import per_cent
from summitry.schedule.models import BaselineTask
from summitry.schedule.views.rows import Row, Rows

ROW = 30
BAR = 16
TOP = (ROW - BAR) // 2
HEAD = 46
# A letter of the chart's type is about this wide: enough to tell whether a label fits into its bar.
LETTER = 6.6
LABEL_GAP = 6
ZOOMS: Mapping[str, float] = {"day": 26.0, "week": 9.0, "month": 3.4}


class Sure(NamedTuple):
    """By when an open task is done with a probability of 80 %, and the probability that it meets its deadline."""

    day: date
    chance: float | None


@dataclass(frozen=True)
class Scale:
    """Days to pixels. `first` is the day at the left edge, `last` the last day drawn."""

    first: date
    last: date
    day: float

    def x(self, day: date) -> float:
        """The left edge of a day."""
        return (day - self.first).days * self.day

    def end(self, day: date) -> float:
        """The right edge of a day."""
        return self.x(day) + self.day

    @property
    def width(self) -> float:
        return self.end(self.last)

    def days(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


def scale_for(
    rows: Sequence[Row], ghosts: Mapping[int, BaselineTask], sure: Mapping[int, Sure], rows_of: Rows, zoom: str
) -> Scale:
    """From the week before the first bar to room for a label after the last one."""
    event = rows_of.event
    days = [event.opening_day, event.closing_day, rows_of.data.today]
    for row in rows:
        days += [day for day in (row.start, row.finish, row.plan.deadline) if day is not None]
        if row.task.pk in ghosts:
            days += [ghosts[row.task.pk].start, ghosts[row.task.pk].finish]
        if row.task.pk in sure:
            days.append(sure[row.task.pk].day)
    first = min(days) - timedelta(days=5)
    first -= timedelta(days=first.weekday())
    room = int(170 / ZOOMS[zoom]) + 3
    return Scale(first, max(days) + timedelta(days=room), ZOOMS[zoom])


@dataclass(frozen=True)
class Chart:
    """The drawing's parts, ready for the template."""

    scale: Scale
    head: SafeString
    body: SafeString
    width: int
    height: int


def draw(
    rows_of: Rows,
    rows: Sequence[Row],
    ghosts: Mapping[int, BaselineTask],
    zoom: str,
    *,
    links: bool,
    editable: bool,
    sure: Mapping[int, Sure],
) -> Chart:
    """The whole chart of the given rows, in their order. ghosts, sure: by task id, of the rows that have one."""
    scale = scale_for(rows, ghosts, sure, rows_of, zoom)
    height = max(1, len(rows)) * ROW
    parts: list[str] = []
    parts += _ground(rows_of, scale, height, len(rows))
    if links:
        parts += _arrows(rows_of, rows, scale)
    for number, row in enumerate(rows):
        pk = row.task.pk
        parts += _row(row, ghosts.get(pk), sure.get(pk), scale, number * ROW, rows_of, editable)
    parts += _today(rows_of, scale, height)
    return Chart(scale, _svg(_head(rows_of, scale, zoom)), _svg(parts), round(scale.width), height)


def _svg(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308  (text is escaped where it enters)


NAMES = 330


def names(rows: Sequence[Row]) -> SafeString:
    """The rows' codes and titles, `NAMES` wide, for a printed sheet."""
    lines = []
    for number, row in enumerate(rows):
        words = f"{row.task.code}  {row.task.title}"
        shown = words if len(words) <= 50 else words[:49].rstrip() + "…"
        lines.append(f'<text class="g-name" x="0" y="{_n(number * ROW + ROW / 2 + 4)}">{escape(shown)}</text>')
    return _svg(lines)


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _rect(css: str, x: float, y: float, width: float, height: float, radius: int = 0) -> str:
    corner = f' rx="{radius}"' if radius else ""
    return f'<rect class="{css}" x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0.5))}" height="{_n(height)}"{corner}/>'


def _ground(rows_of: Rows, scale: Scale, height: int, count: int) -> Iterator[str]:
    """What lies below the bars: free days, the event's days, the lines of weeks or months and of rows."""
    calendar = rows_of.plan.calendar(None)
    if scale.day >= 3:
        free = "".join(
            f"M{_n(scale.x(day))} 0h{_n(scale.day)}v{height}h-{_n(scale.day)}z"
            for day in calendar.free_days(scale.first, scale.last)
        )
        yield f'<path class="g-free" d="{free}"/>'
    event = rows_of.event
    yield _rect(
        "g-event",
        scale.x(event.opening_day),
        0,
        scale.end(event.closing_day) - scale.x(event.opening_day),
        height,
    )
    marks = [day for day in scale.days() if (day.weekday() == 0 if scale.day >= 9 else day.day == 1)]
    yield '<path class="g-line" d="' + "".join(f"M{_n(scale.x(day))} 0v{height}" for day in marks) + '"/>'
    yield '<path class="g-line" d="' + "".join(f"M0 {n * ROW}h{_n(scale.width)}" for n in range(1, count + 1)) + '"/>'


def _head(rows_of: Rows, scale: Scale, zoom: str) -> Iterator[str]:
    """Two lines above the chart: months; then days or the Mondays of weeks."""
    month = scale.first.replace(day=1)
    while month <= scale.last:
        following = (month + timedelta(days=32)).replace(day=1)
        left, right = max(0.0, scale.x(month)), min(scale.width, scale.x(following))
        yield f'<path class="g-line" d="M{_n(scale.x(month))} 0v{HEAD}"/>'
        if right - left > 58:
            yield f'<text class="g-month" x="{_n(left + 6)}" y="17">{escape(dates.month(month))}</text>'
        month = following
    for day in scale.days():
        if zoom == "day" or (day.weekday() == 0 and zoom == "week"):
            middle = scale.x(day) + (scale.day / 2 if zoom == "day" else 3)
            css = "g-day free" if not rows_of.plan.calendar(None).works_on(day) and zoom == "day" else "g-day"
            anchor = ' text-anchor="middle"' if zoom == "day" else ""
            yield f'<text class="{css}" x="{_n(middle)}" y="36"{anchor}>{day.day}</text>'
    today = rows_of.data.today
    yield _rect("g-today-head", scale.x(today), 24, max(scale.day, 4), HEAD - 24, 2)
    yield (
        f'<text class="g-today-word" x="{_n(scale.x(today) + max(scale.day, 4) + 4)}" y="36">'
        f"{escape(_('today'))}</text>"
        if zoom == "month"
        else ""
    )
    if zoom == "day":
        middle = scale.x(today) + scale.day / 2
        yield f'<text class="g-day on" x="{_n(middle)}" y="36" text-anchor="middle">{today.day}</text>'


def _today(rows_of: Rows, scale: Scale, height: int) -> Iterator[str]:
    x = scale.x(rows_of.data.today)
    yield f'<path class="g-today" d="M{_n(x)} 0v{height}"><title>{escape(_("today"))}</title></path>'


def _label(row: Row) -> str:
    """What stands in or beside a bar."""
    return f"{row.task.code} · {row.lead.code}" if row.lead else row.task.code


def _row(
    row: Row, ghost: BaselineTask | None, sure: Sure | None, scale: Scale, y: int, rows_of: Rows, editable: bool
) -> Iterator[str]:
    if row.start is None or row.finish is None:
        return
    left, right = scale.x(row.start), scale.end(row.finish)
    if ghost is not None:
        moved = _("Baseline: %(start)s to %(finish)s") % {
            "start": dates.weekday(ghost.start),
            "finish": dates.weekday(ghost.finish),
        }
        at, to = scale.x(ghost.start), scale.end(ghost.finish)
        yield f"<g>{_rect('g-ghost', at, y + ROW - 7, to - at, 4, 2)}<title>{escape(moved)}</title></g>"
    state = row.state.value.replace("_", "-")
    critical = " critical" if row.plan.critical else ""
    data = _editing(row, rows_of) if editable else ""
    url = escape(row.task.get_absolute_url())
    spoken = escape(_spoken(row, sure))
    tip = _whisker_end(row, sure, scale)
    yield (
        f'<a class="g-bar {state}{critical}{" group" if row.group else ""}{" waived" if row.task.waived_on else ""}"'
        f' href="{url}" data-panel data-code="{escape(row.task.code)}" data-row-index="{y // ROW}"'
        f' data-start="{row.start.isoformat()}" data-finish="{row.finish.isoformat()}"{data}'
        f' aria-label="{spoken}">'
    )
    yield f"<title>{spoken}</title>"
    if row.task.milestone:
        middle, half = scale.x(row.finish) + scale.day / 2, 8
        top = y + ROW / 2
        path = f"M{_n(middle)} {_n(top - half)}l{half} {half}l-{half} {half}l-{half} -{half}z"
        yield f'<path class="g-shape" d="{path}"/>'
        left, right = middle - half, middle + half
        yield from _whisker(right, tip, y)
        yield _text(row, max(right, tip) + LABEL_GAP, y, "g-label beside", scale)
    elif row.group:
        top = y + TOP + 2
        yield (f'<path class="g-shape" d="M{_n(left)} {top}H{_n(right)}v11l-6 -5H{_n(left + 6)}l-6 5z"/>')
        yield _text(row, right + LABEL_GAP, y, "g-label beside", scale)
    else:
        yield _rect("g-shape", left, y + TOP, right - left, BAR, 3)
        today = rows_of.data.today
        if row.task.started_on and row.task.open and row.start < today:
            yield _rect("g-past", left, y + TOP, min(right, scale.x(today)) - left, BAR, 3)
        yield from _whisker(right, tip, y)
        if len(_label(row)) * LETTER + 12 <= right - left:
            yield _text(row, left + LABEL_GAP, y, "g-label inside", scale)
        else:
            end = max(right, tip)
            yield _text(row, end + LABEL_GAP + _flag_room(row, scale, end), y, "g-label beside", scale)
    if editable and data:
        yield _rect("g-handle", right - 6, y + TOP, 10, BAR)
    yield "</a>"
    yield from _deadline(row, scale, y)


def _whisker_end(row: Row, sure: Sure | None, scale: Scale) -> float:
    """Where the whisker ends; 0 where there is none, for the bar itself reaches as far."""
    if sure is None or row.finish is None or sure.day <= row.finish:
        return 0.0
    return scale.x(sure.day) + scale.day / 2 if row.task.milestone else scale.end(sure.day)


def _whisker(right: float, tip: float, y: int) -> Iterator[str]:
    """From the expected finish to the day by which it is done with a probability of 80 %."""
    if tip > right:
        yield f'<path class="g-whisker" d="M{_n(right)} {_n(y + ROW / 2)}H{_n(tip)}m0 -4v8"/>'


def _flag_room(row: Row, scale: Scale, right: float) -> float:
    """A deadline that stands just behind the bar pushes the label to its other side."""
    deadline = row.plan.deadline
    if deadline is None:
        return 0
    gap = scale.end(deadline) - right
    return gap + 4 if 0 <= gap < len(_label(row)) * LETTER + LABEL_GAP else 0


def _text(row: Row, x: float, y: int, css: str, scale: Scale) -> str:
    return f'<text class="{css}" x="{_n(x)}" y="{_n(y + ROW / 2 + 4)}">{escape(_label(row))}</text>'


def _deadline(row: Row, scale: Scale, y: int) -> Iterator[str]:
    deadline = row.plan.deadline
    if deadline is None:
        return
    x = scale.end(deadline)
    css = "g-deadline broken" if row.plan.late and row.task.open else "g-deadline"
    words = _("Deadline of %(code)s: %(day)s") % {"code": row.task.code, "day": dates.weekday_year(deadline)}
    yield f'<path class="{css}" d="M{_n(x)} {y + 4}v{ROW - 8}m0 0l-5 4h5z"><title>{escape(words)}</title></path>'


def _spoken(row: Row, sure: Sure | None) -> str:
    """The bar in words: for a screen reader and on hover."""
    assert row.start is not None
    assert row.finish is not None
    words = _("%(task)s: %(start)s to %(finish)s, %(state)s") % {
        "task": str(row.task),
        "start": dates.weekday(row.start),
        "finish": dates.weekday_year(row.finish),
        "state": row.state.label,
    }
    if row.total_float is not None:
        words += " · " + _("float %(days)d working days") % {"days": row.total_float}
    if row.plan.critical:
        words += " · " + _("critical")
    if sure is not None:
        words += " · " + _("80 %% sure by %(day)s") % {"day": dates.weekday_year(sure.day)}
        if sure.chance is not None:
            words += " · " + _("deadline kept with probability %(chance)s") % {"chance": per_cent(sure.chance)}
    return words


def _editing(row: Row, rows_of: Rows) -> str:
    """What dragging needs. A closed, waived or grouped task is not dragged; one that has begun is only stretched."""
    task = row.task
    if not task.open or row.group:
        return ""
    move = "1" if task.started_on is None else "0"
    stretch = "0" if task.milestone else "1"
    keys = ' aria-keyshortcuts="ArrowLeft ArrowRight"'
    return f' data-move="{move}" data-stretch="{stretch}" data-seen="{task.version}"{keys}'


def _arrows(rows_of: Rows, rows: Sequence[Row], scale: Scale) -> Iterator[str]:
    """Link arrows between drawn rows; those that decide a critical task's start are drawn stronger."""
    place = {row.task.pk: number for number, row in enumerate(rows)}
    by_id = {row.task.pk: row for row in rows}
    plain: list[str] = []
    driving: list[str] = []
    for link in rows_of.data.links.values():
        if link.predecessor_id not in place or link.successor_id not in place:
            continue
        before, after = by_id[link.predecessor_id], by_id[link.successor_id]
        if before.start is None or after.start is None or before.finish is None or after.finish is None:
            continue
        path = _elbow(link.kind, before, after, scale, place[link.predecessor_id], place[link.successor_id])
        drives = any(driver.link == link.pk for driver in after.plan.drivers)
        (driving if drives and after.plan.critical else plain).append(path)
    yield f'<path class="g-link" d="{"".join(plain)}"/>'
    yield f'<path class="g-link driving" d="{"".join(driving)}"/>'


def _elbow(kind: str, before: Row, after: Row, scale: Scale, up: int, down: int) -> str:
    """A line from the end that is waited for to the end that waits, with its arrow head."""
    assert before.start
    assert before.finish
    assert after.start
    assert after.finish
    from_finish, to_start = kind[0] == "F", kind[1] == "S"
    x1 = scale.end(before.finish) if from_finish else scale.x(before.start)
    x2 = scale.x(after.start) if to_start else scale.end(after.finish)
    if before.task.milestone:
        x1 = scale.x(before.finish) + scale.day / 2 + 8
    if after.task.milestone:
        x2 = scale.x(after.start) + scale.day / 2 - (8 if to_start else -8)
    y1, y2 = up * ROW + ROW / 2, down * ROW + ROW / 2
    out = x1 + (5 if from_finish else -5)
    into = x2 - 6 if to_start else x2 + 6
    tip = 4 if to_start else -4
    head = f"M{_n(x2 - tip)} {_n(y2 - 3)}L{_n(x2)} {_n(y2)}L{_n(x2 - tip)} {_n(y2 + 3)}"
    forward = out <= into if to_start else out >= into
    if forward:
        return f"M{_n(x1)} {_n(y1)}H{_n(out)}V{_n(y2)}H{_n(x2)}{head}"
    between = y1 + (ROW / 2 - 1 if y2 > y1 else -(ROW / 2 - 1))
    return f"M{_n(x1)} {_n(y1)}H{_n(out)}V{_n(between)}H{_n(into)}V{_n(y2)}H{_n(x2)}{head}"
