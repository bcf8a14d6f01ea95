"""From records to the engine's problem of schedule risk.

The network is that of the plan (`planning.network`), without its point for the end of the plan. Open tasks with a
shortest and a longest duration get a distribution of these three points, PERT or triangular as the event's settings
say; what remains of a task that has begun is scaled by the engine as `docs/risk.md` tells. Tasks of one lead tend to be
late together, by the correlation of the settings. Risk events that are open add their delay to each task hit.

Added is one point, READY: when the deadline that is kept worst, of all that must be kept for the event to be ready, is
missed by k days, it lies k days after `zero`. Each such task is tied to it by a lag of the days that lie between its
deadline and the latest one, counted in days of every kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

from summitry.core.models import Agency, Event
from summitry.engine.calendar import EVERY_DAY, WorkCalendar
from summitry.engine.network import Activity, Network
from summitry.engine.network import Link as Tie
from summitry.engine.risk import (
    Certain,
    Distribution,
    Group,
    Mitigation,
    Pert,
    RiskProblem,
    Triangular,
    Uncertainty,
)
from summitry.engine.risk import RiskEvent as Threat
from summitry.schedule.models import RiskEvent, RiskSettings, Task
from summitry.schedule.planning.data import ScheduleData
from summitry.schedule.planning.network import END
from summitry.schedule.planning.risks import Risks

READY = END
"""Id of the point that stands for the event being ready. The end of the plan is not part of this network."""

ALL_DAYS = "all days"
"""Name of READY's calendar."""


@dataclass(frozen=True)
class RiskModel:
    """The problem, and what its parts mean in records.

    problem: with what holds today: decided mitigations are done.
    before: the same with no mitigation done; `before.mitigated(*codes)` does those of these risk events.
    decided: codes of the risk events whose mitigation is decided.
    ready: leaf ids whose deadlines must all be kept for the event to be ready.
    zero: READY's point where the deadline that is kept worst is just kept; None where nothing must be.
    risks: risk event records of the problem by code.
    uncertain: leaf ids whose duration is drawn.
    seed: of the random numbers; it depends on the event alone, so that two looks and two plans compare.
    """

    problem: RiskProblem
    before: RiskProblem
    decided: frozenset[str]
    ready: tuple[int, ...]
    zero: int | None
    risks: Mapping[str, RiskEvent]
    uncertain: frozenset[int]
    seed: int


def build_risk(data: ScheduleData, known: Risks, network: Network) -> RiskModel:
    """The problem of an event as of its day. network: that of its plan."""
    activities = [activity for activity in network.activities if activity.id != END]
    due = must_be_kept(data.event, activities)
    ready, zero = tuple(due), None
    ties, calendars = network.links, network.calendars
    if ready:
        zero = max(due.values())
        activities.append(Activity(id=READY, duration=0, calendar=ALL_DAYS, waived=True))
        ties = (*ties, *(Tie(pk, READY, lag=zero - point) for pk, point in due.items()))
        calendars = (*calendars, WorkCalendar(ALL_DAYS, EVERY_DAY))
    uncertainties = tuple(_uncertainties(data, known.settings))
    share = known.settings.correlation / 100
    groups = sorted({one.group for one in uncertainties if one.group is not None})
    risks = {risk.code: risk for risk in known.events.values() if risk.open}
    hits = {code: hit for code, risk in risks.items() if (hit := _hit(data, known.tasks_of.get(risk.pk, ())))}
    before = RiskProblem(
        network=replace(network, activities=tuple(activities), links=ties, calendars=calendars),
        uncertainties=uncertainties,
        groups=tuple(Group(name, share) for name in groups),
        events=tuple(_threat(risks[code], hit, known.settings) for code, hit in hits.items()),
        mitigations=tuple(_mitigation(risks[code], known.settings) for code in hits if risks[code].has_mitigation),
        targets=ready,
    )
    decided = frozenset(code for code in hits if risks[code].mitigated)
    return RiskModel(
        problem=before.mitigated(*decided) if decided else before,
        before=before,
        decided=decided,
        ready=ready,
        zero=zero,
        risks={code: risks[code] for code in hits},
        uncertain=frozenset(int(one.activity) for one in uncertainties),
        seed=int.from_bytes(blake2b(data.event.slug.encode(), digest_size=4).digest(), "big"),
    )


def must_be_kept(event: Event, activities: Iterable[Activity]) -> dict[int, int]:
    """Open tasks and milestones with a deadline by the opening day, and its point: all kept, the event is ready."""
    last = event.opening_day.toordinal() + 1
    return {
        int(activity.id): activity.deadline
        for activity in activities
        if activity.deadline is not None and not activity.waived and not activity.finished and activity.deadline <= last
    }


def _uncertainties(data: ScheduleData, settings: RiskSettings) -> Iterator[Uncertainty]:
    for task in data.leaves():
        if not task.open or task.milestone:
            continue
        low, likely, high = three_points(task)
        if low < high:
            group = group_of(task.lead) if task.lead is not None else None
            yield Uncertainty(activity=task.pk, duration=_spread(low, likely, high, settings.distribution), group=group)


def group_of(agency: Agency) -> str:
    """The engine's group of the tasks that an agency leads: they tend to be late together."""
    return f"agency {agency.code}"


def three_points(task: Task) -> tuple[int, int, int]:
    """Shortest, likely and longest duration in working days; a bound that nobody gave is the likely."""
    low = task.likely if task.optimistic is None else task.optimistic
    high = task.likely if task.pessimistic is None else task.pessimistic
    return low, task.likely, high


@lru_cache(maxsize=4_096)
def _spread(low: int, likely: int, high: int, distribution: str) -> Distribution:
    if low == high:
        return Certain(likely)
    if distribution == RiskSettings.Distribution.TRIANGULAR:
        return Triangular(low, likely, high)
    return Pert(low, likely, high)


def _hit(data: ScheduleData, task_ids: tuple[int, ...]) -> tuple[int, ...]:
    """The leaves that a risk event hits: of a group, all its parts."""
    return tuple(dict.fromkeys(leaf for pk in task_ids if pk in data.tasks for leaf in data.leaves_under(pk)))


def _threat(risk: RiskEvent, hit: tuple[int, ...], settings: RiskSettings) -> Threat:
    probability, delays = risk.chance(mitigated=False)
    delay = _spread(*delays, settings.distribution)
    return Threat(id=risk.code, probability=probability / 100, delay=delay, activities=hit)


def _mitigation(risk: RiskEvent, settings: RiskSettings) -> Mitigation:
    probability, delays = risk.chance(mitigated=True)
    return Mitigation(
        id=risk.code, event=risk.code, probability=probability / 100, delay=_spread(*delays, settings.distribution)
    )
