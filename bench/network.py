"""How long the network engine takes, in milliseconds for 10,000 activities and 20,000 links.

A row is a size. The networks are random and mixed: four calendars with holidays and exceptional days, links of all four
kinds with lags and leads, deadlines, start-no-earlier, fixed dates, finished and started work, a status date.

load      building the checked problem from plain rows
solve     the answer to a problem that is built: all dates, three floats, drivers, critical path
cold      the same before ``warm_up`` has been called or is done: nobody waits for the compiler
peer      a critical-path computation of the usual kind on networkx, if that is installed: one calendar, finish-to-start
          links without lag, no dates; ``solve like`` is our engine on the very same network

With ``--data`` also all PSPLIB files, each compared with its published critical-path length.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from types import ModuleType

from summitry.engine.calendar import EVERY_DAY, WorkCalendar
from summitry.engine.network import Activity, Link, Network, solve, warm_up
from summitry.engine.network.compiled import PLAIN

from ._common import Cell, Options, Report, options, timed

SIZES = (45, 450, 1_000, 10_000, 100_000)
GOALS = {45: 1.5, 450: 10.0, 10_000: 50.0, 100_000: 600.0}
START = 739_495  # Monday 1 September 2025


def mixed(count: int, seed: int) -> Callable[[], Network]:
    """A loader of a random network of ``count`` activities and twice as many links, with everything in it."""
    rng = random.Random(f"{seed}-{count}")
    calendars = _calendars(rng)
    today = START + 40
    rows = []
    for at in range(count):
        row = {"id": f"T{at:06}", "duration": rng.randint(0, 12), "calendar": rng.choice(calendars).name}
        chance = rng.random()
        if at < count // 10 and chance < 0.9:
            row |= {"actual_start": START + rng.randrange(20), "actual_finish": START + rng.randrange(20, 40)}
        elif at < count // 7 and chance < 0.5:
            row |= {"actual_start": START + rng.randrange(40), "remaining": rng.randint(1, 6)}
        elif chance < 0.02:
            row |= {"fixed_start": START + rng.randrange(60, 900)}
        elif chance < 0.10:
            row |= {"not_before": START + rng.randrange(300)}
        if rng.random() < 0.15:
            row |= {"deadline": START + rng.randrange(100, 2_000)}
        rows.append(row)
    reach = 3 * count**0.5
    links: dict[tuple[str, str, str], int] = {}
    while len(links) < 2 * count:
        before = rng.randrange(count - 1)
        after = min(count - 1, before + 1 + int(rng.expovariate(1 / reach)))
        kind = rng.choices(("FS", "SS", "FF", "SF"), (70, 14, 14, 2))[0]
        links[rows[before]["id"], rows[after]["id"], kind] = rng.choice((0, 0, 0, 0, 1, 2, 5, -1, -3))
    given = [(*ends, lag) for ends, lag in links.items()]
    rng.shuffle(given)

    def load() -> Network:
        return Network(
            activities=[Activity(**row) for row in rows],
            links=[Link(*row) for row in given],
            calendars=calendars,
            project_start=START,
            status_date=today,
        )

    return load


def _calendars(rng: random.Random) -> tuple[WorkCalendar, ...]:
    holidays = frozenset(START + rng.randrange(4_000) for _ in range(120))
    weekends = frozenset(START + 54 + n for n in (0, 1))
    six = (True,) * 6 + (False,)
    return (
        WorkCalendar("ministry", holidays=holidays, working=weekends),
        WorkCalendar("ministry of the partner", holidays=frozenset(d + 3 for d in holidays)),
        WorkCalendar("city", week=six, holidays=holidays),
        WorkCalendar("guard", week=EVERY_DAY),
    )


def plain(count: int, seed: int) -> Network:
    """A random network that any peer understands: finish to start, no lag, every day worked."""
    rng = random.Random(f"plain-{seed}-{count}")
    activities = [Activity(id=at, duration=rng.randint(1, 12), calendar="every day") for at in range(count)]
    reach = 3 * count**0.5
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < 2 * count:
        before = rng.randrange(count - 1)
        pairs.add((before, min(count - 1, before + 1 + int(rng.expovariate(1 / reach)))))
    calendar = WorkCalendar("every day", week=EVERY_DAY)
    links = [Link(*pair) for pair in sorted(pairs)]
    return Network(activities=activities, links=links, calendars=(calendar,), project_start=0)


def networkx_cpm(library: ModuleType, network: Network) -> Callable[[], int]:
    """Forward and backward pass and total float on a networkx graph that is built already; gives the finish."""
    graph = library.DiGraph()
    for activity in network.activities:
        graph.add_node(activity.id, duration=activity.duration)
    graph.add_edges_from((link.predecessor, link.successor) for link in network.links)
    duration = graph.nodes(data="duration")

    def run() -> int:
        order = list(library.topological_sort(graph))
        early: dict[int, int] = {}
        for at in order:
            early[at] = max((early[b] for b in graph.predecessors(at)), default=0) + duration[at]
        end = max(early.values())
        late: dict[int, int] = {}
        for at in reversed(order):
            late[at] = min((late[a] - duration[a] for a in graph.successors(at)), default=end)
        slack = {at: late[at] - early[at] for at in order}
        assert min(slack.values()) == 0
        return end

    return run


def read_patterson(path: Path) -> Network:
    """Activities and links of a PSPLIB file in Patterson's format, its resources left out."""
    numbers = map(int, path.read_text().split())
    count, resources = islice(numbers, 2)
    list(islice(numbers, resources))
    activities, links = [], []
    for id in range(1, count + 1):
        activities.append(Activity(id=id, duration=next(numbers), calendar="every day"))
        list(islice(numbers, resources))
        links += [Link(id, next(numbers)) for _ in range(next(numbers))]
    calendar = WorkCalendar("every day", week=EVERY_DAY)
    return Network(activities=activities, links=links, calendars=(calendar,), project_start=0)


