"""What drives a date: rank correlation, conditional means."""

from __future__ import annotations

from typing import Any

from .layout import CERTAIN, Layout
from .result import DriverKind, RiskDriver
from .rows import CHUNK, DELAY, DURATION, OCCURRENCE, Rows


def drivers(layout: Layout, rows: Rows, target: int | None, dates: Any) -> tuple[RiskDriver, ...]:
    """Each uncertain duration, risk event and group that can move a place (None: the end), the widest swing first.

    dates: Of the target, one a sample, from ``rows.origin``. The draws are made again from their counters: nothing but
    the dates has to be kept.
    """
    import numpy as np

    from . import plain

    size = len(dates)
    padded = -(-size // CHUNK) * CHUNK
    dates = dates.astype(np.float64) + rows.origin
    mean = float(dates.mean())
    ranks = _ranks(dates)
    common = plain.factors(rows, 0, padded)
    upstream = _upstream(rows, target)
    ids, events = layout.problem.network.flat.ids, layout.problem.events
    tenth = max(1, round(size / 10))
    found = []

    def ends(drawn: Any) -> tuple[float, float, float]:
        """The mean date where the draw is among the lowest tenth, the highest tenth, and the lower half."""
        _, value, counts = np.unique(drawn, return_inverse=True, return_counts=True)
        value = value.reshape(-1)
        # Nothing tells samples with equal draws apart, so each stands for the mean of them.
        alike = (np.bincount(value, dates) / counts)[np.sort(value)]
        return float(alike[:tenth].mean()), float(alike[-tenth:].mean()), float(alike[: max(1, size // 2)].mean())

    members = [0] * len(layout.problem.groups)
    for place in np.flatnonzero(rows.how[: rows.count] != CERTAIN).tolist():
        if not upstream[place]:
            continue
        drawn = plain.days(rows, place, DURATION, common, 0, padded)[:size]
        low, high, half = ends(drawn)
        id = ids[layout.order[place]]
        if rows.group[place] >= 0 and rows.share[place] != 0.0:
            members[rows.group[place]] += 1
        found.append(_driver(DriverKind.ACTIVITY, id, _correlation(_ranks(drawn), ranks), low, high, mean - half))
    for number, event in enumerate(events):
        hit = [at for at in range(rows.count) if number in rows.hit_event[rows.hit_ptr[at] : rows.hit_ptr[at + 1]]]
        if not any(upstream[at] for at in hit):
            continue
        happens = plain.uniform(rows, rows.event_keys[number], OCCURRENCE, 0, padded)[:size] < rows.event_limits[number]
        drawn = plain.days(rows, rows.count + number, DELAY, common, 0, padded)[:size] * happens
        without = float(dates[~happens].mean()) if not happens.all() else None
        with_it = float(dates[happens].mean()) if happens.any() else None
        due = 0.0 if without is None else mean - without
        found.append(_driver(DriverKind.EVENT, event.id, _correlation(_ranks(drawn), ranks), without, with_it, due))
    for number, group in enumerate(layout.problem.groups):
        if members[number] < 2:
            continue
        factor = common[number][:size]
        low, high, half = ends(factor)
        correlation = _correlation(_ranks(factor), ranks)
        found.append(_driver(DriverKind.GROUP, group.name, correlation, low, high, mean - half))
    found.sort(key=lambda driver: (-abs(driver.swing), driver.kind, str(driver.id)))
    return tuple(found)


def _driver(
    kind: DriverKind, id: int | str, correlation: float, low: float | None, high: float | None, contribution: float
) -> RiskDriver:
    return RiskDriver(kind=kind, id=id, correlation=correlation, low=low, high=high, contribution=contribution)


def _upstream(rows: Rows, target: int | None) -> list[bool]:
    """Places whose dates can move the target's; all for the end."""
    if target is None:
        return [True] * rows.count
    found = [False] * rows.count
    found[target] = True
    for at in range(target, -1, -1):
        if found[at] and not rows.stands(at):
            for link in range(rows.ptr[at], rows.ptr[at + 1]):
                found[rows.before[link]] = True
    return found


def _ranks(values: Any) -> Any:
    """Ranks from 0; equal values share the mean of theirs."""
    import numpy as np

    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts + 1) / 2.0)[place.reshape(-1)]


def _correlation(one: Any, other: Any) -> float:
    """Pearson's; 0 where one does not vary."""
    import numpy as np

    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one * one).sum() * (other * other).sum()))
    return float((one * other).sum()) / size if size > 0.0 else 0.0
