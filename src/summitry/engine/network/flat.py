"""The problem laid out in rows of integers for ``kernel``, on lists or on arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from summitry.engine.calendar import WorkCalendar

from .kernel import (
    ACTUAL,
    FINISHED,
    FOREVER,
    NONE,
    NOT_BEFORE,
    OPEN,
    PROJECT_START,
    STARTED,
    STATUS_DATE,
    Row,
)
from .model import Activity, ActivityId, LinkKind

if TYPE_CHECKING:
    from .problem import Network

KINDS = tuple(LinkKind)
KIND_CODE = {kind: code for code, kind in enumerate(KINDS)}


@dataclass(slots=True)
class Flat:
    """``Network`` by position; the rows are told in ``kernel``. Not to be written into.

    ids, place: Ids by position, and back.
    first_point, last_point: No date of the problem lies outside them, deadlines after the end apart.
    longest_lag: Working days.
    """

    ids: tuple[ActivityId, ...]
    place: dict[ActivityId, int]
    calendar: Row
    work: Row
    floor: Row
    reason: Row
    state: Row
    deadline: Row
    fixed_start: Row
    fixed_finish: Row
    actual_start: Row
    actual_finish: Row
    rank: Row
    edge_from: Row
    edge_to: Row
    edge_kind: Row
    edge_lag: Row
    first_point: int
    last_point: int
    longest_lag: int

    def order_of(self, at: int) -> int:
        """Sorts positions by id."""
        return self.rank[at]


def flatten(network: Network) -> Flat:
    """Lay a network out."""
    activities, links = network.activities, network.links
    ids = tuple([activity.id for activity in activities])
    place = {id: at for at, id in enumerate(ids)}
    named = {calendar.name: at for at, calendar in enumerate(network.calendars)}
    begin, reason = network.project_start, PROJECT_START
    if network.status_date is not None and network.status_date >= begin:
        begin, reason = network.status_date, STATUS_DATE
    count = len(activities)
    edge_lag = [link.lag for link in links]
    flat = Flat(
        ids=ids,
        place=place,
        calendar=[named[activity.calendar] for activity in activities],
        work=[activity.duration for activity in activities],
        floor=[begin] * count,
        reason=[reason] * count,
        state=[OPEN] * count,
        deadline=[FOREVER] * count,
        fixed_start=[NONE] * count,
        fixed_finish=[NONE] * count,
        actual_start=[NONE] * count,
        actual_finish=[NONE] * count,
        rank=_ranks(ids),
        edge_from=[place[link.predecessor] for link in links],
        edge_to=[place[link.successor] for link in links],
        edge_kind=[KIND_CODE[link.kind] for link in links],
        edge_lag=edge_lag,
        first_point=0,
        last_point=0,
        longest_lag=max(map(abs, edge_lag), default=0),
    )
    points = [begin, network.project_start]
    for at, activity in enumerate(activities):
        if not activity.plain:
            points.extend(_lay_out(network, flat, at, activity))
    flat.first_point, flat.last_point = min(points), max(points)
    return flat


def _lay_out(network: Network, flat: Flat, at: int, activity: Activity) -> Iterable[int]:
    """Enter the dates and the progress of one activity that has some; returns the points in question."""
    if activity.waived:
        # It takes no time and has no date, not even today's: only what it waits for.
        flat.work[at], flat.floor[at], flat.reason[at] = 0, network.project_start, PROJECT_START
        return ()
    if activity.deadline is not None:
        flat.deadline[at] = activity.deadline
    for row, point in (
        (flat.fixed_start, activity.fixed_start),
        (flat.fixed_finish, activity.fixed_finish),
        (flat.actual_start, activity.actual_start),
        (flat.actual_finish, activity.actual_finish),
    ):
        if point is not None:
            row[at] = point
    if activity.finished:
        flat.state[at] = FINISHED
    elif activity.started:
        flat.state[at] = STARTED
        flat.work[at], flat.floor[at], flat.reason[at] = _left(network, activity, flat.calendar[at])
    elif activity.fixed_start is not None and activity.fixed_finish is not None:
        # It lasts as long as it is fixed to last; a duration that says otherwise is reported as a conflict.
        calendar = network.calendars[flat.calendar[at]]
        flat.work[at] = calendar.count(activity.fixed_start, activity.fixed_finish)
    if flat.state[at] == OPEN and activity.not_before is not None and activity.not_before >= flat.floor[at]:
        flat.floor[at], flat.reason[at] = activity.not_before, NOT_BEFORE
    return [point for point in activity.dates if point is not None]


def _left(network: Network, activity: Activity, calendar: int) -> tuple[int, int, int]:
    """(work, floor, reason) of what is left of a started activity."""
    begun = activity.actual_start
    assert begun is not None
    if network.status_date is None:
        return activity.duration, begun, ACTUAL
    now = network.status_date
    remaining = activity.remaining
    if remaining is None:
        done = max(0, network.calendars[calendar].count(begun, now))
        remaining = max(activity.duration - done, min(1, activity.duration))
    return (remaining, now, STATUS_DATE) if now >= begun else (remaining, begun, ACTUAL)


def _ranks(ids: Sequence[ActivityId]) -> Row:
    """The place of each id among the sorted ids; numbers before texts."""
    try:
        order = sorted(range(len(ids)), key=ids.__getitem__)
    except TypeError:
        order = sorted(range(len(ids)), key=lambda at: (isinstance(ids[at], str), ids[at]))
    ranks = [0] * len(ids)
    for rank, at in enumerate(order):
        ranks[at] = rank
    return ranks


@dataclass(slots=True)
class Tables:
    """Calendars laid out over the points ``base .. base + width - 1``; the rows are told in ``kernel``."""

    base: int
    width: int
    counts: Row
    days: Row
    first_day: Row


def lay_out(calendars: Sequence[WorkCalendar], first: int, last: int) -> Tables:
    """Tables that hold every point from ``first`` to ``last``."""
    # One point more than asked for, so that a look at the day after the last point stays inside.
    tables = [calendar.table(first, last + 1) for calendar in calendars]
    first_day = [0]
    for table in tables:
        if table.days and table.days[-1] == last:
            table.days.pop()
        first_day.append(first_day[-1] + len(table.days))
    return Tables(
        base=first,
        width=last + 2 - first,
        counts=list(chain.from_iterable(table.counts for table in tables)),
        days=list(chain.from_iterable(table.days for table in tables)),
        first_day=first_day,
    )
