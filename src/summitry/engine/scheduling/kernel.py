"""Placing activities one after the other: the loops of the serial schedule and of the search. Integers, no objects.

One source for two uses, as in ``engine.network.kernel``: it works on lists as it stands (the immediate schedule, where
nothing was compiled) and is compiled by Numba for arrays (``search.compiled``). The rows of the problem are told in
``flat.Rows``. The rows of a schedule, by position of the activity:

    starts, finishes, modes    points; the mode among all modes of all activities
    placed                     1 where the activity lies already
    left                       units left on each day, laid out and packed like ``Rows.capacity``

With ``n(p)`` the working days of the successor's calendar before point ``p``, a link asks for ``n(y) - n(x) >= lag``
(and ``y >= x`` without lag) and ``n(y) - n(x) <= most`` of the ends ``x`` and ``y`` of its predecessor and successor.
"""

from __future__ import annotations

from .flat import NONE, Row, Rows

WRONG_DAY = 10_000
"""Penalty, in days, of a fixed start that no mode can keep, and of a mode that no day has the units for."""
UNPLACED = 1 << 40
"""Penalty of a schedule in which something found no place before the horizon at all."""


def earliest(p: Rows, left: Row, mode: int, begin: int, last: int) -> int:
    """The first start in ``begin .. last`` at which a mode finds its working days and units; -1 if there is none."""
    need = p.mode_days[mode]
    if begin > last:
        return -1
    if need == 0:
        return begin
    calendar = p.mode_calendar[mode]
    row = calendar * (p.horizon + 2)
    zero = p.day_ptr[calendar]
    size = p.day_ptr[calendar + 1] - zero
    unbroken = p.mode_unbroken[mode]
    first_use = p.use_ptr[mode]
    end_use = p.use_ptr[mode + 1]
    index = p.counts[row + begin]
    known = 0  # days before it that a later try looks at again are known to be free
    while index + need <= size:
        start = p.days[zero + index]
        if start > last:
            return -1
        if unbroken and p.runs[zero + index] < need:
            index += p.runs[zero + index]
            continue
        finish = p.days[zero + index + need - 1] + 1
        blocked = -1
        # From behind: the last day that is full decides where to try next.
        for day in range(finish - 1, max(start, known) - 1, -1):
            for use in range(first_use, end_use):
                if (left[p.use_word[use] * p.horizon + day] - p.use_units[use]) & p.guard:
                    blocked = day
                    break
            if blocked >= 0:
                break
        if blocked < 0:
            return start
        known = finish
        index = p.counts[row + blocked + 1]
    return -1


def latest(p: Rows, left: Row, mode: int, begin: int, last: int) -> int:
    """The last start in ``begin .. last`` at which a mode finds its working days and units; -1 if there is none."""
    need = p.mode_days[mode]
    if begin > last:
        return -1
    if need == 0:
        return last
    calendar = p.mode_calendar[mode]
    row = calendar * (p.horizon + 2)
    zero = p.day_ptr[calendar]
    size = p.day_ptr[calendar + 1] - zero
    unbroken = p.mode_unbroken[mode]
    first_use = p.use_ptr[mode]
    end_use = p.use_ptr[mode + 1]
    index = min(p.counts[row + last + 1] - 1, size - need)
    known = p.horizon
    while index >= 0:
        start = p.days[zero + index]
        if start < begin:
            return -1
        if unbroken and p.runs[zero + index] < need:
            index -= 1
            continue
        finish = p.days[zero + index + need - 1] + 1
        blocked = -1
        for day in range(start, min(finish, known)):
            for use in range(first_use, end_use):
                if (left[p.use_word[use] * p.horizon + day] - p.use_units[use]) & p.guard:
                    blocked = day
                    break
            if blocked >= 0:
                break
        if blocked < 0:
            return start
        known = start
        index = p.counts[row + blocked] - need
    return -1


