"""From problem to answer."""

from __future__ import annotations

from .compiled import Kernel, best_for
from .flat import Flat
from .kernel import FINISHED, FIXED, FOREVER, NONE, OPEN
from .model import ActivityId
from .passes import Solved, run
from .problem import Network
from .result import Conflict, ConflictKind, NetworkResult, driver, driving_chain


def solve(network: Network, kernel: Kernel | None = None) -> NetworkResult:
    """Early and late dates, float, drivers and the critical path.

    kernel: Only for tests and measurements; by itself the quickest that is ready is taken.

    Raises ``CycleError`` naming the loops if activities wait for one another, ``TooLongError`` if a date would leave
    the years that a calendar has. Every other network that could be built has an answer; fixed dates that do not fit
    the logic are part of it.
    """
    flat = network.flat
    solved = run(flat, network.calendars, network.project_start, kernel or best_for(len(flat.ids)))
    past = [at for at, state in enumerate(flat.state) if state != OPEN]
    for at in past:
        solved.late_start[at] = solved.start[at]
        if flat.state[at] == FINISHED:
            solved.late_finish[at] = solved.finish[at]
    last = _last(flat, solved)
    return NetworkResult(
        network=network,
        finish=solved.project_finish,
        critical_path=driving_chain(flat, solved.driver, last) if last >= 0 else (),
        conflicts=_conflicts(network, flat, solved),
        early_start=tuple(solved.start),
        early_finish=tuple(solved.finish),
        late_start=tuple(solved.late_start),
        late_finish=tuple(solved.late_finish),
        total_float=_floats(solved.total, past),
        end_float=_floats(solved.from_end, past),
        free_float=_floats(solved.free, past),
        solved=solved,
    )


def _last(flat: Flat, solved: Solved) -> int:
    """The unfinished activity that ends the project, of several the one with the smallest id; -1 if there is none."""
    end = solved.project_finish
    ending = [at for at, point in enumerate(solved.finish) if point == end and flat.state[at] != FINISHED]
    return min(ending, key=flat.order_of, default=-1)


def _floats(floats: list[int], past: list[int]) -> tuple[int | None, ...]:
    """``None`` for what is finished."""
    if not past:
        return tuple(floats)
    return tuple([None if value == FOREVER else value for value in floats])


def _conflicts(network: Network, flat: Flat, solved: Solved) -> tuple[Conflict, ...]:
    """Fixed dates that do not fit the logic, the calendar or each other, in the order of ids."""
    fixed = [at for at, code in enumerate(solved.driver) if code == FIXED]
    found: list[Conflict] = []
    for at in sorted(fixed, key=flat.order_of):
        calendar, work = network.calendars[flat.calendar[at]], network.activities[at].duration
        start = flat.fixed_start[at] if flat.state[at] == OPEN else NONE
        finish = flat.fixed_finish[at]

        def add(kind: ConflictKind, kept: int, demanded: int, code: int, id: ActivityId = flat.ids[at]) -> None:
            found.append(Conflict(id, kind, kept, demanded, driver(network, code)))

        if start != NONE:
            if solved.logic_start[at] > start:
                add(ConflictKind.START, start, solved.logic_start[at], solved.logic_driver[at])
            if work and not calendar.is_working(start):
                add(ConflictKind.CALENDAR, start, calendar.next_working(start), FIXED)
        if finish != NONE:
            if solved.logic_finish[at] > finish:
                add(ConflictKind.FINISH, finish, solved.logic_finish[at], solved.logic_driver[at])
            if work and not calendar.is_working(finish - 1):
                add(ConflictKind.CALENDAR, finish, calendar.next_working(finish) + 1, FIXED)
        if NONE not in (start, finish) and calendar.count(start, finish) != work:
            add(ConflictKind.DURATION, finish, calendar.finish(start, work), FIXED)
    return tuple(found)
