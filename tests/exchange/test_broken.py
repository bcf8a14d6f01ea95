"""Broken workbooks: a clear refusal each, with its place, and an event that is as it was."""

from __future__ import annotations

import pytest

from summitry.core.viewer import system_viewer
from summitry.exchange.faults import WorkbookRefused
from summitry.exchange.transfer import import_workbook
from tests.exchange.cases import Case, all_cases

pytestmark = pytest.mark.django_db
CASES = all_cases()


def test_there_are_enough_of_them():
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_broken_workbook_is_refused_at_its_place(case: Case, sample):
    with pytest.raises(WorkbookRefused) as caught:
        import_workbook(sample.event, system_viewer(sample.event), case.breaks(sample.data))
    refusal = caught.value
    assert refusal.cell_faults
    assert all(fault.expected for fault in refusal.cell_faults)
    told = [fault for fault in refusal.cell_faults if _at(fault, case)]
    assert told, f"nothing at {case.sheet} {case.row} {case.column} {case.expected!r}:\n{refusal}"
    assert sample.untouched()


def _at(fault, case: Case) -> bool:
    return (
        fault.sheet == case.sheet
        and (not case.row or fault.row == case.row)
        and (not case.column or fault.column == case.column)
        and case.expected in f"{fault.found} {fault.expected}"
    )


def test_every_fault_is_named_not_the_first(sample):
    from tests.exchange.xlsx import Book

    book = Book(sample.data)
    book.set("Tasks", f"{book.column('Tasks', 'Deadline')}2", "soon")
    book.set("Tasks", f"{book.column('Tasks', 'Lead agency')}3", "NOBODY")
    book.set("Agencies", "A2", "two words")
    book.raw("Links", "A2", "<f>1</f>")
    with pytest.raises(WorkbookRefused) as caught:
        import_workbook(sample.event, system_viewer(sample.event), book.bytes())
    places = {(fault.sheet, fault.row) for fault in caught.value.cell_faults}
    assert {("Tasks", 2), ("Tasks", 3), ("Agencies", 2), ("Links", 2)} <= places
    assert "Tasks, row 2, Deadline" in str(caught.value)
    assert "soon" in str(caught.value)
    assert sample.untouched()


def test_a_similar_key_is_suggested(sample):
    from tests.exchange.xlsx import Book

    book = Book(sample.data)
    book.set("Tasks", f"{book.column('Tasks', 'Lead agency')}3", "MPS-A5")
    with pytest.raises(WorkbookRefused, match="Is “MPS-A05” meant"):
        import_workbook(sample.event, system_viewer(sample.event), book.bytes())
