"""Forms of the planner's screen: what each command is told, and what a relaxation changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.core.http.forms import ActionForm, DateField
from summitry.schedule.forms.choices import KeyChoice, agencies, tasks
from summitry.schedule.models import Baseline

SECONDS = [
    (5, _("5 seconds")),
    (10, _("10 seconds")),
    (30, _("30 seconds")),
    (60, _("1 minute")),
    (300, _("5 minutes")),
]
HARD = [("1", _("must be met")), ("", _("should be met; each day late counts by the task's weight"))]
PROPOSE = [("1", _("a proposal at once")), ("", _("shown alone, to be compared first"))]


class CommandForm(ActionForm):
    """What every command is told. `hard` and `propose` say what stands first."""

    hard = forms.ChoiceField(label=_("Deadlines"), choices=HARD, required=False)
    propose = forms.ChoiceField(label=_("The plan becomes"), choices=PROPOSE, required=False)
    seconds = forms.TypedChoiceField(
        label=_("Search for"), choices=SECONDS, coerce=int, initial=10, required=False, empty_value="10"
    )

    order: tuple[str, ...] = ()

    def build(self) -> None:
        self.own_fields()
        self.order_fields([*self.order, "hard", "propose", "seconds"])

    def own_fields(self) -> None:
        """Add the fields of this command."""

    def parameters(self) -> dict[str, Any]:
        """What the job is given."""
        values = self.values()
        return {**values, "hard": bool(values["hard"]), "propose": bool(values["propose"])}


class FeasibleForm(CommandForm):
    """Make it feasible."""


class ShortenForm(CommandForm):
    """Shorten: which end."""

    order = ("milestone",)

    def own_fields(self) -> None:
        rows = tasks(self.event, self.viewer)
        self.fields["milestone"] = KeyChoice(
            rows, label=_("What is to come sooner"), help_text=_("Empty: the last day of everything.")
        )

    def parameters(self) -> dict[str, Any]:
        return {**super().parameters(), "milestone": self.cleaned_data["milestone"] or ""}


class LevelForm(CommandForm):
    """Level: whose peaks."""

    order = ("agencies",)

    def own_fields(self) -> None:
        self.fields["agencies"] = forms.MultipleChoiceField(
            label=_("Whose load"),
            choices=agencies(self.event, self.viewer),
            required=False,
            help_text=_("None chosen: the load of all."),
        )
        self.fields["agencies"].widget.attrs["size"] = 5


class RepairForm(CommandForm):
    """Repair: which plan is to be kept as far as possible."""

    order = ("against",)

    def own_fields(self) -> None:
        baselines = Baseline.objects.filter(event=self.event).visible_to(self.viewer)
        choices: list[tuple[str, Any]] = [("", _("the plan as it stands now"))]
        choices += [(f"after:{batch}", words) for batch, words in self.initial.get("changes", ())]
        choices += [(f"baseline:{row.code}", row.name) for row in baselines]
        self.fields["against"] = forms.ChoiceField(
            label=_("Keep as far as possible"),
            choices=choices,
            required=False,
            help_text=_("Tasks move as little as possible from this plan; announced dates last of all."),
        )

    def parameters(self) -> dict[str, Any]:
        values = super().parameters()
        kind, _sign, key = values.pop("against").partition(":")
        return {**values, "after": key if kind == "after" else "", "baseline": key if kind == "baseline" else ""}


class WhatIfForm(CommandForm):
    """What if an agency gains or loses desks: whose, how many, when."""

    order = ("agency", "change", "first", "last")

    def own_fields(self) -> None:
        limited = self.initial.get("limited", ())
        choices: list[Any] = [row for row in agencies(self.event, self.viewer) if row[0] in limited]
        self.fields["agency"] = forms.ChoiceField(label=_("Agency"), choices=choices)
        self.fields["change"] = forms.IntegerField(
            label=_("Desks more or fewer"), min_value=-100, max_value=100, help_text=_("−2: it loses two.")
        )
        self.fields["first"] = DateField(label=_("From"))
        self.fields["last"] = DateField(label=_("To"), required=False, help_text=_("Empty: to the end."))

    def parameters(self) -> dict[str, Any]:
        values = super().parameters()
        days = {name: values[name].isoformat() if values[name] else None for name in ("first", "last")}
        return {**values, **days}


class DeadlineForm(ActionForm):
    """Another deadline."""

    deadline = DateField(label=_("Deadline"), required=True)


class StartForm(ActionForm):
    """Another first day, of a task that is fixed or may not begin before a day."""

    not_before = DateField(label=_("Start"), required=True)


class DesksForm(ActionForm):
    """More desks of an agency, or units of a resource, for some days."""

    more = forms.IntegerField(label=_("More"), min_value=-100, max_value=100)
    first = DateField(label=_("From"))
    last = DateField(label=_("To"), required=False, help_text=_("Empty: to the end."))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)


class ScenarioNameForm(ActionForm):
    """A scenario's name."""

    name = forms.CharField(label=_("Name"), max_length=120)
