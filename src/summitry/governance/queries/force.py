"""What is in force on a day: decisions, bodies in their tree, posts and who holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from summitry.core.viewer import Viewer
from summitry.governance.models import Body, Decision, Membership, Post


def decisions_on(viewer: Viewer, day: date) -> list[Decision]:
    """The visible decisions that have force on a day.

    One that a decision invisible to this viewer has replaced is shown as in force: to say otherwise would tell of it.
    """
    every = list(Decision.objects.visible_to(viewer).select_related("event"))
    return [decision for decision in every if has_force(decision, every, day)]


def has_force(decision: Decision, among: Iterable[Decision], day: date) -> bool:
    """Whether a decision has force on a day: begun, not ended, and not replaced by one of `among` that has begun."""
    if decision.effective_from > day or (decision.effective_to is not None and decision.effective_to < day):
        return False
    return not any(other.replaces_id == decision.pk and other.effective_from <= day for other in among)


def bodies_on(viewer: Viewer, day: date) -> list[Body]:
    """The visible bodies that exist on a day."""
    rows = Body.objects.filter(event=viewer.event).visible_to(viewer)
    related = ("event", "agency", "created_by__decision", "ended_by__decision")
    return list(rows.filter(_alive("", day)).select_related(*related))


def _alive(prefix: str, day: date) -> Q:
    return Q(**{f"{prefix}from_day__lte": day}) & (
        Q(**{f"{prefix}to_day__isnull": True}) | Q(**{f"{prefix}to_day__gte": day})
    )


@dataclass(frozen=True)
class Seat:
    """A post on a day and who holds it. `hidden` holders exist, but this viewer may not see them."""

    post: Post
    head: bool
    held_by: tuple[Membership, ...] = ()
    hidden: int = 0

    @property
    def vacant(self) -> bool:
        return not self.held_by and not self.hidden


def seats_on(viewer: Viewer, day: date, bodies: Collection[int] | None = None) -> dict[int, list[Seat]]:
    """The posts of the bodies in force on a day by body id, highest first, each with its holders on that day."""
    posts = Post.objects.filter(event=viewer.event).visible_to(viewer).filter(_alive("body__", day))
    held = Membership.objects.filter(event=viewer.event).filter(_alive("", day)).filter(_alive("post__body__", day))
    if bodies is not None:
        posts, held = posts.filter(body__in=bodies), held.filter(post__body__in=bodies)
    seen: dict[int, list[Membership]] = {}
    for membership in held.visible_to(viewer).select_related("person__agency").order_by("from_day"):
        seen.setdefault(membership.post_id, []).append(membership)
    count: dict[int, int] = {}
    for post_id in held.values_list("post_id", flat=True):
        count[post_id] = count.get(post_id, 0) + 1
    seats: dict[int, list[Seat]] = {}
    for post in posts.order_by("body_id", "rank", "code"):
        known = seen.get(post.pk, [])
        of_body = seats.setdefault(post.body_id, [])
        head = not of_body
        of_body.append(Seat(post, head, tuple(known), count.get(post.pk, 0) - len(known)))
    return seats


@dataclass(frozen=True)
class BodyNode:
    """A body in the tree of a day. `astray`: its parent does not exist on that day, so it stands at the top."""

    body: Body
    depth: int
    seats: tuple[Seat, ...]
    astray: Body | None = None
    children: int = 0

    @property
    def head(self) -> Seat | None:
        return self.seats[0] if self.seats else None

    @property
    def held(self) -> int:
        """How many of its posts are held."""
        return sum(not seat.vacant for seat in self.seats)


def body_tree(viewer: Viewer, day: date) -> list[BodyNode]:
    """The bodies in force on a day as a tree, in the order of reading: each followed by those below it."""
    bodies = bodies_on(viewer, day)
    by_id = {body.pk: body for body in bodies}
    absent = {body.parent_id for body in bodies if body.parent_id and body.parent_id not in by_id}
    gone = Body.objects.filter(event=viewer.event).visible_to(viewer).in_bulk(absent) if absent else {}
    seats = seats_on(viewer, day, by_id.keys())
    below: dict[int | None, list[Body]] = {}
    for body in bodies:
        below.setdefault(body.parent_id if body.parent_id in by_id else None, []).append(body)
    nodes: list[BodyNode] = []

    def walk(parent: int | None, depth: int) -> None:
        for body in sorted(below.get(parent, []), key=_place):
            nodes.append(
                BodyNode(
                    body,
                    depth,
                    tuple(seats.get(body.pk, [])),
                    gone.get(body.parent_id) if body.parent_id else None,
                    len(below.get(body.pk, [])),
                )
            )
            walk(body.pk, depth + 1)

    walk(None, 0)
    return nodes


def around(nodes: list[BodyNode], body: Body) -> list[BodyNode]:
    """What stands above a body and below it, in the order of the tree; the others of its level are left out."""
    place = next((at for at, node in enumerate(nodes) if node.body == body), None)
    if place is None:
        return []
    above: list[BodyNode] = []
    for node in reversed(nodes[:place]):
        if node.depth < (above[-1] if above else nodes[place]).depth:
            above.append(node)
    below = []
    for node in nodes[place + 1 :]:
        if node.depth <= nodes[place].depth:
            break
        below.append(node)
    return [*reversed(above), nodes[place], *below]


KIND_ORDER = {kind: place for place, kind in enumerate(Body.Kind.values)}


def _place(body: Body) -> tuple[int, int]:
    """By kind; those of one kind in the order in which they were entered, which is that of their decision."""
    return KIND_ORDER.get(body.kind, len(KIND_ORDER)), body.pk


@dataclass(frozen=True)
class ChangeDay:
    """A day on which the organisation is another than the day before."""

    day: date
    begins: tuple[Body, ...] = ()
    ends: tuple[Body, ...] = ()
    decisions: tuple[Decision, ...] = ()


def change_days(viewer: Viewer) -> list[ChangeDay]:
    """Every day on which a body begins or has ended, or a decision takes force; `ends` on the first day without."""
    begins: dict[date, list[Body]] = {}
    ends: dict[date, list[Body]] = {}
    force: dict[date, list[Decision]] = {}
    for body in Body.objects.filter(event=viewer.event).visible_to(viewer).select_related("event"):
        begins.setdefault(body.from_day, []).append(body)
        if body.to_day is not None:
            ends.setdefault(body.to_day + timedelta(days=1), []).append(body)
    for decision in Decision.objects.filter(event=viewer.event).visible_to(viewer).select_related("event"):
        force.setdefault(decision.effective_from, []).append(decision)
    return [
        ChangeDay(day, tuple(begins.get(day, ())), tuple(ends.get(day, ())), tuple(force.get(day, ())))
        for day in sorted(begins.keys() | ends.keys() | force.keys())
    ]


@dataclass(frozen=True)
class PostHistory:
    """A post and all who held it, hold it or will, as far as the viewer may see them."""

    post: Post
    head: bool
    memberships: tuple[Membership, ...] = field(default=())


def posts_of(viewer: Viewer, body: Body) -> list[PostHistory]:
    """The body's posts, highest first, each with its holders over time."""
    held: dict[int, list[Membership]] = {}
    rows = Membership.objects.filter(event=viewer.event, post__body=body).visible_to(viewer)
    for membership in rows.select_related("person__agency", "post").order_by("from_day"):
        held.setdefault(membership.post_id, []).append(membership)
    posts = Post.objects.filter(event=viewer.event, body=body).visible_to(viewer).order_by("rank", "code")
    return [PostHistory(post, place == 0, tuple(held.get(post.pk, ()))) for place, post in enumerate(posts)]


def successors(viewer: Viewer, body: Body) -> list[Body]:
    """The bodies that the decision that ended this one created: what came in its place."""
    if body.ended_by is None or not viewer.sees(body.ended_by):
        return []
    rows = Body.objects.filter(event=viewer.event, created_by__decision=body.ended_by.decision_id).visible_to(viewer)
    return sorted(rows.select_related("event").exclude(pk=body.pk), key=_place)


def predecessors(viewer: Viewer, body: Body) -> list[Body]:
    """The bodies that the decision that created this one ended."""
    if body.created_by is None or not viewer.sees(body.created_by):
        return []
    rows = Body.objects.filter(event=viewer.event, ended_by__decision=body.created_by.decision_id).visible_to(viewer)
    return sorted(rows.select_related("event").exclude(pk=body.pk), key=_place)
