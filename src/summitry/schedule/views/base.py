"""What the schedule's forms share: the task of the address, and who may change it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

from summitry.core.action import Action, Applied
from summitry.core.http.forms import ActionForm
from summitry.core.http.views import ActionView
from summitry.core.records import Record
from summitry.core.refusals import NotPermitted
from summitry.core.rights import PLAN, Right
from summitry.core.views.base import find
from summitry.schedule.models import Task
from summitry.schedule.queries import plan_of
from summitry.schedule.views.powers import Powers


class ScheduleActionView(ActionView):
    """A form of the schedule. `verb` is what the heading says is done, with `{what}` for the record."""

    section: ClassVar[str] = "schedule"
    verb: ClassVar[str | Promise] = "{what}"
    # Whether what follows is a record's page, which may stand in the side panel.
    leads_to_record: ClassVar[bool] = True

    @cached_property
    def found(self) -> Record | None:
        return self.find_record()

    def find_record(self) -> Record | None:
        """The record that is edited, through the viewer's visibility."""
        return None

    def record(self) -> Record | None:
        return self.found

    def heading(self) -> str:
        return str(self.verb).format(what=self.found) if self.found is not None else str(self.title)

    def stays_in_panel(self, applied: Applied) -> bool:
        """In the side panel, unless the page behind it is the very one that comes next: that is then shown anew."""
        behind = urlsplit(self.request.htmx.current_url or "").path
        return self.leads_to_record and behind != self.success_url(applied).split("#")[0]

    def table_url(self) -> str:
        return reverse("schedule:tasks", args=[self.request.event.slug])


class TaskActionView(ScheduleActionView):
    """A form about the task whose code is in the address. `power` names the `Powers` that it needs."""

    power: ClassVar[str] = "plan"
    power_right: ClassVar[Right] = PLAN
    action: ClassVar[type[Action]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.allowed():
            raise NotPermitted(action=self.heading(), who=self.power_right.who())
        return super().dispatch(request, *args, **kwargs)

    def allowed(self) -> bool:
        """Whether it is for this viewer at all. That a task was closed in the meantime is the action's to say."""
        return bool(getattr(self.powers, self.power))

    @cached_property
    def task(self) -> Task:
        return find(self.request, Task, code=self.kwargs["code"])

    @cached_property
    def powers(self) -> Powers:
        return Powers.over(self.task, plan_of(self.request.event).data, self.request.viewer)

    def find_record(self) -> Record | None:
        return self.task

    def success_url(self, applied: Applied) -> str:
        return self.task.get_absolute_url()

    def back_url(self) -> str:
        return self.task.get_absolute_url()

    def actions(self, form: ActionForm) -> list[Action]:
        values = {"code": self.task.code, **form.values()}
        if form.cleaned_data.get("seen") is not None:
            values["seen"] = form.cleaned_data["seen"]
        return [self.action(**values)]
