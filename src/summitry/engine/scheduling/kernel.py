"""Placing activities one after the other: the loops of the serial schedule and of the search. Integers, no objects.

One source for two uses, as in ``engine.network.kernel``: it works on lists as it stands (the immediate schedule, where
nothing was compiled) and is compiled by Numba for arrays (``search.compiled``). ``p`` is the packed problem of
``flat.pack``, with the fields of ``flat.Rows``. The rows of a schedule, by position of the activity:

    starts, finishes, modes    points; the mode among all modes of all activities
    placed                     1 where the activity lies already
    left                       units left on each day, laid out and packed like ``Rows.capacity``

With ``n(p)`` the working days of the successor's calendar before point ``p``, a link asks for ``n(y) - n(x) >= lag``
(and ``y >= x`` without lag) and ``n(y) - n(x) <= most`` of the ends ``x`` and ``y`` of its predecessor and successor.
"""

from __future__ import annotations

from .flat import (
    AFTER_AT,
    AFTER_KIND,
    AFTER_LAG,
    AFTER_MOST,
    AFTER_PTR,
    BEFORE_AT,
    BEFORE_KIND,
    BEFORE_LAG,
    BEFORE_MOST,
    BEFORE_PTR,
    COUNTS,
    DAY_PTR,
    DAYS,
    FIXED,
    GUARD,
    HORIZON,
    LATEST_FINISH,
    MODE_BAD,
    MODE_CALENDAR,
    MODE_COST,
    MODE_DAYS,
    MODE_PTR,
    MODE_UNBROKEN,
    MODE_WEIGHT,
    MOVE_WEIGHT,
    NONE,
    PLANNED,
    PLANNED_MODE,
    RELEASE,
    RUNS,
    USE_PTR,
    USE_UNITS,
    USE_WORD,
    Row,
)

WRONG_DAY = 10_000
"""Penalty, in days, of a fixed start that no mode can keep, and of a mode that no day has the units for."""
UNPLACED = 1 << 40
"""Penalty of a schedule in which something found no place before the horizon at all."""


def copy(source: Row, target: Row) -> None:
    """Fill a row with another of the same length. (A slice would do, and take Numba seconds more to compile.)"""
    for at in range(len(source)):
        target[at] = source[at]


def earliest(p: Row, left: Row, mode: int, begin: int, last: int) -> int:
    """The first start in ``begin .. last`` at which a mode finds its working days and units; -1 if there is none."""
    need = p[p[MODE_DAYS] + mode]
    if begin > last:
        return -1
    if need == 0:
        return begin
    calendar = p[p[MODE_CALENDAR] + mode]
    row = calendar * (p[HORIZON] + 2)
    zero = p[p[DAY_PTR] + calendar]
    size = p[p[DAY_PTR] + calendar + 1] - zero
    unbroken = p[p[MODE_UNBROKEN] + mode]
    first_use = p[p[USE_PTR] + mode]
    end_use = p[p[USE_PTR] + mode + 1]
    index = p[p[COUNTS] + row + begin]
    known = 0  # days before it that a later try looks at again are known to be free
    while index + need <= size:
        start = p[p[DAYS] + zero + index]
        if start > last:
            return -1
        if unbroken and p[p[RUNS] + zero + index] < need:
            index += p[p[RUNS] + zero + index]
            continue
        finish = p[p[DAYS] + zero + index + need - 1] + 1
        blocked = -1
        # From behind: the last day that is full decides where to try next.
        for day in range(finish - 1, max(start, known) - 1, -1):
            for use in range(first_use, end_use):
                if (left[p[p[USE_WORD] + use] * p[HORIZON] + day] - p[p[USE_UNITS] + use]) & p[GUARD]:
                    blocked = day
                    break
            if blocked >= 0:
                break
        if blocked < 0:
            return start
        known = finish
        index = p[p[COUNTS] + row + blocked + 1]
    return -1


