"""The form that changes several tasks at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.http.forms import ActionForm
from summitry.schedule.forms import choices

KEEP, CLEAR = "", "-"
REFERENCES = ("lead", "objective", "owner")


class BulkForm(ActionForm):
    """One or more changes for all chosen tasks. `tasks` carries each task's code and the version that was seen."""

    tasks = forms.CharField(widget=forms.HiddenInput)
    deadline_days = forms.IntegerField(
        label=_("Move deadlines by days"),
        required=False,
        help_text=_("Calendar days. Later: 7. Earlier: -7. Tasks without a deadline stay without."),
    )
    not_before_days = forms.IntegerField(
        label=_("Move “no earlier than” by days"), required=False, help_text=_("Calendar days, as above.")
    )
    field_order = ("lead", "objective", "owner", "classification", "deadline_days", "not_before_days")

    def build(self) -> None:
        sources = {
            "lead": (_("Lead agency"), choices.agencies),
            "objective": (_("Objective"), choices.objectives),
            "owner": (_("Owner body"), choices.bodies),
        }
        for name, (label, source) in sources.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[
                    (KEEP, _("leave as it is")),
                    (CLEAR, _("— none —")),
                    *source(self.event, self.viewer),
                ],
            )
        levels = self.classification_field()
        self.fields["classification"] = forms.TypedChoiceField(
            label=levels.label,
            required=False,
            coerce=int,
            empty_value=None,
            choices=[(KEEP, _("leave as it is")), *levels.widget.choices],
        )
        self.order_fields(self.field_order)

    def clean_tasks(self) -> dict[str, int]:
        """By code, the version that the person saw."""
        found: dict[str, int] = {}
        for item in self.cleaned_data["tasks"].split():
            code, _sign, version = item.rpartition(":")
            if not code or not version.isdecimal():
                raise forms.ValidationError(_now("The chosen tasks were not understood. Choose them again."))
            found[code] = int(version)
        return found

    def change(self) -> dict[str, Any]:
        """The changes as arguments of `BulkChange`; empty when nothing was chosen."""
        cleaned = self.cleaned_data
        values: dict[str, Any] = {
            name: None if cleaned[name] == CLEAR else cleaned[name] for name in REFERENCES if cleaned[name] != KEEP
        }
        for name in ("classification", "deadline_days", "not_before_days"):
            if cleaned[name] is not None and (name == "classification" or cleaned[name] != 0):
                values[name] = cleaned[name]
        return values
