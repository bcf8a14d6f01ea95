"""Documents: listed, filed, described, downloaded through the viewer's right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from summitry.core.action import Action, Applied
from summitry.core.actions import AddDocument, ChangeDocument, RemoveDocument
from summitry.core.forms.documents import AddDocumentForm, DocumentForm
from summitry.core.http.forms import ActionForm, initial_of
from summitry.core.http.request import EventRequest
from summitry.core.http.views import ActionView, ConfirmView
from summitry.core.media import OCTETS, SHOWN_INLINE
from summitry.core.models import Agency, Blob, Document
from summitry.core.queries.records import referring
from summitry.core.refusals import NotFound
from summitry.core.rights import PLAN, REPORT, Classification
from summitry.core.views.base import find, page_of

PAGE = 100
SORTS = {"code": "code", "title": "title", "size": "size", "agency": "agency__code", "classification": "classification"}


@require_safe
def documents(request: EventRequest, slug: str) -> HttpResponse:
    """The documents that the viewer may see, by what the address says."""
    rows = Document.objects.visible_to(request.viewer).select_related("event", "agency__event")
    total = rows.count()
    levels = {int(text) for text in request.GET.getlist("level") if text in {str(int(c)) for c in Classification}}
    if levels:
        rows = rows.filter(classification__in=levels)
    if agency := request.GET.get("agency", ""):
        rows = rows.filter(agency__code=agency)
    if words := request.GET.get("q", "").strip()[:200]:
        rows = rows.filter(title__icontains=words) | rows.filter(code__icontains=words)
    asked = request.GET.get("sort", "code")
    column = SORTS.get(asked.removeprefix("-"), "code")
    rows = rows.order_by(f"-{column}" if asked.startswith("-") else column, "code")
    page = page_of(request, rows, PAGE)
    shown = list(page.object_list)
    context = {
        "title": _("Documents"),
        "section": "documents",
        "page": page,
        "documents": shown,
        "total": total,
        "words": words,
        "agencies": Agency.objects.visible_to(request.viewer).order_by("code"),
        "levels": [
            (int(c), request.event.classification_name(c)) for c in Classification if c <= request.viewer.clearance
        ],
        "page_classification": max((document.classification for document in shown), default=None),
        "may_add": request.viewer.may(REPORT),
    }
    return render(request, "core/documents.html", context)


@require_safe
def document(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """One document: its description, what refers to it, its history."""
    record = find(request, Document, "agency", code=code)
    context = {
        "title": record.title,
        "section": "documents",
        "document": record,
        "page_classification": record.classification,
        "inline": record.media_type in SHOWN_INLINE,
        "referring": referring(record, request.viewer),
        "may_change": request.viewer.may(PLAN),
    }
    return render(request, "core/document.html", context)


@require_safe
def download(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """A document's bytes. Shown in the browser only for kinds that cannot act, and only when asked; else saved."""
    record = find(request, Document, code=code)
    blob = Blob.objects.filter(sha256=record.sha256).first() if record.sha256 else None
    if blob is None:
        raise NotFound(what=_("file of document"), key=record.code)
    inline = record.media_type in SHOWN_INLINE and "show" in request.GET
    media_type = record.media_type if inline else OCTETS
    if inline and media_type.startswith("text/"):
        media_type = "text/plain; charset=utf-8"
    response = HttpResponse(bytes(blob.data), content_type=media_type)
    name = record.file_name or record.code
    response["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    # Whatever the bytes are, as a page they may load nothing, run nothing and are of no origin.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


class AddDocumentView(ActionView):
    """File a document."""

    form_class = AddDocumentForm
    right = REPORT
    section = "documents"
    title = gettext_lazy("Add a document")
    lead_text = gettext_lazy(
        "A decision as signed, a plan, evidence of work done, or where a published text is to be found."
    )
    confirm_label = gettext_lazy("Add it")

    def initial(self) -> dict[str, Any]:
        own = self.request.viewer.agency_ids
        agency = Agency.objects.filter(pk__in=own, accesses__account=self.request.viewer.account).first()
        return {"code": self._free_code(), "agency": agency.code if agency else None}

    def _free_code(self) -> str:
        """DOC and the next number; a person may write another."""
        codes = Document.objects.filter(event=self.request.event, code__startswith="DOC").values_list("code", flat=True)
        numbers = [int(found[1]) for code in codes if (found := re.fullmatch(r"DOC(\d{1,9})", code))]
        return f"DOC{max(numbers, default=0) + 1:03}"

    def actions(self, form: ActionForm) -> Sequence[Action]:
        file = form.cleaned_data["file"]
        values = form.values("file")
        if file is not None:
            values |= {"file_name": file.name, "data": file.encoded}
        return [AddDocument(**values)]

    def back_url(self) -> str:
        return reverse("core:documents", args=[self.request.event.slug])


class _OneDocument(ActionView):
    """Views of one document."""

    section = "documents"

    @cached_property
    def document(self) -> Document:
        return find(self.request, Document, "agency", code=self.kwargs["code"])

    def record(self) -> Document:
        return self.document


class ChangeDocumentView(_OneDocument):
    """Change a document's description."""

    form_class = DocumentForm
    right = PLAN
    title = gettext_lazy("Change the description")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.document, ("title", "source", "agency", "classification"))

    def actions(self, form: ActionForm) -> Sequence[Action]:
        changed = form.changed_values()
        return [ChangeDocument(code=self.document.code, seen=form.cleaned_data["seen"], **changed)] if changed else []


class RemoveDocumentView(_OneDocument, ConfirmView):
    """Remove a document that nothing refers to."""

    right = PLAN
    title = gettext_lazy("Remove the document")
    lead_text = gettext_lazy("Its history and its bytes stay, so that this can be undone.")
    confirm_label = gettext_lazy("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [RemoveDocument(code=self.document.code, seen=form.cleaned_data.get("seen"))]

    def success_url(self, applied: Applied) -> str:
        return reverse("core:documents", args=[self.request.event.slug])

    def done_message(self, applied: Applied) -> str:
        return _("Removed.")
