"""What is wrong with a workbook: where, what was found, what is expected. All of it, not the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from summitry.core.refusals import Fault, Invalid

KEPT_FAULTS = 2000
"""Faults after which reading stops, so that a hostile file costs neither memory nor time."""
SHOWN_CHARACTERS = 80


def shown(value: object) -> str:
    """A cell's content as a fault quotes it: short, on one line, without signs that cannot be seen."""
    text = "".join(sign if sign.isprintable() else "�" for sign in str(value))
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def column_letters(index: int) -> str:
    """The spreadsheet's name of a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, kw_only=True)
class CellFault:
    """One fault. An empty sheet is the file as a whole, row 0 the sheet as a whole.

    column: the header in words; cell: the spreadsheet's address such as F12, where there is one.
    found: what stands there; expected: what should, as a sentence.
    """

    sheet: str = ""
    row: int = 0
    column: str = ""
    cell: str = ""
    found: str = ""
    expected: str = ""

    @property
    def place(self) -> str:
        parts = [self.sheet] if self.sheet else [_("The file")]
        if self.row:
            parts.append(_("row %(row)d") % {"row": self.row})
        if self.column:
            parts.append(self.column)
        where = ", ".join(parts)
        return f"{where} ({self.cell})" if self.cell else where

    def __str__(self) -> str:
        if not self.found:
            return f"{self.place}: {self.expected}"
        return _("%(place)s: found “%(found)s”. %(expected)s") % {
            "place": self.place,
            "found": self.found,
            "expected": self.expected,
        }

    def as_fault(self) -> Fault:
        return Fault(field=self.place, message=self.expected, found=self.found)


class Where(TypedDict, total=False):
    """The place of a fault, as `Faults.add` takes it."""

    sheet: str
    row: int
    column: str
    cell: str
    found: object


@dataclass
class Faults:
    """Collects faults; at `KEPT_FAULTS` it refuses at once."""

    items: list[CellFault] = field(default_factory=list)

    def add(
        self,
        expected: str | Promise,
        *,
        sheet: str | Promise = "",
        row: int = 0,
        column: str | Promise = "",
        cell: str = "",
        found: object = "",
    ) -> None:
        self.items.append(
            CellFault(
                sheet=str(sheet),
                row=row,
                column=str(column),
                cell=cell,
                found=shown(found),
                expected=str(expected),
            )
        )
        if len(self.items) >= KEPT_FAULTS:
            self.items.append(CellFault(expected=_("There are more faults than these: mend these first.")))
            self.refuse()

    def __bool__(self) -> bool:
        return bool(self.items)

    def __iter__(self) -> Iterator[CellFault]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def refuse(self) -> None:
        """Raise `WorkbookRefused` when there is any; the faults in the order of the workbook."""
        if self.items:
            place = {sheet: at for at, sheet in enumerate(dict.fromkeys(fault.sheet for fault in self.items))}
            raise WorkbookRefused(sorted(self.items, key=lambda fault: (place[fault.sheet], fault.row)))


class WorkbookRefused(Invalid):
    """A workbook that is not imported. `cell_faults` holds every fault."""

    code = "workbook_refused"

    def __init__(self, faults: Sequence[CellFault]) -> None:
        super().__init__([fault.as_fault() for fault in faults])
        self.cell_faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.cell_faults)


def refuse_file(expected: str | Promise, found: object = "") -> WorkbookRefused:
    """A refusal of the file as a whole, to raise."""
    faults = Faults()
    faults.add(expected, found=found)
    return WorkbookRefused(faults.items)
