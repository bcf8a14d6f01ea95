"""The answer: dates, float, and the reasons for them. Frozen; columns in the order of the network's activities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from summitry.engine.calendar import shown_finish

from .flat import Flat
from .kernel import ACTUAL, END_OF_PROJECT, FINISHED, FIXED, NOT_BEFORE, PROJECT_START, STATUS_DATE
from .model import ActivityId, Link
from .passes import Solved
from .problem import Network


class DriverKind(StrEnum):
    """What an activity waits for."""

    LINK = "link"
    NOT_BEFORE = "not_before"
    FIXED = "fixed"
    ACTUAL = "actual"
    STATUS_DATE = "status_date"
    PROJECT_START = "project_start"


@dataclass(frozen=True, slots=True)
class Driver:
    """Why an activity's work begins when it begins, and no day earlier. ``link`` is given for ``LINK`` alone.

    Of several that demand the same point a link is named before anything else, and among links the one whose
    predecessor has the smallest id. For a started activity it is what the rest of the work waits for.
    """

    kind: DriverKind
    link: Link | None = None

    @property
    def predecessor(self) -> ActivityId | None:
        return self.link.predecessor if self.link else None


class BindingKind(StrEnum):
    """Whose date the latest dates of an activity come from."""

    PROJECT_FINISH = "project_finish"
    DEADLINE = "deadline"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Binding:
    """What decides the latest dates; ``activity`` is the one that has the deadline or fixed date, perhaps itself."""

    kind: BindingKind
    activity: ActivityId | None = None


class ConflictKind(StrEnum):
    """In what a fixed date does not fit.

    START, FINISH: The logic demands a later point. CALENDAR: The fixed day is not worked. DURATION: Between the fixed
    start and the fixed finish there are not as many working days as the activity takes.
    """

    START = "start"
    FINISH = "finish"
    CALENDAR = "calendar"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A fixed date, kept, and the point that would be needed instead; ``driver`` is what demands it."""

    activity: ActivityId
    kind: ConflictKind
    fixed: int
    demanded: int
    driver: Driver


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityTimes:
    """One activity's part of the answer.

    early_start, early_finish: Points. Actual and fixed dates where there are any.
    late_start, late_finish: Latest points that break no deadline, no fixed date and do not move the project's finish.
    total_float: Working days of its calendar that it can slip before one of those breaks; negative = already broken by
        so many days (-1 also if by free days alone). None once it is finished.
    end_float: The same against the project's finish alone, deadlines and fixed dates set aside. None once finished.
    free_float: Working days that it can slip without moving any other activity, >= 0. None once finished.
    critical: ``end_float <= 0``: a slip of one working day moves the project's finish.
    resume: Where the work that is left begins: ``early_start``, or for a started activity the point at which it goes
        on. None once finished.
    shown_start, shown_finish: The days that a person reads. For a milestone both are the day on which it is reached.
    """

    id: ActivityId
    early_start: int
    early_finish: int
    late_start: int
    late_finish: int
    total_float: int | None
    end_float: int | None
    free_float: int | None
    critical: bool
    resume: int | None
    driver: Driver
    binding: Binding
    shown_start: int
    shown_finish: int


