"""The reference event's organisation in small: a ministerial committee until 7 October 2025, then a national one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from summitry.core.models import Agency, Event, Person
from summitry.governance.models import Body, Clause, Decision, Membership, Post
from tests.factories import make_agency, make_body, make_clause, make_decision, make_event, make_person, save

BEFORE, DAY, AFTER = date(2025, 10, 7), date(2025, 10, 8), date(2025, 10, 9)


def make_post(body: Body, code: str, **values: Any) -> Post:
    return save(Post(event=body.event, body=body, code=code, **{"title": f"Post {code}", **values}))


def make_membership(post: Post, person: Person, from_day: date = date(2025, 5, 12), **values: Any) -> Membership:
    return save(Membership(event=post.event, post=post, person=person, from_day=from_day, **values))


@dataclass
class Organisation:
    """The event with the agencies, decisions, clauses and bodies of both times."""

    event: Event
    mps: Agency
    k01: Agency
    mofa: Agency
    moh: Agency
    old_decision: Decision
    new_decision: Decision
    replacing: Clause
    old: Body
    national: Body
    content: Body
    security: Body

    @property
    def new(self) -> list[Body]:
        return [self.national, self.content, self.security]


def make_organisation(*, ended: bool = True, **values: Any) -> Organisation:
    """`ended`: whether the old committee has its last day already, as in the reference event."""
    event = make_event(**values)
    mps, mofa, moh = make_agency(event, "MPS"), make_agency(event, "MOFA"), make_agency(event, "MOH")
    k01 = make_agency(event, "K01", parent=mps)
    old_decision = make_decision(event, "MIN-2025", effective_from=date(2025, 5, 16))
    new_decision = make_decision(event, "PM-2025", effective_from=DAY, replaces=old_decision)
    setting_up = make_clause(old_decision, "1")
    replacing, creating = make_clause(new_decision, "1"), make_clause(new_decision, "2")
    old = make_body(
        event,
        "SC-MIN",
        agency=mps,
        created_by=setting_up,
        from_day=date(2025, 5, 16),
        **({"to_day": BEFORE, "ended_by": replacing} if ended else {}),
    )
    national = make_body(event, "SC-NAT", created_by=replacing, from_day=DAY)
    sub = {"kind": Body.Kind.SUBCOMMITTEE, "parent": national, "created_by": creating, "from_day": DAY}
    content = make_body(event, "SUB-CONTENT", agency=mofa, **sub)
    security = make_body(event, "SUB-SECURITY", agency=mps, **sub)
    for body, until in ((old, BEFORE if ended else None), (national, None), (content, None), (security, None)):
        post = make_post(body, f"{body.code}-HEAD", rank=1)
        make_membership(post, make_person(event, f"P-{body.code}"), body.from_day, to_day=until)
    return Organisation(
        event, mps, k01, mofa, moh, old_decision, new_decision, replacing, old, national, content, security
    )
