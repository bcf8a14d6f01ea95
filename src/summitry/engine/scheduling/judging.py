"""The loops that judge and order schedules: goals, limits, lists. One source for two uses, as ``kernel``."""

from __future__ import annotations

from .flat import (
    BEFORE_AT,
    BEFORE_PTR,
    DEMAND_PTR,
    DEMAND_RESOURCE,
    DEMAND_UNITS,
    DUE,
    DUE_WEIGHT,
    GOAL,
    GOAL_LEVEL,
    GOAL_WEIGHT,
    GOALS,
    HORIZON,
    LEVEL_WEIGHT,
    LEVELS,
    MODE_COST,
    MODE_PTR,
    MODE_WEIGHT,
    MOVE_WEIGHT,
    PLANNED,
    PLANNED_MODE,
    RESOURCES,
    TOPOLOGICAL,
    Row,
)


def limit(p: Row, finishes: Row, before: int, limits: Row) -> None:
    """How late each may finish without making lateness or makespan worse, as far as they are goals of the levels up
    to ``before``.
    """
    lateness = makespan = False
    for place in range(p[GOALS]):
        if p[p[GOAL_LEVEL] + place] <= before:
            lateness = lateness or p[p[GOAL] + place] == 0
            makespan = makespan or p[p[GOAL] + place] == 1
    end = 0
    for finish in finishes:
        end = max(end, finish)
    for at in range(len(finishes)):
        limits[at] = end if makespan else p[HORIZON]
        if lateness and p[p[DUE_WEIGHT] + at] > 0:
            limits[at] = max(finishes[at], min(limits[at], p[p[DUE] + at]))


def evaluate(p: Row, starts: Row, finishes: Row, modes: Row, load: Row, score: Row) -> None:
    """The goals' levels of a schedule into ``score``. load: a row of ``horizon + 1`` for the peak use."""
    for level in range(p[LEVELS]):
        score[level] = 0
    for place in range(p[GOALS]):
        goal = p[p[GOAL] + place]
        total = 0
        if goal == 0:
            for at in range(len(starts)):
                if p[p[DUE_WEIGHT] + at] and finishes[at] > p[p[DUE] + at]:
                    total += p[p[DUE_WEIGHT] + at] * (finishes[at] - p[p[DUE] + at])
        elif goal == 1:
            for finish in finishes:
                total = max(total, finish)
        elif goal == 2:
            for at in range(len(starts)):
                if p[p[MOVE_WEIGHT] + at]:
                    total += p[p[MOVE_WEIGHT] + at] * abs(starts[at] - p[p[PLANNED] + at])
                if p[p[MODE_WEIGHT] + at] and modes[at] - p[p[MODE_PTR] + at] != p[p[PLANNED_MODE] + at]:
                    total += p[p[MODE_WEIGHT] + at]
        elif goal == 3:
            for mode in modes:
                total += p[p[MODE_COST] + mode]
        else:
            for resource in range(p[RESOURCES]):
                if p[p[LEVEL_WEIGHT] + resource]:
                    total += p[p[LEVEL_WEIGHT] + resource] * peak(p, starts, finishes, modes, load, resource)
        score[p[p[GOAL_LEVEL] + place]] += p[p[GOAL_WEIGHT] + place] * total


def peak(p: Row, starts: Row, finishes: Row, modes: Row, load: Row, resource: int) -> int:
    """The greatest use of a resource on any day."""
    for day in range(p[HORIZON] + 1):
        load[day] = 0
    for at in range(len(starts)):
        for demand in range(p[p[DEMAND_PTR] + modes[at]], p[p[DEMAND_PTR] + modes[at] + 1]):
            if p[p[DEMAND_RESOURCE] + demand] == resource:
                load[starts[at]] += p[p[DEMAND_UNITS] + demand]
                load[finishes[at]] -= p[p[DEMAND_UNITS] + demand]
    most = use = 0
    for day in range(p[HORIZON] + 1):
        use += load[day]
        most = max(most, use)
    return most


def by_point(base: Row, points: Row, top: int, sign: int, bucket: Row, order: Row) -> None:
    """Sort by point, upwards or (``sign`` -1) downwards; equal ones stay in the order of ``base``. Points <= top."""
    for at in range(top + 2):
        bucket[at] = 0
    for at in base:
        bucket[(points[at] if sign > 0 else top - points[at]) + 1] += 1
    for at in range(top + 1):
        bucket[at + 1] += bucket[at]
    for at in base:
        key = points[at] if sign > 0 else top - points[at]
        order[bucket[key]] = at
        bucket[key] += 1


def list_of(p: Row, keys: Row, top: int, bucket: Row, order: Row) -> None:
    """The list in the order of keys, predecessors first: nobody's key stays before that of one it waits for.

    Keys are cut to ``0 .. top`` and raised where they must be.
    """
    for step in range(len(keys)):
        at = p[p[TOPOLOGICAL] + step]
        key = max(0, keys[at])
        for place in range(p[p[BEFORE_PTR] + at], p[p[BEFORE_PTR] + at + 1]):
            key = max(key, keys[p[p[BEFORE_AT] + place]])
        keys[at] = min(key, top)
    by_point(p[p[TOPOLOGICAL] : p[TOPOLOGICAL] + len(keys)], keys, top, 1, bucket, order)