def nearest(p: Rows, left: Row, mode: int, begin: int, last: int, target: int) -> int:
    """The possible start in ``begin .. last`` that is closest to ``target``, of two the earlier; -1 if none."""
    after = earliest(p, left, mode, max(begin, target), last)
    reach = begin if after < 0 else max(begin, target - (after - target))
    before = latest(p, left, mode, reach, min(last, target - 1))
    return before if before >= 0 else after


def finish_of(p: Rows, mode: int, start: int) -> int:
    """The finish of a mode that starts on a working day; past the horizon where the days run out."""
    need = p.mode_days[mode]
    if need == 0:
        return start
    calendar = p.mode_calendar[mode]
    index = p.counts[calendar * (p.horizon + 2) + start] + need - 1
    zero = p.day_ptr[calendar]
    if index >= p.day_ptr[calendar + 1] - zero:
        return p.horizon + 1
    return p.days[zero + index] + 1


def hold(p: Rows, left: Row, mode: int, start: int, finish: int, sign: int) -> None:
    """Take the units of a mode (``sign`` 1) or give them back (-1)."""
    for use in range(p.use_ptr[mode], p.use_ptr[mode + 1]):
        units = p.use_units[use] * sign
        word = p.use_word[use] * p.horizon
        for day in range(word + start, word + finish):
            left[day] -= units


def window(
    p: Rows, starts: Row, finishes: Row, modes: Row, placed: Row, at: int, mode: int, limit: int
) -> tuple[int, int, int]:
    """(first start, last start, blame) that the dates and what is placed already leave to an activity in a mode.

    limit: Not to finish later. Blame: the predecessor whose longest wait decides the last start, else -1. Where the
    first start is after the last one, there is no place.
    """
    calendar = p.mode_calendar[mode]
    row = calendar * (p.horizon + 2)
    zero = p.day_ptr[calendar]
    size = p.day_ptr[calendar + 1] - zero
    low, high = p.release[at], p.horizon
    low_finish, high_finish = 0, min(limit, p.latest_finish[at])
    blame, finish_blame = -1, -1
    for place in range(p.before_ptr[at], p.before_ptr[at + 1]):
        other = p.before_at[place]
        if not placed[other]:
            continue
        kind = p.before_kind[place]
        point = starts[other] if kind & 1 else finishes[other]
        lag = p.before_lag[place]
        most = p.before_most[place]
        if most != NONE:
            count = p.counts[row + point] + most
            bound = p.horizon
            if count < 0:
                bound = -1
            elif count < size:
                bound = p.days[zero + count]
            if kind & 2:
                if bound < high_finish:
                    high_finish, finish_blame = bound, other
            elif bound < high:
                high, blame = bound, other
        if lag != 0:
            count = p.counts[row + point] + lag
            if count < 1:
                point = 0
            elif count > size:
                point = p.horizon + 1
            else:
                point = p.days[zero + count - 1] + 1
        if kind & 2:
            low_finish = max(low_finish, point)
        else:
            low = max(low, point)
    for place in range(p.after_ptr[at], p.after_ptr[at + 1]):
        other = p.after_at[place]
        if not placed[other]:
            continue
        kind = p.after_kind[place]
        point = finishes[other] if kind & 2 else starts[other]
        lag = p.after_lag[place]
        most = p.after_most[place]
        there = p.mode_calendar[modes[other]]
        there_row = there * (p.horizon + 2)
        there_zero = p.day_ptr[there]
        there_size = p.day_ptr[there + 1] - there_zero
        if most != NONE:
            count = p.counts[there_row + point] - most
            bound = 0
            if count > there_size:
                bound = p.horizon + 1
            elif count > 0:
                bound = p.days[there_zero + count - 1] + 1
            if kind & 1:
                low = max(low, bound)
            else:
                low_finish = max(low_finish, bound)
        if lag != 0:
            count = p.counts[there_row + point] - lag
            if count < 0:
                point = -1
            elif count < there_size:
                point = p.days[there_zero + count]
            else:
                point = p.horizon
        if kind & 1:
            if point < high:
                high, blame = point, -1
        elif point < high_finish:
            high_finish, finish_blame = point, -1
    need = p.mode_days[mode]
    if need == 0:
        low = max(low, low_finish)
        bound = high_finish
    else:
        if low_finish > 0:
            index = p.counts[row + low_finish - 1] + 1 - need
            if index >= size:
                low = p.horizon + 1
            elif index > 0:
                low = max(low, p.days[zero + index])
        index = p.counts[row + high_finish] - need if high_finish >= 0 else -1
        bound = -1
        if index >= size:
            bound = p.horizon
        elif index >= 0:
            bound = p.days[zero + index]
    if bound < high:
        high, blame = bound, finish_blame
    if p.fixed[at] != NONE:
        low = max(low, p.fixed[at])
        if p.fixed[at] < high:
            high, blame = p.fixed[at], -1
    return low, high, blame


