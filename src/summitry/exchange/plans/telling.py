"""What has no counterpart, gathered for people: by reason, with a few of each and how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from summitry.exchange.plans.model import Loss, Lost

SHOWN_OF_ONE = 8


@dataclass(frozen=True)
class Gathered:
    """All that was lost for one reason. first: some of it; more: how many others there are."""

    why: str
    loss: Loss
    first: tuple[Lost, ...]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.first)

    @property
    def left_out(self) -> bool:
        return self.loss is Loss.LEFT_OUT


def gathered(lost: Iterable[Lost], most: int = SHOWN_OF_ONE) -> list[Gathered]:
    """By reason and element; what is left out before what is converted, the most frequent last."""
    by_reason: dict[tuple[bool, str], list[Lost]] = {}
    for one in lost:
        by_reason.setdefault((one.loss is Loss.CONVERTED, one.why), []).append(one)
    found = []
    for (_converted, why), some in sorted(by_reason.items(), key=lambda item: (item[0][0], len(item[1]))):
        found.append(Gathered(why, some[0].loss, tuple(some[:most]), len(some)))
    return found
