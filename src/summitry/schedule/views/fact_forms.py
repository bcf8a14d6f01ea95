"""Forms of facts about a task: started, still to do, closed, opened again, waived."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Applied
from summitry.core.rights import DECIDE, REPORT
from summitry.schedule.actions import CloseTask, ReopenTask, ReportRemaining, StartTask, WaiveTask
from summitry.schedule.forms import DayForm, ReasonForm, RemainingForm, ReopenForm
from summitry.schedule.queries import plan_of
from summitry.schedule.views.base import TaskActionView


class FactView(TaskActionView):
    """A fact that the lead agency states, or the planner on its behalf."""

    power = "lead"
    power_right = REPORT


class Start(FactView):
    form_class = DayForm
    action = StartTask
    verb = _("Start {what}")

    def done_message(self, applied: Applied) -> str:
        return _now("%(what)s has started.") % {"what": self.task.code}


class Report(FactView):
    """The return: working days still to do, or that it has not begun."""

    form_class = RemainingForm
    action = ReportRemaining
    verb = _("Return on {what}")

    def initial(self) -> dict[str, Any]:
        return {"remaining": plan_of(self.request.event).of(self.task.pk).left}

    def context(self) -> dict[str, Any]:
        if self.task.started_on is not None:
            return {"lead_text": _now("How much is left, from today on? That is the whole return.")}
        return {"lead_text": _now("It has not started. The return says that this is known.")}

    def done_message(self, applied: Applied) -> str:
        return _now("The return on %(what)s is in.") % {"what": self.task.code}


class Close(FactView):
    form_class = DayForm
    action = CloseTask
    verb = _("Close {what}")
    lead_text = _("Done: every deliverable is in and signed off, or waived with a reason.")

    def done_message(self, applied: Applied) -> str:
        return _now("%(what)s is closed.") % {"what": self.task.code}


class Reopen(FactView):
    """Opening a waived task needs the right to waive it."""

    form_class = ReopenForm
    action = ReopenTask
    verb = _("Open {what} again")

    def allowed(self) -> bool:
        return self.powers.decide if self.task.waived_on is not None else self.powers.lead


class Waive(TaskActionView):
    power = "decide"
    power_right = DECIDE
    form_class = ReasonForm
    action = WaiveTask
    verb = _("Waive {what}")
    lead_text = _("It need not be done: it takes no time, and what waited for it waits for what it waited for.")
