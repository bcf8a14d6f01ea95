"""Forms of coordinating agencies' parts in a task."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.core.http.forms import ActionForm, DateField
from summitry.schedule.forms import choices
from summitry.schedule.forms.choices import KeyChoice
from summitry.schedule.models import Coordination, Task


class PartForm(ActionForm):
    """What an agency owes, and when."""

    deliverable = forms.CharField(label=_("Deliverable"), max_length=300, required=False)
    due = DateField(label=_("Due"), required=False)


class AddPartForm(PartForm):
    """A further coordinating agency."""

    field_order = ("agency", "deliverable", "due")

    def build(self) -> None:
        assert isinstance(self.record, Task)
        taken = set(Coordination.objects.filter(task=self.record).values_list("agency__code", flat=True))
        if self.record.lead:
            taken.add(self.record.lead.code)
        free = [choice for choice in choices.agencies(self.event, self.viewer) if choice[0] not in taken]
        self.fields["agency"] = KeyChoice(free, label=_("Coordinating agency"), required=True)
        self.order_fields(self.field_order)
