"""Forms of objectives and their criteria."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.core.http.forms import ActionForm
from summitry.schedule.forms import choices
from summitry.schedule.forms.choices import KeyChoice
from summitry.schedule.forms.facts import DayForm
from summitry.schedule.models import Criterion


class ObjectiveForm(ActionForm):
    """An objective."""

    field_order = ("code", "title", "title_national", "position")
    title = forms.CharField(label=_("Title"), max_length=200)
    title_national = forms.CharField(label=_("Title in the national language"), max_length=200, required=False)
    position = forms.IntegerField(
        label=_("Position"), min_value=0, max_value=32000, initial=100, help_text=_("Lower comes first.")
    )

    def build(self) -> None:
        if self.record is None:
            self.fields["code"] = forms.CharField(label=_("Code"), max_length=60)
        self.order_fields(self.field_order)


class CriterionForm(ActionForm):
    """A criterion: what must be true, and the task whose closing shows it."""

    field_order = ("code", "objective", "text", "task", "position")
    text = forms.CharField(label=_("Criterion"), widget=forms.Textarea(attrs={"rows": 3}))
    position = forms.IntegerField(
        label=_("Position"), min_value=0, max_value=32000, initial=100, help_text=_("Lower comes first.")
    )

    def build(self) -> None:
        if self.record is None:
            self.fields["code"] = forms.CharField(label=_("Code"), max_length=60)
        self.fields["objective"] = KeyChoice(
            choices.objectives(self.event, self.viewer), label=_("Objective"), required=True
        )
        kept = self.record.task if isinstance(self.record, Criterion) else None
        if kept is None or self.viewer.sees(kept):
            self.fields["task"] = KeyChoice(
                choices.tasks(self.event, self.viewer),
                label=_("Shown by task"),
                help_text=_("The task or milestone whose closing shows that it is met."),
            )
        self.order_fields(self.field_order)


class MetForm(DayForm):
    """Since when a criterion is met."""
