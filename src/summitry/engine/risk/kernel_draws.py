"""The drawing of days as machine code, and the shapes of what the kernel works on; ``kernel`` goes on with it.

``kernel`` has the functions of this module within it, and both have numbers of others: the machine code of each is kept
under the ``stamp`` of them all.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
from numba import float32, int32, int64, uint32, uint64

from summitry.engine.network import kernel as network_kernel
from summitry.engine.stamp import stamp_of

from . import rows
from .layout import CERTAIN, CURVE, GUIDES, KNOTS, LOWEST, PER_SCORE, SCORES, STEPS, TRIANGLE, WORDS
from .rows import CHUNK

# Of a type of their own: for each plain number Numba would compile anew what is called with it.
DURATION, FACTOR = np.uint32(rows.DURATION), np.uint32(rows.FACTOR)
OCCURRENCE, DELAY = np.uint32(rows.OCCURRENCE), np.uint32(rows.DELAY)

DONE, TOO_EARLY, TOO_LATE = 0, 1, 2

SEVERAL = -2
"""Instead of the place at which a sample ends, where it is not one alone."""

BATCH = 32
"""Places whose days are drawn at a time."""

Array = Any


class Draws(NamedTuple):
    """``layout.Draws`` as arrays, with the seed and the keys of groups and events."""

    seed: Array
    how: Array
    base: Array
    table: Array
    low: Array
    mode: Array
    high: Array
    group: Array
    share: Array
    rest: Array
    key: Array
    first: Array
    values: Array
    limits: Array
    scores: Array
    guides: Array
    curves: Array
    group_key: Array
    event_key: Array
    event_limits: Array


class Plan(NamedTuple):
    """The network, from ``rows.Rows``. past, toward: One number each, as there."""

    calendar: Array
    state: Array
    floor: Array
    deadline: Array
    fixed_start: Array
    fixed_finish: Array
    start: Array
    finish: Array
    ptr: Array
    before: Array
    kind: Array
    lag: Array
    hit_ptr: Array
    hit_event: Array
    due: Array
    wanted: Array
    last: Array
    past: Array
    toward: Array


class Tables(NamedTuple):
    """Calendars, see ``network.kernel``; where: base and width."""

    where: Array
    counts: Array
    days: Array
    first_day: Array


class Work(NamedTuple):
    """What one thread works in. Rows of a block's samples, but for stack and seen, which are by place.

    final: Where each sample ends, ``SEVERAL``, or -1. ready: 1 where all targets are on time.
    """

    begin: Array
    finish: Array
    words: Array
    normals: Array
    todo: Array
    ends: Array
    factors: Array
    delays: Array
    final: Array
    ready: Array
    stack: Array
    seen: Array


class Out(NamedTuple):
    """Where answers go, see ``rows.Answers``; critical, on_time and ready are this thread's alone."""

    end: Array
    full_places: Array
    full: Array
    few: Array
    critical: Array
    on_time: Array
    ready: Array


SOURCES = (
    *(Path(__file__).with_name(name) for name in ("kernel.py", "kernel_draws.py", "layout.py", "rows.py")),
    Path(network_kernel.__file__),
)
"""The files of whose functions and numbers the machine code is made."""


STAMP = stamp_of(SOURCES)


