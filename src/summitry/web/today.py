"""What matters today, for one viewer: read from the kept outlook, cut to what they may see."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.core.action import ACTIONS
from summitry.core.checking import Found, Redacted, Severity, seen_by
from summitry.core.models import Agency, AuditEntry, Change, Event
from summitry.core.outlook import Outlook, outlook
from summitry.core.records import Ref, model_of, ref
from summitry.core.rights import Classification
from summitry.core.viewer import Viewer
from summitry.schedule.models import Task
from summitry.schedule.planning import Plan, State, plan
from summitry.schedule.queries import AgencyWork, Owed, TaskRow, agency_work, task_rows
from summitry.web import words

SHOWN_TROUBLE = 12
SHOWN_OWN = 8
SHOWN_MILESTONES = 6
SHOWN_REASONS = 3
SHOWN_FINDINGS = 5
SHOWN_CHANGES = 8
NAMED_RECORDS = 5
# How far back the log is read for changes that this viewer may see.
READ_CHANGES = 120


@dataclass(frozen=True)
class ReadyRow:
    """One objective's readiness with the reasons that the viewer may see. `hidden`: how many more there are."""

    objective: Ref
    percent: int
    reasons: tuple[tuple[Ref, Promise | str], ...]
    more: int
    hidden: int


@dataclass(frozen=True)
class FindingCounts:
    """Open findings by weight, those of the heaviest weight shown, and how many are hidden."""

    errors: int
    warnings: int
    notes: int
    shown: tuple[Found, ...]
    hidden: Redacted

    @property
    def count(self) -> int:
        return self.errors + self.warnings + self.notes


@dataclass
class RecentChange:
    """Actions that were submitted together: who, when, what kind, and the records that the viewer may see."""

    batch: uuid.UUID
    entry: AuditEntry
    titles: list[str] = field(default_factory=list)
    records: list[Ref] = field(default_factory=list)

    @property
    def many(self) -> bool:
        """Too many records to name them: a whole workbook, say."""
        return len(self.records) > NAMED_RECORDS

    @property
    def title(self) -> str:
        more = len(self.titles) - 1
        return self.titles[0] if more <= 0 else _("%(first)s, and %(n)d more") % {"first": self.titles[0], "n": more}


