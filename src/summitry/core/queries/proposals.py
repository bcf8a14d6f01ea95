"""Proposals as their pages show them: base, proposed and now of every action, cut to what the viewer may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from summitry.core.checking import CHECKS
from summitry.core.history import FieldChange, Words
from summitry.core.models import AuditEntry, Change, Event, Proposal, ProposalAction
from summitry.core.proposals.inputs import News, news_of
from summitry.core.proposals.measures import TITLES
from summitry.core.proposals.registry import PROPOSAL_KINDS, metric_titles
from summitry.core.queries.log import action_title
from summitry.core.records import Recorded, Ref, Snapshot, model_of, ref
from summitry.core.viewer import Viewer
from summitry.core.visibility import unseen

OPEN, OUTDATED, DECIDED = "open", "outdated", "decided"


# The list


@dataclass(frozen=True)
class ListedProposal:
    """A row of the list. hidden: how many of its actions the viewer may not see."""

    proposal: Proposal
    kind: str
    outdated: bool
    actions: int


@dataclass(frozen=True)
class ProposalList:
    """The proposals that pass the filter, and how many there are of each kind of state."""

    items: tuple[ListedProposal, ...]
    counts: Mapping[str, int]


def listed(viewer: Viewer, states: Iterable[str]) -> ProposalList:
    """The proposals that the viewer may see, open ones and then the newest first; with `states` only those.

    A constant number of queries.
    """
    assert viewer.event is not None
    rows = list(Proposal.objects.visible_to(viewer).select_related("made_by", "decided_by", "event").order_by("-pk"))
    rows.sort(key=lambda one: one.state != Proposal.State.OPEN)
    news = news_of(rows, viewer.event)
    sizes: dict[int, int] = {}
    for proposal in ProposalAction.objects.filter(proposal__in=rows).values_list("proposal", flat=True):
        sizes[proposal] = sizes.get(proposal, 0) + 1
    found = [
        ListedProposal(one, kind_title(one), news.get(one.pk, News()).outdated, sizes.get(one.pk, 0)) for one in rows
    ]
    counts = {state: sum(1 for one in found if state in _states(one)) for state in (OPEN, OUTDATED, DECIDED)}
    wanted = set(states) & set(counts)
    return ProposalList(tuple(one for one in found if not wanted or wanted & _states(one)), counts)


def _states(one: ListedProposal) -> set[str]:
    if one.proposal.state != Proposal.State.OPEN:
        return {DECIDED}
    return {OPEN, OUTDATED} if one.outdated else {OPEN}


def kind_title(proposal: Proposal) -> str:
    """What the kind of proposal is called; "" for one that a person made by hand."""
    kind = PROPOSAL_KINDS.get(proposal.kind)
    return str(kind.title) if kind is not None else proposal.kind


# One proposal


@dataclass(frozen=True)
class ShownField:
    """One value that would change: as it was, as it is proposed, as it is now. moved: it changed since."""

    title: str
    base: str
    proposed: str
    now: str
    moved: bool


@dataclass(frozen=True)
class ShownRecord:
    """One record that an action would change, make or remove. gone: it is not there any more."""

    kind: str
    subject: Ref
    made: bool
    removed: bool
    gone: bool
    fields: tuple[ShownField, ...]

    @property
    def compared(self) -> tuple[ShownField, ...]:
        """The values to be compared with what stands: none of a record that would be made."""
        return () if self.made else self.fields


@dataclass(frozen=True)
class ShownAction:
    """One row of a proposal in words."""

    row: ProposalAction
    title: str
    records: tuple[ShownRecord, ...]

    @property
    def order(self) -> int:
        return self.row.order

    @property
    def moved(self) -> bool:
        """Whether anything that it would change has changed since."""
        return any(one.gone or any(field.moved for field in one.fields) for one in self.records)

    @property
    def subjects(self) -> str:
        """The keys of the first records that it would change."""
        return ", ".join(one.subject.key for one in self.records[:3])


@dataclass(frozen=True)
class ShownActions:
    """The rows that the viewer may see, and how many they may not."""

    items: tuple[ShownAction, ...]
    hidden: int


def shown_actions(proposal: Proposal, viewer: Viewer) -> ShownActions:
    """The actions of a proposal that the viewer may see. A number of queries that does not grow with their number."""
    rows = list(ProposalAction.objects.filter(proposal=proposal).select_related("proposal__event").order_by("order"))
    hidden = unseen([(row.pk, row.changes) for row in rows], viewer)
    seen = [row for row in rows if row.pk not in hidden]
    reader = _Reader(viewer, [change for row in seen for change in row.changes])
    return ShownActions(tuple(_shown(row, reader) for row in seen), len(hidden))


def _shown(row: ProposalAction, reader: _Reader) -> ShownAction:
    title = row.label or action_title(row.action)
    return ShownAction(row, title, tuple(reader.record(change) for change in row.changes))


class _Reader:
    """Values in words for one viewer: the records as they are now and what they refer to, looked up together."""

    def __init__(self, viewer: Viewer, changes: Sequence[Mapping[str, Any]]) -> None:
        self.words = Words(viewer)
        self.now: dict[tuple[str, int], Recorded] = {}
        wanted: dict[str, set[int]] = {}
        for change in changes:
            if change["pk"] is not None:
                wanted.setdefault(change["label"], set()).add(change["pk"])
        for label, pks in wanted.items():
            rows = model_of(label)._base_manager.filter(pk__in=pks)
            related = [name for name in ("event", "task", "agency") if _has(model_of(label), name)]
            self.now |= {(label, row.pk): row for row in rows.select_related(*related)}
        self.snapshots: dict[tuple[str, int], Snapshot] = {key: row.snapshot() for key, row in self.now.items()}
        by_label: dict[str, list[FieldChange]] = {}
        for change in changes:
            values = self.snapshots.get((change["label"], change["pk"]), {})
            for name, (base, proposed) in change["fields"].items():
                by_label.setdefault(change["label"], []).append(FieldChange(name, "", base, proposed))
                by_label[change["label"]].append(FieldChange(name, "", values.get(name), None))
        for label, fields in by_label.items():
            self.words.prepare(label, [field for field in fields if _has(model_of(label), field.name)])

    def record(self, change: Mapping[str, Any]) -> ShownRecord:
        label, pk = change["label"], change["pk"]
        model, made = model_of(label), pk is None
        stored = self.now.get((label, pk))
        names = {f.attname: str(f.verbose_name) for f in model._meta.concrete_fields}
        fields = tuple(
            self._field(model, names[name], name, values, self.snapshots.get((label, pk)))
            for name, values in change["fields"].items()
            if name in names and not change["removed"]
        )
        subject = ref(stored) if stored is not None else Ref(label, pk or 0, change["key"])
        gone = stored is None and not made
        return ShownRecord(str(model._meta.verbose_name), subject, made, change["removed"], gone, fields)

    def _field(
        self, model: type[Recorded], title: str, name: str, values: Sequence[Any], now: Snapshot | None
    ) -> ShownField:
        base, proposed = values
        present = now.get(name) if now is not None else None
        return ShownField(
            title=title,
            base=self.words.value(model, name, base),
            proposed=self.words.value(model, name, proposed),
            now=self.words.value(model, name, present) if now is not None else "—",
            moved=now is not None and present not in (base, proposed),
        )


def _has(model: type[Recorded], name: str) -> bool:
    return any(name in (f.name, f.attname) for f in model._meta.concrete_fields)


@dataclass(frozen=True)
class ShownMetric:
    """One figure before, after, and as it was recorded when the proposal was accepted."""

    title: str
    before: str
    after: str
    recorded: str
    changed: bool


def shown_metrics(proposal: Proposal) -> list[ShownMetric]:
    """The figures by which the proposal is judged: the core's own, then those of its kind."""
    titles = {**TITLES, **metric_titles(proposal.kind)}
    names = [name for name in titles if name in proposal.metrics_after or name in proposal.metrics_before]
    others = sorted((set(proposal.metrics_before) | set(proposal.metrics_after)) - set(names))
    return [
        ShownMetric(
            title=str(titles.get(name, name)),
            before=_figure(proposal.metrics_before.get(name)),
            after=_figure(proposal.metrics_after.get(name)),
            recorded=_figure(proposal.metrics_recorded.get(name)),
            changed=proposal.metrics_before.get(name) != proposal.metrics_after.get(name),
        )
        for name in (*names, *others)
    ]


