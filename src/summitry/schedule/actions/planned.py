"""The rules that a task's planning fields obey, whichever action sets them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from summitry.core.action import Action, Context
from summitry.core.models import Agency
from summitry.core.refusals import Fault, Invalid
from summitry.core.rights import Classification
from summitry.governance.actions.naming import clause_of, no_loop, within_clearance
from summitry.governance.models import Body
from summitry.schedule.actions.common import LONGEST_WORK, MOST_UNITS, data_of, parts_of
from summitry.schedule.models import Link, Objective, Task
from summitry.schedule.planning import solve_data

PLAIN = (
    "title",
    "title_national",
    "milestone",
    "criterion",
    "deliverable",
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
    "note",
    "source",
    "position",
    "classification",
)
OF_WORK = ("milestone", "optimistic", "likely", "pessimistic", "fixed_start", "fixed_finish", "planned_start")
"""Fields that only what is worked on has: a group's dates are those of its parts."""


class PlannedFields(Action):
    """The planning fields of a task, for the actions that set them. Days of work are working days of the lead."""

    title: str = ""
    title_national: str = ""
    parent: str | None = None
    objective: str | None = None
    milestone: bool = False
    criterion: str = ""
    lead: str | None = None
    owner: str | None = None
    mandate: str | None = None
    deliverable: str = ""
    optimistic: int | None = None
    likely: int = 1
    pessimistic: int | None = None
    not_before: date | None = None
    deadline: date | None = None
    deadline_clause: str | None = None
    fixed_start: date | None = None
    fixed_finish: date | None = None
    planned_start: date | None = None
    desks: int = 1
    unbroken: bool = False
    published: bool = False
    priority: int = 1
    note: str = ""
    source: str = ""
    position: int = 0
    classification: int = Classification.INTERNAL

    def plan_onto(self, ctx: Context, task: Task) -> Task:
        """Put the given fields onto the task, judge them together, save."""
        kept = task.likely, task.pessimistic
        was_milestone = task.milestone
        if self.given("classification"):
            within_clearance(ctx, self.classification)
        for name in PLAIN:
            if self.given(name):
                setattr(task, name, getattr(self, name))
        if self.given("objective"):
            task.objective = ctx.find(Objective, self.objective)
        if self.given("lead"):
            task.lead = ctx.find(Agency, self.lead)
        if self.given("owner"):
            task.owner = ctx.find(Body, self.owner)
        if self.given("mandate"):
            task.mandate = clause_of(ctx, self.mandate)
        if self.given("deadline_clause"):
            task.deadline_clause = clause_of(ctx, self.deadline_clause)
            if task.deadline_clause is not None and task.deadline is None:
                task.deadline = task.deadline_clause.sets_date
        if parts_of(task):
            self._refuse_work_of_a_group(task)
        else:
            self._fit_estimates(task, kept, was_milestone)
            judge_work(task)
        moved = self.given("parent") and self._take_parent(ctx, task)
        saved = ctx.put(task)
        if moved:
            refuse_loops(ctx)
        return saved

    def _refuse_work_of_a_group(self, task: Task) -> None:
        message = _("{code} is a group: it has no work of its own, its parts have.").format(code=task.code)
        faults = [Fault(field=name, message=message) for name in OF_WORK if self.given(name) and getattr(self, name)]
        if faults:
            raise Invalid(faults)
        task.milestone, task.likely, task.optimistic, task.pessimistic = False, 0, None, None
        task.fixed_start = task.fixed_finish = task.planned_start = None

    def _fit_estimates(self, task: Task, kept: tuple[int, int | None], was_milestone: bool) -> None:
        if task.milestone:
            if not self.given("likely"):
                task.likely = 0
            for name in ("optimistic", "pessimistic"):
                if not self.given(name):
                    setattr(task, name, None)
            return
        if was_milestone and not self.given("likely"):
            task.likely = 1
        fit_estimates(task, kept, optimistic=self.given("optimistic"), pessimistic=self.given("pessimistic"))

    def _take_parent(self, ctx: Context, task: Task) -> bool:
        """Make the given group the task's parent; whether that is a change."""
        parent = ctx.find(Task, self.parent)
        if parent is None or parent.pk == task.parent_id:
            changed = parent is None and task.parent_id is not None
            task.parent = parent
            return changed
        if parent.milestone:
            raise Invalid.of("parent", _("A milestone has no parts."), parent.code)
        if parent.started_on or parent.closed_on or parent.waived_on:
            message = _("{code} has facts of its own (started, closed or waived), so it cannot become a group.")
            raise Invalid.of("parent", message.format(code=parent.code), parent.code)
        task.parent = parent
        if task.pk:
            no_loop(task, "parent", _above, _("A task cannot be part of itself."))
        if any(getattr(parent, name) for name in OF_WORK):
            # It becomes a group: from now on its dates are those of its parts.
            parent.likely, parent.optimistic, parent.pessimistic = 0, None, None
            parent.fixed_start = parent.fixed_finish = parent.planned_start = None
            ctx.put(parent)
        return True


