"""One sheet's rows against the records of its kind."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _

from summitry.core import clock
from summitry.core.models import Blob, Document, Event
from summitry.core.records import Recorded, Snapshot
from summitry.core.viewer import Viewer
from summitry.exchange import queries
from summitry.exchange.cells import display
from summitry.exchange.comparing.building import build
from summitry.exchange.comparing.outcome import (
    Added,
    Changed,
    Choice,
    Conflict,
    FieldDifference,
    Kept,
    Plan,
    Removed,
)
from summitry.exchange.queries import Earlier, Stored, StoredEvent
from summitry.exchange.reading import Row, SheetRows
from summitry.exchange.rules import broken_constraints, field_faults
from summitry.exchange.sheets import HIDDEN, Column, Kind, Rule, Sheet, Value, Values
from summitry.exchange.sheets.core import OF_THE_FILE
from summitry.exchange.words import listed


class Whole(Protocol):
    """What one sheet's comparison knows of the whole."""

    event: Event
    viewer: Viewer
    stored: StoredEvent
    earlier: dict[tuple[str, int], Earlier]
    keys: dict[str, dict[int, str]]
    same_event: bool
    on_conflict: Choice
    out: Plan

    def takes_away(self, sheet: Sheet, key: str) -> bool: ...


class SheetComparer:
    """One sheet's rows against the records of its kind."""

    def __init__(self, whole: Whole, sheet: Sheet, rows: SheetRows) -> None:
        self.whole, self.sheet, self.rows = whole, sheet, rows
        self.out = whole.out
        self.stored: Stored = whole.stored[sheet.label]
        self.result: dict[str, Values] = {}
        self.today = clock.today(whole.event)
        self.unknown_accounts: set[str] = set()
        self.files_left = 0
        earlier = [one for one in whole.earlier.values() if one.label == sheet.label]
        self.base_by_pk: dict[int, Earlier] = {one.pk: one for one in earlier}
        self.gone = self._gone(earlier)
        self.stamped = self._stamped()

    def _gone(self, earlier: list[Earlier]) -> dict[str, Earlier]:
        """Records that stood at the export and do not exist any more, by key."""
        missing = {one.pk: one for one in earlier if one.snapshot is not None and one.pk not in self.stored.key_of}
        for some in queries.chunks(sorted(missing)):
            for pk in self.sheet.model._base_manager.filter(pk__in=some).values_list("pk", flat=True):
                del missing[pk]
        return {one.key: one for one in missing.values()}

    def _stamped(self) -> dict[str, Snapshot]:
        """Rows that carry another version than the export as a whole: taken over from another workbook."""
        if not self.whole.same_event:
            return {}
        wanted: dict[int, int] = {}
        for key, row in self.rows.rows.items():
            record = self.stored.records.get(key)
            if record is None or row.stamp is None:
                continue
            base = self.base_by_pk.get(record.pk)
            version = getattr(record, "version", None) if base is None else (base.snapshot or {}).get("version")
            if version != row.stamp:
                wanted[record.pk] = row.stamp
        found = queries.versions_of(self.sheet.label, wanted)
        return {self.stored.key_of[pk]: snapshot for pk, snapshot in found.items()}

    def base(self, key: str) -> Values | None:
        """The record's values at the export; None when they are not known or it did not exist."""
        if not self.whole.same_event:
            return None
        if key in self.stamped:
            return self._values(self.stamped[key])
        record = self.stored.records.get(key)
        known = self.base_by_pk.get(record.pk) if record is not None else self.gone.get(key)
        if known is None:
            return self.stored.values.get(key)
        return self._values(known.snapshot) if known.snapshot is not None else None

    def _values(self, snapshot: Snapshot) -> Values:
        return queries.record_values(self.sheet, snapshot, self.whole.keys, self.whole.stored.accounts)

    def compare(self) -> None:
        for key, row in self.rows.rows.items():
            if key in self.stored.values:
                self._compare_known(key, row)
            else:
                self._compare_new(key, row)
        for key, values in self.stored.values.items():
            if key not in self.rows.rows:
                self._compare_missing(key, values)
        self._check_taken()
        if self.unknown_accounts:
            self.out.notes.append(
                _("These user names are not known here and are left out: {names}.").format(
                    names=listed(sorted(self.unknown_accounts))
                )
            )
        if self.files_left:
            self.out.notes.append(
                _(
                    "The files of {count} documents are not here: their descriptions are imported without a file. "
                    "Add the files in Documents."
                ).format(count=self.files_left)
            )
        self.out.result[self.sheet.label] = self.result

    # Rows that the event has

    def _compare_known(self, key: str, row: Row) -> None:
        current, base = self.stored.values[key], self.base(key)
        final: Values = dict(current)
        differences: list[FieldDifference] = []
        product_changed, conflicts = False, False
        for column in self.sheet.columns:
            name = column.field
            theirs = current[name]
            yours = row.values.get(name, theirs)
            if name in row.bad or column.rule is Rule.SHOWN or yours is HIDDEN:
                continue
            before = base[name] if base is not None else theirs
            product_changed = product_changed or before != theirs
            if yours in (theirs, before):
                continue
            if column.rule is Rule.ONCE:
                self._fault(
                    row,
                    column,
                    _("This cannot be changed here: it stays “{value}”.").format(value=self._say(column, theirs)),
                )
                continue
            if column.kind is Kind.ACCOUNT and isinstance(yours, str) and yours not in self.out.accounts:
                self._fault(row, column, _("No account has this user name."))
                continue
            if before != theirs or (base is None and self.whole.same_event):
                conflicts = True
                self._conflict(key, row, column, before if base is not None else None, theirs, yours)
                if self.whole.on_conflict != "take":
                    continue
            final[name] = yours
            differences.append(FieldDifference(column, self._say(column, theirs), self._say(column, yours)))
        self.result[key] = final
        if differences:
            changed = Changed(self.sheet, key, row.number, final, tuple(differences))
            self.out.changed.append(changed)
            self._check(row, build(self.sheet, self.whole.event, final, self.stored.records[key], changed.names), final)
            self._check_facts(row, final, current)
        if product_changed and not conflicts:
            why = (
                _("changed in the product and in the workbook, in different fields: both are kept")
                if differences
                else _("changed in the product since the export, not in the workbook: stays as it is now")
            )
            self.out.kept.append(Kept(self.sheet, key, why))

    def _conflict(self, key: str, row: Row, column: Column, base: Value, theirs: Value, yours: Value) -> None:
        if column.kind is Kind.REFERENCE and base not in self.whole.stored[column.target].values:
            base = HIDDEN if base is not None else None  # it is gone, and may have been above the viewer's right
        shown = (self._say(column, value) for value in (base, theirs, yours))
        self.out.conflicts.append(Conflict(self.sheet, key, row.number, column, *shown))

    # Rows that the event does not have

    def _compare_new(self, key: str, row: Row) -> None:
        if self.whole.same_event and key in self.gone:
            base = self.base(key)
            if base is not None and self._same(row, base):
                self.out.kept.append(Kept(self.sheet, key, _("removed in the product since the export: stays removed")))
                return
            self.out.conflicts.append(Conflict(self.sheet, key, row.number, None, "", _("removed"), _("changed")))
            if self.whole.on_conflict != "take":
                return
        values: Values = {}
        for column in self.sheet.columns:
            value = row.values.get(column.field, column.default)
            if value is HIDDEN:
                self._fault(row, column, _("A new row cannot keep what was not shown: name it, or empty the cell."))
                value = column.default
            if column.kind is Kind.ACCOUNT and isinstance(value, str) and value not in self.out.accounts:
                self.unknown_accounts.add(value)
                value = None
            values[column.field] = value
        if self.sheet.model is Document:
            self._leave_file(values)
        self.result[key] = values
        self.out.added.append(Added(self.sheet, key, row.number, values))
        self._check(row, build(self.sheet, self.whole.event, values), values)
        self._check_facts(row, values, None)

    def _same(self, row: Row, base: Values) -> bool:
        return all(
            column.rule is Rule.SHOWN
            or row.values.get(column.field) is HIDDEN
            or base[column.field] is HIDDEN  # what it named is gone as well, or was never shown
            or row.values.get(column.field) == base[column.field]
            for column in self.sheet.columns
        )

    def _leave_file(self, values: Values) -> None:
        """A new description gets the file only if it lies here and the viewer may read it under another description.

        The fingerprint alone must not open a file that its owner classified.
        """
        digest = values.get("sha256")
        if not digest:
            return
        viewer = self.whole.viewer
        if viewer.everything:
            reachable = Blob.objects.filter(pk=digest).exists()
        else:
            reachable = Document.objects.filter(event=self.whole.event, sha256=digest).visible_to(viewer).exists()
        if not reachable:
            self.files_left += 1
            for name in OF_THE_FILE:
                values[name] = self.sheet.by_field[name].default

    # Records that the workbook does not have

    def _compare_missing(self, key: str, values: Values) -> None:
        record = self.stored.records[key]
        # Rows whose keys were not understood may well be this one: the fault is told, nothing is removed.
        keep = not self.whole.takes_away(self.sheet, key) or not self.rows.sound
        earlier = self.base_by_pk.get(record.pk)
        if not keep and earlier is not None:
            keep = True
            if earlier.snapshot is None:
                self.out.kept.append(Kept(self.sheet, key, _("added in the product since the export: stays")))
            else:
                self.out.conflicts.append(Conflict(self.sheet, key, 0, None, "", _("changed"), _("removed")))
                keep = self.whole.on_conflict != "take"
        if keep:
            self.result[key] = values
            return
        self.out.removed.append(Removed(self.sheet, key, _title(record)))

    # Rules

    def _check(self, row: Row, record: Recorded, values: Values) -> None:
        """The model's own rules for one row that would be written, and the viewer's clearance."""
        for name, messages in field_faults(record, set(row.bad)).items():
            column = self.sheet.by_field.get(name)
            for message in messages:
                self._fault(row, column, message)
        if not row.bad:
            for constraint, names in broken_constraints(self.sheet.model, values):
                self._unfit(row, values, constraint.name, names)
        level = values.get("classification")
        if isinstance(level, int) and level > self.whole.viewer.clearance and not self.whole.viewer.everything:
            self._fault(row, self.sheet.by_field["classification"], _("This is above your own clearance."))

    def _check_facts(self, row: Row, values: Values, current: Values | None) -> None:
        """A fact has happened."""
        for column in self.sheet.columns:
            day = values.get(column.field)
            if not (column.fact and isinstance(day, date)) or day <= self.today:
                continue
            if current is None or current[column.field] != day:
                self._fault(row, column, _("This day is still to come: state what has happened."))

    def _unfit(self, row: Row, values: Values, rule: str, names: list[str]) -> None:
        columns = [self.sheet.by_field[name] for name in names if name in self.sheet.by_field]
        told = ", ".join(f"{column.header}: {self._say(column, values[column.field]) or '—'}" for column in columns)
        self._fault(
            row,
            columns[0] if columns else None,
            _("These do not fit together ({rule}): {values}.").format(rule=rule.replace("_", " "), values=told),
        )

    def _check_taken(self) -> None:
        """Keys that records above the viewer's right have."""
        added = {one.key: one for one in self.out.added if one.sheet is self.sheet}
        for key in sorted(queries.taken_codes(self.sheet, self.whole.event, added)):
            row = self.rows.rows[key]
            self._fault(row, self.sheet.by_field["code"], _("This key is taken: choose another one."))

    def _fault(self, row: Row, column: Column | None, expected: str) -> None:
        name = column.field if column else ""
        self.out.faults.add(
            expected,
            sheet=self.rows.title,
            row=self.rows.row_number(row, name),
            column=column.header if column else "",
            cell=self.rows.cell(row, name) if column else "",
            found=self._say(column, row.values.get(name)) if column else "",
        )

    def _say(self, column: Column, value: Value) -> str:
        return display(column, value, self.whole.event)


def _title(record: Recorded) -> str:
    return str(getattr(record, "title", "") or getattr(record, "name", ""))
