"""Forms of risk events and of how chances are computed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from summitry.core.http.forms import ActionForm
from summitry.core.rights import Classification
from summitry.schedule.forms import choices
from summitry.schedule.forms.choices import DaysCount, KeyChoice
from summitry.schedule.models import RiskEvent, RiskHit, RiskSettings, Task


class RiskForm(ActionForm):
    """A risk event, the tasks that it hits, and what is done against it."""

    layout: ClassVar[tuple[tuple[Any, tuple[tuple[str, ...], ...]], ...]] = (
        ("", (("code",), ("title",), ("title_national",), ("owner", "classification"))),
        (
            _("What it would do"),
            (("probability",), ("delay_optimistic", "delay_likely", "delay_pessimistic"), ("tasks",)),
        ),
        (
            _("What is done against it"),
            (
                ("mitigation",),
                ("mitigated_probability",),
                ("mitigated_optimistic", "mitigated_likely", "mitigated_pessimistic"),
            ),
        ),
        (_("Notes"), (("note",), ("source",))),
    )

    title = forms.CharField(label=_("Title"), max_length=300)
    title_national = forms.CharField(label=_("Title in the national language"), max_length=300, required=False)
    probability = DaysCount(label=_("Probability, per cent"), max_value=100)
    delay_optimistic = DaysCount(label=_("Shortest delay"), required=False)
    delay_likely = DaysCount(label=_("Likely delay"), help_text=_("Working days added to each task that it hits."))
    delay_pessimistic = DaysCount(label=_("Longest delay"), required=False)
    mitigation = forms.CharField(
        label=_("Mitigation"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What is done so that it hurts less. The values below hold once it is decided."),
    )
    mitigated_probability = DaysCount(label=_("Probability after it, per cent"), required=False, max_value=100)
    mitigated_optimistic = DaysCount(label=_("Shortest delay after it"), required=False)
    mitigated_likely = DaysCount(label=_("Likely delay after it"), required=False)
    mitigated_pessimistic = DaysCount(label=_("Longest delay after it"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    source = forms.CharField(label=_("Source"), max_length=500, required=False)

    def build(self) -> None:
        if self.record is None:
            self.fields["code"] = forms.CharField(label=_("Code"), max_length=60, help_text=_("Such as R01."))
        self.fields["owner"] = KeyChoice(
            choices.agencies(self.event, self.viewer),
            label=_("Owner agency"),
            help_text=_("It watches the risk and acts on it."),
        )
        self.fields["tasks"] = forms.MultipleChoiceField(
            label=_("Tasks that it hits"),
            required=False,
            choices=self._tasks(),
            widget=forms.SelectMultiple(attrs={"size": 8}),
        )
        level = self.classification_field()
        level.initial = int(min(Classification.RESTRICTED, self.viewer.clearance))
        self.fields["classification"] = level
        self.order_fields(self.names())

    def _tasks(self) -> list[tuple[str, str]]:
        """Tasks that are still open, and those that it hits anyway."""
        open_ones = Q(closed_on=None, waived_on=None)
        if isinstance(self.record, RiskEvent):
            open_ones |= Q(pk__in=RiskHit.objects.filter(risk=self.record).values("task"))
        done = Task.objects.filter(event=self.event).exclude(open_ones).values_list("pk", flat=True)
        return list(choices.tasks(self.event, self.viewer, without=done))

    @classmethod
    def names(cls) -> list[str]:
        return [name for _title, lines in cls.layout for line in lines for name in line]

    def field_groups(self) -> list[tuple[Any, list[list[Any]]]]:
        """The fields under their headings in rows, for the template."""
        shown = [
            (title, [[self[name] for name in line if name in self.fields] for line in lines])
            for title, lines in self.layout
        ]
        return [(title, [line for line in lines if line]) for title, lines in shown]


class RiskSettingsForm(ActionForm):
    """How chances are computed."""

    distribution = forms.ChoiceField(label=_("Distribution of durations"), choices=RiskSettings.Distribution.choices)
    correlation = DaysCount(
        label=_("Correlation within an agency, per cent"),
        max_value=100,
        help_text=_("0: tasks of one agency overrun independently of one another. 100: all or none of them do."),
    )
    samples = DaysCount(label=_("Samples"), min_value=100, max_value=1_000_000)
