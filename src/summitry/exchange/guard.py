"""A first look at an uploaded file, before any reader of spreadsheets sees it.

A workbook is a zip archive of XML parts. Both can be made to hurt: archives that unpack to a thousand times their
size, parts that lie about their size or overlap, XML that defines entities, cells at the far end of a sheet. This
module unpacks every part once, in small pieces and with the size counted, reads the XML as a stream, and stops at the
first thing that no real workbook has. What is merely wrong with a sheet (a formula, merged cells, an error value) is
collected with its place.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from django.utils.translation import gettext as _

from summitry.exchange import limits
from summitry.exchange.faults import Faults, column_letters, refuse_file

PIECE = 256 * 1024
MAX_SILENCE = 2 * 1024 * 1024
"""Bytes of XML without any element in them: one endless attribute or comment would be held in memory whole."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


@dataclass
class Look:
    """What the first look found: the names of the worksheets in order, and what is wrong in them."""

    sheets: list[str] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)


def look_inside(data: bytes, limit: int) -> Look:
    """Look through the file; raises `WorkbookRefused` when it is no workbook, or one that could do harm.

    limit: the largest file in bytes.
    """
    if len(data) > limit:
        raise refuse_file(_("A workbook has at most %(limit)d MB.") % {"limit": limit // 2**20}, len(data))
    _is_archive(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, UnicodeError) as error:
        raise refuse_file(_("The file is damaged or cut off: it cannot be opened. Save it again.")) from error
    with archive:
        entries = _entries(archive, len(data))
        _is_workbook(entries)
        return _Reader(data, entries).look()


def _is_archive(data: bytes) -> None:
    expected = _("A workbook in the format .xlsx is expected. In the spreadsheet program: Save as, Excel workbook.")
    if data[:4] == b"PK\x03\x04":
        return
    if not data:
        raise refuse_file(expected, _("an empty file"))
    if data[:8] == OLE:
        found = _("a file with a password, or in the old format .xls")
        raise refuse_file(_("A workbook in the format .xlsx without a password is expected."), found)
    if data[:5] == b"%PDF-":
        raise refuse_file(expected, _("a PDF file"))
    if data[:2] == b"\x1f\x8b":
        raise refuse_file(expected, _("a gzip archive"))
    start = data[:2000]
    if b"\0" not in start and (b"," in start or b";" in start or b"\t" in start or b"<" in start):
        raise refuse_file(expected, _("a text file, such as CSV, XML or HTML"))
    raise refuse_file(expected, _("a file of another kind"))


def _entries(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """The archive's parts, refused when their description alone shows that they are not to be unpacked."""
    damaged = _("The file is damaged, or made to do harm: it is not opened.")
    infos = archive.infolist()
    if len(infos) > limits.MAX_ENTRIES:
        raise refuse_file(_("A workbook has at most %(limit)d parts.") % {"limit": limits.MAX_ENTRIES}, len(infos))
    if sum(info.file_size for info in infos) > limits.MAX_UNPACKED:
        raise _too_large()
    entries: dict[str, zipfile.ZipInfo] = {}
    end = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        name = info.filename
        if name in entries or name.startswith("/") or ".." in name.split("/") or "\\" in name or len(name) > 250:
            raise refuse_file(damaged, name)
        if info.flag_bits & 0x41:
            raise refuse_file(_("The file is protected by a password: save it without one."), name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refuse_file(damaged, name)
        # Parts that share their packed bytes unpack to far more than the file seems to hold.
        if info.header_offset < end or info.header_offset + info.compress_size > size:
            raise refuse_file(damaged, name)
        end = info.header_offset + 30 + info.compress_size
        if info.file_size > max(limits.RATIO_COUNTS_FROM, info.compress_size * limits.MAX_RATIO):
            raise _too_large()
        entries[name] = info
    return entries


def _too_large() -> Exception:
    return refuse_file(
        _("Unpacked, the file is larger than any event needs (%(limit)d MB): it is not opened.")
        % {"limit": limits.MAX_UNPACKED // 2**20}
    )


def _is_workbook(entries: dict[str, zipfile.ZipInfo]) -> None:
    expected = _("A workbook in the format .xlsx is expected. In the spreadsheet program: Save as, Excel workbook.")
    names = entries.keys()
    if "xl/workbook.bin" in names:
        raise refuse_file(expected, _("a binary workbook, .xlsb"))
    if any(name.endswith("vbaProject.bin") for name in names):
        raise refuse_file(_("A workbook without macros is expected: save it as .xlsx."), _("macros"))
    if "word/document.xml" in names:
        raise refuse_file(expected, _("a Word document"))
    if "ppt/presentation.xml" in names:
        raise refuse_file(expected, _("a presentation"))
    if "mimetype" in names or "content.xml" in names:
        raise refuse_file(expected, _("an OpenDocument file"))
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise refuse_file(expected, _("a zip archive with other things in it"))


class _Reader:
    """Unpacks and reads the parts. Made for one file, used once."""

    def __init__(self, data: bytes, entries: dict[str, zipfile.ZipInfo]) -> None:
        self.data = data
        self.entries = entries
        self.unpacked = 0

    def look(self) -> Look:
        book = _Book()
        self.read("xl/workbook.xml", book)
        targets = _Targets()
        if "xl/_rels/workbook.xml.rels" in self.entries:
            self.read("xl/_rels/workbook.xml.rels", targets)
        shared = _SharedTexts()
        names = _names_by_part(book, targets)
        special = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
        text_part = targets.of_kind("sharedStrings") or "xl/sharedStrings.xml"
        if text_part in self.entries:
            self.read(text_part, shared)
            special.add(text_part)
        look = Look(sheets=[name for name, _relation in book.sheets])
        for part, name in names.items():
            if part not in self.entries:
                raise refuse_file(_("The file is damaged: the sheet “%(name)s” is missing in it.") % {"name": name})
            self.read(part, _Sheet(name, look.faults, shared.count))
            special.add(part)
        for part in self.entries:
            if part not in special:
                # No other part is used, but the reader may open it: it must unpack to what it says, and be plain XML.
                self.read(part, _Plain() if part.endswith((".xml", ".rels")) else None)
        return look

    def read(self, part: str, handler: _Plain | None) -> None:
        """Unpack one part piece by piece, counted, and give it to an XML parser."""
        parser = handler.parser() if handler is not None else None
        known, silent = 0, 0
        try:
            for piece in self.unpack(self.entries[part]):
                if handler is None or parser is None:
                    continue
                parser.Parse(piece, False)
                silent = silent + len(piece) if handler.elements == known else 0
                known = handler.elements
                if silent > MAX_SILENCE:
                    raise refuse_file(_("The file has a part that no workbook has: it is not opened."), part)
            if parser is not None:
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise refuse_file(
                _("The file is damaged: a part of it is not well-formed. Save it again."), part
            ) from error
        except (LookupError, ValueError) as error:  # an encoding that the parser does not know
            raise refuse_file(_("The file is damaged: a part of it cannot be read. Save it again."), part) from error

    def unpack(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The part's bytes. Sizes are counted, not believed: a reader in another language may not believe them."""
        damaged = refuse_file(_("The file is damaged or cut off: it cannot be opened. Save it again."), info.filename)
        header = self.data[info.header_offset : info.header_offset + 30]
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise damaged
        start = info.header_offset + 30 + int.from_bytes(header[26:28], "little")
        start += int.from_bytes(header[28:30], "little")
        packed = memoryview(self.data)[start : start + info.compress_size]
        if len(packed) != info.compress_size:
            raise damaged
        size, check = 0, 0
        for piece in _inflated(packed, info.compress_type == zipfile.ZIP_DEFLATED, damaged):
            size += len(piece)
            self.unpacked += len(piece)
            check = zlib.crc32(piece, check)
            if size > info.file_size:
                raise damaged
            if self.unpacked > limits.MAX_UNPACKED:
                raise _too_large()
            yield piece
        if size != info.file_size or check != info.CRC:
            raise damaged


def _inflated(packed: memoryview, deflated: bool, damaged: Exception) -> Iterator[bytes]:
    if not deflated:
        for start in range(0, len(packed), PIECE):
            yield bytes(packed[start : start + PIECE])
        return
    inflater = zlib.decompressobj(-15)
    try:
        for start in range(0, len(packed), PIECE):
            piece = bytes(packed[start : start + PIECE])
            while piece:
                yield inflater.decompress(piece, PIECE)
                piece = inflater.unconsumed_tail
        while not inflater.eof:
            rest = inflater.decompress(inflater.unconsumed_tail, PIECE)
            if not rest:
                raise damaged
            yield rest
    except zlib.error:
        raise damaged from None
    if inflater.unused_data:
        raise damaged


class _Plain:
    """Reads one part of XML: no document type, hence no entities; not deeper than any workbook."""

    def __init__(self) -> None:
        self.depth = 0
        self.elements = 0

    def parser(self) -> expat.XMLParserType:
        made = expat.ParserCreate(namespace_separator="}")
        made.buffer_text = True
        made.buffer_size = 64 * 1024
        made.StartDoctypeDeclHandler = self._doctype
        made.EntityDeclHandler = self._doctype
        made.StartElementHandler = self._start
        made.EndElementHandler = self._end
        made.CharacterDataHandler = self._text()
        return made

    def _doctype(self, *_arguments: object) -> None:
        raise refuse_file(_("The file defines a document type or entities, which no workbook does: it is not opened."))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > limits.MAX_DEPTH:
            raise refuse_file(_("The file nests its parts deeper than any workbook does: it is not opened."))
        self.start(name.rpartition("}")[2], attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.end(name.rpartition("}")[2])

    def _text(self) -> Callable[[str], None] | None:
        return None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""


class _Book(_Plain):
    """xl/workbook.xml: the sheets in order, each with the id of its relation."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            self.sheets.append((attributes.get("name", ""), relation))


class _Targets(_Plain):
    """A part of relations: what each id stands for."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[str, str] = {}
        self.kinds: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            self.parts[attributes.get("Id", "")] = part
            self.kinds[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2]

    def of_kind(self, kind: str) -> str:
        return next((self.parts[key] for key, known in self.kinds.items() if known == kind), "")


def _names_by_part(book: _Book, targets: _Targets) -> dict[str, str]:
    """The worksheets' parts and names. A chart sheet is no sheet of ours."""
    if not book.sheets:
        raise refuse_file(_("The workbook has no sheets."))
    names: dict[str, str] = {}
    for name, relation in book.sheets:
        part = targets.parts.get(relation, "")
        if targets.kinds.get(relation) != "worksheet" or not part or part in names:
            raise refuse_file(_("Only plain worksheets are read: remove this sheet."), name or relation)
        names[part] = name
    return names


class _SharedTexts(_Plain):
    """xl/sharedStrings.xml: how many texts there are, and that none is longer than a cell."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.count += 1
            self.length = 0

    def _text(self) -> Callable[[str], None]:
        def take(text: str) -> None:
            self.length += len(text)
            if self.length > limits.MAX_TEXT + 1000:  # the line ends of a badly indented file count as well
                raise refuse_file(
                    _("A cell holds at most %(limit)d signs.") % {"limit": limits.MAX_TEXT},
                    _("a longer text, shared text %(number)d") % {"number": self.count},
                )

        return take


class _Sheet(_Plain):
    """One worksheet: how far it reaches, in what order, and what in it is no plain value."""

    def __init__(self, name: str, faults: Faults, shared: int) -> None:
        super().__init__()
        self.name = name
        self.faults = faults
        self.shared = shared
        self.row = 0
        self.column = -1
        self.filled_rows = 0
        self.last_row = 0
        self.last_column = 0
        self.kind = ""
        self.has_formula = False
        self.filled = False
        self.collecting = False
        self.value = ""

    @property
    def address(self) -> str:
        return f"{column_letters(max(self.column, 0))}{self.row}"

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell(attributes.get("r"))
            self.kind = attributes.get("t", "n")
            self.has_formula = self.filled = False
            self.value = ""
        elif name in ("v", "is"):
            self.collecting = self.filled = True
        elif name == "f":
            self.has_formula = True
        elif name == "row":
            self._row(attributes.get("r"))
        elif name == "mergeCell":
            self.faults.add(
                _("Merged cells are not read: take the merging away."), sheet=self.name, cell=attributes.get("ref", "")
            )

    def end(self, name: str) -> None:
        if name in ("v", "is"):
            self.collecting = False
        elif name == "c":
            if self.has_formula:
                self._fault(_("A formula is not read: put the value in its place (copy, paste special, values)."))
            elif self.filled:
                self._content()
        elif name == "row" and self.last_row == self.row:
            self.filled_rows += 1

    def _text(self) -> Callable[[str], None]:
        def take(text: str) -> None:
            if self.collecting:
                self.value += text
                if len(self.value) > limits.MAX_TEXT:
                    raise refuse_file(
                        _("A cell holds at most %(limit)d signs.") % {"limit": limits.MAX_TEXT},
                        f"{self.name} {self.address}",
                    )

        return take

    def _row(self, number: str | None) -> None:
        before, self.column = self.row, -1
        self.row = _number(number) if number is not None else before + 1
        if self.row <= before:
            raise self._out_of_order()

    def _cell(self, address: str | None) -> None:
        before = self.column
        if address is None:
            self.column += 1
            return
        match = CELL.fullmatch(address)
        if match is None or int(match[2]) != self.row:
            raise self._out_of_order()
        self.column = _column_number(match[1])
        if self.column <= before:
            raise self._out_of_order()

    def _content(self) -> None:
        """A cell with a value counts for the size of the sheet, and its value must be what its kind says."""
        self.last_row = self.row
        self.last_column = max(self.last_column, self.column + 1)
        if self.row > limits.MAX_ROWS or self.last_column > limits.MAX_COLUMNS:
            raise self._too_far()
        if self.last_row * self.last_column > limits.MAX_CELLS:
            raise self._too_far()
        value = self.value.strip()
        if self.kind == "e":
            self._fault(_("This is an error value of the spreadsheet program: put a value in its place."), value)
        elif self.kind == "n" and value and not NUMBER.fullmatch(value):
            self._fault(_("This is stored as a number, but is none."), value)
        elif self.kind == "s" and not (value.isdecimal() and len(value) < 10 and int(value) < self.shared):
            raise refuse_file(
                _("The file is damaged: a cell points at a text that is not there."), f"{self.name} {self.address}"
            )

    def _fault(self, expected: str, found: str = "") -> None:
        self.faults.add(expected, sheet=self.name, row=self.row, cell=self.address, found=found)

    def _out_of_order(self) -> Exception:
        return refuse_file(
            _("The file is damaged: the cells of a sheet are not in order. Save it again."),
            f"{self.name}, row {self.row}",
        )

    def _too_far(self) -> Exception:
        return refuse_file(
            _("A sheet has at most %(rows)d rows and %(columns)d columns. Delete what lies beyond, also what is blank.")
            % {"rows": limits.MAX_ROWS, "columns": limits.MAX_COLUMNS},
            f"{self.name} {self.address}",
        )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 8 else 0


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
