"""More than 200 broken workbooks, each made from the sample by one mutation.

A case says what it breaks and where the refusal must point: sheet, row and column, as far as the fault has them. The
wrong cells are made from the descriptions of the sheets, so that a new column has its cases by itself.
"""

from __future__ import annotations

import io
import os
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models

from summitry.exchange.sheets import Column, Kind, Rule, Sheet, sheets
from tests.exchange.xlsx import Book, letters, zip_of

Breaker = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Case:
    """A broken workbook. `expected` is a part of the sentence that must be said."""

    name: str
    breaks: Breaker
    sheet: str = ""
    row: int = 0
    column: str = ""
    expected: str = ""


def book(change: Callable[[Book], Any]) -> Breaker:
    def breaks(data: bytes) -> bytes:
        made = Book(data)
        change(made)
        return made.bytes()

    return breaks


# Cells of the wrong kind, in every column of every sheet

WRONG: dict[Kind, tuple[Any, ...]] = {
    Kind.DATE: ("soon", "25/10/2025", 5_000_000, -3, True, datetime(2025, 10, 25, 12), date(2400, 1, 1), "2025-02-30"),
    Kind.NUMBER: ("twelve", 1.5, True, 1e20, date(2025, 1, 1), "1,5"),
    Kind.FLAG: ("perhaps", 2, date(2025, 1, 1)),
    Kind.CHOICE: ("nonsense", 7, True),
    Kind.LEVEL: ("cosmic", 9, True),
    Kind.REFERENCE: ("NO-SUCH-KEY", True, "t1"),
    Kind.TEXT: (True, date(2025, 1, 1)),
}


def wrong_cells() -> Iterator[Case]:
    for sheet in sheets():
        for at, column in enumerate(sheet.columns):
            if column.rule is Rule.SHOWN or column.kind not in WRONG:
                continue
            for number, value in enumerate(WRONG[column.kind]):
                # Every column gets one wrong value, all of them together get all.
                if number == at % len(WRONG[column.kind]):
                    yield _wrong_cell(sheet, at, column, value)


def _wrong_cell(sheet: Sheet, at: int, column: Column, value: Any) -> Case:
    title = str(sheet.title)
    row = at + 2 if sheet.label == "core.event" else 2
    address = f"B{row}" if sheet.label == "core.event" else f"{letters(at)}{row}"
    return Case(
        name=f"{title}: {column.header} is {value!r}",
        breaks=book(lambda made: made.set(title, address, value)),
        sheet=title,
        row=row,
        column=str(column.header),
    )


def too_long_or_empty() -> Iterator[Case]:
    for sheet in sheets():
        for at, column in enumerate(sheet.columns):
            if column.rule is Rule.SHOWN or "." in column.field:
                continue
            title = str(sheet.title)
            row = at + 2 if sheet.label == "core.event" else 2
            address = f"B{row}" if sheet.label == "core.event" else f"{letters(at)}{row}"
            where = {"sheet": title, "row": row, "column": str(column.header)}
            field = sheet.model._meta.get_field(column.field)
            if column.required:
                yield Case(
                    f"{title}: {column.header} is empty",
                    book(lambda made, t=title, a=address: made.set(t, a, None)),
                    **where,
                    expected="Nothing is here",
                )
            bounded = column.kind is Kind.TEXT and isinstance(field, models.CharField) and column.rule is Rule.FREE
            if bounded and at % 2 == 0:
                text = "x" * ((field.max_length or 0) + 1)
                yield Case(
                    f"{title}: {column.header} is too long",
                    book(lambda made, t=title, a=address, x=text: made.set(t, a, x)),
                    **where,
                )


# Rows that do not fit together


def _at(sheet: str, header: str, row: int, value: Any) -> Callable[[Book], Any]:
    return lambda made: made.set(sheet, f"{made.column(sheet, header)}{row}", value)


