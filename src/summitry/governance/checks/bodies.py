"""Checks about bodies, their posts, and what they own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.governance.checks.reading import mandates
from summitry.governance.models import Body, Membership
from summitry.governance.ownership import OWNED

ORGANISED = "DOMAIN 1.1: how the Hanoi ceremony was organised"


@check(
    "GOV001",
    title=_("Body exists before its decision has force"),
    severity=Severity.ERROR,
    message=_("{subject} begins on {begins}, but {decision}, which creates it, has force only from {force}."),
    hint=_("Correct the first day of {subject}, or the day from which {decision} has force."),
    source=ORGANISED,
)
def body_before_its_decision(reading: Reading) -> Iterator[Finding]:
    """A body's first day lies before the decision that creates it has force.

    What it does until then, it does without a mandate.

    Wrong: the national committee begins on 1 October 2025, its decision has force from 8 October.
    Right: both on 8 October.
    """
    for body in reading.use(mandates).bodies.values():
        if body.created_by is not None and body.from_day < body.created_by.decision.effective_from:
            decision = body.created_by.decision
            yield Finding(
                subject=body,
                values={"begins": body.from_day, "decision": decision, "force": decision.effective_from},
            )


@check(
    "GOV002",
    title=_("Body's last day disagrees with the decision that ends it"),
    severity=Severity.ERROR,
    message=_("{decision} ends {subject} and has force from {force}: its last day would be {expected}, and is {last}."),
    hint=_("Set the last day of {subject} to {expected}, or say which clause really ends it."),
    source=ORGANISED,
)
def body_end_disagrees(reading: Reading) -> Iterator[Finding]:
    """A clause ends the body, but the body has no last day, or one before the decision had force.

    Either two committees command at once, or for some days none does.

    Wrong: the decision of 8 October 2025 ends the ministerial committee, whose last day is empty, or is 1 October.
    Right: its last day is 7 October, the day before the decision has force.
    """
    for body in reading.use(mandates).bodies.values():
        if body.ended_by is None:
            continue
        decision = body.ended_by.decision
        expected = decision.effective_from - timedelta(days=1)
        if body.to_day is None or body.to_day < expected:
            yield Finding(
                subject=body,
                values={
                    "decision": decision,
                    "force": decision.effective_from,
                    "expected": expected,
                    "last": body.to_day or _("not set"),
                },
            )


@check(
    "GOV003",
    title=_("Body outlives its decision"),
    severity=Severity.WARNING,
    message=_("{subject} still exists, but {decision}, which creates it, no longer has force."),
    hint=_("End {subject}, or name the clause by which it goes on."),
    source=ORGANISED,
)
def body_outlives_its_decision(reading: Reading) -> Iterator[Finding]:
    """The decision that creates a body has ended or was replaced, and the body goes on as if nothing had happened.

    Wrong: the ministerial committee is still in force on 9 October 2025, its decision was replaced on the 8th.
    Right: it ended on 7 October.
    """
    known = reading.use(mandates)
    for body in known.bodies.values():
        if body.created_by is None or not body.in_force_on(reading.today):
            continue
        decision = body.created_by.decision
        if decision.effective_from <= reading.today and not known.has_force(decision, reading.today):
            yield Finding(subject=body, values={"decision": decision})


@check(
    "GOV004",
    title=_("Body that no clause creates"),
    severity=Severity.WARNING,
    message=_("{subject} exists, but no clause creates it."),
    hint=_("Name the clause of the decision that creates {subject}."),
    source=ORGANISED,
)
def body_without_clause(reading: Reading) -> Iterator[Finding]:
    """A body that is not over names no clause that creates it.

    Nobody can tell on what authority it gives tasks.

    Wrong: a working group "agreed by telephone".
    Right: a working group created by clause 4 of the decision on the steering committee.
    """
    for body in reading.use(mandates).bodies.values():
        if body.created_by is None and (body.to_day is None or body.to_day >= reading.today):
            yield Finding(subject=body)


@check(
    "GOV005",
    title=_("Body ended without a clause"),
    severity=Severity.NOTE,
    message=_("{subject} ends on {last}, but no clause ends it."),
    hint=_("Name the clause that ends {subject}."),
    source=ORGANISED,
)
def body_ended_without_clause(reading: Reading) -> Iterator[Finding]:
    """A body has a last day that no clause sets.

    Later nobody knows who ended it, nor what comes in its place.

    Wrong: a working group with the last day 7 October 2025 and nothing else.
    Right: the same, ended by clause 6 of the decision of 8 October.
    """
    for body in reading.use(mandates).bodies.values():
        if body.to_day is not None and body.ended_by is None:
            yield Finding(subject=body, values={"last": body.to_day})


@check(
    "GOV006",
    title=_("Body below one that does not exist"),
    severity=Severity.WARNING,
    message=_("{subject} stands below {parent}, which is not in force on {day}."),
    hint=_("End {subject} as well, or place it below a body that is in force."),
    source=ORGANISED,
)
def body_below_a_dead_one(reading: Reading) -> Iterator[Finding]:
    """A body in force stands below one that is not.

    It answers to nobody: the commonest leftover of a re-organisation.

    Wrong: the working group goes on after 7 October 2025 below the ministerial committee that ended then.
    Right: it ended with the committee, or a new one stands below the national committee.
    """
    for body in reading.use(mandates).bodies.values():
        if body.parent is None or not body.in_force_on(reading.today):
            continue
        if not body.parent.in_force_on(reading.today):
            yield Finding(subject=body, values={"parent": body.parent, "day": reading.today})


@check(
    "GOV007",
    title=_("Post is vacant"),
    severity=Severity.WARNING,
    message=_("Nobody holds {subject} on {day}; its body is {body}."),
    hint=_("Appoint someone to {subject}."),
    source="DOMAIN 8.2: membership with role, from and to",
)
def post_vacant(reading: Reading) -> Iterator[Finding]:
    """A post of a body in force is held by nobody today.

    Papers wait at a desk where no one sits.

    Wrong: the committee's head left on 1 October 2025 and no successor is entered.
    Right: a successor from 2 October.
    """
    known = reading.use(mandates)
    held = {membership.post_id for membership in known.held(reading.today)}
    for post in known.posts.values():
        if post.body.in_force_on(reading.today) and post.pk not in held:
            yield Finding(subject=post, values={"day": reading.today, "body": post.body})


@check(
    "GOV008",
    title=_("Body without a head"),
    severity=Severity.WARNING,
    message=_("{subject} has no posts: nobody heads it."),
    hint=_("Add the post of its head."),
    source=ORGANISED,
)
def body_without_posts(reading: Reading) -> Iterator[Finding]:
    """A body in force has no post at all, so nobody can answer for it.

    Wrong: a sub-committee that is a name and a list of tasks.
    Right: the sub-committee with the post of its head.
    """
    known = reading.use(mandates)
    for body in known.bodies.values():
        if body.in_force_on(reading.today) and body.pk not in known.posts_of:
            yield Finding(subject=body)


@check(
    "GOV009",
    title=_("One person heads several bodies"),
    severity=Severity.NOTE,
    message=_("{subject}: the same person holds {others} as well, the head posts of other bodies."),
    hint=_("Make sure that this is meant: both bodies may need their head at once."),
    source=ORGANISED,
)
def person_heads_several(reading: Reading) -> Iterator[Finding]:
    """One person holds the head posts of two or more bodies on the same day.

    Often meant, and then worth a waiver; a bottleneck all the same when both must meet in the last week.

    Wrong: the same deputy minister heads the content and the protocol sub-committee.
    Right: each has a head of its own.
    """
    known = reading.use(mandates)
    heads = {post.pk for post in known.heads()}
    by_person: dict[int, list[Membership]] = {}
    for membership in known.held(reading.today):
        if membership.post_id in heads:
            by_person.setdefault(membership.person_id, []).append(membership)
    for memberships in by_person.values():
        posts = list({membership.post_id: membership.post for membership in memberships}.values())
        if len(posts) > 1:
            # The membership is the subject: whoever may not see the person must not learn of the link.
            yield Finding(subject=memberships[0], values={"others": tuple(posts[1:])})


@check(
    "GOV010",
    title=_("Open work owned by a body that is not in force"),
    severity=Severity.ERROR,
    message=_("{subject} is open, but its owner {body} is not in force on {day}."),
    hint=_("Give {subject} to a body in force, or re-organise {body} as a whole."),
    source="DOMAIN R22: a steering committee replaced 17 days before the opening",
)
def owner_not_in_force(reading: Reading) -> Iterator[Finding]:
    """A task or plan duty is open, and the body that owns it has ended or has not begun.

    Work without an owner is work that nobody defends in the next meeting.

    Wrong: on 9 October 2025 a task is still owned by the ministerial committee that ended on the 7th.
    Right: the security sub-committee owns it since the 8th.
    """
    bodies = reading.use(mandates).bodies
    absent = [pk for pk, body in bodies.items() if not body.in_force_on(reading.today)]
    if not absent:
        return
    for kind in OWNED:
        for record in kind.bare_open_owned(reading.event, absent):
            body = bodies[kind.owner_id_of(record) or 0]
            if not _waits_for(body, reading.today):
                yield Finding(subject=record, values={"body": body, "day": reading.today})


def _waits_for(owner: Body, today: date) -> bool:
    """Work given beforehand to a body that is decided and about to begin is in order."""
    return owner.from_day > today and owner.created_by_id is not None


@check(
    "GOV018",
    title=_("Appointment outside the body's life"),
    severity=Severity.WARNING,
    message=_("{subject} runs from {begins} to {ends}, but {body} exists from {first} to {last}."),
    hint=_("Shorten the appointment to the life of {body}."),
    source="DOMAIN 8.2: membership with role, from and to",
)
def membership_outside_life(reading: Reading) -> Iterator[Finding]:
    """An appointment begins before its body does, or goes on after the body's last day.

    Wrong: the head of the ministerial committee holds the post without end, the committee ended on 7 October 2025.
    Right: the appointment ends on 7 October, too.
    """
    further = _("further notice")
    for membership in reading.use(mandates).memberships:
        body = membership.post.body
        too_late = body.to_day is not None and (membership.to_day is None or membership.to_day > body.to_day)
        if membership.from_day < body.from_day or too_late:
            yield Finding(
                subject=membership,
                values={
                    "begins": membership.from_day,
                    "ends": membership.to_day or further,
                    "body": body,
                    "first": body.from_day,
                    "last": body.to_day or further,
                },
            )


@check(
    "GOV024",
    title=_("Two people hold one post"),
    severity=Severity.WARNING,
    message=_("{subject} and {other} hold the same post from {day} on."),
    hint=_("End the earlier appointment the day before the later one begins, or make two posts."),
    source="DOMAIN 8.2: membership with role, from and to",
)
def post_held_twice(reading: Reading) -> Iterator[Finding]:
    """Two appointments to one post overlap in time.

    A post is one seat: of two holders neither knows who signs.

    Wrong: head A without end, head B from 8 October 2025.
    Right: head A until 7 October, head B from the 8th.
    """
    by_post: dict[int, list[Membership]] = {}
    for membership in reading.use(mandates).memberships:
        by_post.setdefault(membership.post_id, []).append(membership)
    for memberships in by_post.values():
        for place, later in enumerate(memberships):
            for earlier in memberships[:place]:
                if earlier.to_day is None or earlier.to_day >= later.from_day:
                    yield Finding(
                        subject=later,
                        values={"other": earlier, "day": later.from_day},
                        discriminator=earlier.key,
                    )
