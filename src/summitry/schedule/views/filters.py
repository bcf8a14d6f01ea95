"""The task table's filter: what of the address says, what it lets through, and the chips that show it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from summitry.schedule.planning import State
from summitry.schedule.views.rows import Row, Rows, natural

# Stands in the address for "has none", where a code would stand.
NONE = "-"


@dataclass(frozen=True)
class Chip:
    """One part of the filter in words, and the query string without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Shown:
    """A row of the filtered table. `context`: it does not match, but a part of it does, so the tree keeps it."""

    row: Row
    context: bool = False


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    """Each field is one parameter of the address under its own name; an empty one lets everything through.

    lead, agency, objective, owner: a code, or "-" for tasks that have none; lead and agency include the units below.
    part_of: a group's code: its parts at any depth. state: values of `State`.
    sort: a column, with "-" before it for the other direction; empty for the order of the tree.
    """

    q: str = ""
    lead: str = ""
    agency: str = ""
    objective: str = ""
    owner: str = ""
    part_of: str = ""
    state: tuple[str, ...] = ()
    milestone: bool = False
    mine: bool = False
    findings: bool = False
    sort: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> TaskFilter:
        """The filter of an address. What it does not know it leaves out, so that an old bookmark still works."""
        codes = ("lead", "agency", "objective", "owner", "part_of")
        sort = data.get("sort", "")
        return cls(
            q=data.get("q", "").replace("\x00", "").strip()[:200],
            **{name: data.get(name, "")[:60] for name in codes},
            state=tuple(sorted({value for value in data.getlist("state") if value in State.values})),
            milestone=data.get("milestone") == "1",
            mine=data.get("mine") == "1",
            findings=data.get("findings") == "1",
            sort=sort if sort.removeprefix("-") in SORTS else "",
        )

    def query(self, **changes: Any) -> str:
        """The query string, changed as said: `query(sort="finish")`. Empty parts are left out."""
        changed = replace(self, **changes)
        given: dict[str, Any] = {}
        for item in fields(changed):
            value = getattr(changed, item.name)
            if value:
                given[item.name] = "1" if value is True else value
        return urlencode(given, doseq=True)

    @property
    def switches(self) -> list[tuple[str, str]]:
        """The parts that are no field of the page's form, for its hidden inputs."""
        pairs = [("state", value) for value in self.state]
        pairs += [(name, "1") for name in ("milestone", "mine", "findings") if getattr(self, name)]
        return pairs + ([("sort", self.sort)] if self.sort else [])

    @property
    def narrows(self) -> bool:
        """Whether it may leave anything out."""
        return bool(self.query(sort=""))

    def matches(self, row: Row, units: Mapping[str, Collection[int]]) -> bool:
        """Whether a row passes. `units` gives for a code the ids of the agency and of all units below it."""
        task = row.task
        if self.q and self.q.casefold() not in row.words:
            return False
        if self.lead and not _leads(self.lead, row, units):
            return False
        if self.agency and not _takes_part(self.agency, row, units):
            return False
        if self.objective and (row.objective.code if row.objective else NONE) != self.objective:
            return False
        if self.owner and (row.owner.code if row.owner else NONE) != self.owner:
            return False
        if self.part_of and self.part_of not in row.ancestors:
            return False
        if self.state and (row.group or row.state.value not in self.state):
            return False  # A group's state is that of its parts: it is shown with them, not counted beside them.
        return (
            (not self.milestone or task.milestone)
            and (not self.mine or row.ours)
            and (not self.findings or bool(row.findings))
        )

    def apply(self, rows: Rows) -> list[Shown]:
        """The table: in the order of the tree with the groups that hold what matches, or sorted and flat."""
        matching = [row for row in rows if self.matches(row, rows.units)]
        if self.sort:
            return [Shown(row) for row in self._sorted(matching)]
        if len(matching) == len(rows):
            return [Shown(row) for row in matching]
        passed = {row.task.code for row in matching}
        holding = {code for row in matching for code in row.ancestors}
        return [
            Shown(row, context=row.task.code not in passed)
            for row in rows
            if row.task.code in passed or row.task.code in holding
        ]

    def _sorted(self, rows: list[Row]) -> list[Row]:
        """By the column; rows that have nothing there come last in both directions."""
        value = SORTS[self.sort.removeprefix("-")]
        known = [row for row in rows if value(row) is not None]
        empty = [row for row in rows if value(row) is None]
        return sorted(known, key=value, reverse=self.sort.startswith("-")) + empty

    def chips(self, rows: Rows) -> Iterator[Chip]:
        """The parts of the filter that are no switch of their own on the page, each with the address that lifts it."""
        aims = {objective.code: objective.title for objective in rows.objectives.values()}
        bodies = {body.code: body.name for body in rows.bodies.values()}
        nobody, none = _("nobody"), _("none")
        if self.q:
            yield Chip(_("Text"), f"“{self.q}”", self.query(q=""))
        if self.lead:
            yield Chip(_("Lead"), nobody if self.lead == NONE else self.lead, self.query(lead=""))
        if self.agency:
            yield Chip(_("Takes part"), self.agency, self.query(agency=""))
        if self.objective:
            shown = none if self.objective == NONE else aims.get(self.objective, self.objective)
            yield Chip(_("Objective"), shown, self.query(objective=""))
        if self.owner:
            shown = nobody if self.owner == NONE else bodies.get(self.owner, self.owner)
            yield Chip(_("Owner body"), shown, self.query(owner=""))
        if self.part_of:
            yield Chip(_("Part of"), self.part_of, self.query(part_of=""))


def _leads(code: str, row: Row, units: Mapping[str, Collection[int]]) -> bool:
    return row.task.lead_id is None if code == NONE else row.task.lead_id in units.get(code, ())


def _takes_part(code: str, row: Row, units: Mapping[str, Collection[int]]) -> bool:
    ids = units.get(code, ())
    return row.task.lead_id in ids or any(part.agency_id in ids for part in row.coordinations)


SORTS: dict[str, Callable[[Row], Any]] = {
    "code": lambda row: natural(row.task.code),
    "title": lambda row: row.task.title.casefold(),
    "lead": lambda row: row.lead.code.casefold() if row.lead else None,
    "objective": lambda row: (row.objective.position, row.objective.code) if row.objective else None,
    "state": lambda row: (-row.state.weight, row.plan.deadline is None, row.plan.deadline),
    "start": lambda row: row.start,
    "finish": lambda row: row.finish,
    "deadline": lambda row: row.plan.deadline,
    "float": lambda row: row.total_float,
    "coordinating": lambda row: (row.delivered - row.owed, row.owed) if row.owed else None,
    "owner": lambda row: row.owner.name.casefold() if row.owner else None,
}