def _row_of(made: Book, sheet: str, key: str) -> int:
    """The number of the row whose first cell is the key."""
    for number, row in enumerate(made.rows(sheet), start=1):
        if row and row[0][1] == key:
            return number
    raise KeyError(key)


def _after(made: Book, sheet: str, past: int) -> str:
    """The letters of the column so many places after the last header; 0 for the last, the version."""
    return letters(len(made.rows(sheet)[0]) - 1 + past)


def _for(sheet: str, key: str, header: str, value: Any) -> Callable[[Book], Any]:
    return lambda made: made.set(sheet, f"{made.column(sheet, header)}{_row_of(made, sheet, key)}", value)


def between_rows() -> Iterator[Case]:
    tasks, links = "Tasks", "Links"
    yield Case("a key twice", book(_at(tasks, "Code", 4, "T1")), tasks, expected="already")
    yield Case("an agency's key twice", book(_at("Agencies", "Code", 3, "MOFA")), "Agencies", 3, "Code", "already")
    yield Case(
        "a task is part of itself", book(_for(tasks, "T1", "Part of", "T1")), tasks, column="Part of", expected="loop"
    )
    yield Case("two tasks are part of one another", book(_chain(("G", "T1"), ("T1", "G"))), tasks, expected="loop")
    yield Case(
        "an agency below itself", book(_for("Agencies", "MPS", "Parent", "MPS-A05")), "Agencies", expected="loop"
    )
    yield Case("a body below itself", book(_for("Bodies", "SC", "Parent", "WG")), "Bodies", expected="loop")
    yield Case(
        "decisions amend one another", book(_for("Decisions", "D1", "Amends", "D2")), "Decisions", expected="loop"
    )
    yield Case("a loop of links", book(_new_link("M1", "T1")), links, expected="circle")
    yield Case("a loop of two links", book(_new_link("T2", "T1", "SS")), links, expected="circle")
    yield Case("a task waits for itself", book(_new_link("T1", "T1")), links, expected="do not fit together")
    yield Case("a group waits for its part", book(_new_link("T1", "G")), links, expected="One of them holds the other")
    yield Case("a part waits for its group", book(_new_link("G", "T2")), links, expected="One of them holds the other")
    yield Case("a loop over a group", book(_new_link("M1", "G")), links, expected="circle")
    yield Case("a lag beyond years", book(_at(links, "Lag, working days", 2, 5000)), links, 2, "Lag, working days")
    for header, value in (
        ("Shortest, working days", 9),
        ("Longest, working days", 4),
        ("Likely, working days", -1),
        ("Likely, working days", 99999),
        ("Working days still to do", 50000),
        ("Started", date(2025, 12, 24)),
        ("Closed", date(2025, 8, 1)),
        ("Closed", date(2025, 9, 9)),
        ("Milestone", "yes"),
        ("Last return", date(2026, 1, 1)),
        ("Waived", date(2025, 9, 9)),
    ):
        yield Case(f"T1: {header} is {value}", book(_for(tasks, "T1", header, value)), tasks)
    yield Case("a fixed finish before the fixed start", book(_both_fixed), tasks, column="Fixed finish")
    yield Case("work of a group", book(_for(tasks, "G", "Likely, working days", 3)), tasks, expected="group")
    yield Case("a started group", book(_for(tasks, "G", "Started", date(2025, 9, 1))), tasks, expected="group")
    yield Case("a milestone becomes a group", book(_for(tasks, "T3", "Part of", "M1")), tasks, expected="no parts")
    yield Case("a milestone closed without evidence", book(_for(tasks, "M1", "Closed", date(2025, 9, 9))), tasks)
    yield Case(
        "signed off, not delivered", book(_for("Coordinations", "T1", "Signed off", date(2025, 9, 9))), "Coordinations"
    )
    yield Case(
        "signed off before delivery", book(_for("Coordinations", "T2", "Signed off", date(2025, 9, 1))), "Coordinations"
    )
    yield Case(
        "waived without a reason", book(_for("Coordinations", "T1", "Waived", date(2025, 9, 1))), "Coordinations"
    )
    yield Case("a criterion met too early", book(_for("Criteria", "C1", "Met on", date(2025, 9, 9))), "Criteria")
    yield Case(
        "a decision that ends first", book(_for("Decisions", "D1", "Effective to", date(2025, 1, 1))), "Decisions"
    )
    yield Case("a body that ends first", book(_for("Bodies", "SC", "Last day", date(2025, 1, 1))), "Bodies")
    yield Case("a term that ends first", book(_at("Memberships", "To", 2, date(2025, 1, 1))), "Memberships", 2)
    yield Case("approved without a plan", book(_for("Plan duties", "PD1", "Approved", date(2025, 9, 9))), "Plan duties")
    yield Case(
        "approved before handed in", book(_for("Plan duties", "PD2", "Approved", date(2025, 8, 1))), "Plan duties"
    )
    yield Case(
        "a post on another body", book(_for("Posts", "SC-HEAD", "Body", "WG")), "Posts", expected="cannot be changed"
    )
    yield Case("a baseline rewritten", book(_at("Baseline dates", "Finish", 2, date(2025, 9, 9))), "Baseline dates", 2)
    yield Case("a document's size rewritten", book(_for("Documents", "DOC1", "Bytes", 5)), "Documents")
    yield Case("an unknown account", book(_for(tasks, "T3", "Closed by", "nobody")), tasks, expected="account")
    yield Case("the event closes first", book(lambda made: made.set("Event", "B10", date(2025, 10, 1))), "Event")
    yield Case("an unknown time zone", book(lambda made: made.set("Event", "B8", "Moon/Base")), "Event", 8, "Time zone")
    yield Case("a working week of letters", book(lambda made: made.set("Event", "B13", "MTWTF--")), "Event", 13)
    for code in ("two words", "", "ü" * 61, "a\tb", "#1", "-x", "(hidden)"):
        if code:
            yield Case(f"the code {code!r}", book(_for("Agencies", "MOFA", "Code", code)), "Agencies")
    for email in ("nobody", "a@b", "@example.org"):
        yield Case(f"the address {email}", book(_for("People", "P1", "E-mail", email)), "People", column="E-mail")
    yield Case("a hidden reference in a new row", book(_new_task_hidden), tasks, expected="not shown")


