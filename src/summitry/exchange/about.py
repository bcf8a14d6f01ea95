"""The first sheet: what it tells people, and the few marks that it carries for the machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.core import clock
from summitry.core.models import Event
from summitry.core.viewer import Viewer
from summitry.exchange import limits
from summitry.exchange.cells import level_text
from summitry.exchange.faults import Faults
from summitry.exchange.queries import StoredEvent, chain_state
from summitry.exchange.sheets import sheets

ABOUT_TITLE = gettext_lazy("About")
LISTS_TITLE = gettext_lazy("Lists")
"""A hidden sheet that holds the words of the drop-down lists."""

FORMAT = 1
MARKS = ("summitry.format", "summitry.event", "summitry.counter", "summitry.fingerprint", "summitry.complete")


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What the first sheet says to the machine.

    event: the slug of the event that it was exported from. counter, fingerprint: the event's change counter and the
    digest of its log at that moment. complete: whether it holds the whole event, so that a missing row is a removal.
    """

    event: str = ""
    counter: int = -1
    fingerprint: str = ""
    complete: bool = False


def marks_of(stored: StoredEvent) -> Marks:
    counter, fingerprint = chain_state(stored.event)
    return Marks(event=stored.event.slug, counter=counter, fingerprint=fingerprint, complete=stored.complete)


def mark_rows(marks: Marks) -> list[tuple[str, str]]:
    """The marks as rows of two cells, all of them text."""
    complete = "yes" if marks.complete else "no"
    values = (str(FORMAT), marks.event, str(marks.counter), marks.fingerprint, complete)
    return list(zip(MARKS, values, strict=True))


def read_marks(rows: Iterable[list[Any]], sheet: str, faults: Faults) -> Marks:
    """The marks among the rows of the first sheet. Without them a workbook only adds and changes."""
    found: dict[str, tuple[int, str]] = {}
    for number, row in enumerate(rows, start=1):
        if len(row) > 1 and row[0] in MARKS:
            found[str(row[0])] = (number, _as_text(row[1]))
    format_row, format_ = found.get("summitry.format", (0, str(FORMAT)))
    if format_ != str(FORMAT):
        faults.add(
            _("This product reads the format {format} of the workbook.").format(format=FORMAT),
            sheet=sheet,
            row=format_row,
            cell=f"B{format_row}",
            found=format_,
        )
    counter_row, counter = found.get("summitry.counter", (0, "-1"))
    if not (counter == "-1" or (counter.isascii() and counter.isdecimal() and len(counter) < 16)):
        faults.add(
            _("The counter of the export is expected: leave this line as it was."),
            sheet=sheet,
            row=counter_row,
            cell=f"B{counter_row}",
            found=counter,
        )
        counter = "-1"
    return Marks(
        event=found.get("summitry.event", (0, ""))[1],
        counter=int(counter),
        fingerprint=found.get("summitry.fingerprint", (0, ""))[1],
        complete=found.get("summitry.complete", (0, "no"))[1] == "yes",
    )


def _as_text(value: Any) -> str:
    if isinstance(value, float) and value == value and abs(value) < 10**15 and value == int(value):
        return str(int(value))
    return str(value).strip()


def describing(event: Event, viewer: Viewer, stored: StoredEvent) -> list[tuple[str, str]]:
    """Who exported what, when: pairs of a heading and a text."""
    moment = clock.local_now(event)
    account = viewer.account
    who = f"{viewer.name} ({account.username})" if account else viewer.name
    pairs = [
        (_("Event"), f"{event.name} ({event.slug})"),
        (_("Exported by"), who),
        (_("As of"), f"{moment:%Y-%m-%d %H:%M} {event.timezone}"),
        (_("Classification"), level_text(event, stored.highest_level())),
    ]
    if stored.complete:
        pairs.append((_("Extent"), _("The whole event. A row that you delete is removed from the event on import.")))
    else:
        pairs.append(
            (
                _("Extent"),
                _(
                    "PARTIAL: only what the person who exported it may see. A row that is missing here is not removed "
                    "on import. References to what is not shown read “(hidden)”: leave them as they are."
                ),
            )
        )
    return pairs


def editing() -> list[str]:
    """How to edit, and what is refused, one sentence a line. The guide in docs/ says the same."""
    return [
        _("One row is one record. Its key (the first columns, such as the code) names it everywhere in the workbook."),
        _("Change cells, add rows below the last one, delete whole rows. Sort and filter as you like."),
        _("To change a record's key is to remove the record and to add another one."),
        _("Cells that name another record hold its key: T05, or for a clause D-2025-08#3."),
        _("Days are date cells. Numbers are whole. Yes or no, and choices, are picked from the list of the cell."),
        _("An empty cell means none; in a column with a usual value, that value."),
        _("The hidden last column carries each record's version, so that nobody's later change is overwritten."),
        _(
            "Import at Workbook in the product, or with: summitry import FILE --event SLUG. You see what would be "
            "added, changed and removed, and what follows from it, before anything is done. It is all or nothing."
        ),
        _(
            "Refused, with every fault named by sheet, row and column: formulas, merged cells, sheets or columns that "
            "are missing or unknown, keys that occur twice or name nothing, loops, days written as other text than "
            "2025-10-25, and whatever the product itself would refuse."
        ),
        _(
            "A sheet has at most {rows} rows. Text in a cell has at most {signs} signs; line ends are kept, control "
            "signs are not."
        ).format(rows=limits.MAX_ROWS, signs=limits.MAX_TEXT),
        _(
            "Not in the workbook: the files behind documents (only their descriptions travel), accounts and their "
            "access, waivers of findings, saved filters, proposals, scenarios, the audit log. They stay as they are."
        ),
    ]


def contents(stored: StoredEvent | None) -> list[tuple[str, str, str]]:
    """The sheets: title, what it holds, how many rows."""
    return [
        (str(sheet.title), str(sheet.what), str(len(stored[sheet.label].values)) if stored else "")
        for sheet in sheets()
    ]
