"""The task table's rows: visible tasks with their plan, parts and findings, from the kept outlook.

Nothing is computed again: the plan and the findings come from `outlook(event)`, the records from the reading behind
it. What a viewer may not see is left out here, before any page, file or count is made of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from summitry.core.checking import Found, seen_by
from summitry.core.models import Agency, Event
from summitry.core.outlook import Outlook, outlook
from summitry.core.viewer import Viewer
from summitry.governance.models import Body
from summitry.schedule.models import Coordination, Objective, Task
from summitry.schedule.planning import Plan, ScheduleData, State, TaskPlan, load, plan
from summitry.schedule.queries import task_rows

DEEPEST = 6
"""Levels of the tree that are told apart by their indent."""


@dataclass(frozen=True)
class Row:
    """One visible task as lists show it.

    depth: how many visible groups hold it. ancestors: their codes, outermost first.
    owed, delivered: coordinating deliverables that are not waived, and those of them that are in.
    ours: the viewer's agency, or a unit below it, leads it or takes part.
    """

    task: Task
    plan: TaskPlan
    lead: Agency | None
    objective: Objective | None
    owner: Body | None
    coordinations: tuple[Coordination, ...]
    findings: tuple[Found, ...]
    ancestors: tuple[str, ...]
    group: bool
    ours: bool

    @property
    def depth(self) -> int:
        return min(len(self.ancestors), DEEPEST)

    @property
    def state(self) -> State:
        return self.plan.state

    @property
    def start(self) -> date | None:
        return self.plan.start

    @property
    def finish(self) -> date | None:
        return self.plan.finish

    @property
    def total_float(self) -> int | None:
        return self.plan.total_float

    @property
    def owed(self) -> int:
        return sum(part.waived_on is None for part in self.coordinations)

    @property
    def delivered(self) -> int:
        return sum(part.waived_on is None and part.delivered_on is not None for part in self.coordinations)

    @property
    def days_late(self) -> int:
        """Calendar days by which the open task is expected after its deadline; 0 when it is not."""
        if not self.task.open or not self.plan.late or self.plan.deadline is None or self.finish is None:
            return 0
        return (self.finish - self.plan.deadline).days

    @property
    def worst(self) -> str:
        """The name of the gravest severity among its findings: error, warning, note; empty where there are none."""
        return max(found.severity for found in self.findings).name.lower() if self.findings else ""

    @cached_property
    def words(self) -> str:
        """What a search in the table looks at."""
        task = self.task
        return "\n".join((task.code, task.title, task.title_national, task.deliverable)).casefold()


class Rows:
    """All rows that a viewer may see, in the order of the tree, and what they were made from."""

    def __init__(self, event: Event, viewer: Viewer) -> None:
        self.event, self.viewer = event, viewer
        self.outlook: Outlook = outlook(event)
        self.data: ScheduleData = self.outlook.reading.use(load)
        self.plan: Plan = self.outlook.reading.use(plan)
        self.objectives = {row.pk: row for row in Objective.objects.filter(event=event).visible_to(viewer)}
        self.bodies = {row.pk: row for row in Body.objects.filter(event=event).visible_to(viewer)}
        self.agencies = {pk: row for pk, row in self.data.agencies.items() if viewer.sees(row)}
        self.visible = viewer.visible_ids(Task)
        self.findings_of = self._findings()
        self.all: tuple[Row, ...] = tuple(self._walk())
        self.by_id: Mapping[int, Row] = {row.task.pk: row for row in self.all}

    def __iter__(self) -> Iterator[Row]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    @cached_property
    def leaves(self) -> tuple[Row, ...]:
        """Tasks and milestones that have no parts: what counts."""
        return tuple(row for row in self.all if not row.group)

    @cached_property
    def units(self) -> Mapping[str, frozenset[int]]:
        """By agency code, the ids of the agency and of all units below it."""
        below: dict[int, set[int]] = {pk: {pk} for pk in self.agencies}
        for pk in self.agencies:
            seen, at = {pk}, self.agencies[pk].parent_id
            while at is not None and at in below and at not in seen:
                below[at].add(pk)
                seen.add(at)
                at = self.agencies[at].parent_id
        return {self.agencies[pk].code: frozenset(ids) for pk, ids in below.items()}

    def counts(self) -> Counter[State]:
        """Leaves by state."""
        return Counter(row.state for row in self.leaves)

    def _findings(self) -> Mapping[int, tuple[Found, ...]]:
        """Open findings by the tasks that they name, directly or through a coordination or a link."""
        shown, _hidden = seen_by(self.outlook.findings.open, self.viewer)
        by_task: dict[int, list[Found]] = {}
        for found in shown:
            for pk in tasks_named(found, self.data):
                by_task.setdefault(pk, []).append(found)
        return {pk: tuple(items) for pk, items in by_task.items()}

    def _walk(self) -> Iterator[Row]:
        """The tree depth first. A part of a hidden group stands below the next group that the viewer sees."""
        line: list[str] = []
        given: set[int] = set()
        for base in task_rows(self.viewer, self.event):
            del line[base.depth :]
            yield self._row(base.task, tuple(line))
            line.append(base.task.code)
            given.add(base.task.pk)
        # Groups that hold one another have no top; a check names them, and they must not vanish from the table.
        for task in self.data.tasks.values():
            if task.pk in self.visible and task.pk not in given:
                yield self._row(task, ())

    def _row(self, task: Task, ancestors: tuple[str, ...]) -> Row:
        coordinations = self.data.coordinations_of.get(task.pk, ())
        mine = self.viewer.agency_ids
        return Row(
            task=task,
            plan=self.plan.of(task.pk),
            lead=self.agencies.get(task.lead_id) if task.lead_id else None,
            objective=self.objectives.get(task.objective_id) if task.objective_id else None,
            owner=self.bodies.get(task.owner_id) if task.owner_id else None,
            coordinations=coordinations,
            findings=self.findings_of.get(task.pk, ()),
            ancestors=ancestors,
            group=self.data.is_group(task.pk),
            ours=task.lead_id in mine or any(part.agency_id in mine for part in coordinations),
        )


def tasks_named(found: Found, data: ScheduleData) -> set[int]:
    """The ids of the tasks that a finding speaks about."""
    ids: set[int] = set()
    if found.subject.label.startswith("core."):
        return ids  # An agency's or a calendar's finding names tasks as examples; it is not theirs.
    for named in found.refs:
        if named.label == "schedule.task":
            ids.add(named.pk)
        elif named.label == "schedule.coordination" and named.pk in data.coordinations:
            ids.add(data.coordinations[named.pk].task_id)
        elif named.label == "schedule.link" and named.pk in data.links:
            ids |= {data.links[named.pk].predecessor_id, data.links[named.pk].successor_id}
    return ids


def natural(code: str) -> tuple[tuple[bool, int, str], ...]:
    """Order codes as people do: T2 before T10."""
    return tuple(
        (not part.isdecimal(), int(part) if part.isdecimal() and part.isascii() else 0, part.casefold())
        for part in re.findall(r"[0-9]+|[^0-9]+", code)
    )