def latest(p: Row, left: Row, mode: int, begin: int, last: int) -> int:
    """The last start in ``begin .. last`` at which a mode finds its working days and units; -1 if there is none."""
    need = p[p[MODE_DAYS] + mode]
    if begin > last:
        return -1
    if need == 0:
        return last
    calendar = p[p[MODE_CALENDAR] + mode]
    row = calendar * (p[HORIZON] + 2)
    zero = p[p[DAY_PTR] + calendar]
    size = p[p[DAY_PTR] + calendar + 1] - zero
    unbroken = p[p[MODE_UNBROKEN] + mode]
    first_use = p[p[USE_PTR] + mode]
    end_use = p[p[USE_PTR] + mode + 1]
    index = min(p[p[COUNTS] + row + last + 1] - 1, size - need)
    known = p[HORIZON]
    while index >= 0:
        start = p[p[DAYS] + zero + index]
        if start < begin:
            return -1
        if unbroken and p[p[RUNS] + zero + index] < need:
            index -= 1
            continue
        finish = p[p[DAYS] + zero + index + need - 1] + 1
        blocked = -1
        for day in range(start, min(finish, known)):
            for use in range(first_use, end_use):
                if (left[p[p[USE_WORD] + use] * p[HORIZON] + day] - p[p[USE_UNITS] + use]) & p[GUARD]:
                    blocked = day
                    break
            if blocked >= 0:
                break
        if blocked < 0:
            return start
        known = start
        index = p[p[COUNTS] + row + blocked] - need
    return -1


def nearest(p: Row, left: Row, mode: int, begin: int, last: int, target: int) -> int:
    """The possible start in ``begin .. last`` that is closest to ``target``, of two the earlier; -1 if none."""
    after = earliest(p, left, mode, max(begin, target), last)
    reach = begin if after < 0 else max(begin, target - (after - target))
    before = latest(p, left, mode, reach, min(last, target - 1))
    return before if before >= 0 else after


def finish_of(p: Row, mode: int, start: int) -> int:
    """The finish of a mode that starts on a working day; past the horizon where the days run out."""
    need = p[p[MODE_DAYS] + mode]
    if need == 0:
        return start
    calendar = p[p[MODE_CALENDAR] + mode]
    index = p[p[COUNTS] + calendar * (p[HORIZON] + 2) + start] + need - 1
    zero = p[p[DAY_PTR] + calendar]
    if index >= p[p[DAY_PTR] + calendar + 1] - zero:
        return p[HORIZON] + 1
    return p[p[DAYS] + zero + index] + 1


def hold(p: Row, left: Row, mode: int, start: int, finish: int, sign: int) -> None:
    """Take the units of a mode (``sign`` 1) or give them back (-1)."""
    for use in range(p[p[USE_PTR] + mode], p[p[USE_PTR] + mode + 1]):
        units = p[p[USE_UNITS] + use] * sign
        word = p[p[USE_WORD] + use] * p[HORIZON]
        for day in range(word + start, word + finish):
            left[day] -= units


