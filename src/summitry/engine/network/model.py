"""What a network is made of: activities and links. Frozen, and checked where they are built.

All dates are points, see ``summitry.engine.calendar``: a start ``s`` is the beginning of day ``s``, a finish ``f`` is
the end of day ``f - 1``. All durations and lags are working days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

ActivityId: TypeAlias = int | str


class LinkKind(StrEnum):
    """Which end of the predecessor holds which end of the successor."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"

    @property
    def from_start(self) -> bool:
        """The predecessor's start counts (SS, SF), else its finish."""
        return self is LinkKind.SS or self is LinkKind.SF

    @property
    def to_finish(self) -> bool:
        """The successor's finish is held (FF, SF), else its start."""
        return self is LinkKind.FF or self is LinkKind.SF


class Fault(NamedTuple):
    """One thing wrong with a problem: where, which field, what was found, what is expected."""

    where: str
    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.where}: {self.field} is {self.found}, expected {self.expected}"


class InvalidNetwork(ValueError):
    """The problem makes no sense; ``faults`` names everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type[InvalidNetwork], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


class CycleError(ValueError):
    """Activities wait for one another in a circle, so none of them can ever start.

    cycles: One loop for each knot of mutually waiting activities, a shortest one; ids in the order predecessor to
        successor, the last is the predecessor of the first. Each begins with its smallest id.
    """

    def __init__(self, cycles: Iterable[tuple[ActivityId, ...]]) -> None:
        self.cycles = tuple(cycles)
        loops = (" > ".join(map(str, (*loop, loop[0]))) for loop in self.cycles)
        super().__init__("Activities wait for one another in a circle: " + "; ".join(loops) + ".")

    def __reduce__(self) -> tuple[type[CycleError], tuple[tuple[tuple[ActivityId, ...], ...]]]:
        return type(self), (self.cycles,)


_KINDS = {kind.value: kind for kind in LinkKind}
_NO_DATES = (None,) * 6
_ID_TYPES = (str, int)


class TooLongError(ValueError):
    """The network spans more years than a calendar has, so some duration, lag or date must be a slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A piece of work, or a milestone when its duration is 0.

    id: Unique in the network. Ties are broken by the order of ids, never by the order of the list.
    duration: Working days, >= 0.
    calendar: Name of one of the network's calendars.
    not_before: It does not start before this point (start no earlier than). Ignored once it has started.
    deadline: It should be finished by this point (as every finish, ``finish_point`` of the day). Moves no early date;
        makes float negative when missed.
    fixed_start, fixed_finish: Hard dates. Kept even against the logic; the clash is reported as a conflict.
    actual_start, actual_finish: Facts. Kept; they outrank fixed dates. With only a finish known the start is reckoned
        back from it by the duration.
    remaining: Working days still to do after the status date, for a started activity. None: the duration less the
        working days since the actual start, at least 1 (it is not finished, so something remains).
    waived: Takes no time and owes no date of its own (its dates above are ignored), but still passes the logic on: what
        waited for it waits for what it waited for.
    """

    id: ActivityId
    duration: int
    calendar: str
    not_before: int | None = None
    deadline: int | None = None
    fixed_start: int | None = None
    fixed_finish: int | None = None
    actual_start: int | None = None
    actual_finish: int | None = None
    remaining: int | None = None
    waived: bool = False

    def __post_init__(self) -> None:
        whole = type(self.duration) is int and self.duration >= 0
        named = type(self.id) in _ID_TYPES and self.id != ""
        # Most activities have nothing else that could be wrong; they are told apart quickly.
        if not (whole and named and self.plain) and (faults := tuple(self._faults())):
            raise InvalidNetwork(faults)

    @property
    def dates(self) -> tuple[int | None, ...]:
        """All dates of its own, in the order of the fields."""
        return (
            self.not_before,
            self.deadline,
            self.fixed_start,
            self.fixed_finish,
            self.actual_start,
            self.actual_finish,
        )

    @property
    def plain(self) -> bool:
        """Whether it has no date, no progress and is not waived."""
        return self.dates == _NO_DATES and self.remaining is None and not self.waived

    def _faults(self) -> Iterator[Fault]:
        where = f"activity {self.id!r}"
        if type(self.id) not in _ID_TYPES or self.id == "":
            yield Fault(where, "id", repr(self.id), "a whole number or a text that is not empty")
        if type(self.duration) is not int or self.duration < 0:
            yield Fault(where, "duration", repr(self.duration), "working days, a whole number >= 0")
        dates = ("not_before", "deadline", "fixed_start", "fixed_finish", "actual_start", "actual_finish")
        not_whole = {name for name in dates if type(getattr(self, name)) not in (int, type(None))}
        for name in dates:
            if name in not_whole:
                yield Fault(where, name, repr(getattr(self, name)), "a point, a whole number")
        for first, last in (("fixed_start", "fixed_finish"), ("actual_start", "actual_finish")):
            start, finish = getattr(self, first), getattr(self, last)
            if start is None or finish is None or not_whole & {first, last}:
                continue
            if finish < start:
                yield Fault(where, last, repr(finish), f"not before {first} ({start})")
        if self.remaining is None:
            return
        if type(self.remaining) is not int or self.remaining < 0:
            yield Fault(where, "remaining", repr(self.remaining), "working days, a whole number >= 0")
        if self.actual_start is None:
            yield Fault(where, "remaining", repr(self.remaining), "none, as the activity has not started")
        if self.actual_finish is not None:
            yield Fault(where, "remaining", repr(self.remaining), "none, as the activity is finished")

    @property
    def finished(self) -> bool:
        return self.actual_finish is not None and not self.waived

    @property
    def started(self) -> bool:
        """Begun and not finished."""
        return self.actual_start is not None and self.actual_finish is None and not self.waived


@dataclass(frozen=True, slots=True)
class Link:
    """``successor`` waits for ``predecessor``.

    kind: Which ends are tied, also as a text; FS: the successor starts after the predecessor's finish.
    lag: Working days of the successor's calendar that must lie between the two ends; negative = lead.
    """

    predecessor: ActivityId
    successor: ActivityId
    kind: LinkKind = LinkKind.FS
    lag: int = 0

    def __post_init__(self) -> None:
        kind = _KINDS.get(self.kind) if isinstance(self.kind, str) else None
        if kind is None or type(self.lag) is not int or self.predecessor == self.successor:
            raise InvalidNetwork(self._faults())
        if type(self.kind) is not LinkKind:
            object.__setattr__(self, "kind", kind)

    def _faults(self) -> Iterator[Fault]:
        where = f"link {self.predecessor!r} > {self.successor!r}"
        if not isinstance(self.kind, str) or self.kind not in _KINDS:
            yield Fault(where, "kind", repr(self.kind), "one of FS, SS, FF, SF")
        if type(self.lag) is not int:
            yield Fault(where, "lag", repr(self.lag), "working days, a whole number")
        if self.predecessor == self.successor:
            yield Fault(where, "successor", repr(self.successor), "another activity than the predecessor")
