"""From the bytes of a file to typed rows, or every fault by sheet, row and column. Nothing here asks the database."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from summitry.core.models import Event
from summitry.exchange.about import ABOUT_TITLE, LISTS_TITLE, Marks, read_marks
from summitry.exchange.cells import Bad, Words, raw_shown, read_cell, words_for
from summitry.exchange.faults import Faults, Where, column_letters, refuse_file
from summitry.exchange.guard import look_inside
from summitry.exchange.queries import level_names, normal
from summitry.exchange.sheets import SHEETS, Column, Rule, Sheet, Values, sheets
from summitry.exchange.sheets.core import EVENT
from summitry.exchange.words import folded, in_every_language, listed

VERSION_HEADER = "Version (leave as it is)"
"""The hidden column, the same in every language: each record's version at the export."""


@dataclass
class Row:
    """One row that was read.

    bad: the fields whose cells were not understood; they have no value here. empty: those whose cells were empty.
    """

    number: int
    values: Values
    stamp: int | None = None
    bad: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()


@dataclass
class SheetRows:
    """A sheet's rows by key. `sound` is False when some key could not be read, so that not all keys are known."""

    sheet: Sheet
    title: str
    rows: dict[str, Row] = field(default_factory=dict)
    place: dict[str, int] = field(default_factory=dict)
    """The position of each field's column; for the Event sheet, the number of its row."""
    sound: bool = True
    told: frozenset[str] = frozenset()
    """Cells whose fault the first look has told already, such as a formula."""

    def cell(self, row: Row, name: str) -> str:
        """The spreadsheet's address of a field."""
        if self.sheet is EVENT:
            return f"B{self.place.get(name, row.number)}"
        return f"{column_letters(self.place.get(name, 0))}{row.number}"

    def row_number(self, row: Row, name: str) -> int:
        return self.place.get(name, row.number) if self.sheet is EVENT else row.number


@dataclass
class Workbook:
    """What a file says. Only a workbook without faults may be imported.

    gone: keys of records, by kind, that the file takes away though it is not the whole event.
    told: what the page says about the file, in place of what it says about workbooks; None for workbooks.
    """

    marks: Marks
    sheets: dict[str, SheetRows]
    faults: Faults
    words: Words
    gone: Mapping[str, frozenset[str]] = field(default_factory=dict)
    told: list[str] | None = None

    @property
    def row_count(self) -> int:
        return sum(len(rows.rows) for rows in self.sheets.values())

    def event_values(self) -> Values:
        """The lines of the Event sheet; empty when they could not be read."""
        rows = self.sheets.get(EVENT.label)
        return next((row.values for row in rows.rows.values()), {}) if rows else {}


def read(data: bytes, event: Event | None = None) -> Workbook:
    """Read a file. Raises `WorkbookRefused` when it is no workbook of ours at all; other faults are collected.

    event: gives its own names of the classifications a meaning, beside those in the workbook.
    """
    look = look_inside(data, settings.UPLOAD_LIMIT_BYTES)
    reader = _Reader(data, look.faults)
    labels = _known_sheets(look.sheets, look.faults)
    marks = Marks()
    for name in look.sheets:
        if folded(name) in in_every_language(ABOUT_TITLE):
            marks = read_marks(reader.rows(name), name, look.faults)
    book = Workbook(marks, {}, look.faults, words_for(event or Event()))
    event_name = next((name for name, label in labels.items() if label == EVENT.label), None)
    if event_name is not None:
        rows = _read_event(reader, event_name, look.faults, book.words)
        book.sheets[EVENT.label] = rows
        told = Event(classification_names=level_names(book.event_values()))
        own = event is not None and marks.event == event.slug
        book.words = words_for(event or told, told, exported_from_it=own)
    known = {sheet.label: sheet for sheet in sheets()}
    for name, label in labels.items():
        if label != EVENT.label:
            book.sheets[label] = _read_sheet(reader, known[label], name, look.faults, book.words)
    return book


