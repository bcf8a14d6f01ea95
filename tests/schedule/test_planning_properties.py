"""Random schedules: the plan obeys the records, judged in dates by code that shares nothing with the engine."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.core.calendars import WorkingFacts
from summitry.core.models import Agency, Event
from summitry.schedule.models import Link, Task
from summitry.schedule.planning import Calendars, Plan, ScheduleData, State, solve_data
from summitry.schedule.planning.calendars import EVERYONE, _calendar
from summitry.schedule.planning.data import attach
from summitry.schedule.planning.loops import circle_through

TODAY = date(2025, 10, 6)
EVENT = Event(
    pk=1,
    slug="random",
    opening_day=date(2025, 10, 25),
    closing_day=date(2025, 10, 26),
    planning_start=date(2025, 5, 12),
    demo_now=None,
)
# Everyone works Monday to Friday, the second agency also on Saturdays, and on neither of two days in October.
FREE = frozenset({date(2025, 10, 9), date(2025, 10, 20)})
WEEKS = {None: WorkingFacts("1111100", FREE, frozenset()), 2: WorkingFacts("1111110", FREE, frozenset())}


def works(agency: int | None, day: date) -> bool:
    return WEEKS.get(agency, WEEKS[None]).is_working(day)


def working_days(agency: int | None, first: date, last: date) -> int:
    """From first to last, both included, one after another."""
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return sum(works(agency, day) for day in days)


def records(tasks: list[Task], links: list[tuple[int, int, str, int]]) -> ScheduleData:
    """Unsaved records as a reading would load them."""
    agencies = {pk: Agency(pk=pk, code=f"A{pk}") for pk in (1, 2)}
    by_id = {task.pk: task for task in tasks}
    parts: dict[int, list[int]] = {}
    for task in tasks:
        parent = by_id.get(task.parent_id or 0)
        attach(task, event=EVENT, lead=agencies.get(task.lead_id or 0), parent=parent)
        if task.parent_id:
            parts.setdefault(task.parent_id, []).append(task.pk)
    rows = {}
    for pk, (one, other, kind, lag) in enumerate(links, 1):
        rows[pk] = Link(pk=pk, predecessor_id=one, successor_id=other, kind=kind, lag=lag)
        attach(rows[pk], event=EVENT, predecessor=by_id[one], successor=by_id[other])
    calendars = Calendars(
        {EVERYONE: _calendar(EVERYONE, WEEKS[None])[0], "agency-2": _calendar("agency-2", WEEKS[2])[0]},
        {None: EVERYONE, 1: EVERYONE, 2: "agency-2"},
    )
    return ScheduleData(
        event=EVENT,
        today=TODAY,
        agencies=agencies,
        calendars=calendars,
        tasks=by_id,
        links=rows,
        coordinations={},
        parts={pk: tuple(below) for pk, below in parts.items()},
        coordinations_of={},
    )


def around(low: int, high: int) -> Any:
    return st.integers(low, high).map(lambda days: TODAY + timedelta(days=days))


@st.composite
def leaf(draw: Any, pk: int) -> Task:
    task = Task(pk=pk, event=EVENT, code=f"T{pk}", lead_id=draw(st.sampled_from([None, 1, 2])))
    task.likely = draw(st.integers(1, 8))
    fate = draw(st.sampled_from(["open", "open", "open", "begun", "closed", "waived", "milestone"]))
    if fate == "milestone":
        task.milestone, task.likely = True, 0
    if fate == "begun":
        task.started_on = draw(around(-20, 0))
        if draw(st.booleans()):
            task.reported_on, task.remaining = draw(around(-5, 0)), draw(st.integers(0, 9))
    if fate == "closed":
        task.closed_on = draw(around(-10, 0))
        task.started_on = draw(st.sampled_from([None, task.closed_on - timedelta(days=3)]))
    if fate == "waived":
        task.waived_on = TODAY
    if draw(st.booleans()):
        task.deadline = draw(around(-5, 40))
    if draw(st.booleans()):
        task.not_before = draw(around(-20, 20))
    return task


@st.composite
def schedules(draw: Any, *, groups: bool = True) -> tuple[list[Task], list[tuple[int, int, str, int]]]:
    """Tasks, some of them in groups, with links that lead from smaller to larger ids of leaves or whole groups."""
    count = draw(st.integers(2, 9))
    tasks = [draw(leaf(pk)) for pk in range(1, count + 1)]
    if groups:
        cut = draw(st.integers(1, count - 1))
        for pk, members in ((101, tasks[:cut]), (102, tasks[cut:])):
            if draw(st.booleans()):
                tasks.append(
                    Task(pk=pk, event=EVENT, code=f"G{pk}", likely=0, deadline=draw(st.none() | around(0, 40)))
                )
                for task in members:
                    task.parent_id = pk
    links: dict[tuple[int, int, str], int] = {}
    for _ in range(draw(st.integers(0, 12))):
        one = draw(st.integers(1, count - 1))
        other = draw(st.integers(one + 1, count))
        kind, lag = draw(st.sampled_from(["FS", "FS", "SS", "FF", "SF"])), draw(st.integers(-3, 3))
        links.setdefault((one, other, kind), lag)
    if {101, 102} <= {task.pk for task in tasks} and draw(st.booleans()):
        links[101, 102, draw(st.sampled_from(["FS", "SS", "FF"]))] = draw(st.integers(0, 2))
    return tasks, [(*ends, lag) for ends, lag in links.items()]


def expanded(tasks: list[Task], links: list[tuple[int, int, str, int]]) -> list[tuple[int, int, str, int]]:
    """Links between leaves alone: a group's link is one of each of its parts."""
    parts: dict[int, list[int]] = {}
    for task in tasks:
        if task.parent_id:
            parts.setdefault(task.parent_id, []).append(task.pk)
    found: dict[tuple[int, int, str], int] = {}
    for one, other, kind, lag in links:
        for before in parts.get(one, [one]):
            for after in parts.get(other, [other]):
                known = found.get((before, after, kind))
                found[before, after, kind] = lag if known is None else max(known, lag)
    return [(*ends, lag) for ends, lag in found.items()]


