"""Builds the reference event `hanoi-2025` from the data in `demo/data`.

The event and its demonstration accounts are made by the ordinary actions; the rest is one action, `demo.load`, that
writes every record validated and recorded. Loading twice changes nothing; a reset erases the demonstration first.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any, TypeVar

from django.core.exceptions import ValidationError

from summitry.core.action import Context, invalid_from, submit, submit_to_installation
from summitry.core.actions import CreateAccount, CreateEvent, GrantAccess
from summitry.core.erase import erase_demonstration
from summitry.core.models import Account, Agency, CalendarException, Document, Event, Person
from summitry.core.records import Record, save_all
from summitry.core.rights import Role
from summitry.core.viewer import system_viewer
from summitry.governance.models import Body, Clause, Decision, Membership, PlanDuty, Post
from summitry.schedule.models import (
    Alternative,
    Baseline,
    BaselineTask,
    Capacity,
    Coordination,
    Criterion,
    Demand,
    Evidence,
    Link,
    Objective,
    Resource,
    RiskEvent,
    RiskHit,
    Task,
)

SLUG = "hanoi-2025"
R = TypeVar("R", bound=Record)


def _rows(name: str) -> Iterator[dict[str, Any]]:
    """A data file's rows; an empty cell is None, yes and no are booleans, dates are dates."""
    data = files("summitry.demo").joinpath(f"data/{name}.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(io.StringIO(data, newline="")):
        yield {key: _value(key, text) for key, text in row.items()}


def _value(key: str, text: str) -> Any:
    if text == "":
        return None
    if key in {"day", "due", "deadline", "not_before", "sets_date", "start", "finish"} or key.endswith(
        ("_on", "_day", "_from", "_to")
    ):
        return date.fromisoformat(text)
    if key in {"working", "illustrative"}:
        return text == "yes"
    if key in {
        "optimistic",
        "likely",
        "pessimistic",
        "remaining",
        "classification",
        "clearance",
        "position",
        "rank",
        "lag",
        "duration",
        "units",
        "desks",
        "reluctance",
        "probability",
        "delay_optimistic",
        "delay_likely",
        "delay_pessimistic",
        "mitigated_probability",
        "mitigated_optimistic",
        "mitigated_likely",
        "mitigated_pessimistic",
    }:
        return int(text)
    return text


class _Loader:
    """Writes the records of each kind in an order in which every reference already exists."""

    def __init__(self, ctx: Context) -> None:
        self.event = ctx.event
        self.kept: dict[type[Record], dict[str, Any]] = {}

    def find(self, model: type[R], key: str | None) -> R | None:
        found: R | None = self.kept[model][key] if key else None
        return found

    def save(self, model: type[R], records: list[R]) -> None:
        for record in records:
            try:
                record.full_clean(validate_unique=False, validate_constraints=False)
            except ValidationError as error:
                raise invalid_from(error) from error
        save_all(records)
        self.kept.setdefault(model, {}).update({record.key: record for record in records})

    def build(self, model: type[R], row: dict[str, Any], refs: dict[str, type[Record]], **more: Any) -> R:
        values = {k: v for k, v in row.items() if k not in refs and v is not None}
        values |= {k: self.find(target, row[k]) for k, target in refs.items()}
        return model(event=self.event, **values, **more)

    def make(self, model: type[R], name: str, refs: dict[str, type[Record]]) -> None:
        """A file's records, saved together."""
        self.save(model, [self.build(model, row, refs) for row in _rows(name)])

    def grow(self, model: type[R], name: str, refs: dict[str, type[Record]]) -> None:
        """A file whose rows refer to rows above them: saved one after another."""
        for row in _rows(name):
            self.save(model, [self.build(model, row, refs)])

    def load(self) -> None:
        self._people_and_calendar()
        self._mandates()
        self._schedule()

    def _people_and_calendar(self) -> None:
        self.grow(Agency, "agencies", {"parent": Agency})
        self.make(CalendarException, "calendar", {"agency": Agency})
        self.make(Document, "documents", {"agency": Agency})

    def _mandates(self) -> None:
        self.grow(Decision, "decisions", {"amends": Decision, "replaces": Decision})
        self.make(Clause, "clauses", {"decision": Decision})
        self.grow(Body, "bodies", {"parent": Body, "agency": Agency, "created_by": Clause, "ended_by": Clause})
        posts = list(_rows("posts"))
        bodies = self.kept[Body]
        self.save(
            Post,
            [Post(event=self.event, body=bodies[row["body"]], **{k: row[k] for k in _POST_FIELDS}) for row in posts],
        )
        self.save(
            Person,
            [
                Person(
                    event=self.event,
                    code=row["person"],
                    # Placeholders, plainly: the demonstration names no real person.
                    name=f"{row['title']} (placeholder)",
                    function=bodies[row["body"]].name,
                    agency=bodies[row["body"]].agency,
                )
                for row in posts
            ],
        )
        self.save(
            Membership,
            [
                Membership(
                    event=self.event,
                    post=self.kept[Post][row["code"]],
                    person=self.kept[Person][row["person"]],
                    from_day=row["from_day"],
                    to_day=row["to_day"],
                )
                for row in posts
            ],
        )
        self.make(PlanDuty, "duties", {"agency": Agency, "mandate": Clause, "body": Body, "plan": Decision})

    def _schedule(self) -> None:
        self.make(Objective, "objectives", {})
        refs = {"objective": Objective, "lead": Agency, "owner": Body, "mandate": Clause, "deadline_clause": Clause}
        tasks = enumerate(_rows("tasks"))
        self.save(
            Task,
            [self.build(Task, row, refs, position=n, milestone=row["likely"] == 0) for n, row in tasks],
        )
        self.make(Coordination, "coordinations", {"task": Task, "agency": Agency})
        self.make(Link, "links", {"predecessor": Task, "successor": Task})
        self.make(Criterion, "criteria", {"objective": Objective, "task": Task})
        self.make(Evidence, "evidence", {"task": Task, "document": Document})
        self.make(Capacity, "capacities", {"agency": Agency})
        self.make(Resource, "resources", {"agency": Agency})
        self.make(Demand, "demands", {"task": Task, "resource": Resource})
        self.make(Alternative, "alternatives", {"task": Task, "lead": Agency})
        self.make(RiskEvent, "risks", {"owner": Agency})
        self.make(RiskHit, "hits", {"risk": RiskEvent, "task": Task})
        baseline = Baseline(
            event=self.event, code="ADOPTED", name="Master schedule as adopted", taken_on=date(2025, 6, 3)
        )
        self.save(Baseline, [baseline])
        rows = _rows("baseline")
        self.save(
            BaselineTask,
            [
                BaselineTask(
                    event=self.event,
                    baseline=baseline,
                    task=self.kept[Task][row["task"]],
                    **{k: row[k] for k in ("start", "finish", "duration", "deadline")},
                )
                for row in rows
            ],
        )


_POST_FIELDS = ("code", "title", "title_national", "rank")


def load_records(ctx: Context) -> None:
    """Write all records of the reference event; called by the `demo.load` action alone."""
    _Loader(ctx).load()


def load_demo(*, reset: bool = False) -> Event:
    """The reference event with its accounts: made if absent; with `reset`, erased first and made anew."""
    from summitry.demo.actions import LoadReferenceEvent

    event = Event.objects.filter(slug=SLUG).first()
    if event is not None and reset:
        erase_demonstration(event)
        event = None
    if event is not None:
        return event
    system = system_viewer()
    known = set(Account.objects.values_list("username", flat=True))
    accounts = list(_rows("accounts"))
    with files("summitry.demo").joinpath("data/event.toml").open("rb") as file:
        facts = tomllib.load(file)
    submit_to_installation(
        [
            CreateEvent(**facts),
            *(
                CreateAccount(username=row["username"], name=row["name"], is_demo=True)
                for row in accounts
                if row["username"] not in known
            ),
        ],
        viewer=system,
    )
    event = Event.objects.get(slug=SLUG)
    submit(
        [
            LoadReferenceEvent(),
            *(
                GrantAccess(
                    username=row["username"], role=Role(row["role"]), agency=row["agency"], clearance=row["clearance"]
                )
                for row in accounts
            ),
        ],
        viewer=system_viewer(event),
        event=event,
    )
    return event
