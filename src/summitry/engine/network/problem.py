"""The problem: activities, links and calendars together. Frozen, and checked where it is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from summitry.engine.calendar import WorkCalendar

from .flat import Flat, flatten
from .model import Activity, ActivityId, Fault, InvalidNetwork, Link, LinkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The whole problem.

    activities: In any order; results come in this order.
    links: In any order; at most one of a kind between two activities.
    calendars: Each used by name.
    project_start: Nothing that has not started begins before this point.
    status_date: The point at the beginning of today: work that is not done lies at or after it. None: no progress is
        reckoned with, and a started activity has its whole duration from its actual start.
    flat: The same in rows of integers, made by itself; for the engine's own use.
    """

    activities: tuple[Activity, ...]
    links: tuple[Link, ...] = ()
    calendars: tuple[WorkCalendar, ...]
    project_start: int
    status_date: int | None = None
    flat: Flat = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("activities", "links", "calendars"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        faults = [*self._faults_of_bounds(), *self._faults_of_activities(), *self._faults_of_links()]
        if faults:
            raise InvalidNetwork(faults)
        object.__setattr__(self, "flat", flatten(self))

    def _faults_of_bounds(self) -> Iterator[Fault]:
        if type(self.project_start) is not int:
            yield Fault("network", "project_start", repr(self.project_start), "a point, a whole number")
        if type(self.status_date) not in (int, type(None)):
            yield Fault("network", "status_date", repr(self.status_date), "a point, a whole number, or none")
        for name in _twice(calendar.name for calendar in self.calendars):
            yield Fault("network", "calendars", f"{name!r} twice", "each name once")

    def _faults_of_activities(self) -> Iterator[Fault]:
        for id in _twice(activity.id for activity in self.activities):
            yield Fault("network", "activities", f"{id!r} twice", "each id once")
        names = {calendar.name for calendar in self.calendars}
        for activity in self.activities:
            if activity.calendar not in names:
                expected = "one of " + ", ".join(map(repr, sorted(names))) if names else "a calendar of the network"
                yield Fault(f"activity {activity.id!r}", "calendar", repr(activity.calendar), expected)
            if activity.remaining is not None and self.status_date is None:
                expected = "none, as the network has no status date to count it from"
                yield Fault(f"activity {activity.id!r}", "remaining", repr(activity.remaining), expected)

    def _faults_of_links(self) -> Iterator[Fault]:
        ids = {activity.id for activity in self.activities}
        seen: set[tuple[ActivityId, ActivityId, LinkKind]] = set()
        for link in self.links:
            if link.predecessor not in ids:
                yield Fault(_named(link), "predecessor", repr(link.predecessor), "an activity of the network")
            if link.successor not in ids:
                yield Fault(_named(link), "successor", repr(link.successor), "an activity of the network")
            key = (link.predecessor, link.successor, link.kind)
            if key in seen:
                yield Fault(_named(link), "kind", f"{link.kind} twice", "one link of a kind between two activities")
            seen.add(key)


def _named(link: Link) -> str:
    return f"link {link.predecessor!r} > {link.successor!r}"


def _twice(values: Iterable[ActivityId]) -> list[ActivityId]:
    """Values that occur more than once, each named once, in order of the first repetition."""
    seen: set[ActivityId] = set()
    repeated: dict[ActivityId, None] = {}
    for value in values:
        if value in seen:
            repeated[value] = None
        seen.add(value)
    return list(repeated)
