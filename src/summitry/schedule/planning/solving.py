"""From records to plan: build the network, let the engine solve it, read the answer as dates, states and reasons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from summitry.core.checking import Reading
from summitry.engine.network import (
    ActivityTimes,
    BindingKind,
    Conflict,
    ConflictKind,
    CycleError,
    NetworkResult,
    TooLongError,
    solve,
)
from summitry.engine.network import Driver as EngineDriver
from summitry.engine.network import DriverKind as EngineDriverKind
from summitry.schedule.models import Task
from summitry.schedule.planning.calendars import Calendar
from summitry.schedule.planning.data import ScheduleData, load
from summitry.schedule.planning.drivers import Driver, DriverKind
from summitry.schedule.planning.network import Built, build, date_at
from summitry.schedule.planning.plan import FixedConflict, Plan, TaskPlan
from summitry.schedule.planning.state import (
    SET_FOR_A_DAY,
    LeafOutlook,
    State,
    group_state,
    leaf_state,
    milestone_state,
    say,
)
from summitry.schedule.planning.warming import consider


def plan(reading: Reading) -> Plan:
    """The plan of one reading; `reading.use(plan)` computes it once."""
    return solve_data(reading.use(load))


def solve_data(data: ScheduleData) -> Plan:
    """Solve loaded records. No query."""
    consider(len(data.tasks))
    built = build(data)
    try:
        result = solve(built.network)
    except CycleError as error:
        loops = tuple(tuple(int(pk) for pk in loop if int(pk) > 0) for loop in error.cycles)
        return Plan(data, _undated(data), loops=loops)
    except TooLongError:
        return Plan(data, _undated(data), too_long=True)
    return _Reader(data, built, result).plan()


def _undated(data: ScheduleData) -> dict[int, TaskPlan]:
    reason = say(_("It has no dates: the network of tasks cannot be computed."))
    rows = {}
    for pk, task in data.tasks.items():
        done = all(not data.tasks[leaf].open for leaf in data.leaves_under(pk))
        rows[pk] = TaskPlan(
            pk,
            group=data.is_group(pk),
            deadline=task.deadline,
            state=State.DONE if done else State.NOT_KNOWN,
            state_reason="" if done else reason,
        )
    return rows


class _Reader:
    """Turns the engine's answer into task plans."""

    def __init__(self, data: ScheduleData, built: Built, result: NetworkResult) -> None:
        self.data, self.built, self.result = data, built, result
        self.times: dict[int, ActivityTimes] = {int(pk): result[pk] for pk in result}
        self.floats = dict(self._floats())
        self.least = min(self.floats.values(), default=0)
        self.critical_float = max(0, self.least)

    def _floats(self) -> Iterable[tuple[int, int]]:
        """The float of all work that is still to be done, by task id.

        Work that waits for a day somebody chose is left out: that it has no float says nothing about the rest.
        """
        every, free = [], []
        for pk, times in self.times.items():
            if pk > 0 and times.total_float is not None and pk not in self.built.waived:
                every.append((pk, times.total_float))
                if times.driver.kind.value not in SET_FOR_A_DAY:
                    free.append((pk, times.total_float))
        return free or every

    def plan(self) -> Plan:
        rows: dict[int, TaskPlan] = {}
        for task in self.data.leaves():
            rows[task.id] = self._leaf(task)
        self._settle_milestones(rows)
        for pk in self.data.tasks:
            if pk not in rows:
                rows[pk] = self._group(pk, rows)
        return Plan(
            data=self.data,
            rows={pk: rows[pk] for pk in self.data.tasks},
            finish=max((row.finish for row in rows.values() if row.finish is not None), default=None),
            critical_path=self._critical_path(rows),
            conflicts=tuple(self._conflict(conflict) for conflict in self.result.conflicts),
            _result=self.result,
        )

    def _leaf(self, task: Task) -> TaskPlan:
        data, times = self.data, self.times[task.id]
        holder = self.built.deadline_of.get(task.id)
        deadline = data.tasks[holder].deadline if holder else None
        if task.id in self.built.waived:
            reason = (
                say(_("It was waived on {day}."), day=task.waived_on)
                if task.waived_on
                else say(_("Its group was waived."))
            )
            return TaskPlan(task.id, deadline=deadline, state=State.DONE, state_reason=reason)
        start, finish = date_at(times.shown_start), date_at(times.shown_finish)
        calendar = data.calendars.of(task.lead_id)
        milestone = task.milestone
        if milestone and task.open and finish is not None:
            # The end of Friday and the beginning of Saturday are one moment to the engine. A milestone that may not
            # be before Saturday is reached on Saturday, also when the work before it ends with Friday.
            bounds = [at.not_before for at in data.upward(task) if at.not_before is not None]
            if task.planned_start is not None:
                bounds.append(task.planned_start)
            start = finish = max([finish, *bounds])
        drivers = (self._driver(task, times.driver),)
        left = None
        if task.started_on is not None and times.resume is not None:
            left = calendar.work.count(times.resume, times.early_finish)
        outlook = LeafOutlook(finish, deadline, times.total_float, left, drivers, self._ready_since(task, drivers[0]))
        state, reason = leaf_state(data, task, outlook)
        late_finish = date_at(times.late_finish - 1)
        return TaskPlan(
            task_id=task.id,
            start=start,
            finish=finish,
            late_start=late_finish if milestone else date_at(times.late_start),
            late_finish=late_finish,
            total_float=times.total_float,
            end_float=times.end_float,
            free_float=times.free_float,
            critical=times.total_float is not None and times.total_float <= self.critical_float,
            drivers=drivers,
            binding_deadline=self._binding(times),
            deadline=deadline,
            state=state,
            state_reason=reason,
            duration=self._duration(task, calendar, times),
            left=left,
        )

    def _duration(self, task: Task, calendar: Calendar, times: ActivityTimes) -> int:
        if task.milestone:
            return 0
        if task.started_on is None and task.closed_on is None and not task.fixed_finish:
            return task.likely
        return calendar.work.count(times.early_start, times.early_finish)

    def _settle_milestones(self, rows: dict[int, TaskPlan]) -> None:
        """Let milestones that are on course take over the risk of the work that decides their day."""
        for pk, row in rows.items():
            if row.state is not State.ON_COURSE or not self.data.tasks[pk].milestone:
                continue
            behind, met = row, {pk}
            while behind.drivers and (at := behind.drivers[0].task) is not None and at not in met:
                met.add(at)
                behind = rows[at]
                if not self.data.tasks[at].milestone:
                    break
            told = milestone_state(behind) if behind is not row else None
            if told is not None:
                rows[pk] = row.with_state(*told)

    def _binding(self, times: ActivityTimes) -> int | None:
        if times.binding.kind is BindingKind.PROJECT_FINISH or times.binding.activity is None:
            return None
        leaf = int(times.binding.activity)
        return self.built.deadline_of.get(leaf, leaf) if times.binding.kind is BindingKind.DEADLINE else leaf

    def _ready_since(self, task: Task, driver: Driver) -> date | None:
        """The day since which an unstarted task could have begun; None if something holds it back."""
        if driver.kind is not DriverKind.STATUS_DATE:
            return None
        calendar = self.data.calendars.of(task.lead_id).work
        point = self.data.event.planning_start.toordinal()
        activity = self.built.activity(task.id)
        if activity.not_before is not None:
            point = max(point, activity.not_before)
        for tie in self.built.ties_to(task.id):
            before = self.times[int(tie.predecessor)]
            end = before.early_start if tie.kind.from_start else before.early_finish
            at = calendar.shift(end, tie.lag)
            if tie.kind.to_finish and activity.duration:
                at = calendar.start(at, activity.duration)
            point = max(point, at)
        return date_at(calendar.next_working(point))

    def _driver(self, task: Task, driver: EngineDriver) -> Driver:
        if driver.kind is EngineDriverKind.LINK and driver.link is not None:
            return self._link_driver(task, driver)
        kind = DriverKind(driver.kind.value)
        if kind is DriverKind.STATUS_DATE:
            if task.started_on is not None:
                kind = DriverKind.UNDER_WAY
            return Driver(kind, self.data.today)
        if kind is DriverKind.NOT_BEFORE:
            day = date_at(self.built.activity(task.id).not_before or 0)
            if task.planned_start is not None and task.planned_start == day:
                limits = [at.not_before for at in self.data.upward(task) if at.not_before is not None]
                kind = kind if task.planned_start in limits else DriverKind.PLANNED
            return Driver(kind, day)
        if kind is DriverKind.FIXED:
            return Driver(kind, task.fixed_start if task.fixed_start and not task.started_on else task.fixed_finish)
        if kind is DriverKind.ACTUAL:
            return Driver(kind, task.closed_on or task.started_on)
        return Driver(kind, self.data.event.planning_start)

    def _link_driver(self, task: Task, driver: EngineDriver) -> Driver:
        tie = driver.link
        assert tie is not None
        link = self.data.links[self.built.link_ids[int(tie.predecessor), int(tie.successor), str(tie.kind)]]
        leaf = int(tie.predecessor)
        if leaf < 0:  # a hub: what came last of the group stands behind it
            behind = self.times[leaf].driver.link
            if behind is None:
                return Driver(DriverKind.PROJECT_START, self.data.event.planning_start)
            leaf = int(behind.predecessor)
        times = self.times[leaf]
        day = date_at(times.shown_start if tie.kind.from_start else times.shown_finish)
        return Driver(DriverKind.LINK, day, task=leaf, link=link.id, link_kind=link.kind, lag=link.lag)

    def _group(self, pk: int, rows: dict[int, TaskPlan]) -> TaskPlan:
        task = self.data.tasks[pk]
        parts = [rows[leaf] for leaf in self.data.leaves_under(pk) if leaf in rows]
        dated = [part for part in parts if part.start is not None and part.finish is not None]
        deadlines = [at.deadline for at in self.data.upward(task) if at.deadline is not None]
        deadline = min(deadlines, default=None)
        start = min((part.start for part in dated if part.start), default=None)
        finish = max((part.finish for part in dated if part.finish), default=None)
        last = next((part for part in dated if part.finish == finish), None)
        tightest = min((p for p in parts if p.total_float is not None), key=lambda p: p.total_float or 0, default=None)
        calendar = self.data.calendars.of(task.lead_id)
        row = TaskPlan(
            task_id=pk,
            group=True,
            start=start,
            finish=finish,
            late_start=min((part.late_start for part in dated if part.late_start), default=None),
            late_finish=max((part.late_finish for part in dated if part.late_finish), default=None),
            total_float=tightest.total_float if tightest else None,
            end_float=min((p.end_float for p in parts if p.end_float is not None), default=None),
            free_float=min((p.free_float for p in parts if p.free_float is not None), default=None),
            critical=any(part.critical for part in parts),
            drivers=(Driver(DriverKind.PARTS, finish, task=last.task_id),) if last else (),
            binding_deadline=tightest.binding_deadline if tightest else None,
            deadline=deadline,
            duration=calendar.count(start, finish) if start and finish else 0,
        )
        state, reason = group_state(self.data, task, row, parts)
        return row.with_state(state, reason)

    def _critical_path(self, rows: dict[int, TaskPlan]) -> tuple[int, ...]:
        """The driving chain up to the task whose deadline leaves the least float; to the last task if none has one."""
        ends = {
            int(binding.activity)
            for pk, float_ in self.floats.items()
            if float_ == self.least and (binding := self.times[pk].binding).activity is not None
        }
        chains = [
            tuple(int(pk) for pk in self.result.chain(end) if int(pk) > 0)
            for end in sorted(ends)
            if end in rows and self.times[end].total_float is not None
        ]
        if not chains:
            return tuple(int(pk) for pk in self.result.critical_path if int(pk) > 0)
        # Of several, the one with the most work on it: there is the most to win, and the most to lose.
        return max(chains, key=lambda chain: sum(self._work(rows[pk]) for pk in chain))

    @staticmethod
    def _work(row: TaskPlan) -> int:
        """Working days still to do."""
        return row.duration if row.left is None else row.left

    def _conflict(self, conflict: Conflict) -> FixedConflict:
        leaf = int(conflict.activity)
        at_start = conflict.kind is ConflictKind.START or (
            conflict.kind is ConflictKind.CALENDAR and conflict.fixed == self.built.activity(leaf).fixed_start
        )
        back = 0 if at_start else 1
        return FixedConflict(
            task_id=leaf,
            kind=conflict.kind.value,
            fixed=date_at(conflict.fixed - back),
            demanded=date_at(conflict.demanded - back),
            driver=self._driver(self.data.tasks[leaf], conflict.driver),
        )
