"""What kind of file some bytes are: decided by us from the bytes, never taken from whoever sent them."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import PurePath

OCTETS = "application/octet-stream"
TEXT = "text/plain"
# Shown by the browser itself; everything else is only ever downloaded.
SHOWN_INLINE = frozenset({"application/pdf", "image/png", "image/jpeg", TEXT})

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
# The part that only this kind of package has.
_PACKAGES: tuple[tuple[str, str], ...] = (
    ("word/document.xml", _OFFICE + "wordprocessingml.document"),
    ("xl/workbook.xml", _OFFICE + "spreadsheetml.sheet"),
    ("ppt/presentation.xml", _OFFICE + "presentationml.presentation"),
)
_PLAIN_ENDINGS = frozenset({".txt", ".csv", ".md", ".log", ".ics", ".json"})
LONGEST_NAME = 200


def media_type_of(data: bytes, file_name: str = "") -> str:
    """One of a few known types, else `application/octet-stream`. Text is text only under the ending of a text.

    A page of HTML or an SVG drawing, which could run a script, is never more than octets.
    """
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    if data.startswith(b"PK\x03\x04"):
        return _package_type(data)
    if PurePath(file_name.lower()).suffix in _PLAIN_ENDINGS and _is_text(data):
        return TEXT
    return OCTETS


def _package_type(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return OCTETS
    return next((media_type for part, media_type in _PACKAGES if part in names), "application/zip")


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text)


def safe_name(name: str) -> str:
    """A file name to keep: without folders, control and direction signs, and not longer than it can be shown."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    kept = " ".join(kept.split()).strip(". ")
    if len(kept) > LONGEST_NAME:
        ending = PurePath(kept).suffix[:20]
        kept = kept[: LONGEST_NAME - len(ending)] + ending
    return kept
