"""How the actions of mandates name clauses, and the rules that several of them share."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from summitry.core.action import Context
from summitry.core.records import Record
from summitry.core.refusals import Invalid, NotFound
from summitry.governance.models import Clause

R = TypeVar("R", bound=Record)


def clause_of(ctx: Context, key: str | None) -> Clause | None:
    """The visible clause of a key such as `D-2025-08#3`: the decision's code, a number sign, the clause's number."""
    if not key:
        return None
    code, _sign, number = key.partition("#")
    rows = Clause.objects.filter(event=ctx.event, decision__code=code, number=number).visible_to(ctx.viewer)
    clause = rows.select_related("decision").first()
    if clause is None:
        raise NotFound(what=Clause._meta.verbose_name, key=key)
    return clause


def within_clearance(ctx: Context, classification: int) -> None:
    """A person may not file what they could then not read."""
    if classification > ctx.viewer.clearance and not ctx.viewer.everything:
        raise Invalid.of("classification", _("This is above your own clearance."))


def not_later_than_today(ctx: Context, field: str, day: date) -> None:
    """A fact has happened: its day is not in the future."""
    if day > ctx.today:
        raise Invalid.of(field, _("This day is still to come: state what has happened."), day)


def no_loop(record: R, field: str, above: Callable[[R], Collection[R]], message: str) -> None:
    """Refuse when following `above` from the record comes back to it."""
    open_records, met = list(above(record)), {record.pk}
    seen: set[int] = set()
    while open_records:
        one = open_records.pop()
        if one.pk in met:
            raise Invalid.of(field, message, one.key)
        if one.pk not in seen:
            seen.add(one.pk)
            open_records += above(one)
