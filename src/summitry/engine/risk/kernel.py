"""The simulation as machine code: a block of samples at a time through the whole network.

Imported only by ``compiled``, as Numba takes a moment. A block is so small that the dates which the next activities ask
for are still in the processor's cache, and within it every step is a loop over samples that the compiler turns into
vector instructions. ``plain`` is the same computation on NumPy, and the two give equal answers: change both.

Everything by place (see ``layout``); ``begin`` and ``finish`` have a row of samples a place.
"""

from __future__ import annotations

from typing import Any

from numba import float32, int64

from summitry.engine.network.kernel import FINISHED, NONE, OPEN, STARTED

from .kernel_draws import (
    BATCH,
    DONE,
    DURATION,
    SEVERAL,
    TOO_EARLY,
    TOO_LATE,
    Draws,
    Out,
    Plan,
    Tables,
    Work,
    _jit,
    common,
    days,
    delayed,
)

__all__ = [
    "BATCH",
    "DONE",
    "TOO_EARLY",
    "TOO_LATE",
    "Draws",
    "Out",
    "Plan",
    "Tables",
    "Work",
    "common",
    "dates",
    "dates_plainly",
    "take",
    "trace",
    "trace_plainly",
]


def dates_plainly(draws: Draws, plan: Plan, tables: Tables, first: int, size: int, work: Work) -> int:
    """Begin and finish of every place where every day is worked.

    Where there are only links from finish to start, nobody asks for a begin later on, and one row of it is enough.
    """
    todos, ends, begins, finishes = work.todo, work.ends, work.begin, work.finish
    state, floor, fixed_starts, fixed_finishes = plan.state, plan.floor, plan.fixed_start, plan.fixed_finish
    ptr, befores, kinds, lags = plan.ptr, plan.before, plan.kind, plan.lag
    lean = len(begins) == 1
    for place in range(len(state)):
        if place % BATCH == 0:
            batch = min(place + BATCH, len(state))
            days(draws, place, batch, DURATION, first, size, work, todos)
            delayed(plan, place, batch, size, work)
        todo, finish = todos[place % BATCH], finishes[place]
        begin = begins[0 if lean else place]
        if state[place] == FINISHED:
            begin[:size] = plan.start[place]
            finish[:size] = plan.finish[place]
            continue
        earliest, since, until = float32(floor[place]), ptr[place], ptr[place + 1]
        fixed_start = fixed_starts[place] if state[place] == OPEN else NONE
        fixed_finish = fixed_finishes[place]
        if lean and fixed_start == NONE and fixed_finish == NONE and until - since <= 2:
            # By far the most frequent: in one go.
            if since == until:
                for at in range(size):
                    finish[at] = earliest + todo[at]
                continue
            one, one_lag = finishes[befores[since]], float32(lags[since])
            other, other_lag = finishes[befores[until - 1]], float32(lags[until - 1])
            for at in range(size):
                point, second = one[at] + one_lag, other[at] + other_lag
                point = point if point > second else second
                point = point if point > earliest else earliest
                finish[at] = point + todo[at]
            continue
        begin[:size] = earliest
        to_finish = False
        for link in range(since, until):
            before, kind, lag = befores[link], kinds[link], float32(lags[link])
            if kind & 2 and not to_finish:
                to_finish = True
                ends[:size] = float32(-1e30)
            held = ends if kind & 2 else begin
            if kind & 1 and state[before] == STARTED:
                point = float32(plan.start[before]) + lag
                for at in range(size):
                    held[at] = max(held[at], point)
                continue
            points = begins[before] if kind & 1 else finishes[before]
            for at in range(size):
                point = points[at] + lag
                held[at] = point if point > held[at] else held[at]
        for at in range(size):
            start = begin[at]
            end = start + todo[at]
            if to_finish and ends[at] - todo[at] > start:
                start, end = ends[at] - todo[at], ends[at]
            begin[at] = start
            finish[at] = end
        if fixed_finish != NONE:
            for at in range(size):
                finish[at] = fixed_finish
                begin[at] = finish[at] - todo[at]
        if fixed_start != NONE:
            begin[:size] = float32(fixed_start)
            if fixed_finish == NONE:
                for at in range(size):
                    finish[at] = begin[at] + todo[at]
    return DONE


dates_plainly = _jit(dates_plainly)


