"""What is dear to make and never changed: made once a run, whichever of pytest-xdist's workers needs it first."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def once_a_run(name: str, make: Callable[[Path], object]) -> Path:
    """The folder of this name, which `make` fills; another worker that asks meanwhile waits until it is whole.

    It lies in the run's own home (tests/settings.py) and goes with it. Take copies of it: others do.
    """
    folder = Path(os.environ["SUMMITRY_HOME"]) / "once"
    folder.mkdir(mode=0o700, exist_ok=True)
    made, whole = folder / name, folder / f"{name}.whole"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            make(made)
            whole.touch()
    return made
