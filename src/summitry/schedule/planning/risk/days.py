"""A spread of days: which came true in what share of the samples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import NamedTuple


def day_of(number: int) -> date | None:
    """The date of a day counted from the year 1, None beyond the years that a date can have."""
    return date.fromordinal(number) if 1 <= number <= date.max.toordinal() else None


class Bin(NamedTuple):
    """Days `first` to `last`, both included, and the share of the samples that fell on them."""

    first: int
    last: int
    share: float


@dataclass(frozen=True)
class Days:
    """Days that came true, rising, and the share of the samples reached with each; the last is 1."""

    values: tuple[int, ...]
    reached: tuple[float, ...]

    @staticmethod
    def of(pairs: Iterable[tuple[int, float]]) -> Days:
        """From (day, share reached), rising; of several with one day the last counts."""
        by_day = dict(pairs)
        return Days(tuple(by_day), tuple(by_day.values()))

    @property
    def first(self) -> int:
        return self.values[0]

    @property
    def last(self) -> int:
        return self.values[-1]

    def by(self, day: int) -> float:
        """The share of the samples that is done by the end of a day."""
        share = 0.0
        for value, reached in zip(self.values, self.reached, strict=True):
            if value > day:
                break
            share = reached
        return share

    def quantile(self, q: float) -> int:
        """The least day by which at least the share `q` of the samples is done."""
        return next(
            (value for value, reached in zip(self.values, self.reached, strict=True) if reached >= q - 1e-9), self.last
        )

    def bins(self, most: int, border: int | None = None) -> list[Bin]:
        """At most about `most` bins of equal whole days over all that happened.

        border: a day that ends a bin, so that what is in time and what is late never share one.
        """
        width = max(1, ceil((self.last - self.first + 1) / most))
        first = self.first
        if border is not None:
            first -= (first - border - 1) % width
        found = []
        before = 0.0
        while first <= self.last:
            reached = self.by(first + width - 1)
            found.append(Bin(first, first + width - 1, reached - before))
            before = reached
            first += width
        return found