def _chain(*pairs: tuple[str, str]) -> Callable[[Book], Any]:
    def change(made: Book) -> None:
        for code, parent in pairs:
            _for("Tasks", code, "Part of", parent)(made)

    return change


def _new_link(before: str, after: str, kind: str = "FS") -> Callable[[Book], Any]:
    def change(made: Book) -> None:
        for header, value in (("Predecessor", before), ("Successor", after), ("Kind", kind)):
            made.set("Links", f"{made.column('Links', header)}20", value)

    return change


def _both_fixed(made: Book) -> None:
    _for("Tasks", "T3", "Fixed start", date(2025, 10, 9))(made)
    _for("Tasks", "T3", "Fixed finish", date(2025, 10, 8))(made)


def _new_task_hidden(made: Book) -> None:
    made.set("Tasks", f"{made.column('Tasks', 'Code')}30", "NEW")
    made.set("Tasks", f"{made.column('Tasks', 'Title')}30", "New")
    made.set("Tasks", f"{made.column('Tasks', 'Lead agency')}30", "(hidden)")


def removals() -> Iterator[Case]:
    def gone(sheet: str, key: str) -> Breaker:
        return book(lambda made: made.drop_row(sheet, _row_of(made, sheet, key)))

    yield Case("an agency is removed, tasks name it", gone("Agencies", "MOFA"), "Tasks", expected="No row of the sheet")
    yield Case("a clause is removed, tasks name it", gone("Clauses", "D1"), "Tasks", expected="D1#1")
    yield Case("a task is removed, links name it", gone("Tasks", "T3"), "Links")
    yield Case("a started task is removed", book(_without_t1), "Tasks", expected="worked on")
    yield Case("a delivered part is removed", gone("Coordinations", "T2"), "Coordinations", expected="delivered")
    yield Case("an approved duty is removed", gone("Plan duties", "PD2"), "Plan duties", expected="approved")
    yield Case("an objective is removed, criteria name it", gone("Objectives", "O1"), "Criteria")
    yield Case("a document is removed, evidence names it", gone("Documents", "DOC1"), "Evidence")
    yield Case("a person is removed, a membership names them", gone("People", "P1"), "Memberships")
    yield Case("a body is removed, posts name it", gone("Bodies", "WG"), "Posts")


