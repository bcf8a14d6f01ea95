"""The form that attaches evidence: a document that is already filed, or a new file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from summitry.core.http.files import KeptFileField
from summitry.core.http.forms import ActionForm
from summitry.core.models import Document
from summitry.schedule.forms import choices
from summitry.schedule.forms.choices import KeyChoice
from summitry.schedule.models import Task


class EvidenceForm(ActionForm):
    """Evidence of a task."""

    field_order = ("document", "file", "code", "title", "source", "classification")
    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("Empty: the name of the file.")
    )
    source = forms.CharField(label=_("Source"), max_length=500, required=False)

    def build(self) -> None:
        assert isinstance(self.record, Task)
        attached = self.record.evidence.values_list("document_id", flat=True)
        filed = choices.documents(self.event, self.viewer, without=attached)
        self.fields["document"] = KeyChoice(filed, label=_("A document that is filed already"))
        self.fields["file"] = KeptFileField(
            viewer=self.viewer, label=_("New file"), required=False, help_text=_("Instead of a filed document.")
        )
        self.fields["code"] = forms.CharField(
            label=_("Code of the new document"), max_length=60, required=False, initial=self._free_code()
        )
        level = self.classification_field()
        level.initial = int(min(self.record.classification, self.viewer.clearance))
        self.fields["classification"] = level
        self.order_fields(self.field_order)

    def _free_code(self) -> str:
        """The next code that is free, also among documents that the viewer may not see."""
        assert isinstance(self.record, Task)
        stem = f"{self.record.code}-E"[:54]
        taken = set(Document.objects.filter(event=self.event, code__startswith=stem).values_list("code", flat=True))
        return next(f"{stem}{n}" for n in range(1, len(taken) + 2) if f"{stem}{n}" not in taken)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if cleaned.get("document") and file is not None:
            self.add_error("file", _now("Either a filed document or a new file, not both."))
        elif file is not None:
            cleaned["title"] = cleaned.get("title") or file.name
            if not cleaned.get("code"):
                self.add_error("code", _now("A new document needs a code."))
        elif not cleaned.get("document") and "file" not in self.errors:
            self.add_error("document", _now("Choose a filed document, or a new file."))
        return cleaned
