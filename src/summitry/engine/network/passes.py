"""Running the kernel: rows in, rows out, over tables as wide as they have to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from summitry.engine.calendar import WorkCalendar

from .compiled import Kernel
from .cycles import loops
from .flat import Flat, lay_out
from .kernel import Row
from .model import CycleError, TooLongError

MARGIN = 400
"""Days that the tables reach before the first and beyond the last date of the problem to begin with."""

LONGEST_SPAN = 4_000_000
"""Days that a network may span: more than all the years that a date can have."""


@dataclass(slots=True, kw_only=True)
class Solved:
    """What the kernel has written, by position, see there; ``project_finish`` is a point."""

    project_finish: int
    start: Row
    finish: Row
    resume: Row
    driver: Row
    logic_start: Row
    logic_finish: Row
    logic_driver: Row
    late_start: Row
    late_finish: Row
    total: Row
    from_end: Row
    free: Row
    bound: Row


class _Tables:
    """The calendars as rows of the kernel, laid out anew when a pass has run off either end."""

    def __init__(self, flat: Flat, calendars: Sequence[WorkCalendar], row: Callable[[Row], Any]) -> None:
        self._flat, self._calendars, self._row = flat, calendars, row
        self._back, self._ahead = MARGIN + 2 * flat.longest_lag, MARGIN
        self._lay_out()

    def _lay_out(self) -> None:
        first, last = self._flat.first_point - self._back, self._flat.last_point + self._ahead
        if last - first > LONGEST_SPAN:
            raise TooLongError(f"The network spans more than {LONGEST_SPAN} days.")
        tables = lay_out(self._calendars, first, last)
        self.where = (tables.base, tables.width)
        self.rows = tuple(map(self._row, (tables.counts, tables.days, tables.first_day)))

    def run(self, one_pass: Callable[[int], int], place: int, count: int) -> None:
        """Call ``one_pass`` from ``place`` on until it has done all. Dates already written stay valid."""
        while (reached := one_pass(place)) != count:
            if reached < 0:
                place = ~reached
                self._back *= 4
            else:
                place = reached
                self._ahead *= 4
            self._lay_out()


def run(flat: Flat, calendars: Sequence[WorkCalendar], project_start: int, kernel: Kernel) -> Solved:
    """Both passes. Raises as ``solve`` does."""
    row, blank, plain = kernel.row, kernel.blank, kernel.plain
    count, links = len(flat.ids), len(flat.edge_from)

    calendar, work, state, rank = map(row, (flat.calendar, flat.work, flat.state, flat.rank))
    fixed_start, fixed_finish = row(flat.fixed_start), row(flat.fixed_finish)
    edge_from, edge_to, edge_kind, edge_lag = map(row, (flat.edge_from, flat.edge_to, flat.edge_kind, flat.edge_lag))
    before, after = (blank(count + 1), blank(links)), (blank(count + 1), blank(links))
    kernel.group(edge_to, *before)
    kernel.group(edge_from, *after)
    order = blank(count)
    ordered = kernel.sort(before[0], edge_to, *after, blank(count), order)
    if ordered < count:
        raise CycleError(loops(flat, set(plain(order)[:ordered])))

    tables = _Tables(flat, calendars, row)
    early = start, finish, resume, driver, *logic = [blank(count) for _ in range(7)]
    floor, reason = row(flat.floor), row(flat.reason)
    actual = row(flat.actual_start), row(flat.actual_finish)
    tables.run(
        lambda place: kernel.forward(
            place, *tables.where, order, calendar, work, floor, reason, state, fixed_start, fixed_finish, *actual, rank,
            edge_from, edge_kind, edge_lag, *before, *tables.rows, *early,
        ),
        0,
        count,
    )  # fmt: skip
    early_finish = plain(finish)
    project_finish = max(early_finish, default=project_start)
    late = [blank(count) for _ in range(8)]
    deadline = row(flat.deadline)
    tables.run(
        lambda place: kernel.backward(
            place, *tables.where, project_finish, order, calendar, work, state, deadline, fixed_start, fixed_finish,
            rank, edge_to, edge_kind, edge_lag, *after, *tables.rows, resume, finish, *late,
        ),
        count - 1,
        count,
    )  # fmt: skip
    logic_start, logic_finish, logic_driver = map(plain, logic)
    late_start, late_finish, total, from_end, free, bound = map(plain, late[2:])
    return Solved(
        project_finish=project_finish,
        start=plain(start),
        finish=early_finish,
        resume=plain(resume),
        driver=plain(driver),
        logic_start=logic_start,
        logic_finish=logic_finish,
        logic_driver=logic_driver,
        late_start=late_start,
        late_finish=late_finish,
        total=total,
        from_end=from_end,
        free=free,
        bound=bound,
    )
