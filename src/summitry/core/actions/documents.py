"""Files and their descriptions."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import Base64Bytes

from summitry.core.action import Action, Context, action
from summitry.core.media import media_type_of, safe_name
from summitry.core.models import Agency, Blob, Document
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN, REPORT, Classification


def keep(data: bytes) -> Blob:
    """Store bytes under their SHA-256, once."""
    digest = hashlib.sha256(data).hexdigest()
    blob, _created = Blob.objects.get_or_create(sha256=digest, defaults={"data": data, "size": len(data)})
    return blob


@action("core.add_document", title=_("Add a document"), right=REPORT)
class AddDocument(Action):
    """Add a file (or, without one, the reference to a published source) with its title and classification.

    A person may not file something that they could then not read. What kind of file it is, is told from its bytes:
    what a sender says in `media_type` is not believed.
    """

    code: str
    title: str
    file_name: str = ""
    media_type: str = ""
    data: Base64Bytes = b""
    source: str = ""
    agency: str | None = None
    classification: int = Classification.INTERNAL

    def arguments(self) -> dict[str, Any]:
        kept = self.model_dump(mode="json", exclude_unset=True, exclude={"data"})
        return {**kept, "sha256": hashlib.sha256(self.data).hexdigest(), "size": len(self.data)}

    def run(self, ctx: Context) -> Document:
        if len(self.data) > settings.UPLOAD_LIMIT_BYTES:
            raise Invalid.of("data", _("The file is larger than this installation allows."), len(self.data))
        blob = keep(self.data) if self.data else None
        name = safe_name(self.file_name)
        document = ctx.new(
            Document,
            code=self.code,
            title=self.title,
            file_name=name,
            media_type=media_type_of(self.data, name) if blob else "",
            sha256=blob.sha256 if blob else "",
            size=blob.size if blob else 0,
            source=self.source,
            agency=ctx.find(Agency, self.agency),
            classification=self.classification,
        )
        _still_seen(ctx, document)
        return document

    @staticmethod
    def encode(data: bytes) -> bytes:
        """Bytes as the `data` argument takes them."""
        return base64.b64encode(data)


def _still_seen(ctx: Context, document: Document) -> None:
    ctx.viewer.forget()
    if not ctx.viewer.sees(document):
        raise Invalid.of("classification", _("You could not read it yourself: name your agency, or classify it lower."))


@action("core.change_document", title=_("Change a document's description"), right=PLAN)
class ChangeDocument(Action):
    """Change a document's title, source, agency or classification. Its bytes never change: file a new one."""

    code: str
    seen: int | None = None
    title: str = ""
    source: str = ""
    agency: str | None = None
    classification: int = Classification.INTERNAL

    def run(self, ctx: Context) -> Document:
        document = ctx.get(Document, code=self.code, seen=self.seen)
        for name in ("title", "source", "classification"):
            if self.given(name):
                setattr(document, name, getattr(self, name))
        if self.given("agency"):
            document.agency = ctx.find(Agency, self.agency)
        return ctx.put(document)


@action("core.remove_document", title=_("Remove a document"), right=PLAN)
class RemoveDocument(Action):
    """Remove a document that nothing refers to. Its bytes stay, so that the removal can be undone."""

    code: str
    seen: int | None = None

    def run(self, ctx: Context) -> None:
        ctx.remove(ctx.get(Document, code=self.code, seen=self.seen))
