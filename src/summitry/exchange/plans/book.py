"""Rows made from an outside plan, in the form that an import compares with the event."""

from __future__ import annotations

from dataclasses import dataclass, field

from summitry.exchange.plans.model import Lost, OutsidePlan
from summitry.exchange.reading import Row, SheetRows, Workbook


@dataclass
class OutsideRow(Row):
    """A row that stands for something of an outside file; `number` is its line, `name` what it is called there."""

    name: str = ""


@dataclass
class OutsideRows(SheetRows):
    """Rows of one kind. Their place in the file is a line and a name, not a cell."""

    def cell(self, row: Row, name: str) -> str:
        return row.name if isinstance(row, OutsideRow) else ""

    def row_number(self, row: Row, name: str) -> int:
        return row.number


@dataclass(frozen=True)
class Wishes:
    """What the person who imports a plan chose.

    project: which one of several in the file. lead: code of the agency that leads tasks for which the file names none.
    calendar: whether the event takes over the plan's week and exceptional days.
    remove: whether tasks that an earlier version of the file brought, and links and parts between tasks of the file,
    are removed when this version does not have them.
    """

    project: str = ""
    lead: str = ""
    calendar: bool = True
    remove: bool = False

    def told(self) -> dict[str, str | bool]:
        return {"project": self.project, "lead": self.lead, "calendar": self.calendar, "remove": self.remove}

    @staticmethod
    def of(said: dict[str, object]) -> Wishes:
        return Wishes(
            project=str(said.get("project", "")),
            lead=str(said.get("lead", "")),
            calendar=bool(said.get("calendar", True)),
            remove=bool(said.get("remove")),
        )


@dataclass
class PlanBook(Workbook):
    """An outside plan as rows.

    outside: the plan as the file says it. lost: all of it that has no exact counterpart.
    keys: the codes of its tasks by uid, to be kept for its next version.
    """

    outside: OutsidePlan = field(kw_only=True)
    wishes: Wishes = field(kw_only=True)
    lost: list[Lost] = field(kw_only=True, default_factory=list)
    keys: dict[str, str] = field(kw_only=True, default_factory=dict)
