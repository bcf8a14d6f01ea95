"""Population search for the makespan where nothing but finish-to-start links and constant capacities counts.

Two populations in turn, one of schedules pushed to the left, one of schedules pushed to the right: each child of the
one is generated into the other, which makes every generation a step of forward-backward improvement (Debels,
Vanhoucke: A bi-population based genetic algorithm for the resource-constrained project scheduling problem, ICCSA 2005).
Children keep from one parent what lies in a stretch of time and take the order of all else from the other parent.

Looking from the right, time runs backwards: the same loops place activities with the links turned round. A list is a
row of activities in the order in which they are placed. Compiled by ``compiled``; never runs as plain Python.

    days, use_ptr, use_word, use_units, guard    as in ``flat.Rows``, one mode an activity
    links[side], other[side]                     pointers and other ends: predecessors (0) or successors (1)
    lists[side, i]                               what is placed next from the schedule ``i`` of this side, in order
    ends[side, i]                                finishes of this schedule, in the time of its side
    spans[side, i]                               its makespan
"""

from __future__ import annotations

from typing import Any

from summitry.engine.scheduling.kernel import copy

LENGTH, LENGTHS = 10, 40
"""The stretch that a child keeps lasts LENGTH .. LENGTH + LENGTHS - 1 percent of the makespan."""
ALONE = 5
"""One child in ALONE has one parent only, and differs from it by what is disturbed."""
DEGREE = 256
"""Heat is told in parts of a day, DEGREE of them a day."""


def draw(state: Any, below: int) -> int:
    """A whole number in ``0 .. below - 1``: the upper half of a linear congruential generator of 64 bits (Knuth)."""
    state[0] = state[0] * 6364136223846793005 + 1442695040888963407
    value: int = ((state[0] >> 33) & 0x7FFFFFFF) % below
    return value


def generate(
    order: Any,
    days: Any,
    ptr: Any,
    other: Any,
    use_ptr: Any,
    use_word: Any,
    use_units: Any,
    capacity: Any,
    guard: int,
    horizon: int,
    left: Any,
    ends: Any,
) -> int:
    """The serial schedule of a list into ``ends``; its makespan, ``horizon + 1`` if it is longer than the horizon.

    capacity: one packed word each. left: ``words x horizon``.
    """
    words = len(capacity)
    for word in range(words):
        for day in range(horizon):
            left[word, day] = capacity[word]
    span = 0
    for at in order:
        begin = 0
        for place in range(ptr[at], ptr[at + 1]):
            begin = max(begin, ends[other[place]])
        need = days[at]
        finish = begin + need
        first, last = use_ptr[at], use_ptr[at + 1]
        if need > 0 and first < last:
            known = begin
            day = finish - 1
            if words == 1:
                units = use_units[first]
                while True:
                    if finish > horizon:
                        return horizon + 1
                    while day >= known and (left[0, day] - units) & guard == 0:
                        day -= 1
                    if day < known:
                        break
                    known = finish
                    finish = day + 1 + need
                    day = finish - 1
                for day in range(finish - need, finish):
                    left[0, day] -= units
            else:
                while True:
                    if finish > horizon:
                        return horizon + 1
                    blocked = False
                    while day >= known:
                        for use in range(first, last):
                            if (left[use_word[use], day] - use_units[use]) & guard:
                                blocked = True
                                break
                        if blocked:
                            break
                        day -= 1
                    if not blocked:
                        break
                    known = finish
                    finish = day + 1 + need
                    day = finish - 1
                for use in range(first, last):
                    word, units = use_word[use], use_units[use]
                    for day in range(finish - need, finish):
                        left[word, day] -= units
        elif finish > horizon:
            return horizon + 1
        ends[at] = finish
        span = max(span, finish)
    return span


def turn(order: Any, ends: Any, span: int, bucket: Any, turned: Any) -> None:
    """The list for the other side: last finish first, of equals what was placed last."""
    count = len(order)
    for point in range(span + 2):
        bucket[point] = 0
    for at in range(count):
        bucket[span - ends[at] + 1] += 1
    for point in range(span + 1):
        bucket[point + 1] += bucket[point]
    for step in range(count - 1, -1, -1):
        at = order[step]
        key = span - ends[at]
        turned[bucket[key]] = at
        bucket[key] += 1


def cross(mother: Any, father: Any, ends: Any, low: int, high: int, child: Any) -> None:
    """What finishes in ``low < f <= high`` in the father's schedule in his order, all else in the mother's."""
    step = 0
    for at in mother:
        if ends[at] > high:
            child[step] = at
            step += 1
    for at in father:
        if low < ends[at] <= high:
            child[step] = at
            step += 1
    for at in mother:
        if ends[at] <= low:
            child[step] = at
            step += 1


def disturb(state: Any, order: Any, ptr: Any, other: Any, times: int, reach: int) -> None:
    """Move activities, drawn at random, up to ``reach`` places forward in the list, not past what they wait for."""
    count = len(order)
    for _ in range(times):
        step = draw(state, count)
        at = order[step]
        for _ in range(1 + draw(state, reach)):
            if step == 0:
                break
            before = order[step - 1]
            waits = False
            for place in range(ptr[at], ptr[at + 1]):
                if other[place] == before:
                    waits = True
                    break
            if waits:
                break
            order[step] = before
            step -= 1
        order[step] = at


