"""What kind of file an upload is, by its content, and its rows."""

from __future__ import annotations

from typing import Literal, TypeAlias

from django.utils.translation import gettext as _

from summitry.core.models import Event
from summitry.core.viewer import Viewer
from summitry.exchange.faults import Faults, refuse_file
from summitry.exchange.mspdi.reading import read_mspdi
from summitry.exchange.plans.book import PlanBook, Wishes
from summitry.exchange.plans.translating import translate
from summitry.exchange.reading import Workbook, read
from summitry.exchange.xer.reading import read_xer

FileKind: TypeAlias = Literal["workbook", "mspdi", "xer"]
_XML_WORDS = (b"<?xml", b"<Project", b"<!DOCTYPE", b"<!--")
_XML_STARTS = (*_XML_WORDS, *(b"\xef\xbb\xbf" + word for word in _XML_WORDS), b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_XER_STARTS = (b"ERMHDR\t", b"\xef\xbb\xbfERMHDR\t")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def kind_of(data: bytes, name: str = "") -> FileKind:
    """The kind of a file by its first bytes, whatever it is called. What is neither plan is left to the workbook."""
    start = data[:64].lstrip()
    if start.startswith(_XER_STARTS):
        return "xer"
    if start.startswith(_XML_STARTS):
        return "mspdi"
    if name.lower().endswith((".mpp", ".mpt")) and start.startswith(_OLD_OFFICE):
        raise refuse_file(_("This is Microsoft Project's own format: save the plan as XML there, and choose that."))
    return "workbook"


def open_plan(data: bytes, kind: FileKind, event: Event, viewer: Viewer, wishes: Wishes) -> PlanBook:
    """An outside plan as rows. Raises `WorkbookRefused` with every fault of the file."""
    faults = Faults()
    plan = read_mspdi(data, faults) if kind == "mspdi" else read_xer(data, faults, wishes.project)
    faults.refuse()  # a plan that is half read has no sound rows
    return translate(plan, event, viewer, wishes, faults)


def open_file(data: bytes, event: Event, viewer: Viewer, wishes: Wishes, name: str = "") -> Workbook:
    """A workbook or an outside plan, as rows to compare with the event."""
    kind = kind_of(data, name)
    return read(data, event) if kind == "workbook" else open_plan(data, kind, event, viewer, wishes)
