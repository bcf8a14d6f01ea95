"""The state of a task, read from facts and the forecast, never typed. `docs/schedule.md` tells the rules in words.

Of several that apply the first counts:

1. DONE: it is closed, or waived. A group: all its parts are.
2. LATE: it is expected after its deadline (its own or its group's), or a coordinating deliverable is overdue.
3. NOT_KNOWN: nobody has said anything for more working days than the event allows (`stale_after_days`), although it
   has been started, or could have been since longer than that. This outranks AT_RISK, for a forecast without a return
   is no more than a hope.
4. AT_RISK: its own longest duration would use up its float and more: the float is smaller than what the longest
   duration adds to the likely one; of a task under way only the share of what is left counts (`overrun`). Or the float
   is smaller than LITTLE_FLOAT working days; work that is set for a day (a fixed date, or a start-no-earlier or planned
   start that decides) is spared this, for it has no float to lose by waiting for its day. A milestone takes no time: it
   is at risk when what decides its day is.
5. ON_COURSE otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from summitry.core import dates
from summitry.schedule.models import Coordination, Task
from summitry.schedule.planning.drivers import Driver, DriverKind

if TYPE_CHECKING:
    from summitry.schedule.planning.data import ScheduleData
    from summitry.schedule.planning.plan import TaskPlan

LITTLE_FLOAT = 2
"""Working days of float below which an unfinished task counts as at risk."""


SET_FOR_A_DAY = frozenset({DriverKind.NOT_BEFORE, DriverKind.PLANNED, DriverKind.FIXED})
"""Drivers that are days somebody chose, not work that takes its time."""


class State(models.TextChoices):
    """How a task stands. The value is also the name of its sign in the pages."""

    DONE = "done", _("done")
    ON_COURSE = "on_course", _("on course")
    AT_RISK = "at_risk", _("at risk")
    LATE = "late", _("late")
    NOT_KNOWN = "not_known", _("not known")

    @property
    def weight(self) -> int:
        """How bad it is: a group shows the worst of its parts."""
        return _WEIGHTS[self]


_WEIGHTS = {State.DONE: 0, State.ON_COURSE: 1, State.AT_RISK: 2, State.NOT_KNOWN: 3, State.LATE: 4}


def _say(template: Promise | str, values: Mapping[str, Any]) -> str:
    shown = {name: dates.plain(v) if isinstance(v, date) else v for name, v in values.items()}
    return str(template).format(**shown)


_lazily = lazy(_say, str)


def say(template: Promise | str, **values: Any) -> str:
    """Text with values, put into the reader's language when it is read: plans are kept for readers of all languages."""
    text: str = _lazily(template, values)
    return text


def _count_days(number: int) -> str:
    return ngettext("{n} working day", "{n} working days", number).format(n=number)


_days_lazily = lazy(_count_days, str)


def days(number: int) -> str:
    """ "3 working days", in the reader's language."""
    text: str = _days_lazily(number)
    return text


class LeafOutlook(NamedTuple):
    """What the plan knows of a task or milestone, as `TaskPlan` tells it.

    ready_since: the day since which an unstarted task could have begun; None where something holds it back.
    """

    finish: date | None
    deadline: date | None
    total_float: int | None
    left: int | None
    drivers: tuple[Driver, ...]
    ready_since: date | None

    @property
    def late(self) -> bool:
        return self.deadline is not None and self.finish is not None and self.finish > self.deadline