class Today:
    """The page's content. Each part is read when it is asked for; none asks more often for more rows."""

    def __init__(self, viewer: Viewer, event: Event) -> None:
        self.viewer, self.event = viewer, event

    @cached_property
    def outlook(self) -> Outlook:
        return outlook(self.event)

    @cached_property
    def plan(self) -> Plan:
        return self.outlook.reading.use(plan)

    @cached_property
    def rows(self) -> list[TaskRow]:
        """All visible tasks."""
        return task_rows(self.viewer, self.event)

    @cached_property
    def leaves(self) -> list[TaskRow]:
        """The visible tasks and milestones that are worked on, without the groups that hold them."""
        return [row for row in self.rows if not row.plan.group]

    def of_state(self, *states: State) -> list[TaskRow]:
        return [row for row in self.leaves if row.plan.state in states]

    @cached_property
    def is_empty(self) -> bool:
        """Nothing to show yet, and nothing hidden either."""
        return not self.plan.data.tasks and not self.plan.data.agencies

    # The state in words

    @cached_property
    def sentence(self) -> str:
        """ "5 of 45 tasks are late and 9 at risk; readiness 68 %. Next: Full rehearsal, on Thu 23 Oct, at risk." """
        return " ".join(part for part in (self._of_tasks(), self._of_next()) if part)

    def _of_tasks(self) -> str:
        total, late = len(self.leaves), len(self.of_state(State.LATE))
        risk, done = len(self.of_state(State.AT_RISK)), len(self.of_state(State.DONE))
        if not total:
            return _("No task that you may see yet.") if self.plan.data.tasks else _("There is no task yet.")
        if done == total:
            return ngettext("%(n)d task, and it is done.", "All %(n)d tasks are done.", total) % {"n": total}
        text = ngettext("%(late)d of %(n)d task late", "%(late)d of %(n)d tasks late", total)
        if not late:
            text = ngettext("Not one of %(n)d task is late", "None of %(n)d tasks is late", total)
        said = text % {"n": total, "late": late} + _(", %(risk)d at risk, %(done)d done") % {"risk": risk, "done": done}
        ready = self.outlook.ready_percent
        return said + (_("; readiness %(n)d %%.") % {"n": ready} if ready is not None else ".")

    def _of_next(self) -> str:
        if not self.milestones:
            return ""
        row = self.milestones[0]
        return _("Next milestone: %(title)s, %(day)s, %(state)s.") % {
            "title": row.task.title,
            "day": words.day(row.plan.finish),
            "state": row.plan.state.label,
        }

    # What is in trouble

    @cached_property
    def trouble(self) -> list[TaskRow]:
        """Late tasks, then those at risk, then those of which nothing is known; the nearest deadline first."""
        order = {State.LATE: 0, State.AT_RISK: 1, State.NOT_KNOWN: 2}
        return sorted(self.of_state(*order), key=lambda row: (order[row.plan.state], _due(row), row.task.code))

    @property
    def trouble_shown(self) -> list[TaskRow]:
        return self.trouble[:SHOWN_TROUBLE]

    @cached_property
    def loops(self) -> list[list[Ref]]:
        """Loops of links, for which no dates exist; hidden tasks stand in them as themselves, the page redacts."""
        return [
            [ref(self.plan.data.tasks[pk]) for pk in loop if pk in self.plan.data.tasks] for loop in self.plan.loops
        ]

    # What is the viewer's own

    @cached_property
    def agency(self) -> Agency | None:
        """The agency that the viewer speaks for: the one of theirs that is not below another of theirs."""
        own = [agency for pk, agency in self.plan.data.agencies.items() if pk in self.viewer.agency_ids]
        tops = [agency for agency in own if agency.parent_id not in self.viewer.agency_ids]
        return tops[0] if tops else None

    @cached_property
    def own(self) -> AgencyWork | None:
        return agency_work(self.viewer, self.agency) if self.agency else None

    @property
    def own_open(self) -> list[TaskRow]:
        return [row for row in self.own.leads if row.open and not row.plan.group] if self.own else []

    @property
    def owed(self) -> list[Owed]:
        """Coordinating deliverables that are neither in nor waived, of tasks that are open."""
        rows = self.own.owes if self.own else ()
        return [o for o in rows if o.row.open and not (o.coordination.delivered_on or o.coordination.waived_on)]

    @cached_property
    def waiting(self) -> list[tuple[TaskRow, list[TaskRow]]]:
        """Others' tasks that wait for open tasks of ours, the earliest need first, each with those of ours."""
        found: dict[int, tuple[TaskRow, list[TaskRow]]] = {}
        for mine, other in self.own.waiting if self.own else ():
            found.setdefault(other.task.pk, (other, []))[1].append(mine)
        return list(found.values())

    # What comes

    @cached_property
    def milestones(self) -> list[TaskRow]:
        """Open milestones, the next one first."""
        rows = [row for row in self.leaves if row.task.milestone and row.open and row.plan.finish]
        return sorted(rows, key=lambda row: (row.plan.finish or date.max, row.task.code))

    @property
    def milestones_shown(self) -> list[TaskRow]:
        return self.milestones[:SHOWN_MILESTONES]

    # How ready

    @cached_property
    def readiness(self) -> list[ReadyRow]:
        found = []
        for item in self.outlook.readiness:
            seen = [(named, text) for named, text in item.reasons if self._sees(named)]
            shown = tuple(seen[:SHOWN_REASONS])
            hidden = len(item.reasons) - len(seen)
            found.append(ReadyRow(item.subject, item.percent, shown, len(seen) - len(shown), hidden))
        return found

    def _sees(self, named: Ref) -> bool:
        return self.viewer.sees_id(model_of(named.label), named.pk)

    # What the checks say

    @cached_property
    def findings(self) -> FindingCounts:
        seen, hidden = seen_by(self.outlook.findings.open, self.viewer)
        by_weight = {level: [found for found in seen if found.severity is level] for level in Severity}
        heaviest = [*by_weight[Severity.ERROR], *by_weight[Severity.WARNING], *by_weight[Severity.NOTE]]
        return FindingCounts(
            errors=len(by_weight[Severity.ERROR]),
            warnings=len(by_weight[Severity.WARNING]),
            notes=len(by_weight[Severity.NOTE]),
            shown=tuple(heaviest[:SHOWN_FINDINGS]),
            hidden=hidden,
        )

    # What changed

    @cached_property
    def changes(self) -> list[RecentChange]:
        """The newest changes of records that the viewer may see, those submitted together as one. Two queries."""
        rows = Change.objects.filter(event=self.event).annotate(removed=Q(after__isnull=True))
        # Whole snapshots are heavy, and nothing of them is shown here.
        rows = rows.select_related("entry").defer("before", "after", "entry__arguments")
        newest = rows.order_by("-pk")[:READ_CHANGES]
        found: dict[uuid.UUID, RecentChange] = {}
        for change in newest:
            named = self._named(change)
            if named is None:
                continue
            recent = found.get(change.entry.batch)
            if recent is None:
                if len(found) == SHOWN_CHANGES:
                    break
                recent = found[change.entry.batch] = RecentChange(change.entry.batch, change.entry)
            title = _action_title(change.entry.action)
            if title not in recent.titles:
                recent.titles.append(title)
            if named not in recent.records:
                recent.records.append(named)
        return list(found.values())

    def _named(self, change: Change) -> Ref | None:
        """The changed record as the viewer may know of it; None for what is above their right, or removed."""
        if change.removed:  # type: ignore[attr-defined]
            return None
        if change.label == "core.event":
            return Ref(change.label, change.object_id, self.event.slug, self.event.name, self.event.get_absolute_url())
        if not self.viewer.sees_id(model_of(change.label), change.object_id):
            return None
        task = self.plan.data.tasks.get(change.object_id) if change.label == Task._meta.label_lower else None
        return ref(task) if task is not None else Ref(change.label, change.object_id, change.key)

    # How widely this page may be known

    @property
    def classification(self) -> int:
        """The highest classification of the tasks on the page."""
        shown: Iterable[TaskRow] = [*self.trouble_shown, *self.milestones_shown, *self.own_open]
        return max((row.task.classification for row in shown), default=int(Classification.PUBLIC))


def _due(row: TaskRow) -> date:
    return row.plan.deadline or row.plan.finish or date.max


def _action_title(name: str) -> str:
    known = ACTIONS.get(name)
    return str(known.action_title) if known else name
