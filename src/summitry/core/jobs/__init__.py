"""Background work: a job table that worker processes drain (docs/adr/0008).

A kind of job is registered where its app registers its actions:

    class RepairParameters(Parameters):
        seconds: float = 20.0
        replaces: str = ""                       # the code of the proposal that it is computed anew for

    @job("schedule.repair", title=_("Repair the schedule"), right=PLAN, parameters=RepairParameters, anytime=True)
    def repair(ctx: JobContext[RepairParameters]) -> Outcome:
        read = inputs_of("schedule.repair", ctx.event)          # before anything is read (core.proposals)
        for step in solve(...):                                 # imports the engine here, never at module level
            ctx.stop_if_cancelled()
            ctx.progress(step.fraction, _("Best so far: 3 days late"), partial={"late": 3})
            if ctx.enough():
                break
        return Outcome(
            result={"late": 0},
            actions=[MakeProposal(title=..., kind="schedule.repair", inputs=read, actions=[...], ...)],
        )

and asked for by a view, which then shows the job's page:

    row = request("schedule.repair", RepairParameters(seconds=10), viewer=request.viewer, event=request.event)
    return HttpResponseRedirect(row.get_absolute_url())

The function runs in a thread of a worker process (`summitry worker`). It may read through `ctx.viewer`; it writes
nothing itself. Its `actions` are submitted as whoever asked, in the transaction in which the job becomes done.
"""

from summitry.core.jobs.context import JobCancelled, JobContext, TryAgain
from summitry.core.jobs.registry import JOBS, JobKind, Outcome, Parameters, job
from summitry.core.jobs.table import TooManyJobs, request, visible_jobs, wish

__all__ = [
    "JOBS",
    "JobCancelled",
    "JobContext",
    "JobKind",
    "Outcome",
    "Parameters",
    "TooManyJobs",
    "TryAgain",
    "job",
    "request",
    "visible_jobs",
    "wish",
]
