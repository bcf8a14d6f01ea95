"""Reading the schedule on a person's behalf: the plan, task rows, and what waits on whom.

Everything here takes a viewer and leaves out, or counts without naming, what that viewer may not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from summitry.core.models import Agency, Event
from summitry.core.outlook import outlook
from summitry.core.viewer import Viewer
from summitry.schedule.models import Baseline, BaselineTask, Coordination, Link, Task
from summitry.schedule.planning import Plan, State, TaskPlan, plan

__all__ = [
    "AgencyWork",
    "Days",
    "Neighbour",
    "Owed",
    "Shift",
    "State",
    "TaskRow",
    "agency_work",
    "compare",
    "days_of",
    "follows",
    "groups_of",
    "plan_of",
    "state_of",
    "task_row",
    "task_rows",
    "waits_for",
]


def plan_of(event: Event) -> Plan:
    """The event's plan as it is now, kept until something changes. Not cut to any viewer."""
    return outlook(event).reading.use(plan)


def state_of(task: Task, solved: Plan) -> State:
    """The state of a task by the facts and the plan; the rules stand in `planning/state.py`."""
    return solved.of(task.pk).state


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One visible task with its plan. `depth` counts the visible groups above it; `open` means not closed or waived."""

    task: Task
    plan: TaskPlan
    lead: Agency | None
    coordinations: tuple[Coordination, ...]
    depth: int

    @property
    def open(self) -> bool:
        return self.plan.state is not State.DONE

    @property
    def agency_ids(self) -> frozenset[int]:
        ids = {row.agency_id for row in self.coordinations}
        return frozenset(ids | {self.lead.pk} if self.lead else ids)


def task_rows(viewer: Viewer, event: Event) -> list[TaskRow]:
    """All visible tasks, groups before their parts, each level in its order. One query besides the kept plan."""
    solved = plan_of(event)
    data = solved.data
    visible = _visible(viewer, solved)
    roots: list[int] = []
    below: dict[int, list[int]] = {}
    for pk in visible:
        above = next((at.pk for at in data.upward(data.tasks[pk]) if at.pk != pk and at.pk in visible), None)
        (roots if above is None else below.setdefault(above, [])).append(pk)
    rows: list[TaskRow] = []
    open_ids = [(pk, 0) for pk in reversed(roots)]
    while open_ids:
        pk, depth = open_ids.pop()
        rows.append(_row(solved, pk, depth))
        open_ids += [(part, depth + 1) for part in reversed(below.get(pk, []))]
    return rows


def task_row(viewer: Viewer, task: Task) -> TaskRow:
    """The row of one visible task."""
    return _row(plan_of(task.event), task.pk, 0)


def _row(solved: Plan, pk: int, depth: int) -> TaskRow:
    task = solved.data.tasks[pk]
    return TaskRow(task, solved.of(pk), task.lead, solved.data.coordinations_of.get(pk, ()), depth)


def _visible(viewer: Viewer, solved: Plan) -> dict[int, None]:
    """Ids of the visible tasks in table order."""
    return {pk: None for pk in solved.data.tasks if viewer.sees_id(Task, pk)}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A link of a task and the row at its other end. `driving`: it is what decides the later task's dates."""

    link: Link
    row: TaskRow
    driving: bool


def waits_for(viewer: Viewer, task: Task) -> tuple[list[Neighbour], int]:
    """What a task waits for, by links of its own and of the groups that hold it; and how many more that are hidden."""
    solved = plan_of(task.event)
    return _neighbours(viewer, solved, task, after=False)


def follows(viewer: Viewer, task: Task) -> tuple[list[Neighbour], int]:
    """What waits for a task; and how many more that are hidden."""
    solved = plan_of(task.event)
    return _neighbours(viewer, solved, task, after=True)


def _neighbours(viewer: Viewer, solved: Plan, task: Task, *, after: bool) -> tuple[list[Neighbour], int]:
    data = solved.data
    own = {at.pk for at in data.upward(data.tasks[task.pk])}
    shown: list[Neighbour] = []
    hidden = 0
    for link in data.links.values():
        here, there = (link.predecessor_id, link.successor_id) if after else (link.successor_id, link.predecessor_id)
        if here not in own:
            continue
        if not viewer.sees_id(Task, there) or not viewer.sees_id(Task, here):
            hidden += 1
            continue
        later = there if after else task.pk
        driving = any(driver.link == link.pk for driver in solved.of(later).drivers)
        shown.append(Neighbour(link, _row(solved, there, 0), driving))
    shown.sort(key=lambda n: (n.row.plan.start or date.max, n.row.task.code))
    return shown, hidden


