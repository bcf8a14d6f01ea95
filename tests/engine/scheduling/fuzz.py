"""Random problems: the engine against the independent checker and against trying everything.

    python -m tests.engine.scheduling.fuzz --count 5000 --seed 1

Prints each difference with the seed that shows it, and how many there were; ends with 1 if there was any.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from summitry.engine.scheduling.explain import relaxed
from summitry.engine.scheduling.problem import Problem
from summitry.engine.scheduling.result import (
    Condition,
    ConditionKind,
    Conflict,
    Relaxation,
    Schedule,
    Solution,
    Status,
)
from summitry.engine.scheduling.solve import solve

from . import checker
from .problems import brute_force, drawn

BEYOND = 30
"""Days after the horizon that are tried where the horizon is given up."""


def differences(problem: Problem, *, brute: bool = True, work: int | None = None) -> list[str]:
    """Everything in which the engine's answer to a problem is wrong. brute: also against trying everything."""
    try:
        solution = solve(problem, work=work)
    except AssertionError as fault:
        return [f"fault: {fault}"]
    found = list(_of_solution(problem, solution))
    if brute:
        best = brute_force(problem)
        if best is None:
            if solution.status is not Status.INFEASIBLE:
                found.append(f"{solution.status} where no plan exists")
        elif solution.status is not Status.OPTIMAL or solution.schedule is None:
            found.append(f"{solution.status} where the best plan is worth {best.score}")
        elif solution.schedule.score != best.score:
            found.append(f"score {solution.schedule.score} called optimal, the best is {best.score}")
    if solution.conflict is not None and brute:
        found += _of_conflict(problem, solution.conflict)
    return found


def _of_solution(problem: Problem, solution: Solution) -> Iterable[str]:
    if solution.schedule is not None:
        yield from checker.faults(problem, solution.schedule)
    if (solution.schedule is None) != (solution.status in (Status.INFEASIBLE, Status.UNKNOWN)):
        yield f"{solution.status} with schedule {solution.schedule}"
    if (solution.conflict is not None) != (solution.status is Status.INFEASIBLE):
        yield f"{solution.status} with conflict {solution.conflict}"
    if solution.status is Status.OPTIMAL and solution.schedule and solution.bound != solution.schedule.score:
        yield f"optimal with bounds {solution.bound} and score {solution.schedule.score}"
    scores = [progress.schedule.score for progress in solution.trace if progress.schedule is not None]
    if scores != sorted(scores, reverse=True):
        yield f"scores told under way get worse: {scores}"
    for progress in solution.trace:
        if progress.bound is not None and solution.schedule and progress.bound > solution.schedule.score[0]:
            yield f"bound {progress.bound} beyond {solution.schedule.score[0]}"


def _of_conflict(problem: Problem, conflict: Conflict) -> Iterable[str]:
    kept = set(conflict.conditions)
    if not conflict.irreducible:
        yield "the conflict is not proven irreducible"
    if exists(only(problem, kept)):
        yield f"a plan keeps all of {conflict.conditions}"
    for condition in conflict.conditions:
        if not exists(only(problem, kept - {condition})):
            yield f"{condition} is not needed in {conflict.conditions}"
    told = [relaxation.condition for relaxation in conflict.relaxations]
    if len(set(told)) != len(told) or not set(told) <= kept:
        yield f"relaxations of {told}, conflict of {conflict.conditions}"
    if kept != set(told):
        yield f"no relaxation of {kept - set(told)}"
    for relaxation in conflict.relaxations:
        yield from _of_relaxation(problem, kept, relaxation)


def _of_relaxation(problem: Problem, kept: set[Condition], relaxation: Relaxation) -> Iterable[str]:
    condition, amount = relaxation.condition, relaxation.amount
    rest = only(problem, kept)
    if not exists(relaxed(rest, condition, amount)):
        yield f"{relaxation} does not end the conflict of {kept}"
    smaller = {amount - 1} if amount > 0 else {amount + 1}
    if condition.kind is ConditionKind.FIXED_START:
        smaller |= {-less for less in smaller}
    for less in smaller:
        if exists(relaxed(rest, condition, less)):
            yield f"{less} is enough, not {relaxation}"
    if relaxation.clears != exists(relaxed(problem, condition, amount)):
        yield f"{relaxation} clears: the opposite is true"