def _above(task: Task) -> list[Task]:
    return [task.parent] if task.parent is not None else []


def fit_estimates(task: Task, kept: tuple[int, int | None], *, optimistic: bool, pessimistic: bool) -> None:
    """Let estimates that were not given follow a new likely duration, as little as needed.

    A likely duration beyond the longest moves the longest along with the same spread; one below the shortest takes
    the shortest down with it. kept: the likely and longest durations before; optimistic, pessimistic: given anew.
    """
    likely_before, longest_before = kept
    if not pessimistic and longest_before is not None and task.likely > longest_before:
        task.pessimistic = task.likely + max(0, longest_before - likely_before)
    if not optimistic and task.optimistic is not None and task.likely < task.optimistic:
        task.optimistic = task.likely


def judge_work(task: Task) -> None:
    """Refuse durations and fixed dates that make no sense, naming all faults."""
    faults: list[Fault] = []

    def fault(field: str, message: str, found: object) -> None:
        faults.append(Fault(field=field, message=message, found=str(found)))

    for name in ("optimistic", "likely", "pessimistic"):
        value = getattr(task, name)
        if value is not None and not 0 <= value <= LONGEST_WORK:
            fault(name, _("Working days from 0 to {most}.").format(most=LONGEST_WORK), value)
    if not 0 <= task.desks <= MOST_UNITS:
        fault("desks", _("A whole number from {least} to {most}.").format(least=0, most=MOST_UNITS), task.desks)
    if task.milestone:
        if task.likely or task.optimistic or task.pessimistic:
            fault("likely", _("A milestone takes no time."), task.likely)
    else:
        if task.optimistic is not None and task.optimistic > task.likely:
            fault("optimistic", _("The shortest duration is at most the likely one."), task.optimistic)
        if task.pessimistic is not None and task.pessimistic < task.likely:
            fault("pessimistic", _("The longest duration is at least the likely one."), task.pessimistic)
    if task.fixed_start and task.fixed_finish and task.fixed_finish < task.fixed_start:
        fault("fixed_finish", _("It finishes on or after its fixed start."), task.fixed_finish)
    if faults:
        raise Invalid(faults)


def refuse_loops(ctx: Context) -> None:
    """Refuse when tasks now wait for one another in a circle, or a group is linked with what it holds."""
    if not Link.objects.filter(event=ctx.event).exists():
        return
    data = data_of(ctx)
    for link in data.links.values():
        before, after = data.tasks[link.predecessor_id], data.tasks[link.successor_id]
        if before in data.upward(after) or after in data.upward(before):
            message = _("One of them holds the other: a group cannot wait for its own part, nor a part for its group.")
            raise Invalid.of("parent", message, " > ".join(_names(ctx, [before, after])))
    loops = solve_data(data).loops
    if loops:
        raise Invalid.of("parent", loop_message(ctx, [data.tasks[pk] for pk in loops[0]]))


def _names(ctx: Context, tasks: list[Task]) -> list[str]:
    """Codes; a task that the viewer may not see is "…"."""
    return [task.code if ctx.viewer.sees(task) else "…" for task in tasks]


def loop_message(ctx: Context, loop: list[Task]) -> str:
    """ "T01 > T02 > T01": the loop in words; tasks that the viewer may not see are "…"."""
    names = _names(ctx, loop)
    return _("They would wait for one another in a circle: {loop}.").format(loop=" > ".join([*names, names[0]]))
