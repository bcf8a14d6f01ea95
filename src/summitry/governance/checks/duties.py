"""Checks about plan duties: more than 30 units and about 100 plans in the reference event."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.governance.checks.reading import mandates
from summitry.governance.models import PlanDuty

UNIT_PLANS = "DOMAIN R23: more than 30 units, about 100 plans"


@check(
    "GOV012",
    title=_("Plan is overdue"),
    severity=Severity.ERROR,
    message=_("{subject} was due on {due}, {days} days ago, and no approved plan exists."),
    hint=_("Ask the agency for its plan, approve what was handed in, or move the day by an amendment."),
    source=UNIT_PLANS,
)
def plan_overdue(reading: Reading) -> Iterator[Finding]:
    """The day on which a plan was due has passed, and none is approved.

    What that unit covers is covered by nobody until then.

    Wrong: due on 3 October 2025; on 6 October handed in or not, but not approved.
    Right: approved on 2 October, naming the issued plan.
    """
    for duty in reading.use(mandates).duties:
        if duty.approved_on is None and duty.due < reading.today:
            yield Finding(subject=duty, values={"due": duty.due, "days": (reading.today - duty.due).days})


@check(
    "GOV013",
    title=_("Plan rests on a decision that was replaced"),
    severity=Severity.WARNING,
    message=_("{subject} rests on {old}, which {new} replaced on {day}."),
    hint=_("Let the agency bring its plan in line with {new}, and name the clause of {new}."),
    source=UNIT_PLANS,
)
def plan_on_superseded_parent(reading: Reading) -> Iterator[Finding]:
    """A duty rests on a clause of a plan or decision that a newer one has replaced.

    The unit's plan answers a general plan that is no longer the general plan.

    Wrong: a unit's plan under version 1 of the general plan, version 2 has force since 1 October 2025.
    Right: the same duty under the clause of version 2.
    """
    known = reading.use(mandates)
    for duty in known.duties:
        if duty.mandate is None:
            continue
        newer = known.replaced_on(duty.mandate.decision, reading.today)
        if newer is not None:
            yield Finding(
                subject=duty,
                values={"old": duty.mandate.decision, "new": newer, "day": newer.effective_from},
            )


@check(
    "GOV014",
    title=_("One plan meets two duties"),
    severity=Severity.ERROR,
    message=_("{subject} claims the plan {plan}, which also meets {other}."),
    hint=_("Name for each duty the plan that was issued for it."),
    source=UNIT_PLANS,
)
def plan_claimed_twice(reading: Reading) -> Iterator[Finding]:
    """Two duties name the same plan as theirs.

    One of the two units has no plan of its own.

    Wrong: the traffic police and the city police both name plan 12 as approved.
    Right: each names its own.
    """
    first: dict[int, PlanDuty] = {}
    for duty in sorted(reading.use(mandates).duties, key=lambda one: one.code):
        if duty.plan is None:
            continue
        if duty.plan.pk in first:
            yield Finding(subject=duty, values={"plan": duty.plan, "other": first[duty.plan.pk]})
        else:
            first[duty.plan.pk] = duty


@check(
    "GOV015",
    title=_("Plan duty without a clause"),
    severity=Severity.WARNING,
    message=_("No clause says that {subject} is owed."),
    hint=_("Name the clause of the general plan that demands it."),
    source=UNIT_PLANS,
)
def duty_without_clause(reading: Reading) -> Iterator[Finding]:
    """A plan is owed, but no clause says so.

    An agency may fairly answer that nobody asked it.

    Wrong: a duty that was typed in after a telephone call.
    Right: the same duty under clause 3 of the general plan.
    """
    for duty in reading.use(mandates).duties:
        if duty.mandate is None:
            yield Finding(subject=duty)


@check(
    "GOV020",
    title=_("Approved plan is no longer in force"),
    severity=Severity.ERROR,
    message=_("{subject} is met by {plan}, which no longer has force."),
    hint=_("Approve the version that has force."),
    source=UNIT_PLANS,
)
def plan_no_longer_in_force(reading: Reading) -> Iterator[Finding]:
    """The plan that a duty names as approved has ended or was replaced by a newer version.

    Units would work by a paper that their superiors have withdrawn.

    Wrong: the duty names version 1 of the escort plan, version 2 replaced it on 5 October 2025.
    Right: it names version 2.
    """
    known = reading.use(mandates)
    for duty in known.duties:
        if duty.plan is None or duty.plan.effective_from > reading.today:
            continue
        if not known.has_force(duty.plan, reading.today):
            yield Finding(subject=duty, values={"plan": duty.plan})


@check(
    "GOV021",
    title=_("Plan is due too late"),
    severity=Severity.ERROR,
    message=_("{subject} is due on {due}, but the event opens on {opening}."),
    hint=_("Set a day that leaves time to approve, to brief and to rehearse."),
    source=UNIT_PLANS,
)
def plan_due_after_opening(reading: Reading) -> Iterator[Finding]:
    """A plan is due on or after the opening day: too late to be of use.

    Wrong: due on 27 October 2025, opening on the 25th.
    Right: due on 3 October.
    """
    for duty in reading.use(mandates).duties:
        if duty.due >= reading.event.opening_day and duty.approved_on is None:
            yield Finding(subject=duty, values={"due": duty.due, "opening": reading.event.opening_day})


@check(
    "GOV025",
    title=_("Plan is due before its clause has force"),
    severity=Severity.WARNING,
    message=_("{subject} is due on {due}, but {decision}, which demands it, has force only from {force}."),
    hint=_("Correct the day of {subject}, or name the clause that really demands it."),
    source=UNIT_PLANS,
)
def plan_due_before_its_clause(reading: Reading) -> Iterator[Finding]:
    """A plan is due before the decision that demands it has force.

    Wrong: due on 25 August 2025 under the general plan of 29 August.
    Right: due on 3 October.
    """
    for duty in reading.use(mandates).duties:
        if duty.mandate is not None and duty.due < duty.mandate.decision.effective_from:
            decision = duty.mandate.decision
            yield Finding(
                subject=duty, values={"due": duty.due, "decision": decision, "force": decision.effective_from}
            )


@check(
    "GOV026",
    title=_("Approved plan is not named"),
    severity=Severity.NOTE,
    message=_("{subject} counts as approved on {day}, but names no issued plan."),
    hint=_("File the issued plan and name it in the approval."),
    source=UNIT_PLANS,
)
def approved_plan_not_named(reading: Reading) -> Iterator[Finding]:
    """A duty counts as approved, but the plan that meets it is not named.

    Nobody can open the plan, nor tell whether a later version replaced it.

    Wrong: approved on 26 September 2025, plan empty.
    Right: approved on 26 September, plan 12 of the city police.
    """
    for duty in reading.use(mandates).duties:
        if duty.approved_on is not None and duty.plan is None:
            yield Finding(subject=duty, values={"day": duty.approved_on})