def only(problem: Problem, kept: set[Condition]) -> Problem:
    """The problem in which of all that can be given up only these conditions hold."""

    def holds(kind: ConditionKind, subject: int | str) -> bool:
        return Condition(kind, subject) in kept

    activities = []
    for activity in problem.activities:
        modes = [
            replace(mode, demands=[(r, units) for r, units in mode.demands if holds(ConditionKind.CAPACITY, r)])
            for mode in activity.modes
        ]
        activities.append(
            replace(
                activity,
                modes=tuple(modes),
                release=activity.release if holds(ConditionKind.RELEASE, activity.id) else None,
                deadline=activity.deadline if holds(ConditionKind.DEADLINE, activity.id) else None,
                fixed_start=activity.fixed_start if holds(ConditionKind.FIXED_START, activity.id) else None,
            )
        )
    links = [
        link if holds(ConditionKind.MAX_LAG, f"{link.predecessor} > {link.successor}") else replace(link, max_lag=None)
        for link in problem.links
    ]
    horizon = problem.horizon
    if not holds(ConditionKind.HORIZON, ""):
        horizon = (
            max([horizon, *(a.release or 0 for a in activities), *(a.fixed_start or 0 for a in activities)]) + BEYOND
        )
    return replace(problem, activities=tuple(activities), links=tuple(links), horizon=horizon)


def exists(problem: Problem) -> bool:
    """Whether any plan exists, by trying every mode and start, with the checker's rules, until one fits."""
    count = len(problem.activities)
    starts, finishes, modes = [0] * count, [0] * count, [0] * count
    whole = Schedule(starts, finishes, modes, ())  # type: ignore[arg-type]  # filled in place
    choices = []
    for at, activity in enumerate(problem.activities):
        choices.append([])
        for modes[at], mode in enumerate(activity.modes):
            calendar = problem.calendar(mode.calendar)
            for starts[at] in range(problem.project_start, problem.horizon + 1):
                finishes[at] = calendar.finish(starts[at], mode.duration)
                if not checker._activity(problem, whole, at):
                    choices[at].append((modes[at], starts[at], finishes[at]))
    ready = [
        [link for link in problem.links if max(problem.place[link.predecessor], problem.place[link.successor]) == at]
        for at in range(count)
    ]
    used: Counter[tuple[str, int]] = Counter()
    there = {
        (r.name, day): r.on(day) for r in problem.resources for day in range(problem.project_start, problem.horizon)
    }

    def place(at: int) -> bool:
        if at == count:
            return True
        for choice in choices[at]:
            modes[at], starts[at], finishes[at] = choice
            if any(checker._link(problem, whole, link) for link in ready[at]):
                continue
            held = {
                (name, day): units
                for name, units in problem.activities[at].modes[modes[at]].demands
                for day in range(starts[at], finishes[at])
            }
            if any(used[key] + units > there[key] for key, units in held.items()):
                continue
            used.update(held)
            if place(at + 1):
                return True
            used.subtract(held)
        return False

    return place(0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="problems (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the first problem (default %(default)s)")
    parser.add_argument("--most", type=int, default=4, help="activities of the small ones (default %(default)s)")
    given = parser.parse_args()
    statuses: Counter[str] = Counter()
    wrong, began = 0, time.monotonic()
    for seed in range(given.seed, given.seed + given.count):
        if (done := seed - given.seed) and done % 100 == 0:
            print(f"{done} problems, {wrong} differences", file=sys.stderr, flush=True)  # noqa: T201
        large = seed % 10 == 0
        problem = drawn(seed, most=12, days=40, hard=0.1) if large else drawn(seed, most=given.most)
        statuses["large" if large else "small"] += 1
        for difference in differences(problem, brute=not large, work=200_000 if large else None):
            wrong += 1
            print(f"seed {seed}: {difference}", flush=True)  # noqa: T201
    taken = time.monotonic() - began
    print(f"{given.count} problems ({dict(statuses)}), {wrong} differences, {taken:.0f} s")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
