"""One cell: from what the spreadsheet holds to a value, and from a value to what people read in the cell."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.core.models import Event
from summitry.core.rights import Classification
from summitry.exchange import limits
from summitry.exchange.queries import normal
from summitry.exchange.sheets import HIDDEN, Column, Kind, Value
from summitry.exchange.words import folded, in_every_language, listed

YES, NO = gettext_lazy("yes"), gettext_lazy("no")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
FIRST_REAL_DAY = date(1900, 3, 1)
"""Spreadsheet programs disagree about the days before: these are written as text."""

TOO_LONG = "(longer than a cell can hold; kept as it is)"
"""Stands for a text that no cell can hold; on import it leaves the field as it is."""

ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T00:00:00(?:\.0+)?)?")
WHOLE = re.compile(r"[+-]?\d{1,15}")
ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class Bad(Exception):
    """The cell does not hold what its column takes. `expected` says what it takes."""

    def __init__(self, expected: str | Promise) -> None:
        super().__init__(str(expected))
        self.expected = str(expected)


@dataclass(frozen=True)
class Words:
    """The words that cells may hold, folded, in every language."""

    levels: Mapping[str, int]
    level_names: tuple[str, ...]
    yes: frozenset[str]
    no: frozenset[str]
    _choices: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict, compare=False, repr=False)

    def of_choices(self, column: Column) -> dict[str, str]:
        """What each word of a choice stands for. The values themselves mean the same in every language and win."""
        values = tuple(value for value, _label in column.choices)
        if values not in self._choices:
            found = {word: value for value, label in column.choices for word in in_every_language(label)}
            self._choices[values] = found | {folded(value): value for value in values}
        return self._choices[values]


def words_for(event: Event, told: Event | None = None, *, exported_from_it: bool = False) -> Words:
    """The words of an import into `event`.

    told: an event with the names of the classifications that the workbook itself gives; cells were written with them,
    so they come first. Only where the workbook came from this very event and now names levels otherwise, a word that
    means another level there than here means none: nobody can tell which of the two was meant.
    """
    layers = [*_level_layers(told or event), *_level_layers(event)]
    for known in Classification:
        layers.append(dict.fromkeys(in_every_language(known.label), int(known)))
        layers.append({str(int(known)): int(known)})
    levels: dict[str, int] = {}
    for layer in layers:
        levels = layer | levels
    if told is not None and exported_from_it:
        here = _level_layers(event)[0]
        for word, level in _level_layers(told)[0].items():
            if here.get(word, level) != level:
                del levels[word]
    return Words(
        levels=levels,
        level_names=tuple(level_texts(told or event)),
        yes=in_every_language(YES) | {"yes", "true", "1"},
        no=in_every_language(NO) | {"no", "false", "0"},
    )


def _level_layers(event: Event) -> tuple[dict[str, int], dict[str, int]]:
    """What cells show, and the names' parts where a part means one level only."""
    shown = {folded(text): level for level, text in enumerate(level_texts(event))}
    parts: dict[str, set[int]] = {}
    for level in Classification:
        given = event.classification_names.get(str(int(level)), {})
        for part in (given.get("name", ""), given.get("national", ""), event.classification_name(int(level))):
            parts.setdefault(folded(normal(part)), set()).add(int(level))
    return shown, {part: levels.pop() for part, levels in parts.items() if part and len(levels) == 1}


def level_texts(event: Event) -> list[str]:
    """The classifications as cells show them, each unlike the others: numbered where their names are not."""
    names = [normal(event.classification_name(int(level))) for level in Classification]
    if "" in names or len({folded(name) for name in names}) < len(names):
        return [f"{level}: {name}" for level, name in enumerate(names)]
    return names


def level_text(event: Event, level: int) -> str:
    return level_texts(event)[level]


def read_cell(column: Column, raw: Any, words: Words) -> Value:
    """The cell's value; raises `Bad`. An empty cell is the column's default."""
    if isinstance(raw, str):
        raw = normal(raw)
    if raw is None or raw == "":
        if column.required:
            raise Bad(_("Nothing is here, but something must be: {what}").format(what=expectation(column, words)))
        return column.default
    value = _READERS[column.kind](column, raw, words)
    if column.pattern and isinstance(value, str) and not re.fullmatch(column.pattern, value):
        raise Bad(column.pattern_note)
    return value


def _text(column: Column, raw: Any, words: Words) -> Value:
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        return _number_as_text(raw)
    if not isinstance(raw, str):
        raise Bad(_("Text is expected. Give the cell the format Text and write it again."))
    return HIDDEN if raw == TOO_LONG else raw


def _number_as_text(number: float) -> str:
    """What a person typed who wrote 12 into a column of text."""
    if math.isfinite(number) and number == int(number) and abs(number) < 10**15:
        return str(int(number))
    if math.isfinite(number) and 1e-4 <= abs(number) < 10**15:
        return repr(number)
    raise Bad(_("Text is expected. Give the cell the format Text and write it again."))


