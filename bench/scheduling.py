"""How good the plans of the scheduling engine are: mean gap in % over the best known, or over a lower bound.

--set j30, j60, j120   PSPLIB files of ``--data``: gap of the makespan over the best published one (``bounds.csv``). For
                       j30 also how many were proven optimal, and seconds each
--set agencies2000, agencies10000   random plans of this size on 20 agencies: gap over our own lower bound, peak memory

Each problem gets ``--seconds``, on two cores. ``--sample`` problems are taken evenly from the set (0: all). The
population search is compiled before the first problem, as in a worker process.

--peers   PyJobShop (``pyjobshop``, CP-SAT) on the same problems, seconds and cores, and TaskJuggler (``tj3``) on the
          agencies, where they are installed. ``worse`` counts the problems in which ours is worse than PyJobShop's.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from summitry.engine.scheduling import Problem, Status, solve, violations, warm_up

from ._common import Cell, Options, Report
from ._instances import agencies, published, read_patterson

GOALS = {"j30": 0.0, "j60": 0.35, "j120": 1.2, "agencies2000": 2.0, "agencies10000": 4.0}
SECONDS = {"j30": 60.0, "j60": 5.0, "j120": 20.0, "agencies2000": 20.0, "agencies10000": 60.0}


@dataclass(frozen=True, slots=True)
class Case:
    """A problem; known: the best published makespan, and whether it is proven. None: the engine's own bound counts."""

    name: str
    problem: Problem
    known: int | None


def cases(kind: str, given: Options) -> list[Case]:
    if kind.startswith("agencies"):
        count = int(kind.removeprefix("agencies"))
        seeds = range(given.seed, given.seed + max(1, given.sample))
        return [Case(f"{kind} seed {seed}", agencies(count, seed), None) for seed in seeds]
    if given.data is None:
        sys.exit(f"--set {kind} needs --data, the folder of the outside data")
    folder = given.data / "bench" / "rcpsp"
    files = published(folder, kind)
    step = len(files) / given.sample if 0 < given.sample < len(files) else 1
    taken = files if step == 1 else [files[int(at * step)] for at in range(given.sample)]
    return [Case(file.file, read_patterson(folder / file.file), file.upper) for file in taken]


Peer = Callable[[Problem, float], int | None]
"""The makespan that a peer finds in so many seconds; None: no plan."""


def pyjobshop() -> Peer | None:
    """PyJobShop 0.0.9 with OR-Tools (L. Berghman and others, arXiv 2502.13483); None if it is not installed."""
    try:
        from pyjobshop import Model
    except ImportError:
        return None

    def run(problem: Problem, seconds: float) -> int | None:
        model = Model()
        resources = {r.name: model.add_renewable(capacity=r.capacity) for r in problem.resources}
        tasks = [model.add_task() for _ in problem.activities]
        for task, activity in zip(tasks, problem.activities, strict=True):
            (mode,) = activity.modes
            model.add_mode(
                task,
                [resources[name] for name, _ in mode.demands],
                duration=mode.duration,
                demands=[units for _, units in mode.demands],
            )
        for link in problem.links:
            model.add_end_before_start(tasks[problem.place[link.predecessor]], tasks[problem.place[link.successor]])
        result = model.solve(solver="ortools", time_limit=seconds, display=False, num_workers=2)
        return int(result.objective) if result.best is not None and result.objective < float("inf") else None

    return run


