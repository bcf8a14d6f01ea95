"""The simulation as machine code, on several threads.

Nobody waits for a compiler: samples are drawn by NumPy until somebody has called ``warm_up``, which a long-lived
process does once, in a thread or at leisure. Numba keeps the machine code on disk, so that only the first start after
an installation compiles.

Threads are plain ones and the code lets go of the interpreter: Numba's own parallel loops must not be entered by two
requests at once.
"""

from __future__ import annotations

import os
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .rows import Answers, Rows

BLOCK_DATES = 1 << 17
"""Dates of a block, begin and finish counted once: so many that they stay in a cache of a few hundred kilobytes."""

SMALLEST, LARGEST = 256, 1_024
"""Samples of a block."""

ALONE = 1 << 16
"""Dates up to which one thread does it all: starting another takes longer."""


class Machine(Protocol):
    """Something that simulates all samples of ``answers``."""

    def run(self, rows: Rows, answers: Answers, threads: int | None) -> None:
        """Write the answers; ``threads`` as for ``simulate``."""


# Code, not data: the machine code of this process once there is some.
_ready: list[Machine] = []
_warming = Lock()


def warm_up() -> None:
    """Compile, or load from the cache on disk. Takes up to half a minute the first time, then about a second.

    May be called from any thread and more than once.
    """
    with _warming:
        if not _ready:
            machine = MachineCode()
            machine.exercise()
            _ready.append(machine)


def is_warm() -> bool:
    """Whether simulations run as machine code in this process."""
    return bool(_ready)


def ready_machine() -> Machine | None:
    """The machine code, if it is there."""
    return _ready[0] if _ready else None


class MachineCode:
    """The loops of ``kernel``. block: Samples of a block, a multiple of 64; None: as suits the network."""

    def __init__(self, block: int | None = None) -> None:
        from . import kernel

        self._kernel, self._block = kernel, block

    def exercise(self) -> None:
        """Have both kernels compiled, on a network of one activity."""
        from summitry.engine.calendar import EVERY_DAY, WorkCalendar
        from summitry.engine.network import Activity, Network

        from .layout import lay_out
        from .problem import RiskProblem
        from .rows import Answers, Rows

        for calendar in (WorkCalendar("week"), WorkCalendar("every day", week=EVERY_DAY)):
            activity = Activity(id=1, duration=1, calendar=calendar.name)
            network = Network(activities=(activity,), calendars=(calendar,), project_start=738_000)
            rows = Rows(lay_out(RiskProblem(network=network)), 1, -1)
            self.run(rows, Answers(rows, 1), 1)

    def run(self, rows: Rows, answers: Answers, threads: int | None) -> None:
        """Simulate. Raises ``TooLongError``."""
        from .rows import CHUNK

        size = self._block or min(LARGEST, max(SMALLEST, BLOCK_DATES // max(1, rows.count))) // CHUNK * CHUNK
        blocks = list(range(0, answers.samples, size))
        many = threads or (os.cpu_count() or 1 if answers.samples * rows.count > ALONE else 1)
        while blocks:
            team = _Team(self._kernel, rows, answers, blocks, size)
            team.work(min(many, len(blocks)))
            for back in {back for _, back in team.short}:
                rows.enlarge(back)
            blocks = [first for first, _ in team.short]


class _Team:
    """Threads that take block after block from one list."""

    def __init__(self, kernel: Any, rows: Rows, answers: Answers, blocks: list[int], size: int) -> None:
        self._kernel, self._rows, self._answers, self._size = kernel, rows, answers, size
        self._left = list(reversed(blocks))
        self._lock = Lock()
        self.short: list[tuple[int, bool]] = []
        self._faults: list[BaseException] = []
        self._draws = kernel.Draws(**{name: _given(rows, name) for name in kernel.Draws._fields})
        self._plan = kernel.Plan(**{name: _given(rows, name) for name in kernel.Plan._fields})
        self._tables = kernel.Tables(
            where=_pair(rows.base_point, rows.width),
            counts=rows.all_counts,
            days=rows.all_days,
            first_day=rows.first_day,
        )

    def work(self, threads: int) -> None:
        """Do all blocks. ``short`` then has those for which the tables were too short, and on which side."""
        helpers = [Thread(target=self._one) for _ in range(threads - 1)]
        for helper in helpers:
            helper.start()
        self._one()
        for helper in helpers:
            helper.join()
        if self._faults:
            raise self._faults[0]

    def _one(self) -> None:
        try:
            self._take_blocks()
        except BaseException as fault:
            # Raised in the thread that asked.
            self._faults.append(fault)

    def _take_blocks(self) -> None:
        rows, answers, kernel = self._rows, self._answers, self._kernel
        work, out = self._desk()
        dates = kernel.dates_plainly if rows.plain else kernel.dates
        trace = kernel.trace_plainly if rows.plain else kernel.trace
        draws, plan, tables = self._draws, self._plan, self._tables
        while True:
            try:
                first = self._left.pop()
            except IndexError:
                break
            usable = answers.usable(first, self._size)
            padded = -(-usable // 64) * 64
            # Four calls and not one: a function of functions takes the compiler longer than all of them.
            kernel.common(draws, first, padded, work)
            code = dates(draws, plan, tables, first, padded, work)
            if code != kernel.DONE:
                self.short.append((first, code == kernel.TOO_EARLY))
                continue
            kernel.take(plan, first, usable, work, out)
            trace(plan, tables, first, usable, work, out)
        with self._lock:
            answers.critical += out.critical
            answers.on_time += out.on_time
            answers.ready += int(out.ready[0])

    def _desk(self) -> tuple[Any, Any]:
        """Arrays of one thread."""
        import numpy as np

        rows, answers, size = self._rows, self._answers, self._size
        kind = np.float32 if rows.plain else np.int32
        work = self._kernel.Work(
            begin=np.empty((1 if rows.lean else rows.count, size), kind),
            finish=np.empty((rows.count, size), kind),
            words=np.empty(size, np.uint32),
            normals=np.empty(size),
            todo=np.empty((self._kernel.BATCH, size), kind),
            ends=np.empty(size, kind),
            factors=np.empty((len(rows.group_keys), size)),
            delays=np.empty((len(rows.event_keys), size), kind),
            final=np.empty(size, np.int64),
            ready=np.empty(size, np.int64),
            stack=np.empty(rows.count, np.int64),
            seen=np.zeros(rows.count, np.int64),
        )
        out = self._kernel.Out(
            end=answers.end,
            full_places=answers.full_places,
            full=answers.full,
            few=answers.few,
            critical=np.zeros(rows.count, np.int64),
            on_time=np.zeros(len(rows.due), np.int64),
            ready=np.zeros(1, np.int64),
        )
        return work, out


def _given(rows: Rows, name: str) -> Any:
    if name == "seed":
        return _pair(*rows.seed)
    if name == "toward":
        return _pair(rows.toward, 0)
    if name == "past":
        return _pair(rows.past, 0)
    return getattr(rows, name)


def _pair(one: int, other: int) -> Any:
    import numpy as np

    return np.array((one, other), np.int64)
