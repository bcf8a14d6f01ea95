"""One look at an event: whatever checks, forecasts and pages need of it, each thing computed once.

A reading notes from which tables each of these things was computed. The reading that a preview makes of the event as
it would be takes over from the one before whatever the change cannot have touched, and computes the rest.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar

from django.apps import apps
from django.db import connection

from summitry.core import clock
from summitry.core.models import Event
from summitry.core.records import model_of

T = TypeVar("T")


class _Kept(NamedTuple):
    value: Any
    tables: frozenset[str]


class Reading:
    """One look at an event on one day.

    `use(function)` calls `function(reading)` the first time and keeps the answer: the loaded schedule, the solved
    network, the findings of one check. A function may `use` others; what it returns is shared, and nobody changes it.

    before, touched: a reading of the same event and day, and the labels of the kinds of records that have changed since
    (such as `schedule.task`): what was computed from other kinds is taken over.
    """

    def __init__(
        self,
        event: Event,
        today: date | None = None,
        *,
        before: Reading | None = None,
        touched: Collection[str] = (),
    ) -> None:
        self.event = event
        self.today = today or clock.today(event)
        self._kept: dict[Callable[..., Any], _Kept] = {}
        self._noting = threading.local()
        if before is not None and before.today == self.today and "core.event" not in touched:
            changed = {model_of(label)._meta.db_table for label in touched}
            for function, kept in list(before._kept.items()):
                if changed.isdisjoint(_with_referred(kept.tables)):
                    self._kept[function] = kept

    def use(self, function: Callable[[Reading], T]) -> T:
        kept = self._kept.get(function)
        if kept is None:
            kept = self._kept[function] = self._compute(function)
        outer = self._stack()
        if outer:
            outer[-1].update(kept.tables)
        value: T = kept.value
        return value

    def _compute(self, function: Callable[[Reading], Any]) -> _Kept:
        stack = self._stack()
        tables: set[str] = set()
        stack.append(tables)
        try:
            if len(stack) > 1:
                value = function(self)
            else:
                with connection.execute_wrapper(self._note):
                    value = function(self)
        finally:
            stack.pop()
        return _Kept(value, frozenset(tables))

    def _stack(self) -> list[set[str]]:
        """The tables noted so far by what is being computed now, innermost last; of this thread alone."""
        stack: list[set[str]] = self._noting.__dict__.setdefault("stack", [])
        return stack

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        stack = self._stack()
        if stack:
            stack[-1].update(_tables_in(sql))
        return execute(sql, params, many, context)


@cache
def _known_tables() -> frozenset[str]:
    return frozenset(model._meta.db_table for model in apps.get_models(include_auto_created=True))


@lru_cache(maxsize=4096)
def _tables_in(sql: str) -> frozenset[str]:
    """The tables that a statement speaks of: Django quotes every name."""
    return _known_tables().intersection(re.findall(r'"(\w+)"', sql))


@cache
def _referred() -> dict[str, frozenset[str]]:
    """For each table itself and all that its rows refer to, to any depth.

    A row may have fetched what it refers to while something else was computed; so whatever was computed from a table
    counts as computed from these as well.
    """
    direct: dict[str, set[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        targets = direct.setdefault(model._meta.db_table, set())
        for field in model._meta.concrete_fields:
            if field.is_relation and isinstance(field.related_model, type):
                targets.add(field.related_model._meta.db_table)
    found: dict[str, frozenset[str]] = {}
    for table in direct:
        reached, open_tables = {table}, [table]
        while open_tables:
            for target in direct.get(open_tables.pop(), ()):
                if target not in reached:
                    reached.add(target)
                    open_tables.append(target)
        found[table] = frozenset(reached)
    return found


def _with_referred(tables: Iterable[str]) -> set[str]:
    referred = _referred()
    return set().union(*(referred.get(table, frozenset((table,))) for table in tables))
