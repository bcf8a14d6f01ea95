"""Keeping a plan that a command found as a scenario, and putting one forward."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.actions.proposals import ProposedAction
from summitry.core.jobs import visible_jobs
from summitry.core.models import Job, Proposal
from summitry.core.refusals import Invalid, NotFound
from summitry.core.rights import PLAN, Classification
from summitry.schedule.jobs import COMMANDS, proposal_of
from summitry.schedule.models import Scenario, Task


@action("schedule.keep_scenario", title=_("Keep a plan as a scenario"), right=PLAN)
class KeepScenario(Action):
    """Keep the plan that a command found, by the number of its job, under a name. It can be compared and put forward.

    Jobs are thrown away after a while; a scenario stays until somebody removes it.
    """

    job: int
    name: str

    def run(self, ctx: Context) -> Scenario:
        result = self._result(ctx)
        codes = Scenario.objects.filter(event=ctx.event).values_list("code", flat=True)
        levels = Task.objects.filter(event=ctx.event, pk__in=[row["task"] for row in result["tasks"]])
        return ctx.new(
            Scenario,
            code=f"S-{max((int(code.partition('-')[2]) for code in codes), default=0) + 1:03}",
            name=self.name,
            command=result["command"],
            parameters=result["parameters"],
            made_by=ctx.viewer.account,
            made_at=ctx.now,
            inputs=result["inputs"],
            before=result["before"],
            after=result["after"],
            tasks=result["tasks"],
            actions=result["actions"],
            engine=result["engine"],
            classification=max([Classification.INTERNAL, *levels.values_list("classification", flat=True)]),
        )

    def _result(self, ctx: Context) -> dict[str, Any]:
        found = visible_jobs(ctx.viewer).filter(pk=self.job, kind__in=COMMANDS, state=Job.State.DONE).first()
        if found is None:
            raise NotFound(what=_now("finished command"), key=str(self.job))
        result: dict[str, Any] = found.result or {}
        if "after" not in result:
            raise Invalid.of("job", _now("It found no plan, so there is nothing to keep."), self.job)
        return result


@action("schedule.rename_scenario", title=_("Rename a scenario"), right=PLAN)
class RenameScenario(Action):
    """Give a scenario another name."""

    code: str
    name: str
    seen: int | None = None

    def run(self, ctx: Context) -> Scenario:
        scenario = ctx.get(Scenario, code=self.code, seen=self.seen)
        scenario.name = self.name
        return ctx.put(scenario)


@action("schedule.remove_scenario", title=_("Remove a scenario"), right=PLAN)
class RemoveScenario(Action):
    """Remove a scenario. A proposal that was made of it stays."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(Scenario, code=self.code, seen=self.seen))


@action("schedule.propose_scenario", title=_("Put a scenario forward"), right=PLAN)
class ProposeScenario(Action):
    """Make a proposal of a scenario, as its command would have made it: to be accepted, whole or in part, or rejected.

    Its actions are tried out on the event as it is now; one that does not fit any more refuses the proposal.
    """

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> Proposal:
        scenario = ctx.get(Scenario, code=self.code, seen=self.seen)
        if not scenario.actions:
            raise Invalid.of("code", _now("It changes nothing, so there is nothing to put forward."), scenario.code)
        engine = scenario.engine
        make = proposal_of(
            kind=scenario.command,
            result={"before": scenario.before, "after": scenario.after},
            actions=[ProposedAction(**row) for row in scenario.actions],
            inputs=scenario.inputs,
            parameters={name: value for name, value in scenario.parameters.items() if name != "replaces"},
            engine=engine,
            value=float(engine["score"][0]) if engine.get("score") else None,
            bound=float(engine["bound"][0]) if engine.get("bound") else None,
            title=scenario.name,
        )
        proposal = make.run(ctx)
        scenario.proposal = proposal
        ctx.put(scenario)
        return proposal
