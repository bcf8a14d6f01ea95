"""How many possible courses are drawn, so that nobody waits: as many as the processor draws in a few milliseconds.

Machine code draws about a hundred times as fast as arrays, but has to be compiled or loaded first. A process that lives
on, such as the server, does that in a thread the first time that somebody asks; until it is done, previews say that
the chances are not told yet, and pages draw fewer. A command that ends after one answer draws fewer, at once.
"""

from __future__ import annotations

import logging
from threading import Lock, Thread

from summitry.engine.risk import is_warm, warm_up
from summitry.schedule.planning.warming import lives_on

PREVIEW = 2_000
"""Samples behind a preview: a standard error of at most 1.1 points, and of differences much less."""

FEWEST = 100
WARM_CELLS = 4_000_000
"""Finishes (samples times tasks) of one simulation as machine code: some 30 ms, and 16 MB that are kept."""
COLD_CELLS = 500_000
"""The same on arrays, for a page."""
QUICK_CELLS = 50_000
"""The same on arrays, where nobody is to wait: 1,000 samples of 50 tasks, some 40 ms."""

log = logging.getLogger("summitry.schedule.risk")
_lock = Lock()
_begun = False
_failed = False


def for_page(tasks: int, wanted: int) -> int:
    """Samples for a page that shows the risk of so many tasks; `wanted` are those of the event's settings."""
    consider()
    return _within(WARM_CELLS if is_warm() else COLD_CELLS, tasks, wanted)


def for_preview(tasks: int, wanted: int) -> int | None:
    """Samples for a preview; None where it would have to wait for the compiler."""
    consider()
    if is_warm():
        return _within(WARM_CELLS, tasks, min(wanted, PREVIEW))
    if lives_on() and not _failed:
        return None
    return _within(QUICK_CELLS, tasks, min(wanted, PREVIEW))


def quick(tasks: int, samples: int) -> bool:
    """Whether one simulation takes so little time that a page may ask for several."""
    return is_warm() or tasks * samples <= QUICK_CELLS


def _within(cells: int, tasks: int, wanted: int) -> int:
    return max(min(wanted, cells // max(1, tasks)), FEWEST)


def consider() -> Thread | None:
    """Begin to compile if this process lives on and nobody has; the thread that was begun, if any."""
    global _begun
    if not lives_on() or is_warm():
        return None
    with _lock:
        if _begun:
            return None
        _begun = True
    thread = Thread(target=_warm, name="risk-warm-up", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    global _failed
    try:
        warm_up()
    except Exception:
        # Nothing is lost: the same samples are drawn on arrays, only fewer of them.
        _failed = True
        log.exception("The risk engine could not be compiled; chances come from fewer samples.")
