"""How long the risk engine takes, in seconds for 10,000 samples of 10,000 activities with criticality.

A row is a problem.

plain       every day worked, 20,000 finish-to-start links, triangular durations that stay as they are drawn, in single
            precision: what any peer understands. The peer is the same simulation on NumPy in single precision, 256
            samples at a time, without criticality; its mean end is printed beside ours
mixed       four calendars with holidays, links of all four kinds with lags, deadlines, fixed dates, progress, a status
            date; whole working days
reference   the tasks of the reference event with its three estimates, its deadlines, agencies as groups and two risk
            events (``--data``); the figure of a preview

lay out     from the checked problem to the rows of the kernel: part of loading
simulate    all samples, criticality, deadlines; for the small ones all that ``simulate`` does, lay-out and all
cpu         the same in processor time of all threads: if ``simulate`` is far above half of it, the machine was busy
cold        the same on NumPy arrays, as before ``warm_up`` is done
MB          most memory that the process had, less what it had before the row

The machine's copy bandwidth is measured beside it, as a measure of how busy and how quick the machine is.
"""

from __future__ import annotations

import csv
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from summitry.engine.calendar import WorkCalendar
from summitry.engine.network import Activity, Link, Network
from summitry.engine.network import warm_up as warm_up_network
from summitry.engine.risk import Certain, Group, Pert, RiskEvent, RiskProblem, Triangular, Uncertainty, simulate
from summitry.engine.risk.compiled import MachineCode
from summitry.engine.risk.layout import lay_out
from summitry.engine.risk.rows import Answers, Rows

from ._common import Cell, Options, Report, options
from .network import mixed, plain

GOAL = 0.3
REFERENCE_GOAL = 0.030
SAMPLES = 10_000
SIZES = (100, 1_000, 10_000)


def uncertain(network: Network, whole_days: bool) -> RiskProblem:
    """Each activity triangular from three quarters to seven quarters of its duration."""
    return RiskProblem(
        network=network,
        uncertainties=[
            Uncertainty(activity=a.id, duration=Triangular(a.duration * 0.75, a.duration, a.duration * 1.75))
            for a in network.activities
        ],
        whole_days=whole_days,
    )


