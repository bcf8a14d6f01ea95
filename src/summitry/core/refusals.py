"""Refusals: the product understood, and says no. A programming mistake is never a refusal.

Refused
├── NotPermitted          the viewer may not do this                                   403
├── NotFound              no such record, or none that the viewer may see              404
├── Invalid               the arguments are wrong; every fault is named                422
├── StaleEdit             the record changed since the viewer read it                  409
├── StillReferred         the record is referred to and so cannot be removed           409
└── UndoBlocked           something newer touches what an undo would put back          409

A refusal has a code and data for machines and one sentence for people. One place (`web.middleware`) makes it a
page; the command line prints the sentence and exits with 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from summitry.core.records import Versioned


class Refused(Exception):
    """The base of all refusals. `text` is formatted with `data`.

    position: of several actions that were submitted together, which one was refused, counted from 0.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    text: ClassVar[Promise | str] = _("This cannot be done.")
    position: int | None = None

    def __init__(self, **data: object) -> None:
        super().__init__(self.code)
        self.data = data

    def __str__(self) -> str:
        return str(self.text).format(**self.data)


class NotPermitted(Refused):
    """data: action, the title of what was tried; who, the roles that may."""

    code = "not_permitted"
    status = 403
    text = _("You may not do this: {action}. It is for: {who}.")


class NotFound(Refused):
    """data: what, the kind of record; key, as asked for. Also said of a record above the viewer's right."""

    code = "not_found"
    status = 404
    text = _("There is no {what} “{key}” here that you may see.")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong with an input: where, what was found, what is expected."""

    field: str
    message: str
    found: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class Invalid(Refused):
    """data: faults, a sequence of `Fault`: all of them, not the first."""

    code = "invalid"
    status = 422

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults=tuple(faults))
        self.faults: tuple[Fault, ...] = tuple(faults)

    def __str__(self) -> str:
        return " ".join(str(fault) for fault in self.faults)

    @classmethod
    def of(cls, field: str, message: str | Promise, found: object = "") -> Invalid:
        return cls([Fault(field=field, message=str(message), found=str(found))])


class StaleEdit(Refused):
    """Two people edited one record: `base` is what this one had read (None when unknown), `record` what stands now."""

    code = "stale_edit"
    status = 409
    text = _("{record} was changed by someone else while you edited it. Nothing of yours is lost.")

    def __init__(self, *, record: Versioned, seen: int, base: Mapping[str, Any] | None) -> None:
        super().__init__(record=str(record))
        self.record, self.seen, self.base = record, seen, base


class StillReferred(Refused):
    """data: record; by, the records that refer to it, as text."""

    code = "still_referred"
    text = _("{record} cannot be removed while others refer to it: {by}.")


class UndoBlocked(Refused):
    """data: what stands in the way, as text."""

    code = "undo_blocked"
    text = _("This cannot be undone any more: {what}")