def window(
    p: Row, starts: Row, finishes: Row, modes: Row, placed: Row, at: int, mode: int, limit: int
) -> tuple[int, int, int]:
    """(first start, last start, blame) that the dates and what is placed already leave to an activity in a mode.

    limit: Not to finish later. Blame: the predecessor whose longest wait decides the last start, else -1. Where the
    first start is after the last one, there is no place.
    """
    calendar = p[p[MODE_CALENDAR] + mode]
    row = calendar * (p[HORIZON] + 2)
    zero = p[p[DAY_PTR] + calendar]
    size = p[p[DAY_PTR] + calendar + 1] - zero
    low, high = p[p[RELEASE] + at], p[HORIZON]
    low_finish, high_finish = 0, min(limit, p[p[LATEST_FINISH] + at])
    blame, finish_blame = -1, -1
    for place in range(p[p[BEFORE_PTR] + at], p[p[BEFORE_PTR] + at + 1]):
        other = p[p[BEFORE_AT] + place]
        if not placed[other]:
            continue
        kind = p[p[BEFORE_KIND] + place]
        point = starts[other] if kind & 1 else finishes[other]
        lag = p[p[BEFORE_LAG] + place]
        most = p[p[BEFORE_MOST] + place]
        if most != NONE:
            count = p[p[COUNTS] + row + point] + most
            bound = p[HORIZON]
            if count < 0:
                bound = -1
            elif count < size:
                bound = p[p[DAYS] + zero + count]
            if kind & 2:
                if bound < high_finish:
                    high_finish, finish_blame = bound, other
            elif bound < high:
                high, blame = bound, other
        if lag != 0:
            count = p[p[COUNTS] + row + point] + lag
            if count < 1:
                point = 0
            elif count > size:
                point = p[HORIZON] + 1
            else:
                point = p[p[DAYS] + zero + count - 1] + 1
        if kind & 2:
            low_finish = max(low_finish, point)
        else:
            low = max(low, point)
    for place in range(p[p[AFTER_PTR] + at], p[p[AFTER_PTR] + at + 1]):
        other = p[p[AFTER_AT] + place]
        if not placed[other]:
            continue
        kind = p[p[AFTER_KIND] + place]
        point = finishes[other] if kind & 2 else starts[other]
        lag = p[p[AFTER_LAG] + place]
        most = p[p[AFTER_MOST] + place]
        there = p[p[MODE_CALENDAR] + modes[other]]
        there_row = there * (p[HORIZON] + 2)
        there_zero = p[p[DAY_PTR] + there]
        there_size = p[p[DAY_PTR] + there + 1] - there_zero
        if most != NONE:
            count = p[p[COUNTS] + there_row + point] - most
            bound = 0
            if count > there_size:
                bound = p[HORIZON] + 1
            elif count > 0:
                bound = p[p[DAYS] + there_zero + count - 1] + 1
            if kind & 1:
                low = max(low, bound)
            else:
                low_finish = max(low_finish, bound)
        if lag != 0:
            count = p[p[COUNTS] + there_row + point] - lag
            if count < 0:
                point = -1
            elif count < there_size:
                point = p[p[DAYS] + there_zero + count]
            else:
                point = p[HORIZON]
        if kind & 1:
            if point < high:
                high, blame = point, -1
        elif point < high_finish:
            high_finish, finish_blame = point, -1
    need = p[p[MODE_DAYS] + mode]
    if need == 0:
        low = max(low, low_finish)
        bound = high_finish
    else:
        if low_finish > 0:
            index = p[p[COUNTS] + row + low_finish - 1] + 1 - need
            if index >= size:
                low = p[HORIZON] + 1
            elif index > 0:
                low = max(low, p[p[DAYS] + zero + index])
        index = p[p[COUNTS] + row + high_finish] - need if high_finish >= 0 else -1
        bound = -1
        if index >= size:
            bound = p[HORIZON]
        elif index >= 0:
            bound = p[p[DAYS] + zero + index]
    if bound < high:
        high, blame = bound, finish_blame
    if p[p[FIXED] + at] != NONE:
        low = max(low, p[p[FIXED] + at])
        if p[p[FIXED] + at] < high:
            high, blame = p[p[FIXED] + at], -1
    return low, high, blame


def place_fixed(p: Row, order: Row, given: Row, starts: Row, finishes: Row, modes: Row, left: Row, placed: Row) -> int:
    """Place everything with a fixed start before all else; the penalty of what cannot be kept."""
    penalty = 0
    for at in order:
        start = p[p[FIXED] + at]
        if start == NONE:
            continue
        first, end = p[p[MODE_PTR] + at], p[p[MODE_PTR] + at + 1]
        if given[at] >= 0:
            first, end = given[at], given[at] + 1
        found = -1
        if 0 <= start <= p[HORIZON]:
            for mode in range(first, end):
                if not p[p[MODE_BAD] + mode] and earliest(p, left, mode, start, start) >= 0:
                    found = mode
                    break
        modes[at] = found if found >= 0 else first
        # Where it cannot be kept it lies there all the same, without taking units, for the others to see.
        starts[at] = max(0, min(start, p[HORIZON]))
        finishes[at] = min(p[HORIZON], finish_of(p, modes[at], starts[at]))
        placed[at] = 1
        if found >= 0:
            hold(p, left, found, starts[at], finishes[at], 1)
        else:
            penalty += WRONG_DAY
    return penalty


