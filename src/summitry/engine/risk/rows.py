"""The layout as arrays, calendar tables that grow, and the arrays that the kernels write. Imported when needed."""

from __future__ import annotations

from typing import Any

import numpy as np

from summitry.engine.network import TooLongError
from summitry.engine.network.flat import lay_out as lay_out_calendars
from summitry.engine.network.kernel import FINISHED, NONE, OPEN
from summitry.engine.network.passes import LONGEST_SPAN, MARGIN

from .layout import Layout

CHUNK = 64
"""Samples that share one stretch of counters; blocks of samples are multiples of it."""

DURATION, FACTOR, OCCURRENCE, DELAY = range(4)
"""What random numbers are for: part of their counter, so that they never meet."""

EVER = -(1 << 30)
"""Before all points."""

CELLS = 1 << 24
"""Finishes that are kept: 64 MB. Of larger simulations those with a deadline are kept first."""


class Rows:
    """``Layout`` and its ``Draws`` as arrays; names as there. Points are absolute; where ``plain``, from ``origin``."""

    def __init__(self, layout: Layout, seed: int, toward: int) -> None:
        draws, network = layout.draws, layout.problem.network
        self.layout = layout
        self.count = len(layout.order)
        self.seed = (seed & 0xFFFFFFFF, seed >> 32)
        self.toward = toward
        self.plain = layout.plain
        self.origin = network.project_start if layout.plain else 0
        self.keys, self.group_keys, self.event_keys = draws.key, layout.group_keys, layout.event_keys
        self.how, self.table = _whole(draws.how), _whole(draws.table)
        self.base, self.low, self.mode, self.high = map(_real, (draws.base, draws.low, draws.mode, draws.high))
        self.group, self.share, self.rest = _whole(draws.group), _real(draws.share), _real(draws.rest)
        self.first, self.limits, self.guides = map(_whole, (draws.first, draws.limits, draws.guides))
        self.values, self.scores, self.curves = map(_real, (draws.values, draws.scores, draws.curves))
        self.key = np.array(draws.key, np.uint64)
        self.group_key = np.array(layout.group_keys, np.uint64)
        self.event_key = np.array(layout.event_keys, np.uint64)
        self.event_limits = _whole(layout.event_limits)
        self.calendar, self.state = _whole(layout.calendar), _whole(layout.state)
        self.floor, self.deadline = self._points(layout.floor), self._points(layout.deadline)
        self.fixed_start, self.fixed_finish = self._points(layout.fixed_start), self._points(layout.fixed_finish)
        self.start, self.finish = self._points(layout.start), self._points(layout.finish)
        self.ptr, self.before = _whole(layout.ptr), _whole(layout.before)
        self.kind, self.lag = _whole(layout.kind), _whole(layout.lag)
        self.hit_ptr, self.hit_event = _whole(layout.hit_ptr), _whole(layout.hit_event)
        self.due, self.wanted, self.last = _whole(layout.due), _whole(layout.wanted), _whole(layout.last)
        over = self.finish[self.state == FINISHED]
        # The latest finish among what is finished, for the end of everything where nothing else ends later.
        self.past = int(over.max()) if len(over) else (EVER if self.count else 0)
        # Only links from finish to start, so that nobody asks for a begin.
        self.lean = self.plain and not self.kind.any()
        flat = network.flat
        most = max((draws.base[at] for at in range(self.count)), default=0) + max(draws.values, default=0)
        self._back, self._ahead = MARGIN + 2 * flat.longest_lag + int(most), MARGIN + int(most)
        self._lay_out()

    def _points(self, points: list[int]) -> Any:
        """From ``origin``; ``NONE`` stays what it is."""
        row = _whole(points)
        return np.where(row == NONE, NONE, row - self.origin)

    def stands(self, at: int) -> bool:
        """Whether a place has dates that its predecessors do not move."""
        fixed = self.fixed_finish[at] != NONE or (self.fixed_start[at] != NONE and self.state[at] == OPEN)
        return bool(fixed or self.state[at] == FINISHED)

    def enlarge(self, back: bool) -> None:
        """Calendar tables that reach further. Raises ``TooLongError``."""
        if back:
            self._back *= 4
        else:
            self._ahead *= 4
        self._lay_out()

    def _lay_out(self) -> None:
        network = self.layout.problem.network
        first, last = network.flat.first_point - self._back, network.flat.last_point + self._ahead
        if self.plain:
            first = last = 0
        if last - first > LONGEST_SPAN:
            raise TooLongError(f"The network spans more than {LONGEST_SPAN} days.")
        tables = lay_out_calendars(network.calendars, first, last)
        self.base_point, self.width = tables.base, tables.width
        self.all_counts, self.all_days = (np.array(row, np.int32) for row in (tables.counts, tables.days))
        self.first_day = _whole(tables.first_day)
        self.counts = self.all_counts.reshape(-1, tables.width)
        self.days = [
            self.all_days[tables.first_day[at] : tables.first_day[at + 1]] for at in range(len(network.calendars))
        ]


class Answers:
    """What a simulation writes.

    end: Point of each sample at which all is finished. full: Finishes of the places ``full_places``, all samples.
    few: Of all places, the first samples. on_time: Samples in which each of ``Rows.due`` keeps its deadline.
    ready: Samples in which all targets do. critical: Samples in which each place drives the end.
    """

    def __init__(self, rows: Rows, samples: int) -> None:
        self.samples = samples
        kind = np.float32 if rows.plain else np.int32
        count = rows.count
        places = list(range(count))
        if count * samples > CELLS:
            asked = [rows.toward] if rows.toward >= 0 else []
            chosen = [*asked, *(at for at, wanted in zip(rows.due, rows.wanted, strict=True) if wanted), *rows.due]
            places = list(dict.fromkeys(map(int, chosen)))[: CELLS // 2 // samples]
        self.full_places = _whole(places)
        left = 0 if len(places) == count else min(samples, (CELLS - len(places) * samples) // count)
        self.end = np.empty(samples, kind)
        self.full = np.empty((len(places), samples), kind)
        self.few = np.empty((count, left), kind)
        self.on_time = np.zeros(len(rows.due), np.int64)
        self.ready = 0
        self.critical = np.zeros(count, np.int64)

    def usable(self, first: int, size: int) -> int:
        """Samples of a block that are asked for: the last block may reach further."""
        return min(size, self.samples - first)

    def take(self, rows: Rows, first: int, size: int, finish: Any) -> None:
        """Keep a block's finishes and count what is on time."""
        usable = self.usable(first, size)
        finish = finish[:, :usable]
        self.end[first : first + usable] = finish.max(axis=0) if rows.count else 0
        self.full[:, first : first + usable] = finish[self.full_places]
        few = min(first + usable, self.few.shape[1]) - first
        if few > 0:
            self.few[:, first : first + few] = finish[:, :few]
        kept = finish[rows.due] <= rows.deadline[rows.due, None]
        self.on_time += kept.sum(axis=1)
        self.ready += int(kept[rows.wanted == 1].all(axis=0).sum())


def _whole(row: Any) -> Any:
    return np.array(row, dtype=np.int64)


def _real(row: Any) -> Any:
    return np.array(row, dtype=np.float64)
