"""What the checks of mandates share: the event's decisions, bodies and duties, each loaded once a reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from summitry.core.checking import Reading
from summitry.governance.models import Body, Clause, Decision, Membership, PlanDuty, Post


@dataclass
class Mandates:
    """Everything of an event's mandates, joined by id, with no further query."""

    decisions: dict[int, Decision]
    clauses: dict[int, Clause]
    bodies: dict[int, Body]
    posts: dict[int, Post]
    memberships: list[Membership]
    duties: list[PlanDuty]
    replacing: dict[int, list[Decision]] = field(default_factory=dict)
    posts_of: dict[int, list[Post]] = field(default_factory=dict)

    def has_force(self, decision: Decision, day: date) -> bool:
        ended = decision.effective_to is not None and decision.effective_to < day
        return decision.effective_from <= day and not ended and self.replaced_on(decision, day) is None

    def replaced_on(self, decision: Decision, day: date) -> Decision | None:
        """The decision that has replaced this one by a day, if any."""
        for other in self.replacing.get(decision.pk, ()):
            if other.effective_from <= day:
                return other
        return None

    def heads(self) -> Iterator[Post]:
        """The first post of each body that has any."""
        for posts in self.posts_of.values():
            yield posts[0]

    def held(self, day: date) -> Iterator[Membership]:
        """The memberships that hold on a day, of posts on bodies that exist on it."""
        for membership in self.memberships:
            within = membership.from_day <= day and (membership.to_day is None or membership.to_day >= day)
            if within and membership.post.body.in_force_on(day):
                yield membership


def mandates(reading: Reading) -> Mandates:
    """Load it: six queries, whatever the event's size."""
    event = reading.event
    # In no order where none is needed: the models' own orders would join other tables.
    decisions = {row.pk: row for row in Decision.objects.filter(event=event).order_by()}
    clauses = {row.pk: row for row in Clause.objects.filter(event=event).order_by()}
    bodies = {row.pk: row for row in Body.objects.filter(event=event).order_by()}
    posts = {row.pk: row for row in Post.objects.filter(event=event).order_by("body_id", "rank", "code")}
    memberships = list(Membership.objects.filter(event=event).select_related("person").order_by("from_day", "pk"))
    duties = list(PlanDuty.objects.filter(event=event).order_by("due", "code"))
    found = Mandates(decisions, clauses, bodies, posts, memberships, duties)
    for decision in decisions.values():
        decision.event = event
        if decision.replaces_id:
            decision.replaces = decisions[decision.replaces_id]
            found.replacing.setdefault(decision.replaces_id, []).append(decision)
        if decision.amends_id:
            decision.amends = decisions[decision.amends_id]
    for others in found.replacing.values():
        others.sort(key=lambda one: (one.effective_from, one.code))
    for clause in clauses.values():
        clause.event, clause.decision = event, decisions[clause.decision_id]
    for body in bodies.values():
        body.event = event
        body.parent = bodies[body.parent_id] if body.parent_id else None
        body.created_by = clauses[body.created_by_id] if body.created_by_id else None
        body.ended_by = clauses[body.ended_by_id] if body.ended_by_id else None
    for post in posts.values():
        post.event, post.body = event, bodies[post.body_id]
        found.posts_of.setdefault(post.body_id, []).append(post)
    for membership in memberships:
        membership.event, membership.post = event, posts[membership.post_id]
    for duty in duties:
        duty.event = event
        duty.mandate = clauses[duty.mandate_id] if duty.mandate_id else None
        duty.plan = decisions[duty.plan_id] if duty.plan_id else None
        duty.body = bodies[duty.body_id] if duty.body_id else None
    return found
