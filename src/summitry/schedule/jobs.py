"""The planner's commands as background jobs: each asks the engine for a plan and puts it forward as a proposal.

What a job ends with is plain values; pages put them into their reader's words (`views/planner_words.py`):

    status      "optimal" or "feasible" (a plan), "infeasible" (why not: `conflict`), "unknown" (neither in time)
    before, after   figures (`Measures.plain`)
    tasks       leaves that move or change hands: `task`, `old` and `new` (each start, finish, lead), `placed`
    actions     what carries the plan out, as `ProposedAction` keeps it
    engine      name, version, method, seed, work, seconds, score, bound, gap
    notes       codes of things to be said beside it, with values
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from threading import Event as Flag
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from pydantic import Field

from summitry.core import dates
from summitry.core.action import rehearse
from summitry.core.actions.proposals import MakeProposal, ProposedAction
from summitry.core.actions.undo import Undo
from summitry.core.chances import CHANCES
from summitry.core.checking import Reading
from summitry.core.jobs import JobContext, Outcome, Parameters, job
from summitry.core.models import Agency
from summitry.core.proposals import ProposalKind, inputs_of, register_proposal_kind
from summitry.core.refusals import Invalid, Refused
from summitry.core.rights import PLAN
from summitry.schedule.models import Baseline, BaselineTask, Task
from summitry.schedule.planning import Plan, plan
from summitry.schedule.planning.capacity import (
    Aim,
    Answer,
    Board,
    Desks,
    Effort,
    Found,
    Imagined,
    Order,
    ProposedChange,
    Step,
    actions_of,
    board_of,
    conflict_of,
    measures_of,
    pose,
    read,
    search,
    with_desks,
)

ENGINE = "summitry.engine.scheduling"
ONE_BY_ONE = 60
"""So many moved tasks are proposed one by one; more are put together by their lead."""
CHANCE_TRIES, CHANCE_PAUSE = 20, 0.5
"""How often a probability that cannot be told yet is asked for again, and after how many seconds."""

FEASIBLE, SHORTEN, LEVEL, REPAIR, WHAT_IF = (
    "schedule.make_feasible",
    "schedule.shorten",
    "schedule.level",
    "schedule.repair",
    "schedule.what_if_desks",
)
COMMANDS = (FEASIBLE, SHORTEN, LEVEL, REPAIR, WHAT_IF)


class PlanParameters(Parameters):
    """What every command is told.

    hard: deadlines must hold; otherwise each day late costs its task's weight. seconds: how long to search at most.
    propose: put the plan forward at once; otherwise it is only shown. replaces: the code of the open proposal that
    this is computed anew for.
    """

    hard: bool = True
    seconds: float = Field(default=10.0, ge=1.0, le=300.0)
    seed: int = 0
    propose: bool = True
    replaces: str = ""


class ShortenParameters(PlanParameters):
    """milestone: the code of what is to come as early as possible; empty for the end of everything."""

    milestone: str = ""


class LevelParameters(PlanParameters):
    """agencies: codes of those whose peak load is to be low; empty for all."""

    agencies: list[str] = []


class RepairParameters(PlanParameters):
    """after: the batch of the change to be repaired: the plan before it is kept as far as possible. baseline: the code
    of a baseline to be kept instead. Neither: the plan as it stands.
    """

    hard: bool = False
    after: str = ""
    baseline: str = ""


class WhatIfParameters(PlanParameters):
    """agency: whose desks, by its code; change: so many more, or fewer if negative, from the first to the last day."""

    hard: bool = False
    propose: bool = False
    agency: str
    change: int
    first: date
    last: date | None = None


def figures(values: Mapping[str, Any]) -> Iterator[tuple[str | Promise, str]]:
    """What a job's page shows of a result, or of the best so far."""
    after = values.get("after")
    if after is not None:
        yield from ((title, str(after[name])) for name, title in METRICS.items() if after.get(name) is not None)
    elif values.get("score"):
        yield METRICS["moved"], str(values.get("moved", 0))


@job(FEASIBLE, title=_("Make it feasible"), right=PLAN, parameters=PlanParameters, anytime=True, figures=figures)
def make_feasible(ctx: JobContext[PlanParameters]) -> Outcome:
    return _Run(ctx, FEASIBLE).outcome(Order(aim=Aim.FEASIBLE, hard=ctx.parameters.hard))


@job(SHORTEN, title=_("Shorten"), right=PLAN, parameters=ShortenParameters, anytime=True, figures=figures)
def shorten(ctx: JobContext[ShortenParameters]) -> Outcome:
    run = _Run(ctx, SHORTEN)
    order = Order(aim=Aim.SHORTEN, hard=ctx.parameters.hard, milestone=run.task(ctx.parameters.milestone))
    return run.outcome(order)


