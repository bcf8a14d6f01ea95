"""The actions that import a file: a workbook, or a plan of another scheduling program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Self, cast

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import PrivateAttr

from summitry.core.action import Action, Context, action
from summitry.core.models import Event
from summitry.core.records import Record, Recorded, delete_all, save_all
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN
from summitry.exchange.comparing import Choice, Plan, build, in_levels, plan, to_set
from summitry.exchange.faults import Faults, refuse_file
from summitry.exchange.plans.book import PlanBook, Wishes
from summitry.exchange.plans.keys import keep_keys
from summitry.exchange.queries import chunks
from summitry.exchange.reading import Workbook, read
from summitry.exchange.sheets import Kind, Sheet, Values, in_order_of_need
from summitry.exchange.sheets.core import EVENT


@action("exchange.import_workbook", title=gettext_lazy("Import a workbook"), right=PLAN)
class ImportWorkbook(Action):
    """Make the event what a workbook says: rows are added, changed and removed, all or none.

    What changed in the product since the export stays; where both changed the same, `on_conflict` decides, and by
    default nothing is imported. A partial workbook, and one exported from elsewhere, removes nothing. `expected` names
    the plan that a person has looked at (`Plan.digest`): another outcome is refused. The log keeps the file's SHA-256
    and the counts, not the file.
    """

    data: bytes
    file_name: str = ""
    on_conflict: Choice = "stop"
    expected: str = ""

    _counts: dict[str, list[int]] = PrivateAttr(default_factory=dict)
    _book: Workbook | None = PrivateAttr(default=None)

    @classmethod
    def already_read(cls, book: Workbook, data: bytes, **arguments: Any) -> Self:
        """The import of a file that was read already, for this very event."""
        made = cls(data=data, **arguments)
        made._book = book
        return made

    def arguments(self) -> dict[str, Any]:
        return {
            "file_name": self.file_name,
            "sha256": hashlib.sha256(self.data).hexdigest(),
            "size": len(self.data),
            "on_conflict": self.on_conflict,
            "counts": dict(self._counts),
        }

    def _read(self, ctx: Context) -> Workbook:
        return read(self.data, ctx.event)

    def run(self, ctx: Context) -> Recorded | None:
        book = self._book or self._read(ctx)
        found = plan(ctx.event, ctx.viewer, book, on_conflict=self.on_conflict)
        refuse_unready(found)
        if self.expected and found.digest != self.expected:
            raise Invalid.of(
                "", _("The event changed since you looked at what this import does. Look at it again, then confirm.")
            )
        for count in found.counts:
            self._counts[count.sheet.label] = [count.added, count.changed, count.removed]
        try:
            with transaction.atomic():
                _Applier(ctx.event, found).apply()
        except (IntegrityError, ProtectedError) as error:  # a rule that only the database keeps
            raise refuse_file(_("The database refuses these rows: {reason}.").format(reason=error)) from error
        if isinstance(book, PlanBook):
            keep_keys(ctx.event, book.outside.key, book.keys)
        return ctx.event


@action("exchange.import_plan", title=gettext_lazy("Import a plan of another program"), right=PLAN)
class ImportPlan(ImportWorkbook):
    """Take over a plan of Microsoft Project or Primavera: tasks, links, agencies, calendars, baselines, facts.

    As with a workbook it is all or none. What Summitry has no place for is told before and never taken over. `wishes`
    holds what the person chose: which project, who leads tasks without a name, whether the event takes the plan's
    calendar, and whether what the file no longer has is removed.
    """

    wishes: dict[str, Any] = {}

    def arguments(self) -> dict[str, Any]:
        book = self._book
        told = {"without_counterpart": len(book.lost)} if isinstance(book, PlanBook) else {}
        return {**super().arguments(), "wishes": self.wishes, **told}

    def _read(self, ctx: Context) -> Workbook:
        from summitry.exchange.plans.opening import kind_of, open_plan

        return open_plan(self.data, kind_of(self.data), ctx.event, ctx.viewer, Wishes.of(self.wishes))


def import_of(book: Workbook, data: bytes, **arguments: Any) -> ImportWorkbook:
    """The action that imports a file which was read already for this very event."""
    if isinstance(book, PlanBook):
        return ImportPlan.already_read(book, data, wishes=book.wishes.told(), **arguments)
    return ImportWorkbook.already_read(book, data, **arguments)


def refuse_unready(found: Plan) -> None:
    """Raise `WorkbookRefused` with every fault, and with every conflict that nobody has settled."""
    if found.ready:
        return
    faults = Faults(list(found.faults))
    for conflict in found.conflicts if found.on_conflict == "stop" else ():
        faults.add(
            _(
                "Changed in the product since the export: there “{theirs}”, here “{yours}”, at the export “{base}”."
            ).format(theirs=conflict.theirs, yours=conflict.yours, base=conflict.base),
            sheet=conflict.sheet.title,
            row=conflict.row,
            column=conflict.column.header if conflict.column else "",
            found=conflict.key,
        )
    faults.refuse()


class _Applier:
    """Writes a plan, each record after those that it refers to, and removes in the opposite order."""

    def __init__(self, event: Event, found: Plan) -> None:
        self.event, self.found = event, found
        self.records: dict[str, dict[str, Recorded]] = {
            label: dict(stored.records) for label, stored in found.stored.by_label.items()
        }

    def apply(self) -> None:
        for sheet in in_order_of_need():
            changed = [one for one in self.found.changed if one.sheet is sheet]
            if sheet is EVENT:
                for one in changed:
                    cast(Event, build(EVENT, self.event, one.values, self.event, one.names)).save()
                    self.event.refresh_from_db()
                continue
            added = {one.key: one.values for one in self.found.added if one.sheet is sheet}
            for keys in in_levels(sheet, added):
                self._save([self._built(sheet, key, added[key]) for key in keys])
            self._save([self._built(sheet, one.key, one.values, one.names) for one in changed])
        for sheet in reversed(in_order_of_need()):
            self._remove(sheet)

    def _save(self, records: list[Record]) -> None:
        for some in chunks(records):
            save_all(some)

    def _built(self, sheet: Sheet, key: str, values: Values, names: frozenset[str] | None = None) -> Record:
        """The record with its references set as objects at hand: nothing is asked for again."""
        stored = self.found.stored[sheet.label].records.get(key)
        record = cast(Record, build(sheet, self.event, values, stored, names))
        # A changed record keeps the references that stay, by the objects that give them their keys.
        for column in to_set(sheet, values, None):
            value = values[column.field]
            if column.kind is Kind.REFERENCE:
                setattr(record, column.field, self.records[column.target][str(value)] if value is not None else None)
            elif column.kind is Kind.ACCOUNT and (names is None or column.field in names):
                setattr(record, column.field, self.found.accounts[str(value)] if value is not None else None)
        self.records[sheet.label][key] = record
        return record

    def _remove(self, sheet: Sheet) -> None:
        gone = {
            one.key: self.found.stored[sheet.label].values[one.key] for one in self.found.removed if one.sheet is sheet
        }
        # Parts before their groups: the opposite of the order of adding.
        for keys in reversed(list(in_levels(sheet, gone))):
            for some in chunks(keys):
                delete_all([cast(Record, self.records[sheet.label][key]) for key in some])


def told(found: Plan) -> Iterator[str]:
    """The plan's counts, one line a sheet, for the command line."""
    for count in found.counts:
        yield _("{sheet}: {added} added, {changed} changed, {removed} removed").format(
            sheet=count.sheet.title, added=count.added, changed=count.changed, removed=count.removed
        )
