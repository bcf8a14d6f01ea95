"""From records to the scheduling engine's problem.

Leaves that are still to begin become activities; hubs and waived tasks points without time. Work under way goes on at
once, on the days that the network gives it: it is fixed, and what it uses is granted even beyond what there is and
taken off what is left for the others. Finished work is gone; where a lag still holds something back, a fixed point
stands for its end. `planned_start` limits nothing here: it is the present plan, which the engine may move.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from summitry.engine.network import Activity as Node
from summitry.engine.network import NetworkResult
from summitry.engine.network import solve as solve_network
from summitry.engine.scheduling.model import Activity, Goal, Level, Link, Mode, Resource
from summitry.engine.scheduling.problem import Problem
from summitry.schedule.models import Alternative, Capacity, ResourceCapacity, Task
from summitry.schedule.planning.calendars import EVERYONE
from summitry.schedule.planning.capacity.board import Board
from summitry.schedule.planning.capacity.what_if import what_if
from summitry.schedule.planning.limits import own_way
from summitry.schedule.planning.network import END, Built, build, start_point

PRESENT = "present"
"""Name of the mode in which a task is done now."""
PUBLISHED_WEIGHT = 50
"""Days that other tasks may move before an announced date moves by one."""
OTHER_LEAD_WEIGHT = 5
"""Days of moving that a change of the lead, or of the way of working, is worth."""
LATE_WEIGHT = 1000
"""A day of lateness beside a day by which the chosen milestone comes sooner."""
LONGEST_HORIZON = 5 * 366


class Aim(StrEnum):
    """What is asked of the engine."""

    FEASIBLE = "feasible"
    SHORTEN = "shorten"
    LEVEL = "level"
    REPAIR = "repair"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked, of the whole plan.

    hard: deadlines must hold; otherwise each day late costs its task's weight, before anything else counts.
    milestone: the task that is to come as early as possible (SHORTEN); None for the end of everything.
    level: ids of the agencies whose peak load counts (LEVEL); empty for all.
    before: first days of the plan that changes are counted against, by task id; the plan in force where it is silent.
    """

    aim: Aim
    hard: bool = True
    milestone: int | None = None
    level: frozenset[int] = frozenset()
    before: Mapping[int, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Posed:
    """The problem and what its parts mean.

    movable: ids of tasks that the engine may place. ways: by task id, the alternative behind each mode (None: as now).
    fixed_why: by task id, why it is fixed: "fixed" (its own date), "under_way" or "hidden".
    """

    board: Board
    order: Order
    problem: Problem
    built: Built
    times: NetworkResult
    movable: frozenset[int]
    ways: Mapping[int, tuple[Alternative | None, ...]]
    fixed_why: Mapping[int, str]


def pose(board: Board, order: Order) -> Posed:
    """The engine's problem. No query. `CycleError` and `TooLongError` of the network where it has no dates."""
    return _Poser(board, order).posed()


def desks_name(agency_id: int) -> str:
    return f"desks-{agency_id}"


def resource_name(resource_id: int) -> str:
    return f"resource-{resource_id}"


class _Poser:
    def __init__(self, board: Board, order: Order) -> None:
        self.board, self.order, self.data = board, order, board.data
        self.today = start_point(self.data.today)
        free = {
            task.pk: {"planned_start": None}
            for task in self.data.leaves()
            if task.planned_start is not None and task.pk not in board.hidden
        }
        self.built = build(what_if(self.data, free))
        self.times = solve_network(self.built.network)
        self.now = solve_network(build(self.data).network)
        self.limited = self._limited()
        self.granted: dict[str, list[tuple[int, int, int]]] = {}
        self.ways: dict[int, tuple[Alternative | None, ...]] = {}
        self.fixed_why: dict[int, str] = {}
        self.movable: set[int] = set()

    def _limited(self) -> frozenset[str]:
        """Names of the resources that count."""
        names = {desks_name(pk) for pk, rows in self.board.limits.capacities.items() if rows}
        if self.order.aim is Aim.LEVEL:
            leads = {task.lead_id for task in self.data.leaves() if task.lead_id is not None}
            names |= {desks_name(pk) for pk in leads if not self.order.level or pk in self.order.level}
        return frozenset(names | {resource_name(pk) for pk in self.board.limits.resources})

    def posed(self) -> Posed:
        nodes = [node for node in self.built.network.activities if node.id != END and not node.finished]
        activities = [self._activity(node) for node in nodes]
        anchors, links = self._links({int(node.id) for node in nodes})
        activities += anchors
        starts = [a.fixed_start for a in activities if a.fixed_start is not None]
        begin = min([self.today, *starts])
        # What nothing could be before is no condition: an explanation need not look at it.
        activities = [replace(a, release=None) if a.release == begin else a for a in activities]
        problem = Problem(
            activities=tuple(activities),
            links=tuple(links),
            resources=tuple(self._resources(activities)),
            calendars=tuple(calendar.work for calendar in self.data.calendars.by_name.values()),
            project_start=begin,
            horizon=self._horizon(activities),
            goals=self._goals(),
        )
        return Posed(
            self.board,
            self.order,
            problem,
            self.built,
            self.times,
            frozenset(self.movable),
            self.ways,
            self.fixed_why,
        )

    # Activities

    def _activity(self, node: Node) -> Activity:
        pk = int(node.id)
        if pk < 0 or node.waived:
            mode = Mode(name=PRESENT, duration=0, calendar=node.calendar)
            return Activity(id=pk, modes=(mode,), release=self.today, move_weight=0)
        task = self.data.tasks[pk]
        if node.started:
            return self._fixed(node, task, "under_way")
        if pk in self.board.hidden:
            return self._fixed(node, task, "hidden")
        if node.fixed_start is not None or node.fixed_finish is not None:
            return self._fixed(node, task, "fixed")
        return self._free(node, task)

    def _fixed(self, node: Node, task: Task, why: str) -> Activity:
        """Work whose days are given: the network's own answer. Only one of a fixed date still asks for room."""
        times = self.now[task.pk]
        start = times.early_start if times.resume is None or why != "under_way" else times.resume
        calendar = self.data.calendars.of(task.lead_id).work
        days = 0 if task.milestone else max(0, calendar.count(start, times.early_finish))
        demands = self._demands(task, task.lead_id, task.desks) if days else ()
        if why != "fixed":
            for name, units in demands:
                self.granted.setdefault(name, []).append((start, times.early_finish, units))
            demands = ()
        self.fixed_why[task.pk] = why
        mode = Mode(name=PRESENT, duration=days, calendar=node.calendar, demands=demands)
        return Activity(id=task.pk, modes=(mode,), fixed_start=start, move_weight=0, **self._dates(node, task))

    def _free(self, node: Node, task: Task) -> Activity:
        pk = task.pk
        self.movable.add(pk)
        modes = [
            Mode(
                name=PRESENT,
                duration=node.duration,
                calendar=node.calendar,
                demands=self._demands(task, task.lead_id, task.desks) if node.duration else (),
                unbroken=task.unbroken and not task.milestone,
            )
        ]
        ways: list[Alternative | None] = [None]
        for way in self.board.limits.alternatives_of.get(pk, ()) if not task.milestone else ():
            if own_way(self.data, way):
                continue
            lead = way.lead_id if way.lead_id is not None else task.lead_id
            modes.append(
                Mode(
                    name=f"way-{way.pk}",
                    duration=way.likely,
                    calendar=self.data.calendars.name_of.get(lead, EVERYONE),
                    demands=self._demands(task, lead, way.desks),
                    unbroken=task.unbroken,
                    cost=way.reluctance,
                )
            )
            ways.append(way)
        self.ways[pk] = tuple(ways)
        before = self.order.before.get(pk)
        planned = start_point(before) if before is not None else self.now[pk].early_start
        return Activity(
            id=pk,
            modes=tuple(modes),
            release=max(self.today, start_point(self.data.event.planning_start), node.not_before or self.today),
            # A milestone takes no time and waits for nothing but its work: where it lies is no promise of its own.
            planned_start=None if task.milestone else planned,
            planned_mode=PRESENT,
            move_weight=PUBLISHED_WEIGHT if task.published else 1,
            mode_weight=OTHER_LEAD_WEIGHT,
            priority=task.priority,
            **self._dates(node, task),
        )

    def _dates(self, node: Node, task: Task) -> dict[str, Any]:
        """Deadlines: hard, or as what should be."""
        chosen = self.order.aim is Aim.SHORTEN and task.pk == self.order.milestone
        sooner = {"due": self.today, "due_weight": 1} if chosen else {}
        if node.deadline is None:
            return sooner
        if self.order.hard:
            return {"deadline": node.deadline, **sooner}
        heavy = LATE_WEIGHT if self.order.aim is Aim.SHORTEN and self.order.milestone is not None else 1
        return sooner or {"due": node.deadline, "due_weight": task.priority * heavy}

    def _demands(self, task: Task, lead: int | None, desks: int) -> tuple[tuple[str, int], ...]:
        found = []
        if lead is not None and desks and desks_name(lead) in self.limited:
            found.append((desks_name(lead), desks))
        found += [(resource_name(d.resource_id), d.units) for d in self.board.limits.demands_of.get(task.pk, ())]
        return tuple(found)

    # Links

    def _links(self, present: set[int]) -> tuple[list[Activity], list[Link]]:
        """Links among what is left, and fixed points for the ends of finished work that still hold something back."""
        anchors: dict[str, Activity] = {}
        links: list[Link] = []
        for tie in self.built.network.links:
            before, after = int(tie.predecessor), int(tie.successor)
            if after not in present:
                continue
            # The start of work under way is a fact of the past; its activity stands for what is left.
            begun = tie.kind.from_start and self.fixed_why.get(before) == "under_way"
            if before in present and not begun:
                links.append(Link(predecessor=before, successor=after, kind=tie.kind, lag=tie.lag))
                continue
            if self.fixed_why.get(after) in {"under_way", "hidden"}:
                continue
            times = self.times[before]
            point = times.early_start if tie.kind.from_start else times.early_finish
            calendars = {self.built.activity(after).calendar}
            calendars |= {
                self.data.calendars.name_of.get(way.lead_id, EVERYONE) for way in self.ways.get(after, ()) if way
            }
            works = [self.data.calendars.by_name[name].work for name in calendars]
            if max(work.shift(point, tie.lag) for work in works) <= self.today:
                continue
            name = f"end-{before}-{'s' if tie.kind.from_start else 'f'}"
            calendar = self.data.calendars.name_of.get(self.data.tasks[before].lead_id, EVERYONE)
            mode = Mode(name=PRESENT, duration=0, calendar=calendar)
            anchors[name] = Activity(id=name, modes=(mode,), fixed_start=point, move_weight=0)
            links.append(Link(predecessor=name, successor=after, kind=tie.kind, lag=tie.lag))
        return list(anchors.values()), links

    # Resources

    def _resources(self, activities: Iterable[Activity]) -> Iterator[Resource]:
        used = {name for a in activities for mode in a.modes for name, _ in mode.demands}
        plenty = 1 + sum(units for a in activities for mode in a.modes for _, units in mode.demands)
        for pk in sorted({*self.board.limits.capacities, *self.data.agencies}):
            name = desks_name(pk)
            if name in used:
                yield self._resource(name, self.board.limits.capacities.get(pk, ()), plenty)
        for pk, resource in sorted(self.board.limits.resources.items()):
            if resource_name(pk) in used:
                yield self._resource(resource_name(pk), self.board.limits.periods.get(pk, ()), resource.units)

    def _resource(self, name: str, rows: Iterable[Capacity] | Iterable[ResourceCapacity], usual: int) -> Resource:
        steps: dict[int, int] = {}
        spans = [
            (start_point(row.from_day), None if row.to_day is None else start_point(row.to_day) + 1, row.units)
            for row in rows
        ]
        granted = self.granted.get(name, [])
        edges = {edge for first, last, _ in spans for edge in (first, last) if edge is not None}
        edges |= {edge for first, last, _ in granted for edge in (first, last)}
        for edge in sorted(edges):
            units = next((u for first, last, u in spans if first <= edge and (last is None or edge < last)), usual)
            taken = sum(u for first, last, u in granted if first <= edge < last)
            steps[edge] = max(0, units - taken)
        level = self.order.aim is Aim.LEVEL
        counts = not level or not self.order.level or name in {desks_name(pk) for pk in self.order.level}
        return Resource(name=name, capacity=usual, changes=tuple(steps.items()), level_weight=1 if counts else 0)

    # The whole

    def _horizon(self, activities: Iterable[Activity]) -> int:
        """A point by which all would be done one after another, within what a plan can sensibly span."""
        points = [self.today, *(times.early_finish for times in self.now.values())]
        days = 0
        for a in activities:
            points += [point for point in (a.deadline, a.due, a.fixed_start, a.release) if point is not None]
            days += max(mode.duration for mode in a.modes) if a.fixed_start is None else 0
        for rows in self.board.limits.capacities.values():
            points += [start_point(row.to_day) + 1 for row in rows if row.to_day is not None]
        for periods in self.board.limits.periods.values():
            points += [start_point(row.to_day) + 1 for row in periods if row.to_day is not None]
        return max(points) + min(2 * days + 31, LONGEST_HORIZON)

    def _goals(self) -> tuple[Level, ...]:
        least_change: Level = ((Goal.CHANGE, 1), (Goal.COST, 1))
        lateness: tuple[Level, ...] = () if self.order.hard else (((Goal.LATENESS, 1),),)
        match self.order.aim:
            case Aim.SHORTEN if self.order.milestone is not None:
                return ((Goal.LATENESS, 1),), least_change
            case Aim.SHORTEN:
                return *lateness, ((Goal.MAKESPAN, 1),), least_change
            case Aim.LEVEL:
                return *lateness, ((Goal.LEVEL, 1),), least_change
            case _:
                return *lateness, least_change
