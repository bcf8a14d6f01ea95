"""The problem: a network and what is uncertain about it. Frozen, and checked where it is built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace

from summitry.engine.calendar import WorkCalendar
from summitry.engine.network import Network
from summitry.engine.network.model import ActivityId, Fault

from .distributions import InvalidRisk
from .model import Group, Mitigation, RiskEvent, Uncertainty


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskProblem:
    """The whole problem.

    network: Activities, links, calendars, dates and progress, as the network engine takes them.
    uncertainties: At most one an activity.
    groups: Each that an uncertainty names.
    events: Risk events, independent of one another and of the durations.
    mitigations: What could be done; none of it is, see ``mitigated``.
    targets: Ids of the activities that must all meet their deadlines for the event to be ready; each has a deadline.
        None: all activities that have one and are not waived.
    whole_days: Durations and delays are rounded to whole working days, without changing their mean. False: they stay
        as they are drawn, which makes sense only where every day is worked and no unfinished activity has begun.

    Raises ``InvalidRisk`` with every fault.
    """

    network: Network
    uncertainties: tuple[Uncertainty, ...] = ()
    groups: tuple[Group, ...] = ()
    events: tuple[RiskEvent, ...] = ()
    mitigations: tuple[Mitigation, ...] = ()
    targets: tuple[ActivityId, ...] | None = None
    whole_days: bool = True

    def __post_init__(self) -> None:
        for name in ("uncertainties", "groups", "events", "mitigations"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.targets is None:
            due = [a.id for a in self.network.activities if a.deadline is not None and not a.waived]
            object.__setattr__(self, "targets", tuple(due))
        else:
            object.__setattr__(self, "targets", tuple(self.targets))
        faults = [*self._faults_of_parts(), *self._faults_of_events(), *self._faults_of_targets()]
        if not self.whole_days:
            faults += self._faults_of_days()
        if faults:
            raise InvalidRisk(faults)

    def mitigated(self, *ids: str) -> RiskProblem:
        """The same problem with these mitigations done; its random draws are the same, so that answers compare.

        Of several for one event the last one counts where they contradict. Raises ``InvalidRisk`` for an unknown id.
        """
        known = {mitigation.id: mitigation for mitigation in self.mitigations}
        if unknown := [id for id in ids if id not in known]:
            expected = "one of " + ", ".join(map(repr, known)) if known else "none, as the problem has none"
            raise InvalidRisk([Fault("problem", "mitigations", repr(id), expected) for id in unknown])
        events = {event.id: event for event in self.events}
        for id in ids:
            done = known[id]
            event = events[done.event]
            events[done.event] = replace(
                event,
                probability=event.probability if done.probability is None else done.probability,
                delay=event.delay if done.delay is None else done.delay,
            )
        return replace(self, events=tuple(events.values()))

    def _faults_of_parts(self) -> Iterator[Fault]:
        place, groups = self.network.flat.place, {group.name for group in self.groups}
        for kind, names in (
            ("uncertainties", [u.activity for u in self.uncertainties]),
            ("groups", [group.name for group in self.groups]),
            ("events", [event.id for event in self.events]),
            ("mitigations", [mitigation.id for mitigation in self.mitigations]),
            ("targets", list(self.targets or ())),
        ):
            for name in _twice(names):
                yield Fault("problem", kind, f"{name!r} twice", "each once")
        for uncertainty in self.uncertainties:
            where = f"uncertainty of {uncertainty.activity!r}"
            if uncertainty.activity not in place:
                yield Fault(where, "activity", repr(uncertainty.activity), "an activity of the network")
            if uncertainty.group is not None and uncertainty.group not in groups:
                yield Fault(where, "group", repr(uncertainty.group), "one of the problem's groups")

    def _faults_of_events(self) -> Iterator[Fault]:
        place, events = self.network.flat.place, {event.id for event in self.events}
        for event in self.events:
            for id in event.activities:
                if id not in place:
                    yield Fault(f"risk event {event.id!r}", "activities", repr(id), "activities of the network")
        for mitigation in self.mitigations:
            if mitigation.event not in events:
                where = f"mitigation {mitigation.id!r}"
                yield Fault(where, "event", repr(mitigation.event), "one of the problem's risk events")

    def _faults_of_targets(self) -> Iterator[Fault]:
        network = self.network
        for id in self.targets or ():
            at = network.flat.place.get(id)
            if at is None:
                yield Fault("problem", "targets", repr(id), "activities of the network")
            elif network.activities[at].deadline is None or network.activities[at].waived:
                yield Fault(f"target {id!r}", "deadline", "none", "a deadline, as it must be met, and not to be waived")

    def _faults_of_days(self) -> Iterator[Fault]:
        used = {activity.calendar for activity in self.network.activities}
        for calendar in self.network.calendars:
            if calendar.name in used and not every_day(calendar):
                expected = "whole days, as the calendar has days without work"
                yield Fault(f"calendar {calendar.name!r}", "whole_days", "False", expected)
        for activity in self.network.activities:
            if activity.started:
                expected = "whole days, as the activity has begun and is not finished"
                yield Fault(f"activity {activity.id!r}", "whole_days", "False", expected)


def every_day(calendar: WorkCalendar) -> bool:
    """Whether a calendar has no day without work."""
    return all(calendar.week) and calendar.holidays <= calendar.working


def _twice(names: Iterable[Hashable]) -> list[Hashable]:
    return [name for name, times in Counter(names).items() if times > 1]
