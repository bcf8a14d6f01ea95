"""Machine code for large schedules, without anybody waiting for the compiler and without loading it for small ones.

A process that lives on, such as the server, says so once (`allow`). The first schedule of `MANY` tasks that it then
plans is solved by the plain kernel like any other, and begins the compiling in a thread beside it; later ones find the
machine code. A command that ends after one plan never loads a compiler.
"""

from __future__ import annotations

import logging
from threading import Lock, Thread

from summitry.engine.network import is_warm, warm_up

MANY = 1000
"""Tasks from which on the compiler is worth its two seconds: below, the plain kernel takes a few milliseconds."""

log = logging.getLogger("summitry.schedule.warming")
_lock = Lock()
_allowed = False
_begun = False


def allow() -> None:
    """Say that this process lives on, so that compiling pays."""
    global _allowed
    _allowed = True


def lives_on() -> bool:
    """Whether this process has said that it lives on."""
    return _allowed


def consider(tasks: int) -> Thread | None:
    """Begin the compiling if this many tasks deserve it and nobody has; the thread that was begun, if any."""
    global _begun
    if not _allowed or tasks < MANY or is_warm():
        return None
    with _lock:
        if _begun:
            return None
        _begun = True
    thread = Thread(target=_warm, name="network-warm-up", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    try:
        warm_up()
    except Exception:
        # Nothing is lost: the plain kernel gives the same answers.
        log.exception("The network engine could not be compiled; large schedules are planned more slowly.")
