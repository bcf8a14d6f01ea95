"""The loops of the engine: grouping of links, order, forward and backward pass. Integers and indexed rows, no objects.

Each function is one source for two uses: as it stands it works on lists (small networks, no import but this module);
``compiled`` turns the same source into machine code that works on NumPy arrays (large ones). Therefore nothing here
calls a function of ours, and all is spelt out: in plain Python a call costs more than the work of a link.

Rows by position of the activity, or of the link where the name says ``edge``:

    order                 activities, predecessors first
    calendar              position of the calendar
    work                  working days still to do
    floor, reason         where that work may begin if nothing is linked to it, and the code of why
    state                 ``OPEN``, ``STARTED`` or ``FINISHED``
    fixed_start ..        points, ``NONE`` where there is none
    rank                  place of its id among the sorted ids; breaks ties
    edge_from, edge_to    predecessor, successor
    edge_kind, edge_lag   0 FS, 1 SS, 2 FF, 3 SF (1 = from the start, 2 = to the finish); working days
    ptr, edges            links of activity ``i``: ``edges[ptr[i] : ptr[i + 1]]``

Calendars are one row after the other: ``counts[calendar * width + p - base]`` is the number of working days before
point ``p``, ``days[first_day[calendar] + k]`` the working day that has ``k`` before it.

The rule of a link, for the predecessor's end ``x`` and the successor's end ``y``, with ``n(p)`` the working days of
the successor's calendar before ``p``: ``n(y) - n(x) >= lag``, and ``y >= x`` unless the lag is a lead. It follows

    forward     y >= days[n(x) + lag - 1] + 1    (the first point that satisfies it), y >= x without lag
    backward    x <= days[n(y) - lag]            (the last point that satisfies it), x <= y without lag
"""

from __future__ import annotations

from typing import TypeAlias

Row: TypeAlias = list[int]

OPEN, STARTED, FINISHED = 0, 1, 2

# What holds an activity when no link does. A link is told by its position, >= 0.
PROJECT_START, NOT_BEFORE, STATUS_DATE, FIXED, ACTUAL = -1, -2, -3, -4, -5

END_OF_PROJECT = -1

FOREVER = 1 << 40
"""A point after all others."""
NEVER = -FOREVER
NONE = -FOREVER - 1


def group(ends: Row, ptr: Row, edges: Row) -> None:
    """Group links by one of their ends. ``ptr`` comes as zeros, one longer than the activities."""
    for end in ends:
        ptr[end + 1] += 1
    for at in range(1, len(ptr)):
        ptr[at] += ptr[at - 1]
    # Filled from the back, ptr[i + 1] counts down from the end of group i to its beginning, one place too far left.
    for edge in range(len(ends) - 1, -1, -1):
        end = ends[edge]
        ptr[end + 1] -= 1
        edges[ptr[end + 1]] = edge
    for at in range(1, len(ptr) - 1):
        ptr[at] = ptr[at + 1]
    ptr[len(ptr) - 1] = len(ends)


def sort(before_ptr: Row, edge_to: Row, after_ptr: Row, after_edges: Row, waiting: Row, order: Row) -> int:
    """Order the activities, predecessors first (Kahn 1962); the number ordered, fewer than all if there are loops."""
    done = 0
    for at in range(len(waiting)):
        waiting[at] = before_ptr[at + 1] - before_ptr[at]
        if waiting[at] == 0:
            order[done] = at
            done += 1
    now = 0
    while now < done:
        at = order[now]
        now += 1
        for place in range(after_ptr[at], after_ptr[at + 1]):
            after = edge_to[after_edges[place]]
            left = waiting[after] - 1
            waiting[after] = left
            if left == 0:
                order[done] = after
                done += 1
    return done


