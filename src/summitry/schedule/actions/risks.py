"""Risk events, the tasks that they hit, their mitigation, and how chances are computed."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import Agency
from summitry.core.records import delete_all, save_all
from summitry.core.refusals import Fault, Invalid
from summitry.core.rights import DECIDE, PLAN, Classification
from summitry.governance.actions.naming import within_clearance
from summitry.schedule.actions.common import LONGEST_WORK, fact_day, fault, the_task
from summitry.schedule.models import RiskEvent, RiskHit, RiskSettings

PLAIN = (
    "title",
    "title_national",
    "probability",
    "delay_optimistic",
    "delay_likely",
    "delay_pessimistic",
    "mitigation",
    "mitigated_probability",
    "mitigated_optimistic",
    "mitigated_likely",
    "mitigated_pessimistic",
    "note",
    "source",
)
DELAYS = (
    ("delay_optimistic", "delay_likely", "delay_pessimistic"),
    ("mitigated_optimistic", "mitigated_likely", "mitigated_pessimistic"),
)


class _RiskFields(Action):
    """What a risk event says. Probabilities are per cent, delays working days of the lead of each task hit."""

    code: str
    title: str = ""
    title_national: str = ""
    owner: str | None = None
    probability: int = 0
    delay_optimistic: int | None = None
    delay_likely: int = 0
    delay_pessimistic: int | None = None
    mitigation: str = ""
    mitigated_probability: int | None = None
    mitigated_optimistic: int | None = None
    mitigated_likely: int | None = None
    mitigated_pessimistic: int | None = None
    note: str = ""
    source: str = ""
    classification: int = Classification.RESTRICTED
    tasks: list[str] = []

    def put_onto(self, ctx: Context, row: RiskEvent) -> RiskEvent:
        for name in PLAIN:
            if self.given(name):
                setattr(row, name, getattr(self, name))
        if self.given("owner"):
            row.owner = ctx.find(Agency, self.owner)
        if self.given("classification"):
            within_clearance(ctx, self.classification)
            row.classification = self.classification
        judge_risk(row)
        saved = ctx.put(row)
        if self.given("tasks"):
            _hit(ctx, saved, self.tasks)
        return saved


def judge_risk(row: RiskEvent) -> None:
    """Refuse chances and delays that make no sense, naming all faults."""
    faults: list[Fault] = []
    for name in ("probability", "mitigated_probability"):
        value = getattr(row, name)
        if value is not None and not 0 <= value <= 100:
            faults.append(fault(name, _now("Per cent, from 0 to 100."), str(value)))
    for shortest, likely, longest in DELAYS:
        low, middle, high = (getattr(row, name) for name in (shortest, likely, longest))
        for name, value in ((shortest, low), (likely, middle), (longest, high)):
            if value is not None and not 0 <= value <= LONGEST_WORK:
                faults.append(fault(name, _now("Working days from 0 to {most}.").format(most=LONGEST_WORK), str(value)))
        if middle is None:
            if low is not None or high is not None:
                faults.append(fault(likely, _now("Give the likely delay as well.")))
            continue
        if low is not None and low > middle:
            faults.append(fault(shortest, _now("The shortest delay is at most the likely one."), str(low)))
        if high is not None and high < middle:
            faults.append(fault(longest, _now("The longest delay is at least the likely one."), str(high)))
    if row.mitigation and (row.mitigated_probability is None) != (row.mitigated_likely is None):
        name = "mitigated_probability" if row.mitigated_probability is None else "mitigated_likely"
        message = _now("Give both the probability and the likely delay after the mitigation, or neither.")
        faults.append(fault(name, message, ""))
    if not row.mitigation and (row.mitigated_probability is not None or row.mitigated_likely is not None):
        message = _now("Say what is done, so that the values after it mean something.")
        faults.append(fault("mitigation", message, ""))
    if row.mitigated_on is not None and not row.has_mitigation:
        message = _now("Its mitigation is decided: take that back first.")
        faults.append(fault("mitigation", message, ""))
    if faults:
        raise Invalid(faults)


def _hit(ctx: Context, risk: RiskEvent, codes: list[str]) -> None:
    """Let the risk event hit exactly these tasks, besides those that the actor may not see."""
    wanted = {task.pk: task for task in (the_task(ctx, code) for code in dict.fromkeys(codes))}
    seen = RiskHit.objects.filter(risk=risk).visible_to(ctx.viewer).select_related("risk", "task")
    known = {hit.task_id: hit for hit in seen}
    delete_all([hit for pk, hit in known.items() if pk not in wanted])
    save_all([RiskHit(event=ctx.event, risk=risk, task=task) for pk, task in wanted.items() if pk not in known])


@action("schedule.create_risk_event", title=_("Add a risk event"), right=PLAN)
class CreateRiskEvent(_RiskFields):
    """Add something that may happen and would delay tasks, with its probability and delay."""

    title: str
    probability: int
    delay_likely: int

    def run(self, ctx: Context) -> RiskEvent:
        return self.put_onto(ctx, RiskEvent(event=ctx.event, code=self.code))


@action("schedule.change_risk_event", title=_("Change a risk event"), right=PLAN)
class ChangeRiskEvent(_RiskFields):
    """Change a risk event, or which tasks it hits. Fields that are not given stay."""

    seen: int | None = None

    def run(self, ctx: Context) -> RiskEvent:
        return self.put_onto(ctx, ctx.get(RiskEvent, code=self.code, seen=self.seen))


@action("schedule.remove_risk_event", title=_("Remove a risk event"), right=PLAN)
class RemoveRiskEvent(Action):
    """Remove a risk event that was filed by mistake. One that is over is closed, so that it stays on record."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        risk = ctx.get(RiskEvent, code=self.code, seen=self.seen)
        for hit in RiskHit.objects.filter(risk=risk).select_related("risk", "task"):
            ctx.remove(hit)
        ctx.remove(risk)