def _without_t1(made: Book) -> None:
    for sheet in ("Coordinations", "Links", "Evidence"):
        made.drop_row(sheet, 2)
    made.drop_row("Baseline dates", 2)
    made.drop_row("Tasks", _row_of(made, "Tasks", "T1"))


# Sheets and columns


def structure() -> Iterator[Case]:
    for sheet in sheets():
        title = str(sheet.title)
        yield Case(
            f"the sheet {title} is missing", book(lambda made, t=title: made.drop_sheet(t)), title, expected="missing"
        )
    for sheet in sheets():
        title = str(sheet.title)
        if sheet.label == "core.event":
            continue
        header = str(sheet.columns[-1].header)
        yield Case(
            f"{title}: the column {header} is missing",
            book(lambda made, t=title, h=header: made.drop_column(t, h)),
            title,
            1,
            header,
            "missing",
        )
    yield Case(
        "the key column is missing", book(lambda m: m.drop_column("Tasks", "Code")), "Tasks", 1, "Code", "missing"
    )
    yield Case("an unknown sheet", book(lambda m: m.rename_sheet("Lists", "Notes")), "Notes", expected="No such sheet")
    yield Case("a misspelt sheet", book(lambda m: m.rename_sheet("Tasks", "Taskz")), "Taskz", expected="No such sheet")
    yield Case(
        "an unknown column",
        book(lambda m: m.set("Tasks", _after(m, "Tasks", 1) + "1", "Colour")),
        "Tasks",
        1,
        expected="No such column",
    )
    yield Case(
        "a misspelt column", book(lambda m: m.set("Tasks", "B1", "Titel")), "Tasks", 1, expected="No such column"
    )
    yield Case(
        "a column twice",
        book(lambda m: m.set("Tasks", _after(m, "Tasks", 1) + "1", "Title")),
        "Tasks",
        1,
        expected="twice",
    )
    yield Case(
        "a column without a header",
        book(lambda m: m.set("Tasks", _after(m, "Tasks", 3) + "3", "x")),
        "Tasks",
        3,
        expected="no header",
    )
    yield Case("an unknown line of the event", book(lambda m: m.set("Event", "A40", "Colour")), "Event", 40)
    yield Case(
        "a line of the event twice", book(lambda m: m.set("Event", "A40", "Name")), "Event", 40, expected="twice"
    )
    yield Case("a line of the event missing", book(lambda m: m.drop_row("Event", 3)), "Event", expected="missing")
    yield Case(
        "a version that is none",
        book(lambda m: m.set("Tasks", _after(m, "Tasks", 0) + "2", "new")),
        "Tasks",
        2,
        expected="version",
    )
    yield Case("a format of tomorrow", book(_about("summitry.format", "2")), "About", expected="format")
    yield Case("a counter that is none", book(_about("summitry.counter", "many")), "About", expected="counter")


def _about(mark: str, value: str) -> Callable[[Book], Any]:
    return lambda made: made.set("About", f"B{_row_of(made, 'About', mark)}", value)


# What is no plain value


