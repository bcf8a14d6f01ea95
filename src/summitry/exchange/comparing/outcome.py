"""What a comparison of a workbook with the event comes to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from summitry.core.models import Account, Event
from summitry.exchange.faults import Faults
from summitry.exchange.queries import StoredEvent
from summitry.exchange.reading import Workbook
from summitry.exchange.sheets import Column, Sheet, Value, Values, sheets

Choice: TypeAlias = Literal["stop", "keep", "take"]
"""What to do where the product and the workbook changed the same: refuse, keep the product's, take the workbook's."""


@dataclass(frozen=True)
class FieldDifference:
    """One field of a changed row, as people read it."""

    column: Column
    before: str
    after: str


@dataclass(frozen=True)
class Added:
    sheet: Sheet
    key: str
    row: int
    values: Values

    @property
    def title(self) -> str:
        """What it is called, beside its key."""
        return str(self.values.get("title") or self.values.get("name") or self.values.get("text") or "")


@dataclass(frozen=True)
class Changed:
    """A record that the import changes. `fields` are its differences from what is stored now."""

    sheet: Sheet
    key: str
    row: int
    values: Values
    fields: tuple[FieldDifference, ...]

    @property
    def names(self) -> frozenset[str]:
        """The fields that are written."""
        return frozenset(difference.column.field for difference in self.fields)


@dataclass(frozen=True)
class Removed:
    sheet: Sheet
    key: str
    title: str


@dataclass(frozen=True)
class Conflict:
    """Where the product and the workbook changed the same since the export. A whole row when `column` is None."""

    sheet: Sheet
    key: str
    row: int
    column: Column | None
    base: str
    theirs: str
    yours: str


@dataclass(frozen=True)
class Kept:
    """A record that changed in the product since the export and that the workbook leaves alone, or adds to."""

    sheet: Sheet
    key: str
    why: str


@dataclass(frozen=True)
class SheetCount:
    sheet: Sheet
    added: int
    changed: int
    removed: int


@dataclass
class Plan:
    """What an import would do. It may be carried out when `ready`."""

    event: Event
    stored: StoredEvent
    book: Workbook
    on_conflict: Choice
    same_event: bool
    added: list[Added] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    result: dict[str, dict[str, Values]] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        return not self.faults and (not self.conflicts or self.on_conflict != "stop")

    @property
    def empty(self) -> bool:
        return not (self.added or self.changed or self.removed)

    @property
    def counts(self) -> list[SheetCount]:
        """By sheet, those with something to do."""
        found = [
            SheetCount(
                sheet,
                sum(one.sheet is sheet for one in self.added),
                sum(one.sheet is sheet for one in self.changed),
                sum(one.sheet is sheet for one in self.removed),
            )
            for sheet in sheets()
        ]
        return [count for count in found if count.added or count.changed or count.removed]

    @property
    def highest_level(self) -> int | None:
        """The highest classification of any record that it names; None where it names none that has one."""
        named: list[Values] = [one.values for one in self.added]
        named += [one.values for one in self.changed]
        told = [(one.sheet, one.key) for one in self.removed]
        told += [(one.sheet, one.key) for one in self.conflicts]
        told += [(one.sheet, one.key) for one in self.kept]
        named += [self.stored[sheet.label].values.get(key, {}) for sheet, key in told]
        levels = [level for values in named if isinstance(level := values.get("classification"), int)]
        return max(levels, default=None)

    @property
    def digest(self) -> str:
        """Names exactly what would be done: a confirmation is for this and nothing else."""
        told: list[Any] = [self.on_conflict]
        told += [("+", a.sheet.label, a.key, sorted(a.values.items(), key=_name)) for a in self.added]
        told += [("~", c.sheet.label, c.key, sorted(c.values.items(), key=_name)) for c in self.changed]
        told += [("-", r.sheet.label, r.key) for r in self.removed]
        told += [("!", c.sheet.label, c.key, c.theirs, c.yours) for c in self.conflicts]
        return hashlib.sha256(repr(told).encode("utf-8", "backslashreplace")).hexdigest()


def _name(item: tuple[str, Value]) -> str:
    return item[0]