def start(
    days: Any,
    before_ptr: Any,
    before_at: Any,
    after_ptr: Any,
    after_at: Any,
    use_ptr: Any,
    use_word: Any,
    use_units: Any,
    capacity: Any,
    guard: int,
    horizon: int,
    state: Any,
    first: int,
    seeds: Any,
    lists: Any,
    ends: Any,
    spans: Any,
    best_list: Any,
    left: Any,
    bucket: Any,
    child_ends: Any,
) -> None:
    """Fill both populations from place ``first`` on with the schedules of ``seeds``, lists for the left side."""
    for one in range(first, lists.shape[1]):
        order = seeds[one]
        for side in range(2):
            ptr, other = (before_ptr, before_at) if side == 0 else (after_ptr, after_at)
            span = generate(
                order, days, ptr, other, use_ptr, use_word, use_units, capacity, guard, horizon, left, child_ends
            )
            if span > horizon:
                # Useless, but a parent all the same: everything one after the other.
                span = 0
                for at in order:
                    child_ends[at] = span
                    span = min(horizon, span + 1)
                spans[side, one] = horizon + 1
            else:
                spans[side, one] = span
                if span < state[3]:
                    state[3] = span
                    state[4] = 1 - side
                    copy(order, best_list)
            copy(child_ends, ends[side, one])
            turn(order, child_ends, span, bucket, lists[side, one])
            order = lists[side, one]


def evolve(
    days: Any,
    before_ptr: Any,
    before_at: Any,
    after_ptr: Any,
    after_at: Any,
    use_ptr: Any,
    use_word: Any,
    use_units: Any,
    capacity: Any,
    guard: int,
    horizon: int,
    state: Any,
    work: int,
    enough: int,
    lists: Any,
    ends: Any,
    spans: Any,
    best_list: Any,
    left: Any,
    bucket: Any,
    child: Any,
    child_ends: Any,
) -> int:
    """Generate ``work`` schedules, or fewer if the makespan is down to ``enough``; how many.

    state: random number; side whose schedules are parents; position in it; best makespan; side from which
    ``best_list`` was made: 0, it is a list for the right, 1, for the left; heat: a child may be longer than what it
    replaces by a number of whole days drawn below it. A hot population stays diverse, a cold one gathers where it is
    best: who calls lets it cool, as in simulated annealing.
    """
    size = lists.shape[1]
    count = lists.shape[2]
    for done in range(work):
        if state[3] <= enough:
            return done
        side = state[1]
        one = state[2]
        two, three = draw(state, size), draw(state, size)
        if spans[side, three] < spans[side, two]:
            two = three
        mother, father = one, two
        if draw(state, ALONE) == 0:
            mother, father = one, one
        elif draw(state, 2):
            mother, father = two, one
        span = min(spans[side, father], horizon)
        length = max(1, span * (LENGTH + draw(state, LENGTHS)) // 100)
        low = draw(state, max(1, span - length + 1))
        cross(lists[side, mother], lists[side, father], ends[side, father], low, low + length, child)
        ptr, other = (after_ptr, after_at) if side == 0 else (before_ptr, before_at)
        disturb(state, child, ptr, other, 1 + draw(state, 3), 1 + count // 10)
        span = generate(
            child, days, ptr, other, use_ptr, use_word, use_units, capacity, guard, horizon, left, child_ends
        )
        target = 1 - side
        if span <= horizon and span < state[3]:
            state[3] = span
            state[4] = side
            copy(child, best_list)
        if span <= horizon and span <= spans[target, one] + draw(state, state[5]) // DEGREE:
            turn(child, child_ends, span, bucket, lists[target, one])
            copy(child_ends, ends[target, one])
            spans[target, one] = span
        state[2] += 1
        if state[2] == size:
            state[2] = 0
            state[1] = target
    return work


def seed(
    state: Any,
    key: Any,
    noise: int,
    topological: Any,
    before_ptr: Any,
    before_at: Any,
    bucket: Any,
    keys: Any,
    lists: Any,
) -> None:
    """Lists in the order of a key with noise, the more the further down, predecessors first.

    Keys are not negative; ``bucket`` has two places more than the greatest key and the noise.
    """
    count = len(key)
    for one in range(len(lists)):
        reach = 1 + noise * one // len(lists)
        top = 0
        for at in topological:
            own = key[at] + draw(state, reach)
            for place in range(before_ptr[at], before_ptr[at + 1]):
                own = max(own, keys[before_at[place]])
            keys[at] = own
            top = max(top, own)
        for point in range(top + 2):
            bucket[point] = 0
        for at in range(count):
            bucket[keys[at] + 1] += 1
        for point in range(top + 1):
            bucket[point + 1] += bucket[point]
        for at in topological:
            lists[one, bucket[keys[at]]] = at
            bucket[keys[at]] += 1