def no_values() -> Iterator[Case]:
    formula = "A formula is not read"
    yield Case("a formula", book(lambda m: m.raw("Tasks", "B2", "<f>1+1</f><v>2</v>")), "Tasks", 2, expected=formula)
    yield Case(
        "a formula with text",
        book(lambda m: m.raw("Tasks", "B3", "<f>A1</f><v>x</v>", "str")),
        "Tasks",
        3,
        expected=formula,
    )
    yield Case(
        "a shared formula",
        book(lambda m: m.raw("Tasks", "M2", '<f t="shared" ref="M2:M4" si="0">1</f><v>1</v>')),
        "Tasks",
        2,
    )
    yield Case(
        "a formula in a hidden column",
        book(lambda m: m.raw("Tasks", _after(m, "Tasks", 0) + "2", "<f>1</f><v>1</v>")),
        "Tasks",
        2,
    )
    yield Case("a formula on the first sheet", book(lambda m: m.raw("About", "B2", "<f>NOW()</f><v>1</v>")), "About", 2)
    yield Case(
        "an error value", book(lambda m: m.raw("Tasks", "B2", "<v>#REF!</v>", "e")), "Tasks", 2, expected="error value"
    )
    yield Case("NaN", book(lambda m: m.raw("Tasks", "M2", "<v>NaN</v>")), "Tasks", 2, expected="is none")
    yield Case("infinity", book(lambda m: m.raw("Tasks", "M2", "<v>inf</v>")), "Tasks", 2, expected="is none")
    yield Case(
        "a number that is none", book(lambda m: m.raw("Tasks", "M2", "<v>5 days</v>")), "Tasks", 2, expected="is none"
    )
    yield Case("a number beyond all", book(lambda m: m.raw("Tasks", "M3", "<v>1e308</v>")), "Tasks", 3)
    yield Case("merged cells", book(_merged), "Tasks", expected="Merged")
    yield Case("a control sign", book(lambda m: m.set("Agencies", "A2", "A_x0007_B")), "Agencies", 2, "Code")
    yield Case("a huge text", book(lambda m: m.set("Tasks", "B2", "x" * 40_000)), expected="at most 32767")
    yield Case("a text at the limit", book(lambda m: m.set("Tasks", "B2", "x" * 32_767)), "Tasks", 2, "Title")
    yield Case(
        "a shared text that is not there", book(lambda m: m.raw("Tasks", "B2", "<v>99</v>", "s")), expected="damaged"
    )
    yield Case(
        "cells out of order",
        book(lambda m: m.xml("Tasks", lambda x: x.replace('r="B2"', 'r="A2"'))),
        expected="not in order",
    )
    yield Case(
        "rows out of order",
        book(lambda m: m.xml("Tasks", lambda x: x.replace('<row r="3"', '<row r="2"'))),
        expected="not in order",
    )
    yield Case("a cell far away", book(lambda m: m.set("Tasks", "XFD1048576", "x")), expected="at most 50000 rows")
    yield Case("a column far away", book(lambda m: m.set("Tasks", "ZZ2", "x")), expected="100 columns")
    yield Case("a row far away", book(lambda m: m.set("Tasks", "A60000", "x")), expected="at most 50000 rows")


def _merged(made: Book) -> None:
    made.xml(
        "Tasks", lambda x: x.replace("</sheetData>", '</sheetData><mergeCells><mergeCell ref="B2:B3"/></mergeCells>')
    )


# Files that are no workbooks, or want to do harm

SOME_XML = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'


