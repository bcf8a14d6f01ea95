"""Population search for everything that the contract knows: modes, calendars, links of all kinds, dates, any goals.

An individual is a list of activities with, for each, a mode and the point that it aims at, if any, and, where level
load is a goal, a limit of use for each resource. Children keep from one parent what lies in a stretch of time and take
all else from the other (the crossover of ``plain``); each is placed by ``kernel.decode`` and improved by pushing it
right and left, or towards the present plan. A child takes the place of its first parent if it is not worse. What cannot
be kept (deadlines, longest waits) counts before all goals, so that the search finds its way to valid schedules.

Compiled by ``compiled``. Rows of a population, by individual:

    lists, keys, given, aims    list; the keys that it is sorted by; mode and aim of each activity (see ``decode``)
    caps                        units of each resource that may be used
    ranks                       penalty and the goals' levels; less is better, from left to right
    best                        rows 0-2: starts, finishes, modes of the best; best_rank: its rank
"""

from __future__ import annotations

from typing import Any

from summitry.engine.scheduling.flat import (
    BEFORE_AT,
    BEFORE_KIND,
    BEFORE_PTR,
    BITS,
    CAPACITY,
    GOAL,
    GOAL_LEVEL,
    GOALS,
    HORIZON,
    LEVELS,
    MODE_PTR,
    NONE,
    PLANNED,
    RESOURCE_SHIFT,
    RESOURCE_WORD,
    RESOURCES,
    USE_PTR,
    USE_UNITS,
    USE_WORD,
)
from summitry.engine.scheduling.judging import by_point, evaluate, limit, list_of
from summitry.engine.scheduling.kernel import UNPLACED, copy, decode, push

from .plain import disturb, draw


def compare(one: Any, other: Any) -> int:
    """-1, 0 or 1: whether the first row is less, equal or more, from left to right."""
    for at in range(len(one)):
        if one[at] != other[at]:
            return -1 if one[at] < other[at] else 1
    return 0


def limited(p: Any, caps: Any, capacity: Any) -> None:
    """The capacity with no resource above its cap."""
    copy(p[p[CAPACITY] : p[CAPACITY] + len(capacity)], capacity)
    field = (1 << (p[BITS] - 1)) - 1
    for resource in range(p[RESOURCES]):
        word, shift = p[p[RESOURCE_WORD] + resource], p[p[RESOURCE_SHIFT] + resource]
        if word < 0:
            continue
        for day in range(word * p[HORIZON], (word + 1) * p[HORIZON]):
            over = ((p[p[CAPACITY] + day] >> shift) & field) - caps[resource]
            if over > 0:
                capacity[day] -= over << shift


def realise(p: Any, levelled: int, restarts: int, order: Any, given: Any, aims: Any, caps: Any, desk: Any) -> None:
    """Place a list and improve the schedule; starts, finishes, modes, rank into ``desk``.

    desk: Rows to work on: whole (10 by activity), capacity, left, load, bucket, rank, trial (another rank).
    """
    whole, capacity, left, load, bucket, rank, trial = desk
    starts, finishes, modes, placed = whole[0], whole[1], whole[2], whole[3]
    delay, short, limits, sequence = whole[4], whole[5], whole[6], whole[7]
    if levelled:
        limited(p, caps, capacity)
    change = -1
    for place in range(p[GOALS]):
        if p[p[GOAL] + place] == 2:
            change = p[p[GOAL_LEVEL] + place]
    # First the list as it is; then right and left, as late and then as early as all others allow; then to the plan.
    for turn in range(3):
        if turn == 0:
            trial[0] = decode(
                p, order, given, aims, capacity, restarts, starts, finishes, modes, left, placed, delay, short
            )
            if trial[0] >= UNPLACED:
                rank[0] = UNPLACED
                return
        elif (turn == 1 and change == 0) or (turn == 2 and change < 0):
            continue
        else:
            copy(starts, whole[8])
            copy(finishes, whole[9])
            limit(p, finishes, p[LEVELS] if turn == 1 else change, limits)
            for step in range(2):
                by_finish = (turn == 1) == (step == 0)
                points, sign = (finishes, -1) if by_finish else (starts, 1)
                by_point(order, points, p[HORIZON], sign, bucket, sequence)
                way = 0 if turn == 2 else -sign
                push(p, sequence, way, aims, limits, starts, finishes, modes, left, placed)
        evaluate(p, starts, finishes, modes, load, trial[1:])
        if turn == 0 or compare(trial, rank) <= 0:
            copy(trial, rank)
            if rank[0] > 0:
                return
        else:
            copy(whole[8], starts)
            copy(whole[9], finishes)
            if turn == 1 and change >= 0:
                # The units in use belong to the schedule that was given up.
                refill(p, capacity, starts, finishes, modes, left)


def refill(p: Any, capacity: Any, starts: Any, finishes: Any, modes: Any, left: Any) -> None:
    """What a valid schedule leaves of the capacity."""
    copy(capacity, left)
    for at in range(len(starts)):
        for use in range(p[p[USE_PTR] + modes[at]], p[p[USE_PTR] + modes[at] + 1]):
            word = p[p[USE_WORD] + use] * p[HORIZON]
            for day in range(word + starts[at], word + finishes[at]):
                left[day] -= p[p[USE_UNITS] + use]