def forward(
    done: int,
    base: int,
    width: int,
    order: Row,
    calendar: Row,
    work: Row,
    floor: Row,
    reason: Row,
    state: Row,
    fixed_start: Row,
    fixed_finish: Row,
    actual_start: Row,
    actual_finish: Row,
    rank: Row,
    edge_from: Row,
    edge_kind: Row,
    edge_lag: Row,
    ptr: Row,
    edges: Row,
    counts: Row,
    days: Row,
    first_day: Row,
    start: Row,
    finish: Row,
    resume: Row,
    driver: Row,
    logic_start: Row,
    logic_finish: Row,
    logic_driver: Row,
) -> int:
    """Earliest dates from place ``done`` of the order on.

    Writes ``start`` and ``finish``; ``resume``, where the work that is left begins, ``FOREVER`` if finished;
    ``driver``, the code of what holds it; for fixed activities also what the links alone would give. Returns the
    number of activities when all is done; ``place`` where the tables end too early, ``~place`` where they begin too
    late.
    """
    for step in range(done, len(order)):
        at = order[step]
        here = calendar[at]
        row = here * width - base
        zero = first_day[here]
        size = first_day[here + 1] - zero
        todo = work[at]
        begin = floor[at]
        held = reason[at]
        end = NEVER
        end_held = -1
        if state[at] == FINISHED:
            finish[at] = actual_finish[at]
            start[at] = actual_start[at]
            if start[at] == NONE:
                start[at] = finish[at]
                if todo > 0:
                    index = counts[row + finish[at]] - todo
                    if index < 1:
                        return ~step
                    start[at] = days[zero + index]
            resume[at] = FOREVER
            driver[at] = ACTUAL
            continue
        for place in range(ptr[at], ptr[at + 1]):
            edge = edges[place]
            before = edge_from[edge]
            kind = edge_kind[edge]
            lag = edge_lag[edge]
            point = start[before] if kind & 1 else finish[before]
            if lag != 0:
                index = counts[row + point] + lag
                if index < 1:
                    return ~step
                if index > size:
                    return step
                point = days[zero + index - 1] + 1
            if kind & 2:
                if point > end or (
                    point == end and rank[before] * 4 + kind < rank[edge_from[end_held]] * 4 + edge_kind[end_held]
                ):
                    end = point
                    end_held = edge
            elif point >= begin and (
                point > begin or held < 0 or rank[before] * 4 + kind < rank[edge_from[held]] * 4 + edge_kind[held]
            ):
                begin = point
                held = edge
        if todo > 0:
            index = counts[row + begin]
            if end != NEVER:
                from_end = counts[row + end - 1] + 1 - todo
                if from_end > index or (from_end == index and held < 0):
                    index = from_end
                    held = end_held
            if index + todo > size:
                return step
            begin = days[zero + index]
            end = days[zero + index + todo - 1] + 1
        elif end > begin or (end == begin and held < 0):
            begin = end
            held = end_held
        else:
            end = begin
        resume[at] = start[at] = begin
        finish[at] = end
        driver[at] = held
        if state[at] == STARTED:
            start[at] = actual_start[at]
        if fixed_start[at] == NONE and fixed_finish[at] == NONE:
            continue
        logic_start[at] = begin
        logic_finish[at] = end
        logic_driver[at] = held
        if fixed_finish[at] != NONE:
            end = fixed_finish[at]
            begin = end
            if todo > 0:
                index = counts[row + end] - todo
                if index < 1:
                    return ~step
                begin = days[zero + index]
        if fixed_start[at] != NONE and state[at] == OPEN:
            begin = fixed_start[at]
            if fixed_finish[at] == NONE:
                end = begin
                if todo > 0:
                    index = counts[row + begin] + todo
                    if index > size:
                        return step
                    end = days[zero + index - 1] + 1
        elif fixed_finish[at] == NONE:
            continue
        resume[at] = begin
        finish[at] = end
        driver[at] = FIXED
        if state[at] == OPEN:
            start[at] = begin
    return len(order)


