"""From a row's values to a record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from summitry.core.models import Event
from summitry.core.records import Record, Recorded
from summitry.exchange import queries
from summitry.exchange.sheets import HIDDEN, Column, Kind, Sheet, Value, Values
from summitry.exchange.sheets.core import LEVEL_NAMES


def build(
    sheet: Sheet,
    event: Event,
    values: Mapping[str, Value],
    stored: Recorded | None = None,
    names: Collection[str] | None = None,
) -> Recorded:
    """A record with these values, unsaved, its references left as they are: new, or a copy of the stored one.

    names: the fields that are set; the others keep what is stored, also where a cell could not hold it as it is.
    """
    record = sheet.model() if stored is None else type(stored).from_snapshot(stored.snapshot())
    if isinstance(record, Record):
        record.event = event
    for column in to_set(sheet, values, names):
        if "." in column.field:
            setattr(record, LEVEL_NAMES, queries.level_names(dict(values)))
        elif column.kind not in (Kind.REFERENCE, Kind.ACCOUNT):
            setattr(record, column.field, values[column.field])
    return record


def to_set(sheet: Sheet, values: Mapping[str, Value], names: Collection[str] | None) -> Iterator[Column]:
    """The columns whose values are written; what is hidden stays as it is."""
    for column in sheet.carried:
        if (names is None or column.field in names) and values[column.field] is not HIDDEN:
            yield column


def in_levels(sheet: Sheet, added: Mapping[str, Values]) -> Iterator[list[str]]:
    """New rows of a sheet that refers to itself, in groups: each after those that it refers to."""
    names = [column.field for column in sheet.own_references]
    left = dict(added)
    while left:
        level = [key for key, values in left.items() if not any(values[name] in left for name in names)]
        if not level:  # a loop, which was refused before
            level = list(left)
        for key in level:
            del left[key]
        yield level