def dates(draws: Draws, plan: Plan, tables: Tables, first: int, size: int, work: Work) -> int:
    """Begin and finish of every place by its calendar; a code where the tables end too early on either side."""
    todos, ends, begins, finishes = work.todo, work.ends, work.begin, work.finish
    state, ptr, befores, kinds, lags = plan.state, plan.ptr, plan.before, plan.kind, plan.lag
    all_counts, all_days, first_day = tables.counts, tables.days, tables.first_day
    base, wide = tables.where[0], tables.where[1]
    for place in range(len(state)):
        if place % BATCH == 0:
            batch = min(place + BATCH, len(state))
            days(draws, place, batch, DURATION, first, size, work, todos)
            delayed(plan, place, batch, size, work)
        todo, begin, finish = todos[place % BATCH], begins[place], finishes[place]
        if state[place] == FINISHED:
            begin[:size] = plan.start[place]
            finish[:size] = plan.finish[place]
            continue
        here = plan.calendar[place]
        row, zero = here * wide - base, first_day[here]
        there = first_day[here + 1] - zero
        begin[:size] = plan.floor[place]
        to_finish = False
        for link in range(ptr[place], ptr[place + 1]):
            before, kind, lag = befores[link], kinds[link], lags[link]
            if kind & 2 and not to_finish:
                to_finish = True
                ends[:size] = -(1 << 30)
            held = ends if kind & 2 else begin
            points = begins[before] if kind & 1 else finishes[before]
            stands = kind & 1 and state[before] == STARTED
            if lag == 0 and not stands:
                for at in range(size):
                    held[at] = max(held[at], points[at])
                continue
            for at in range(size):
                point = int64(plan.start[before] if stands else points[at])
                if lag != 0:
                    index = all_counts[row + point] + lag
                    if index < 1:
                        return TOO_EARLY
                    if index > there:
                        return TOO_LATE
                    point = all_days[zero + index - 1] + 1
                held[at] = max(held[at], point)
        fixed_finish = plan.fixed_finish[place]
        fixed_start = plan.fixed_start[place] if state[place] == OPEN else NONE
        for at in range(size):
            left = int64(todo[at])
            start = int64(begin[at])
            if left > 0:
                index = int64(all_counts[row + start])
                if to_finish:
                    index = max(index, all_counts[row + ends[at] - 1] + 1 - left)
                if index + left > there:
                    return TOO_LATE
                start = all_days[zero + index]
                end = all_days[zero + index + left - 1] + 1
            else:
                if to_finish:
                    start = max(start, int64(ends[at]))
                end = start
            if fixed_finish != NONE:
                start = end = fixed_finish
                if left > 0:
                    index = all_counts[row + end] - left
                    if index < 1:
                        return TOO_EARLY
                    start = all_days[zero + index]
            if fixed_start != NONE:
                start = fixed_start
                if fixed_finish == NONE:
                    end = start
                    if left > 0:
                        index = all_counts[row + start] + left
                        if index > there:
                            return TOO_LATE
                        end = all_days[zero + index - 1] + 1
            begin[at] = start
            finish[at] = end
    return DONE


dates = _jit(dates)


def take(plan: Plan, first: int, usable: int, work: Work, out: Out) -> None:
    """Keep finishes, count what is on time, and note where each sample ends."""
    finishes, ends, final, few = work.finish, out.end, work.final, out.few
    full_places, full, due, on_time = out.full_places, out.full, plan.due, out.on_time
    for at in range(usable):
        ends[first + at] = plan.past[0]
        final[at] = -1
    for number in range(len(plan.last)):
        row = finishes[plan.last[number]]
        for at in range(usable):
            if row[at] > ends[first + at]:
                ends[first + at] = row[at]
    for number in range(len(plan.last)):
        place = plan.last[number]
        row = finishes[place]
        for at in range(usable):
            if row[at] == ends[first + at]:
                final[at] = place if final[at] == -1 else SEVERAL
    for number in range(len(full_places)):
        row = finishes[full_places[number]]
        for at in range(usable):
            full[number, first + at] = row[at]
    left = min(first + usable, few.shape[1]) - first
    if left > 0:
        for place in range(len(plan.state)):
            for at in range(left):
                few[place, first + at] = finishes[place, at]
    ready = work.ready
    ready[:usable] = 1
    for number in range(len(due)):
        row, deadline, wanted, kept = finishes[due[number]], plan.deadline[due[number]], plan.wanted[number], 0
        for at in range(usable):
            if row[at] <= deadline:
                kept += 1
            elif wanted:
                ready[at] = 0
        on_time[number] += kept
    for at in range(usable):
        out.ready[0] += ready[at]


