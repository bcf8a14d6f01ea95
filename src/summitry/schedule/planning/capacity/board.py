"""What a search for a plan starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from summitry.core.checking import Reading
from summitry.core.viewer import Viewer
from summitry.schedule.models import Capacity, Task
from summitry.schedule.planning.data import ScheduleData, attach, load
from summitry.schedule.planning.limits import Limits, limits
from summitry.schedule.planning.plan import Plan
from summitry.schedule.planning.solving import plan


@dataclass(frozen=True)
class Board:
    """The records, the plan in force, what limits it, and what may not be touched.

    hidden: ids of leaves that whoever asks may not see. They stay where they are, and what they use counts.
    """

    data: ScheduleData
    limits: Limits
    present: Plan
    hidden: frozenset[int] = frozenset()


def board_of(reading: Reading, viewer: Viewer | None = None) -> Board:
    """Eleven queries, and one for what the viewer may see."""
    data = reading.use(load)
    hidden = frozenset[int]()
    if viewer is not None and not viewer.everything:
        hidden = frozenset(task.pk for task in data.leaves() if not viewer.sees_id(Task, task.pk))
    return Board(data, reading.use(limits), reading.use(plan), hidden)


@dataclass(frozen=True)
class Desks:
    """So many desks more (or, negative, fewer) of an agency, on the days from `first` to `last`, both included."""

    agency: int
    change: int
    first: date
    last: date | None = None


def with_desks(board: Board, asked: Desks) -> Board:
    """The board as it would be with other desks of an agency. An agency that is not limited stays so."""
    rows = board.limits.capacities.get(asked.agency, ())
    capacities = dict(board.limits.capacities)
    capacities[asked.agency] = tuple(cut(rows, asked))
    return replace(board, limits=replace(board.limits, capacities=capacities))


def cut(rows: Sequence[Capacity], asked: Desks) -> list[Capacity]:
    """Periods of one agency with the change in them: unsaved rows, in the order of days, none overlapping."""
    found: list[Capacity] = []
    for row in rows:
        for first, last, inside in pieces(row, asked.first, asked.last):
            units = max(0, row.units + asked.change) if inside else row.units
            piece = Capacity(agency_id=row.agency_id, from_day=first, to_day=last, units=units, reason=row.reason)
            attach(piece, event=row.event, agency=row.agency)
            found.append(piece)
    return found


def pieces(row: Capacity, first: date, last: date | None) -> list[tuple[date, date | None, bool]]:
    """A period cut at the edges of another: (first day, last day, whether the piece lies within the other)."""
    low, high = row.from_day, row.to_day
    if (high is not None and first > high) or (last is not None and low > last):
        return [(low, high, False)]
    cuts: list[tuple[date, date | None, bool]] = []
    day = timedelta(days=1)
    if low < first:
        cuts.append((low, first - day, False))
    ends_later = last is not None and (high is None or last < high)
    cuts.append((max(low, first), last if ends_later else high, True))
    if ends_later and last is not None:
        cuts.append((last + day, high, False))
    return cuts


def starts_of(solved: Plan) -> Mapping[int, date]:
    """The first day of each leaf that has one."""
    return {row.task_id: row.start for row in solved if row.start is not None and not row.group}