def _figure(value: Any) -> str:
    if value is None:
        return "—"
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class ShownFindings:
    """How many open findings a check had before, and would have after."""

    code: str
    title: str
    before: int
    after: int

    @property
    def healed(self) -> bool:
        return self.after < self.before


def shown_findings(proposal: Proposal) -> list[ShownFindings]:
    """The checks whose findings would change in number, healed ones first."""
    codes = set(proposal.findings_before) | set(proposal.findings_after)
    found = [
        ShownFindings(
            code,
            str(CHECKS[code].title) if code in CHECKS else "",
            proposal.findings_before.get(code, 0),
            proposal.findings_after.get(code, 0),
        )
        for code in sorted(codes)
    ]
    return sorted((one for one in found if one.before != one.after), key=lambda one: not one.healed)


def quality(proposal: Proposal) -> str:
    """How good the engine knows its proposal to be, in words; "" where it gave no bound."""
    if proposal.value is None or proposal.bound is None:
        return ""
    gap = proposal.value - proposal.bound
    if gap <= 1e-9 * max(1.0, abs(proposal.value)):
        return _("proven to be the best")
    if proposal.value > 0:
        # xgettext:no-python-format
        return _("at most {percent} % from the best").format(
            percent=f"{100 * gap / proposal.value:.1f}".rstrip("0").rstrip(".")
        )
    return _("at most {gap} from the best").format(gap=f"{gap:g}")


@dataclass(frozen=True)
class Acceptance:
    """One batch in which actions were accepted: its number for undo, when and by whom, and whether newer changes touch
    what it changed (then undo will refuse, unless they were taken back)."""

    batch: UUID
    entry: AuditEntry
    orders: tuple[int, ...]
    newer: bool


def acceptances(proposal: Proposal, event: Event) -> list[Acceptance]:
    """The batches in which something of the proposal was accepted and not undone, oldest first."""
    orders: dict[UUID, list[int]] = {}
    rows = ProposalAction.objects.filter(proposal=proposal, accepted_in__isnull=False).order_by("order")
    for batch, order in rows.values_list("accepted_in", "order"):
        if batch is not None:
            orders.setdefault(batch, []).append(order)
    entries = AuditEntry.objects.filter(chain__event=event, batch__in=orders, action="core.accept_proposal")
    found = []
    for entry in entries.order_by("sequence"):
        own = Change.objects.filter(entry__batch=entry.batch, entry__chain__event=event)
        touched = set(own.values_list("label", "object_id"))
        later = Change.objects.filter(event=event, entry__sequence__gt=entry.sequence)
        newer = not touched.isdisjoint(later.values_list("label", "object_id"))
        found.append(Acceptance(entry.batch, entry, tuple(orders[entry.batch]), newer))
    return found
