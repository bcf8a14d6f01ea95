"""What an export holds, for people and for programs."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from django.utils import translation
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from summitry.core.rights import Classification, Role
from summitry.core.viewer import system_viewer
from summitry.exchange.reading import VERSION_HEADER, read
from summitry.exchange.sheets import Kind, sheets
from summitry.exchange.transfer import export_workbook, import_workbook
from summitry.exchange.writing import write_template
from tests.exchange.comparison import picture
from tests.exchange.sample import sample_event, workbook_of
from tests.exchange.xlsx import Book
from tests.factories import make_agency, make_event, make_person, make_task, make_viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return sample_event()


def opened(data: bytes):
    return load_workbook(io.BytesIO(data))


def seen_by(event, viewer) -> bytes:
    file = io.BytesIO()
    export_workbook(event, viewer, file)
    return file.getvalue()


def test_the_first_sheet_says_what_it_is(event):
    viewer = make_viewer(event, Role.PLANNER)
    book = opened(seen_by(event, viewer))
    told = "\n".join(str(cell.value) for row in book["About"] for cell in row if cell.value is not None)
    assert book.sheetnames[0] == "About"
    for word in (event.name, viewer.name, "2025-10-06 08:00 Asia/Ho_Chi_Minh", "Restricted · Mật", "formulas"):
        assert word in told
    assert "only their descriptions travel" in told
    assert "waivers" in told
    for sheet in sheets():
        assert str(sheet.title) in told
        assert str(sheet.what) in told


def test_the_mark_is_on_every_printed_page(event):
    make_task(event, "SEC", classification=Classification.SECRET)
    book = opened(workbook_of(event))
    assert all(sheet.oddHeader.right.text == "Secret" for sheet in book)


def test_days_are_real_days_and_heads_are_frozen(event):
    book = opened(workbook_of(event))
    tasks = book["Tasks"]
    headers = {cell.value: cell.column for cell in tasks[1]}
    row = next(cell.row for cell in tasks["A"] if cell.value == "T1")
    cell = tasks.cell(row, headers["Deadline"])
    assert cell.is_date
    assert cell.value.date() == date(2025, 10, 10)
    assert tasks.cell(row, headers["Likely, working days"]).value == 5
    assert tasks.freeze_panes == "B2"
    version = get_column_letter(headers[VERSION_HEADER])
    assert headers[VERSION_HEADER] == len(headers)
    assert tasks.auto_filter.ref.startswith(f"A1:{get_column_letter(len(headers) - 1)}")
    assert book["Links"].freeze_panes == "D2"
    assert all(tasks.column_dimensions[letter].width > 8 for letter in ("A", "B", "P"))
    assert tasks.column_dimensions[version].hidden
    assert book["Lists"].sheet_state == "hidden"


def test_lists_and_notes_help(event):
    book = opened(workbook_of(event))
    tasks = book["Tasks"]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in tasks.data_validations.dataValidation}
    headers = {cell.value: cell.column_letter for cell in tasks[1]}
    assert rules[f"{headers['Lead agency']}2"].formula1.startswith("'Agencies'!$A$2")
    assert rules[f"{headers['Milestone']}2"].type == "list"
    assert rules[f"{headers['Deadline']}2"].type == "date"
    kinds = next(rule for rule in book["Agencies"].data_validations.dataValidation if rule.type == "list")
    column, first, last = re.fullmatch(r"'Lists'!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", kinds.formula1).groups()
    words = [book["Lists"][f"{column}{row}"].value for row in range(int(first), int(last) + 1)]
    assert words == ["Ministry", "Department", "Unit", "Locality", "Partner", "Operator"]
    assert "D-2025-08#3" in tasks[f"{headers['Mandate']}1"].comment.text
    for sheet in sheets():
        if sheet.label == "core.event":
            continue
        for column in sheet.columns:
            cell = next(c for c in book[str(sheet.title)][1] if c.value == str(column.header))
            assert cell.comment is not None
            assert ("Must be filled in" in cell.comment.text) == column.required


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://example.org","x")', "+84 24 3799", "-5", "@SUM(A1:A9)", "=cmd|' /C calc'!A0"]
)
def test_text_is_never_a_formula(event, text):
    make_agency(event, "SLY", name=text, contact=text)
    data = workbook_of(event)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in archive.read(name)
                assert b"<f " not in archive.read(name)
    book = opened(data)
    row = next(row for row in book["Agencies"] if row[0].value == "SLY")
    assert row[1].value == text
    assert row[1].data_type == "s"
    assert row[1].quotePrefix
    assert read(data, event).sheets["core.agency"].rows["SLY"].values["name"] == text
    assert import_workbook(event, system_viewer(event), data).plan.empty
    saved = io.BytesIO()
    book.save(saved)
    assert import_workbook(event, system_viewer(event), saved.getvalue()).plan.empty


def test_a_persons_export_holds_what_they_may_see_and_says_so(event):
    agency = make_agency(event, "PARTNER")
    make_person(event, "HIDDEN-PERSON", classification=Classification.SECRET)
    viewer = make_viewer(event, Role.FOCAL_POINT, agency=agency, clearance=Classification.INTERNAL)
    book = Book(seen_by(event, viewer))
    codes = {row[0][1] for row in book.rows("Tasks")[1:]}
    assert "T1" in codes
    assert "T2" not in codes  # restricted, and not theirs
    everything = "".join(part.decode("utf-8", "replace") for part in book.parts.values())
    assert "HIDDEN-PERSON" not in everything
    assert "PARTIAL" in everything
    assert ">T2<" not in everything


def test_who_closed_a_task_is_told_to_those_who_see_the_whole(event):
    from summitry.core.records import recording
    from summitry.schedule.models import Task
    from tests.factories import make_account

    with recording():
        task = Task.objects.get(event=event, code="T3")
        task.closed_on, task.closed_by = date(2025, 9, 9), make_account("closer")
        task.save()
    planner, agency = make_viewer(event, Role.PLANNER), make_agency(event, "X")
    focal_point = make_viewer(event, Role.FOCAL_POINT, agency=agency)
    assert "closer" in "".join(text for row in Book(seen_by(event, planner)).rows("Tasks") for _a, text in row)
    rows = Book(seen_by(event, focal_point)).rows("Tasks")
    assert not any("closer" in text for row in rows for _a, text in row)
    assert any(text == "(hidden)" for row in rows for _a, text in row)


def test_a_workbook_in_vietnamese_is_the_same_event(event):
    with translation.override("vi"):
        data = workbook_of(event)
    with translation.override("en"):
        assert import_workbook(event, system_viewer(event), data).plan.empty
        empty = make_event(slug="empty")
        import_workbook(empty, system_viewer(empty), data)
    assert picture(empty) == picture(event)


def test_the_template_is_filled_in_and_imported(event):
    file = io.BytesIO()
    write_template(event, system_viewer(event), file)
    book = opened(file.getvalue())
    assert all(book[str(sheet.title)].max_row <= 1 for sheet in sheets() if sheet.label != "core.event")
    assert import_workbook(event, system_viewer(event), file.getvalue()).plan.empty
    agencies = book["Agencies"]
    headers = {cell.value: cell.column for cell in agencies[1]}
    agencies.cell(2, headers["Code"]).value = 110
    agencies.cell(2, headers["Name"]).value = "Emergency"
    tasks = book["Tasks"]
    headers = {cell.value: cell.column for cell in tasks[1]}
    for row, code, milestone, parent in ((2, "GROUP", None, None), (3, "STEP", "Yes", "GROUP")):
        tasks.cell(row, headers["Code"]).value = code
        tasks.cell(row, headers["Title"]).value = code.title()
        tasks.cell(row, headers["Milestone"]).value = milestone
        tasks.cell(row, headers["Part of"]).value = parent
        tasks.cell(row, headers["Lead agency"]).value = 110
    saved = io.BytesIO()
    book.save(saved)
    done = import_workbook(event, system_viewer(event), saved.getvalue())
    assert not done.plan.removed
    from summitry.schedule.models import Task

    step = Task.objects.get(event=event, code="STEP")
    assert (step.milestone, step.likely, step.parent.code, step.lead.code) == (True, 0, "GROUP", "110")
    assert Task.objects.get(event=event, code="GROUP").likely == 0


def test_names_of_levels_that_are_alike_are_told_apart(event):
    from summitry.core.action import submit
    from summitry.core.actions import ChangeEvent

    names = {"0": {"name": "Open"}, "1": {"name": "open"}, "2": {"name": "3"}, "3": {"national": "Tối mật"}}
    submit([ChangeEvent(classification_names=names)], viewer=system_viewer(event), event=event)
    other = make_event(slug="other")
    import_workbook(other, system_viewer(other), workbook_of(event))
    assert picture(other) == picture(event)


def test_what_no_cell_can_hold_stays_as_it_is(event):
    from summitry.core.records import recording
    from summitry.schedule.models import Task

    long = "x" * 40_000
    with recording():
        task = Task.objects.get(event=event, code="T3")
        task.note, task.criterion = long, "a\x0bb\r\nc"
        task.save()
    data = workbook_of(event)
    assert import_workbook(event, system_viewer(event), data).plan.empty
    book = Book(data)
    row = next(n for n, row in enumerate(book.rows("Tasks"), start=1) if row and row[0][1] == "T3")
    book.set("Tasks", f"{book.column('Tasks', 'Title')}{row}", "Renamed")
    import_workbook(event, system_viewer(event), book.bytes())
    task = Task.objects.get(event=event, code="T3")
    assert (task.title, task.note, task.criterion) == ("Renamed", long, "a\x0bb\r\nc")


def test_every_kind_of_cell_is_in_the_sample():
    """So that the tests above mean something."""
    assert {column.kind for sheet in sheets() for column in sheet.columns} == set(Kind)