@dataclass(frozen=True, slots=True)
class Owed:
    """A coordinating deliverable with its task's row. `overdue` by the event's day."""

    coordination: Coordination
    row: TaskRow
    overdue: bool


@dataclass(frozen=True)
class AgencyWork:
    """What an agency (with its units) leads, owes to others, and what of its open work others wait for.

    waiting: (our task's row, the row of another agency's task that waits for it), earliest need first.
    """

    agency: Agency
    leads: tuple[TaskRow, ...]
    owes: tuple[Owed, ...]
    waiting: tuple[tuple[TaskRow, TaskRow], ...]


def agency_work(viewer: Viewer, agency: Agency) -> AgencyWork:
    """An agency's page: "ours, by when, what waits on us"."""
    solved = plan_of(agency.event)
    data = solved.data
    ours = Agency.objects.with_descendants(agency.event, agency.pk)
    rows = {pk: _row(solved, pk, 0) for pk in _visible(viewer, solved)}
    leads = [row for row in rows.values() if row.lead is not None and row.lead.pk in ours]
    leads.sort(key=lambda row: (not row.open, row.plan.deadline or row.plan.finish or date.max, row.task.code))
    owes = [
        Owed(part, rows[part.task_id], _overdue(part, data.today, rows[part.task_id]))
        for part in data.coordinations.values()
        if part.agency_id in ours and part.task_id in rows
    ]
    owes.sort(key=lambda o: (_settled(o.coordination), o.coordination.due or date.max, o.coordination.key))
    waiting = [
        (rows[link.predecessor_id], rows[link.successor_id])
        for link in data.links.values()
        if link.predecessor_id in rows and link.successor_id in rows
    ]
    theirs = [
        (mine, other)
        for mine, other in waiting
        if mine.open and other.open and _led_by(mine, ours) and not _led_by(other, ours)
    ]
    theirs.sort(key=lambda pair: (pair[1].plan.start or date.max, pair[0].task.code, pair[1].task.code))
    return AgencyWork(agency, tuple(leads), tuple(owes), tuple(theirs))


def _led_by(row: TaskRow, agencies: Iterable[int]) -> bool:
    return row.lead is not None and row.lead.pk in agencies


def _settled(part: Coordination) -> bool:
    return part.delivered_on is not None or part.waived_on is not None


def _overdue(part: Coordination, today: date, row: TaskRow) -> bool:
    return row.open and not _settled(part) and part.due is not None and part.due < today


def groups_of(viewer: Viewer, task: Task) -> Iterator[Task]:
    """The visible groups that hold a task, outermost first."""
    data = plan_of(task.event).data
    line = [at for at in data.upward(data.tasks[task.pk]) if at.pk != task.pk and viewer.sees_id(Task, at.pk)]
    return reversed(line)


@dataclass(frozen=True, slots=True)
class Days:
    """A task's first and last day, in a baseline or as forecast now."""

    start: date
    finish: date
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A visible task in two views of the schedule; None where one of them has no dates for it.

    start_days, finish_days: calendar days by which the later view has it later (negative: earlier).
    """

    task: Task
    old: Days | None
    new: Days | None

    @property
    def start_days(self) -> int | None:
        return (self.new.start - self.old.start).days if self.old and self.new else None

    @property
    def finish_days(self) -> int | None:
        return (self.new.finish - self.old.finish).days if self.old and self.new else None

    @property
    def moved(self) -> bool:
        return self.old is None or self.new is None or bool(self.start_days or self.finish_days)


def days_of(viewer: Viewer, event: Event, baseline: Baseline | None) -> dict[int, Days]:
    """The days of all visible tasks by task id: those kept in a baseline, or for None those of the present plan."""
    if baseline is None:
        solved = plan_of(event)
        return {
            pk: Days(row.start, row.finish, row.deadline)
            for pk in _visible(viewer, solved)
            if (row := solved.of(pk)).start is not None and row.finish is not None
        }
    kept = BaselineTask.objects.filter(baseline=baseline).visible_to(viewer)
    return {row.task_id: Days(row.start, row.finish, row.deadline) for row in kept}


def compare(viewer: Viewer, event: Event, old: Baseline | None, new: Baseline | None = None) -> list[Shift]:
    """Two baselines, or a baseline and the present plan (None), task by task in table order. At most three queries."""
    before, after = days_of(viewer, event, old), days_of(viewer, event, new)
    solved = plan_of(event)
    return [
        Shift(solved.data.tasks[pk], before.get(pk), after.get(pk))
        for pk in _visible(viewer, solved)
        if pk in before or pk in after
    ]
