"""A file in a form that is shown twice: once to fill in, once with its consequences.

A browser does not send a file again with the second page. So the first sending keeps the bytes (a `Blob`, by their
SHA-256) and hands the form a receipt: signed, bound to the account, good for a day. A receipt is no right to read: only
the bytes that this very account sent can be named by it, never another's by their digest.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.core.actions.documents import keep
from summitry.core.models import Blob
from summitry.core.viewer import Viewer

SALT = "summitry.core.http.files"
GOOD_FOR_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class KeptFile:
    """A file that was sent: what a form's cleaned value is, and what an action's arguments are made of."""

    name: str
    media_type: str
    sha256: str
    size: int

    @cached_property
    def data(self) -> bytes:
        return bytes(Blob.objects.get(sha256=self.sha256).data)

    @property
    def encoded(self) -> bytes:
        """The bytes as an action's `Base64Bytes` argument takes them."""
        return base64.b64encode(self.data)

    def __str__(self) -> str:
        return self.name


class KeptFileInput(forms.ClearableFileInput):
    """A file input, with the receipt of an earlier sending beside it."""

    template_name = "core/kept_file.html"
    needs_multipart_form = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.get(name), data.get(f"{name}-receipt", "")

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}-receipt" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = forms.FileInput.get_context(self, name, None, attrs)
        kept = value if isinstance(value, Receipt) else None
        if kept is not None:
            context["widget"]["attrs"].pop("required", None)
        context["widget"] |= {"kept": kept, "receipt_name": f"{name}-receipt"}
        return context


class HiddenKeptFile(KeptFileInput):
    """The receipt alone: what the second page carries."""

    template_name = "core/kept_file_hidden.html"
    input_type = "hidden"
    needs_multipart_form = False


@dataclass(frozen=True)
class Receipt:
    """A kept file with the signed text by which the same account can name it once more."""

    file: KeptFile
    text: str

    def __str__(self) -> str:
        return self.file.name


class KeptFileField(forms.Field):
    """A file whose cleaned value is a `KeptFile` (None when left empty). The form says who sends it: `for_viewer`."""

    widget = KeptFileInput
    hidden_widget = HiddenKeptFile
    default_error_messages = {"required": gettext_lazy("Choose a file.")}

    def __init__(self, *, viewer: Viewer, accept: str = "", **kwargs: Any) -> None:
        self.viewer = viewer
        self.receipt: Receipt | None = None
        super().__init__(**kwargs)
        if accept:
            self.widget.attrs["accept"] = accept

    def clean(self, value: Any) -> KeptFile | None:
        upload, text = value if isinstance(value, tuple) else (None, "")
        if upload is not None:
            self.receipt = self._keep(upload)
        elif text:
            self.receipt = self._read(text)
        file = self.receipt.file if self.receipt else None
        if file is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return file

    def _keep(self, upload: UploadedFile[Any]) -> Receipt:
        if (upload.size or 0) > settings.UPLOAD_LIMIT_BYTES:
            limit = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
            raise ValidationError(_("The file is larger than the %(n)d MB that are allowed here.") % {"n": limit})
        if not upload.size:
            raise ValidationError(_("The file is empty."))
        blob = keep(upload.read())
        file = KeptFile(
            # A name is text to show; the folders that some browsers send with it say nothing to us.
            name=PurePath((upload.name or "file").replace("\\", "/")).name[:200],
            media_type=(upload.content_type or "application/octet-stream")[:100],
            sha256=blob.sha256,
            size=blob.size,
        )
        told = [self._holder(), file.name, file.media_type, file.sha256, file.size]
        return Receipt(file, signing.dumps(told, salt=SALT, compress=True))

    def _read(self, text: str) -> Receipt:
        try:
            holder, name, media_type, sha256, size = signing.loads(text, salt=SALT, max_age=GOOD_FOR_SECONDS)
        except (signing.BadSignature, ValueError) as error:
            raise ValidationError(_("The file must be chosen again.")) from error
        if holder != self._holder() or not Blob.objects.filter(sha256=sha256).exists():
            raise ValidationError(_("The file must be chosen again."))
        return Receipt(KeptFile(name, media_type, sha256, size), text)

    def _holder(self) -> list[int | None]:
        account, event = self.viewer.account, self.viewer.event
        return [account.pk if account else None, event.pk if event else None]

    def bound_data(self, data: Any, initial: Any) -> Any:
        # What the widget draws: the receipt, once the file is known to be good.
        return self.receipt

    def has_changed(self, initial: Any, data: Any) -> bool:
        upload, text = data if isinstance(data, tuple) else (None, "")
        return upload is not None or bool(text)
