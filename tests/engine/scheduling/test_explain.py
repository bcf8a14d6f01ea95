"""Why there is no plan: the conflict is a smallest one, and its ways out are the cheapest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from summitry.engine.scheduling import (
    Condition,
    ConditionKind,
    Conflict,
    Goal,
    Link,
    Mode,
    Problem,
    Resource,
    Status,
    explain,
    solve,
)
from summitry.engine.scheduling.exact.run import Outcome
from summitry.engine.scheduling.explain import relax
from summitry.engine.scheduling.explain.shrink import quick_explain

from .problems import START, drawn
from .test_exact import problem, task

DEADLINE, FIXED, CAPACITY, RELEASE, MAX_LAG, HORIZON = (
    ConditionKind.DEADLINE,
    ConditionKind.FIXED_START,
    ConditionKind.CAPACITY,
    ConditionKind.RELEASE,
    ConditionKind.MAX_LAG,
    ConditionKind.HORIZON,
)


def conflict_of(given: Problem) -> Conflict:
    solution = solve(given)
    assert solution.status is Status.INFEASIBLE
    assert solution.schedule is None
    assert solution.conflict is not None
    assert solution.conflict.irreducible
    return solution.conflict


def ways_out(conflict: Conflict) -> dict[Condition, tuple[int, bool]]:
    return {each.condition: (each.amount, each.clears) for each in conflict.relaxations}


def test_dates_and_links_alone():
    given = problem(
        task("draft", 5, release=START + 3),
        task("review", 5, deadline=START + 12),
        task("far", 2, deadline=START + 40),
        links=(Link(predecessor="draft", successor="review"), Link(predecessor="draft", successor="far")),
    )
    conflict = conflict_of(given)
    assert set(conflict.conditions) == {Condition(RELEASE, "draft"), Condition(DEADLINE, "review")}
    assert ways_out(conflict) == {
        Condition(RELEASE, "draft"): (1, True),
        Condition(DEADLINE, "review"): (1, True),
    }


def test_ways_out_are_there_even_if_no_time_is_left_to_prove_them_the_cheapest(monkeypatch: pytest.MonkeyPatch):
    given = problem(
        *(task(name, 4, on="K01", deadline=START + 10) for name in ("T31", "T32", "T33")),
        resources=(Resource(name="K01", capacity=1),),
    )
    exact = explain(given)
    monkeypatch.setattr(relax, "run", lambda *_: Outcome("unknown", None, None, None, 0.0))
    tried = explain(given)
    assert tried.conditions == exact.conditions
    assert ways_out(tried) == ways_out(exact)
    assert {each.amount for each in tried.relaxations} == {1, 2}


def test_desks_and_deadlines_two_more_days_or_one_more_desk():
    given = problem(
        *(task(name, 4, on="K01", deadline=START + 10) for name in ("T31", "T32", "T33")),
        *(task(name, 4, on="K02") for name in ("T41", "T42")),
        resources=(Resource(name="K01", capacity=1), Resource(name="K02", capacity=1)),
    )
    conflict = conflict_of(given)
    assert set(conflict.conditions) == {
        Condition(CAPACITY, "K01"),
        *(Condition(DEADLINE, name) for name in ("T31", "T32", "T33")),
    }
    assert ways_out(conflict) == {
        Condition(CAPACITY, "K01"): (1, True),
        **{Condition(DEADLINE, name): (2, True) for name in ("T31", "T32", "T33")},
    }
    assert conflict.relaxations[0].amount == 1


def test_only_search_finds_that_these_do_not_fit():
    # The work fits by its amount, 9 of 10 unit days, but no two of the four fit beside each other.
    given = problem(
        *(task(name, 3, on="room", units=2, deadline=START + 8) for name in "abc"),
        resources=(Resource(name="room", capacity=3),),
    )
    conflict = conflict_of(given)
    assert set(conflict.conditions) == {Condition(CAPACITY, "room"), *(Condition(DEADLINE, name) for name in "abc")}
    assert ways_out(conflict)[Condition(CAPACITY, "room")] == (1, True)
    assert ways_out(conflict)[Condition(DEADLINE, "a")] == (1, True)


def test_a_fixed_start_has_to_be_earlier_or_later():
    given = problem(
        task("rehearsal", 3, fixed_start=START + 10),
        task("event", 2, fixed_start=START + 11),
        links=(Link(predecessor="rehearsal", successor="event"),),
    )
    conflict = conflict_of(given)
    assert ways_out(conflict) == {Condition(FIXED, "rehearsal"): (-2, True), Condition(FIXED, "event"): (2, True)}


def test_a_longest_wait_and_a_horizon():
    given = problem(
        task("vote", 1),
        task("count", 1, release=START + 8),
        links=(Link(predecessor="vote", successor="count", max_lag=2),),
        horizon=20,
    )
    assert solve(given).status is Status.OPTIMAL
    tied = replace(given, activities=(replace(given.activities[0], deadline=START + 3), given.activities[1]))
    conflict = conflict_of(tied)
    assert ways_out(conflict) == {
        Condition(MAX_LAG, "vote > count"): (3, True),
        Condition(RELEASE, "count"): (3, True),
        Condition(DEADLINE, "vote"): (3, True),
    }
    short = conflict_of(replace(given, horizon=START + 8, links=()))
    assert ways_out(short) == {Condition(HORIZON, ""): (1, True), Condition(RELEASE, "count"): (1, True)}


def test_another_conflict_remains():
    given = problem(
        task("a", 5, deadline=START + 4),
        task("b", 5, deadline=START + 3),
    )
    conflict = conflict_of(given)
    assert len(conflict.conditions) == 1
    assert [each.clears for each in conflict.relaxations] == [False]


def test_one_task_wants_more_than_there_is():
    given = problem(task("a", 1, on="bus", units=3), resources=(Resource(name="bus", capacity=1),))
    assert ways_out(conflict_of(given)) == {Condition(CAPACITY, "bus"): (2, True)}


def test_nothing_can_be_given_up_where_work_can_never_be_done_without_a_break():
    whole = Mode(name="usual", duration=6, calendar="office", unbroken=True)
    given = problem(replace(task("a", 1), modes=(whole,)))
    conflict = conflict_of(given)
    assert conflict.conditions == ()
    assert conflict.relaxations == ()


def test_a_problem_with_a_plan_has_no_conflict():
    assert explain(problem(task("a", 1, deadline=START + 1))) is None


def test_without_time_the_answer_says_that_it_may_be_too_large():
    given = problem(
        *(task(name, 4, on="K01", deadline=START + 10) for name in ("T31", "T32", "T33")),
        resources=(Resource(name="K01", capacity=1),),
    )
    conflict = explain(given, seconds=0.0)
    assert conflict is None or not conflict.irreducible


def test_a_conflict_among_hundreds_is_found_in_time():
    names = [f"T{at}" for at in range(300)]
    activities = [task(name, 3, on=f"K{at % 10}", deadline=START + 350) for at, name in enumerate(names)]
    activities[150] = replace(activities[150], deadline=START + 150)
    activities[20] = replace(activities[20], release=START + 100)
    given = problem(
        *activities,
        links=tuple(Link(predecessor=a, successor=b) for a, b in zip(names[::10], names[10::10], strict=False)),
        resources=tuple(Resource(name=f"K{at}", capacity=1) for at in range(10)),
        horizon=360,
    )
    assert solve(given, gap=1.0).schedule is not None
    tight = replace(activities[150], deadline=START + 141)
    given = replace(given, activities=(*activities[:150], tight, *activities[151:]))
    conflict = conflict_of(given)
    assert set(conflict.conditions) == {Condition(RELEASE, "T20"), Condition(DEADLINE, "T150")}
    assert ways_out(conflict) == {Condition(RELEASE, "T20"): (1, True), Condition(DEADLINE, "T150"): (1, True)}


@pytest.mark.parametrize("wanted", [{3}, {0, 9}, {2, 5, 7}, set(range(10))])
def test_quick_explain_finds_exactly_what_is_needed(wanted: set[int]):
    every = tuple(Condition(DEADLINE, at) for at in range(10))
    asked = []

    def refuted(kept: tuple[Condition, ...]) -> bool:
        asked.append(kept)
        return wanted <= {condition.subject for condition in kept}

    assert {condition.subject for condition in quick_explain(refuted, every)} == wanted
    assert len(asked) <= 40


def test_goals_do_not_matter_for_a_conflict():
    given = drawn(2, most=3)
    assert Goal.LATENESS in {goal for level in given.goals for goal, _ in level}
    assert conflict_of(given).conditions == conflict_of(replace(given, goals=(((Goal.COST, 1),),))).conditions
