"""The simulation on NumPy arrays, a row of samples at a time: used until the machine code is ready.

Imported only where it is needed, as NumPy takes a moment. The rules are those of ``network.kernel``; ``kernel`` is the
same computation as machine code and gives equal answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from summitry.engine.network.kernel import FINISHED, NONE, OPEN, STARTED

from .layout import CERTAIN, KNOTS, LOWEST, PER_SCORE, SCORES, STEPS, TRIANGLE, WORDS
from .rows import CHUNK, DELAY, DURATION, FACTOR, OCCURRENCE, Answers, Rows

M0, M1, W0, W1 = 0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


class TooShortError(Exception):
    """The calendar tables do not reach far enough; ``back``: before, else ahead."""

    def __init__(self, back: bool) -> None:
        self.back = back


def philox(counter: tuple[Any, Any, Any, Any], key: tuple[int, int]) -> tuple[Any, Any, Any, Any]:
    """Philox-4x32-10 (Salmon, Moraes, Dror and Shaw 2011): four words of 32 bits for each counter, as ``uint64``."""
    c0, c1, c2, c3 = (np.asarray(word, dtype=np.uint64) for word in counter)
    for turn in range(10):
        k0, k1 = np.uint64((key[0] + turn * W0) % WORDS), np.uint64((key[1] + turn * W1) % WORDS)
        first, second = c0 * np.uint64(M0), c2 * np.uint64(M1)
        c0, c1, c2, c3 = (second >> HALF) ^ c1 ^ k0, second & LOW, (first >> HALF) ^ c3 ^ k1, first & LOW
    return c0, c1, c2, c3


def uniform(rows: Rows, key: int, stream: int, first: int, size: int) -> Any:
    """Whole numbers below 2**32 for the samples ``first .. first + size - 1``, both multiples of ``CHUNK``.

    Sample ``CHUNK * c + 16 * w + j`` is word ``w`` of counter ``16 * c + j``.
    """
    counters = np.arange(first // 4, (first + size) // 4, dtype=np.uint64)
    words = philox((counters, key % WORDS, key // WORDS, stream), rows.seed)
    return np.stack([word.reshape(-1, CHUNK // 4) for word in words], axis=1).reshape(-1).astype(np.int64)


def normal(words: Any) -> Any:
    """Standard normal scores of uniform draws, by inversion (Wichura 1988, AS 241, PPND7: seven digits)."""
    q = (words + 0.5) / WORDS - 0.5
    r = 0.180625 - q * q
    middle = (
        q
        * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
        / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0)
    )
    # As close to 0 and 1 as 2**-33, r stays below 5 and the third formula of AS 241 is not needed.
    r = np.sqrt(-np.log(0.5 - np.abs(q))) - 1.6
    tail = (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) / (
        (0.12021132975 * r + 0.73700164250) * r + 1.0
    )
    return np.where(np.abs(q) <= 0.425, middle, np.copysign(tail, q))


def score(rows: Rows, row: int, stream: int, factors: Any, first: int, size: int) -> Any:
    """The normal scores behind the draws of a row, for one that is drawn by score."""
    own = normal(uniform(rows, rows.keys[row], stream, first, size))
    group = int(rows.group[row])
    return own if group < 0 else rows.share[row] * factors[group] + rows.rest[row] * own


def factors(rows: Rows, first: int, size: int) -> list[Any]:
    """The common factor of each group."""
    return [normal(uniform(rows, key, FACTOR, first, size)) for key in rows.group_keys]


def days(rows: Rows, row: int, stream: int, factors: Any, first: int, size: int) -> Any:
    """The days drawn for a row of ``Draws``."""
    how = int(rows.how[row])
    if how == CERTAIN:
        return np.full(size, rows.base[row])
    if how in (STEPS, SCORES):
        since, until = rows.first[rows.table[row]], rows.first[rows.table[row] + 1]
        if how == STEPS:
            drawn = uniform(rows, rows.keys[row], stream, first, size)
            place = np.searchsorted(rows.limits[since : until - 1], drawn, side="right")
        else:
            drawn = score(rows, row, stream, factors, first, size)
            place = np.searchsorted(rows.scores[since : until - 1], drawn, side="right")
        return rows.values[since + place]
    if how == TRIANGLE:
        return triangle(rows, row, uniform(rows, rows.keys[row], stream, first, size))
    knot = (score(rows, row, stream, factors, first, size) - LOWEST) * PER_SCORE
    knot = np.clip(knot, 0.0, KNOTS - 1.001)
    place = knot.astype(np.int64)
    table = rows.curves[rows.table[row] * KNOTS : (rows.table[row] + 1) * KNOTS]
    return table[place] + (knot - place) * (table[place + 1] - table[place])


def triangle(rows: Rows, row: int, words: Any) -> Any:
    """Days of a triangular distribution by inversion, in single precision as the machine code has them."""
    single = np.float32
    low, mode, high = single(rows.low[row]), single(rows.mode[row]), single(rows.high[row])
    width = high - low
    u = (words >> 8).astype(single) * single(2.0**-24)
    rising = low + np.sqrt(u * (width * (mode - low)))
    falling = high - np.sqrt((single(1.0) - u) * (width * (high - mode)))
    return np.where(u * width < mode - low, rising, falling)


def delays(rows: Rows, first: int, size: int) -> list[Any]:
    """Days by which each risk event delays what it hits, 0 where it does not happen."""
    found = []
    for event, (key, limit) in enumerate(zip(rows.event_keys, rows.event_limits, strict=True)):
        happens = uniform(rows, key, OCCURRENCE, first, size) < limit
        found.append(np.where(happens, days(rows, rows.count + event, DELAY, (), first, size), 0.0))
    return found


def block(rows: Rows, answers: Answers, first: int, size: int) -> None:
    """Simulate the samples ``first .. first + size - 1``. Raises ``TooShortError``, having written nothing."""
    common, hits = factors(rows, first, size), delays(rows, first, size)
    kind = np.float32 if rows.plain else np.int64
    begin, finish = np.empty((rows.count, size), kind), np.empty((rows.count, size), kind)
    for at in range(rows.count):
        if rows.state[at] == FINISHED:
            begin[at], finish[at] = rows.start[at], rows.finish[at]
            continue
        todo = days(rows, at, DURATION, common, first, size)
        for event in rows.hit_event[rows.hit_ptr[at] : rows.hit_ptr[at + 1]]:
            todo = todo + hits[event]
        place = _place_plainly if rows.plain else _place
        place(rows, at, todo.astype(kind), begin, finish)
    answers.take(rows, first, size, finish)
    answers.critical += _critical(rows, begin, finish, answers.usable(first, size))


def _place(rows: Rows, at: int, todo: Any, begin: Any, finish: Any) -> None:
    """Dates of one activity, by its calendar."""
    counts, worked, base = rows.counts[rows.calendar[at]], rows.days[rows.calendar[at]], rows.base_point
    size = len(worked)
    start = np.full(todo.shape, rows.floor[at])
    end = None
    for link in range(rows.ptr[at], rows.ptr[at + 1]):
        before, kind, lag = rows.before[link], rows.kind[link], rows.lag[link]
        point = begin[before] if kind & 1 else finish[before]
        if kind & 1 and rows.state[before] == STARTED:
            point = np.full(todo.shape, rows.start[before])
        if lag != 0:
            index = counts[point - base] + lag
            if index.min() < 1:
                raise TooShortError(back=True)
            if index.max() > size:
                raise TooShortError(back=False)
            point = worked[index - 1] + 1
        if kind & 2:
            end = point if end is None else np.maximum(end, point)
        else:
            start = np.maximum(start, point)
    index = counts[start - base]
    if end is not None:
        index = np.maximum(index, counts[end - 1 - base] + 1 - todo)
        start = np.where(todo > 0, start, np.maximum(start, end))
    if (index + np.maximum(todo, 1)).max() > size:
        raise TooShortError(back=False)
    end = np.where(todo > 0, worked[index + todo - 1] + 1, start)
    start = np.where(todo > 0, worked[index], start)
    if rows.fixed_finish[at] != NONE:
        end = np.full(todo.shape, rows.fixed_finish[at])
        index = counts[end - base] - todo
        if index.min() < 0 or (index.min() < 1 and todo.max() > 0):
            raise TooShortError(back=True)
        start = np.where(todo > 0, worked[np.minimum(index, size - 1)], end)
    if rows.fixed_start[at] != NONE and rows.state[at] == OPEN:
        start = np.full(todo.shape, rows.fixed_start[at])
        if rows.fixed_finish[at] == NONE:
            index = counts[start - base] + todo
            if index.max() > size:
                raise TooShortError(back=False)
            end = np.where(todo > 0, worked[index - 1] + 1, start)
    begin[at], finish[at] = start, end


def _place_plainly(rows: Rows, at: int, todo: Any, begin: Any, finish: Any) -> None:
    """Dates of one activity where every day is worked: a lag or a duration is added."""
    start = np.full(todo.shape, rows.floor[at], np.float32)
    end = None
    for link in range(rows.ptr[at], rows.ptr[at + 1]):
        before, kind = rows.before[link], rows.kind[link]
        point = begin[before] if kind & 1 else finish[before]
        if kind & 1 and rows.state[before] == STARTED:
            point = np.full(todo.shape, rows.start[before], np.float32)
        point = point + np.float32(rows.lag[link])
        if kind & 2:
            end = point if end is None else np.maximum(end, point)
        else:
            start = np.maximum(start, point)
    if end is None:
        end = start + todo
    else:
        held = end - todo > start
        start, end = np.where(held, end - todo, start), np.where(held, end, start + todo)
    if rows.fixed_finish[at] != NONE:
        end = np.full(todo.shape, rows.fixed_finish[at], np.float32)
        start = end - todo
    if rows.fixed_start[at] != NONE and rows.state[at] == OPEN:
        start = np.full(todo.shape, rows.fixed_start[at], np.float32)
        if rows.fixed_finish[at] == NONE:
            end = start + todo
    begin[at], finish[at] = start, end


def _critical(rows: Rows, begin: Any, finish: Any, usable: int) -> Any:
    """In how many samples each place lies on a chain of driving links to the end, or to what is asked for."""
    begin, finish = begin[:, :usable], finish[:, :usable]
    found = np.zeros((rows.count, usable), bool)
    if rows.toward >= 0:
        found[rows.toward] = True
    else:
        end = finish.max(axis=0) if rows.count else None
        for at in rows.last:
            found[at] = finish[at] == end
    for at in range(rows.count - 1, -1, -1):
        if rows.state[at] == FINISHED:
            found[at] = False
        if rows.stands(at) or not found[at].any():
            continue
        for link in range(rows.ptr[at], rows.ptr[at + 1]):
            before, kind = rows.before[link], rows.kind[link]
            if rows.state[before] == FINISHED or (kind & 1 and rows.state[before] == STARTED):
                continue
            point = begin[before] if kind & 1 else finish[before]
            found[before] |= found[at] & _drives(rows, at, link, point, begin[at], finish[at])
    return found.sum(axis=1)


def _drives(rows: Rows, at: int, link: int, point: Any, begin: Any, finish: Any) -> Any:
    """Where a link alone demands the working day on which the activity begins."""
    to_finish, lag = rows.kind[link] & 2, rows.lag[link]
    held = finish if to_finish else begin
    if rows.plain:
        return point + np.float32(lag) == held
    counts, worked, base = rows.counts[rows.calendar[at]], rows.days[rows.calendar[at]], rows.base_point
    if lag != 0:
        point = worked[counts[point - base] + lag - 1] + 1
    if to_finish:
        return np.where(finish > begin, counts[point - 1 - base] == counts[held - 1 - base], point == held)
    return np.where(finish > begin, counts[point - base] == counts[held - base], point == held)
