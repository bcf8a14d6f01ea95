"""The answers: a schedule with its score and bound, or why there is none. Frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .model import ActivityId


@dataclass(frozen=True, slots=True)
class Schedule:
    """Where everything lies; columns in the order of the problem's activities.

    starts, finishes: points. modes: position of the mode in ``Activity.modes``.
    score: the goals' levels, in their order: lexicographically less is better.
    """

    starts: tuple[int, ...]
    finishes: tuple[int, ...]
    modes: tuple[int, ...]
    score: tuple[int, ...]


class Status(StrEnum):
    """OPTIMAL: proven. FEASIBLE: valid, not proven best. INFEASIBLE: proven that no plan exists. UNKNOWN: neither."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


class ConditionKind(StrEnum):
    """What can be given up: a hard date, a fixed start, the capacity of a resource, the longest wait of a link."""

    DEADLINE = "deadline"
    FIXED_START = "fixed_start"
    CAPACITY = "capacity"
    RELEASE = "release"
    MAX_LAG = "max_lag"
    HORIZON = "horizon"


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """One thing that a plan must keep. subject: activity id, resource name, "predecessor > successor", or ""."""

    kind: ConditionKind
    subject: ActivityId


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Give one condition of the conflict up by ``amount`` and this conflict is gone.

    amount: calendar days (later deadline, moved fixed start, earlier release), units of a resource on every day, or
        working days of a longest wait.
    clears: whether a plan of the whole problem exists then, proven by finding one; False: another conflict remains or
        the time ran out.
    """

    condition: Condition
    amount: int
    clears: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """A set of conditions that cannot all hold, while any of them given up lets the others hold.

    irreducible: proven by dropping each. False: the time ran out first and the set may be larger than need be.
    relaxations: one a condition at most, cheapest first.
    """

    conditions: tuple[Condition, ...]
    irreducible: bool
    relaxations: tuple[Relaxation, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """A better schedule, or a better bound, that was found under way. bound: of the first level, None if none yet."""

    seconds: float
    method: str
    schedule: Schedule | None
    bound: int | None


@dataclass(frozen=True, slots=True)
class Solution:
    """What the engine found, and how: enough to repeat it.

    bound: by level, for as many levels as are proven or bounded, in order. gap: of the first level, (score - bound) /
        max(1, score); None without a bound or a schedule.
    method: what found the schedule. seed, work: with a limit of work the same seed gives the same schedule.
    """

    status: Status
    schedule: Schedule | None
    bound: tuple[int, ...]
    conflict: Conflict | None
    method: str
    seed: int
    work: int
    seconds: float
    trace: tuple[Progress, ...] = ()

    @property
    def gap(self) -> float | None:
        if self.schedule is None or not self.bound:
            return None
        return max(0, self.schedule.score[0] - self.bound[0]) / max(1, abs(self.schedule.score[0]))