def files() -> Iterator[Case]:
    other = "A workbook in the format .xlsx"
    yield Case("an empty file", lambda data: b"", expected=other)
    yield Case("a CSV file", lambda data: b"Code,Title\nT1,Task\n" * 50, expected=other)
    yield Case("a PDF file", lambda data: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", expected=other)
    yield Case("an HTML table", lambda data: b"<table><tr><td>T1</td></tr></table>", expected=other)
    yield Case(
        "an old workbook",
        lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096,
        expected="without a password",
    )
    yield Case("a gzip file", lambda data: b"\x1f\x8b\x08" + data, expected=other)
    yield Case("an image", lambda data: b"\x89PNG\r\n\x1a\n" + b"\0" * 200, expected=other)
    yield Case(
        "a Word document",
        lambda data: zip_of({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}),
        expected=other,
    )
    yield Case("a presentation", lambda data: zip_of({"ppt/presentation.xml": b"<a/>"}), expected=other)
    yield Case("an OpenDocument file", lambda data: zip_of({"mimetype": b"x", "content.xml": b"<a/>"}), expected=other)
    yield Case(
        "a binary workbook",
        lambda data: zip_of({"xl/workbook.bin": b"x", "[Content_Types].xml": b"<a/>"}),
        expected=other,
    )
    yield Case("another archive", lambda data: zip_of({"readme.txt": b"x"}), expected=other)
    yield Case("an empty archive", lambda data: b"PK\x05\x06" + b"\0" * 18, expected=other)
    for seed in range(12):
        yield Case(f"random bytes {seed}", lambda data, s=seed: random.Random(s).randbytes(5000))
        yield Case(
            f"random bytes {seed} behind a zip's head",
            lambda data, s=seed: b"PK\x03\x04" + random.Random(s).randbytes(5000),
        )
    for part in range(1, 10):
        yield Case(f"cut off after {part} tenths", lambda data, p=part: data[: len(data) * p // 10])
    for seed in range(20):
        yield Case(f"bytes overwritten {seed}", lambda data, s=seed: _overwritten(data, s))
    yield Case("a macro", book(lambda m: m.parts.update({"xl/vbaProject.bin": b"x"})), expected="macros")
    yield Case(
        "too many parts", book(lambda m: m.parts.update({f"x/{n}.xml": b"<a/>" for n in range(500)})), expected="parts"
    )
    yield Case("a part outside", book(lambda m: m.parts.update({"../x.xml": b"<a/>"})), expected="harm")
    yield Case("a protected part", _protected, expected="password")
    yield Case("a compression of its own", lambda data: Book(data).bytes(zipfile.ZIP_LZMA), expected="harm")
    yield Case(
        "a zip bomb by its ratio",
        book(lambda m: m.parts.update({"xl/media/x.bin": b"\0" * 30_000_000})),
        expected="larger than any event needs",
    )
    yield Case("a zip bomb by its size", lambda data: _large(data), expected="larger than any event needs")
    yield Case("a part that lies about its size", _lying, expected="damaged")
    yield Case("parts that overlap", _overlapping, expected="harm")
    yield Case("entities", book(_sheet_is(LAUGHS)), expected="document type")
    yield Case("an outside entity", book(_sheet_is(OUTSIDE)), expected="document type")
    yield Case(
        "an entity in the texts",
        book(lambda m: m.parts.update({"xl/sharedStrings.xml": LAUGHS})),
        expected="document type",
    )
    yield Case(
        "an entity in the styles", book(lambda m: m.parts.update({"xl/styles.xml": LAUGHS})), expected="document type"
    )
    yield Case("deep nesting", book(_sheet_is(b"<a>" * 5000 + b"</a>" * 5000)), expected="deeper")
    yield Case(
        "an endless attribute",
        book(_sheet_is(b'<a b="' + os.urandom(3_000_000).hex().encode() + b'"/>')),
        expected="no workbook has",
    )
    yield Case("XML that is none", book(_sheet_is(b"<worksheet><sheetData>")), expected="well-formed")
    yield Case(
        "an unknown encoding", book(_sheet_is(b'<?xml version="1.0" encoding="martian"?><a/>')), expected="damaged"
    )
    yield Case("an empty part", book(_sheet_is(b"")), expected="well-formed")
    yield Case("a workbook of nothing", book(_without_sheets), expected="no sheets")
    yield Case("a workbook of something else", _foreign, expected="not of an event")
    yield Case("a sheet's part is missing", book(lambda m: m.parts.pop(m.sheets["Tasks"])), expected="damaged")
    yield Case("a chart sheet", book(_chart), expected="plain worksheets")
    yield Case("a million rows", book(_million), expected="at most 50000 rows")
    yield Case("a million blank rows", book(_million_blank), expected="larger than any event needs")


def _overwritten(data: bytes, seed: int) -> bytes:
    """Some bytes of the packed parts changed: the checksums do not match any more."""
    chance = random.Random(seed)
    made = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = [info for info in archive.infolist() if info.compress_size > 100]
    info = chance.choice(infos)
    start = info.header_offset + 30 + len(info.filename)
    for _ in range(5):
        at = start + chance.randrange(20, info.compress_size)
        made[at] ^= 0xFF
    return bytes(made)


def _protected(data: bytes) -> bytes:
    made = bytearray(data)
    at = data.index(b"PK\x01\x02")
    made[at + 8] |= 1
    return bytes(made)


def _large(data: bytes) -> bytes:
    made = Book(data)
    noise = (os.urandom(150) + b"\0" * 20_000) * 750  # some 15 MB that shrink to a hundredth
    for number in range(6):
        made.parts[f"xl/media/{number}.bin"] = noise
    return made.bytes()


def _lying(data: bytes) -> bytes:
    """The directory says that a part unpacks to less than it does."""
    made = bytearray(data)
    for match in re.finditer(b"PK\x01\x02", data):
        at = match.start()
        length = int.from_bytes(data[at + 28 : at + 30], "little")
        if data[at + 46 : at + 46 + length].startswith(b"xl/worksheets/sheet"):
            made[at + 24 : at + 28] = (100).to_bytes(4, "little")
            return bytes(made)
    raise AssertionError("no sheet")


def _overlapping(data: bytes) -> bytes:
    """Two entries of the directory share their packed bytes."""
    made = bytearray(data)
    offsets = [match.start() for match in re.finditer(b"PK\x01\x02", data)]
    first, second = offsets[2], offsets[3]
    for start, end in ((16, 28), (42, 46)):
        made[second + start : second + end] = data[first + start : first + end]
    return bytes(made)


def _sheet_is(xml: bytes) -> Callable[[Book], Any]:
    return lambda made: made.parts.update({made.sheets["Tasks"]: xml})


def _without_sheets(made: Book) -> None:
    text = made.parts["xl/workbook.xml"].decode()
    made.parts["xl/workbook.xml"] = re.sub(r"<sheets>.*</sheets>", "<sheets/>", text).encode()


def _foreign(data: bytes) -> bytes:
    from openpyxl import Workbook

    other = Workbook()
    other.active["A1"] = "Budget"
    file = io.BytesIO()
    other.save(file)
    return file.getvalue()


def _chart(made: Book) -> None:
    part = "xl/_rels/workbook.xml.rels"
    made.parts[part] = made.parts[part].replace(b"relationships/worksheet", b"relationships/chartsheet", 1)


def _million(made: Book) -> None:
    made.level = 1
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1000, 1_001_000))
    made.xml("Tasks", lambda xml: xml.replace("</sheetData>", rows + "</sheetData>"))


def _million_blank(made: Book) -> None:
    made.level = 1
    cells = "".join(f'<c r="{letters(at)}%d" s="1"/>' for at in range(5))
    rows = "".join(f'<row r="{n}">' + cells.replace("%d", str(n)) + "</row>" for n in range(1000, 801_000))
    made.xml("Tasks", lambda xml: xml.replace("</sheetData>", rows + "</sheetData>"))


def all_cases() -> list[Case]:
    groups = (wrong_cells, too_long_or_empty, between_rows, removals, structure, no_values, files)
    return [case for group in groups for case in group()]
