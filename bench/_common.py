"""What all measurements share: options, timing, and the way a result is printed.

A script prints a table and, as its last line, its figure. With ``--json`` it prints one object instead: name, figure,
unit, goal, met, seed, machine, rows, notes.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Cell = str | int | float | None
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Options:
    """data: Folder of the outside data, or None. seconds: To spend on a row. sample: Problems a row. seed: Of them."""

    data: Path | None
    seconds: float
    sample: int
    seed: int
    json: bool


def options(description: str, *, seconds: float, sample: int, seed: int = 7) -> Options:
    """The command line; the arguments are the defaults."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = os.environ.get("SUMMITRY_DATA")
    parser.add_argument("--data", type=Path, default=data and Path(data), help="folder of the outside data")
    parser.add_argument("--seconds", type=float, default=seconds, help="to spend on a row (default %(default)s)")
    parser.add_argument("--sample", type=int, default=sample, help="problems a row (default %(default)s)")
    parser.add_argument("--seed", type=int, default=seed, help="of the random problems (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one object instead of the table")
    given = parser.parse_args()
    if given.data is not None and not given.data.is_dir():
        parser.error(f"--data: there is no folder {given.data}")
    if given.sample < 1 or given.seconds < 0:
        parser.error("--sample must be >= 1 and --seconds >= 0")
    return Options(given.data, given.seconds, given.sample, given.seed, given.json)


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one call: median and worst of ``runs``.

    cpu: Median of the processor time of this thread. Far below ``median``, the machine was busy with something else.
    """

    median: float
    worst: float
    runs: int
    cpu: float


def timed(call: Callable[[], object], *, seconds: float, least: int = 3, most: int = 1_000) -> Timing:
    """Call for about ``seconds``, at least ``least`` times; a first call, to warm up, is not counted."""
    call()
    gc.collect()
    taken: list[float] = []
    spent: list[float] = []
    until = time.perf_counter() + seconds
    while len(taken) < least or (time.perf_counter() < until and len(taken) < most):
        begin, began = time.perf_counter(), time.thread_time()
        call()
        taken.append((time.perf_counter() - begin) * 1e3)
        spent.append((time.thread_time() - began) * 1e3)
    return Timing(statistics.median(taken), max(taken), len(taken), statistics.median(spent))


@dataclass(slots=True)
class Report:
    """name: Of the script. figure: The one number. goal: It is met at or below it (above, if ``more_is_better``)."""

    name: str
    unit: str
    goal: float
    more_is_better: bool = False
    figure: float | None = None
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def met(self) -> bool:
        if self.figure is None:
            return False
        return self.figure >= self.goal if self.more_is_better else self.figure <= self.goal

    def print(self, given: Options) -> None:
        """The table and the figure, or one object."""
        if given.json:
            print(json.dumps(self._object(given), ensure_ascii=False))
            return
        print_table(self.rows)
        for note in self.notes:
            print(note)
        print(f"seed {given.seed}; {machine()}")
        sign = ">=" if self.more_is_better else "<="
        figure = "none" if self.figure is None else _shown(self.figure)
        verdict = "met" if self.met else "missed"
        print(f"{self.name}: {figure} {self.unit} (goal {sign} {_shown(self.goal)} {self.unit}, {verdict})")

    def _object(self, given: Options) -> dict[str, Any]:
        return {
            "name": self.name,
            "figure": self.figure,
            "unit": self.unit,
            "goal": self.goal,
            "met": self.met,
            "seed": given.seed,
            "machine": machine(),
            "rows": [dict(row) for row in self.rows],
            "notes": self.notes,
        }


def machine() -> str:
    """Processor, cores that this process may use, Python."""
    name = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        models = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        name = models[0] if models else name
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, Python {platform.python_version()}"


def print_table(rows: Sequence[Row]) -> None:
    """Columns in the order of their first appearance; numbers to the right."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_shown(row.get(name)) for name in columns] for row in rows]
    widths = [max(map(len, (name, *(line[at] for line in cells)))) for at, name in enumerate(columns)]
    right = [any(isinstance(row.get(name), int | float) for row in rows) for name in columns]
    for line in (columns, ["-" * width for width in widths], *cells):
        padded = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True))
        print("  ".join(padded).rstrip())


def _shown(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else value