class _Reader:
    """Rows of a sheet by calamine. Whatever it stumbles over is a damaged file."""

    def __init__(self, data: bytes, faults: Faults) -> None:
        self.faults = faults
        try:
            self.book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        except BaseException as error:
            raise self._damaged(error) from error

    def rows(self, name: str) -> Iterator[list[Any]]:
        """The sheet's rows from the first on, each from column A on."""
        try:
            sheet = self.book.get_sheet_by_name(name)
            before = [""] * (sheet.start[1] if sheet.start else 0)
            for row in sheet.iter_rows() if sheet.start else ():
                yield before + row if before else row
        except GeneratorExit:
            raise
        except BaseException as error:
            raise self._damaged(error) from error

    def _damaged(self, error: BaseException) -> BaseException:
        # A panic of the reader is no Exception, but a stop from outside is none of its faults.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            return error
        if self.faults:  # a cell that is no number, say: its place is already known
            self.faults.refuse()
        return refuse_file(_("The file is damaged: its sheets cannot be read. Save it again."))


@cache
def _titles() -> tuple[dict[str, str], frozenset[str]]:
    """The kinds by the names of their sheets, and the names of sheets that hold no records; in every language."""
    by_title = {title: sheet.label for sheet in sheets() for title in in_every_language(sheet.title)}
    return by_title, in_every_language(ABOUT_TITLE) | in_every_language(LISTS_TITLE)


@cache
def _headers(label: str) -> dict[str, Column]:
    """A sheet's columns by their headers in every language."""
    columns = SHEETS[label].columns
    return {word: column for column in columns for word in in_every_language(column.header)}


def _known_sheets(names: list[str], faults: Faults) -> dict[str, str]:
    """Which sheet of the file is which kind. Unknown, doubled and missing ones are faults."""
    by_title, passed_over = _titles()
    found: dict[str, str] = {}
    for name in names:
        label = by_title.get(folded(name))
        if folded(name) in passed_over:
            continue
        if label is None:
            expected = _("No such sheet is known: rename or remove it. Known are {titles}.")
            faults.add(expected.format(titles=listed((str(s.title) for s in sheets()), 30)), sheet=name)
        elif label in found.values():
            faults.add(_("There are two sheets of this kind: keep one."), sheet=name)
        else:
            found[name] = label
    if not found:
        raise refuse_file(
            _("This is a workbook, but not of an event: export one, or take the empty template."), listed(names)
        )
    for sheet in sheets():
        if sheet.label not in found.values():
            faults.add(_("This sheet is missing. It may have no rows, but it must be there."), sheet=str(sheet.title))
    return found


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _read_sheet(reader: _Reader, sheet: Sheet, name: str, faults: Faults, words: Words) -> SheetRows:
    rows = reader.rows(name)
    found = SheetRows(sheet, name)
    header = next(rows, [])
    found.place, stamp = _columns(sheet, name, header, faults)
    found.told = _name_columns(found, faults)
    if not all(key in found.place for key in sheet.key):
        found.sound = False
        return found
    columns = [(sheet.by_field[field_], at) for field_, at in found.place.items()]
    nameless = [at for at, cell in enumerate(header) if _blank(cell)]
    for number, cells in enumerate(rows, start=2):
        if all(map(_blank, cells)):
            continue
        for at in nameless:
            if not _blank(cells[at]):
                faults.add(
                    _("This column has no header: name it, or empty it."),
                    sheet=name,
                    row=number,
                    cell=f"{column_letters(at)}{number}",
                    found=raw_shown(cells[at]),
                )
        _keep(found, _read_row(found, number, cells, columns, stamp, faults, words), faults)
    sheet.prepare(list(found.rows.values()))
    return found


def _name_columns(found: SheetRows, faults: Faults) -> frozenset[str]:
    """Give the faults of the first look the header of their column; returns their cells."""
    headers = {column_letters(at): found.sheet.by_field[name].header for name, at in found.place.items()}
    cells = set()
    for number, fault in enumerate(faults.items):
        if fault.sheet == found.title and fault.cell and not fault.column:
            cells.add(fault.cell)
            header = headers.get(fault.cell.rstrip("0123456789"), "")
            faults.items[number] = replace(fault, column=str(header))
    return frozenset(cells)


