"""A small schedule with one task for each thing that the pages must tell apart, and how tests ask for its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from summitry.core.models import Agency, Event
from summitry.core.rights import Classification, Role
from summitry.core.viewer import Viewer
from summitry.governance.models import Body
from summitry.schedule.models import Coordination, Link, Objective, Task
from tests.factories import (
    make_agency,
    make_body,
    make_clause,
    make_coordination,
    make_decision,
    make_event,
    make_link,
    make_objective,
    make_task,
    make_viewer,
)
from tests.html import html_of

HIDDEN = "Zebrafish"
"""A word of every record above internal: on no page of a person who may not see them."""


@dataclass
class Scene:
    """G holds A and B. A waits for nothing, B for A, C and S for B. S is restricted. K01 owes a list to B."""

    event: Event
    ministry: Agency
    unit: Agency
    other: Agency
    aim: Objective
    body: Body
    group: Task
    a: Task
    b: Task
    c: Task
    secret: Task
    link: Link
    part: Coordination


def make_scene() -> Scene:
    """On Mon 6 Oct 2025. A: 5 working days from today, to Fri 10 Oct, due Wed 8 Oct: late. B and C follow."""
    event = make_event()
    ministry = make_agency(event, "MPS", name="Ministry of Public Security")
    unit = make_agency(event, "K01", name="Guard Command", parent=ministry)
    other = make_agency(event, "MOFA", name="Ministry of Foreign Affairs")
    aim, body = make_objective(event, "S1", title="Substance"), make_body(event, "SC", name="Steering committee")
    clause = make_clause(make_decision(event, "DX", classification=Classification.SECRET), "1", text=f"{HIDDEN} clause")
    group = make_task(event, "G", title="Accreditation", likely=0, position=1)
    a = make_task(
        event,
        "A",
        title="Rules of badges",
        parent=group,
        lead=ministry,
        likely=5,
        position=2,
        deadline=date(2025, 10, 8),
    )
    b = make_task(
        event,
        "B",
        title="Vetting",
        parent=group,
        lead=other,
        likely=2,
        position=3,
        objective=aim,
        owner=body,
        mandate=clause,
    )
    c = make_task(event, "C", title="Ready", lead=other, likely=0, milestone=True, position=4, objective=aim)
    secret = make_task(
        event, "S", title=f"{HIDDEN} posts", lead=unit, likely=1, position=5, classification=Classification.RESTRICTED
    )
    link = make_link(a, b)
    make_link(b, c, lag=1)
    make_link(b, secret)
    part = make_coordination(b, unit, deliverable="List of names", due=date(2025, 10, 1))
    return Scene(event, ministry, unit, other, aim, body, group, a, b, c, secret, link, part)


def client_of(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(viewer.account)
    return client


def sign_in(event: Event, role: Role = Role.PLANNER, **values: Any) -> Client:
    return client_of(make_viewer(event, role, **values))


def address(event: Event, name: str, *args: Any, **query: Any) -> str:
    found = reverse(f"schedule:{name}", args=[event.slug, *args])
    return f"{found}?{urlencode(query, doseq=True)}" if query else found


def page(client: Client, event: Event, name: str, *args: Any, status: int = 200, **query: Any) -> str:
    response = client.get(address(event, name, *args, **query))
    assert response.status_code == status, response.status_code
    return html_of(response)


def send(client: Client, url: str, step: str, **data: Any) -> HttpResponse:
    return client.post(url, {**data, "step": step})


def codes(client: Client, event: Event, **query: Any) -> list[str]:
    """The codes of the table's rows in order; a group that only holds a match stands in brackets."""
    response = client.get(address(event, "tasks", **query))
    return [f"({i.row.task.code})" if i.context else i.row.task.code for i in response.context["page"]]
