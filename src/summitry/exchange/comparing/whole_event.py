"""The whole workbook against the whole event, and what must hold between rows."""

from __future__ import annotations

import difflib
from dataclasses import replace

from django.db.models import ManyToOneRel
from django.utils.translation import gettext as _

from summitry.core import clock
from summitry.core.models import Account, Event
from summitry.core.viewer import Viewer
from summitry.exchange import queries
from summitry.exchange.cells import display
from summitry.exchange.comparing.one_sheet import SheetComparer
from summitry.exchange.comparing.outcome import Choice, Plan
from summitry.exchange.faults import Faults
from summitry.exchange.laws import LAWS, Result
from summitry.exchange.loops import tree_loops
from summitry.exchange.reading import Row, SheetRows, Workbook
from summitry.exchange.sheets import SHEETS, Column, Kind, Rule, Sheet, in_order_of_need, sheets
from summitry.exchange.sheets.core import EVENT

SUGGESTED_UP_TO = 50
"""Faults for which a similar key is looked up; it takes time."""


class Comparer:
    def __init__(self, event: Event, viewer: Viewer, book: Workbook, on_conflict: Choice) -> None:
        self.event, self.viewer, self.book, self.on_conflict = event, viewer, book, on_conflict
        self.stored = queries.load(event, viewer)
        marks = book.marks
        same = marks.event == event.slug and marks.counter >= 0
        self.same_event = same and queries.was_at(event, marks.counter, marks.fingerprint)
        self.earlier = queries.changed_since(event, marks.counter) if self.same_event else {}
        # Also the keys of records that are gone, so that an old reference to one of them is not taken for an edit.
        self.keys = {label: dict(one.key_of) for label, one in self.stored.by_label.items()}
        for (label, pk), one in self.earlier.items():
            if label in self.keys:
                self.keys[label].setdefault(pk, one.key)
        faults = Faults(list(book.faults))
        self.out = Plan(event, self.stored, book, on_conflict, self.same_event, faults=faults)
        self.rows = dict(book.sheets)
        self.suggested = 0

    def plan(self) -> Plan:
        self._say_what_it_is()
        self._know_accounts()
        for sheet in in_order_of_need():
            rows = self.rows.get(sheet.label)
            if rows is None:
                self.out.result[sheet.label] = dict(self.stored[sheet.label].values)
            elif sheet is EVENT:
                self._compare_event(rows)
            else:
                SheetComparer(self, sheet, rows).compare()
        self._refer()
        self._may_be_removed()
        if self._loop():
            self._keep_laws()
        return self.out

    def _say_what_it_is(self) -> None:
        marks, notes = self.book.marks, self.out.notes
        if self.book.told is not None:
            notes += self.book.told
            return
        if not any(one.values for label, one in self.stored.by_label.items() if label != EVENT.label):
            return  # into an empty event everything is simply added
        if not self.same_event and marks.event:
            notes.append(
                _(
                    "This workbook was not exported from this event as it stands here (it says {event}). It adds and "
                    "changes rows, and removes none; changes made here since cannot be told from older values."
                ).format(event=marks.event)
            )
        elif not self.same_event:
            notes.append(_("This workbook does not say which event it was exported from. It removes no rows."))
        elif not marks.complete:
            notes.append(_("This workbook is partial. Rows that are missing in it are not removed."))

    def takes_away(self, sheet: Sheet, key: str) -> bool:
        """Whether a record that the file does not have is removed: a whole workbook removes all, a plan some."""
        return (self.same_event and self.book.marks.complete) or key in self.book.gone.get(sheet.label, ())

    def _know_accounts(self) -> None:
        names = {
            str(row.values[column.field])
            for rows in self.rows.values()
            for column in rows.sheet.columns
            if column.kind is Kind.ACCOUNT
            for row in rows.rows.values()
            if isinstance(row.values.get(column.field), str)
        }
        for some in queries.chunks(sorted(names)):
            self.out.accounts |= {account.username: account for account in Account.objects.filter(username__in=some)}

    def _compare_event(self, read: SheetRows) -> None:
        """The event is always the one that is imported into: its slug and clock stay."""
        row = next(iter(read.rows.values()))
        key, stored = next(iter(self.stored[EVENT.label].values.items()))
        values = dict(row.values)
        for column in EVENT.columns:
            if column.rule is Rule.SHOWN or column.field in row.bad:
                values[column.field] = stored[column.field]
        rows = replace(read, rows={key: Row(row.number, values, None, row.bad)})
        self.rows[EVENT.label] = rows
        SheetComparer(self, EVENT, rows).compare()

    # What holds between rows

    def _refer(self) -> None:
        """Every reference of the result must name a row of the result."""
        for sheet in in_order_of_need():
            rows = self.rows.get(sheet.label)
            for column in sheet.references:
                known = self.out.result[column.target]
                for key, values in self.out.result[sheet.label].items():
                    value = values.get(column.field)
                    if not isinstance(value, str) or value in known:
                        continue
                    self._dangles(sheet, rows, column, key, value)

    def _dangles(self, sheet: Sheet, rows: SheetRows | None, column: Column, key: str, value: str) -> None:
        target = SHEETS[column.target]
        target_rows = self.rows.get(column.target)
        row = rows.rows.get(key) if rows else None
        if rows is None or row is None or row.values.get(column.field) != value:
            # It stands so in the product, not in the workbook, which takes away what it names.
            self.out.faults.add(
                _("{title} “{key}” cannot be removed: “{other}” of the sheet {sheet} names it.").format(
                    title=target.title, key=value, other=key, sheet=sheet.title
                ),
                sheet=target.title,
            )
            return
        if target_rows is None or not target_rows.sound:
            return  # the fault is in that sheet, and is told there
        self.out.faults.add(
            _("No row of the sheet {sheet} has this key.").format(sheet=target.title) + self._similar(value, column),
            sheet=rows.title,
            row=rows.row_number(row, column.field),
            column=column.header,
            cell=rows.cell(row, column.field),
            found=value,
        )

    def _similar(self, value: str, column: Column) -> str:
        self.suggested += 1
        if self.suggested > SUGGESTED_UP_TO or len(value) > 60:
            return ""
        near = difflib.get_close_matches(value, list(self.out.result[column.target])[:3000], n=1)
        return " " + _("Is “{key}” meant?").format(key=near[0]) if near else ""

    def _may_be_removed(self) -> None:
        """Nothing outside the workbook, and nothing that the viewer cannot see, may refer to what is removed."""
        by_label: dict[str, dict[int, str]] = {}
        for one in self.out.removed:
            record = self.stored[one.sheet.label].records[one.key]
            by_label.setdefault(one.sheet.label, {})[record.pk] = one.key
        for label, gone in by_label.items():
            sheet = SHEETS[label]
            for relation in sheet.model._meta.get_fields(include_hidden=True):
                if not isinstance(relation, ManyToOneRel):
                    continue
                model, name = relation.related_model, relation.field.name
                other = model._meta.label_lower
                known = self.stored[other].key_of if other in SHEETS else {}
                counts: dict[int, int] = {}
                for some in queries.chunks(sorted(gone)):
                    rows = model._base_manager.filter(**{f"{name}__in": some}).values_list("pk", f"{name}_id")
                    for pk, target in rows:
                        if pk not in known:
                            counts[target] = counts.get(target, 0) + 1
                for target, count in counts.items():
                    self.out.faults.add(
                        _("“{key}” cannot be removed: {count} of {kind} outside this workbook refer to it.").format(
                            key=gone[target], count=count, kind=model._meta.verbose_name_plural
                        ),
                        sheet=sheet.title,
                    )

    def _loop(self) -> bool:
        """Trees have no loops. Whether that is so."""
        sound = True
        for sheet in sheets():
            names = [column.field for column in sheet.own_references]
            for loop in tree_loops(self.out.result[sheet.label], names) if names else ():
                sound = False
                text = _("These stand below themselves, in a loop: {loop}.").format(loop=" > ".join([*loop, loop[0]]))
                self._say_at(sheet, loop, names[0], text)
        return sound

    def _keep_laws(self) -> None:
        """What the apps' own actions refuse, asked of the result as a whole."""
        touched: dict[str, set[str]] = {}
        for new in self.out.added:
            touched.setdefault(new.sheet.label, set()).add(new.key)
        for one in self.out.changed:
            touched.setdefault(one.sheet.label, set()).add(one.key)
        removed: dict[str, set[str]] = {}
        for gone in self.out.removed:
            removed.setdefault(gone.sheet.label, set()).add(gone.key)
        result = Result(
            today=clock.today(self.event),
            after=self.out.result,
            before={label: one.values for label, one in self.stored.by_label.items()},
            touched={label: frozenset(keys) for label, keys in touched.items()},
            removed={label: frozenset(keys) for label, keys in removed.items()},
        )
        for law in LAWS:
            for broken in law(result):
                sheet = SHEETS[broken.label]
                self._say_at(sheet, [broken.key], broken.field, broken.message)

    def _say_at(self, sheet: Sheet, keys: list[str], name: str, text: str) -> None:
        """At the first row of the workbook among these keys."""
        rows = self.rows.get(sheet.label)
        known = [rows.rows[key] for key in keys if key in rows.rows] if rows else []
        if rows is None or not known:
            self.out.faults.add(text, sheet=sheet.title)
            return
        row = min(known, key=lambda one: one.number)
        self.out.faults.add(
            text,
            sheet=rows.title,
            row=rows.row_number(row, name),
            column=sheet.by_field[name].header if name else "",
            cell=rows.cell(row, name) if name else "",
            found=display(sheet.by_field[name], row.values.get(name), self.event) if name else "",
        )
