"""What a sheet is: one description, from which export, import, the empty template and docs/workbook.md are made.

A sheet stands for one kind of record, a row for one record, a column for one field; most of a column is read from the
model's field. A record is named by its key everywhere: `T05`, and where a key has parts, `D-2025-08#3`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol, TypeAlias

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst

from summitry.core.models import Account
from summitry.core.records import Recorded, model_of
from summitry.core.rights import Classification


class Hidden(enum.Enum):
    """Stands for a reference to a record above the exporter's right; on import it leaves the field as it is."""

    HIDDEN = "(hidden)"


HIDDEN = Hidden.HIDDEN
Value: TypeAlias = str | int | bool | date | datetime | Hidden | None
"""One field's value in the workbook's terms: a reference is the key of its target."""
Values: TypeAlias = dict[str, Value]


class Kind(enum.Enum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"
    LEVEL = "level"
    REFERENCE = "reference"
    ACCOUNT = "account"
    MOMENT = "moment"


class Rule(enum.Enum):
    """What an import may do with a column."""

    FREE = "free"
    ONCE = "once"  # given when the row is new, never changed later
    SHOWN = "shown"  # told to the reader, passed over on import


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column.

    field: the model's field (or a name of the sheet's own where the field is split into several columns).
    target: for a reference, the label of the kind that it names.
    default: what an empty cell of a new or changed row means.
    fact: a day on which something happened, so never a day to come.
    pattern: what a text must match in full, beyond the model's own rules; pattern_note says it in words.
    width: in characters.
    """

    field: str
    header: str | Promise
    kind: Kind
    required: bool = False
    target: str = ""
    choices: tuple[tuple[str, str | Promise], ...] = ()
    show_values: bool = False
    default: Value = None
    note: str | Promise = ""
    width: int = 14
    rule: Rule = Rule.FREE
    fact: bool = False
    pattern: str = ""
    pattern_note: str | Promise = ""


class Filled(Protocol):
    """A row that was read: its values, and the fields whose cells were empty."""

    values: Values
    empty: frozenset[str]


def _as_read(rows: Sequence[Filled]) -> None:
    """Leaves the rows of a sheet as they were read."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet.

    label: the model's label. title: at most 31 characters. what: one sentence for people.
    key: the fields that make a row's key; key_of: the key of a row's values, equal to the record's own `key`.
    left_out: fields of the model that do not travel, each with the reason.
    prepare: what empty cells mean where that depends on other cells; may set values of the rows that were read.
    position: the order of the sheets.
    """

    label: str
    title: str | Promise
    what: str | Promise
    key: tuple[str, ...]
    key_of: Callable[[Mapping[str, Value]], str]
    columns: tuple[Column, ...]
    position: int
    left_out: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Sequence[Filled]], None] = _as_read

    @property
    def model(self) -> type[Recorded]:
        return model_of(self.label)

    @cached_property
    def by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}

    @cached_property
    def references(self) -> tuple[Column, ...]:
        """The columns that name records of the workbook."""
        return tuple(column for column in self.columns if column.kind is Kind.REFERENCE)

    @cached_property
    def own_references(self) -> tuple[Column, ...]:
        """The columns that name records of the same sheet: they make a tree, and a tree has no loop."""
        return tuple(column for column in self.references if column.target == self.label)

    @cached_property
    def carried(self) -> tuple[Column, ...]:
        """The columns that an import reads."""
        return tuple(column for column in self.columns if column.rule is not Rule.SHOWN)


SHEETS: dict[str, Sheet] = {}


def register_sheet(sheet: Sheet) -> Sheet:
    """Add a sheet; a second one for the same kind is an error."""
    if sheet.label in SHEETS and SHEETS[sheet.label] != sheet:
        raise RuntimeError(f"The workbook already has a sheet for {sheet.label}.")
    SHEETS[sheet.label] = sheet
    return sheet


def sheets() -> list[Sheet]:
    """All sheets in the order of the workbook."""
    return sorted(SHEETS.values(), key=lambda sheet: sheet.position)


def in_order_of_need() -> list[Sheet]:
    """All sheets, each after those that its rows refer to."""
    ordered: dict[str, Sheet] = {}
    left = sheets()
    while left:
        ready = [s for s in left if all(r.target in ordered or r.target == s.label for r in s.references)]
        if not ready:
            raise RuntimeError("Sheets refer to one another in a circle: " + ", ".join(s.label for s in left))
        ordered |= {sheet.label: sheet for sheet in ready}
        left = [sheet for sheet in left if sheet.label not in ordered]
    return list(ordered.values())


def by_code(values: Mapping[str, Value]) -> str:
    """The key of a record that is named by its code."""
    return str(values["code"])


def columns_of(model: type[models.Model], *fields: str, **special: Mapping[str, Any]) -> tuple[Column, ...]:
    """The columns of the model's fields, in the order given; `special` overrides what is read from the model."""
    columns = []
    for name in fields:
        column = _column(model, name)
        columns.append(replace(column, **special[name]) if name in special else column)
    return tuple(columns)


def _column(model: type[models.Model], name: str) -> Column:
    field_ = model._meta.get_field(name)
    assert isinstance(field_, models.Field)
    optional = field_.null or field_.blank
    found = Column(
        field=name,
        header=capfirst(field_.verbose_name),
        kind=Kind.TEXT,
        required=not optional and not field_.has_default(),
        note=field_.help_text,
        default=None if field_.null else _default(field_),
    )
    if isinstance(field_, models.ForeignKey):
        target = field_.related_model
        kind = Kind.ACCOUNT if target is Account else Kind.REFERENCE
        label = model._meta.label_lower if target == "self" else target._meta.label_lower
        return replace(found, kind=kind, target=label, width=16)
    if field_.choices == Classification.choices:
        return replace(found, kind=Kind.LEVEL, width=20)
    if field_.choices:
        choices = tuple((str(value), text) for value, text in field_.flatchoices)
        return replace(found, kind=Kind.CHOICE, choices=choices, width=18)
    if isinstance(field_, models.BooleanField):
        return replace(found, kind=Kind.FLAG, width=11)
    if isinstance(field_, models.DateTimeField):
        return replace(found, kind=Kind.MOMENT, width=20)
    if isinstance(field_, models.DateField):
        return replace(found, kind=Kind.DATE, width=13)
    if isinstance(field_, models.IntegerField):
        return replace(found, kind=Kind.NUMBER, width=11)
    if isinstance(field_, models.TextField):
        return replace(found, width=48)
    length = field_.max_length or 0
    return replace(found, width=14 if length <= 60 else 24 if length <= 120 else 36)


def _default(field_: models.Field[Any, Any]) -> Value:
    value = field_.get_default()
    # A choice's default is a member of an enumeration: the plain value travels.
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    return str(value.value) if isinstance(value, enum.Enum) else value
