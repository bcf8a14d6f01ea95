"""Primavera's exchange format as tables: %T names one, %F its columns, %R a row.

Meanings of tables and columns: Oracle, "Primavera P6 EPPM XER Import/Export Data Map Guide".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from summitry.exchange.faults import Faults, refuse_file
from summitry.exchange.plans import bounds
from summitry.exchange.plans.model import Loss, Lost
from summitry.exchange.xer.passed import PASSED, PASSED_TABLES, PLAIN

_ENCODINGS = ("utf-8-sig", "cp1252")


@dataclass
class Record:
    """One row; `read` notes that a column was read."""

    table: Table
    line: int
    cells: list[str]

    def read(self, column: str) -> str:
        self.table.used.add(column)
        at = self.table.place.get(column)
        return self.cells[at].strip() if at is not None and at < len(self.cells) else ""


@dataclass
class Table:
    """One table. used: the columns that were read; told: rows that were told as a whole."""

    name: str
    line: int
    columns: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    told: set[int] = field(default_factory=set)

    place: dict[str, int] = field(default_factory=dict)

    def set_columns(self, columns: list[str]) -> None:
        self.columns = columns
        self.place = {column: at for at, column in enumerate(columns)}


@dataclass
class Tables:
    """All tables of one file by name. header: the cells of the first line."""

    header: list[str]
    by_name: dict[str, Table]
    lost: list[Lost]

    def __getitem__(self, name: str) -> Table:
        return self.by_name.get(name) or Table(name, 0)


def decoded(data: bytes) -> tuple[str, bool]:
    """The text: UTF-8, or else the code page of western Windows; and whether some signs could not be read."""
    try:
        return data.decode(_ENCODINGS[0]), False
    except UnicodeDecodeError:
        text = data.decode(_ENCODINGS[1], errors="replace")
        return text, "\ufffd" in text


def parse(data: bytes, faults: Faults) -> Tables:
    """The tables of a file. Raises `WorkbookRefused` for what is no XER file or too large."""
    text, unreadable = decoded(data)
    lines = text.split("\n")
    header = lines[0].rstrip("\r").split("\t")
    if header[0] != "ERMHDR":
        raise refuse_file(_("This is no XER file of Primavera: its first word should be ERMHDR."), header[0])
    found = Tables(header, {}, [])
    if unreadable:
        why = _("Some signs are of no known encoding: they read �.")
        found.lost.append(Lost.of(1, "", "encoding", "cp1252", why, Loss.CONVERTED))
    _Lines(found, faults).take(lines)
    return found


class _Lines:
    def __init__(self, found: Tables, faults: Faults) -> None:
        self.found, self.faults = found, faults
        self.table: Table | None = None
        self.cells = 0
        self.ended = False

    def take(self, lines: list[str]) -> None:
        for number, raw in enumerate(lines[1:], start=2):
            line = raw.rstrip("\r")
            if not line or self.ended:
                if line.strip(" \x00\x1a"):
                    self._fault(number, line, _("Nothing stands after the line %E."))
                    return
                continue
            mark, _tab, rest = line.partition("\t")
            self._one(number, mark, rest, line)
        if not self.ended:
            self._fault(len(lines), "", _("The file ends before its last line %E: it is cut off."))

    def _fault(self, line: int, found: object, expected: str) -> None:
        self.faults.add(expected, sheet=self.table.name if self.table else "", row=line, found=found)

    def _one(self, number: int, mark: str, rest: str, line: str) -> None:
        if mark == "%R":
            self._row(number, rest)
        elif mark == "%T":
            name = rest.strip()
            if name in self.found.by_name:
                self._fault(number, name, _("This table is here twice."))
            self.table = self.found.by_name[name] = Table(name, number)
        elif mark == "%F" and self.table is not None:
            self.table.set_columns([name.strip() for name in rest.split("\t")])
        elif mark == "%E":
            self.ended = True
        elif self.table is not None and self.table.records and not mark.startswith("%"):
            # A text with a line end goes on here.
            record = self.table.records[-1]
            record.cells[-1] = f"{record.cells[-1]}\n{line}"
            self._bound(record.cells[-1])
        else:
            self._fault(number, line, _("A line begins with %T, %F, %R or %E."))

    def _row(self, number: int, rest: str) -> None:
        if self.table is None or not self.table.columns:
            self._fault(number, rest, _("A row stands below the names of a table and its columns."))
            return
        cells = rest.split("\t")
        self.cells += len(cells)
        if self.cells > bounds.MAX_ELEMENTS:
            raise refuse_file(
                _("A plan has at most {count} cells: it is not opened.").format(count=bounds.MAX_ELEMENTS)
            )
        for cell in cells:
            self._bound(cell)
        extra = [cell for cell in cells[len(self.table.columns) :] if cell.strip()]
        if extra:
            self._fault(number, extra[0], _("The row has more cells than the table has columns."))
        self.table.records.append(Record(self.table, number, cells))

    def _bound(self, cell: str) -> None:
        if len(cell) > bounds.MAX_TEXT * 5:  # a calendar's data is one cell
            raise refuse_file(_("A text is longer than any of a plan: it is not opened."))


def untold(tables: Tables) -> Iterator[tuple[Table, Record, str, str]]:
    """Every cell that says something and was neither read, nor passed over by the tables above, nor told."""
    for table in tables.by_name.values():
        if table.name in PASSED_TABLES:
            continue
        passed: Mapping[str, str] = PASSED.get(table.name, {})
        left = [(column, at) for column, at in table.place.items() if column not in table.used and column not in passed]
        for record in table.records:
            if record.line in table.told:
                continue
            for column, at in left:
                cell = record.cells[at].strip() if at < len(record.cells) else ""
                if cell and cell not in PLAIN.get((table.name, column), ()):
                    yield table, record, column, cell