@job(LEVEL, title=_("Level the load"), right=PLAN, parameters=LevelParameters, anytime=True, figures=figures)
def level(ctx: JobContext[LevelParameters]) -> Outcome:
    run = _Run(ctx, LEVEL)
    agencies = frozenset(run.agency(code) for code in ctx.parameters.agencies)
    return run.outcome(Order(aim=Aim.LEVEL, hard=ctx.parameters.hard, level=agencies))


@job(REPAIR, title=_("Repair after a change"), right=PLAN, parameters=RepairParameters, anytime=True, figures=figures)
def repair(ctx: JobContext[RepairParameters]) -> Outcome:
    run = _Run(ctx, REPAIR)
    return run.outcome(Order(aim=Aim.REPAIR, hard=ctx.parameters.hard, before=_plan_before(run, ctx.parameters)))


@job(
    WHAT_IF,
    title=_("What if an agency gains or loses desks"),
    right=PLAN,
    parameters=WhatIfParameters,
    anytime=True,
    figures=figures,
)
def what_if_desks(ctx: JobContext[WhatIfParameters]) -> Outcome:
    run, asked = _Run(ctx, WHAT_IF), ctx.parameters
    agency = run.agency(asked.agency)
    if not run.board.limits.capacities.get(agency):
        raise Invalid.of("agency", _now("It is not limited: say first how many desks it has."), asked.agency)
    run.board = with_desks(run.board, Desks(agency, asked.change, asked.first, asked.last))
    run.notes.append({"code": "assumed", "agency": agency, "change": asked.change})
    return run.outcome(Order(aim=Aim.REPAIR, hard=asked.hard))


