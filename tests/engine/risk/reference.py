"""A plain simulation to compare with: NumPy's own random numbers and its own business days, no code of ours.

Finish-to-start links and one calendar; a table of rows ``(low, mode, high, predecessors)``, predecessors first.
"""

from __future__ import annotations

import numpy as np

Table = list[tuple[float, float, float, tuple[int, ...]]]


def continuous(table: Table, samples: int, seed: int) -> np.ndarray:
    """Finishes, a row a task, of triangular durations from time 0."""
    random = np.random.default_rng(seed)
    finish = np.zeros((len(table), samples))
    for at, (low, mode, high, before) in enumerate(table):
        start = np.max([finish[b] for b in before], axis=0) if before else 0.0
        finish[at] = start + random.triangular(low, mode, high, samples)
    return finish


def in_business_days(table: Table, samples: int, seed: int, first: str, holidays: list[str]) -> np.ndarray:
    """The last working day of each task, as NumPy days; durations rounded up or down by chance, mean kept."""
    random = np.random.default_rng(seed)
    done = np.empty((len(table), samples), "datetime64[D]")
    for at, (low, mode, high, before) in enumerate(table):
        drawn = random.triangular(low, mode, high, samples)
        days = np.floor(drawn + random.random(samples)).astype(int)
        if before:
            start = np.max([done[b] for b in before], axis=0)
        else:
            start = np.full(samples, np.busday_offset(first, 0, "forward", holidays=holidays) - 1)
        # From the last day worked before it, itself perhaps free, so many working days on.
        done[at] = np.busday_offset(start, days, "backward", holidays=holidays)
    return done
