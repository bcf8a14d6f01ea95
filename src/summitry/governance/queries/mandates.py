"""What decisions rest on and what rests on them: chains of amendment, and what each clause created."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from summitry.core.records import Record
from summitry.core.viewer import Viewer
from summitry.governance.models import Body, Clause, Decision
from summitry.governance.ownership import OWNED, OwnedKind, bound_by, clause_id
from summitry.governance.queries.force import has_force


@dataclass(frozen=True)
class DecisionRow:
    """A decision in a list: whether it has force on the day, and the visible decisions that replaced or amended it."""

    decision: Decision
    in_force: bool
    replaced_by: tuple[Decision, ...] = ()
    amended_by: tuple[Decision, ...] = ()
    amends: Decision | None = None
    replaces: Decision | None = None
    standing: str = ""


def decision_rows(viewer: Viewer, day: date) -> list[DecisionRow]:
    """All visible decisions with how they stand on a day, newest first; one query."""
    every = list(Decision.objects.filter(event=viewer.event).visible_to(viewer).select_related("event"))
    by_id = {decision.pk: decision for decision in every}
    return [
        DecisionRow(
            decision,
            has_force(decision, every, day),
            tuple(other for other in every if other.replaces_id == decision.pk),
            tuple(other for other in every if other.amends_id == decision.pk),
            by_id.get(decision.amends_id or 0),
            by_id.get(decision.replaces_id or 0),
            standing(decision, every, day),
        )
        for decision in sorted(every, key=lambda one: (one.effective_from, one.code), reverse=True)
    ]


def standing(decision: Decision, among: Sequence[Decision], day: date) -> str:
    """How a decision stands on a day: `in_force`, `later`, `ended` or `replaced`."""
    if decision.effective_from > day:
        return "later"
    if has_force(decision, among, day):
        return "in_force"
    ended = decision.effective_to is not None and decision.effective_to < day
    return "ended" if ended else "replaced"


@dataclass(frozen=True)
class ChainLink:
    """One decision of a chain: how it stands on the day, and what it does to which earlier one."""

    decision: Decision
    standing: str
    amends: Decision | None
    replaces: Decision | None
    this: bool


def chain(viewer: Viewer, decision: Decision, day: date) -> list[ChainLink]:
    """The visible decisions that amend or replace one another up to and from this one, earliest first.

    Alone in its chain, a decision gives a list of one. Loops in the data end the walk.
    """
    every = {one.pk: one for one in Decision.objects.filter(event=viewer.event).visible_to(viewer)}
    for one in every.values():
        one.event = decision.event
    neighbours: dict[int, set[int]] = {}
    for one in every.values():
        for earlier in (one.amends_id, one.replaces_id):
            if earlier in every:
                neighbours.setdefault(one.pk, set()).add(earlier)
                neighbours.setdefault(earlier, set()).add(one.pk)
    found, waiting = set(), [decision.pk]
    while waiting:
        pk = waiting.pop()
        if pk in every and pk not in found:
            found.add(pk)
            waiting += neighbours.get(pk, ())
    links = sorted((every[pk] for pk in found), key=lambda one: (one.effective_from, one.code))
    among = list(every.values())
    return [
        ChainLink(
            one,
            standing(one, among, day),
            every.get(one.amends_id or 0),
            every.get(one.replaces_id or 0),
            one.pk == decision.pk,
        )
        for one in links
    ]


@dataclass
class ClauseRow:
    """A clause and what it did: bodies that it creates and ends, and the records that it creates or binds, by kind."""

    clause: Clause
    creates: list[Body] = field(default_factory=list)
    ends: list[Body] = field(default_factory=list)
    records: dict[OwnedKind, list[Record]] = field(default_factory=dict)

    @property
    def kinds(self) -> list[tuple[str, list[Record]]]:
        return [(kind.title, records) for kind, records in self.records.items()]

    @property
    def empty(self) -> bool:
        return not (self.creates or self.ends or self.records)


def clause_rows(viewer: Viewer, decision: Decision) -> list[ClauseRow]:
    """The decision's clauses in their order, each with what it created and ended; a constant number of queries."""
    clauses = Clause.objects.filter(event=viewer.event, decision=decision).visible_to(viewer)
    rows = {clause.pk: ClauseRow(clause) for clause in sorted(clauses, key=lambda one: natural(one.number))}
    for row in rows.values():
        row.clause.decision = decision
    bodies = Body.objects.filter(event=viewer.event).visible_to(viewer).select_related("event")
    for body in bodies.filter(created_by__in=rows):
        rows[body.created_by_id or 0].creates.append(body)
    for body in bodies.filter(ended_by__in=rows):
        rows[body.ended_by_id or 0].ends.append(body)
    if decision.event is not None and rows:
        for kind, name, record in bound_by(decision.event, rows.keys(), viewer):
            records = rows[clause_id(record, name) or 0].records.setdefault(kind, [])
            if record not in records:
                records.append(record)
    return list(rows.values())


def natural(number: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts clause numbers as people count: 2 before 10, 2.1 after 2."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part.casefold())
        for part in number.replace("-", ".").split(".")
    )


def owned_rows(viewer: Viewer, body: Body) -> list[tuple[OwnedKind, list[Record], int]]:
    """What a body owns, by kind: its open records that the viewer may see, and how many visible ones are closed."""
    rows = []
    for kind in OWNED:
        visible = kind.owned(body.event, [body.pk]).visible_to(viewer)
        ids = set(visible.filter(kind.is_open).values_list("pk", flat=True))
        records = list(visible)
        still = [record for record in records if record.pk in ids]
        still.sort(key=lambda record: (kind.due_of(record) or date.max, record.key))
        rows.append((kind, still, len(records) - len(still)))
    return rows
