"""How probable it is that work meets its deadlines, and that the event is ready: told by the apps above.

Core draws no random numbers: a source loads what it needs of a reading, and compares two readings on equal terms (the
same random numbers, as many samples), so that what differs between the answers is due to what differs between the
readings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from summitry.core.reading import Reading
from summitry.core.records import Ref

ONE_POINT = 0.01
"""Changes of a probability below one point in a hundred are not told: they do not matter."""


@dataclass(frozen=True)
class Chance:
    """How probable it is, from 0 to 1, that a piece of work that is not done meets its deadline."""

    subject: Ref
    due: date
    milestone: bool
    probability: float


@dataclass(frozen=True)
class Chances:
    """All chances of a reading by the identity of their subject.

    ready: that the event is ready, from 0 to 1; None where nothing has to be.
    samples: how many possible courses were drawn: the standard error of a probability p is sqrt(p (1 - p) / samples).
    """

    items: Mapping[tuple[str, int], Chance]
    ready: float | None
    samples: int


@dataclass(frozen=True)
class ChanceSource:
    """Where chances come from.

    load: asks the records of a reading, for `reading.use`. compare: the chances of two that were loaded, on equal
    terms, without asking the records; None where they cannot be told quickly yet.
    """

    load: Callable[[Reading], Any]
    compare: Callable[[Any, Any], tuple[Chances, Chances] | None]


CHANCES: list[ChanceSource] = []


@dataclass(frozen=True)
class ChanceChange:
    """A probability before and after, from 0 to 1. None before: it had no deadline, or was not there."""

    subject: Ref
    milestone: bool
    due: date
    before: float | None
    after: float

    @property
    def falls(self) -> bool:
        return self.before is not None and self.after < self.before


@dataclass(frozen=True)
class ChanceChanges:
    """What a change does to the chances, cut to what the viewer may see. hidden: how many more there are."""

    changes: tuple[ChanceChange, ...]
    hidden: int
    ready_before: float | None
    ready_after: float | None
    samples: int

    @property
    def ready_changes(self) -> bool:
        if self.ready_before is None or self.ready_after is None:
            return self.ready_before is not self.ready_after
        return _differ(self.ready_before, self.ready_after)

    def __bool__(self) -> bool:
        return bool(self.changes or self.hidden or self.ready_changes)


def compared(
    source: ChanceSource, before: Any, after: Any, visible: Callable[[tuple[str, int]], bool]
) -> ChanceChanges | None:
    """What changes by a point or more, the deepest fall first, milestones before other work; None: not told yet.

    before, after: what the source has loaded.
    """
    told = source.compare(before, after)
    if told is None:
        return None
    old, new = told
    changes, hidden = [], 0
    for identity, now in new.items.items():
        was = old.items.get(identity)
        if was is None and now.probability >= 1 - ONE_POINT:
            continue  # something new that is sure to be in time
        if was is not None and not _differ(was.probability, now.probability):
            continue
        if not visible(identity):
            hidden += 1
            continue
        changes.append(
            ChanceChange(now.subject, now.milestone, now.due, was.probability if was else None, now.probability)
        )
    changes.sort(key=_order)
    return ChanceChanges(tuple(changes), hidden, old.ready, new.ready, new.samples)


def _order(change: ChanceChange) -> tuple[bool, float, date, str]:
    return not change.milestone, change.after - (change.before or 0.0), change.due, change.subject.key


def _differ(one: float, other: float) -> bool:
    return abs(one - other) >= ONE_POINT - 1e-9


def per_cent(probability: float) -> str | Promise:
    """ "83 %". What merely rounds to all or nothing says so: samples are no proof."""
    if 0 < probability < 0.005:
        return _("under 1 %")
    if 0.995 <= probability < 1:
        return _("over 99 %")
    return f"{round(100 * probability)} %"
