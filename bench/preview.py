"""How long it takes to tell the consequences of a change before it is made, in milliseconds (p95).

A row is an event and a way to ask. Every preview is of another change: other durations, deadlines, days, leads, links,
coordinating agencies, returns, several of them at once; refusals count as answers. Each is asked as a planner who has
just opened the page, with nothing remembered about what they may see.

reference   the reference event: about 50 tasks with links, coordinations, decisions, plan duties
tenfold     an event of ten such schedules in one, tied to one another by links
warm        the event as it stands has been read since its last change, as the page with the form has done
cold        nothing is kept: the event is read twice, as it stands and as it would be

Each preview tells the probability of every deadline before and after, from 2,000 simulated courses as machine code.

cpu         the same in time of the processor: far below the clock's, the machine was busy with something else

The figure is the p95 on the reference event, warm. The database is SQLite in a new folder, or a test database beside
the one of SUMMITRY_DATABASE_URL.
"""

from __future__ import annotations

import gc
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ._common import Cell, Options, Report, options

GOAL, TENFOLD_GOAL = 150.0, 500.0
COPIES = 10


@contextmanager
def database() -> Iterator[None]:
    """A database of our own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="summitry-bench-") as home:
        os.environ["SUMMITRY_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "summitry.config.settings"
        import django

        django.setup()
        gc.collect()
        gc.freeze()  # as the server does (config/asgi.py)
        from summitry.engine.risk import warm_up

        warm_up()  # as the server does in a thread when somebody first asks (schedule/planning/risk/effort.py)
        from django.core.management import call_command
        from django.db import connection

        if connection.vendor == "sqlite":
            call_command("migrate", verbosity=0)
            yield
            connection.close()
            return
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def tenfold(reference: Any) -> Any:
    """A new event with everything of the reference event, its schedule and plan duties ten times."""
    from summitry.core import audit
    from summitry.core.models import Access, Agency, CalendarException, Document, Event, Person
    from summitry.core.records import recording, save_all
    from summitry.governance.models import Body, Clause, Decision, Membership, PlanDuty, Post
    from summitry.schedule.models import Coordination, Criterion, Evidence, Link, Objective, Task

    values = {f.attname: getattr(reference, f.attname) for f in Event._meta.concrete_fields if f.attname != "id"}
    kept: dict[tuple[type, int, int], Any] = {}
    once = (Agency, Access, CalendarException, Document, Decision, Clause, Body, Post, Person, Membership, Objective)
    many = (PlanDuty, Task, Coordination, Link, Criterion, Evidence)
    with recording():
        event = Event(**{**values, "slug": "tenfold"})
        event.save()
        audit.chain_for(event)
        for model in (*once, *many):
            source = list(model.objects.filter(event=reference).order_by("pk"))
            # Rows that refer to rows of their own kind come one after another, those above them first.
            together = not any(f.related_model is model for f in model._meta.concrete_fields)
            for nth in range(COPIES if model in many else 1):
                twins = []
                for record in source:
                    twin = kept[model, record.pk, nth] = model(event=event, **_twin(model, record, nth, kept))
                    twins.append(twin)
                    if not together:
                        save_all([twin])
                if together:
                    save_all(twins)
        _tie(event, reference, kept, Task, Link, save_all)
    return event


def _twin(model: Any, record: Any, nth: int, kept: dict[tuple[type, int, int], Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        value = getattr(record, field.attname)
        if field.primary_key or field.name in ("event", "version"):
            continue
        target = field.related_model
        if target is not None and value is not None:
            twin = kept.get((target, value, nth)) or kept.get((target, value, 0))
            values[field.name] = twin if twin is not None else getattr(record, field.name)
        elif field.name == "code" and nth:
            values[field.name] = f"{value}-{nth}"
        else:
            values[field.name] = value
    return values


def _tie(event: Any, reference: Any, kept: Any, task: Any, link: Any, save_all: Callable[[list[Any]], None]) -> None:
    """Links between the copies: open work of one waits for open work of the one before."""
    rng = random.Random(7)
    open_tasks = [row for row in task.objects.filter(event=reference) if row.closed_on is None]
    links = []
    for nth in range(1, COPIES):
        for row in rng.sample(open_tasks, 5):
            before, after = kept[task, row.pk, nth - 1], kept[task, row.pk, nth]
            links.append(link(event=event, predecessor=before, successor=after, kind=rng.choice(["SS", "FF"])))
    save_all(links)


@dataclass
class Changes:
    """Different changes, one after another, for one event."""

    event: Any
    rng: random.Random

    def __post_init__(self) -> None:
        from summitry.core.models import Agency
        from summitry.schedule.models import Task

        self.open = [t for t in Task.objects.filter(event=self.event) if t.open and not t.milestone]
        self.agencies = list(Agency.objects.filter(event=self.event).values_list("code", flat=True))

    def next(self) -> list[Any]:
        """What one form or one drag would submit; now and then several at once."""
        return [self._one() for _ in range(self.rng.choice((1, 1, 1, 3)))]

    def _one(self) -> Any:
        from summitry.schedule.actions import ChangeTask, MoveTask, ReportRemaining, SetCoordination, SetLink

        rng = self.rng
        task, other = rng.sample(self.open, 2)
        day = self.event.opening_day - timedelta(days=rng.randrange(30))
        kinds: list[Callable[[], Any]] = [
            lambda: ChangeTask(code=task.code, likely=rng.randint(1, 60)),
            lambda: ChangeTask(code=task.code, deadline=day),
            lambda: ChangeTask(code=task.code, lead=rng.choice(self.agencies), title=f"{task.title} {rng.random()}"),
            lambda: SetLink(
                predecessor=task.code, successor=other.code, kind=rng.choice(["FS", "SS"]), lag=rng.randint(0, 5)
            ),
            lambda: SetCoordination(task=task.code, agency=rng.choice(self.agencies), deliverable="Return", due=day),
        ]
        if task.started_on is not None:
            kinds.append(lambda: ReportRemaining(code=task.code, remaining=rng.randint(0, 20)))
        else:
            kinds.append(lambda: MoveTask(code=task.code, not_before=date.fromordinal(day.toordinal())))
        return rng.choice(kinds)()


@dataclass
class Taken:
    """Milliseconds of each preview: by the clock, and of the processor in this thread; and how many were refused."""

    clock: list[float]
    processor: list[float]
    refused: int = 0


def measure(event: Any, changes: Changes, given: Options, *, cold: bool) -> Taken:
    """Ask for previews until there are enough of them or the time is up."""
    from summitry.core import outlook
    from summitry.core.models import Account
    from summitry.core.preview import preview
    from summitry.core.refusals import Refused
    from summitry.core.viewer import viewer_for

    planner = Account.objects.filter(accesses__event=event, accesses__role="planner").order_by("pk")[0]
    outlook.outlook(event)
    taken = Taken([], [])
    until = time.perf_counter() + given.seconds
    while len(taken.clock) < 20 or (len(taken.clock) < given.sample and time.perf_counter() < until):
        actions, viewer = changes.next(), viewer_for(planner, event)
        if cold:
            outlook.forget()
        begin, began = time.perf_counter(), time.thread_time()
        try:
            preview(actions, viewer=viewer, event=event)
        except Refused:
            taken.refused += 1
        taken.processor.append((time.thread_time() - began) * 1e3)
        taken.clock.append((time.perf_counter() - begin) * 1e3)
    return taken


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def main(given: Options) -> Report:
    report = Report("preview", "ms p95", GOAL)
    with database():
        from django.db import connection

        from summitry.demo.load import load_demo
        from summitry.schedule.models import Coordination, Link, Task

        reference = load_demo()
        events = (("reference", reference, GOAL), ("tenfold", tenfold(reference), TENFOLD_GOAL))
        for name, event, goal in events:
            for way in ("warm", "cold"):
                changes = Changes(event, random.Random(f"{given.seed}-{name}-{way}"))
                taken = measure(event, changes, given, cold=way == "cold")
                row: dict[str, Cell] = {
                    "event": name,
                    "ask": way,
                    "tasks": Task.objects.filter(event=event).count(),
                    "links": Link.objects.filter(event=event).count(),
                    "coordinations": Coordination.objects.filter(event=event).count(),
                    "previews": len(taken.clock),
                    "refused": taken.refused,
                    "median ms": statistics.median(taken.clock),
                    "p95 ms": p95(taken.clock),
                    "worst ms": max(taken.clock),
                    "cpu p95 ms": p95(taken.processor),
                    "goal ms": goal if way == "warm" else None,
                }
                report.rows.append(row)
                if way == "warm" and name == "reference":
                    report.figure = p95(taken.clock)
        report.notes.append(f"Database: {connection.vendor}.")
    return report


if __name__ == "__main__":
    given = options(__doc__ or "", seconds=20.0, sample=200)
    report = main(given)
    report.print(given)
    sys.exit(0 if report.met else 1)
