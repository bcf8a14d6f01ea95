"""Every PSPLIB instance at hand has the critical-path length that others have published for it.

Kolisch and Sprecher, PSPLIB, European Journal of Operational Research 96 (1996): 205-216. Files in Patterson's format.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from summitry.engine.calendar import EVERY_DAY, WorkCalendar
from summitry.engine.network import Activity, Link, Network, solve
from tests.outside import outside

ELAPSED = WorkCalendar("elapsed", week=EVERY_DAY)


def read_patterson(path: Path) -> Network:
    """Activities 1..n and their finish-to-start links; resources are left out."""
    numbers = iter(map(int, path.read_text().split()))
    count, resources = next(numbers), next(numbers)
    for _ in range(resources):
        next(numbers)
    activities, links = [], []
    for id in range(1, count + 1):
        activities.append(Activity(id=id, duration=next(numbers), calendar="elapsed"))
        for _ in range(resources):
            next(numbers)
        links += [Link(id, next(numbers)) for _ in range(next(numbers))]
    return Network(activities=activities, links=links, calendars=(ELAPSED,), project_start=0)


@pytest.mark.outside_data
def test_all_instances_have_the_published_critical_path_length():
    folder = outside("bench/rcpsp")
    with (folder / "bounds.csv").open(newline="") as lines:
        # Rows without a file belong to instances of larger sets that are not at hand.
        published = {row["file"]: int(row["cpm"]) for row in csv.DictReader(lines) if row["file"]}
    different = {}
    for file, length in published.items():
        result = solve(read_patterson(folder / file))
        on_path = sum(result.network.activities[result.network.flat.place[id]].duration for id in result.critical_path)
        if not result.finish == on_path == length:
            different[file] = (result.finish, on_path, length)
    assert not different
    assert len(published) == 1260