class _Run:
    """One run of a command, from what it reads to what it ends with."""

    def __init__(self, ctx: JobContext[Any], kind: str) -> None:
        self.ctx, self.kind = ctx, kind
        self.inputs = inputs_of(kind, ctx.event)
        self.reading = Reading(ctx.event)
        self.board: Board = board_of(self.reading, ctx.viewer)
        self.notes: list[dict[str, Any]] = []

    def task(self, code: str) -> int | None:
        """The id of a visible task by its code."""
        if not code:
            return None
        for pk, task in self.board.data.tasks.items():
            if task.code == code and self.ctx.viewer.sees_id(Task, pk):
                return pk
        raise Invalid.of("milestone", _now("There is no such task."), code)

    def agency(self, code: str) -> int:
        for pk, agency in self.board.data.agencies.items():
            if agency.code == code and self.ctx.viewer.sees_id(Agency, pk):
                return pk
        raise Invalid.of("agency", _now("There is no such agency."), code)

    def outcome(self, order: Order) -> Outcome:
        board, given = self.board, self.ctx.parameters
        if board.present.loops or board.present.too_long:
            raise Invalid.of("", _now("Tasks wait for one another in a circle, or dates run out of the calendar."))
        before = measures_of(board, board.present).plain()
        if board.hidden:
            self.notes.append({"code": "hidden", "count": len(board.hidden)})
        posed = pose(board, order)
        found = search(
            posed, Effort(seconds=given.seconds, seed=given.seed), on_better=self._told, cancelled=self._to_end
        )
        self.ctx.stop_if_cancelled()
        result: dict[str, Any] = {
            "command": self.kind,
            "parameters": given.model_dump(mode="json"),
            "status": str(found.solution.status),
            "before": before,
            "engine": _provenance(found),
            "day": board.data.today.isoformat(),
            "inputs": self.inputs,
        }
        if found.solution.conflict is not None:
            result["conflict"] = conflict_of(posed, found.solution.conflict)
        if found.schedule is None:
            return Outcome(result={**result, "notes": self.notes})
        answer = read(posed, found.schedule)
        if answer.astray:
            self.notes.append({"code": "astray", "tasks": list(answer.astray)})
        cost = sum(change.way.reluctance for change in answer.changes if change.way is not None)
        before["chance"], chance = self._chances(answer)
        against = _compared_with(board, order)
        after = measures_of(board, answer.after, against=against, cost=cost, chance=chance).plain()
        proposed = list(_proposed(answer))
        result |= {
            "after": after,
            "tasks": list(_differences(answer)),
            "actions": [row.model_dump(mode="json") for row in proposed],
            "notes": self.notes,
        }
        if not proposed or not (given.propose or given.replaces):
            return Outcome(result=result)
        return Outcome(result=result, actions=[self._proposal(found, proposed, before, after)])

    def _chances(self, answer: Answer) -> tuple[float | None, float | None]:
        """The probability that the event is ready, with the present plan and with this one; None where nobody tells."""
        present, proposed = Imagined(self.reading, self.board.present), Imagined(self.reading, answer.after)
        for source in CHANCES:
            loaded = source.load(present), source.load(proposed)
            for _again in range(CHANCE_TRIES):
                told = source.compare(*loaded)
                if told is not None:
                    return told[0].ready, told[1].ready
                # A source that compiles something will be able to tell in a moment; nobody's page waits for it.
                if self._to_end() or Flag().wait(CHANCE_PAUSE):
                    break
        return None, None

    def _told(self, step: Step) -> None:
        share = min(0.99, self.ctx.seconds / self.ctx.parameters.seconds)
        partial = {"score": list(step.score or ()), "bound": step.bound, "moved": step.moved, "method": step.method}
        if step.score is None:
            self.ctx.progress(share, _now("No plan yet"), partial)
            return
        words = ngettext("Best so far moves %(n)d task", "Best so far moves %(n)d tasks", step.moved)
        self.ctx.progress(share, words % {"n": step.moved}, partial)

    def _to_end(self) -> bool:
        return self.ctx.cancelled() or self.ctx.enough()

    def _proposal(
        self, found: Found, proposed: Sequence[ProposedAction], before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> MakeProposal:
        solution, given = found.solution, self.ctx.parameters
        score = solution.schedule.score if solution.schedule is not None else ()
        return proposal_of(
            kind=self.kind,
            result={"before": before, "after": after},
            actions=proposed,
            inputs=self.inputs,
            parameters=given.model_dump(mode="json", exclude={"replaces"}),
            engine=_provenance(found),
            value=float(score[0]) if score else None,
            bound=float(solution.bound[0]) if solution.bound else None,
            replaces=given.replaces,
        )


def proposal_of(
    *,
    kind: str,
    result: Mapping[str, Any],
    actions: Sequence[ProposedAction],
    inputs: Mapping[str, Any],
    parameters: Mapping[str, Any],
    engine: Mapping[str, Any],
    value: float | None,
    bound: float | None,
    replaces: str = "",
    title: str = "",
) -> MakeProposal:
    """The action that puts a result forward."""
    after = result["after"]
    moved = ngettext("%(n)d task moves", "%(n)d tasks move", after["moved"]) % {"n": after["moved"]}
    return MakeProposal(
        title=title or f"{_TITLES[kind]}: {moved}",
        kind=kind,
        actions=list(actions),
        inputs=dict(inputs),
        engine=str(engine["name"]),
        engine_version=str(engine["version"]),
        parameters=dict(parameters),
        seed=engine["seed"],
        work=f"{engine['method']}, {engine['work']} steps, {engine['seconds']:.1f} s",
        value=value,
        bound=bound,
        metrics_before={name: result["before"][name] for name in METRICS if name in result["before"]},
        metrics_after={name: after[name] for name in METRICS if name in after},
        replaces=replaces,
    )


def _plan_before(run: _Run, given: RepairParameters) -> dict[int, date]:
    """First days of the plan that changes are counted against."""
    event, viewer = run.ctx.event, run.ctx.viewer
    if given.baseline:
        baseline = Baseline.objects.filter(event=event).visible_to(viewer).filter(code=given.baseline).first()
        if baseline is None:
            raise Invalid.of("baseline", _now("There is no such baseline."), given.baseline)
        rows = BaselineTask.objects.filter(baseline=baseline).visible_to(viewer)
        return {row.task_id: row.start for row in rows}
    if not given.after:
        return {}
    with suppress(Refused, ValueError), rehearse([Undo(batch=UUID(given.after))], viewer=viewer, event=event):
        before: Plan = plan(Reading(event))
        run.notes.append({"code": "before", "batch": given.after})
        return {row.task_id: row.start for row in before if row.start is not None and not row.group}
    viewer.forget()
    # Something newer touches the same records: what was before cannot be told any more.
    run.notes.append({"code": "no_before"})
    return {}


def _compared_with(board: Board, order: Order) -> dict[int, date]:
    present = {row.task_id: row.start for row in board.present if row.start is not None and not row.group}
    return {**present, **order.before}


def _provenance(found: Found) -> dict[str, Any]:
    solution = found.solution
    return {
        "name": ENGINE,
        "version": found.version,
        "method": solution.method,
        "status": str(solution.status),
        "seed": solution.seed,
        "work": solution.work,
        "seconds": round(solution.seconds, 2),
        "score": list(solution.schedule.score) if solution.schedule is not None else [],
        "bound": list(solution.bound),
        "gap": solution.gap,
    }


def _differences(answer: Answer) -> Iterator[dict[str, Any]]:
    """The leaves that move or change hands, earliest first."""
    board = answer.posed.board
    placed = {change.task.pk for change in answer.changes}
    given = {change.task.pk for change in answer.changes if change.way is not None}
    for pk in sorted({*answer.moved, *given}, key=lambda pk: (answer.after.of(pk).start or date.max, pk)):
        old, new = board.present.of(pk), answer.after.of(pk)
        yield {
            "task": pk,
            "old": [_iso(old.start), _iso(old.finish), board.data.tasks[pk].lead_id],
            "new": [_iso(new.start), _iso(new.finish), answer.after.data.tasks[pk].lead_id],
            "placed": pk in placed,
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _proposed(answer: Answer) -> Iterator[ProposedAction]:
    """The actions of a proposal: task by task, or, of very many, the starts together by lead."""
    rows = list(actions_of(answer.changes))
    many = len(rows) > ONE_BY_ONE
    together: dict[str, dict[str, str | None]] = {}
    both = {change.task.pk for change in answer.changes if change.way is not None and change.place}
    for change, name, arguments in rows:
        if many and name == "schedule.place_task" and change.task.pk not in both:
            lead = change.task.lead.code if change.task.lead is not None else ""
            together.setdefault(lead, {})[arguments["code"]] = arguments["start"]
            continue
        group = change.task.code[:40] if change.task.pk in both else ""
        yield ProposedAction(action=name, arguments=arguments, label=_label(change, name), group=group)
    for lead, starts in together.items():
        words = ngettext("%(n)d task", "%(n)d tasks", len(starts)) % {"n": len(starts)}
        label = f"{lead}: {words}" if lead else words
        yield ProposedAction(action="schedule.place_tasks", arguments={"starts": starts}, label=label)


def _label(change: ProposedChange, name: str) -> str:
    """ "T38 Sweeps: Fri 10 Oct → Mon 13 Oct" """
    task = f"{change.task.code} {change.task.title}"[:200]
    if name == "schedule.choose_alternative" and change.way is not None:
        lead = change.way.lead or change.task.lead
        return _now("%(task)s: the way %(way)s, by %(lead)s") % {
            "task": task,
            "way": change.way.code,
            "lead": lead.code if lead is not None else "—",
        }
    days = [dates.weekday(day) if day else "—" for day in (change.before.start, change.after.start)]
    if days[0] == days[1]:
        return _now("%(task)s: stays on %(day)s") % {"task": task, "day": days[1]}
    return f"{task}: {days[0]} → {days[1]}"


_TITLES = {
    FEASIBLE: _("Feasible plan"),
    SHORTEN: _("Shorter plan"),
    LEVEL: _("Levelled plan"),
    REPAIR: _("Repaired plan"),
    WHAT_IF: _("Plan with other desks"),
}

METRICS = {
    "late_days": _("Days late, all tasks (days)"),
    "broken": _("Deadlines broken"),
    "overload_days": _("Days with more work than desks (days)"),
    "moved": _("Tasks that move"),
    "days_moved": _("Moved in all (days)"),
    "owners": _("Tasks with another lead"),
    "finish": _("Last day"),
}

READS = {
    "schedule.task": frozenset(
        {
            "parent_id",
            "lead_id",
            "milestone",
            "optimistic",
            "likely",
            "pessimistic",
            "not_before",
            "deadline",
            "fixed_start",
            "fixed_finish",
            "planned_start",
            "desks",
            "unbroken",
            "published",
            "priority",
            "started_on",
            "remaining",
            "reported_on",
            "closed_on",
            "waived_on",
        }
    ),
    "schedule.link": None,
    "schedule.capacity": frozenset({"agency_id", "from_day", "to_day", "units"}),
    "schedule.resource": frozenset({"units"}),
    "schedule.resourcecapacity": frozenset({"resource_id", "from_day", "to_day", "units"}),
    "schedule.demand": frozenset({"task_id", "resource_id", "units"}),
    "schedule.alternative": frozenset({"task_id", "lead_id", "likely", "desks", "reluctance"}),
    "core.agency": frozenset({"parent_id", "working_week"}),
    "core.calendarexception": None,
    "core.event": frozenset({"planning_start", "opening_day", "closing_day", "working_week", "country"}),
}


for _name in COMMANDS:
    register_proposal_kind(
        ProposalKind(name=_name, title=_TITLES[_name], reads=READS, day_matters=True, job=_name, metrics=METRICS)
    )
