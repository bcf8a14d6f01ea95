"""From a row's values to a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from summitry.core.models import Event
from summitry.core.records import Record, Recorded
from summitry.exchange import queries
from summitry.exchange.sheets import HIDDEN, Kind, Sheet, Value, Values
from summitry.exchange.sheets.core import EVENT, LEVEL_NAMES


def build(sheet: Sheet, event: Event, values: Mapping[str, Value], stored: Recorded | None) -> Recorded:
    """A record with these values, unsaved, its references left as they are: new, or a copy of the stored one."""
    record = sheet.model() if stored is None else type(stored).from_snapshot(stored.snapshot())
    if isinstance(record, Record):
        record.event = event
    for column in sheet.carried:
        if "." not in column.field and column.kind not in (Kind.REFERENCE, Kind.ACCOUNT):
            value = values[column.field]
            if value is not HIDDEN:
                setattr(record, column.field, value)
    if sheet is EVENT:
        setattr(record, LEVEL_NAMES, queries.level_names(dict(values)))
    return record


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
