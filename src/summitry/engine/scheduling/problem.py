"""The problem: activities, links, resources, calendars and goals together. Frozen, and checked where it is built."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from summitry.engine.calendar import WorkCalendar
from summitry.engine.network.model import ActivityId

from .model import Activity, Fault, Goal, InvalidProblem, Level, Link, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The whole problem.

    activities: In any order; results come in this order.
    project_start: Nothing starts before this point.
    horizon: Everything is finished by this point. A generous one costs little; ``project_start`` and the sum of all
        durations always suffice, if anything does.
    goals: Levels, the first counts most. Default: the makespan alone.
    place: Position of each activity by its id; made by itself.
    """

    activities: tuple[Activity, ...]
    links: tuple[Link, ...] = ()
    resources: tuple[Resource, ...] = ()
    calendars: tuple[WorkCalendar, ...]
    project_start: int
    horizon: int
    goals: tuple[Level, ...] = (((Goal.MAKESPAN, 1),),)
    place: dict[ActivityId, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("activities", "links", "resources", "calendars", "goals"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "place", {activity.id: at for at, activity in enumerate(self.activities)})
        faults = [*self._faults_of_bounds(), *self._faults_of_activities(), *self._faults_of_links()]
        if not faults:
            faults = list(self._faults_of_circles())
        if faults:
            raise InvalidProblem(faults)

    def calendar(self, name: str) -> WorkCalendar:
        """The calendar of a name."""
        return next(calendar for calendar in self.calendars if calendar.name == name)

    def _faults_of_bounds(self) -> Iterator[Fault]:
        for name in ("project_start", "horizon"):
            if type(getattr(self, name)) is not int:
                yield Fault("problem", name, repr(getattr(self, name)), "a point, a whole number")
                return
        if self.horizon < self.project_start:
            yield Fault("problem", "horizon", repr(self.horizon), f"not before project_start ({self.project_start})")
        for label, names in (
            ("activities", (activity.id for activity in self.activities)),
            ("resources", (resource.name for resource in self.resources)),
            ("calendars", (calendar.name for calendar in self.calendars)),
        ):
            for twice in _twice(names):
                yield Fault("problem", label, f"{twice!r} twice", "each once")
        if not self.goals or any(not level for level in self.goals):
            yield Fault("problem", "goals", repr(self.goals), "at least one level, each with at least one goal")
        for level in self.goals:
            for goal, weight in level:
                if not isinstance(goal, Goal) or type(weight) is not int or weight < 1:
                    yield Fault("problem", "goals", f"{weight!r} of {goal!r}", "a goal and a whole weight > 0")

    def _faults_of_activities(self) -> Iterator[Fault]:
        calendars = {calendar.name for calendar in self.calendars}
        resources = {resource.name for resource in self.resources}
        for activity in self.activities:
            where = f"activity {activity.id!r}"
            for mode in activity.modes:
                if mode.calendar not in calendars:
                    yield Fault(where, f"calendar of mode {mode.name!r}", repr(mode.calendar), _one_of(calendars))
                for resource, _units in mode.demands:
                    if resource not in resources:
                        yield Fault(where, f"demands of mode {mode.name!r}", repr(resource), _one_of(resources))

    def _faults_of_links(self) -> Iterator[Fault]:
        seen: set[tuple[ActivityId, ActivityId, str]] = set()
        for link in self.links:
            where = f"link {link.predecessor!r} > {link.successor!r}"
            for end in ("predecessor", "successor"):
                if getattr(link, end) not in self.place:
                    yield Fault(where, end, repr(getattr(link, end)), "an activity of the problem")
            key = (link.predecessor, link.successor, link.kind.value)
            if key in seen:
                yield Fault(where, "kind", f"{link.kind} twice", "one link of a kind between two activities")
            seen.add(key)

    def _faults_of_circles(self) -> Iterator[Fault]:
        waits: dict[int, list[int]] = {}
        degree = [0] * len(self.activities)
        for link in self.links:
            waits.setdefault(self.place[link.predecessor], []).append(self.place[link.successor])
            degree[self.place[link.successor]] += 1
        ready = [at for at, count in enumerate(degree) if not count]
        done = 0
        while ready:
            done += 1
            for after in waits.get(ready.pop(), ()):
                degree[after] -= 1
                if not degree[after]:
                    ready.append(after)
        if done < len(self.activities):
            knot = [repr(a.id) for a, count in zip(self.activities, degree, strict=True) if count]
            yield Fault("problem", "links", "a circle among " + ", ".join(knot[:12]), "no activity waits for itself")


def _twice(values: Iterable[Hashable]) -> list[Hashable]:
    seen: set[Hashable] = set()
    repeated: dict[Hashable, None] = {}
    for value in values:
        if value in seen:
            repeated[value] = None
        seen.add(value)
    return list(repeated)


def _one_of(names: set[str]) -> str:
    return "one of " + ", ".join(map(repr, sorted(names))) if names else "one of the problem's own (it has none)"
