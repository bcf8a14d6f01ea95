"""From an event to a workbook: an export, or the empty template."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from summitry.core import clock
from summitry.core.models import Event
from summitry.core.records import Recorded
from summitry.core.viewer import Viewer
from summitry.exchange import about, limits, queries
from summitry.exchange.cells import FIRST_REAL_DAY, NO, YES, cell_text, display, level_text, level_texts
from summitry.exchange.queries import StoredEvent, normal
from summitry.exchange.reading import VERSION_HEADER
from summitry.exchange.sheets import SHEETS, Column, Kind, Rule, Sheet, Value, sheets
from summitry.exchange.sheets.core import EVENT

DATE_FORMAT = "yyyy-mm-dd"
TEXT_FORMAT = "@"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t")
"""Text that begins so would be taken for a formula by some program or other: it is marked as text, sign by sign."""

ROOM = 500
"""Rows below the last one for which the drop-down lists are ready."""

ABOUT_WIDTH = 100
PAGE_WIDTH = 150
"""Characters that are readable across one printed page."""

HEAD_FILL, FIXED_FILL, MARK_FILL = (PatternFill("solid", start_color=rgb) for rgb in ("1F3A5F", "6B7280", "FBE9E7"))


def write_event(stored: StoredEvent, file: BinaryIO) -> None:
    """Write what the viewer sees of the event."""
    _Writer(stored.event, stored.viewer, stored).write(file)


def write_template(event: Event, viewer: Viewer, file: BinaryIO) -> None:
    """Write an empty workbook for the event: heads, lists and notes, the event's own lines, no rows."""
    _Writer(event, viewer, None).write(file)


