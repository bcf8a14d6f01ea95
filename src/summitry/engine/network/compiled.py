"""The kernel as machine code, for large networks.

Nobody waits for a compiler: networks are solved by the plain kernel until somebody has called ``warm_up``, which a
long-lived process does once, in a thread or at leisure. Numba keeps the machine code on disk, so that only the first
start after an installation compiles. Both kernels are one source and give equal answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from . import kernel

LARGE = 300
"""Activities from which on the machine code is used, if it is there. Below, turning lists into arrays costs more."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """The four loops in one of their two forms, and the rows that they work on.

    row makes one from a list, blank one of zeros, plain a list again.
    """

    row: Callable[[list[int]], Any]
    blank: Callable[[int], Any]
    plain: Callable[[Any], list[int]]
    group: Callable[..., None]
    sort: Callable[..., int]
    forward: Callable[..., int]
    backward: Callable[..., int]


def _itself(row: list[int]) -> list[int]:
    return row


def _zeros(size: int) -> list[int]:
    return [0] * size


PLAIN = Kernel(_itself, _zeros, _itself, kernel.group, kernel.sort, kernel.forward, kernel.backward)

# Code, not data: the machine code of this process once there is some.
_ready: list[Kernel] = []


def warm_up() -> None:
    """Compile the kernel, or load it from the cache on disk. Takes up to half a minute the first time, then 1-2 s.

    May be called from any thread and more than once.
    """
    if not _ready:
        _ready.append(_compile())


def is_warm() -> bool:
    """Whether large networks are solved by machine code in this process."""
    return bool(_ready)


def best_for(activities: int) -> Kernel:
    """The quickest kernel that is there now for a network of so many activities."""
    return _ready[0] if activities >= LARGE and _ready else PLAIN


def _compile() -> Kernel:
    import numba
    import numpy as np

    def row(values: list[int]) -> Any:
        return np.array(values, dtype=np.int64)

    def blank(size: int) -> Any:
        return np.zeros(size, dtype=np.int64)

    def plain(array: Any) -> list[int]:
        values: list[int] = array.tolist()
        return values

    ints, whole = numba.int64[::1], numba.int64
    built = {}
    for name in ("group", "sort", "forward", "backward"):
        function = getattr(kernel, name)
        kinds = function.__annotations__
        returned = whole if kinds["return"] == "int" else numba.void
        signature = returned(*(whole if kinds[a] == "int" else ints for a in kinds if a != "return"))
        built[name] = _jit(numba, signature, function)
    return Kernel(row, blank, plain, **built)


def _jit(numba: ModuleType, signature: object, function: Callable[..., Any]) -> Callable[..., Any]:
    options = {"nogil": True, "boundscheck": False}
    try:
        compiled: Callable[..., Any] = numba.njit(signature, cache=True, **options)(function)
    except RuntimeError:  # no folder that the cache could be written to
        compiled = numba.njit(signature, **options)(function)
    return compiled
