"""From "no plan" to a smallest set of conditions that rules every plan out.

Cheap reasons first: dates and links alone, then the work that must be done between two points, then CP-SAT. A first
set comes from QuickXplain (U. Junker, AAAI 2004: 167-172) with a cheap refutation, or from CP-SAT's assumptions, whose
core is sufficient but not smallest. Then every member is dropped once, with CP-SAT as the judge (the deletion filter
of J. Chinneck, E. Dravnieks, ORSA Journal on Computing 3 (1991): 157-168).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from summitry.engine import stopwatch

from .. import bounds
from ..exact import Frame, Limits, Model, Windows, propagate, run
from ..result import Condition, ConditionKind
from .conditions import keep
from .excess import excess, soft

WORKERS = 4
"""CP-SAT's strategies at once for the small questions here."""

Conditions = tuple[Condition, ...]


class OutOfTime(Exception):
    """The time for an explanation is over."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Answers whether conditions can hold together. frame: laid out to a generous horizon. until: by the stopwatch."""

    frame: Frame
    until: float
    cancelled: Callable[[], bool] | None

    def over(self) -> bool:
        return stopwatch.seconds() >= self.until or (self.cancelled is not None and self.cancelled())

    def limits(self, share: float = 1.0) -> Limits:
        """For one run of CP-SAT, with a share of what is left."""
        left = max(0.01, share * (self.until - stopwatch.seconds()))
        return Limits(seconds=left, workers=WORKERS, cancelled=self.cancelled)

    def windows(self, kept: Conditions) -> Windows | None:
        """None: refuted by dates, calendars and links."""
        if self.over():
            raise OutOfTime
        windows = propagate(keep(self.frame, kept))
        return windows if isinstance(windows, Windows) else None

    def refuted_by_dates(self, kept: Conditions) -> bool:
        return self.windows(kept) is None

    def refuted_by_work(self, kept: Conditions) -> bool:
        windows = self.windows(kept)
        return windows is None or not bounds.possible(keep(self.frame, kept), windows)

    def refuted(self, kept: Conditions) -> bool | None:
        """True: no plan keeps them all. False: one does. None: the time ran out."""
        try:
            windows = self.windows(kept)
        except OutOfTime:
            return None
        frame = keep(self.frame, kept)
        if windows is None or not bounds.possible(frame, windows):
            return True
        status = run(Model(frame, windows), None, self.limits(0.5)).status
        return None if status == "unknown" else status == "infeasible"

    def core(self, kept: Conditions) -> Conditions | None:
        """Some of them that no plan keeps, by CP-SAT's assumptions; None if no refutation was found in time."""
        capacities = tuple([condition for condition in kept if condition.kind is ConditionKind.CAPACITY])
        bare = keep(self.frame, capacities)
        windows = propagate(bare)
        if not isinstance(windows, Windows):
            return ()
        model = Model(bare, windows, soft(bare, capacities))
        literals = []
        for at, condition in enumerate(kept):
            literal = model.cp.new_bool_var(f"condition{at}")
            literals.append(literal)
            for also, over in excess(model, self.frame, condition):
                model.cp.add(over <= 0).only_enforce_if([literal] if also is None else [literal, also])
        model.cp.add_assumptions(literals)
        outcome = run(model, None, self.limits(0.5))
        if outcome.status != "infeasible":
            return None
        of = {literal.index: condition for literal, condition in zip(literals, kept, strict=True)}
        return tuple([of[index] for index in outcome.core])


def smallest(judge: Judge, every: Conditions) -> tuple[Conditions, bool] | None:
    """Conditions that cannot all hold, and whether dropping each was shown to let the others hold.

    None if nothing refutes them in time, or a plan keeps them all.
    """
    found = _first(judge, every)
    if found is None:
        return None
    proven = True
    for condition in found:
        rest = tuple([other for other in found if other != condition])
        refuted = judge.refuted(rest)
        if refuted:
            found = rest
        elif refuted is None:
            proven = False
    return found, proven


def _first(judge: Judge, every: Conditions) -> Conditions | None:
    """A set to begin with, small if the reason is simple. The order of ``every`` tells what is dropped first."""
    dates = tuple([condition for condition in every if condition.kind is not ConditionKind.CAPACITY])
    known: Conditions | None = None
    try:
        if judge.refuted_by_dates(dates):
            known = dates
            return quick_explain(judge.refuted_by_dates, dates)
        for condition in every:
            if condition.kind is ConditionKind.CAPACITY and judge.refuted_by_work((*dates, condition)):
                known = (*dates, condition)
                return quick_explain(judge.refuted_by_work, known)
    except OutOfTime:
        return known
    core = judge.core(every)
    if core is None:
        # Assumptions keep CP-SAT from using what it knows beforehand; the plain question is the stronger one.
        return every if judge.refuted(every) else None
    kept = set(core)
    return tuple([condition for condition in every if condition in kept])


def quick_explain(refuted: Callable[[Conditions], bool], every: Conditions) -> Conditions:
    """A smallest part of ``every`` that is refuted, where all of it is: no member can be left out.

    Members at the beginning are left out first. Asks about ``2 k log(n / k) + 2 k`` times for ``k`` of ``n``.
    """

    def explain(background: Conditions, added: bool, candidates: Conditions) -> Conditions:
        if added and refuted(background):
            return ()
        if len(candidates) == 1:
            return candidates
        middle = len(candidates) // 2
        less, more = candidates[:middle], candidates[middle:]
        of_less = explain((*background, *more), True, less)
        of_more = explain((*background, *of_less), bool(of_less), more)
        return (*of_less, *of_more)

    if not every or refuted(()):
        return ()
    return explain((), False, every)


def without(judge: Judge, kept: Conditions, condition: Condition) -> tuple[Frame, Windows, Model] | None:
    """The model in which all conditions but one hold; that one, if it is a capacity, is soft."""
    rest = tuple([other for other in kept if other != condition])
    frame = keep(judge.frame, (*rest, condition) if condition.kind is ConditionKind.CAPACITY else rest)
    windows = propagate(frame)
    if not isinstance(windows, Windows):
        return None
    return frame, windows, Model(frame, windows, soft(judge.frame, (condition,)))


def tightened(judge: Judge, share: float) -> Judge:
    """The same judge with only a share of the time that is left."""
    return replace(judge, until=stopwatch.seconds() + share * max(0.0, judge.until - stopwatch.seconds()))
