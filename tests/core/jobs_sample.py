"""Kinds of jobs for worker processes under test, and a worker that knows them: `python -m tests.core.jobs_sample`."""

from __future__ import annotations

import os
import time
from pathlib import Path

from summitry.core.actions import CreateAgency
from summitry.core.jobs import JobContext, Outcome, Parameters, job
from summitry.core.rights import PLAN


class Long(Parameters):
    seconds: float = 60.0
    code: str = "K01"
    heed: bool = True
    flag: str = ""


@job("test.long", title="Long", right=PLAN, parameters=Long)
def long(ctx: JobContext[Long]) -> Outcome:
    """Sleeps in small steps, then makes an agency. The first attempt is long, those after a death are short."""
    given = ctx.parameters
    if given.flag:
        # Says which process is at it, the only thing that a test can see at once.
        Path(given.flag).write_text(str(os.getpid()))
    while ctx.attempt == 1 and ctx.seconds < given.seconds:
        if given.heed:
            ctx.stop_if_cancelled()
        ctx.progress(ctx.seconds / given.seconds, f"second {ctx.seconds:.0f}", {"seconds": int(ctx.seconds)})
        time.sleep(0.05)
    return Outcome(result={"attempt": ctx.attempt}, actions=[CreateAgency(code=given.code, name="Made by a job")])


if __name__ == "__main__":
    import signal

    from summitry.core.jobs.worker import Worker

    one = Worker()
    signal.signal(signal.SIGTERM, lambda _number, _frame: one.stop())
    one.run()