def decode(
    p: Row,
    order: Row,
    given: Row,
    aims: Row,
    capacity: Row,
    restarts: int,
    starts: Row,
    finishes: Row,
    modes: Row,
    left: Row,
    placed: Row,
    delay: Row,
    short: Row,
) -> int:
    """The serial schedule of a list: each activity in turn at the first place that it finds; the penalty, 0 if valid.

    order: Activities, predecessors first. given: mode of each, -1: the one that serves best here. aims: 1 + the point
    that the activity goes as close to as possible, 0 if it goes as early as possible. capacity: like that of ``Rows``.

    Fixed starts are placed before all else. What finds no place before its last start is placed later and ``short``
    counts the days; if that is because a predecessor that may not be waited for long lies too early, that one is
    delayed and all is placed anew, at most ``restarts`` times (unscheduling: Franck, Neumann, Schwindt 2001).
    """
    count = len(order)
    for at in range(count):
        delay[at] = 0
    for attempt in range(restarts + 1):
        again = False
        copy(capacity, left)
        for at in range(count):
            placed[at] = 0
            short[at] = 0
        penalty = place_fixed(p, order, given, starts, finishes, modes, left, placed)
        for at in order:
            if placed[at]:
                if p[p[FIXED] + at] != NONE:
                    low, high, blame = window(p, starts, finishes, modes, placed, at, modes[at], p[HORIZON])
                    if low > high:
                        short[at] = low - high
                        penalty += short[at]
                continue
            first, end = p[p[MODE_PTR] + at], p[p[MODE_PTR] + at + 1]
            if given[at] >= 0:
                first, end = given[at], given[at] + 1
            best_late, best_worth, best_cost = UNPLACED, 0, 0
            best, best_start, best_blame = -1, 0, -1
            for mode in range(first, end):
                low, high, blame = window(p, starts, finishes, modes, placed, at, mode, p[HORIZON])
                low = max(low, delay[at])
                if aims[at]:
                    start = nearest(p, left, mode, low, high, max(low, aims[at] - 1))
                else:
                    start = earliest(p, left, mode, low, high)
                late = 0
                if start < 0:
                    start = earliest(p, left, mode, low, p[HORIZON])
                    late = start - high
                if start < 0:
                    continue
                if p[p[MODE_BAD] + mode]:
                    late += WRONG_DAY
                worth = finish_of(p, mode, start)
                if aims[at] and p[p[PLANNED] + at] != NONE:
                    worth = abs(start - p[p[PLANNED] + at]) * p[p[MOVE_WEIGHT] + at]
                    if mode - p[p[MODE_PTR] + at] != p[p[PLANNED_MODE] + at]:
                        worth += p[p[MODE_WEIGHT] + at]
                if (
                    late < best_late
                    or (late == best_late and worth < best_worth)
                    or (late == best_late and worth == best_worth and p[p[MODE_COST] + mode] < best_cost)
                ):
                    best_late, best_worth, best_cost = late, worth, p[p[MODE_COST] + mode]
                    best, best_start, best_blame = mode, start, blame
            if best < 0:
                return UNPLACED
            if best_late:
                if attempt < restarts and best_blame >= 0 and p[p[FIXED] + best_blame] == NONE:
                    delay[best_blame] = max(delay[best_blame], starts[best_blame] + min(best_late, p[HORIZON]))
                    again = True
                    break
                short[at] = best_late
                penalty += best_late
            starts[at] = best_start
            finishes[at] = finish_of(p, best, best_start)
            modes[at] = best
            placed[at] = 1
            hold(p, left, best, best_start, finishes[at], 1)
        if not again:
            break
    return penalty


def push(
    p: Row,
    order: Row,
    way: int,
    aims: Row,
    limits: Row,
    starts: Row,
    finishes: Row,
    modes: Row,
    left: Row,
    placed: Row,
) -> None:
    """Move activities one by one within what all others leave: as late as their limits allow (``way`` 1), as early as
    possible (-1), closest to their planned start (0). A valid schedule stays valid.
    """
    for at in order:
        mode = modes[at]
        if p[p[FIXED] + at] != NONE or p[p[MODE_BAD] + mode]:
            continue
        start = starts[at]
        hold(p, left, mode, start, finishes[at], -1)
        low, high, _ = window(p, starts, finishes, modes, placed, at, mode, limits[at])
        moved = -1
        if way == 0:
            if p[p[PLANNED] + at] != NONE:
                moved = nearest(p, left, mode, low, high, max(low, min(p[p[PLANNED] + at], p[HORIZON])))
        elif way == 1:
            moved = latest(p, left, mode, max(low, start), high)
        else:
            begin = max(low, min(start, aims[at] - 1)) if aims[at] else low
            moved = earliest(p, left, mode, begin, min(high, start))
        if moved >= 0:
            starts[at] = moved
            finishes[at] = finish_of(p, mode, moved)
        hold(p, left, mode, starts[at], finishes[at], 1)
