"""Problems of scheduling under capacity to measure with: files of others, and random ones of a size.

Files: Kolisch, Sprecher: PSPLIB, a project scheduling problem library. European Journal of Operational Research 96
(1996) 205-216, in Patterson's format: number of activities and of resources; capacities; for each activity its
duration, demands, number of successors, successors. The first and the last activity are dummies.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from summitry.engine.calendar import EVERY_DAY, WorkCalendar
from summitry.engine.scheduling.model import Activity, Link, Mode, Resource
from summitry.engine.scheduling.problem import Problem

ELAPSED = WorkCalendar("every day", week=EVERY_DAY)


@dataclass(frozen=True, slots=True)
class Published:
    """What others know of a file. file: relative to the folder. lower, upper: bounds of the makespan, ``optimal`` if
    they are equal and proven. path: length of the critical path.
    """

    file: str
    lower: int
    upper: int
    optimal: bool
    path: int


def published(folder: Path, family: str) -> list[Published]:
    """The files of a family (j30, j60, j120) that are at hand, in the order of ``bounds.csv``.

    folder: ``bench/rcpsp`` of the outside data.
    """
    with (folder / "bounds.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["file"].startswith(f"{family}/")]
    return [
        Published(row["file"], int(row["lower_bound"]), int(row["upper_bound"]), row["optimal"] == "1", int(row["cpm"]))
        for row in rows
        if (folder / row["file"]).exists()
    ]


def read_patterson(path: Path) -> Problem:
    """A file in Patterson's format: activities 1..n, every day worked, constant capacities, the makespan as goal."""
    numbers = map(int, path.read_text().split())
    count, kinds = islice(numbers, 2)
    resources = tuple(Resource(name=f"R{at}", capacity=units) for at, units in enumerate(islice(numbers, kinds), 1))
    activities, links = [], []
    for id in range(1, count + 1):
        days = next(numbers)
        demands = zip((resource.name for resource in resources), islice(numbers, kinds), strict=True)
        mode = Mode(
            name="usual",
            duration=days,
            calendar=ELAPSED.name,
            demands=tuple((name, units) for name, units in demands if units),
        )
        activities.append(Activity(id=id, modes=(mode,)))
        links += [Link(predecessor=id, successor=next(numbers)) for _ in range(next(numbers))]
    return Problem(
        activities=tuple(activities),
        links=tuple(links),
        resources=resources,
        calendars=(ELAPSED,),
        project_start=0,
        horizon=sum(activity.modes[0].duration for activity in activities),
    )


def agencies(count: int, seed: int = 7, *, desks: int = 20) -> Problem:
    """``count`` tasks on ``desks`` agencies: every day worked, finish-to-start links without lag, the makespan as goal.

    A task lasts 1-12 days and wants 1-3 units of one or two agencies; two links a task, most of them short. All
    agencies have equally many units: as many as let the average agency's work take about as long as the critical path.
    How busy each is differs by chance, so the busiest bounds the makespan and several others come close.
    """
    rng = random.Random(f"agencies-{seed}-{count}-{desks}")
    days = [rng.randint(1, 12) for _ in range(count)]
    wants = [{rng.randrange(desks): rng.randint(1, 3) for _ in range(rng.randint(1, 2))} for _ in range(count)]
    reach = 3 * count**0.5
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < 2 * count:
        before = rng.randrange(count - 1)
        pairs.add((before, min(count - 1, before + 1 + int(rng.expovariate(1 / reach)))))
    path = _critical_path(days, pairs)
    work = [sum(d * want.get(desk, 0) for d, want in zip(days, wants, strict=True)) for desk in range(desks)]
    units = max(3, sum(work) // desks // path)
    resources = tuple(Resource(name=f"A{desk:02}", capacity=units) for desk in range(desks))
    activities = tuple(
        Activity(
            id=at,
            modes=(
                Mode(
                    name="usual",
                    duration=days[at],
                    calendar=ELAPSED.name,
                    demands=tuple((f"A{desk:02}", units) for desk, units in sorted(wants[at].items())),
                ),
            ),
        )
        for at in range(count)
    )
    return Problem(
        activities=activities,
        links=tuple(Link(predecessor=before, successor=after) for before, after in sorted(pairs)),
        resources=resources,
        calendars=(ELAPSED,),
        project_start=0,
        horizon=sum(days),
    )


def _critical_path(days: list[int], pairs: set[tuple[int, int]]) -> int:
    finish = [0] * len(days)
    before: dict[int, list[int]] = {}
    for first, second in pairs:
        before.setdefault(second, []).append(first)
    for at in range(len(days)):
        finish[at] = days[at] + max((finish[other] for other in before.get(at, ())), default=0)
    return max(finish)


def lower_bound(problem: Problem) -> int:
    """The greater of critical path and work by capacity, for problems like those of this module."""
    days = [activity.modes[0].duration for activity in problem.activities]
    place = problem.place
    order = {(place[link.predecessor], place[link.successor]) for link in problem.links}
    path = _critical_path(days, order)
    work = {resource.name: 0 for resource in problem.resources}
    for activity in problem.activities:
        mode = activity.modes[0]
        for name, units in mode.demands:
            work[name] += units * mode.duration
    loads = [-(-work[resource.name] // resource.capacity) for resource in problem.resources if resource.capacity]
    return max([path, *loads])
