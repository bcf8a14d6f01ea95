"""The event's facts, names of classifications, exceptional days."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.core.calendars import known_countries
from summitry.core.http.forms import ActionForm, CodeChoice, DateField
from summitry.core.models import Agency
from summitry.core.rights import Classification

WEEKDAYS = (
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
)


class WeekField(forms.MultipleChoiceField):
    """A working week as seven boxes. The value is seven signs, Monday to Sunday, 1 for a working day; "" for none."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=WEEKDAYS, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return [str(index) for index, sign in enumerate(value) if sign == "1"]
        return value

    def clean(self, value: Any) -> Any:
        days = super().clean(value)
        return "".join("1" if str(index) in days else "0" for index in range(7)) if days else ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def _countries() -> list[tuple[str, str]]:
    # The library's names are class names: "UnitedKingdom".
    spaced = {code: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for code, name in known_countries().items()}
    return [("", "—"), *sorted(((code, f"{name} ({code})") for code, name in spaced.items()), key=lambda pair: pair[1])]


class EventForm(ActionForm):
    """What the event is, when it is, by which calendar it is prepared."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_national = forms.CharField(label=_("Name in the national language"), max_length=200, required=False)
    theme = forms.CharField(label=_("Theme"), max_length=300, required=False)
    host = forms.CharField(label=_("Host"), max_length=120, required=False)
    venue = forms.CharField(label=_("Venue"), max_length=200, required=False)
    opening_day = DateField(label=_("Opening day"))
    closing_day = DateField(label=_("Closing day"))
    planning_start = DateField(
        label=_("Start of planning"), help_text=_("The first day on which work of the master schedule may begin.")
    )
    timezone = forms.ChoiceField(label=_("Time zone"))
    country = forms.ChoiceField(
        label=_("Country of public holidays"),
        required=False,
        help_text=_("Its public holidays are free days of the calendar."),
    )
    working_week = WeekField(label=_("Working week"))
    stale_after_days = forms.IntegerField(
        label=_("Working days until a return is stale"),
        min_value=1,
        max_value=250,
        help_text=_("A task that nobody has reported on for longer is shown as not known."),
    )
    illustrative = forms.CharField(
        label=_("What is illustrative"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Said on screen, so that nobody takes an estimate for a fact."),
    )
    source = forms.CharField(label=_("Source"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def build(self) -> None:
        zones = [
            (name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name or name == "UTC"
        ]
        self.fields["timezone"].choices = zones  # type: ignore[attr-defined]
        self.fields["country"].choices = _countries()  # type: ignore[attr-defined]


class ClassificationNamesForm(ActionForm):
    """The event's own names of the four levels, with the national term."""

    def build(self) -> None:
        for level in Classification:
            self.fields[f"name_{int(level)}"] = forms.CharField(
                label=_("Name of “%(level)s”") % {"level": level.label}, max_length=60, required=False
            )
            self.fields[f"national_{int(level)}"] = forms.CharField(
                label=_("National term of “%(level)s”") % {"level": level.label}, max_length=60, required=False
            )

    def names(self) -> dict[str, dict[str, str]]:
        """As the event keeps them: levels without any name are left out."""
        found = {}
        for level in Classification:
            given = {part: self.cleaned_data[f"{part}_{int(level)}"] for part in ("name", "national")}
            if any(given.values()):
                found[str(int(level))] = given
        return found


class ExceptionalDayForm(ActionForm):
    """A day that breaks the weekly pattern, for everyone or for one agency."""

    day = DateField(label=_("Day"))
    working = forms.TypedChoiceField(
        label=_("The day is"),
        choices=(("yes", _("a working day")), ("no", _("a free day"))),
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def build(self) -> None:
        self.fields["agency"] = CodeChoice(
            Agency.objects.visible_to(self.viewer),
            label=_("Agency"),
            help_text=_("Empty: for everyone. With an agency: for it and the units below it."),
        )
        self.order_fields(("day", "working", "agency", "reason"))
