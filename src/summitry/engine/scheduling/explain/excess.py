"""How far a plan is from keeping a condition, as expressions of the constraint program."""

from __future__ import annotations

from ..exact import Frame, Model
from ..exact.model import Expression
from ..result import Condition, ConditionKind
from ..score import named


def soft(frame: Frame, kept: tuple[Condition, ...]) -> set[int]:
    """Positions of the resources whose capacity is among the conditions."""
    names = {condition.subject for condition in kept if condition.kind is ConditionKind.CAPACITY}
    return {at for at, resource in enumerate(frame.problem.resources) if resource.name in names}


def excess(model: Model, frame: Frame, condition: Condition) -> list[tuple[Expression | None, Expression]]:
    """``(literal, expression)``: the condition is kept if every expression whose literal holds is not above 0.

    model: made without the condition (a capacity: with it as a soft one). frame: the whole problem's.
    """
    kind, subject, problem = condition.kind, condition.subject, frame.problem
    if kind is ConditionKind.HORIZON:
        return [(None, finish - problem.horizon) for finish in model.finish]
    if kind is ConditionKind.CAPACITY:
        at = next(at for at, resource in enumerate(problem.resources) if resource.name == subject)
        return [(None, model.extra[at])] if at in model.extra else []
    if kind is ConditionKind.MAX_LAG:
        return [
            (literal, waited - arc.longest)
            for arc, link in zip(frame.arcs, problem.links, strict=True)
            if arc.longest is not None and named(link) == subject
            for literal, waited in model.waits(arc)
        ]
    at = problem.place[subject]
    if kind is ConditionKind.DEADLINE:
        return [(None, model.finish[at] - frame.deadline[at])]
    if kind is ConditionKind.RELEASE:
        return [(None, frame.release[at] - model.start[at])]
    return [(None, model.start[at] - frame.fixed[at]), (None, frame.fixed[at] - model.start[at])]
