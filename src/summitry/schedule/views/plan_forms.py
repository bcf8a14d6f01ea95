"""Forms that change what is planned: tasks and groups, estimates, days, the place in the tree, removal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Applied
from summitry.core.http.forms import ActionForm, initial_of
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN
from summitry.core.views.base import find
from summitry.schedule.actions import ChangeTask, CreateTask, MoveTask, RemoveTask
from summitry.schedule.forms import EstimatesForm, GroupForm, MoveDaysForm, PlaceForm, PlainForm, TaskForm
from summitry.schedule.models import Task
from summitry.schedule.views.base import ScheduleActionView, TaskActionView


class NewTask(ScheduleActionView):
    """Add a task. `?part_of=CODE` puts it into a group, `?milestone=1` makes it a milestone."""

    form_class = TaskForm
    template_name = "schedule/task_form.html"
    panel_template_name = "schedule/task_form.html"
    title = _("New task")
    right = PLAN

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET
        return {
            "parent": asked.get("part_of", ""),
            "lead": asked.get("lead", ""),
            "objective": asked.get("objective", ""),
            "milestone": asked.get("milestone") == "1",
            "likely": 1,
        }

    def actions(self, form: ActionForm) -> Sequence[Action]:
        assert isinstance(form, TaskForm)
        return [CreateTask(**form.new_values())]

    def back_url(self) -> str:
        return self.table_url()

    def done_message(self, applied: Applied) -> str:
        record = applied.record
        return _now("%(what)s was added.") % {"what": record.key if record else ""}


class NewGroup(NewTask):
    """Add a group: it gets its work by the parts that are put into it."""

    form_class = GroupForm
    title = _("New group")
    lead_text = _("A group holds tasks. Its dates and its state are those of its parts.")

    def initial(self) -> dict[str, Any]:
        return {"parent": self.request.GET.get("part_of", "")}


class EditTask(TaskActionView):
    """Change what is planned of a task or group."""

    form_class = TaskForm
    template_name = "schedule/task_form.html"
    panel_template_name = "schedule/task_form.html"
    verb = _("Edit {what}")

    def form(self, data: Any = None, files: Any = None) -> ActionForm:
        self.form_class = GroupForm if self.powers.group else TaskForm  # type: ignore[misc]
        return super().form(data, files)

    def initial(self) -> dict[str, Any]:
        return initial_of(self.task, [name for name in TaskForm.names() if name != "code"])

    def actions(self, form: ActionForm) -> list[Action]:
        assert isinstance(form, TaskForm)
        values = form.changed_fields_values()
        return [ChangeTask(code=self.task.code, seen=form.cleaned_data["seen"], **values)] if values else []


class EditEstimates(TaskActionView):
    """Set the three estimates. One that is left as it was follows the others as little as needed."""

    form_class = EstimatesForm
    verb = _("Estimates of {what}")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.task, ("optimistic", "likely", "pessimistic"))

    def context(self) -> dict[str, Any]:
        if self.task.started_on is None or self.task.remaining is None:
            return {}
        return {
            "lead_text": _now(
                "It is under way, and its last return says how much is left: that, and not the estimate, gives its "
                "finish. To change the forecast, report anew."
            )
        }

    def actions(self, form: ActionForm) -> list[Action]:
        values = form.changed_values()
        return [ChangeTask(code=self.task.code, seen=form.cleaned_data["seen"], **values)] if values else []


class MoveDays(TaskActionView):
    """Move a task to other days."""

    form_class = MoveDaysForm
    verb = _("Move {what} in time")
    lead_text = _("What it waits for still holds: it does not start before that.")

    def initial(self) -> dict[str, Any]:
        return {"not_before": self.task.not_before}

    def actions(self, form: ActionForm) -> list[Action]:
        values = {"code": self.task.code, "seen": form.cleaned_data["seen"]}
        if form.cleaned_data["shift"]:
            return [MoveTask(**values, shift=form.cleaned_data["shift"])]
        if "not_before" in form.changed_data:
            return [MoveTask(**values, not_before=form.cleaned_data["not_before"])]
        return []


class PlaceTask(TaskActionView):
    """Put a task into another group, or at another place among its neighbours."""

    form_class = PlaceForm
    verb = _("Place of {what}")

    def initial(self) -> dict[str, Any]:
        above = [row for row in self._neighbours(self.task.parent) if _place(row) < _place(self.task)]
        return {
            "parent": self.task.parent.code if self.task.parent else None,
            "after": above[-1].code if above else None,
        }

    def _neighbours(self, parent: Task | None) -> list[Task]:
        """The visible tasks directly in a group, without this one, in their order."""
        rows = Task.objects.filter(parent=parent).exclude(pk=self.task.pk).visible_to(self.request.viewer)
        return sorted(rows, key=_place)

    def actions(self, form: ActionForm) -> list[Action]:
        if not form.has_changed():
            return []
        parent = self.task.parent
        if "parent" in form.cleaned_data:
            code = form.cleaned_data["parent"]
            parent = find(self.request, Task, code=code) if code else None
        order = self._neighbours(parent)
        after = form.cleaned_data["after"]
        at = next((n + 1 for n, row in enumerate(order) if row.code == after), 0)
        if after and not at:
            raise Invalid.of("after", _now("It is not in that group."), after)
        order.insert(at, self.task)
        return self._renumbered(order, parent, form)

    def _renumbered(self, order: list[Task], parent: Task | None, form: ActionForm) -> list[Action]:
        """Positions that rise along the list, changing as few tasks as that needs."""
        changes: list[Action] = []
        last = -1
        for row in order:
            mine = row.pk == self.task.pk
            position = max(row.position, last + 1)
            if mine and row is not order[-1]:
                following = order[order.index(row) + 1].position
                position = min(position, following - 1) if following - 1 > last else last + 1
            last = position
            if mine:
                moved: dict[str, Any] = {}
                if "parent" in form.changed_data:
                    moved["parent"] = parent.code if parent else None
                changes.append(ChangeTask(code=row.code, seen=form.cleaned_data["seen"], position=position, **moved))
            elif position != row.position:
                changes.append(ChangeTask(code=row.code, seen=row.version, position=position))
        return changes


def _place(task: Task) -> tuple[int, str]:
    return task.position, task.code


class DropTask(TaskActionView):
    """Remove a task that was planned by mistake."""

    form_class = PlainForm
    action = RemoveTask
    verb = _("Remove {what}")
    lead_text = _(
        "For a task that was planned by mistake. Its links go with it. One that has facts is waived, not removed."
    )
    confirm_label = _("Remove")
    leads_to_record = False

    def success_url(self, applied: Applied) -> str:
        return self.table_url()

    def done_message(self, applied: Applied) -> str:
        return _now("%(what)s was removed.") % {"what": self.task.code}
