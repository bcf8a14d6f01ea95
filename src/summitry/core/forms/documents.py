"""Filing and describing documents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.core.http.files import KeptFileField
from summitry.core.http.forms import ActionForm, CodeChoice
from summitry.core.models import Agency

SOURCE_HELP = gettext_lazy(
    "Where it is published, or from whom it came: a gazette and its number, an address, a letter."
)


class DocumentForm(ActionForm):
    """A document's description."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=500, required=False, help_text=SOURCE_HELP)

    def build(self) -> None:
        self.fields["agency"] = CodeChoice(
            Agency.objects.visible_to(self.viewer),
            label=gettext_lazy("Agency"),
            help_text=gettext_lazy("Whose document it is: its people see it up to their clearance."),
        )
        self.fields["classification"] = self.classification_field()


class AddDocumentForm(DocumentForm):
    """A new document: a file, or the reference to a published source."""

    field_order = ("file", "title", "code", "source", "agency", "classification")

    code = forms.CharField(label=gettext_lazy("Code"), max_length=60, help_text=gettext_lazy("How others name it."))

    def build(self) -> None:
        super().build()
        self.fields["file"] = KeptFileField(
            label=gettext_lazy("File"),
            viewer=self.viewer,
            required=False,
            help_text=gettext_lazy("Leave it empty to name a published source that you have no copy of."),
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("source") and "file" not in self.errors:
            self.add_error("source", _("Choose a file, or say where the document is to be found."))
        return cleaned
