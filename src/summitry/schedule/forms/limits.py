"""Forms of desks, resources, demands, alternatives and planned starts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from summitry.core.http.forms import ActionForm, DateField
from summitry.schedule.forms import choices
from summitry.schedule.forms.choices import WORKING_DAYS, DaysCount, KeyChoice
from summitry.schedule.models import Capacity, Demand, Resource, Task


class PeriodForm(ActionForm):
    """From a day on or for a period, so many units."""

    from_day = DateField(label=_("First day"))
    to_day = DateField(label=_("Last day"), required=False, help_text=_("Empty: until further notice."))
    units = DaysCount(label=_("Units"))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class CapacityForm(PeriodForm):
    """An agency's desks."""

    field_order = ("agency", "units", "from_day", "to_day", "reason", "clause", "classification")

    def build(self) -> None:
        self.fields["units"].label = _("Desks")
        self.fields["units"].help_text = _("Tasks that it can lead at the same time; 0 when it can lead none.")
        if self.record is None:
            agencies = choices.agencies(self.event, self.viewer)
            self.fields["agency"] = KeyChoice(agencies, label=_("Agency"), required=True)
            self.fields["from_day"].initial = self.event.planning_start
        clause = self.record.clause if isinstance(self.record, Capacity) else None
        if clause is None or self.viewer.sees(clause):
            self.fields["clause"] = KeyChoice(choices.clauses(self.event, self.viewer), label=_("Set by clause"))
        self.fields["classification"] = self.classification_field()
        self.order_fields(self.field_order)


class ResourceForm(ActionForm):
    """A shared resource."""

    field_order = ("code", "name", "kind", "agency", "units", "note", "classification")
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Resource.Kind.choices, initial=Resource.Kind.ROOM)
    units = DaysCount(label=_("Units"), initial=1, help_text=_("How many there are, on a usual day."))
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def build(self) -> None:
        if self.record is None:
            self.fields["code"] = forms.CharField(label=_("Code"), max_length=60)
        self.fields["agency"] = KeyChoice(
            choices.agencies(self.event, self.viewer), label=pgettext_lazy("resource", "Kept by")
        )
        self.fields["classification"] = self.classification_field()
        self.order_fields(self.field_order)


class DemandForm(ActionForm):
    """How many units a task takes."""

    units = DaysCount(label=_("Units"), min_value=1, initial=1, help_text=_("On each of its working days."))


class AddDemandForm(DemandForm):
    """A resource that a task needs."""

    field_order = ("resource", "units")

    def build(self) -> None:
        assert isinstance(self.record, Task)
        taken = Demand.objects.filter(task=self.record).values_list("resource_id", flat=True)
        rows = Resource.objects.filter(event=self.event).visible_to(self.viewer).exclude(pk__in=taken)
        self.fields["resource"] = KeyChoice([(r.code, str(r)) for r in rows], label=_("Resource"), required=True)
        self.order_fields(self.field_order)


class AlternativeForm(ActionForm):
    """Another way to do a task."""

    field_order = ("code", "lead", "optimistic", "likely", "pessimistic", "desks", "reluctance", "note")
    optimistic = DaysCount(label=_("Shortest"), required=False)
    likely = DaysCount(label=_("Likely"), min_value=1, help_text=WORKING_DAYS)
    pessimistic = DaysCount(label=_("Longest"), required=False)
    desks = DaysCount(label=_("Desks"), initial=1)
    reluctance = DaysCount(
        label=_("Reluctance"),
        initial=1,
        max_value=9,
        help_text=_("0 as good as the present way, 9 only if nothing else helps."),
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def build(self) -> None:
        if isinstance(self.record, Task):
            self.fields["code"] = forms.CharField(
                label=_("Code"), max_length=60, help_text=_("Unique within the task, such as A1.")
            )
        self.fields["lead"] = KeyChoice(
            choices.agencies(self.event, self.viewer),
            label=_("Lead agency"),
            help_text=_("Empty: the task's own lead."),
        )
        self.order_fields(self.field_order)


class PlannedStartForm(ActionForm):
    """The day on which the plan in force starts a task."""

    start = DateField(
        label=_("Planned start"),
        required=False,
        help_text=_(
            "The plan's own choice, for reasons of capacity: the next plan may move it. "
            "Empty: as early as links and limits allow."
        ),
    )
