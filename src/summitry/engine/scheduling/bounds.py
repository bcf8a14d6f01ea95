"""Lower bounds that need no search: what no plan can be better than.

* Dates: the windows of ``exact.frame.propagate``, that is the critical path with calendars, lags and hard dates.
* Resources: between two points ``a < b`` all the work that can only be done there must fit into what there is,
  ``sum(days * units) <= capacity from a to b``, for every ``a`` and ``b`` that matter. It is used destructively: the
  makespan's bound is the shortest horizon that is not refuted (R. Klein, A. Scholl, "Computing lower bounds by
  destructive improvement", European Journal of Operational Research 112 (1999): 322-346; the energy argument:
  J. Erschler, P. Lopez, C. Thuriot, 1991; Ph. Baptiste, C. Le Pape, W. Nuijten, "Constraint-Based Scheduling", 2001,
  chapter 3). Where the second point is the end of the plan, nothing has to be refuted: ``earliest_end``.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

from .exact.frame import Frame, Windows, propagate
from .model import Goal, Level

MOST_BEGINNINGS = 600
"""Window beginnings that are tried for one resource; of more, as many are taken evenly (the bound stays valid)."""

MOST_CELLS = 2_000_000
"""Pairs of a beginning and an activity that are looked at for one resource."""


class Demand(NamedTuple):
    """Work on one resource. energy: days times units, the least over the modes. held: units, likewise."""

    activity: int
    energy: int
    held: int


class Supply(NamedTuple):
    """One resource with those that want it.

    units: capacity summed up to each point, over days that somebody who wants it works on. days: the number of these.
    """

    resource: int
    demands: tuple[Demand, ...]
    units: list[int]
    days: list[int]


def supplies(frame: Frame, windows: Windows) -> list[Supply]:
    """Every limited resource that is wanted for sure."""
    wanted: list[list[Demand]] = [[] for _ in frame.capacity]
    lanes: list[set[int]] = [set() for _ in frame.capacity]
    for at, ways in enumerate(frame.ways):
        modes = windows.modes(at)
        needs = [dict(ways[m].demands) for m in modes]
        for resource in needs[0] if needs else ():
            energy = min([ways[m].days * need.get(resource, 0) for m, need in zip(modes, needs, strict=True)])
            held = min([need.get(resource, 0) for need in needs])
            if energy:
                wanted[resource].append(Demand(at, energy, held))
                lanes[resource].update(ways[m].lane for m in modes)
    found = []
    worked = [[a != b for a, b in zip(lane.counts, lane.counts[1:], strict=False)] for lane in frame.lanes]
    for resource, (steps, demands) in enumerate(zip(frame.capacity, wanted, strict=True)):
        if steps is None or not demands:
            continue
        days = [any(flags) for flags in zip(*(worked[lane] for lane in lanes[resource]), strict=True)]
        units: list[int] = []
        for (since, there), until in zip(steps, [*[day for day, _ in steps[1:]], frame.end], strict=True):
            units += [there] * (until - since)
        found.append(
            Supply(
                resource,
                tuple(demands),
                list(accumulate([there if day else 0 for there, day in zip(units, days, strict=True)], initial=0)),
                list(accumulate(map(int, days), initial=0)),
            )
        )
    return found


def fits(frame: Frame, windows: Windows, supply: Supply) -> bool:
    """Whether the work that must be done between any two points fits in there; False proves that there is no plan."""
    first = frame.start
    for begin, until, energy in _loads(frame, windows, supply):
        if energy > supply.units[until - first] - supply.units[begin - first]:
            return False
    return True


def _loads(frame: Frame, windows: Windows, supply: Supply) -> list[tuple[int, int, int]]:
    """``(begin, until, energy)``: all that must be done there, the tightest end for each beginning that is tried."""
    import numpy as np

    ends = np.array([windows.finish[demand.activity][1] for demand in supply.demands])
    starts = np.array([windows.start[demand.activity][0] for demand in supply.demands])
    energy = np.array([demand.energy for demand in supply.demands], dtype=np.int64)
    order = np.argsort(ends, kind="stable")
    ends, starts, energy = ends[order], starts[order], energy[order]
    begins = np.unique(starts)
    most = max(8, min(MOST_BEGINNINGS, MOST_CELLS // len(ends)))
    if len(begins) > most:
        begins = begins[np.linspace(0, len(begins) - 1, most).astype(int)]
    units = np.array(supply.units, dtype=np.int64)
    # Of several with the same end the last row has the whole load; the ones before it only understate it.
    load = np.where(starts >= begins[:, None], energy, 0).cumsum(axis=1)
    room = units[ends - frame.start] - units[begins - frame.start][:, None]
    worst = np.where(load > 0, room - load, np.iinfo(np.int64).max).argmin(axis=1)
    at = np.arange(len(begins))
    return list(zip(begins.tolist(), ends[worst].tolist(), load[at, worst].tolist(), strict=True))


def earliest_end(frame: Frame, windows: Windows, supply: Supply) -> int:
    """The first point by which one resource can have given all that is wanted of it; after the last if it cannot.

    For every point ``a``, what cannot begin earlier is done from ``a`` on, so the plan does not end before the capacity
    from there on has added up to it. That is the energy argument with the end of the plan as its second point, said
    directly: no horizon has to be refuted for it.
    """
    import numpy as np

    starts = np.array([windows.start[demand.activity][0] for demand in supply.demands])
    energy = np.array([demand.energy for demand in supply.demands], dtype=np.int64)
    order = np.argsort(starts, kind="stable")
    starts, left = starts[order], energy[order][::-1].cumsum()[::-1]
    units = np.array(supply.units, dtype=np.int64)
    # Of several with the same start the first has the whole load; the ones after it only understate it.
    return int(np.searchsorted(units, units[starts - frame.start] + left).max()) + frame.start


def makespan(frame: Frame, windows: Windows, most: int | None = None, over: Callable[[], bool] = lambda: False) -> int:
    """Days from the start of the project that every plan takes.

    most: a makespan that is known to be possible. over: True ends the refutations, and the bound is what it is then.
    """
    if not frame.ways:
        return 0
    resources = supplies(frame, windows)
    high = frame.horizon if most is None else min(frame.horizon, frame.start + most)
    low = max([low for low, _ in windows.finish])  # as an earliest end, not refuted yet
    low = max([low, *(min(high, earliest_end(frame, windows, supply)) for supply in resources)])

    def refuted(end: int) -> bool:
        at = frame.with_horizon(end)
        tried = propagate(at)
        return not isinstance(tried, Windows) or not all(fits(at, tried, supply) for supply in resources)

    step, tried = 1, low
    while tried < high and not over() and refuted(tried):  # most often the first is not refuted, or the bound is near
        low, tried, step = tried + 1, tried + step, step * 2
    high = min(high, tried)
    while low < high and not over():
        middle = (low + high) // 2
        if refuted(middle):
            low = middle + 1
        else:
            high = middle
    return low - frame.start


def possible(frame: Frame, windows: Windows) -> bool:
    """False: the resources alone refute every plan, by single demands or by the work between two points."""
    most = [None if steps is None else max(units for _, units in steps) for steps in frame.capacity]
    for at, ways in enumerate(frame.ways):
        if not any(_staffed(ways[m].demands, most) for m in windows.modes(at)):
            return False
    return all(fits(frame, windows, supply) for supply in supplies(frame, windows))


def _staffed(demands: tuple[tuple[int, int], ...], most: list[int | None]) -> bool:
    return all(there is None or units <= there for units, there in ((units, most[at]) for at, units in demands))


def lateness(frame: Frame, windows: Windows) -> int:
    """Each activity at its earliest finish."""
    return sum(
        activity.due_weight * max(0, windows.finish[at][0] - activity.due)
        for at, activity in enumerate(frame.problem.activities)
        if activity.due is not None
    )


def change(frame: Frame, windows: Windows) -> int:
    """Each activity as near to its planned start and mode as its window allows."""
    total = 0
    for at, activity in enumerate(frame.problem.activities):
        if activity.planned_start is not None:
            low, high = windows.start[at]
            away = max(low - activity.planned_start, activity.planned_start - high, 0)
            total += activity.move_weight * away
        if activity.planned_mode is not None:
            planned = [mode.name for mode in activity.modes].index(activity.planned_mode)
            total += activity.mode_weight * (planned not in windows.modes(at))
    return total


def cost(frame: Frame, windows: Windows) -> int:
    """Each activity in its cheapest mode that can be."""
    return sum(min([frame.ways[at][m].cost for m in windows.modes(at)]) for at in range(len(frame.ways)))


def level(frame: Frame, windows: Windows) -> int:
    """Each resource's peak is at least the largest single demand, and the densest stretch of work spread evenly."""
    total = 0
    for supply in supplies(frame, windows):
        peak = max(demand.held for demand in supply.demands)
        for begin, until, energy in _loads(frame, windows, supply):
            days = supply.days[until - frame.start] - supply.days[begin - frame.start]
            peak = max(peak, -(-energy // max(1, days)))
        total += peak * frame.problem.resources[supply.resource].level_weight
    return total


def floor(
    frame: Frame,
    windows: Windows,
    goals: Level,
    most: int | None = None,
    over: Callable[[], bool] = lambda: False,
) -> int:
    """A bound for a weighted sum of goals. most, over: as for ``makespan``."""
    total = 0
    for goal, weight in goals:
        if goal is Goal.MAKESPAN:
            total += weight * makespan(frame, windows, most, over)
        elif goal is Goal.LATENESS:
            total += weight * lateness(frame, windows)
        elif goal is Goal.CHANGE:
            total += weight * change(frame, windows)
        elif goal is Goal.COST:
            total += weight * cost(frame, windows)
        else:
            total += weight * level(frame, windows)
    return total
