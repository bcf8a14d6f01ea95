"""Population search for better schedules, as machine code.

Nobody waits for a compiler: before ``warm_up`` has been called and is done, ``improve`` gives what the serial schedule
gives. See ``docs/engine/scheduling.md``.
"""

from .improve import improve, is_warm, warm_up

__all__ = ["improve", "is_warm", "warm_up"]