class _Writer:
    def __init__(self, event: Event, viewer: Viewer, stored: StoredEvent | None) -> None:
        self.event, self.viewer, self.stored = event, viewer, stored
        self.book = Workbook(write_only=True)
        self.book.properties.creator = "Summitry"
        self.book.properties.title = event.name
        # The file's own dates follow the event's clock: the same event at the same moment gives the same bytes.
        moment = clock.now(event).replace(tzinfo=None, microsecond=0)
        self.book.properties.created = self.book.properties.modified = moment
        self.mark = level_text(event, stored.highest_level()) if stored is not None else ""
        self.lists: dict[tuple[str, ...], str] = {}

    def write(self, file: BinaryIO) -> None:
        self._about()
        for sheet in sheets():
            if sheet is EVENT:
                self._event()
            else:
                self._sheet(sheet)
        self._lists()
        self.book.save(file)

    # The sheets

    def _new_sheet(self, title: str) -> Any:
        made = self.book.create_sheet(title)
        made.page_setup.orientation = "landscape"
        made.page_setup.paperSize = 9  # A4
        made.page_setup.fitToWidth, made.page_setup.fitToHeight = 1, 0
        made.sheet_properties.pageSetUpPr.fitToPage = True
        # An ampersand begins a code in a header: doubled, it is itself.
        made.oddHeader.left.text = self.event.name.replace("&", "&&")[:80]
        made.oddHeader.right.text = self.mark.replace("&", "&&")
        made.oddFooter.left.text = title.replace("&", "&&")
        made.oddFooter.right.text = "&P / &N"
        return made

    def _about(self) -> None:
        made = self._new_sheet(str(about.ABOUT_TITLE))
        made.column_dimensions["A"].width = 26
        made.column_dimensions["B"].width = ABOUT_WIDTH
        made.column_dimensions["C"].width = 10

        row = 0

        def line(*texts: str, wrap: bool = True, **style: Any) -> None:
            nonlocal row
            row += 1
            cells = []
            for text in texts:
                cell = _text_cell(made, text)
                cell.alignment = Alignment(wrap_text=wrap, vertical="top")
                for name, value in style.items():
                    setattr(cell, name, value)
                cells.append(cell)
            made.row_dimensions[row].height = _height(texts[1:2], ABOUT_WIDTH) if wrap else 24
            made.append(cells)

        bold = _font(bold=True)
        title = _("Workbook of an event") if self.stored else _("Empty workbook of an event")
        line(title, wrap=False, font=_font(bold=True, size=16))
        if self.stored is not None:
            for name, text in about.describing(self.event, self.viewer, self.stored):
                loud = name == _("Extent") and not self.stored.complete
                style: dict[str, Any] = {"fill": MARK_FILL, "font": bold} if loud else {}
                line(name, text, **style)
        else:
            line(_("Extent"), _("No rows. Fill it in and import it: rows are added and changed, none is removed."))
        line("")
        line(_("How to edit"), font=bold)
        for number, text in enumerate(about.editing(), start=1):
            line(str(number), text)
        line("")
        line(_("Sheets"), _("What each holds"), _("Rows"), font=bold)
        for title, what, count in about.contents(self.stored):
            line(title, what, count)
        line("")
        line(
            _("For the machine"),
            _("Leave these lines as they are: by them an import knows what changed since."),
            font=bold,
        )
        marks = about.marks_of(self.stored) if self.stored is not None else about.Marks()
        for name, text in about.mark_rows(marks):
            line(name, text)

    def _event(self) -> None:
        made = self._new_sheet(str(EVENT.title))
        made.freeze_panes = "B2"
        made.column_dimensions["A"].width = 34
        made.column_dimensions["B"].width = 60
        made.column_dimensions["C"].width = 70
        values = queries.load_event(self.event)
        made.append([_head_cell(made, _("Fact")), _head_cell(made, _("Value")), _head_cell(made, _("What it is"))])
        for number, column in enumerate(EVENT.columns, start=2):
            name = _text_cell(made, str(column.header))
            name.font = _font(bold=True)
            cell = _writer_of(made, column, self.event)(values[column.field])
            if cell is None:
                cell = _text_cell(made, "")
            if column.kind is Kind.DATE:
                cell.number_format = DATE_FORMAT
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
            name.alignment = Alignment(wrap_text=True, vertical="top")
            shown = display(column, values[column.field], self.event)
            tall = max(_height([shown], 60), _height([self._note(column)], 70))
            made.row_dimensions[number].height = tall
            note = _text_cell(made, self._note(column))
            note.alignment = Alignment(wrap_text=True, vertical="top")
            made.append([name, cell, note])
            if column.kind is Kind.DATE:
                _only_dates(made, f"B{number}")

    def _sheet(self, sheet: Sheet) -> None:
        made = self._new_sheet(str(sheet.title))
        made.freeze_panes = f"{get_column_letter(len(sheet.key) + 1)}2"
        records = self.stored[sheet.label].records if self.stored is not None else {}
        values = self.stored[sheet.label].values if self.stored is not None else {}
        last = len(sheet.columns) + 1
        made.auto_filter.ref = f"A1:{get_column_letter(last - 1)}{len(values) + 1}"
        for at, column in enumerate(sheet.columns, start=1):
            dimension = made.column_dimensions[get_column_letter(at)]
            dimension.width = max(column.width, min(len(str(column.header)) + 4, 26))
            # What is typed into a new row takes the column's format: T05 stays T05, and 1.10 stays 1.10.
            if column.kind in (Kind.TEXT, Kind.REFERENCE, Kind.ACCOUNT, Kind.CHOICE, Kind.LEVEL):
                dimension.number_format = TEXT_FORMAT
            elif column.kind is Kind.DATE:
                dimension.number_format = DATE_FORMAT
            self._help(made, sheet, column, get_column_letter(at), len(values) + ROOM)
        across = sum(made.column_dimensions[get_column_letter(at)].width for at in range(1, last))
        made.page_setup.fitToWidth = max(1, round(across / PAGE_WIDTH))
        made.print_title_rows = "1:1"
        made.print_title_cols = f"A:{get_column_letter(len(sheet.key))}"
        hidden = made.column_dimensions[get_column_letter(last)]
        hidden.hidden, hidden.width = True, 12
        made.append([*(self._head(made, column) for column in sheet.columns), _head_cell(made, VERSION_HEADER)])
        writers = [(column.field, _writer_of(made, column, self.event)) for column in sheet.columns]
        for key, row in values.items():
            cells = [write(row[name]) for name, write in writers]
            cells.append(_version(records[key]))
            made.append(cells)

    def _lists(self) -> None:
        made = self._new_sheet(str(about.LISTS_TITLE))
        made.sheet_state = "hidden"
        columns = list(self.lists)
        for number in range(max(map(len, columns), default=0)):
            made.append([_text_cell(made, words[number]) if number < len(words) else None for words in columns])

    # Heads, notes and lists

    def _head(self, made: Any, column: Column) -> Any:
        cell = _head_cell(made, str(column.header), FIXED_FILL if column.rule is not Rule.FREE else HEAD_FILL)
        comment = Comment(self._note(column), "Summitry")
        comment.width, comment.height = 320, 120
        cell.comment = comment
        return cell

    def _note(self, column: Column) -> str:
        """What a column takes, in one or two sentences."""
        return note_of(column, self.event)

    def _help(self, made: Any, sheet: Sheet, column: Column, letter: str, rows: int) -> None:
        cells = f"{letter}2:{letter}{min(rows, limits.MAX_ROWS)}"
        if column.kind is Kind.DATE:
            _only_dates(made, cells)
        elif column.kind is Kind.CHOICE:
            shown = [value if column.show_values else str(label) for value, label in column.choices]
            self._pick(made, cells, tuple(shown))
        elif column.kind is Kind.FLAG:
            self._pick(made, cells, (str(YES), str(NO)))
        elif column.kind is Kind.LEVEL:
            self._pick(made, cells, tuple(level_texts(self.event)))
        elif column.kind is Kind.NUMBER:
            rule = DataValidation(type="whole", operator="between", formula1="-99999999", formula2="9999999999")
            rule.error, rule.showErrorMessage = _("A whole number is expected."), True
            rule.add(cells)
            made.data_validations.append(rule)
        elif column.kind is Kind.REFERENCE and SHEETS[column.target].key == ("code",):
            # Offered, not demanded: a row may name one that is added further down.
            target = SHEETS[column.target]
            source = f"{quote_sheetname(str(target.title))}!$A$2:$A${limits.MAX_ROWS}"
            rule = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning")
            rule.error, rule.showErrorMessage = (
                _("No row of the sheet {sheet} has this key.").format(sheet=target.title),
                True,
            )
            rule.add(cells)
            made.data_validations.append(rule)

    def _pick(self, made: Any, cells: str, words: tuple[str, ...]) -> None:
        """A drop-down list, its words kept on the hidden sheet: there they may be long and hold commas."""
        if words not in self.lists:
            letter = get_column_letter(len(self.lists) + 1)
            self.lists[words] = f"{quote_sheetname(str(about.LISTS_TITLE))}!${letter}$1:${letter}${len(words)}"
        rule = DataValidation(type="list", formula1=self.lists[words], allow_blank=True)
        rule.error, rule.showErrorMessage = _("Pick one from the list."), True
        rule.add(cells)
        made.data_validations.append(rule)