def _number(column: Column, raw: Any, words: Words) -> Value:
    expected = Bad(_("A whole number is expected."))
    if isinstance(raw, bool):
        raise expected
    if isinstance(raw, str):
        if not WHOLE.fullmatch(raw):
            raise expected
        return int(raw)
    if not isinstance(raw, float | int) or not math.isfinite(raw) or raw != int(raw) or abs(raw) >= 10**15:
        raise expected
    return int(raw)


def _date(column: Column, raw: Any, words: Words) -> Value:
    day: date | None = None
    if isinstance(raw, datetime):
        if raw.time() != time(0):
            raise Bad(_("A day without a time is expected."))
        day = raw.date()
    elif isinstance(raw, date):
        day = raw
    elif isinstance(raw, str) and (match := ISO_DAY.fullmatch(raw)):
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            day = None
    if day is None:
        raise Bad(_("A day is expected: a date cell, or text written like 2025-10-25."))
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Bad(_("A day between the years 1900 and 2199 is expected."))
    return day


def _flag(column: Column, raw: Any, words: Words) -> Value:
    if isinstance(raw, bool):
        return raw
    text = folded(str(int(raw))) if isinstance(raw, float) and raw in (0.0, 1.0) else folded(str(raw))
    if text in words.yes:
        return True
    if text in words.no:
        return False
    raise Bad(expectation(column, words))


def _choice(column: Column, raw: Any, words: Words) -> Value:
    if isinstance(raw, str):
        known = words.of_choices(column).get(folded(raw))
        if known is not None:
            return known
    raise Bad(expectation(column, words))


def _level(column: Column, raw: Any, words: Words) -> Value:
    if isinstance(raw, float) and raw == int(raw):
        raw = str(int(raw))
    if isinstance(raw, str) and folded(raw) in words.levels:
        return words.levels[folded(raw)]
    raise Bad(expectation(column, words))


def _reference(column: Column, raw: Any, words: Words) -> Value:
    if isinstance(raw, str) and raw == HIDDEN.value:
        return HIDDEN
    return _text(column, raw, words)


def _moment(column: Column, raw: Any, words: Words) -> Value:
    if isinstance(raw, datetime):
        return raw.replace(tzinfo=UTC)
    if isinstance(raw, date):
        return datetime(raw.year, raw.month, raw.day, tzinfo=UTC)
    if isinstance(raw, str):
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            moment = None
        if moment is not None:
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    raise Bad(_("A moment is expected, written like 2025-10-06T01:00:00+00:00."))


_READERS: dict[Kind, Callable[[Column, Any, Words], Value]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.LEVEL: _level,
    Kind.REFERENCE: _reference,
    Kind.ACCOUNT: _reference,
    Kind.MOMENT: _moment,
}


def expectation(column: Column, words: Words) -> str:
    """What a column takes, as a sentence."""
    if column.kind is Kind.CHOICE:
        shown = [value if column.show_values else str(label) for value, label in column.choices]
        return _("One of these is expected: {choices}.").format(choices=listed(shown))
    if column.kind is Kind.LEVEL:
        return _("One of these is expected: {choices}.").format(choices=listed(words.level_names))
    if column.kind is Kind.FLAG:
        return _("Yes or no is expected.")
    if column.kind is Kind.DATE:
        return _("A day is expected.")
    if column.kind is Kind.NUMBER:
        return _("A whole number is expected.")
    if column.kind is Kind.REFERENCE:
        return _("The key of a row of another sheet is expected.")
    return _("Text is expected.")


def cell_text(value: str) -> str:
    """Text as the file holds it: what looks like an escape of the format is escaped, what is too long is marked."""
    if len(value.encode("utf-16-le")) // 2 > limits.MAX_TEXT:
        return TOO_LONG
    return ESCAPED.sub("_x005F_", value)


def display(column: Column, value: Value, event: Event) -> str:
    """A value as people read it, on the pages and in faults."""
    if value is None or value == "":
        return ""
    if value is HIDDEN:
        return HIDDEN.value
    if isinstance(value, bool):
        return str(YES if value else NO)
    if column.kind is Kind.LEVEL:
        return level_text(event, int(value))  # type: ignore[arg-type]
    if column.kind is Kind.CHOICE and not column.show_values:
        return next((str(label) for known, label in column.choices if known == value), str(value))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def raw_shown(raw: Any) -> str:
    """What stood in the cell, for a fault."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float) and math.isfinite(raw) and raw == int(raw):
        return str(int(raw))
    if isinstance(raw, datetime | date | time | timedelta):
        return raw.isoformat() if not isinstance(raw, timedelta) else str(raw)
    return str(raw)
