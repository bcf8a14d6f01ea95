"""The answer: how sure every date is, what drives it. Frozen; computed from the kept samples when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil, sqrt
from typing import Any

from summitry.engine.network.model import ActivityId

from .layout import Layout
from .problem import RiskProblem


@dataclass(frozen=True, slots=True)
class Spread:
    """A date as it turned out in the samples. All are points (a person reads point ``p`` as the finish of day p - 1).

    mean, deviation: Of the points; deviation in calendar days.
    p10 .. p95: The least point by which at least so many in a hundred samples are done. Whole days if the problem is.
    least, most: Of the samples.
    samples: So many were kept; a mean has the standard error ``deviation / sqrt(samples)``.
    """

    mean: float
    deviation: float
    p10: float
    p50: float
    p80: float
    p95: float
    least: float
    most: float
    samples: int


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability, and its standard error: two in three repetitions lie within one, nineteen in twenty within two."""

    probability: float
    samples: int

    @property
    def error(self) -> float:
        return sqrt(self.probability * (1.0 - self.probability) / self.samples)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRisk:
    """One activity's part of the answer.

    finish: Its finish.
    on_time: That it meets its deadline; None if it has none or is waived.
    criticality: Share of the samples in which it lies on a chain of driving links to the end of everything, or to the
        activity that the simulation looks ``toward``; 0 if it is finished.
    """

    id: ActivityId
    finish: Spread
    on_time: Chance | None
    criticality: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """``counts[k]`` samples finish at ``edges[k] <= point < edges[k + 1]``, the last also at its upper edge.

    Of whole days every bin is a whole number of days wide.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """The S-curve: ``reached[k]`` of the samples are done by ``points[k]``. Rises to 1."""

    points: tuple[float, ...]
    reached: tuple[float, ...]


class DriverKind(StrEnum):
    """What may drive a date."""

    ACTIVITY = "activity"
    EVENT = "event"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskDriver:
    """How a date depends on one uncertain duration, risk event or group's common factor: a bar of the tornado.

    id: Of the activity, the event, or the group's name.
    correlation: Of ranks (Spearman), the draw's with the date's; -1 to 1.
    low, high: Mean point of the date in the tenth of the samples in which the duration is shortest and longest, or the
        factor lowest and highest; for a risk event, in those in which it does not and does happen. None where there
        are no such samples.
    contribution: What of the mean date is due to it, calendar days: the mean date less, for a risk event, the mean
        where it does not happen, for a duration or factor, the mean over the half of the samples in which it is less.
    """

    kind: DriverKind
    id: ActivityId
    correlation: float
    low: float | None
    high: float | None
    contribution: float

    @property
    def swing(self) -> float:
        """Calendar days between low and high; 0 where one is missing."""
        return 0.0 if self.low is None or self.high is None else self.high - self.low


@dataclass(frozen=True, slots=True, eq=False)
class RiskResult(Mapping[ActivityId, ActivityRisk]):
    """The dates of a network under uncertainty. ``result[id]`` gives one activity's; ids in the network's order.

    samples, seed: Of the simulation; the same give the same answer, on any number of threads and machines.
    toward: Whose criticality was measured; None: the end of everything.
    ready: That all targets meet their deadlines together. 1 if there are none.

    Where an id is asked for, None means the end of everything. Larger simulations keep fewer samples of what has no
    deadline: ``Spread.samples`` tells.
    """

    problem: RiskProblem = field(repr=False)
    samples: int
    seed: int
    toward: ActivityId | None
    ready: Chance
    _layout: Layout = field(repr=False)
    _rows: Any = field(repr=False)
    _answers: Any = field(repr=False)
    _row_of: Mapping[int, int] = field(repr=False)

    def __getitem__(self, id: ActivityId) -> ActivityRisk:
        place = self._place(id)
        due = self._layout.due
        on_time = None
        if place in due:
            on_time = Chance(int(self._answers.on_time[due.index(place)]) / self.samples, self.samples)
        return ActivityRisk(
            id=id,
            finish=self.spread(id),
            on_time=on_time,
            criticality=int(self._answers.critical[place]) / self.samples,
        )

    def __iter__(self) -> Iterator[ActivityId]:
        return iter(self.problem.network.flat.ids)

    def __len__(self) -> int:
        return len(self.problem.network.flat.ids)

    def __contains__(self, id: object) -> bool:
        return id in self.problem.network.flat.place

    @property
    def end(self) -> Spread:
        """When all is finished."""
        return self.spread(None)

    def finishes(self, id: ActivityId | None = None) -> Any:
        """The point of every kept sample, in the order of samples, as a new array; KeyError for an unknown id."""
        origin = self._rows.origin
        values = self._values(id)
        return values.astype("float64") + origin if not self.problem.whole_days else values.astype("int64") + origin

    def spread(self, id: ActivityId | None = None) -> Spread:
        """Mean, deviation and quantiles."""
        values = self.finishes(id)
        values.sort()
        size = len(values)
        p10, p50, p80, p95 = (values[_rank(q, size)].item() for q in (0.10, 0.50, 0.80, 0.95))
        # From the middle, as the deviation of numbers near 740,000 loses digits.
        centred = values - p50
        return Spread(
            mean=p50 + float(centred.mean()),
            deviation=float(centred.std()),
            p10=p10,
            p50=p50,
            p80=p80,
            p95=p95,
            least=values[0].item(),
            most=values[-1].item(),
            samples=size,
        )

    def quantile(self, q: float, id: ActivityId | None = None) -> float:
        """The least point by which at least the share ``q``, 0 < q <= 1, of the samples is done."""
        if not 0 < q <= 1:
            raise ValueError(f"q must be more than 0 and at most 1, got {q}.")
        values = self.finishes(id)
        values.sort()
        value: float = values[_rank(q, len(values))].item()
        return value

    def chance(self, point: float, id: ActivityId | None = None) -> Chance:
        """That it is finished by ``point``."""
        values = self.finishes(id)
        return Chance(int((values <= point).sum()) / len(values), len(values))

    def histogram(self, id: ActivityId | None = None, bins: int = 40) -> Histogram:
        """At most ``bins`` bins of equal width over all that happened."""
        import numpy as np

        if bins < 1:
            raise ValueError(f"bins must be at least 1, got {bins}.")
        values = self.finishes(id)
        least, most = values.min().item(), values.max().item()
        if self.problem.whole_days:
            width = max(1, ceil((most - least + 1) / bins))
            edges = np.arange(least, most + width + 1, width)
        else:
            edges = np.linspace(least, most if most > least else least + 1.0, bins + 1)
        counts, _ = np.histogram(values, edges)
        return Histogram(tuple(edges.tolist()), tuple(counts.tolist()))

    def curve(self, id: ActivityId | None = None, points: int = 200) -> Curve:
        """The S-curve at the days that occur, or at about ``points`` of them where there are more."""
        import numpy as np

        values, counts = np.unique(self.finishes(id), return_counts=True)
        reached = np.cumsum(counts) / counts.sum()
        step = max(1, ceil(len(values) / max(1, points)))
        keep = np.arange(len(values) - 1, -1, -step)[::-1]
        return Curve(tuple(values[keep].tolist()), tuple(reached[keep].tolist()))

    def drivers(self, id: ActivityId | None = None) -> tuple[RiskDriver, ...]:
        """What drives a date: each uncertain duration, risk event and group that can move it, the widest swing first.

        Of groups those of which two members or more can: one alone speaks for itself.
        """
        from .sensitivity import drivers

        target = None if id is None else self._place(id)
        return drivers(self._layout, self._rows, target, self._values(id))

    def _place(self, id: ActivityId) -> int:
        return self._layout.place[self.problem.network.flat.place[id]]

    def _values(self, id: ActivityId | None) -> Any:
        if id is None:
            return self._answers.end
        place = self._place(id)
        row = self._row_of.get(place)
        return self._answers.few[place] if row is None else self._answers.full[row]


def _rank(q: float, size: int) -> int:
    """The place of the q-quantile among ``size`` sorted values: the least with q of them at or below it."""
    return min(size - 1, max(0, ceil(q * size - 1e-9) - 1))


@dataclass(frozen=True, slots=True)
class Change:
    """One date before and after. gain: Calendar days earlier in the mean; error: its standard error, of paired samples.

    None: The activity is not in one of the two. on_time is None where there is no deadline.
    """

    before: Spread | None
    after: Spread | None
    on_time_before: Chance | None
    on_time_after: Chance | None
    gain: float | None
    error: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two answers of one seed: without and with a mitigation, or before and after a change of the plan.

    Both have used the same random numbers for the same activities and events, so that a difference is due to what
    differs between the problems and little to chance.
    """

    before: RiskResult
    after: RiskResult

    @property
    def ready(self) -> tuple[Chance, Chance]:
        """The event is ready, before and after."""
        return self.before.ready, self.after.ready

    def change(self, id: ActivityId | None = None) -> Change:
        """One activity's change; None: the end of everything. KeyError if neither knows it."""
        inside = [id is None or id in result for result in (self.before, self.after)]
        if not any(inside):
            raise KeyError(id)
        sides = [result if known else None for result, known in zip((self.before, self.after), inside, strict=True)]
        on_time = [None if side is None or id is None else side[id].on_time for side in sides]
        gain = error = None
        if all(inside):
            one, other = self.before.finishes(id), self.after.finishes(id)
            size = min(len(one), len(other))
            earlier = one[:size] - other[:size]
            gain, error = float(earlier.mean()), float(earlier.std()) / sqrt(size)
        spreads = [None if side is None else side.spread(id) for side in sides]
        return Change(spreads[0], spreads[1], on_time[0], on_time[1], gain, error)