def psplib(folder: Path, report: Report) -> None:
    """One row over all files, and a note on whether all agree."""
    with (folder / "bounds.csv").open(newline="") as lines:
        published = {row["file"]: int(row["cpm"]) for row in csv.DictReader(lines) if row["file"]}
    networks = {file: read_patterson(folder / file) for file in published}
    equal = sum(solve(network).finish == published[file] for file, network in networks.items())
    begin = time.perf_counter()
    for network in networks.values():
        solve(network)
    each = (time.perf_counter() - begin) * 1e3 / len(networks)
    report.rows.append({"network": "PSPLIB, a file", "activities": None, "solve ms": each})
    report.notes.append(f"PSPLIB: {equal} of {len(published)} files have the published critical-path length.")


def main(given: Options) -> Report:
    report = Report("network", "ms for 10,000 activities", GOALS[10_000])
    begin = time.perf_counter()
    warm_up()
    report.notes.append(f"Machine code ready after {time.perf_counter() - begin:.1f} s (compiled or from its cache).")
    try:
        import networkx
    except ImportError:
        networkx = None
        report.notes.append("networkx is not installed, so there is no peer in this run.")
    for count in SIZES:
        loads, solves, cpu, worst, colds = [], [], [], [], []
        for nth in range(given.sample):
            load = mixed(count, given.seed + nth)
            share = given.seconds / given.sample / 3
            loads.append(timed(load, seconds=share, least=1).median)
            network = load()
            taken = timed(partial(solve, network), seconds=share)
            solves.append(taken.median)
            cpu.append(taken.cpu)
            worst.append(taken.worst)
            colds.append(timed(partial(solve, network, PLAIN), seconds=share, least=1).median)
        row: dict[str, Cell] = {
            "network": "mixed",
            "activities": count,
            "links": 2 * count,
            "load ms": _mean(loads),
            "solve ms": _mean(solves),
            "cpu ms": _mean(cpu),
            "worst ms": max(worst),
            "goal ms": GOALS.get(count),
            "cold ms": _mean(colds),
        }
        if networkx is not None:
            like = plain(count, given.seed)
            peer = networkx_cpm(networkx, like)
            assert peer() == solve(like).finish
            row["solve like ms"] = timed(partial(solve, like), seconds=given.seconds / 3).median
            row["peer ms"] = timed(peer, seconds=given.seconds / 3).median
        report.rows.append(row)
        if count == 10_000:
            report.figure = _mean(solves)
    if given.data is not None and (folder := given.data / "bench" / "rcpsp").is_dir():
        psplib(folder, report)
    return report


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


if __name__ == "__main__":
    given = options(__doc__ or "", seconds=3.0, sample=3)
    report = main(given)
    report.print(given)
    sys.exit(0 if report.met else 1)