def _columns(sheet: Sheet, name: str, header: list[Any], faults: Faults) -> tuple[dict[str, int], int]:
    """Which column of the file is which field, and where the version stands (-1: nowhere)."""
    by_header = _headers(sheet.label)
    place: dict[str, int] = {}
    stamp = -1
    for at, cell in enumerate(header):
        if _blank(cell):
            continue
        text = folded(normal(str(cell)))
        column = by_header.get(text)
        where: Where = {"sheet": name, "row": 1, "cell": f"{column_letters(at)}1", "found": raw_shown(cell)}
        if text == folded(VERSION_HEADER):
            stamp = at
        elif column is None:
            headers = listed((str(c.header) for c in sheet.columns), 40)
            faults.add(_("No such column is known here. Known are {headers}.").format(headers=headers), **where)
        elif column.field in place:
            faults.add(_("This column is here twice: keep one."), **where)
        else:
            place[column.field] = at
    for column in sheet.columns:
        if column.field not in place:
            faults.add(
                _("This column is missing. It may be empty, but it must be there."),
                sheet=name,
                row=1,
                column=column.header,
            )
    return place, stamp


def _read_row(
    found: SheetRows,
    number: int,
    cells: list[Any],
    columns: list[tuple[Column, int]],
    stamp: int,
    faults: Faults,
    words: Words,
) -> Row:
    values: Values = {}
    bad: set[str] = set()
    empty: set[str] = set()
    for column, at in columns:
        raw = cells[at] if at < len(cells) else ""
        if _blank(raw):
            empty.add(column.field)
        try:
            values[column.field] = read_cell(column, raw, words)
        except Bad as wrong:
            if column.rule is Rule.SHOWN:
                continue
            bad.add(column.field)
            cell = f"{column_letters(at)}{number}"
            if cell not in found.told:
                faults.add(
                    wrong.expected,
                    sheet=found.title,
                    row=number,
                    column=column.header,
                    cell=cell,
                    found=raw_shown(raw),
                )
    return Row(number, values, _stamp(found, number, cells, stamp, faults), frozenset(bad), frozenset(empty))


def _stamp(found: SheetRows, number: int, cells: list[Any], at: int, faults: Faults) -> int | None:
    raw = cells[at] if 0 <= at < len(cells) else ""
    if _blank(raw):
        return None
    text = raw_shown(raw).strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    faults.add(
        _("The record's version at the export is expected: leave this hidden column as it was, or empty it."),
        sheet=found.title,
        row=number,
        column=VERSION_HEADER,
        cell=f"{column_letters(at)}{number}",
        found=raw_shown(raw),
    )
    return None


def _keep(found: SheetRows, row: Row, faults: Faults) -> None:
    """File the row under its key; a key that is there already is a fault."""
    sheet = found.sheet
    if row.bad & set(sheet.key):
        found.sound = False
        return
    key = sheet.key_of(row.values)
    known = found.rows.get(key)
    if known is not None:
        found.sound = False  # one of the two was another key, which others may rightly name
        faults.add(
            _("This key is in row {row} already: each key may be here once.").format(row=known.number),
            sheet=found.title,
            row=row.number,
            column=", ".join(str(sheet.by_field[name].header) for name in sheet.key),
            cell=found.cell(row, sheet.key[0]),
            found=key,
        )
        return
    found.rows[key] = row


def _read_event(reader: _Reader, name: str, faults: Faults, words: Words) -> SheetRows:
    """The Event sheet: a line a field, its name in column A, its value in column B."""
    found = SheetRows(EVENT, name)
    by_header = _headers(EVENT.label)
    raws: dict[str, Any] = {}
    for number, cells in enumerate(reader.rows(name), start=1):
        if number == 1 or all(map(_blank, cells[:2])):
            continue
        text = normal(str(cells[0])) if not _blank(cells[0]) else ""
        column = by_header.get(folded(text))
        where: Where = {"sheet": name, "row": number, "cell": f"A{number}", "found": text}
        if column is None:
            faults.add(_("No such line is known here: the lines of this sheet keep their names."), **where)
        elif column.field in raws:
            faults.add(_("This line is here twice: keep one."), **where)
        else:
            found.place[column.field] = number
            raws[column.field] = cells[1] if len(cells) > 1 else ""
    values: Values = {}
    bad: set[str] = set()
    for column in EVENT.columns:
        if column.field not in raws:
            faults.add(_("This line is missing."), sheet=name, column=column.header)
            bad.add(column.field)
            continue
        try:
            values[column.field] = read_cell(column, raws[column.field], words)
        except Bad as wrong:
            bad.add(column.field)
            row = found.place[column.field]
            faults.add(
                wrong.expected,
                sheet=name,
                row=row,
                column=column.header,
                cell=f"B{row}",
                found=raw_shown(raws[column.field]),
            )
    found.rows[str(values.get("slug", ""))] = Row(1, values, None, frozenset(bad))
    return found