take = _jit(take)


def begin_trace(plan: Plan, at: int, stamp: int, work: Work, out: Out, end: Any) -> int:
    """Put what ends a sample on the stack; how many."""
    height = 0
    if plan.toward[0] >= 0:
        if plan.state[plan.toward[0]] != FINISHED:
            work.stack[0] = plan.toward[0]
            height = 1
    elif work.final[at] >= 0:
        work.stack[0] = work.final[at]
        height = 1
    elif work.final[at] == SEVERAL:
        for number in range(len(plan.last)):
            place = plan.last[number]
            if work.finish[place, at] == end:
                work.stack[height] = place
                height += 1
    for number in range(height):
        work.seen[work.stack[number]] = stamp
        out.critical[work.stack[number]] += 1
    return height


begin_trace = _jit(begin_trace)


def trace_plainly(plan: Plan, tables: Tables, first: int, usable: int, work: Work, out: Out) -> None:
    """Count, sample by sample, the places on driving links to the end."""
    state, fixed_start, fixed_finish, floor = plan.state, plan.fixed_start, plan.fixed_finish, plan.floor
    ptr, befores, kinds, lags = plan.ptr, plan.before, plan.kind, plan.lag
    begins, finishes, stack, seen, critical = work.begin, work.finish, work.stack, work.seen, out.critical
    lean = len(begins) == 1
    for at in range(usable):
        stamp = first + at + 1
        height = begin_trace(plan, at, stamp, work, out, out.end[first + at])
        while height > 0:
            height -= 1
            place = stack[height]
            if fixed_finish[place] != NONE or (fixed_start[place] != NONE and state[place] == OPEN):
                continue
            if lean:
                begin = finish = float32(floor[place])
                for link in range(ptr[place], ptr[place + 1]):
                    begin = max(begin, float32(finishes[befores[link], at] + float32(lags[link])))
            else:
                begin, finish = begins[place, at], finishes[place, at]
            for link in range(ptr[place], ptr[place + 1]):
                before, kind = befores[link], kinds[link]
                point = begins[before, at] if kind & 1 else finishes[before, at]
                point = float32(point + float32(lags[link]))
                if point != (finish if kind & 2 else begin) or seen[before] == stamp:
                    continue
                if state[before] == FINISHED or (kind & 1 and state[before] == STARTED):
                    continue
                seen[before] = stamp
                critical[before] += 1
                stack[height] = before
                height += 1


trace_plainly = _jit(trace_plainly)


def trace(plan: Plan, tables: Tables, first: int, usable: int, work: Work, out: Out) -> None:
    """The same where calendars differ: a link drives that alone demands the working day on which work begins."""
    state, fixed_start, fixed_finish, calendar = plan.state, plan.fixed_start, plan.fixed_finish, plan.calendar
    ptr, befores, kinds, lags = plan.ptr, plan.before, plan.kind, plan.lag
    begins, finishes, stack, seen, critical = work.begin, work.finish, work.stack, work.seen, out.critical
    all_counts, all_days, first_day = tables.counts, tables.days, tables.first_day
    base, wide = tables.where[0], tables.where[1]
    for at in range(usable):
        stamp = first + at + 1
        height = begin_trace(plan, at, stamp, work, out, out.end[first + at])
        while height > 0:
            height -= 1
            place = stack[height]
            if fixed_finish[place] != NONE or (fixed_start[place] != NONE and state[place] == OPEN):
                continue
            row, zero = calendar[place] * wide - base, first_day[calendar[place]]
            begin, finish = begins[place, at], finishes[place, at]
            for link in range(ptr[place], ptr[place + 1]):
                before, kind, lag = befores[link], kinds[link], lags[link]
                if seen[before] == stamp or state[before] == FINISHED or (kind & 1 and state[before] == STARTED):
                    continue
                point = int64(begins[before, at] if kind & 1 else finishes[before, at])
                if lag != 0:
                    point = all_days[zero + all_counts[row + point] + lag - 1] + 1
                held = finish if kind & 2 else begin
                if finish > begin:
                    side = 1 if kind & 2 else 0
                    drives = all_counts[row + point - side] == all_counts[row + held - side]
                else:
                    drives = point == held
                if drives:
                    seen[before] = stamp
                    critical[before] += 1
                    stack[height] = before
                    height += 1


trace = _jit(trace)