def backward(
    left: int,
    base: int,
    width: int,
    project_finish: int,
    order: Row,
    calendar: Row,
    work: Row,
    state: Row,
    deadline: Row,
    fixed_start: Row,
    fixed_finish: Row,
    rank: Row,
    edge_to: Row,
    edge_kind: Row,
    edge_lag: Row,
    ptr: Row,
    edges: Row,
    counts: Row,
    days: Row,
    first_day: Row,
    resume: Row,
    finish: Row,
    a_start: Row,
    a_finish: Row,
    b_start: Row,
    b_finish: Row,
    total: Row,
    from_end: Row,
    free: Row,
    bound: Row,
) -> int:
    """Latest dates and float, from place ``left`` of the order back to its beginning.

    Three passes in one walk, told apart by their first letter: ``a`` is held by the project's finish alone, ``b`` also
    by deadlines and fixed dates, ``c`` by the successors' early dates. Each is the latest finish of the activity at
    hand. Writes the dates; ``total`` (b), ``from_end`` (a) and ``free`` (c) float in working days, ``FOREVER`` if
    finished; ``bound``, the activity whose date decides ``b``. Returns as ``forward`` does.
    """
    for step in range(left, -1, -1):
        at = order[step]
        if state[at] == FINISHED:
            a_start[at] = a_finish[at] = b_start[at] = b_finish[at] = FOREVER
            total[at] = from_end[at] = free[at] = FOREVER
            bound[at] = END_OF_PROJECT
            continue
        here = calendar[at]
        row = here * width - base
        zero = first_day[here]
        size = first_day[here + 1] - zero
        todo = work[at]
        have = finish[at]
        # Only one without work that is fixed at both ends has a length all the same.
        length = have - resume[at] if todo == 0 else 0
        fixed = fixed_finish[at] != NONE or (fixed_start[at] != NONE and state[at] == OPEN)
        a = b = c = project_finish
        a_moved = b_moved = FOREVER
        binding = END_OF_PROJECT
        if deadline[at] <= b:
            b = deadline[at]
            binding = at
        for place in range(ptr[at], ptr[at + 1]):
            edge = edges[place]
            after = edge_to[edge]
            kind = edge_kind[edge]
            lag = edge_lag[edge]
            # A finished successor waits for nothing, and a start that has been made can no longer be late.
            if state[after] == FINISHED or (kind & 1 and state[at] == STARTED):
                continue
            if kind & 2:
                a_end, b_end, c_end = a_finish[after], b_finish[after], finish[after]
            else:
                a_end, b_end, c_end = a_start[after], b_start[after], resume[after]
            if lag != 0:
                there = calendar[after]
                a_end = counts[there * width - base + a_end] - lag
                b_end = counts[there * width - base + b_end] - lag
                c_end = counts[there * width - base + c_end] - lag
                if a_end < 1 or b_end < 1 or c_end < 1:
                    return ~step
                there = first_day[there]
                if max(a_end, b_end, c_end) >= first_day[calendar[after] + 1] - there:
                    return step
                a_end = days[there + a_end]
                b_end = days[there + b_end]
                c_end = days[there + c_end]
            if kind & 1:
                # Where a fixed one stands is allowed if its start is, be it on days that are not worked.
                a_stay = have if fixed and a_end >= resume[at] else NEVER
                b_stay = have if fixed and b_end >= resume[at] else NEVER
                c_stay = have if fixed and c_end >= resume[at] else NEVER
                if todo > 0:
                    # The latest start becomes the finish of work that begins on the last working day at or before it.
                    a_end = counts[row + a_end + 1] - 2 + todo
                    b_end = counts[row + b_end + 1] - 2 + todo
                    c_end = counts[row + c_end + 1] - 2 + todo
                    if a_end < todo or b_end < todo or c_end < todo:
                        return ~step
                    if max(a_end, b_end, c_end) >= size:
                        return step
                    a_end = days[zero + a_end] + 1
                    b_end = days[zero + b_end] + 1
                    c_end = days[zero + c_end] + 1
                else:
                    a_end += length
                    b_end += length
                    c_end += length
                if fixed:
                    a_moved = min(a_moved, a_end)
                    b_moved = min(b_moved, b_end)
                a_end = max(a_end, a_stay)
                b_end = max(b_end, b_stay)
                c_end = max(c_end, c_stay)
            if a_end < a:
                a = a_end
            if c_end < c:
                c = c_end
            if b_end < b:
                b = b_end
                binding = bound[after]
            elif b_end == b:
                other = bound[after]
                if other >= 0 and (binding < 0 or rank[other] < rank[binding]):
                    binding = other
        if fixed:
            # Where it cannot stand, its start is held like any other.
            if a < have:
                a = min(a, a_moved)
            if have <= b:
                b = have
                binding = at
            else:
                b = min(b, b_moved)
        had = counts[row + have]
        n = counts[row + a]
        if n <= todo:
            return ~step
        # A date missed by free days alone, as only a milestone can, is missed all the same.
        from_end[at] = -1 if n == had and a < have else n - had
        if todo > 0:
            a_start[at] = days[zero + n - todo]
            a_finish[at] = days[zero + n - 1] + 1
        else:
            a_start[at] = a - length
            a_finish[at] = a
        if fixed and a_finish[at] <= have <= a:
            # Where it stands, also on days that are not worked.
            a_start[at] = resume[at]
            a_finish[at] = have
        if b != a:
            n = counts[row + b]
            if n <= todo:
                return ~step
            if todo > 0:
                b_start[at] = days[zero + n - todo]
                b_finish[at] = days[zero + n - 1] + 1
            else:
                b_start[at] = b - length
                b_finish[at] = b
        else:
            b_start[at] = a_start[at]
            b_finish[at] = a_finish[at]
        total[at] = -1 if n == had and b < have else n - had
        if fixed and b == have:
            b_start[at] = resume[at]
            b_finish[at] = have
        bound[at] = binding
        n = counts[row + c] - had
        free[at] = n if n > 0 else 0
    return len(order)