def leaf_state(data: ScheduleData, task: Task, row: LeafOutlook) -> tuple[State, str]:
    """The state of a task or milestone that is not waived, and why."""
    if task.closed_on is not None:
        return State.DONE, say(_("It was closed on {day}."), day=task.closed_on)
    if row.late:
        text = _("It is expected on {finish}, after its deadline of {deadline}.")
        return State.LATE, say(text, finish=row.finish, deadline=row.deadline)
    overdue = overdue_coordination(data, task.id)
    if overdue is not None:
        text = _("The deliverable of {agency} was due on {due}.")
        return State.LATE, say(text, agency=overdue.agency.code, due=overdue.due)
    silence = _silence(data, task, row.ready_since)
    if silence is not None:
        return State.NOT_KNOWN, silence
    if row.total_float is None:
        return State.ON_COURSE, ""
    if row.total_float < 0:
        text = _("What waits for it would miss a date by {days}.")
        return State.AT_RISK, say(text, days=days(-row.total_float))
    more = overrun(task, row.left)
    if row.total_float < more:
        text = _("If it took its longest duration, {more} more, its float of {float} would not do.")
        return State.AT_RISK, say(text, more=days(more), float=days(row.total_float))
    if any(driver.kind in SET_FOR_A_DAY for driver in row.drivers):
        return State.ON_COURSE, say(_("It is set for its day."))
    if row.total_float < LITTLE_FLOAT and not task.milestone:
        return State.AT_RISK, say(_("It has no more than {float} of float."), float=days(row.total_float))
    return State.ON_COURSE, say(_("It has {float} of float."), float=days(row.total_float))


def overrun(task: Task, left: int | None) -> int:
    """Working days by which the rest of a task may take longer than likely, by its longest duration, rounded up.

    left: working days still to do if it is under way. Work that is done cannot take longer any more, so of
    longest less likely only the share left / likely counts.
    """
    if task.milestone or task.pessimistic is None:
        return 0
    spread = task.pessimistic - task.likely
    if left is None or not task.likely or left >= task.likely:
        return spread
    return ceil(spread * left / task.likely)


def milestone_state(driver: TaskPlan) -> tuple[State, str] | None:
    """What a milestone that is otherwise on course takes over from the work that decides its day."""
    if driver.state in (State.AT_RISK, State.NOT_KNOWN, State.LATE):
        return State.AT_RISK, say(_("What it waits for is itself: {state}."), state=driver.state.label)
    return None


def overdue_coordination(data: ScheduleData, task_id: int) -> Coordination | None:
    """The coordinating deliverable that has been overdue longest, if any."""
    rows = data.coordinations_of.get(task_id, ())
    overdue = [row for row in rows if is_overdue(row, data.today)]
    return min(overdue, key=lambda row: row.due or data.today, default=None)


def is_overdue(row: Coordination, today: date) -> bool:
    """Due before today, neither delivered nor waived."""
    return row.due is not None and row.due < today and row.delivered_on is None and row.waived_on is None


def _silence(data: ScheduleData, task: Task, ready_since: date | None) -> str | None:
    """Why nothing is known of the task, or None."""
    limit = data.event.stale_after_days
    calendar = data.calendars.of(task.lead_id)
    heard = max((day for day in (task.reported_on, task.started_on) if day is not None), default=None)
    if task.started_on is not None and heard is not None:
        passed = calendar.since(heard, data.today)
        if passed <= limit:
            return None
        return say(_("The last return is of {day}, {passed} ago."), day=heard, passed=days(passed))
    if ready_since is None or calendar.since(ready_since, data.today) <= limit:
        return None
    if heard is not None and calendar.since(heard, data.today) <= limit:
        return None
    return say(_("It could have started on {day}, and nobody has said whether it did."), day=ready_since)


def group_state(data: ScheduleData, task: Task, row: TaskPlan, parts: Sequence[TaskPlan]) -> tuple[State, str]:
    """The worst state of a group's parts; late also when a coordinating deliverable of the group itself is overdue."""
    if task.waived_on is not None:
        return State.DONE, say(_("It was waived on {day}."), day=task.waived_on)
    worst = max((part.state for part in parts), key=lambda state: state.weight, default=State.ON_COURSE)
    if worst is State.DONE:
        return State.DONE, say(_("All its parts are done."))
    overdue = overdue_coordination(data, task.id)
    if overdue is not None:
        text = _("The deliverable of {agency} was due on {due}.")
        return State.LATE, say(text, agency=overdue.agency.code, due=overdue.due)
    if worst is State.ON_COURSE:
        return worst, say(_("All its parts are on course."))
    count = sum(part.state is worst for part in parts)
    return worst, say(_("Of its {all} parts {count}: {state}."), all=len(parts), count=count, state=worst.label)
