"""A model's own rules, asked of many rows without a query each.

Django asks the database once for each check constraint and row. The conditions used here are small, so they are
evaluated in Python with SQL's three values; the database still has the last word when the rows are written.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from summitry.core.records import Recorded

Row = Mapping[str, Any]
Truth = bool | None

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


def holds(condition: Q, row: Row) -> Truth:
    """Whether a condition holds for a row's values: True, False, or None for SQL's unknown.

    A reference is compared as the value that the row has for it. Raises `NotImplementedError` for a lookup that no
    constraint of the product uses.
    """
    parts = [_part(child, row) for child in condition.children]
    if condition.connector == Q.AND:
        found: Truth = False if False in parts else None if None in parts else True
    elif condition.connector == Q.OR:
        found = True if True in parts else None if None in parts else False
    else:
        raise NotImplementedError(f"constraints joined by {condition.connector}")
    return None if found is None else found is not condition.negated


def _part(child: Any, row: Row) -> Truth:
    if isinstance(child, Q):
        return holds(child, row)
    if not isinstance(child, tuple):
        raise NotImplementedError(f"a constraint of the kind {child!r}")
    name, _separator, lookup = child[0].partition("__")
    left, right = row[name], child[1]
    if isinstance(right, F):
        right = row[_name(right)]
    if lookup == "isnull":
        return (left is None) is bool(right)
    compare = _COMPARISONS.get(lookup or "exact")
    if compare is None:
        raise NotImplementedError(f"a constraint with the lookup {lookup}")
    if left is None or right is None:
        return None
    return compare(left, right)


def broken_constraints(model: type[models.Model], row: Row) -> Iterator[tuple[models.CheckConstraint, list[str]]]:
    """The check constraints that a row's values break, each with the names of its fields."""
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.CheckConstraint):
            continue
        condition = constraint.condition
        if not isinstance(condition, Q):
            raise NotImplementedError(f"a constraint of the kind {condition!r}")
        if holds(condition, row) is False:
            yield constraint, list(dict.fromkeys(_fields(condition)))


def _name(other: F) -> str:
    return str(other.deconstruct()[1][0])


def _fields(condition: Any) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from _fields(child)
        else:
            yield child[0].partition("__")[0]
            if isinstance(child[1], F):
                yield _name(child[1])


def field_faults(record: Recorded, without: set[str]) -> dict[str, list[str]]:
    """What the model's fields refuse, by field: lengths, signs of a code, ranges, choices. References are not asked."""
    skipped = without | {field.name for field in record._meta.concrete_fields if field.is_relation}
    try:
        record.full_clean(exclude=skipped, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return {name: [text for one in errors for text in one.messages] for name, errors in error.error_dict.items()}
    return {}
