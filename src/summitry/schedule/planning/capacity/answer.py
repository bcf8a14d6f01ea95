"""From the engine's schedule to what changes in the records, checked by planning the changed records anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from summitry.engine.network import Activity as Node
from summitry.engine.network import solve as solve_network
from summitry.engine.scheduling.result import Schedule
from summitry.schedule.models import Alternative, Task
from summitry.schedule.planning.capacity.posing import Posed
from summitry.schedule.planning.capacity.what_if import what_if
from summitry.schedule.planning.network import build, date_at, start_point
from summitry.schedule.planning.plan import Plan, TaskPlan
from summitry.schedule.planning.solving import solve_data


@dataclass(frozen=True)
class ProposedChange:
    """What becomes of one task.

    place: whether its planned start is set (`start`) or cleared (None). way: the alternative that it is done by.
    before, after: its part of the present plan and of the proposed one.
    """

    task: Task
    place: bool
    start: date | None
    way: Alternative | None
    before: TaskPlan
    after: TaskPlan


@dataclass(frozen=True)
class Answer:
    """What the engine's schedule means.

    changes: of the tasks whose records change. after: the plan that the changed records give. astray: ids of tasks that
    the network would put on other days than the engine did; empty as long as both reckon alike.
    """

    posed: Posed
    changes: tuple[ProposedChange, ...]
    after: Plan
    astray: tuple[int, ...]

    @property
    def moved(self) -> tuple[int, ...]:
        """Ids of leaves whose dates differ from the present plan."""
        return tuple(pk for pk in self.after.rows if not self.after.of(pk).group and self._differs(pk))

    def _differs(self, pk: int) -> bool:
        old, new = self.posed.board.present.of(pk), self.after.of(pk)
        return (old.start, old.finish) != (new.start, new.finish)


def read(posed: Posed, schedule: Schedule) -> Answer:
    """The fewest planned starts that make the network give the schedule's days. No query."""
    board = posed.board
    place = posed.problem.place
    wanted = {pk: schedule.starts[place[pk]] for pk in posed.movable}
    ways = {pk: posed.ways[pk][schedule.modes[place[pk]]] for pk in posed.movable}
    values: dict[int, dict[str, Any]] = {}
    for pk in posed.movable:
        task, way = board.data.tasks[pk], ways[pk]
        # A milestone takes nothing that could run out: it comes as early as its work allows.
        values[pk] = {"planned_start": None if task.milestone else date_at(wanted[pk])}
        if way is not None:
            values[pk] |= of_way(task, way)
    needed = set(_held_back(posed, values, wanted))
    chosen: dict[int, dict[str, Any]] = {}
    for pk, new in values.items():
        task = board.data.tasks[pk]
        if pk not in needed:
            new["planned_start"] = _harmless(task, wanted[pk])
        before = {name: getattr(task, name) for name in new}
        if new != before:
            chosen[pk] = new
    after = solve_data(what_if(board.data, chosen))
    changes = tuple(
        ProposedChange(
            task=board.data.tasks[pk],
            place="planned_start" in new and new["planned_start"] != board.data.tasks[pk].planned_start,
            start=new["planned_start"],
            way=ways[pk],
            before=board.present.of(pk),
            after=after.of(pk),
        )
        for pk, new in sorted(chosen.items(), key=lambda item: (wanted[item[0]], board.data.tasks[item[0]].code))
    )
    return Answer(posed, changes, after, tuple(_astray(posed, schedule, after)))


def of_way(task: Task, way: Alternative) -> dict[str, Any]:
    """The values that `schedule.choose_alternative` gives a task."""
    values = {name: getattr(way, name) for name in ("optimistic", "likely", "pessimistic", "desks")}
    return {**values, "lead_id": way.lead_id if way.lead_id is not None else task.lead_id}


def _harmless(task: Task, wanted: int) -> date | None:
    """The planned start of a task that its links bring to its day anyway: it stays unless it is too late for it."""
    if task.planned_start is not None and not task.milestone and start_point(task.planned_start) <= wanted:
        return task.planned_start
    return None


def _held_back(posed: Posed, values: Mapping[int, Mapping[str, Any]], wanted: Mapping[int, int]) -> Iterator[int]:
    """Ids of the tasks that would begin earlier than wanted if nothing but links and limits held them."""
    data = what_if(posed.board.data, values)
    network = build(data).network
    nodes: dict[int, Node] = {int(node.id): node for node in network.activities}
    limits: dict[int, Node] = {int(node.id): node for node in posed.built.network.activities}
    times = solve_network(network)
    ties: dict[int, list[Any]] = {}
    for tie in network.links:
        ties.setdefault(int(tie.successor), []).append(tie)
    for pk, point in wanted.items():
        task = data.tasks[pk]
        if task.milestone:
            continue
        calendar = data.calendars.of(task.lead_id).work
        soonest = max(start_point(data.today), start_point(data.event.planning_start), limits[pk].not_before or 0)
        for tie in ties.get(pk, ()):
            before = times[tie.predecessor]
            end = calendar.shift(before.early_start if tie.kind.from_start else before.early_finish, tie.lag)
            if tie.kind.to_finish and nodes[pk].duration:
                end = calendar.start(end, nodes[pk].duration)
            soonest = max(soonest, end)
        if calendar.next_working(soonest) < point:
            yield pk


def _astray(posed: Posed, schedule: Schedule, after: Plan) -> Iterator[int]:
    for activity, start, finish in zip(posed.problem.activities, schedule.starts, schedule.finishes, strict=True):
        pk = activity.id
        if not isinstance(pk, int) or pk not in posed.movable or posed.board.data.tasks[pk].milestone:
            continue
        row = after.of(pk)
        if (row.start, row.finish) != (date_at(start), date_at(finish - 1)):
            yield pk


def actions_of(changes: Iterable[ProposedChange]) -> Iterator[tuple[ProposedChange, str, dict[str, Any]]]:
    """For each change the names and arguments of the actions that carry it out, the way of working first."""
    for change in changes:
        code = change.task.code
        if change.way is not None:
            yield change, "schedule.choose_alternative", {"task": code, "code": change.way.code}
        if change.place:
            start = change.start.isoformat() if change.start is not None else None
            yield change, "schedule.place_task", {"code": code, "start": start}
