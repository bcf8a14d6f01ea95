"""Every address of the product, and arguments that fill it: what the visibility tests walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from summitry.core import clock
from summitry.core.action import submit
from summitry.core.actions import MakeProposal, ProposedAction, RejectProposal
from summitry.core.checking import CHECKS
from summitry.core.models import Access, AuditEntry, Event, Job, Proposal
from summitry.core.outlook import outlook
from summitry.core.records import Record, model_of
from summitry.core.rights import Role
from summitry.core.viewer import system_viewer, viewer_for
from summitry.schedule.actions import SetEstimates
from summitry.schedule.models import Task


@dataclass(frozen=True)
class Address:
    """A named pattern and the names of its arguments."""

    name: str
    arguments: tuple[str, ...]

    @property
    def of_event(self) -> bool:
        return "slug" in self.arguments


def addresses() -> list[Address]:
    """All named patterns of the product, in order."""
    return sorted(_below(get_resolver(), "", ()), key=lambda address: address.name)


def _below(resolver: URLResolver, namespace: str, arguments: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        own = (*arguments, *(pattern.pattern.converters or pattern.pattern.regex.groupindex))
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _below(pattern, inner, own)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name: the visibility tests could not walk it"
            yield Address(f"{namespace}{pattern.name}", own)


# By address: the kind of record that fills it. An address that is not here and is not told apart below has its kind
# in its name (`schedule:edit_task`, `core:change_agency`).
KINDS = {
    "core:download": "core.document",
    "core:remove_exceptional_day": "core.calendarexception",
    "core:end_waiver": "core.waiver",
    "governance:appoint": "governance.post",
    "governance:appointment_edit": "governance.membership",
    "governance:appointment_remove": "governance.membership",
    "governance:clause_new": "governance.decision",
    "governance:post_new": "governance.body",
    "schedule:agency": "core.agency",
    "schedule:new_alternative": "schedule.task",
    "schedule:new_demand": "schedule.task",
    "schedule:new_period": "schedule.resource",
    "schedule:plan_start": "schedule.task",
    "schedule:edit_estimates": "schedule.task",
    "schedule:new_evidence": "schedule.task",
    "schedule:new_link": "schedule.task",
    "schedule:new_part": "schedule.task",
    "schedule:relax_deadline": "schedule.task",
    "schedule:relax_desks": "core.agency",
    "schedule:relax_start": "schedule.task",
    "schedule:relax_units": "schedule.resource",
    "schedule:reschedule": "schedule.task",
    "schedule:remove_view": "core.savedview",
}
WORDS = {
    "agency": "core.agency",
    "alternative": "schedule.alternative",
    "capacity": "schedule.capacity",
    "demand": "schedule.demand",
    "period": "schedule.resourcecapacity",
    "resource": "schedule.resource",
    "risk": "schedule.riskevent",
    "scenario": "schedule.scenario",
    "baseline": "schedule.baseline",
    "body": "governance.body",
    "clause": "governance.clause",
    "criterion": "schedule.criterion",
    "decision": "governance.decision",
    "document": "core.document",
    "duty": "governance.planduty",
    "evidence": "schedule.evidence",
    "link": "schedule.link",
    "objective": "schedule.objective",
    "part": "schedule.coordination",
    "person": "core.person",
    "post": "governance.post",
    "proposal": "core.proposal",
    "task": "schedule.task",
}
WITH_HISTORY = tuple(
    sorted({*WORDS.values(), "core.calendarexception", "core.proposalaction", "governance.membership"})
)


def kind_of(address: Address) -> str:
    """The label of the records that fill an address."""
    if address.name in KINDS:
        return KINDS[address.name]
    words = address.name.split(":")[1].split("_")
    found = [WORDS[word] for word in words if word in WORDS]
    assert len(found) == 1, f"{address.name}: say in tests/security/walk.py which records fill it"
    return found[0]


def records(event: Event, label: str, most: int | None = None) -> list[Record]:
    """All records of a kind, whoever may see them; with `most`, as many, of different classification first."""
    rows = list(model_of(label)._base_manager.filter(event=event).order_by("pk"))
    if most is None or len(rows) <= most:
        return rows
    by_level: dict[int, Record] = {}
    for row in rows:
        by_level.setdefault(getattr(row, "classification", -1), row)
    ends = [by_level[level] for level in sorted(by_level)]
    return (ends[:1] + ends[-1:] if len(ends) > 1 else rows)[:most]


def urls(event: Event, address: Address, most: int | None = None) -> Iterator[tuple[str, Record | None]]:
    """The address filled with every record of its kind (or `most`), and that record."""
    names = tuple(name for name in address.arguments if name != "slug")
    base = {"slug": event.slug} if address.of_event else {}
    if not names:
        yield reverse(address.name, kwargs=base), None
    elif address.name in {"core:job", "core:job_live", "core:end_job"}:
        # Jobs are no records: who sees which is tested in tests/core.
        more = {"how": "cancel"} if "how" in names else {}
        for pk in Job.objects.filter(event=event).order_by("pk").values_list("pk", flat=True)[: most or 5]:
            yield reverse(address.name, kwargs={**base, "pk": pk, **more}), None
    elif names == ("kind",):
        for kind in ("csv", "jsonl"):
            yield reverse(address.name, kwargs={**base, "kind": kind}), None
    elif names == ("batch",):
        batches = AuditEntry.objects.filter(chain__event=event).order_by("pk").values_list("batch", flat=True)
        for batch in list(dict.fromkeys(batches))[-(most or 3) :]:
            yield reverse(address.name, kwargs={**base, "batch": batch}), None
    elif names == ("username",):
        for access in Access.objects.filter(event=event).select_related("account")[: most or 3]:
            yield reverse(address.name, kwargs={**base, "username": access.account.username}), None
    elif names == ("command",):
        for command in ("feasible", "what-if", "absent"):
            yield reverse(address.name, kwargs={**base, "command": command}), None
    elif address.name in {"schedule:planner_run", "schedule:keep_run"}:
        for row in Job.objects.filter(event=event).order_by("pk")[: most or 3]:
            yield reverse(address.name, kwargs={**base, "pk": row.pk}), None
        yield reverse(address.name, kwargs={**base, "pk": 999_999_999}), None
    elif address.name in {"core:check", "core:waive_all"}:
        for code in sorted(CHECKS)[:: 1 if most is None else 25]:
            yield reverse(address.name, kwargs={**base, "code": code}), None
    elif names == ("code", "label", "pk"):
        for found in outlook(event).findings.items[: most or 5]:
            values = {"code": found.code, "label": found.subject.label, "pk": found.subject.pk}
            yield reverse(address.name, kwargs={**base, **values}), None
    elif names == ("label", "pk"):
        for label in WITH_HISTORY:
            for record in records(event, label, most):
                yield reverse(address.name, kwargs={**base, "label": label, "pk": record.pk}), record
    else:
        for record in records(event, kind_of(address), most):
            values = {name: _argument(record, name) for name in names}
            yield reverse(address.name, kwargs={**base, **values}), record


def _argument(record: Record, name: str) -> object:
    if record._meta.label_lower == "governance.clause" and name == "code":
        return record.decision.code  # type: ignore[attr-defined]
    return getattr(record, name)


def furnish(event: Event) -> None:
    """Give an event what the reference event is born without: proposals, open and decided, and jobs of every state."""
    planner = Access.objects.select_related("account").filter(event=event, role=Role.PLANNER).first()
    viewer = viewer_for(planner.account, event) if planner is not None else system_viewer(event)
    now = clock.system_now()
    for state in Job.State.values:
        Job.objects.create(
            event=event, kind="test.gone", state=state, requested_by=viewer.account, created_at=now, due_at=now
        )
    leaves = Task.objects.filter(event=event, parts__isnull=True, milestone=False, closed_on__isnull=True)
    leaves = leaves.filter(waived_on__isnull=True, started_on__isnull=True)
    for task in [*leaves.order_by("-classification", "pk")[:1], *leaves.order_by("classification", "pk")[:3]]:
        rows = [ProposedAction.of(SetEstimates(code=task.code, likely=task.likely + 1))]
        submit([MakeProposal(title="Longer", actions=rows)], viewer=system_viewer(event), event=event)
    last = Proposal.objects.filter(event=event).order_by("pk").last()
    if last is not None:
        submit([RejectProposal(code=last.code, reason="No.")], viewer=system_viewer(event), event=event)
