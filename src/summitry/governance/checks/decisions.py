"""Checks about decisions and their clauses."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Finding, Reading, Severity, check
from summitry.governance.checks.reading import mandates
from summitry.governance.models import Decision

DOCUMENTS = "DOMAIN 8.4: type, number, date, signer, version, parent version"


@check(
    "GOV011",
    title=_("Decision amends one that was already replaced"),
    severity=Severity.WARNING,
    message=_("{subject} amends {amended}, which {replacement} had already replaced on {day}."),
    hint=_("Let {subject} amend {replacement}, or ask its author what is meant."),
    source=DOCUMENTS,
)
def amends_a_replaced_one(reading: Reading) -> Iterator[Finding]:
    """A decision amends another that a third had replaced before.

    The amendment changes a text that has no force any more, and so changes nothing.

    Wrong: an amendment of 15 October 2025 to the decision of May that was replaced on 8 October.
    Right: an amendment to the decision of 8 October.
    """
    known = reading.use(mandates)
    for decision in known.decisions.values():
        if decision.amends is None:
            continue
        replacement = known.replaced_on(decision.amends, decision.effective_from)
        if replacement is not None and replacement.pk != decision.pk:
            yield Finding(
                subject=decision,
                values={
                    "amended": decision.amends,
                    "replacement": replacement,
                    "day": replacement.effective_from,
                },
            )


@check(
    "GOV016",
    title=_("Decision without number, date or signer"),
    severity=Severity.WARNING,
    message=_("{subject} has force since {day}, but lacks: {missing}."),
    hint=_("Enter what the signed text says."),
    source=DOCUMENTS,
)
def decision_incomplete(reading: Reading) -> Iterator[Finding]:
    """A decision in force lacks its number, its date or its signer's office.

    Nobody can cite it, and nobody can tell whether it was signed at all.

    Wrong: "the Prime Minister's decision of October" without number and date.
    Right: number, 8 October 2025, Prime Minister.
    """
    names = (("number", _("number")), ("signed_on", _("date")), ("signer_office", _("signer's office")))
    for decision in reading.use(mandates).decisions.values():
        missing = tuple(title for name, title in names if not getattr(decision, name))
        if missing and decision.effective_from <= reading.today:
            yield Finding(subject=decision, values={"day": decision.effective_from, "missing": missing})


@check(
    "GOV017",
    title=_("Clause demands something before its decision"),
    severity=Severity.ERROR,
    message=_("{subject} sets {day}, before its own decision of {decided}."),
    hint=_("Correct the day of the clause or that of the decision."),
    source="DOMAIN 8.4 and 8.5: a clause sets a task's deadline",
)
def clause_before_decision(reading: Reading) -> Iterator[Finding]:
    """A clause sets a day that lies before the decision was signed, or has force.

    A slip of the pen that would make its tasks late from the first day.

    Wrong: the notice of 15 October 2025 demands a report by 10 October.
    Right: it demands it by 20 October.
    """
    for clause in reading.use(mandates).clauses.values():
        decided = clause.decision.signed_on or clause.decision.effective_from
        if clause.sets_date is not None and clause.sets_date < decided:
            yield Finding(subject=clause, values={"day": clause.sets_date, "decided": decided})


@check(
    "GOV019",
    title=_("Two decisions under one number"),
    severity=Severity.WARNING,
    message=_("{subject} bears the number of {other}."),
    hint=_("Compare the two: one of them was entered twice, or its number is wrong."),
    source=DOCUMENTS,
)
def number_twice(reading: Reading) -> Iterator[Finding]:
    """Two decisions of one kind bear the same number.

    Offices number their own papers, so the signer's office is compared, too.

    Wrong: 557/TB-VPCP entered once in October and, by a copying slip, again.
    Right: each number once.
    """
    first: dict[tuple[str, str, str], Decision] = {}
    for decision in sorted(reading.use(mandates).decisions.values(), key=lambda one: (one.effective_from, one.code)):
        if not decision.number:
            continue
        name = (decision.kind, _plain(decision.number), _plain(decision.signer_office))
        if name in first:
            yield Finding(subject=decision, values={"other": first[name]})
        else:
            first[name] = decision


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


@check(
    "GOV022",
    title=_("Decision has force before it was signed"),
    severity=Severity.NOTE,
    message=_("{subject} has force from {force}, {days} days before it was signed on {signed}."),
    hint=_("Make sure that the signed text says so."),
    source=DOCUMENTS,
)
def force_before_signature(reading: Reading) -> Iterator[Finding]:
    """A decision claims force for days before its signature.

    It may be meant so; often it is the date of the draft.

    Wrong: signed on 8 October 2025, effective from 1 October.
    Right: signed and effective on 8 October.
    """
    for decision in reading.use(mandates).decisions.values():
        if decision.signed_on is not None and decision.effective_from < decision.signed_on:
            yield Finding(
                subject=decision,
                values={
                    "force": decision.effective_from,
                    "signed": decision.signed_on,
                    "days": (decision.signed_on - decision.effective_from).days,
                },
            )


@check(
    "GOV023",
    title=_("Decision replaces one that has no force yet"),
    severity=Severity.WARNING,
    message=_("{subject} replaces {replaced}, which has force only later, from {day}."),
    hint=_("Compare the days of the two decisions: they may stand the wrong way round."),
    source=DOCUMENTS,
)
def replaces_a_later_one(reading: Reading) -> Iterator[Finding]:
    """A decision replaces another that begins after it.

    Wrong: a decision of 8 October 2025 replaces one that has force from 15 October.
    Right: the later one replaces the earlier one.
    """
    for decision in reading.use(mandates).decisions.values():
        if decision.replaces is not None and decision.replaces.effective_from > decision.effective_from:
            yield Finding(
                subject=decision,
                values={"replaced": decision.replaces, "day": decision.replaces.effective_from},
            )
