"""Forms of what is planned: tasks and groups, estimates, days, the place in the tree."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.http.forms import ActionForm, DateField
from summitry.schedule.forms import choices
from summitry.schedule.forms.choices import WORKING_DAYS, DaysCount, KeyChoice
from summitry.schedule.models import Task

OF_CAPACITY = ("desks", "priority", "unbroken", "published")
OF_WORK = ("milestone", "criterion", "optimistic", "likely", "pessimistic", "fixed_start", "fixed_finish", *OF_CAPACITY)
REFERENCES = ("parent", "objective", "lead", "owner", "mandate", "deadline_clause")


class TaskForm(ActionForm):
    """A task or milestone. For a group (`GroupForm`) the fields of work fall away.

    A reference to a record that the viewer may not see is not offered, and so stays as it is.
    """

    is_group: ClassVar[bool] = False
    # Under each heading the rows of fields that stand beside one another.
    layout: ClassVar[tuple[tuple[Any, tuple[tuple[str, ...], ...]], ...]] = (
        ("", (("code",), ("title",), ("title_national",), ("parent", "objective"), ("classification",))),
        (_("Who"), (("lead", "owner"), ("mandate",))),
        (_("What"), (("milestone",), ("criterion",), ("deliverable",))),
        (_("How long"), (("optimistic", "likely", "pessimistic"),)),
        (_("By when"), (("deadline", "deadline_clause"), ("not_before",), ("fixed_start", "fixed_finish"))),
        (_("For planning under capacity"), (("desks", "priority"), ("unbroken",), ("published",))),
        (_("Notes"), (("note",), ("source",))),
    )

    title = forms.CharField(label=_("Title"), max_length=300)
    title_national = forms.CharField(label=_("Title in the national language"), max_length=300, required=False)
    milestone = forms.BooleanField(
        label=_("Milestone"), required=False, help_text=_("A moment that is reached: it takes no time.")
    )
    criterion = forms.CharField(
        label=_("Done when"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The facts by which anyone can tell that it is reached."),
    )
    deliverable = forms.CharField(label=_("Deliverable"), max_length=300, required=False)
    optimistic = DaysCount(label=_("Shortest, working days"), required=False)
    likely = DaysCount(label=_("Likely, working days"), required=False, initial=1)
    pessimistic = DaysCount(label=_("Longest, working days"), required=False)
    deadline = DateField(label=_("Deadline"), required=False)
    not_before = DateField(label=_("Start no earlier than"), required=False)
    fixed_start = DateField(label=_("Fixed start"), required=False)
    fixed_finish = DateField(label=_("Fixed finish"), required=False)
    desks = DaysCount(
        label=_("Desks"),
        required=False,
        initial=1,
        help_text=_("How much of its lead's capacity it takes on each working day; 0 for none."),
    )
    priority = DaysCount(
        label=_("Weight of being late"), required=False, initial=1, max_value=9, help_text=_("0 to 9, usually 1.")
    )
    unbroken = forms.BooleanField(
        label=_("In one piece"),
        required=False,
        help_text=_("Its working days follow one another with no free day between."),
    )
    published = forms.BooleanField(
        label=_("Dates announced"),
        required=False,
        help_text=_("Others rely on its dates: a new plan keeps them if it can."),
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    source = forms.CharField(label=_("Source"), max_length=500, required=False)

    def build(self) -> None:
        event, viewer, task = self.event, self.viewer, self.record
        own = task.pk if isinstance(task, Task) else None
        if task is None:
            self.fields["code"] = forms.CharField(
                label=_("Code"), max_length=60, help_text=_("Short and unique, such as T46. It does not change later.")
            )
        clauses = choices.clauses(event, viewer)
        self.fields["parent"] = KeyChoice(
            choices.tasks(event, viewer, without=[own], milestones=False), label=_("Part of")
        )
        self.fields["objective"] = KeyChoice(choices.objectives(event, viewer), label=_("Objective"))
        self.fields["lead"] = KeyChoice(choices.agencies(event, viewer), label=_("Lead agency"))
        self.fields["owner"] = KeyChoice(choices.bodies(event, viewer), label=_("Owner body"))
        self.fields["mandate"] = KeyChoice(clauses, label=_("Mandate"))
        self.fields["deadline_clause"] = KeyChoice(clauses, label=_("Deadline set by clause"))
        self.fields["classification"] = self.classification_field()
        for name in REFERENCES:
            kept = getattr(task, name) if task is not None else None
            if kept is not None and not viewer.sees(kept):
                del self.fields[name]
        if self.is_group:
            for name in OF_WORK:
                del self.fields[name]
        self.order_fields(self.names())

    @classmethod
    def names(cls) -> list[str]:
        return [name for _title, lines in cls.layout for line in lines for name in line]

    def field_groups(self) -> list[tuple[Any, list[list[Any]]]]:
        """The fields under their headings in rows, for the template."""
        groups = []
        for title, lines in self.layout:
            shown = [[self[name] for name in line if name in self.fields] for line in lines]
            if any(shown):
                groups.append((title, [line for line in shown if line]))
        return groups

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        takes_time = "likely" in self.fields and not cleaned.get("milestone")
        if takes_time and cleaned.get("likely") is None and "likely" not in self.errors:
            self.add_error("likely", _now("Say how many working days it likely takes."))
        return cleaned

    def new_values(self) -> dict[str, Any]:
        """The arguments of `CreateTask`."""
        return self._fitting({k: v for k, v in self.values().items() if v is not None})

    def changed_fields_values(self) -> dict[str, Any]:
        """The arguments of `ChangeTask`: what was changed, and nothing else."""
        return self._fitting(self.changed_values())

    def _fitting(self, values: dict[str, Any]) -> dict[str, Any]:
        # A milestone takes no time, whatever stands in the fields of a form that was filled in before it was one.
        if self.cleaned_data.get("milestone"):
            values = {k: v for k, v in values.items() if k not in ("optimistic", "likely", "pessimistic")}
        # Left empty, these two stay as they are: there is no task without a number of desks.
        return {k: v for k, v in values.items() if not (k in ("desks", "priority") and v is None)}


class GroupForm(TaskForm):
    """A group of tasks: its dates are those of its parts."""

    is_group = True


class EstimatesForm(ActionForm):
    """The three estimates of a task."""

    optimistic = DaysCount(label=_("Shortest"), required=False)
    likely = DaysCount(label=_("Likely"), help_text=WORKING_DAYS)
    pessimistic = DaysCount(label=_("Longest"), required=False)


class MoveDaysForm(ActionForm):
    """Move a task in time: to a day, or by working days."""

    not_before = DateField(
        label=_("Start no earlier than"),
        required=False,
        help_text=_("Empty: as early as what it waits for allows."),
    )
    shift = forms.IntegerField(
        label=_("or move it by working days"),
        required=False,
        help_text=_("Later: 3. Earlier: -3. Counted from its present start."),
    )


class PlaceForm(ActionForm):
    """A task's place in the tree."""

    def build(self) -> None:
        assert isinstance(self.record, Task)
        tasks = choices.tasks(self.event, self.viewer, without=[self.record.pk])
        groups = choices.tasks(self.event, self.viewer, without=[self.record.pk], milestones=False)
        if self.record.parent is None or self.viewer.sees(self.record.parent):
            self.fields["parent"] = KeyChoice(groups, label=_("Part of"), help_text=_("Empty: at the top level."))
        self.fields["after"] = KeyChoice(
            tasks, label=_("Below"), help_text=_("The task that it follows in the list. Empty: first.")
        )
