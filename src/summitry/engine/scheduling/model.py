"""What a schedule under capacity is made of: resources, activities with their modes, links, goals.

Days and points are integers as in ``summitry.engine.calendar``: a start ``s`` is the beginning of day ``s``, a finish
``f`` the end of day ``f - 1``. Durations and lags are working days, moves and lateness calendar days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from summitry.engine.network.model import ActivityId, Fault, LinkKind

__all__ = [
    "Activity",
    "ActivityId",
    "Fault",
    "Goal",
    "InvalidProblem",
    "Level",
    "Link",
    "LinkKind",
    "Mode",
    "Resource",
]


class InvalidProblem(ValueError):
    """The problem makes no sense; ``faults`` names everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type[InvalidProblem], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something that several activities share: an agency's desks, rooms, vehicles, people.

    name: Unique in the problem.
    capacity: Units there are on every day, >= 0.
    changes: ``(first day, capacity from that day on)``, in the order of days: where the capacity differs.
    level_weight: What one unit of peak use costs under ``Goal.LEVEL``.
    """

    name: str
    capacity: int
    changes: tuple[tuple[int, int], ...] = ()
    level_weight: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", tuple((day, units) for day, units in self.changes))
        if faults := tuple(self._faults()):
            raise InvalidProblem(faults)

    def _faults(self) -> Iterator[Fault]:
        where = f"resource {self.name!r}"
        if not isinstance(self.name, str) or not self.name:
            yield Fault(where, "name", repr(self.name), "a text that is not empty")
        for name in ("capacity", "level_weight"):
            if not _count(getattr(self, name)):
                yield Fault(where, name, repr(getattr(self, name)), "a whole number >= 0")
        if any(type(day) is not int or not _count(units) for day, units in self.changes):
            yield Fault(where, "changes", repr(self.changes), "pairs of a day and a whole number of units >= 0")
        elif any(a[0] >= b[0] for a, b in zip(self.changes, self.changes[1:], strict=False)):
            yield Fault(where, "changes", repr(self.changes), "each day once, in order")

    def on(self, day: int) -> int:
        """Units there are on a day."""
        units = self.capacity
        for first, changed in self.changes:
            if first > day:
                break
            units = changed
        return units


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way to carry out an activity: by whom, in how many days, with how many units of what.

    duration: Working days of ``calendar``, >= 0. The activity starts on a working day and ends with its last one; free
        days in between do not count, except that an ``unbroken`` activity may have none in between. One of no duration
        lies at any point, worked or not.
    demands: ``(resource, units > 0)``. Held from start to finish, free days in between included: nobody gives a desk, a
        room or a vehicle away over a weekend. An activity of no duration holds nothing.
    cost: What choosing this mode costs under ``Goal.COST``.
    """

    name: str
    duration: int
    calendar: str
    demands: tuple[tuple[str, int], ...] = ()
    unbroken: bool = False
    cost: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "demands", tuple((resource, units) for resource, units in self.demands))
        if faults := tuple(self._faults()):
            raise InvalidProblem(faults)

    def _faults(self) -> Iterator[Fault]:
        where = f"mode {self.name!r}"
        for name in ("duration", "cost"):
            if not _count(getattr(self, name)):
                yield Fault(where, name, repr(getattr(self, name)), "a whole number >= 0")
        for resource, units in self.demands:
            if not _count(units) or units == 0:
                yield Fault(where, "demands", f"{units!r} of {resource!r}", "a whole number of units > 0")
        names = [resource for resource, _ in self.demands]
        if len(set(names)) < len(names):
            yield Fault(where, "demands", repr(names), "each resource once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A piece of work that is still to be placed.

    id: Unique in the problem. Ties are broken by the order of the list.
    modes: At least one; the first is the usual one.
    release: Does not start before this point.
    deadline: Must be finished by this point: hard. A plan that breaks it is none.
    due, due_weight: Should be finished by this point; each calendar day later costs ``due_weight`` under
        ``Goal.LATENESS``.
    fixed_start: Must start exactly here: hard.
    planned_start, planned_mode: The present plan. Each calendar day that the start differs from it costs
        ``move_weight``, another mode ``mode_weight``, under ``Goal.CHANGE``. A published date has a high weight.
    priority: Higher goes first where nothing else decides (a rule of the immediate schedule, no goal).
    """

    id: ActivityId
    modes: tuple[Mode, ...]
    release: int | None = None
    deadline: int | None = None
    due: int | None = None
    due_weight: int = 1
    fixed_start: int | None = None
    planned_start: int | None = None
    planned_mode: str | None = None
    move_weight: int = 1
    mode_weight: int = 1
    priority: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "modes", tuple(self.modes))
        if faults := tuple(self._faults()):
            raise InvalidProblem(faults)

    def _faults(self) -> Iterator[Fault]:
        where = f"activity {self.id!r}"
        if type(self.id) not in (str, int) or self.id == "":
            yield Fault(where, "id", repr(self.id), "a whole number or a text that is not empty")
        if not self.modes:
            yield Fault(where, "modes", "none", "at least one")
        names = [mode.name for mode in self.modes]
        if len(set(names)) < len(names):
            yield Fault(where, "modes", repr(names), "each name once")
        if self.planned_mode is not None and self.planned_mode not in names:
            yield Fault(where, "planned_mode", repr(self.planned_mode), "one of " + ", ".join(map(repr, names)))
        for name in ("release", "deadline", "due", "fixed_start", "planned_start"):
            if type(getattr(self, name)) not in (int, type(None)):
                yield Fault(where, name, repr(getattr(self, name)), "a point, a whole number")
        for name in ("due_weight", "move_weight", "mode_weight"):
            if not _count(getattr(self, name)):
                yield Fault(where, name, repr(getattr(self, name)), "a whole number >= 0")
        if type(self.priority) is not int:
            yield Fault(where, "priority", repr(self.priority), "a whole number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """``successor`` waits for ``predecessor``, at least ``lag`` working days and, if given, at most ``max_lag``.

    Working days of the calendar of the successor's mode. With ``p`` the end of the predecessor that counts and ``q``
    that of the successor: ``q >= calendar.shift(p, lag)`` and ``calendar.count(p, q) <= max_lag``, so that after a
    Friday a Monday is "at once". Negative: a lead. Activities may not wait for one another in a circle.
    """

    predecessor: ActivityId
    successor: ActivityId
    kind: LinkKind = LinkKind.FS
    lag: int = 0
    max_lag: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.kind, str) and not isinstance(self.kind, LinkKind) and self.kind in list(LinkKind):
            object.__setattr__(self, "kind", LinkKind(self.kind))
        if faults := tuple(self._faults()):
            raise InvalidProblem(faults)

    def _faults(self) -> Iterator[Fault]:
        where = f"link {self.predecessor!r} > {self.successor!r}"
        if not isinstance(self.kind, LinkKind):
            yield Fault(where, "kind", repr(self.kind), "one of FS, SS, FF, SF")
        if type(self.lag) is not int:
            yield Fault(where, "lag", repr(self.lag), "working days, a whole number")
        if type(self.max_lag) not in (int, type(None)):
            yield Fault(where, "max_lag", repr(self.max_lag), "working days, a whole number")
        elif self.max_lag is not None and type(self.lag) is int and self.max_lag < self.lag:
            yield Fault(where, "max_lag", repr(self.max_lag), f"not less than the lag ({self.lag})")
        if self.predecessor == self.successor:
            yield Fault(where, "successor", repr(self.successor), "another activity than the predecessor")


class Goal(StrEnum):
    """What a schedule is judged by; all are sums of whole numbers, and less is better.

    LATENESS: calendar days after ``due``, by ``due_weight``. MAKESPAN: days from ``project_start`` to the last finish.
    CHANGE: days moved and modes changed against the present plan, by their weights. COST: of the modes chosen.
    LEVEL: the peak use of each resource, by ``level_weight``.
    """

    LATENESS = "lateness"
    MAKESPAN = "makespan"
    CHANGE = "change"
    COST = "cost"
    LEVEL = "level"


Level = tuple[tuple[Goal, int], ...]
"""Goals of one rank with weights; their weighted sum is minimised. Levels follow one another lexicographically."""


def _count(value: object) -> bool:
    return type(value) is int and value >= 0