@given(schedules())
@settings(max_examples=100, deadline=None)
def test_every_date_obeys_the_records(schedule):
    tasks, links = schedule
    solved = solve_data(records(tasks, links))
    for task in tasks:
        row = solved.of(task.pk)
        if row.group or task.waived_on:
            continue
        if task.closed_on:
            start = task.closed_on if task.milestone else task.started_on or task.closed_on
            assert (row.start, row.finish, row.state) == (start, task.closed_on, State.DONE)
            continue
        assert row.finish is not None
        assert row.finish >= TODAY
        if task.milestone:
            assert row.start == row.finish
            continue
        assert works(task.lead_id, row.finish)
        if task.started_on:
            assert row.start == task.started_on
            assert 1 <= row.left <= working_days(task.lead_id, TODAY, row.finish)
            continue
        assert row.start >= max(TODAY, task.not_before or TODAY)
        assert works(task.lead_id, row.start)
        assert working_days(task.lead_id, row.start, row.finish) == task.likely == row.duration


@given(schedules())
@settings(max_examples=100, deadline=None)
def test_open_tasks_wait_for_what_they_are_linked_to(schedule):
    tasks, links = schedule
    solved = solve_data(records(tasks, links))
    by_id = {task.pk: task for task in tasks}
    for one, other, kind, lag in expanded(tasks, links):
        before, after = by_id[one], by_id[other]
        if before.waived_on or before.milestone or after.waived_on or after.milestone or after.closed_on:
            continue
        if after.started_on and kind in ("FS", "SS"):
            continue
        held = solved.of(one).start if kind in ("SS", "SF") else solved.of(one).finish + timedelta(days=1)
        reach = solved.of(other).finish + timedelta(days=1) if kind in ("FF", "SF") else solved.of(other).start
        between = working_days(after.lead_id, held, reach - timedelta(days=1))
        if reach < held:
            between = -working_days(after.lead_id, reach, held - timedelta(days=1))
        assert between >= lag


@given(schedules())
@settings(max_examples=100, deadline=None)
def test_a_groups_link_says_what_its_parts_links_say(schedule):
    tasks, links = schedule

    def days(plan: Plan) -> dict[int, tuple[date | None, ...]]:
        return {row.task_id: (row.start, row.finish, row.late_finish) for row in plan}

    assert days(solve_data(records(tasks, links))) == days(solve_data(records(tasks, expanded(tasks, links))))


@given(schedules())
@settings(max_examples=100, deadline=None)
def test_a_group_spans_its_parts(schedule):
    tasks, links = schedule
    solved = solve_data(records(tasks, links))
    for row in solved:
        if row.group:
            parts = [solved.of(task.pk) for task in tasks if task.parent_id == row.task_id]
            assert row.start == min((part.start for part in parts if part.start), default=None)
            assert row.finish == max((part.finish for part in parts if part.finish), default=None)
            assert (row.state is State.DONE) == all(part.state is State.DONE for part in parts)


@given(schedules(), st.data())
@settings(max_examples=150, deadline=None)
def test_a_link_is_refused_exactly_when_it_would_close_a_circle(schedule, data):
    tasks, links = schedule
    ids = [task.pk for task in tasks]
    one, other = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
    above = {task.pk: task.parent_id for task in tasks}
    if one == other or one == above[other] or other == above[one]:
        if one != other:
            assert circle_through(above, [link[:2] for link in links], one, other) == (one,)
        return
    circle = circle_through(above, [link[:2] for link in links], one, other)
    solved = solve_data(
        records(tasks, [*links, (one, other, "FS", 0)] if (one, other) not in {link[:2] for link in links} else links)
    )
    assert bool(circle) == bool(solved.loops)
    if circle:
        assert circle[:2] == (one, other)
        assert len(set(circle)) == len(circle)