def reference(folder: Path) -> RiskProblem:
    """The reference event's tasks: PERT of its estimates, lead agencies as groups, two risk events."""
    with (folder / "tasks.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    activities, links, uncertainties = [], [], []
    for row in rows:
        due = row["deadline"] and date.fromisoformat(row["deadline"]).toordinal() + 1
        likely = int(row["likely_days"])
        activities.append(Activity(id=row["code"], duration=likely, calendar="office", deadline=due or None))
        days = Pert(int(row["optimistic_days"]), likely, int(row["pessimistic_days"]))
        uncertainties.append(Uncertainty(activity=row["code"], duration=days, group=row["lead"]))
        links += [Link(before, row["code"]) for before in row["predecessors"].split(";") if before]
    weekend = [date(2025, 10, day).toordinal() for day in (25, 26)]
    holidays = [date(2025, 9, day).toordinal() for day in (1, 2)]
    network = Network(
        activities=activities,
        links=links,
        calendars=[WorkCalendar("office", holidays=holidays, working=weekend)],
        project_start=date(2025, 5, 1).toordinal(),
    )
    ids = [activity.id for activity in activities]
    return RiskProblem(
        network=network,
        uncertainties=uncertainties,
        groups=[Group(name, 0.3) for name in dict.fromkeys(row["lead"] for row in rows)],
        events=[
            RiskEvent(id="typhoon", probability=0.15, delay=Triangular(2, 4, 10), activities=ids[-8:]),
            RiskEvent(id="late text", probability=0.25, delay=Certain(5), activities=ids[3:6]),
        ],
    )


def numpy_simulation(network: Network, samples: int) -> Callable[[], float]:
    """The usual way: NumPy, single precision, 256 samples at a time through all activities; gives the mean end."""
    import numpy as np

    count = len(network.activities)
    before: list[list[int]] = [[] for _ in range(count)]
    for link in network.links:
        before[int(link.successor)].append(int(link.predecessor))
    mode = np.array([a.duration for a in network.activities], np.float32)
    low, high = mode * np.float32(0.75), mode * np.float32(1.75)

    def run() -> float:
        generator = np.random.Generator(np.random.SFC64(1))
        ends = []
        for first in range(0, samples, 256):
            size = min(256, samples - first)
            finish = np.zeros((count, size), np.float32)
            u = generator.random((count, size), np.float32)
            width = (high - low)[:, None]
            rising = low[:, None] + np.sqrt(u * (width * (mode - low)[:, None]))
            falling = high[:, None] - np.sqrt((1 - u) * (width * (high - mode)[:, None]))
            days = np.where(u * width < (mode - low)[:, None], rising, falling)
            for at in range(count):
                row = finish[at]
                for previous in before[at]:
                    np.maximum(row, finish[previous], out=row)
                row += days[at]
            ends.append(finish.max(axis=0))
        return float(np.concatenate(ends).mean())

    return run


def copy_bandwidth() -> float:
    """GB/s of copying 128 MB on one core, read and written bytes counted."""
    import numpy as np

    source = np.ones(1 << 24)
    target = np.empty_like(source)
    best = 0.0
    for _ in range(5):
        begin = time.perf_counter()
        target[:] = source
        best = max(best, 2 * source.nbytes / (time.perf_counter() - begin) / 1e9)
    return best


def repeated(call: Callable[[], object], seconds: float, least: int = 3) -> tuple[float, float, float]:
    """(median, best) seconds and the least processor seconds of all threads."""
    taken, spent = [], []
    until = time.perf_counter() + seconds
    while len(taken) < least or time.perf_counter() < until:
        begin, began = time.perf_counter(), time.process_time()
        call()
        taken.append(time.perf_counter() - begin)
        spent.append(time.process_time() - began)
    return statistics.median(taken), min(taken), min(spent)


def measure(report: Report, name: str, problem: RiskProblem, samples: int, seconds: float, cold: bool = False) -> float:
    """One row; the median seconds of ``simulate``."""
    machine = MachineCode()
    layout = lay_out(problem)
    begin = time.perf_counter()
    layout = lay_out(problem)
    laying = time.perf_counter() - begin
    had = _most_memory()
    if len(problem.network.activities) < SIZES[1]:

        def call() -> object:
            return simulate(problem, samples=samples, machine=machine)
    else:

        def call() -> object:
            rows = Rows(layout, 1, -1)
            answers = Answers(rows, samples)
            machine.run(rows, answers, None)
            return answers

    call()
    median, best, cpu = repeated(call, seconds)
    row: dict[str, Cell] = {
        "problem": name,
        "activities": len(problem.network.activities),
        "links": len(problem.network.links),
        "samples": samples,
        "lay out s": laying,
        "simulate s": median,
        "best s": best,
        "cpu s": cpu,
        "MB": _most_memory() - had,
    }
    if cold:
        simulate(problem, samples=samples)
        row["cold s"] = repeated(lambda: simulate(problem, samples=samples), 0.0)[0]
    report.rows.append(row)
    return median


def _most_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(given: Options) -> Report:
    report = Report("risk", "s for 10,000 samples of 10,000 activities, with criticality", GOAL)
    begin, began = time.perf_counter(), time.process_time()
    MachineCode().exercise()
    taken, spent = time.perf_counter() - begin, time.process_time() - began
    report.notes.append(
        f"Machine code ready after {taken:.1f} s, {spent:.1f} s of processor (compiled or from its cache)."
    )
    warm_up_network()
    for nth in range(given.sample):
        if given.data is not None and (folder := given.data / "hanoi-2025").is_dir():
            event = reference(folder)
            for samples in (2_000, SAMPLES):
                median = measure(report, "reference", event, samples, given.seconds / 3, cold=True)
                verdict = "met" if median <= REFERENCE_GOAL else "missed"
                report.notes.append(f"reference, {samples:,} samples: {median * 1e3:.1f} ms (goal <= 30 ms, {verdict})")
        for count in SIZES:
            network = plain(count, given.seed + nth)
            median = measure(report, "plain", uncertain(network, False), SAMPLES, given.seconds)
            if count == SIZES[-1]:
                report.figure = median if report.figure is None else min(report.figure, median)
            if count == SIZES[-1] and nth == 0:
                report.notes.append(_peer(network))
            measure(report, "mixed", uncertain(_mixed(count, given.seed + nth), True), SAMPLES, given.seconds / 3)
    report.notes.append(f"Copy bandwidth of one core: {copy_bandwidth():.1f} GB/s.")
    return report


def _mixed(count: int, seed: int) -> Network:
    random.seed(seed)
    return mixed(count, seed)()


def _peer(network: Network) -> str:
    """The same network and the same number of samples on NumPy, whose mean end must agree."""
    run = numpy_simulation(network, SAMPLES)
    begin, began = time.perf_counter(), time.process_time()
    theirs = run()
    taken, spent = time.perf_counter() - begin, time.process_time() - began
    ours = simulate(uncertain(network, False), samples=SAMPLES, machine=MachineCode()).end.mean
    return (
        f"NumPy, single precision, without criticality: {taken:.2f} s, {spent:.2f} s of processor; mean end "
        f"{theirs:.2f}, ours {ours:.2f}."
    )


if __name__ == "__main__":
    given = options(__doc__ or "", seconds=3.0, sample=1)
    report = main(given)
    report.print(given)
    sys.exit(0 if report.met else 1)
