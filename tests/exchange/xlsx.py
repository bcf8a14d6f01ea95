"""Workbooks taken apart and put together again, to break them in every way that a file can be broken."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ElementTree.register_namespace("", MAIN)
ElementTree.register_namespace("r", RELATION)


def _tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


def letters(index: int) -> str:
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def _number(column: str) -> int:
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return number


class Book:
    """The parts of a workbook, each changeable; `bytes()` packs them again, with `level` of compression."""

    level: int | None = None

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        relations = ElementTree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        targets = {r.get("Id"): str(r.get("Target")).lstrip("/") for r in relations}
        book = ElementTree.fromstring(self.parts["xl/workbook.xml"])
        self.sheets = {
            str(sheet.get("name")): targets[sheet.get(f"{{{RELATION}}}id")].replace("worksheets", "xl/worksheets", 1)
            if not targets[sheet.get(f"{{{RELATION}}}id")].startswith("xl/")
            else targets[sheet.get(f"{{{RELATION}}}id")]
            for sheet in book.iter(_tag("sheet"))
        }

    def bytes(self, method: int = zipfile.ZIP_DEFLATED) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method, compresslevel=self.level) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        return file.getvalue()

    def xml(self, sheet: str, change: Callable[[str], str]) -> Book:
        """Change a sheet's XML as text."""
        part = self.sheets[sheet]
        before = self.parts[part].decode()
        after = change(before)
        assert after != before, "the change hit nothing"
        self.parts[part] = after.encode()
        return self

    def tree(self, sheet: str, change: Callable[[ElementTree.Element], None]) -> Book:
        """Change a sheet's XML as a tree."""
        part = self.sheets[sheet]
        root = ElementTree.fromstring(self.parts[part])
        change(root)
        self.parts[part] = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
        return self

    def rows(self, sheet: str) -> list[list[tuple[str, str]]]:
        """The cells' addresses and texts, for a look."""
        root = ElementTree.fromstring(self.parts[self.sheets[sheet]])
        return [[(str(c.get("r")), "".join(c.itertext())) for c in row] for row in root.iter(_tag("row"))]

    def column(self, sheet: str, header: str) -> str:
        """The letters of the column with this header."""
        for address, text in self.rows(sheet)[0]:
            if text == header:
                return re.sub(r"\d", "", address)
        raise KeyError(f"{sheet} has no column {header}")

    def set(self, sheet: str, address: str, value: Any) -> Book:
        """Put a value into a cell: text, number, boolean, a day or moment, None for an empty cell."""

        def change(root: ElementTree.Element) -> None:
            cell = _cell(root, address)
            for child in list(cell):
                cell.remove(child)
            cell.attrib.pop("t", None)
            if value is None:
                return
            if isinstance(value, str):
                cell.set("t", "inlineStr")
                ElementTree.SubElement(ElementTree.SubElement(cell, _tag("is")), _tag("t")).text = value
            elif isinstance(value, bool):
                cell.set("t", "b")
                ElementTree.SubElement(cell, _tag("v")).text = "1" if value else "0"
            elif isinstance(value, date):
                serial = (datetime(value.year, value.month, value.day) - datetime(1899, 12, 30)).days
                if isinstance(value, datetime):
                    serial += value.hour / 24  # type: ignore[assignment]
                cell.set("s", str(self.date_style()))
                ElementTree.SubElement(cell, _tag("v")).text = str(serial)
            else:
                cell.attrib.pop("s", None)
                ElementTree.SubElement(cell, _tag("v")).text = str(value)

        return self.tree(sheet, change)

    def date_style(self) -> int:
        """The index of a style that makes a number a day."""
        styles = ElementTree.fromstring(self.parts["xl/styles.xml"])
        formats = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(_tag("numFmt"))}
        for index, style in enumerate(styles.find(_tag("cellXfs")) or ()):
            if "yy" in (formats.get(style.get("numFmtId")) or ""):
                return index
        raise LookupError("no style of a day")

    def raw(self, sheet: str, address: str, inner: str, kind: str = "n") -> Book:
        """Put XML into a cell."""

        def change(root: ElementTree.Element) -> None:
            cell = _cell(root, address)
            for child in list(cell):
                cell.remove(child)
            cell.set("t", kind)
            for child in ElementTree.fromstring(f'<x xmlns="{MAIN}">{inner}</x>'):
                cell.append(child)

        return self.tree(sheet, change)

    def drop_column(self, sheet: str, header: str) -> Book:
        """Empty a column, its head as well."""
        column = self.column(sheet, header)

        def change(root: ElementTree.Element) -> None:
            for row in root.iter(_tag("row")):
                for cell in list(row):
                    if re.sub(r"\d", "", str(cell.get("r"))) == column:
                        row.remove(cell)

        return self.tree(sheet, change)

    def drop_row(self, sheet: str, number: int) -> Book:
        def change(root: ElementTree.Element) -> None:
            data = root.find(_tag("sheetData"))
            assert data is not None
            for row in list(data):
                if row.get("r") == str(number):
                    data.remove(row)

        return self.tree(sheet, change)

    def drop_sheet(self, name: str) -> Book:
        book = self.parts["xl/workbook.xml"].decode()
        after = re.sub(rf'<sheet [^>]*name="{re.escape(name)}"[^>]*/>', "", book)
        assert after != book
        self.parts["xl/workbook.xml"] = after.encode()
        return self

    def rename_sheet(self, name: str, new: str) -> Book:
        book = self.parts["xl/workbook.xml"].decode()
        assert f'name="{name}"' in book
        self.parts["xl/workbook.xml"] = book.replace(f'name="{name}"', f'name="{new}"').encode()
        return self


def _cell(root: ElementTree.Element, address: str) -> ElementTree.Element:
    match = re.fullmatch(r"([A-Z]+)(\d+)", address)
    assert match is not None
    data = root.find(_tag("sheetData"))
    assert data is not None
    row = next((r for r in data if r.get("r") == match[2]), None)
    if row is None:
        row = ElementTree.Element(_tag("row"), {"r": match[2]})
        after = sum(int(str(r.get("r"))) < int(match[2]) for r in data)
        data.insert(after, row)
    for at, cell in enumerate(row):
        column = re.sub(r"\d", "", str(cell.get("r")))
        if column == match[1]:
            return cell
        if _number(column) > _number(match[1]):
            made = ElementTree.Element(_tag("c"), {"r": address})
            row.insert(at, made)
            return made
    return ElementTree.SubElement(row, _tag("c"), {"r": address})


def zip_of(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()
