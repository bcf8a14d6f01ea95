"""The cheapest ways out of a conflict: for each of its conditions, by how little it must give way."""

from __future__ import annotations

from summitry.engine import stopwatch

from ..exact import Frame, Model, propagate, run
from ..exact.frame import Windows
from ..problem import Problem
from ..result import Condition, ConditionKind, Relaxation
from ..serial import immediate
from .conditions import GIVEN_UP_FIRST, relaxed
from .excess import excess
from .shrink import Conditions, Judge, without


def relaxations(judge: Judge, conflict: Conditions) -> tuple[Relaxation, ...]:
    """One a condition at most, those that clear the whole problem first, then by amount."""
    found: list[Relaxation] = []
    for condition in reversed(conflict):
        if judge.over():
            break
        amount = _least(judge, conflict, condition)
        if amount:
            clears = _clears(judge, relaxed(judge.frame.problem, condition, amount))
            found.append(Relaxation(condition, amount, clears))
    rank = GIVEN_UP_FIRST[::-1].index
    return tuple(sorted(found, key=lambda r: (not r.clears, abs(r.amount), rank(r.condition.kind))))


AMOUNTS = 1, 2, 3, 5, 8, 13, 21, 34
"""What is tried at once, before anything is proven."""

AT_ONCE = 0.2
"""Of the time that is left, what trying may take."""


def _at_once(judge: Judge, condition: Condition) -> int | None:
    """An amount with which the immediate schedule keeps all the rest: not always the smallest, but soon found."""
    until = judge.limits(AT_ONCE).seconds
    assert until is not None
    until += stopwatch.seconds()
    for amount in AMOUNTS:
        if stopwatch.seconds() >= until or judge.over():
            break
        if immediate(relaxed(judge.frame.problem, condition, amount), until=until).valid:
            return amount
    return None


def _least(judge: Judge, conflict: Conditions, condition: Condition) -> int | None:
    """The smallest amount with which the rest of the conflict can hold; None if none was found in time.

    If the time runs out before it is proven to be the smallest, the best that was found.
    """
    fixed_start = condition.kind is ConditionKind.FIXED_START  # may give way to either side
    known = None if fixed_start else _at_once(judge, condition)
    if known == 1:
        return known
    made = without(judge, conflict, condition)
    if made is None:
        return known
    _frame, _windows, model = made
    terms = excess(model, judge.frame, condition)
    most = judge.frame.end - judge.frame.start + 1
    amount = model.cp.new_int_var(0, max([most, *(_upper(model, at) for at in model.extra)]), "amount")
    for also, over in terms:
        constraint = model.cp.add(amount >= over)
        if also is not None:
            constraint.only_enforce_if(also)
    if known is not None:
        model.cp.add(amount <= known)
    outcome = run(model, amount, judge.limits(0.5))
    if outcome.value is None or outcome.placement is None:
        return known
    if fixed_start:
        # The direction is told by the sign: two plans may be equally near, one earlier and one later.
        at = judge.frame.problem.place[condition.subject]
        fixed = judge.frame.fixed[at]
        assert fixed is not None
        return outcome.placement.starts[at] - fixed
    return outcome.value


def _upper(model: Model, resource: int) -> int:
    return sum([max([0, *(dict(way.demands).get(resource, 0) for way in ways)]) for ways in model.frame.ways])


def _clears(judge: Judge, problem: Problem) -> bool:
    """Whether a plan of the whole problem is found in time."""
    if immediate(problem).valid:
        return True
    if judge.over():
        return False
    frame = Frame.of(problem)
    windows = propagate(frame)
    if not isinstance(windows, Windows):
        return False
    return run(Model(frame, windows), None, judge.limits(0.5)).placement is not None