def taskjuggler() -> Peer | None:
    """TaskJuggler (``tj3``), which plans by priorities and takes the time it takes; None if it is not installed.

    A desk is a resource of its own and a task takes free desks of its agency; it may interrupt tasks, ours may not.
    """
    program = shutil.which("tj3")
    if program is None:
        return None

    def run(problem: Problem, seconds: float) -> int | None:
        del seconds
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "plan.tjp"
            file.write_text(_tjp(problem))
            subprocess.run(
                [program, "--silent", "-o", folder, str(file)], check=False, capture_output=True, timeout=900
            )
            report = Path(folder) / "ends.csv"
            if not report.exists():
                return None
            ends = re.findall(r"(\d{4}-\d\d-\d\d)-(\d\d)", report.read_text())
            hours = [24 * (date.fromisoformat(day) - FIRST).days + int(hour) for day, hour in ends]
            return -(-max(hours) // 24) if hours else None

    return run


FIRST = date(2000, 1, 3)
ALWAYS = "workinghours mon - sun 0:00 - 24:00"


def _tjp(problem: Problem) -> str:
    capacity = {each.name: each.capacity for each in problem.resources}
    before: dict[int, list[int]] = {}
    for link in problem.links:
        before.setdefault(problem.place[link.successor], []).append(problem.place[link.predecessor])
    lines = [
        f'project plan "plan" {FIRST:%Y-%m-%d} +20y {{',
        '  timezone "UTC"',
        "  timingresolution 60min",
        "  dailyworkinghours 24",
        "  yearlyworkingdays 365",
        f"  {ALWAYS}",
        "}",
    ]
    for each in problem.resources:
        lines += [f'resource {each.name} "{each.name}" {{']
        lines += [f'  resource {each.name}_{at} "{at}" {{ {ALWAYS} }}' for at in range(each.capacity)]
        lines += ["}"]
    for at, activity in enumerate(problem.activities):
        (mode,) = activity.modes
        lines += [f'task t{at} "t{at}" {{']
        if not mode.demands:
            lines += [f"  duration {mode.duration}d"]
        else:
            lines += [f"  effort {mode.duration * sum(units for _, units in mode.demands)}d"]
        for name, units in mode.demands:
            for unit in range(units):
                desk, *others = [f"{name}_{(unit + k) % capacity[name]}" for k in range(capacity[name])]
                alternative = f"alternative {', '.join(others)} select minloaded " if others else ""
                lines += [f"  allocate {desk} {{ {alternative}mandatory }}"]
        if before.get(at):
            lines += ["  depends " + ", ".join(f"!t{other}" for other in sorted(before[at]))]
        lines += ["}"]
    lines += [
        'taskreport ends "ends" {',
        "  formats csv",
        '  columns end { title "end" }, id',
        '  timeformat "%Y-%m-%d-%H"',
        "}",
    ]
    return "\n".join(lines) + "\n"


def peak() -> int:
    """Most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(kind: str, given: Options, *, peers: bool) -> Report:
    report = Report(f"scheduling {kind}", "% mean gap", GOALS[kind])
    started = time.perf_counter()
    warm_up()
    report.notes.append(f"Machine code and OR-Tools ready after {time.perf_counter() - started:.1f} s.")
    beside: dict[str, Peer] = {}
    if peers:
        wanted = {"PyJobShop": pyjobshop, **({"TaskJuggler": taskjuggler} if kind.startswith("agencies") else {})}
        for name, make in wanted.items():
            if (peer := make()) is not None:
                beside[name] = peer
            else:
                report.notes.append(f"{name} is not installed, so it is not in this run.")
    gaps: list[float] = []
    taken: list[float] = []
    others: dict[str, list[float]] = {name: [] for name in beside}
    proven = worse = 0
    for case in cases(kind, given):
        before = os.times()
        solution = solve(case.problem, seconds=given.seconds, seed=given.seed)
        after = os.times()
        if solution.schedule is None:
            sys.exit(f"{case.name}: no plan found ({solution.status})")
        broken = violations(case.problem, solution.schedule)
        assert not broken, broken
        found, bound = solution.schedule.score[0], solution.bound[0]
        known = case.known if case.known is not None else bound
        gaps.append(100 * (found - known) / known)
        taken.append(solution.seconds)
        proven += solution.status is Status.OPTIMAL
        row: dict[str, Cell] = {
            "problem": case.name,
            "known" if case.known is not None else "bound": known,
            "ours": found,
            "gap %": gaps[-1],
            "proven": "yes" if solution.status is Status.OPTIMAL else "",
            "s": solution.seconds,
            "cpu s": after.user - before.user,
            "by": solution.trace[-1].method if solution.trace else "",
        }
        if case.known is None:
            row["peak MiB"] = peak()
            first = solution.trace[0].schedule
            row["at once"] = first.score[0] if first is not None else None
        for name, peer in beside.items():
            other = peer(case.problem, given.seconds)
            row[name] = other
            if other is not None:
                others[name].append(100 * (other - known) / known)
            worse += name == "PyJobShop" and other is not None and found > other
        report.rows.append(row)
    report.figure = statistics.mean(gaps)
    report.notes.append(
        f"{len(gaps)} problems, {given.seconds:g} s each: {proven} proven, mean {statistics.mean(taken):.2f} s, "
        f"worst gap {max(gaps):.2f} %, as good as known or better {sum(gap <= 0 for gap in gaps)}."
    )
    for name, found_gaps in others.items():
        if found_gaps:
            report.notes.append(f"{name}: mean gap {statistics.mean(found_gaps):.2f} % on {len(found_gaps)} problems.")
    if "PyJobShop" in others:
        report.notes.append(f"Ours is worse than PyJobShop's in {worse} of {len(gaps)} problems.")
    report.notes.append(f"Load average {os.getloadavg()[0]:.1f} at the end; cpu s is all cores together.")
    return report


def arguments() -> tuple[str, bool, Options]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = os.environ.get("SUMMITRY_DATA")
    parser.add_argument("--data", type=Path, default=data and Path(data), help="folder of the outside data")
    parser.add_argument("--set", choices=GOALS, default="j30", help="what to solve (default %(default)s)")
    parser.add_argument("--seconds", type=float, help="for each problem (default by set)")
    parser.add_argument("--sample", type=int, default=12, help="problems, 0 for all (default %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=7, help="of the search and of random problems (default %(default)s)"
    )
    parser.add_argument("--peers", action="store_true", help="solve with others' programs too")
    parser.add_argument("--json", action="store_true", help="print one object instead of the table")
    given = parser.parse_args()
    if given.data is not None and not given.data.is_dir():
        parser.error(f"--data: there is no folder {given.data}")
    if given.sample < 0 or (given.seconds is not None and given.seconds < 0):
        parser.error("--sample and --seconds must be >= 0")
    seconds = given.seconds if given.seconds is not None else SECONDS[given.set]
    return given.set, given.peers, Options(given.data, seconds, given.sample, given.seed, given.json)


if __name__ == "__main__":
    kind, with_peers, options = arguments()
    report = main(kind, options, peers=with_peers)
    report.print(options)
    sys.exit(0 if report.met else 1)