@action("schedule.decide_mitigation", title=_("Decide on a mitigation"), right=DECIDE)
class DecideMitigation(Action):
    """Decide that a risk event's mitigation is carried out: from that day its values hold. Or take that back.

    on: the day of the decision, today unless given. decided: False takes it back.
    """

    code: str
    seen: int | None = None
    on: date | None = None
    decided: bool = True

    def run(self, ctx: Context) -> RiskEvent:
        risk = ctx.get(RiskEvent, code=self.code, seen=self.seen)
        if not self.decided:
            risk.mitigated_on = None
            return ctx.put(risk)
        if not risk.has_mitigation:
            message = _now("Say first what is done, and its probability and delay then.")
            raise Invalid.of("mitigation", message, risk.code)
        risk.mitigated_on = fact_day(ctx, "on", self.on)
        return ctx.put(risk)


@action("schedule.close_risk_event", title=_("Close a risk event"), right=PLAN)
class CloseRiskEvent(Action):
    """Say that a risk event can no longer happen, or has happened and is in the tasks' own durations. Or open it again.

    on: the day, today unless given. closed: False opens it again.
    """

    code: str
    seen: int | None = None
    on: date | None = None
    closed: bool = True

    def run(self, ctx: Context) -> RiskEvent:
        risk = ctx.get(RiskEvent, code=self.code, seen=self.seen)
        risk.closed_on = fact_day(ctx, "on", self.on) if self.closed else None
        return ctx.put(risk)


@action("schedule.set_risk_settings", title=_("Change how chances are computed"), right=PLAN)
class SetRiskSettings(Action):
    """Set the distribution of durations, the correlation within an agency (per cent) and the number of samples."""

    seen: int | None = None
    distribution: str = RiskSettings.Distribution.PERT
    correlation: int = 30
    samples: int = 10_000

    def run(self, ctx: Context) -> RiskSettings:
        if self.seen:
            row = ctx.get(RiskSettings, seen=self.seen)
        else:
            row = RiskSettings.objects.filter(event=ctx.event).first() or RiskSettings(event=ctx.event)
        for name in ("distribution", "correlation", "samples"):
            if self.given(name):
                setattr(row, name, getattr(self, name))
        return ctx.put(row)
