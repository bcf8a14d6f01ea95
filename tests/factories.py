"""Plain makers of records for tests. Each writes through the recorder, as an action would, without surprises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from summitry.core import audit
from summitry.core.models import Access, Account, Agency, Document, Event, Person
from summitry.core.records import Record, recording
from summitry.core.rights import Classification, Role
from summitry.core.viewer import Viewer, system_viewer, viewer_for
from summitry.governance.models import Body, Clause, Decision, PlanDuty
from summitry.schedule.models import (
    Alternative,
    Capacity,
    Coordination,
    Demand,
    Link,
    Objective,
    Resource,
    ResourceCapacity,
    RiskEvent,
    RiskHit,
    Task,
)

_number = count(1)


def save(*records: Any) -> Any:
    """Save records outside an action's audit entry: only tests may."""
    with recording():
        for record in records:
            record.save()
    return records[0]


def make_event(**values: Any) -> Event:
    """An event of two days, Sat 25 and Sun 26 October 2025 in Hanoi, its clock stopped at 6 October, 08:00."""
    defaults: dict[str, Any] = {
        "slug": f"event-{next(_number)}",
        "name": "Opening for signature",
        "timezone": "Asia/Ho_Chi_Minh",
        "opening_day": date(2025, 10, 25),
        "closing_day": date(2025, 10, 26),
        "planning_start": date(2025, 5, 12),
        "country": "",
        "demo_now": datetime(2025, 10, 6, 1, 0, tzinfo=UTC),
    }
    event = save(Event(**{**defaults, **values}))
    audit.chain_for(event)
    return event


def _make(model: type[Record], event: Event, **values: Any) -> Any:
    return save(model(event=event, **values))


def make_agency(event: Event, code: str = "", **values: Any) -> Agency:
    code = code or f"A{next(_number)}"
    return _make(Agency, event, code=code, **{"name": f"Agency {code}", **values})


def make_person(event: Event, code: str = "", **values: Any) -> Person:
    code = code or f"P{next(_number)}"
    return _make(Person, event, code=code, **{"name": f"Person {code}", **values})


def make_document(event: Event, code: str = "", **values: Any) -> Document:
    code = code or f"DOC{next(_number)}"
    return _make(Document, event, code=code, **{"title": f"Document {code}", **values})


def make_decision(event: Event, code: str = "", **values: Any) -> Decision:
    code = code or f"D{next(_number)}"
    defaults = {"title": f"Decision {code}", "effective_from": date(2025, 5, 12)}
    return _make(Decision, event, code=code, **{**defaults, **values})


def make_clause(decision: Decision, number: str = "1", **values: Any) -> Clause:
    return _make(Clause, decision.event, decision=decision, number=number, **{"text": f"Clause {number}", **values})


def make_body(event: Event, code: str = "", **values: Any) -> Body:
    code = code or f"B{next(_number)}"
    defaults = {"name": f"Body {code}", "kind": Body.Kind.COMMITTEE, "from_day": date(2025, 5, 12)}
    return _make(Body, event, code=code, **{**defaults, **values})


def make_duty(agency: Agency, code: str = "", **values: Any) -> PlanDuty:
    code = code or f"PD{next(_number)}"
    defaults = {"title": f"Plan {code}", "due": date(2025, 10, 3)}
    return _make(PlanDuty, agency.event, code=code, agency=agency, **{**defaults, **values})


def make_objective(event: Event, code: str = "", **values: Any) -> Objective:
    code = code or f"O{next(_number)}"
    return _make(Objective, event, code=code, **{"title": f"Objective {code}", **values})


def make_task(event: Event, code: str = "", **values: Any) -> Task:
    code = code or f"T{next(_number)}"
    return _make(Task, event, code=code, **{"title": f"Task {code}", **values})


def make_link(predecessor: Task, successor: Task, kind: str = "FS", lag: int = 0) -> Link:
    return _make(Link, predecessor.event, predecessor=predecessor, successor=successor, kind=kind, lag=lag)


def make_coordination(task: Task, agency: Agency, **values: Any) -> Coordination:
    return _make(Coordination, task.event, task=task, agency=agency, **values)


def make_capacity(agency: Agency, units: int, **values: Any) -> Capacity:
    defaults = {"from_day": date(2025, 5, 12)}
    return _make(Capacity, agency.event, agency=agency, units=units, **{**defaults, **values})


def make_resource(event: Event, code: str = "", **values: Any) -> Resource:
    code = code or f"RES{next(_number)}"
    return _make(Resource, event, code=code, **{"name": f"Resource {code}", **values})


def make_resource_period(resource: Resource, units: int, **values: Any) -> ResourceCapacity:
    defaults = {"from_day": date(2025, 10, 6)}
    return _make(ResourceCapacity, resource.event, resource=resource, units=units, **{**defaults, **values})


def make_demand(task: Task, resource: Resource, units: int = 1) -> Demand:
    return _make(Demand, task.event, task=task, resource=resource, units=units)


def make_alternative(task: Task, code: str = "A1", **values: Any) -> Alternative:
    return _make(Alternative, task.event, task=task, code=code, **{"likely": 5, **values})


def make_risk(event: Event, code: str = "", tasks: Iterable[Task] = (), **values: Any) -> RiskEvent:
    code = code or f"R{next(_number)}"
    defaults = {"title": f"Risk {code}", "probability": 20, "delay_likely": 3, "classification": 1}
    risk = _make(RiskEvent, event, code=code, **{**defaults, **values})
    for task in tasks:
        _make(RiskHit, event, risk=risk, task=task)
    return risk


def make_account(username: str = "", **values: Any) -> Account:
    username = username or f"user{next(_number)}"
    return save(Account(username=username, **{"name": username.title(), **values}))


def make_viewer(
    event: Event,
    role: str = Role.PLANNER,
    *,
    agency: Agency | None = None,
    clearance: int = Classification.SECRET,
    account: Account | None = None,
) -> Viewer:
    """An account with access to the event, as it looks at it."""
    account = account or make_account()
    save(Access(event=event, account=account, role=role, agency=agency, clearance=clearance))
    return viewer_for(account, event)


def make_system_viewer(event: Event) -> Viewer:
    return system_viewer(event)