def note_of(column: Column, event: Event) -> str:
    """What a column takes, in one or two sentences: the note on its head, and the guide."""
    target = SHEETS.get(column.target)
    parts = {
        Kind.TEXT: _("Text."),
        Kind.NUMBER: _("A whole number."),
        Kind.DATE: _("A day."),
        Kind.FLAG: _("Yes or no."),
        Kind.CHOICE: _("One of the list."),
        Kind.LEVEL: _("One of the list."),
        Kind.REFERENCE: _("The key of a row of the sheet {sheet}.").format(sheet=target.title if target else ""),
        Kind.ACCOUNT: _("A user name."),
        Kind.MOMENT: _("A moment."),
    }
    told = [parts[column.kind]]
    if column.required:
        told.append(_("Must be filled in."))
    elif column.default not in (None, ""):
        told.append(_("Empty means: {value}.").format(value=display(column, column.default, event)))
    if column.fact:
        told.append(_("Never a day to come."))
    if column.rule is Rule.ONCE:
        told.append(_("Given when the row is new, not changed later."))
    elif column.rule is Rule.SHOWN:
        told.append(_("Told, not imported."))
    if str(column.note):
        told.append(str(column.note))
    return " ".join(told)


# Cells


def _font(**style: Any) -> Font:
    """The sheet's own font, otherwise styled; without a name a program takes any."""
    return Font(**{"name": "Calibri", "size": 11, **style})


def _height(texts: Iterable[str], width: int) -> int:
    """The height of a row of wrapped text in points: not every program finds it by itself."""
    return 15 * max((sum(len(line) // (width + 12) + 1 for line in text.split("\n")) for text in texts), default=1)


def _text_cell(made: Any, text: str) -> Any:
    """A cell that is text whatever it begins with."""
    cell = WriteOnlyCell(made, None)
    cell.value = cell_text(normal(text))
    cell.data_type = "s"  # what begins with = would else be a formula
    cell.number_format = TEXT_FORMAT
    if text.startswith(FORMULA_SIGNS):
        cell.quotePrefix = True
    return cell


def _head_cell(made: Any, text: str, fill: PatternFill = HEAD_FILL) -> Any:
    cell = _text_cell(made, text)
    cell.font, cell.fill = _font(bold=True, color="FFFFFF"), fill
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _writer_of(made: Any, column: Column, event: Event) -> Callable[[Value], Any]:
    """A function from a value to a cell. Styles are made once a column: making them is what takes time."""
    levels = level_texts(event) if column.kind is Kind.LEVEL else []
    text, quoted, day, number = _text_cell(made, ""), _text_cell(made, "="), WriteOnlyCell(made), WriteOnlyCell(made)
    day.number_format = DATE_FORMAT
    if column.width >= 48:
        text.alignment = quoted.alignment = Alignment(wrap_text=True, vertical="top")
    kinds = {"text": text, "quoted": quoted, "day": day, "number": number}
    styles = {kind: one._style for kind, one in kinds.items()}

    def cell(kind: str, value: Any, data_type: str) -> Any:
        made_cell = WriteOnlyCell(made)
        made_cell._style = styles[kind]  # type: ignore[attr-defined]
        made_cell.value = value
        made_cell.data_type = data_type
        return made_cell

    def written(value: Value) -> Any:
        if isinstance(value, date) and not isinstance(value, datetime) and value >= FIRST_REAL_DAY:
            return cell("day", value, "d")
        if isinstance(value, int) and not isinstance(value, bool) and column.kind is Kind.NUMBER:
            return cell("number", value, "n")
        if levels and isinstance(value, int):
            return cell("text", cell_text(levels[value]), "s")
        shown = cell_text(display(column, value, event))
        if shown == "":
            return None  # an empty cell has its column's format
        return cell("quoted" if shown.startswith(FORMULA_SIGNS) else "text", shown, "s")

    return written


def _version(record: Recorded) -> int | None:
    version = getattr(record, "version", None)
    return int(version) if version is not None else None


def _only_dates(made: Any, cells: str) -> None:
    rule = DataValidation(type="date", operator="between", formula1="1", formula2="109575", allow_blank=True)
    rule.error, rule.showErrorMessage = _("A day is expected, such as 2025-10-25."), True
    rule.add(cells)
    made.data_validations.append(rule)
