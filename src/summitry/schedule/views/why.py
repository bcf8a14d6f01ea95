"""Why a task stands where it stands, what waits on it, and how much room there is, for one viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.core.viewer import Viewer
from summitry.schedule.models import Link, Task
from summitry.schedule.planning import Plan, TaskPlan, explain
from summitry.schedule.queries import Neighbour


@dataclass(frozen=True)
class Step:
    """One link of the chain of reasons: the task (None when it may not be seen) and why it stands there, in words."""

    task: Task | None
    plan: TaskPlan
    reason: str


def chain_of_reasons(task: Task, solved: Plan, viewer: Viewer) -> list[Step]:
    """From the task back to what nothing holds any more: the start of planning, today, a fixed day, a fact."""
    steps: list[Step] = []
    seen: set[int] = set()
    at: int | None = task.pk
    while at is not None and at not in seen and at in solved.data.tasks:
        seen.add(at)
        row = solved.of(at)
        if not row.drivers:
            break
        driver = row.drivers[0]
        shown = solved.data.tasks[at] if viewer.sees_id(Task, at) else None
        steps.append(Step(shown, row, explain(driver, solved.data, viewer)))
        at = driver.task
    return steps


@dataclass(frozen=True)
class Waiting:
    """A link with the row at its other end. `slack`: working days that the earlier may slip before the later moves."""

    neighbour: Neighbour
    slack: int | None

    @property
    def words(self) -> str:
        return link_words(self.neighbour.link)


def with_slack(neighbour: Neighbour, solved: Plan) -> Waiting:
    return Waiting(neighbour, slack_of(neighbour.link, solved))


def slack_of(link: Link, solved: Plan) -> int | None:
    """Working days of the later task's calendar between what the link asks and the plan; None where it asks no more.

    It asks no more of a task that has begun (links to its start) or is done, nor where there are no dates.
    """
    before, after = solved.of(link.predecessor_id), solved.of(link.successor_id)
    later = solved.data.tasks[link.successor_id]
    if before.start is None or before.finish is None or after.start is None or after.finish is None:
        return None
    if later.closed_on is not None or (later.started_on is not None and link.kind in ("FS", "SS")):
        return None
    calendar = solved.calendar(later.lead_id)
    from_start = link.kind in ("SS", "SF")
    # A day is when it begins for what starts, and when it ends for what finishes; a milestone comes at a day's end.
    milestone = solved.data.tasks[link.predecessor_id].milestone
    begins = before.start if from_start and not milestone else before.finish + timedelta(days=1)
    if link.kind in ("FS", "SS") and not later.milestone:
        asked = calendar.shift(calendar.next_working(begins), link.lag)
        return calendar.count(asked, after.start) - 1
    asked = calendar.shift(calendar.last_working(begins - timedelta(days=1)), link.lag)
    return calendar.count(asked, after.finish) - 1


def link_words(link: Link) -> str:
    """ "finish to start, +2 working days"."""
    kind = str(Link.Kind(link.kind).label)
    if link.lag == 0:
        return kind
    days = ngettext("%(n)d working day", "%(n)d working days", abs(link.lag)) % {"n": abs(link.lag)}
    return _("%(kind)s, %(sign)s%(days)s") % {"kind": kind, "sign": "+" if link.lag > 0 else "−", "days": days}
