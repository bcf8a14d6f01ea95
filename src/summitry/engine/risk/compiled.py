"""The simulation as machine code.

Nobody waits for a compiler: samples are drawn by NumPy until somebody has called ``warm_up``, which a long-lived
process does once, in a thread or at leisure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .rows import Answers, Rows


class Machine(Protocol):
    """Something that simulates all samples of ``answers``."""

    def run(self, rows: Rows, answers: Answers, threads: int | None) -> None: ...


# Code, not data: the machine code of this process once there is some.
_ready: list[Machine] = []


def is_warm() -> bool:
    """Whether simulations run as machine code in this process."""
    return bool(_ready)


def ready_machine() -> Machine | None:
    """The machine code, if it is there."""
    return _ready[0] if _ready else None