@dataclass(frozen=True, slots=True, eq=False)
class NetworkResult(Mapping[ActivityId, ActivityTimes]):
    """The dates of a network. ``result[id]`` gives one activity's times; the columns give all of one kind.

    finish: The point at which the last activity is finished; the project's start if there is none.
    critical_path: The chain of driving links that ends at the last activity, first to last. It stops where work waits
        for something else than a link (``result[path[0]].driver`` says for what) or for work that is finished. With
        several calendars a member can have float all the same: days on which its successor does not work.
    conflicts: Fixed dates that could not be reconciled, in the order of ids.
    """

    network: Network = field(repr=False)
    finish: int
    critical_path: tuple[ActivityId, ...]
    conflicts: tuple[Conflict, ...]
    early_start: tuple[int, ...] = field(repr=False)
    early_finish: tuple[int, ...] = field(repr=False)
    late_start: tuple[int, ...] = field(repr=False)
    late_finish: tuple[int, ...] = field(repr=False)
    total_float: tuple[int | None, ...] = field(repr=False)
    end_float: tuple[int | None, ...] = field(repr=False)
    free_float: tuple[int | None, ...] = field(repr=False)
    solved: Solved = field(repr=False)

    def __getitem__(self, id: ActivityId) -> ActivityTimes:
        at = self.network.flat.place[id]
        end_float = self.end_float[at]
        activity = self.network.activities[at]
        return ActivityTimes(
            id=id,
            early_start=self.early_start[at],
            early_finish=self.early_finish[at],
            late_start=self.late_start[at],
            late_finish=self.late_finish[at],
            total_float=self.total_float[at],
            end_float=end_float,
            free_float=self.free_float[at],
            critical=end_float is not None and end_float <= 0,
            resume=None if activity.finished else self.solved.resume[at],
            driver=driver(self.network, self.solved.driver[at]),
            binding=self._binding(at),
            shown_start=self._shown_start(at),
            shown_finish=self._shown_finish(at),
        )

    def __iter__(self) -> Iterator[ActivityId]:
        return iter(self.network.flat.ids)

    def __len__(self) -> int:
        return len(self.network.flat.ids)

    def __contains__(self, id: object) -> bool:
        return id in self.network.flat.place

    def chain(self, id: ActivityId) -> tuple[ActivityId, ...]:
        """The driving links that lead to one activity, first to last: the whole answer to "why then?"."""
        flat = self.network.flat
        return driving_chain(flat, self.solved.driver, flat.place[id])

    def _binding(self, at: int) -> Binding:
        bound = self.solved.bound[at]
        if bound == END_OF_PROJECT:
            return Binding(BindingKind.PROJECT_FINISH)
        owner = self.network.activities[bound]
        # The binding date of an activity with both is its deadline when that is the earlier one.
        by_deadline = (
            owner.deadline is not None and self.late_finish[bound] <= owner.deadline < self.early_finish[bound]
        )
        fixed = owner.fixed_finish is not None or (owner.fixed_start is not None and not owner.started)
        kind = BindingKind.FIXED if fixed and not by_deadline else BindingKind.DEADLINE
        return Binding(kind, owner.id)

    def _shown_start(self, at: int) -> int:
        return self._shown_finish(at) if self._stands(at) else self.early_start[at]

    def _shown_finish(self, at: int) -> int:
        if not self._stands(at):
            return shown_finish(self.early_finish[at])
        activity, today = self.network.activities[at], self.network.status_date
        day = self.early_finish[at] - self._at_end_of_day(at)
        unmoved = activity.finished or activity.waived or self.solved.driver[at] == FIXED
        return day if today is None or unmoved else max(day, today)

    def _stands(self, at: int) -> bool:
        """Whether it takes no time: its start and finish are one point."""
        return self.early_start[at] == self.early_finish[at]

    def _at_end_of_day(self, at: int) -> bool:
        """Whether a milestone closes the day before its point (work was done) or opens the day after it."""
        while self._stands(at):
            code, activity = self.solved.driver[at], self.network.activities[at]
            if code == ACTUAL:
                return activity.actual_finish is not None
            if code == FIXED:
                return activity.fixed_finish is not None
            if code < 0:
                return False
            link, at = self.network.links[code], self.network.flat.edge_from[code]
            if link.lag:
                return True  # a lag or lead leads to the end of a working day
            if link.kind.from_start and not self._stands(at):
                return False
        return True


def driver(network: Network, code: int) -> Driver:
    """What a code of ``kernel.forward`` means."""
    return Driver(_DRIVERS[code]) if code < 0 else Driver(DriverKind.LINK, network.links[code])


_DRIVERS = {
    PROJECT_START: DriverKind.PROJECT_START,
    NOT_BEFORE: DriverKind.NOT_BEFORE,
    STATUS_DATE: DriverKind.STATUS_DATE,
    FIXED: DriverKind.FIXED,
    ACTUAL: DriverKind.ACTUAL,
}


def driving_chain(flat: Flat, codes: Sequence[int], at: int) -> tuple[ActivityId, ...]:
    """Along the driving links to the activity at a position, first to last; finished work before it is left out."""
    chain = [at]
    while codes[at] >= 0:
        at = flat.edge_from[codes[at]]
        if flat.state[at] == FINISHED:
            break
        chain.append(at)
    return tuple([flat.ids[at] for at in reversed(chain)])
