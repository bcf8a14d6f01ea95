"""Windows, bounds and the constraint program on cases small enough to reckon by hand or to try out."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from summitry.engine.calendar import EVERY_DAY, WorkCalendar
from summitry.engine.scheduling import (
    Activity,
    Goal,
    Link,
    LinkKind,
    Mode,
    Problem,
    Resource,
    Solution,
    Status,
    bounds,
    solve,
)
from summitry.engine.scheduling.exact import Frame, Limits, Model, Windows, propagate, run
from tests.outside import outside

from . import checker
from .problems import START, brute_force, drawn

DAILY = WorkCalendar("daily", week=EVERY_DAY)
OFFICE = WorkCalendar("office")


def task(id: str, days: int, *, on: str = "", units: int = 1, calendar: str = "daily", **more) -> Activity:
    demands = ((on, units),) if on else ()
    return Activity(id=id, modes=(Mode(name="usual", duration=days, calendar=calendar, demands=demands),), **more)


def problem(*activities: Activity, horizon: int = 60, **more) -> Problem:
    more = {"calendars": (DAILY, OFFICE), "project_start": START, **more}
    return Problem(activities=activities, horizon=START + horizon, **more)


def solved(given: Problem, status: Status = Status.OPTIMAL) -> Solution:
    solution = solve(given)
    assert solution.status is status
    if solution.schedule is not None:
        assert checker.faults(given, solution.schedule) == []
    return solution


def test_windows_follow_links_and_calendars():
    given = problem(
        task("a", 4, calendar="office"),  # Monday to Thursday
        task("b", 2, calendar="office"),  # Friday and Monday
        task("c", 1, deadline=START + 20),
        links=(
            Link(predecessor="a", successor="b"),
            Link(predecessor="b", successor="c", lag=3, max_lag=5),
        ),
    )
    windows = propagate(Frame.of(given))
    assert isinstance(windows, Windows)
    at = given.place
    assert windows.start[at["b"]][0] == START + 4
    assert windows.finish[at["b"]][0] == START + 8
    assert windows.start[at["c"]] == (START + 11, START + 19)
    # Two office days and three more days before the 19th: the last start of b is Monday 15th, of a Tuesday 9th.
    assert windows.start[at["b"]][1] == START + 14
    assert windows.start[at["a"]][1] == START + 8


def test_windows_are_empty_where_dates_and_links_contradict_each_other():
    given = problem(
        task("a", 5, release=START + 3),
        task("b", 5, deadline=START + 12),
        links=(Link(predecessor="a", successor="b"),),
    )
    assert not isinstance(propagate(Frame.of(given)), Windows)
    assert isinstance(propagate(Frame.of(replace(given, links=()))), Windows)


@pytest.mark.parametrize("seed", range(24))
def test_windows_and_bounds_hold_for_the_best_schedule(seed: int):
    given = drawn(seed, most=3, days=9)
    frame = Frame.of(given)
    windows = propagate(frame)
    best = brute_force(given)
    if best is None:
        return
    assert isinstance(windows, Windows)
    assert bounds.possible(frame, windows)
    for at in range(len(given.activities)):
        low, high = windows.start[at]
        assert low <= best.starts[at] <= high
        low, high = windows.finish[at]
        assert low <= best.finishes[at] <= high
        assert best.modes[at] in windows.modes(at)
    assert bounds.floor(frame, windows, given.goals[0]) <= best.score[0]


def test_the_bound_counts_work_between_two_points():
    # 4 tasks of 3 days on 2 desks that are there only from the 5th day on: not before day 4 + 12 / 2.
    given = problem(
        *(task(name, 3, on="desks") for name in "abcd"),
        resources=(Resource(name="desks", capacity=0, changes=((START + 4, 2),)),),
    )
    frame = Frame.of(given)
    windows = propagate(frame)
    assert isinstance(windows, Windows)
    assert bounds.makespan(frame, windows) == 10
    assert solved(given).bound == (10,)


def test_the_work_that_waits_for_one_task_bounds_the_makespan_without_refuting_a_horizon():
    # 5 tasks of 3 days follow "first", which takes 4, on 2 desks, of which one is there from the 10th day on only.
    given = problem(
        task("first", 4),
        *(task(name, 3, on="desks") for name in "abcde"),
        links=tuple(Link(predecessor="first", successor=name) for name in "abcde"),
        resources=(Resource(name="desks", capacity=1, changes=((START + 10, 2),)),),
    )
    frame = Frame.of(given)
    windows = propagate(frame)
    assert isinstance(windows, Windows)
    (supply,) = bounds.supplies(frame, windows)
    # 6 units by day 10, the other 9 at 2 a day.
    assert bounds.earliest_end(frame, windows, supply) == START + 15
    assert bounds.makespan(frame, windows, over=lambda: True) == 15
    # A makespan that is known to be possible is never exceeded, and what there is never enough of ends beyond the last.
    assert bounds.makespan(frame, windows, 12) == 12
    short = replace(given, horizon=START + 14)
    frame = Frame.of(short)
    windows = propagate(frame)
    assert isinstance(windows, Windows)
    (supply,) = bounds.supplies(frame, windows)
    assert bounds.earliest_end(frame, windows, supply) == START + 15


@pytest.mark.parametrize("seed", range(100, 124))
def test_no_plan_ends_before_each_resource_has_given_what_is_wanted_of_it(seed: int):
    given = drawn(seed, most=3, days=9)
    best = brute_force(replace(given, goals=(((Goal.MAKESPAN, 1),),)))
    if best is None:
        return
    frame = Frame.of(given)
    windows = propagate(frame)
    assert isinstance(windows, Windows)
    for supply in bounds.supplies(frame, windows):
        assert bounds.earliest_end(frame, windows, supply) <= max(best.finishes)


def test_a_desk_is_held_over_the_weekend():
    given = problem(
        task("long", 6, on="desk", calendar="office"),
        task("guard", 2, on="desk"),
        resources=(Resource(name="desk", capacity=1),),
    )
    # Saturday and Sunday are not free for the guard: before (2 + 6 office days to Wednesday) beats after.
    assert solved(given).bound == (10,)


def test_a_mode_with_more_people_is_taken_where_it_helps_and_there_are_enough():
    modes = (
        Mode(name="one", duration=6, calendar="daily", demands=(("people", 1),), cost=6),
        Mode(name="two", duration=3, calendar="daily", demands=(("people", 2),), cost=7),
    )
    given = problem(
        *(Activity(id=name, modes=modes) for name in "ab"),
        resources=(Resource(name="people", capacity=2),),
        goals=(((Goal.MAKESPAN, 1),), ((Goal.COST, 1),)),
    )
    solution = solved(given)
    assert solution.schedule is not None
    assert solution.schedule.score == (6, 12)
    cheap_last = solved(replace(given, goals=(((Goal.COST, 1),), ((Goal.MAKESPAN, 1),))))
    assert cheap_last.bound == (12, 6)


def test_least_change_moves_the_lightest():
    given = problem(
        task("published", 3, on="room", planned_start=START + 2, move_weight=10),
        task("inner", 3, on="room", planned_start=START + 2, move_weight=1),
        resources=(Resource(name="room", capacity=1),),
        goals=(((Goal.CHANGE, 1),),),
    )
    solution = solved(given)
    assert solution.schedule is not None
    assert solution.schedule.starts[0] == START + 2
    assert solution.schedule.score == (3,)


def test_a_level_load_is_spread_within_the_deadline():
    given = problem(
        *(task(name, 2, on="desks", deadline=START + 6) for name in "abc"),
        resources=(Resource(name="desks", capacity=9, level_weight=2),),
        goals=(((Goal.LEVEL, 1),),),
    )
    assert solved(given).bound == (2,)


@pytest.mark.parametrize("kind", list(LinkKind))
def test_least_and_longest_lags_hold_the_ends_that_the_kind_names(kind: LinkKind):
    given = problem(
        task("a", 3, planned_start=START + 1, move_weight=5),
        task("b", 4, planned_start=START + 30),
        links=(Link(predecessor="a", successor="b", kind=kind, lag=2, max_lag=4),),
        goals=(((Goal.CHANGE, 1),),),
    )
    solution = solved(given)
    assert solution.schedule is not None
    before = solution.schedule.starts[0] if kind.from_start else solution.schedule.finishes[0]
    after = solution.schedule.finishes[1] if kind.to_finish else solution.schedule.starts[1]
    assert after - before == 4


def test_what_the_search_tells_is_told_on_the_calling_thread():
    import threading

    given = problem(*(task(name, 2, on="desk") for name in "abcdef"), resources=(Resource(name="desk", capacity=2),))
    frame = Frame.of(given)
    windows = propagate(frame)
    assert isinstance(windows, Windows)
    model = Model(frame, windows)
    threads = []
    outcome = run(
        model,
        model.objective(given.goals[0]),
        Limits(workers=2),
        on_placement=lambda _: threads.append(threading.current_thread()),
    )
    assert (outcome.status, outcome.value, outcome.bound) == ("optimal", 6, 6)
    assert threads
    assert set(threads) == {threading.current_thread()}


def test_a_listener_that_fails_ends_the_search():
    given = problem(*(task(name, 2, on="desk") for name in "abc"), resources=(Resource(name="desk", capacity=1),))
    frame = Frame.of(given)
    windows = propagate(frame)
    assert isinstance(windows, Windows)

    def fail(_: object) -> bool:
        raise KeyError("told")

    with pytest.raises(KeyError, match="told"):
        run(Model(frame, windows), None, Limits(workers=1), on_placement=fail)


def test_nothing_heavy_is_loaded_before_it_is_needed():
    code = (
        "import sys, summitry.engine.scheduling; "
        "print([name for name in ('numpy', 'numba', 'ortools', 'pandas') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (told.stdout.strip(), told.stderr) == ("[]", "")


@pytest.mark.outside_data
def test_published_optima_of_small_instances_are_proven():
    from bench._instances import published, read_patterson

    folder = outside("bench/rcpsp")
    easy = {f"j30/j30{name}.rcp" for name in ("5_1", "6_1", "17_1", "30_1", "38_1", "46_1")}
    for known in [each for each in published(folder, "j30") if each.file in easy]:
        solution = solved(read_patterson(folder / known.file))
        assert solution.bound == (known.upper,)