def _jit(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    function.__qualname__ = f"{function.__name__}_{STAMP}"  # what Numba keeps it by
    options |= {"nogil": True, "boundscheck": False, "error_model": "numpy"}
    try:
        compiled: Callable[..., Any] = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder that the cache could be written to
        compiled = numba.njit(**options)(function)
    return compiled


def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Philox-4x32-10, see ``plain.philox``."""
    for _ in range(10):
        first = uint64(0xD2511F53) * uint64(c0)
        second = uint64(0xCD9E8D57) * uint64(c2)
        c0 = uint32(uint32(second >> uint64(32)) ^ c1 ^ k0)
        c2 = uint32(uint32(first >> uint64(32)) ^ c3 ^ k1)
        c1 = uint32(second)
        c3 = uint32(first)
        k0 = uint32(k0 + uint32(0x9E3779B9))
        k1 = uint32(k1 + uint32(0xBB67AE85))
    return c0, c1, c2, c3


philox = _jit(philox, inline="always")


def uniform(k0: Any, k1: Any, key: Any, stream: Any, first: int, size: int, words: Array) -> None:
    c1, c2, c3 = uint32(key), uint32(key >> uint64(32)), uint32(stream)
    quarter = CHUNK // 4
    for chunk in range(size // CHUNK):
        counter = uint32((first + chunk * CHUNK) // 4)
        at = chunk * CHUNK
        for step in range(quarter):
            a, b, c, d = philox(uint32(counter + uint32(step)), c1, c2, c3, k0, k1)
            words[at + step] = a
            words[at + quarter + step] = b
            words[at + 2 * quarter + step] = c
            words[at + 3 * quarter + step] = d


uniform = _jit(uniform)


def normal(words: Array, size: int, normals: Array) -> None:
    for at in range(size):
        q = (words[at] + 0.5) / WORDS - 0.5
        if abs(q) <= 0.425:
            r = 0.180625 - q * q
            normals[at] = (
                q
                * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)
                / (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0)
            )
        else:
            r = np.sqrt(-np.log(0.5 - abs(q))) - 1.6
            tail = (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) / (
                (0.12021132975 * r + 0.73700164250) * r + 1.0
            )
            normals[at] = tail if q > 0.0 else -tail


normal = _jit(normal)


def triangle(words: Array, size: int, low: Any, mode: Any, high: Any, drawn: Array) -> None:
    width, rise = high - low, mode - low
    rising, falling = width * rise, width * (high - mode)
    for at in range(size):
        u = float32(int32(words[at] >> uint32(8))) * float32(2.0**-24)
        up = u * width < rise
        root = np.sqrt(u * rising if up else (float32(1.0) - u) * falling)
        drawn[at] = low + root if up else high - root


triangle = _jit(triangle)


def days(draws: Draws, since: int, until: int, stream: Any, first: int, size: int, work: Work, drawn: Array) -> None:
    """Days for the rows ``since .. until - 1`` of the draws; several at a time, as a call costs as much as a row."""
    k0, k1 = uint32(draws.seed[0]), uint32(draws.seed[1])
    hows, keys, tables = draws.how, draws.key, draws.table
    guides, values, limits, scores, curves = draws.guides, draws.values, draws.limits, draws.scores, draws.curves
    words, normals, factors = work.words, work.normals, work.factors
    for row in range(since, until):
        how, table = hows[row], tables[row]
        to = drawn[row - since]
        if how == CERTAIN:
            to[:size] = draws.base[row]
            continue
        uniform(k0, k1, keys[row], stream, first, size, words)
        if how == TRIANGLE:
            triangle(words, size, float32(draws.low[row]), float32(draws.mode[row]), float32(draws.high[row]), to)
            continue
        if how == STEPS:
            start = draws.first[table]
            for at in range(size):
                word = int64(words[at])
                place = start + guides[table * GUIDES + (word >> 26)]
                while word >= limits[place]:
                    place += 1
                to[at] = values[place]
            continue
        normal(words, size, normals)
        group = draws.group[row]
        if group >= 0:
            share, rest = draws.share[row], draws.rest[row]
            for at in range(size):
                normals[at] = share * factors[group, at] + rest * normals[at]
        if how == SCORES:
            start = draws.first[table]
            for at in range(size):
                z = normals[at]
                place = start + guides[table * GUIDES + min(max(int64((z + 4.0) * 8.0), 0), GUIDES - 1)]
                while z >= scores[place]:
                    place += 1
                to[at] = values[place]
        elif how == CURVE:
            start = table * KNOTS
            for at in range(size):
                knot = min(max((normals[at] - LOWEST) * PER_SCORE, 0.0), KNOTS - 1.001)
                place = int64(knot)
                below = curves[start + place]
                to[at] = below + (knot - place) * (curves[start + place + 1] - below)


days = _jit(days)


def common(draws: Draws, first: int, size: int, work: Work) -> None:
    """The groups' factors and the risk events' delays."""
    k0, k1 = uint32(draws.seed[0]), uint32(draws.seed[1])
    words = work.words
    for group in range(len(draws.group_key)):
        uniform(k0, k1, draws.group_key[group], FACTOR, first, size, words)
        normal(words, size, work.factors[group])
    count, events = len(draws.how), len(draws.event_key)
    delays = work.delays
    days(draws, count - events, count, DELAY, first, size, work, delays)
    for event in range(events):
        uniform(k0, k1, draws.event_key[event], OCCURRENCE, first, size, words)
        for at in range(size):
            if int64(words[at]) >= draws.event_limits[event]:
                delays[event, at] = 0


common = _jit(common)


def delayed(plan: Plan, since: int, until: int, size: int, work: Work) -> None:
    """Add to the days drawn for some places what risk events make longer."""
    if plan.hit_ptr[since] == plan.hit_ptr[until]:
        return
    for place in range(since, until):
        todo = work.todo[place - since]
        for hit in range(plan.hit_ptr[place], plan.hit_ptr[place + 1]):
            delay = work.delays[plan.hit_event[hit]]
            for at in range(size):
                todo[at] += delay[at]


delayed = _jit(delayed)
