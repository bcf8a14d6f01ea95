"""What the apps' own actions refuse beyond the rules of a single row: asked of an import's result as a whole.

A form changes one record and its action judges that change. An import changes many at once, so each of these laws is
written over the rows as they would be. A law yields what breaks it; where it stands in the workbook is found elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from summitry.exchange.sheets import Values


@dataclass(frozen=True)
class Broken:
    """What is wrong: a kind, a record's key, a field ("" for the row as a whole), and a sentence."""

    label: str
    key: str
    field: str
    message: str


@dataclass(frozen=True)
class Result:
    """An import as the laws see it.

    after: every row as it would be, by kind and key. before: the rows as they are now.
    touched: the keys that are added or changed, by kind; a law speaks about these. removed: the keys that would go.
    """

    today: date
    after: Mapping[str, Mapping[str, Values]]
    before: Mapping[str, Mapping[str, Values]]
    touched: Mapping[str, frozenset[str]] = field(default_factory=dict)
    removed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def touched_rows(self, label: str) -> Iterable[tuple[str, Values]]:
        rows = self.after.get(label, {})
        return ((key, rows[key]) for key in sorted(self.touched.get(label, ())) if key in rows)

    def newly(self, label: str, key: str, name: str) -> bool:
        """Whether a record that exists gets this value where it had none."""
        old = self.before.get(label, {}).get(key)
        return old is not None and old.get(name) is None and self.after[label][key].get(name) is not None


Law = Callable[[Result], Iterable[Broken]]
LAWS: list[Law] = []


def law(function: Law) -> Law:
    """Register a law."""
    LAWS.append(function)
    return function
