"""How long something may take: distributions of working days. Frozen, and checked where they are built.

Every distribution knows its mean, its quantiles and ``shortfall(x)``, the mean of what X stays below x,
E max(x - X, 0). From the last alone comes the rounding to whole days (``layout.steps``). Sources of the formulas are in
``docs/engine/risk.md``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from math import exp, isfinite, log, sqrt

from summitry.engine.network.model import Fault

from .special import beta_below, beta_density, normal_below, normal_quantile

LONGEST = 100_000.0
"""Working days that any parameter may have: more than 300 years is a slip of the pen."""

Z90 = normal_quantile(0.9)


class InvalidRisk(ValueError):
    """The problem makes no sense; ``faults`` names everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type[InvalidRisk], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


@dataclass(frozen=True, slots=True)
class Distribution(ABC):
    """Working days >= 0. Raises ``InvalidRisk`` with every fault when it is built."""

    def __post_init__(self) -> None:
        wrong = tuple(self._wrong_numbers())
        if faults := wrong or tuple(self._faults()):
            raise InvalidRisk(faults)

    def _wrong_numbers(self) -> Iterator[Fault]:
        for field in fields(self):
            value = getattr(self, field.name)
            if not _number(value):
                yield Fault(type(self).__name__, field.name, repr(value), "a number")

    def _fault(self, field: str, expected: str) -> Fault:
        return Fault(type(self).__name__, field, repr(getattr(self, field)), expected)

    def _faults(self) -> Iterator[Fault]:
        return iter(())

    @property
    @abstractmethod
    def least(self) -> float:
        """No value lies below it."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """E X."""

    @property
    @abstractmethod
    def deviation(self) -> float:
        """The standard deviation."""

    @abstractmethod
    def below(self, days: float) -> float:
        """P(X <= days)."""

    @abstractmethod
    def shortfall(self, days: float) -> float:
        """E max(days - X, 0), the integral of ``below`` up to ``days``."""

    @abstractmethod
    def quantile(self, q: float) -> float:
        """The least x with P(X <= x) >= q, 0 < q < 1."""

    @abstractmethod
    def scaled(self, factor: float) -> Distribution:
        """The distribution of factor * X, factor >= 0."""


@dataclass(frozen=True, slots=True)
class Certain(Distribution):
    """Exactly so many days."""

    days: float

    def _faults(self) -> Iterator[Fault]:
        if not 0 <= self.days <= LONGEST:
            yield self._fault("days", f"0 to {LONGEST:.0f}")

    @property
    def least(self) -> float:
        return float(self.days)

    @property
    def mean(self) -> float:
        return float(self.days)

    @property
    def deviation(self) -> float:
        return 0.0

    def below(self, days: float) -> float:
        return 1.0 if days >= self.days else 0.0

    def shortfall(self, days: float) -> float:
        return max(0.0, days - self.days)

    def quantile(self, q: float) -> float:
        return float(self.days)

    def scaled(self, factor: float) -> Certain:
        return Certain(self.days * factor)


@dataclass(frozen=True, slots=True)
class _ThreePoints(Distribution):
    """low, mode, high: Optimistic, likely and pessimistic working days, low <= mode <= high."""

    low: float
    mode: float
    high: float

    def _faults(self) -> Iterator[Fault]:
        if not 0 <= self.low <= LONGEST:
            yield self._fault("low", f"0 to {LONGEST:.0f}")
        if self.mode < self.low:
            yield self._fault("mode", f"at least low ({self.low})")
        if not self.mode <= self.high <= LONGEST:
            yield self._fault("high", f"at least mode ({self.mode}) and at most {LONGEST:.0f}")

    @property
    def least(self) -> float:
        return float(self.low)

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Triangular(_ThreePoints):
    """Density rising in a straight line from low to mode and falling to high."""

    @property
    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3.0

    @property
    def deviation(self) -> float:
        a, b, c = self.low, self.high, self.mode
        return sqrt(max(0.0, a * a + b * b + c * c - a * b - a * c - b * c) / 18.0)

    def below(self, days: float) -> float:
        if days >= self.high:
            return 1.0
        if days < self.low:
            return 0.0
        if days < self.mode:
            return (days - self.low) ** 2 / (self.width * (self.mode - self.low))
        return 1.0 - (self.high - days) ** 2 / (self.width * (self.high - self.mode))

    def shortfall(self, days: float) -> float:
        if days <= self.low:
            return 0.0
        if days >= self.high:
            return days - self.mean
        if days < self.mode:
            return (days - self.low) ** 3 / (3.0 * self.width * (self.mode - self.low))
        return days - self.mean + (self.high - days) ** 3 / (3.0 * self.width * (self.high - self.mode))

    def quantile(self, q: float) -> float:
        if self.width == 0.0:
            return float(self.low)
        if q * self.width < self.mode - self.low:
            return self.low + sqrt(q * self.width * (self.mode - self.low))
        return self.high - sqrt((1.0 - q) * self.width * (self.high - self.mode))

    def scaled(self, factor: float) -> Triangular:
        return Triangular(self.low * factor, self.mode * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Pert(_ThreePoints):
    """A beta distribution on low..high with the given mode; weight, the lambda of PERT, is how much the mode counts."""

    weight: float = 4.0

    def _faults(self) -> Iterator[Fault]:
        # Named in full: super() without arguments does not work in a dataclass with slots.
        yield from _ThreePoints._faults(self)
        if not 0 <= self.weight <= 1_000:
            yield self._fault("weight", "0 to 1000")

    @property
    def shapes(self) -> tuple[float, float]:
        """The two shape parameters of the beta distribution; width > 0."""
        return (
            1.0 + self.weight * (self.mode - self.low) / self.width,
            1.0 + self.weight * (self.high - self.mode) / self.width,
        )

    @property
    def mean(self) -> float:
        return (self.low + self.weight * self.mode + self.high) / (self.weight + 2.0)

    @property
    def deviation(self) -> float:
        return sqrt(max(0.0, (self.mean - self.low) * (self.high - self.mean) / (self.weight + 3.0)))

    def below(self, days: float) -> float:
        if days >= self.high:
            return 1.0
        if days < self.low:
            return 0.0
        return beta_below((days - self.low) / self.width, *self.shapes)

    def shortfall(self, days: float) -> float:
        if days <= self.low:
            return 0.0
        if days >= self.high:
            return days - self.mean
        (a, b), x = self.shapes, (days - self.low) / self.width
        return self.width * (x * beta_below(x, a, b) - a / (a + b) * beta_below(x, a + 1.0, b))

    def quantile(self, q: float) -> float:
        if self.width == 0.0:
            return float(self.low)
        a, b = self.shapes
        low, high, x = 0.0, 1.0, a / (a + b)
        while high - low > 1e-13:
            off = beta_below(x, a, b) - q
            low, high = (low, x) if off > 0 else (x, high)
            density = beta_density(x, a, b) if 0.0 < x < 1.0 else 0.0
            following = x - off / density if density > 0.0 else low
            if abs(following - x) < 1e-14:
                break
            x = following if low < following < high else (low + high) / 2.0
        return self.low + x * self.width

    def scaled(self, factor: float) -> Pert:
        return Pert(self.low * factor, self.mode * factor, self.high * factor, self.weight)


@dataclass(frozen=True, slots=True)
class LogNormal(Distribution):
    """least + exp(mu + sigma Z) for a standard normal Z: no upper bound, a long tail.

    shift: Days that it takes at least. median: Of X itself, > shift. sigma: >= 0.
    """

    median: float
    sigma: float
    shift: float = 0.0

    @classmethod
    def of_median(cls, median: float, p90: float) -> LogNormal:
        """With this median, and nine times of ten at most ``p90``."""
        _need("LogNormal.of_median", 0 < median <= p90, "p90", p90, f"at least the median ({median}), which is > 0")
        return cls(median, log(p90 / median) / Z90)

    @classmethod
    def of_mode(cls, mode: float, p90: float, low: float = 0.0) -> LogNormal:
        """With this mode, never below ``low``, and nine times of ten at most ``p90``; low < mode <= p90.

        Three estimates of a planner: optimistic = low, likely = mode, pessimistic = P90. From
        mode - low = exp(mu - s^2) and p90 - low = exp(mu + z s) follows s^2 + z s = ln((p90 - low) / (mode - low)).
        """
        _need("LogNormal.of_mode", low < mode, "mode", mode, f"more than low ({low})")
        _need("LogNormal.of_mode", mode <= p90, "p90", p90, f"at least the mode ({mode})")
        sigma = (sqrt(Z90 * Z90 + 4.0 * log((p90 - low) / (mode - low))) - Z90) / 2.0
        return cls(low + (mode - low) * exp(sigma * sigma), sigma, low)

    def _faults(self) -> Iterator[Fault]:
        if not 0 <= self.shift <= LONGEST:
            yield self._fault("shift", f"0 to {LONGEST:.0f}")
        if not self.shift < self.median <= LONGEST:
            yield self._fault("median", f"more than shift ({self.shift}) and at most {LONGEST:.0f}")
        if not 0 <= self.sigma <= 3:
            yield self._fault("sigma", "0 to 3 (at 3 one time in ten takes 47 times the median)")

    @property
    def least(self) -> float:
        return float(self.shift)

    @property
    def mean(self) -> float:
        return self.shift + (self.median - self.shift) * exp(self.sigma**2 / 2.0)

    @property
    def deviation(self) -> float:
        return (self.mean - self.shift) * sqrt(exp(self.sigma**2) - 1.0)

    def _score(self, days: float) -> float:
        return log((days - self.shift) / (self.median - self.shift)) / self.sigma

    def below(self, days: float) -> float:
        if days <= self.shift:
            return 0.0
        if self.sigma == 0.0:
            return 1.0 if days >= self.median else 0.0
        return normal_below(self._score(days))

    def shortfall(self, days: float) -> float:
        if days <= self.shift:
            return 0.0
        if self.sigma == 0.0:
            return max(0.0, days - self.median)
        z = self._score(days)
        return (days - self.shift) * normal_below(z) - (self.mean - self.shift) * normal_below(z - self.sigma)

    def quantile(self, q: float) -> float:
        return self.shift + (self.median - self.shift) * exp(self.sigma * normal_quantile(q))

    def scaled(self, factor: float) -> Distribution:
        if factor == 0.0:
            return Certain(0.0)
        return LogNormal(self.median * factor, self.sigma, self.shift * factor)


@dataclass(frozen=True, slots=True)
class Discrete(Distribution):
    """One of several values with its probability; the probabilities sum to 1. Kept in the order of values."""

    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        for name in ("values", "probabilities"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if faults := tuple(self._faults()):
            raise InvalidRisk(faults)
        pairs = sorted(zip(self.values, self.probabilities, strict=True))
        object.__setattr__(self, "values", tuple([value for value, _ in pairs]))
        object.__setattr__(self, "probabilities", tuple([probability for _, probability in pairs]))

    def _faults(self) -> Iterator[Fault]:
        if not self.values:
            yield self._fault("values", "at least one")
        if len(self.values) != len(self.probabilities):
            yield self._fault("probabilities", f"as many as values ({len(self.values)})")
        if len(set(self.values)) != len(self.values):
            yield self._fault("values", "each once")
        if not all(_number(value) and 0 <= value <= LONGEST for value in self.values):
            yield self._fault("values", f"0 to {LONGEST:.0f} each")
        if not all(_number(p) and 0 <= p <= 1 for p in self.probabilities):
            yield self._fault("probabilities", "0 to 1 each")
        elif self.probabilities and abs(sum(self.probabilities) - 1.0) > 1e-9:
            yield self._fault("probabilities", "a sum of 1")

    @property
    def _pairs(self) -> Iterator[tuple[float, float]]:
        return zip(self.values, self.probabilities, strict=True)

    @property
    def least(self) -> float:
        return float(self.values[0])

    @property
    def mean(self) -> float:
        return sum(value * p for value, p in self._pairs)

    @property
    def deviation(self) -> float:
        mean = self.mean
        return sqrt(sum((value - mean) ** 2 * p for value, p in self._pairs))

    def below(self, days: float) -> float:
        return sum(p for value, p in self._pairs if value <= days)

    def shortfall(self, days: float) -> float:
        return sum((days - value) * p for value, p in self._pairs if value < days)

    def quantile(self, q: float) -> float:
        reached = 0.0
        for value, p in self._pairs:
            reached += p
            if reached >= q - 1e-12 and p > 0.0:
                return float(value)
        return float(self.values[-1])

    def scaled(self, factor: float) -> Distribution:
        if factor == 0.0:
            return Certain(0.0)
        return Discrete(tuple(value * factor for value in self.values), self.probabilities)


def _number(value: object) -> bool:
    return type(value) in (int, float) and isfinite(value)  # type: ignore[arg-type]


def _need(where: str, holds: bool, field: str, found: object, expected: str) -> None:
    if not holds:
        raise InvalidRisk([Fault(where, field, repr(found), expected)])
