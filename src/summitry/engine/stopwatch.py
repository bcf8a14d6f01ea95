"""How long something has taken: for limits and measurements, the one thing about time that the engine may know.

What day it is, or what time, the engine is told; see ``summitry.core.clock`` for that.
"""

from __future__ import annotations

import time


def seconds() -> float:
    """Seconds since some moment that stays the same while the process lives; never less than before."""
    return time.monotonic()
