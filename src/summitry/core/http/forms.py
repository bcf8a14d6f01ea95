"""Forms that end in actions. A form turns text into plain values; the action judges them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.core.http.request import EventRequest
from summitry.core.records import Record
from summitry.core.refusals import Invalid
from summitry.core.rights import Classification

if TYPE_CHECKING:
    _ModelChoice = forms.ModelChoiceField[Any]
    _ModelChoices = forms.ModelMultipleChoiceField[Any]
else:
    _ModelChoice, _ModelChoices = forms.ModelChoiceField, forms.ModelMultipleChoiceField


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    widget = DateInput
    input_formats = ["%Y-%m-%d"]


class CodeChoice(_ModelChoice):
    """A choice among visible records whose value is the record's code (None when left empty)."""

    def __init__(self, queryset: QuerySet[Any], **kwargs: Any) -> None:
        kwargs.setdefault("to_field_name", "code")
        kwargs.setdefault("required", False)
        super().__init__(queryset, **kwargs)

    def clean(self, value: Any) -> Any:
        record = super().clean(value)
        return record.code if record is not None else None


class CodeChoices(_ModelChoices):
    """Several records; the value is their codes."""

    def __init__(self, queryset: QuerySet[Any], **kwargs: Any) -> None:
        kwargs.setdefault("to_field_name", "code")
        kwargs.setdefault("required", False)
        super().__init__(queryset, **kwargs)

    def clean(self, value: Any) -> Any:
        return [record.code for record in super().clean(value)]


class ActionForm(forms.Form):
    """The base of all forms. `seen` carries the version of the record that the person looked at."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: EventRequest, record: Record | None = None, **kwargs: Any) -> None:
        self.request = request
        self.event = request.event
        self.viewer = request.viewer
        self.record = record
        super().__init__(*args, **kwargs)
        self.build()

    def build(self) -> None:
        """Add the fields whose choices depend on the event and the viewer."""

    def classification_field(self) -> forms.TypedChoiceField:
        """The classifications up to the viewer's own clearance, under the event's names."""
        levels = [level for level in Classification if level <= self.viewer.clearance]
        return forms.TypedChoiceField(
            label=gettext_lazy("Classification"),
            coerce=int,
            choices=[(int(level), self.event.classification_name(level)) for level in levels],
            initial=int(min(Classification.INTERNAL, max(levels))),
        )

    def values(self, *without: str) -> dict[str, Any]:
        """The cleaned values by name, without `seen` and those named."""
        return {k: v for k, v in self.cleaned_data.items() if k != "seen" and k not in without}

    def changed_values(self) -> dict[str, Any]:
        """Only what the person changed from what the form showed: an action leaves the rest as it is."""
        return {k: v for k, v in self.values().items() if k in self.changed_data}

    def carried(self) -> dict[str, str]:
        """What a second page must carry although the browser does not send it again: receipts of files."""
        fields = ((self.add_prefix(name), getattr(field, "receipt", None)) for name, field in self.fields.items())
        return {f"{name}-receipt": receipt.text for name, receipt in fields if receipt is not None}

    def take(self, refusal: Invalid) -> None:
        """Show an action's faults at the fields they belong to."""
        for fault in refusal.faults:
            name = fault.field if fault.field in self.fields else None
            message = fault.message if name or not fault.field else f"{fault.field}: {fault.message}"
            if fault.found:
                message = _("%(message)s Found: %(found)s.") % {"message": message, "found": fault.found}
            self.add_error(name, message)


def initial_of(record: Record, names: Iterable[str]) -> dict[str, Any]:
    """A record's values as a form shows them: references by their code."""
    values = {}
    for name in names:
        value = getattr(record, name)
        values[name] = value.key if isinstance(value, Record) else value
    return values
