"""The outlook of an event: its findings, its dates and its readiness, at one moment.

Core knows no tasks: the apps above register what they forecast. A preview compares two outlooks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from django.utils.functional import Promise

from summitry.core import audit, clock
from summitry.core.checking import Findings, Reading, run_checks
from summitry.core.models import Event
from summitry.core.records import Ref, in_action


@dataclass(frozen=True)
class Forecast:
    """When a piece of work is expected: first and last day, and the day by which it must be done.

    agencies: ids of the lead and coordinating agencies, who are told when it moves.
    """

    subject: Ref
    start: date | None
    finish: date | None
    deadline: date | None
    milestone: bool
    closed: bool
    agencies: frozenset[int] = frozenset()

    @property
    def late(self) -> bool:
        return self.deadline is not None and self.finish is not None and self.finish > self.deadline


@dataclass(frozen=True)
class Readiness:
    """How ready one objective is, in per cent, and what keeps it from 100, heaviest first."""

    subject: Ref
    percent: int
    weight: int
    reasons: tuple[tuple[Ref, Promise | str], ...] = ()


@dataclass(frozen=True)
class Outlook:
    """One reading of an event, in full. `reading` keeps what was computed, so that pages need not compute it again."""

    day: date
    findings: Findings
    reading: Reading
    forecasts: dict[tuple[str, int], Forecast] = field(default_factory=dict)
    readiness: tuple[Readiness, ...] = ()

    @property
    def ready_percent(self) -> int | None:
        """The objectives' readiness, weighted by their work; None where there is nothing to weigh."""
        total = sum(item.weight for item in self.readiness)
        if not total:
            return None
        return round(sum(item.percent * item.weight for item in self.readiness) / total)


FORECASTERS: list[Callable[[Reading], Iterable[Forecast]]] = []
READINESS: list[Callable[[Reading], Iterable[Readiness]]] = []


def forecasts_of(reading: Reading) -> dict[tuple[str, int], Forecast]:
    """All forecasts of a reading by the identity of their subject, for `reading.use`."""
    return {found.subject.identity: found for forecaster in FORECASTERS for found in forecaster(reading)}


def look(event: Event, *, before: Outlook | None = None, touched: Collection[str] = ()) -> Outlook:
    """Read the event as it is now, without any cache: what previews use inside their transaction.

    before, touched: an earlier outlook and the labels of the kinds of records that have changed since; what cannot have
    changed is taken over from it.
    """
    reading = Reading(event, before=before.reading if before else None, touched=touched)
    return Outlook(
        day=reading.today,
        findings=run_checks(reading),
        reading=reading,
        forecasts=reading.use(forecasts_of),
        readiness=tuple(item for provider in READINESS for item in provider(reading)),
    )


_cache: dict[int, tuple[tuple[int, int, date], Outlook]] = {}
_cache_lock = Lock()
CACHED_EVENTS = 32


def outlook(event: Event) -> Outlook:
    """The event's outlook, kept until an action changes the event or the installation, or the event's day turns."""
    if in_action():
        return look(event)  # what an action has written so far must not be kept: it may be rolled back
    state = (*audit.counters(event), clock.today(event))
    with _cache_lock:
        kept = _cache.get(event.pk)
    if kept is not None and kept[0] == state:
        return kept[1]
    # A copy, for the caller's own object follows what previews do to it, and this reading is shared by threads.
    found = look(copy(event))
    with _cache_lock:
        while len(_cache) >= CACHED_EVENTS:
            _cache.pop(next(iter(_cache)))
        _cache[event.pk] = (state, found)
    return found


def forget() -> None:
    """Drop what is kept: for tests, whose rolled-back transactions repeat counters and ids."""
    with _cache_lock:
        _cache.clear()
