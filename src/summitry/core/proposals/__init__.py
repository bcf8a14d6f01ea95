"""Proposals: lists of actions that nobody has carried out yet, from an engine or a person.

A kind of proposal is registered in `AppConfig.ready()`:

    register_proposal_kind(ProposalKind(
        name="schedule.repair", title=_("Repair"), job="schedule.repair", day_matters=True,
        reads={"schedule.task": frozenset({"likely", "lead_id", ...}), "schedule.link": None, "core.agency": None},
        metrics={"lateness": _("Weighted lateness (days)")},
    ))

and made by the action `MakeProposal`, from a job as one of its outcome's actions:

    read = inputs_of("schedule.repair", ctx.event)              # before anything is read
    ...
    MakeProposal(
        title=_("Repair: 3 tasks move"), kind="schedule.repair", inputs=read,
        actions=[ProposedAction.of(MoveTask(code="T32", not_before=day), label="T32")],
        engine="CP-SAT", engine_version=..., parameters=ctx.parameters.model_dump(mode="json"), seed=7,
        value=12.0, bound=11.0, metrics_after={"lateness": 0}, replaces=ctx.parameters.replaces,
    )

`parameters` are given to the job again by "compute again", with `replaces` set to the old proposal's code: a job that
makes proposals has a parameter `replaces: str = ""` and hands it on.
"""

from summitry.core.proposals.inputs import inputs_of, news_of, why_outdated
from summitry.core.proposals.registry import PROPOSAL_KINDS, ProposalKind, register_proposal_kind

__all__ = [
    "PROPOSAL_KINDS",
    "ProposalKind",
    "inputs_of",
    "news_of",
    "register_proposal_kind",
    "why_outdated",
]
