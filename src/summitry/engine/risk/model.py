"""What schedule risk is made of besides the network: uncertain durations, groups, risk events, mitigations.

Frozen, and checked where they are built; what they refer to is checked by ``RiskProblem``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from summitry.engine.network.model import ActivityId, Fault

from .distributions import Distribution, InvalidRisk


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """An activity's duration is not certain.

    activity: Of the network. Without an ``Uncertainty`` an activity takes its duration of the network.
    duration: Of the whole activity, in working days of its calendar; replaces the network's duration. Of a started
        activity with ``remaining`` it is scaled to what remains; without, it is taken on condition that the activity
        is not finished after the days done. Of finished, waived and at both ends fixed activities it is ignored.
    group: Name of a group whose members tend to be late together, an agency for instance.
    loading: Correlation of its score with the group's common factor, -1 to 1. None: the square root of the group's
        correlation.
    """

    activity: ActivityId
    duration: Distribution
    group: str | None = None
    loading: float | None = None

    def __post_init__(self) -> None:
        if faults := tuple(self._faults()):
            raise InvalidRisk(faults)

    def _faults(self) -> Iterator[Fault]:
        where = f"uncertainty of {self.activity!r}"
        if not isinstance(self.duration, Distribution):
            yield Fault(where, "duration", repr(self.duration), "a distribution")
        if self.loading is not None:
            if self.group is None:
                yield Fault(where, "loading", repr(self.loading), "none, as there is no group")
            if type(self.loading) not in (int, float) or not -1 <= self.loading <= 1:
                yield Fault(where, "loading", repr(self.loading), "-1 to 1")


@dataclass(frozen=True, slots=True)
class Group:
    """Activities that share a cause of lateness: a Gaussian copula with one factor.

    correlation: Of the normal scores of any two members (Pearson), 0 to 1, where neither has a loading of its own.
    """

    name: str
    correlation: float

    def __post_init__(self) -> None:
        if faults := tuple(self._faults()):
            raise InvalidRisk(faults)

    def _faults(self) -> Iterator[Fault]:
        where = f"group {self.name!r}"
        if not isinstance(self.name, str) or not self.name:
            yield Fault(where, "name", repr(self.name), "a text that is not empty")
        if type(self.correlation) not in (int, float) or not 0 <= self.correlation <= 1:
            yield Fault(where, "correlation", repr(self.correlation), "0 to 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskEvent:
    """Something that may happen, once, and then delays all activities that it hits by one and the same draw.

    id: Unique in the problem.
    probability: 0 to 1.
    delay: Working days, of each hit activity's own calendar, that its work takes longer.
    activities: Those hit, at least one. Finished, waived and at both ends fixed ones are not moved.
    """

    id: str
    probability: float
    delay: Distribution
    activities: tuple[ActivityId, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "activities", tuple(self.activities))
        if faults := tuple(self._faults()):
            raise InvalidRisk(faults)

    def _faults(self) -> Iterator[Fault]:
        where = f"risk event {self.id!r}"
        if not isinstance(self.id, str) or not self.id:
            yield Fault(where, "id", repr(self.id), "a text that is not empty")
        yield from _faults_of_probability(where, self.probability)
        if not isinstance(self.delay, Distribution):
            yield Fault(where, "delay", repr(self.delay), "a distribution")
        if not self.activities:
            yield Fault(where, "activities", "()", "at least one")
        if len(set(self.activities)) != len(self.activities):
            yield Fault(where, "activities", repr(self.activities), "each once")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigation:
    """What would be otherwise: a risk event made less probable, or its delay shorter, or both.

    id: Unique in the problem.
    event: Id of the risk event.
    probability, delay: Instead of the event's own. None: as it is.
    """

    id: str
    event: str
    probability: float | None = None
    delay: Distribution | None = None

    def __post_init__(self) -> None:
        if faults := tuple(self._faults()):
            raise InvalidRisk(faults)

    def _faults(self) -> Iterator[Fault]:
        where = f"mitigation {self.id!r}"
        if not isinstance(self.id, str) or not self.id:
            yield Fault(where, "id", repr(self.id), "a text that is not empty")
        if self.probability is None and self.delay is None:
            yield Fault(where, "probability", "None", "a probability, or a delay")
        if self.probability is not None:
            yield from _faults_of_probability(where, self.probability)
        if self.delay is not None and not isinstance(self.delay, Distribution):
            yield Fault(where, "delay", repr(self.delay), "a distribution")


def _faults_of_probability(where: str, probability: object) -> Iterator[Fault]:
    if type(probability) not in (int, float) or not 0 <= probability <= 1:  # type: ignore[operator]
        yield Fault(where, "probability", repr(probability), "0 to 1")
