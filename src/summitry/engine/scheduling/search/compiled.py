"""The search as machine code. Numba keeps it on disk, so that only the first start after an installation compiles.

The functions call one another by name, across modules. Here each is compiled with the compiled ones of those that it
calls in place of the plain ones, under a name that tells the source of all of them: machine code that was kept of an
older source is then never taken for today's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

from summitry.engine.scheduling import flat, judging, kernel
from summitry.engine.stamp import stamp_of

from . import genes, plain

_LEAVES_FIRST = (
    (kernel, ("copy", "earliest", "latest", "nearest", "finish_of", "hold", "window", "place_fixed", "decode", "push")),
    (judging, ("limit", "peak", "evaluate", "by_point", "list_of")),
    (plain, ("draw", "generate", "turn", "cross", "disturb", "start", "evolve", "seed")),
    (genes, ("compare", "limited", "refill", "realise", "settle", "breed", "evolve", "seed")),
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Machine code of the functions of the same names in ``plain`` and ``genes``."""

    generate: Callable[..., int]
    turn: Callable[..., None]
    plain_seed: Callable[..., None]
    plain_start: Callable[..., None]
    plain_evolve: Callable[..., int]
    genes_seed: Callable[..., None]
    genes_evolve: Callable[..., int]


# Code, not data: the machine code of this process once there is some.
_ready: list[Machine] = []
_lock = threading.Lock()


def machine() -> Machine | None:
    """The machine code, if it is there."""
    return _ready[0] if _ready else None


def warm_up(run: Callable[[Machine], None]) -> None:
    """Compile, or load from disk; ``run`` uses every function once, which is what makes Numba do it."""
    with _lock:
        if not _ready:
            built = _build()
            run(built)
            _ready.append(built)


def _build() -> Machine:
    import numba

    stamp = stamp_of(Path(module.__file__) for module in (flat, kernel, judging, plain, genes) if module.__file__)
    everywhere: dict[str, Any] = {}
    by_module: dict[tuple[str, str], Any] = {}
    for module, names in _LEAVES_FIRST:
        for name in names:
            function = getattr(module, name)
            # What another module imports by name means that module's; a module's own names come first.
            own = {key: made for (where, key), made in by_module.items() if where == module.__name__}
            imported = {key: made for key, made in everywhere.items() if key in vars(module)}
            copy = FunctionType(function.__code__, {**vars(module), **imported, **own}, name)
            copy.__module__, copy.__qualname__ = module.__name__, f"{name}_{stamp}"
            by_module[module.__name__, name] = everywhere[name] = _jit(numba, copy)
    return Machine(
        generate=by_module[plain.__name__, "generate"],
        turn=by_module[plain.__name__, "turn"],
        plain_seed=by_module[plain.__name__, "seed"],
        plain_start=by_module[plain.__name__, "start"],
        plain_evolve=by_module[plain.__name__, "evolve"],
        genes_seed=by_module[genes.__name__, "seed"],
        genes_evolve=by_module[genes.__name__, "evolve"],
    )


def _jit(numba: Any, function: FunctionType) -> Any:
    options = {"nogil": True, "boundscheck": False}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder that the cache could be written to
        return numba.njit(**options)(function)
