"""docs/workbook.md, made from the descriptions of the sheets."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import override

from summitry.core.models import Event
from summitry.exchange import limits
from summitry.exchange.about import editing
from summitry.exchange.sheets import Kind, Sheet, sheets
from summitry.exchange.sheets.core import EVENT
from summitry.exchange.writing import note_of

UNPACKED_MB = limits.MAX_UNPACKED // 2**20
MADE = "<!-- Made by `summitry docs`. Change the program, not this page. -->"

INTRODUCTION = """# The workbook

One workbook (.xlsx) holds a whole event: a sheet a kind of record, a row a record, headers in words, records named
by their keys. It is for people: to fill in an event before it is in the product, to change many rows at once in a
spreadsheet program, to hand an event over.

- Export: Workbook in the left rail, or `summitry export SLUG FILE`. Whoever may see less gets less: the first sheet
  then says that the workbook is partial.
- Import: Workbook in the left rail, or `summitry import FILE --event SLUG [--dry-run]`. Both show first what would
  be added, changed and removed; the page also shows the consequences for dates, deadlines and findings. An import
  is one change: all or nothing, in the log with the file's SHA-256 and the counts, undone in one step.
- A new event: `summitry import FILE --event SLUG` with a SLUG that does not exist makes the event first. The page
  offers an empty workbook with heads, lists and notes.

## How to edit
"""

CONFLICTS = f"""
## What happens to changes of other people

The first sheet carries the event's change counter at the export and the digest of its log at that moment; a hidden
last column carries each record's version. An import therefore compares three states: the workbook, the event now,
the event at the export.

| since the export | in the product | in the workbook | the import |
|---|---|---|---|
| a field | changed | as exported | keeps the product's value |
| a field | as it was | changed | takes the workbook's value |
| different fields of one record | changed | changed | keeps both |
| the same field | changed | changed otherwise | **conflict** |
| a record | removed | as exported | leaves it removed |
| a record | removed | changed | **conflict** |
| a record | changed | row deleted | **conflict** |
| a record | added | not there | leaves it |

A conflict is shown with its three values. Nothing is imported until a person says whether the product's values are
kept or the workbook's taken (`--on-conflict keep` or `take` on the command line).

Rows are removed only by a workbook that was exported from this very event and that held the whole of it. A partial
one, one from another event or installation, or one whose first sheet was thrown away adds and changes rows and
removes none.

## What is refused before it is read

The file is looked through before any reader of spreadsheets sees it: at most {limits.MAX_ENTRIES} parts,
{UNPACKED_MB} MB unpacked, {limits.MAX_ROWS} rows and {limits.MAX_COLUMNS} columns a sheet, {limits.MAX_TEXT} signs
a cell; no password, no macros, no document type or entities, no parts that overlap, lie about their size or unpack
to more than {limits.MAX_RATIO} times their size. The largest file is set by SUMMITRY_UPLOAD_LIMIT_MB.

Text that begins with =, +, - or @ is written as marked text, so that no program takes it for a formula; it is read
back as it was. Formulas are not read at all.

## The sheets
"""


def workbook_page() -> Iterator[tuple[str, str]]:
    """The page's path below docs/ and its text."""
    with override("en"):
        lines = [MADE, "", INTRODUCTION]
        lines += [f"- {text}" for text in editing()]
        lines.append(CONFLICTS.rstrip())
        for sheet in sheets():
            lines += _section(sheet)
        yield "workbook.md", "\n".join(lines) + "\n"


def _section(sheet: Sheet) -> Iterator[str]:
    key = ", ".join(str(sheet.by_field[name].header) for name in sheet.key)
    yield from ("", f"### {sheet.title}", "", str(sheet.what), "")
    if sheet is EVENT:
        yield from ("One line a fact: its name in column A, its value in column B.", "")
    else:
        yield from (f"Key: {key}.", "")
    yield from ("| column | what it takes |", "|---|---|")
    event = Event()
    for column in sheet.columns:
        note = note_of(column, event).replace("|", "\\|")
        if column.kind is Kind.CHOICE:
            shown = [value if column.show_values else str(label) for value, label in column.choices]
            note += " " + ", ".join(shown) + "."
        yield f"| {column.header} | {note} |"