def place_fixed(p: Rows, order: Row, given: Row, starts: Row, finishes: Row, modes: Row, left: Row, placed: Row) -> int:
    """Place everything with a fixed start before all else; the penalty of what cannot be kept."""
    penalty = 0
    for at in order:
        start = p.fixed[at]
        if start == NONE:
            continue
        first, end = p.mode_ptr[at], p.mode_ptr[at + 1]
        if given[at] >= 0:
            first, end = given[at], given[at] + 1
        found = -1
        if 0 <= start <= p.horizon:
            for mode in range(first, end):
                if not p.mode_bad[mode] and earliest(p, left, mode, start, start) >= 0:
                    found = mode
                    break
        modes[at] = found if found >= 0 else first
        # Where it cannot be kept it lies there all the same, without taking units, for the others to see.
        starts[at] = max(0, min(start, p.horizon))
        finishes[at] = min(p.horizon, finish_of(p, modes[at], starts[at]))
        placed[at] = 1
        if found >= 0:
            hold(p, left, found, starts[at], finishes[at], 1)
        else:
            penalty += WRONG_DAY
    return penalty


def decode(
    p: Rows,
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

    order: Activities, predecessors first. given: mode of each, -1: the one that serves best here. aims: 1 where the
    activity goes to the place closest to its planned start instead. capacity: as ``Rows.capacity``, or less.

    Fixed starts are placed before all else. What finds no place before its last start is placed later and ``short``
    counts the days; if that is because a predecessor that may not be waited for long lies too early, that one is
    delayed and all is placed anew, at most ``restarts`` times (unscheduling: Franck, Neumann, Schwindt 2001).
    """
    count = len(order)
    for at in range(count):
        delay[at] = 0
    for attempt in range(restarts + 1):
        again = False
        left[:] = capacity
        for at in range(count):
            placed[at] = 0
            short[at] = 0
        penalty = place_fixed(p, order, given, starts, finishes, modes, left, placed)
        for at in order:
            if placed[at]:
                if p.fixed[at] != NONE:
                    low, high, blame = window(p, starts, finishes, modes, placed, at, modes[at], p.horizon)
                    if low > high:
                        short[at] = low - high
                        penalty += short[at]
                continue
            first, end = p.mode_ptr[at], p.mode_ptr[at + 1]
            if given[at] >= 0:
                first, end = given[at], given[at] + 1
            best_late, best_worth, best_cost = UNPLACED, 0, 0
            best, best_start, best_blame = -1, 0, -1
            for mode in range(first, end):
                low, high, blame = window(p, starts, finishes, modes, placed, at, mode, p.horizon)
                low = max(low, delay[at])
                target = low
                if aims[at] and p.planned[at] != NONE:
                    target = max(low, min(p.planned[at], p.horizon))
                    start = nearest(p, left, mode, low, high, target)
                else:
                    start = earliest(p, left, mode, low, high)
                late = 0
                if start < 0:
                    start = earliest(p, left, mode, low, p.horizon)
                    late = start - high
                if start < 0:
                    continue
                if p.mode_bad[mode]:
                    late += WRONG_DAY
                worth = finish_of(p, mode, start)
                if aims[at] and p.planned[at] != NONE:
                    worth = abs(start - p.planned[at]) * p.move_weight[at]
                    if mode - p.mode_ptr[at] != p.planned_mode[at]:
                        worth += p.mode_weight[at]
                if (
                    late < best_late
                    or (late == best_late and worth < best_worth)
                    or (late == best_late and worth == best_worth and p.mode_cost[mode] < best_cost)
                ):
                    best_late, best_worth, best_cost = late, worth, p.mode_cost[mode]
                    best, best_start, best_blame = mode, start, blame
            if best < 0:
                return UNPLACED
            if best_late:
                if attempt < restarts and best_blame >= 0 and p.fixed[best_blame] == NONE:
                    delay[best_blame] = max(delay[best_blame], starts[best_blame] + min(best_late, p.horizon))
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
    p: Rows,
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
        if p.fixed[at] != NONE or p.mode_bad[mode]:
            continue
        start = starts[at]
        hold(p, left, mode, start, finishes[at], -1)
        low, high, _ = window(p, starts, finishes, modes, placed, at, mode, limits[at])
        moved = -1
        aim = aims[at] and p.planned[at] != NONE
        if way == 0:
            if aim:
                moved = nearest(p, left, mode, low, high, max(low, min(p.planned[at], p.horizon)))
        elif way == 1:
            moved = latest(p, left, mode, max(low, start), high)
        else:
            moved = earliest(p, left, mode, max(low, min(start, p.planned[at])) if aim else low, min(high, start))
        if moved >= 0:
            starts[at] = moved
            finishes[at] = finish_of(p, mode, moved)
        hold(p, left, mode, starts[at], finishes[at], 1)


def limit(p: Rows, finishes: Row, before: int, limits: Row) -> None:
    """How late each may finish without making lateness or makespan worse, as far as they are goals of the levels up
    to ``before``.
    """
    lateness = makespan = False
    for place in range(len(p.goal)):
        if p.goal_level[place] <= before:
            lateness = lateness or p.goal[place] == 0
            makespan = makespan or p.goal[place] == 1
    end = 0
    for finish in finishes:
        end = max(end, finish)
    for at in range(len(finishes)):
        limits[at] = end if makespan else p.horizon
        if lateness and p.due_weight[at] > 0:
            limits[at] = max(finishes[at], min(limits[at], p.due[at]))


def evaluate(p: Rows, starts: Row, finishes: Row, modes: Row, load: Row, score: Row) -> None:
    """The goals' levels of a schedule into ``score``. load: a row of ``horizon + 1`` for the peak use."""
    for level in range(p.levels):
        score[level] = 0
    for place in range(len(p.goal)):
        goal = p.goal[place]
        total = 0
        if goal == 0:
            for at in range(len(starts)):
                if p.due_weight[at] and finishes[at] > p.due[at]:
                    total += p.due_weight[at] * (finishes[at] - p.due[at])
        elif goal == 1:
            for finish in finishes:
                total = max(total, finish)
        elif goal == 2:
            for at in range(len(starts)):
                if p.move_weight[at]:
                    total += p.move_weight[at] * abs(starts[at] - p.planned[at])
                if p.mode_weight[at] and modes[at] - p.mode_ptr[at] != p.planned_mode[at]:
                    total += p.mode_weight[at]
        elif goal == 3:
            for mode in modes:
                total += p.mode_cost[mode]
        else:
            for resource in range(len(p.level_weight)):
                if p.level_weight[resource]:
                    total += p.level_weight[resource] * peak(p, starts, finishes, modes, load, resource)
        score[p.goal_level[place]] += p.goal_weight[place] * total


def peak(p: Rows, starts: Row, finishes: Row, modes: Row, load: Row, resource: int) -> int:
    """The greatest use of a resource on any day."""
    for day in range(p.horizon + 1):
        load[day] = 0
    for at in range(len(starts)):
        for demand in range(p.demand_ptr[modes[at]], p.demand_ptr[modes[at] + 1]):
            if p.demand_resource[demand] == resource:
                load[starts[at]] += p.demand_units[demand]
                load[finishes[at]] -= p.demand_units[demand]
    most = use = 0
    for day in range(p.horizon + 1):
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