def settle(p: Any, bucket: Any, desk: Any, lists: Any, keys: Any, given: Any) -> None:
    """Take a realised schedule back into an individual: its order of starts becomes the list."""
    whole = desk[0]
    copy(whole[0], keys)
    list_of(p, keys, p[HORIZON], bucket, lists)
    copy(whole[2], given)


def evolve(
    p: Any,
    state: Any,
    work: int,
    levelled: int,
    restarts: int,
    lists: Any,
    keys: Any,
    given: Any,
    aims: Any,
    caps: Any,
    ranks: Any,
    best: Any,
    best_rank: Any,
    child: Any,
    child_caps: Any,
    desk: Any,
) -> int:
    """Generate ``work`` children; how many.

    state: random number, position in the population, how many of it are realised. child: 4 rows by activity: list, -,
    modes, aims.
    """
    size = len(lists)
    rank = desk[5]
    for _ in range(work):
        if state[2] < size:
            # One as it was seeded.
            one = state[2]
            state[2] += 1
            copy(lists[one], child[0])
            copy(given[one], child[2])
            copy(aims[one], child[3])
            copy(caps[one], child_caps)
            ranks[one, 0] = UNPLACED
        else:
            one = state[1]
            state[1] = (one + 1) % size
            breed(p, state, levelled, one, lists, keys, given, aims, caps, ranks, child, child_caps)
        realise(p, levelled, restarts, child[0], child[2], child[3], child_caps, desk)
        if rank[0] >= UNPLACED:
            continue
        if compare(rank, best_rank) < 0:
            copy(rank, best_rank)
            for row in range(3):
                copy(desk[0][row], best[row])
        if compare(rank, ranks[one]) <= 0:
            copy(rank, ranks[one])
            settle(p, desk[4], desk, lists[one], keys[one], given[one])
            copy(child[3], aims[one])
            copy(child_caps, caps[one])
    return work


def breed(
    p: Any,
    state: Any,
    levelled: int,
    one: int,
    lists: Any,
    keys: Any,
    given: Any,
    aims: Any,
    caps: Any,
    ranks: Any,
    child: Any,
    child_caps: Any,
) -> None:
    """A child of ``one`` and another, drawn, disturbed a little."""
    size, count = lists.shape
    change = False
    for place in range(p[GOALS]):
        change = change or p[p[GOAL] + place] == 2
    before_ptr = p[p[BEFORE_PTR] : p[BEFORE_PTR] + count + 1]
    before_at = p[p[BEFORE_AT] : p[BEFORE_KIND]]
    two, three = draw(state, size), draw(state, size)
    if compare(ranks[three], ranks[two]) < 0:
        two = three
    mother, father = one, two
    if draw(state, 2):
        mother, father = two, one
    span = 0
    for at in range(count):
        span = max(span, keys[father, at])
    length = max(1, span * (10 + draw(state, 40)) // 100)
    low = draw(state, span + length) - length
    high = low + length
    step = 0
    for at in lists[mother]:
        if keys[father, at] < low:
            child[0, step] = at
            step += 1
    for at in lists[father]:
        if low <= keys[father, at] < high:
            child[0, step] = at
            step += 1
    for at in lists[mother]:
        if keys[father, at] >= high:
            child[0, step] = at
            step += 1
    for at in range(count):
        parent = father if low <= keys[father, at] < high else mother
        child[2, at] = given[parent, at]
        child[3, at] = aims[parent, at]
    disturb(state, child[0], before_ptr, before_at, 1 + draw(state, 3), 1 + count // 10)
    if draw(state, 2):
        for _ in range(1 + draw(state, 2)):
            at = draw(state, count)
            modes = p[p[MODE_PTR] + at + 1] - p[p[MODE_PTR] + at]
            if modes > 1:
                child[2, at] = p[p[MODE_PTR] + at] + draw(state, modes) if draw(state, 3) else -1
    if change and draw(state, 2):
        for _ in range(1 + draw(state, 3)):
            at = draw(state, count)
            point = p[p[PLANNED] + at]
            if point == NONE or (child[3, at] and draw(state, 3) == 0):
                child[3, at] = 0
            else:
                # To the plan, or a few days beside it, so that others find their way past.
                reach = draw(state, 9)
                point += draw(state, 2 * reach + 1) - reach
                child[3, at] = 1 + max(0, min(point, p[HORIZON]))
    if levelled:
        for resource in range(caps.shape[1]):
            child_caps[resource] = caps[father if draw(state, 2) else mother, resource]
        if caps.shape[1] and draw(state, 2):
            resource = draw(state, caps.shape[1])
            child_caps[resource] = max(1, child_caps[resource] + draw(state, 4) - 2)


def seed(p: Any, state: Any, key: Any, noise: int, lists: Any, keys: Any, bucket: Any) -> None:
    """Lists in the order of a key with noise, the more the further down."""
    count = len(key)
    for one in range(len(lists)):
        reach = 1 + noise * one // len(lists)
        for at in range(count):
            keys[one, at] = key[at] + draw(state, reach) - reach // 2
        list_of(p, keys[one], p[HORIZON], bucket, lists[one])
