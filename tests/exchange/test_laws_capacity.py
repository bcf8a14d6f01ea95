"""What a workbook may not say about desks, resources, alternatives and risk events: refused at its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from summitry.core.viewer import system_viewer
from summitry.exchange.faults import WorkbookRefused
from summitry.exchange.transfer import import_workbook
from tests.exchange.cases import _at as at_row
from tests.exchange.cases import _for as at_key
from tests.exchange.xlsx import Book

pytestmark = pytest.mark.django_db

LIKELY_AFTER = "Likely delay after mitigation, working days"
CASES: dict[str, tuple[Callable[[Book], Any], str, str]] = {
    "periods overlap": (at_row("Desks", "Last day", 2, date(2025, 10, 1)), "Desks", "shares days"),
    "an open end overlaps": (at_row("Desks", "Last day", 2, None), "Desks", "shares days"),
    "a period ends first": (at_row("Desks", "Last day", 2, date(2025, 1, 1)), "Desks", "do not fit"),
    "too many desks": (at_row("Desks", "Desks", 2, 1001), "Desks", "from 0 to 1000"),
    "a demand of nothing": (at_row("Demands", "Units", 2, 0), "Demands", "1"),
    "a milestone's demand": (at_row("Demands", "Task", 2, "M1"), "Demands", "takes no time"),
    "a group's alternative": (at_row("Alternatives", "Task", 2, "G"), "Alternatives", "is a group"),
    "an alternative without time": (at_row("Alternatives", "Likely, working days", 2, 0), "Alternatives", "1"),
    "an alternative of ages": (at_row("Alternatives", "Longest, working days", 2, 2001), "Alternatives", "2000"),
    "no mitigation": (at_key("Risk events", "R01", "Mitigation", None), "Risk events", "Say what is done"),
    "half a mitigation": (at_key("Risk events", "R01", LIKELY_AFTER, None), "Risk events", "Give both"),
    "decided on nothing": (
        at_key("Risk events", "R02", "Mitigation decided", date(2025, 9, 1)),
        "Risk events",
        "Say first what is done",
    ),
    "more than certain": (at_key("Risk events", "R01", "Probability, per cent", 101), "Risk events", "100"),
    "a delay of ages": (at_key("Risk events", "R02", "Longest delay, working days", 2001), "Risk events", "2000"),
    "closed on a day to come": (at_key("Risk events", "R01", "Closed", date(2026, 1, 1)), "Risk events", "to come"),
    "a planned start of a group": (at_key("Tasks", "G", "Planned start", date(2025, 10, 14)), "Tasks", "group"),
    "too many desks of a task": (at_key("Tasks", "T1", "Desks", 1001), "Tasks", "from 0 to 1000"),
    "a weight of ten": (at_key("Tasks", "T1", "Weight of being late", 10), "Tasks", "9"),
    "other settings": (at_row("Risk settings", "Code", 2, "OTHER"), "Risk settings", "do not fit"),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_it_is_refused_at_its_place(name, sample):
    change, sheet, expected = CASES[name]
    made = Book(sample.data)
    change(made)
    with pytest.raises(WorkbookRefused) as refused:
        import_workbook(sample.event, system_viewer(sample.event), made.bytes())
    told = [f"{fault.found} {fault.expected}" for fault in refused.value.cell_faults if fault.sheet == sheet]
    assert any(expected in text for text in told), str(refused.value)
    assert sample.untouched()
