"""The checker itself: it accepts what is valid, and names each fault that is put into a valid schedule by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from summitry.engine.calendar import EVERY_DAY, WorkCalendar
from summitry.engine.scheduling.model import Activity, Goal, Link, LinkKind, Mode, Resource
from summitry.engine.scheduling.problem import Problem
from summitry.engine.scheduling.result import ConditionKind, Schedule
from summitry.engine.scheduling.score import evaluate, violations

from . import checker
from .problems import START, brute_force, drawn

# START is a Monday; the office closes on Saturdays and Sundays.
OFFICE = WorkCalendar("office")
ALWAYS = WorkCalendar("always", week=EVERY_DAY)


def mode(days: int, calendar: str = "office", **more) -> Mode:
    return Mode(name="usual", duration=days, calendar=calendar, **more)


def problem(*activities: Activity, links=(), resources=(), **more) -> Problem:
    given = {"project_start": START, "horizon": START + 60} | more
    return Problem(activities=activities, links=links, resources=resources, calendars=(OFFICE, ALWAYS), **given)


def lies(problem: Problem, *starts: int, modes=None) -> Schedule:
    """The schedule with these starts, counted from START."""
    return evaluate(problem, [START + start for start in starts], modes or [0] * len(starts))


def both(problem: Problem, schedule: Schedule) -> tuple[list[str], set]:
    """What the checker says, and the kinds of condition that the engine's own check names; they agree on validity."""
    said, own = checker.faults(problem, schedule), violations(problem, schedule)
    assert bool(said) == bool(own)
    return said, {violation.condition and violation.condition.kind for violation in own}


def test_five_days_from_thursday_end_on_wednesday_and_the_weekend_in_between_is_held():
    desk = Resource(name="desk", capacity=1)
    work = problem(
        Activity(id="a", modes=(mode(5, demands=(("desk", 1),)),)),
        Activity(id="b", modes=(mode(1, "always", demands=(("desk", 1),)),)),
        resources=(desk,),
    )
    assert lies(work, 3, 0).finishes == (START + 10, START + 1)
    assert both(work, lies(work, 3, 10)) == ([], set())
    said, kinds = both(work, lies(work, 3, 5))
    assert said == [f"desk on day {START + 5}: 2 of 1 units"]
    assert kinds == {ConditionKind.CAPACITY}


@pytest.mark.parametrize(
    ("activity", "start", "says", "kind"),
    [
        ({"modes": (mode(2),)}, 5, "starts on a free day", None),
        ({"modes": (mode(2, unbroken=True),)}, 4, "broken by free days", None),
        ({"modes": (mode(2),), "release": START + 2}, 1, "before its release", ConditionKind.RELEASE),
        ({"modes": (mode(2),), "deadline": START + 3}, 2, "misses its deadline", ConditionKind.DEADLINE),
        ({"modes": (mode(2),), "fixed_start": START + 2}, 1, "where it is fixed", ConditionKind.FIXED_START),
        ({"modes": (mode(2),)}, 60, "after the horizon", ConditionKind.HORIZON),
        ({"modes": (mode(2),)}, -3, "before the project", ConditionKind.RELEASE),
    ],
)
def test_what_a_single_activity_can_do_wrong(activity, start, says, kind):
    work = problem(Activity(id="a", **activity))
    said, kinds = both(work, lies(work, start))
    assert any(says in sentence for sentence in said)
    assert kind in kinds


@pytest.mark.parametrize(
    ("kind", "lag", "most", "good", "bad"),
    [
        # a: 2 days from Monday, ends at Wednesday's point. b: 3 days. Starts of b, in days from START.
        (LinkKind.FS, 0, None, (2, 3), (1,)),
        (LinkKind.FS, 3, None, (7,), (4,)),
        (LinkKind.FS, -1, None, (1, 2), (0,)),
        (LinkKind.FS, 0, 1, (2, 3), (1, 4)),
        (LinkKind.SS, 1, 2, (1, 2), (0, 3)),
        (LinkKind.FF, 1, 1, (0,), (1,)),
        (LinkKind.SF, 4, 5, (1, 2), (0, 3)),
        (LinkKind.FS, -2, -1, (0, 1), (2,)),
    ],
)
def test_links_of_all_kinds_with_least_and_longest_lags(kind, lag, most, good, bad):
    link = Link(predecessor="a", successor="b", kind=kind, lag=lag, max_lag=most)
    work = problem(Activity(id="a", modes=(mode(2),)), Activity(id="b", modes=(mode(3),)), links=(link,))
    for start in good:
        assert both(work, lies(work, 0, start))[0] == []
    for start in bad:
        said, _ = both(work, lies(work, 0, start))
        assert said
        assert all(sentence.startswith("a > b") for sentence in said)


def test_capacity_that_changes_by_day_and_a_milestone_that_holds_nothing():
    desk = Resource(name="desk", capacity=1, changes=((START + 1, 0), (START + 3, 2)))
    work = problem(
        Activity(id="a", modes=(mode(1, demands=(("desk", 1),)),)),
        Activity(id="m", modes=(mode(0, demands=(("desk", 5),)),)),
        resources=(desk,),
    )
    assert both(work, lies(work, 0, 5))[0] == []
    assert both(work, lies(work, 1, 5))[1] == {ConditionKind.CAPACITY}
    assert both(work, lies(work, 3, 5))[0] == []


def test_a_wrong_finish_and_a_wrong_score_are_faults():
    work = problem(Activity(id="a", modes=(mode(2),)))
    right = lies(work, 0)
    assert checker.faults(work, right) == []
    assert checker.faults(work, replace(right, score=(3,))) == ["score (3,), counted (2,)"]
    assert violations(work, replace(right, finishes=(START + 3,)))
    assert checker.faults(work, replace(right, finishes=(START + 3,)))


def test_the_goals_of_a_schedule_worked_by_hand():
    desk = Resource(name="desk", capacity=3, level_weight=5)
    quick = Mode(name="quick", duration=1, calendar="office", cost=7, demands=(("desk", 2),))
    work = problem(
        Activity(id="a", modes=(mode(2, demands=(("desk", 1),)), quick), due=START + 1, due_weight=3),
        Activity(id="b", modes=(mode(3),), planned_start=START + 4, move_weight=2, planned_mode="usual"),
        Activity(id="c", modes=(mode(1, demands=(("desk", 1),)), quick), planned_mode="usual", mode_weight=9),
        resources=(desk,),
        goals=tuple(((goal, 1),) for goal in Goal),
    )
    schedule = lies(work, 1, 2, 2, modes=[0, 0, 1])
    # a: days 1-2, 2 late; b: 3 days from Wednesday, moved by 2; c: quick on day 2, when a holds a desk too.
    assert schedule.score == (3 * 2, 5, 2 * 2 + 9, 7, 5 * 3)
    assert checker.faults(work, schedule) == []


def test_the_engines_own_check_and_the_checker_agree_on_schedules_drawn_at_random():
    import random

    valid = 0
    for seed in range(250):
        work = drawn(seed, most=3, hard=0.1)
        rng = random.Random(seed)
        starts = [START + rng.randint(-1, 10) for _ in work.activities]
        schedule = evaluate(work, starts, [rng.randrange(len(a.modes)) for a in work.activities])
        valid += not both(work, schedule)[0]
    assert valid > 5


def test_brute_force_finds_what_the_checker_accepts():
    found = [(work, brute_force(work)) for work in (drawn(seed, most=2) for seed in range(30))]
    plans = [(work, schedule) for work, schedule in found if schedule is not None]
    assert len(plans) > 8
    assert all(checker.faults(work, schedule) == [] for work, schedule in plans)
