"""Undo: put back what a change changed, while nothing newer touches it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError as ArgumentsError

from summitry.core.action import ACTIONS, Action, Context, action
from summitry.core.models import AuditEntry, Change
from summitry.core.records import Record, Recorded, Versioned, delete_all, model_of, same_content
from summitry.core.refusals import NotFound, NotPermitted, Refused, StillReferred, UndoBlocked
from summitry.core.rights import ADMINISTER, DECIDE, KEEP_VIEWS, PLAN

ACCEPT = "core.accept_proposal"


@action("core.undo", title=gettext_lazy("Undo"), right=KEEP_VIEWS)
class Undo(Action):
    """Undo all actions that were submitted together as one change (undoing an undo is a redo).

    Needs the rights that the actions themselves needed, and the viewer must see every record that it puts back. It is
    refused when any of these records now says something else than the change left, naming it.
    """

    batch: UUID

    def undone_batch(self) -> UUID | None:
        return self.batch

    def run(self, ctx: Context) -> Recorded | None:
        entries = list(AuditEntry.objects.filter(batch=self.batch, chain__event=ctx.event).order_by("-sequence"))
        if not entries:
            raise NotFound(what=_("change"), key=str(self.batch))
        _refuse_without_rights(ctx, entries)
        changes = list(Change.objects.filter(entry__in=entries).order_by("-pk"))
        try:
            return _put_back_all(ctx, changes)
        except IntegrityError as error:
            raise UndoBlocked(what=_("another record has taken its place.")) from error


def _refuse_without_rights(ctx: Context, entries: list[AuditEntry]) -> None:
    account = ctx.viewer.account
    own = all(account is not None and entry.actor_id == account.pk for entry in entries)
    if not own and not ctx.viewer.whole_view:
        raise NotPermitted(action=str(Undo.action_title), who=PLAN.who())
    if not own and any(entry.action == Undo.action_name for entry in entries):
        raise NotPermitted(action=_("Redo what another person undid"), who=_("the person who undid it"))
    done = list(_what_they_did(ctx, entries))
    # What was carried out by accepting a proposal is taken back by whoever may decide on proposals.
    accepted = {entry.batch for entry in done if entry.action == ACCEPT and ctx.viewer.may(DECIDE)}
    for entry in done:
        known = ACTIONS.get(entry.action)
        if known is None or not known.action_undoable:
            raise UndoBlocked(what=_("this kind of action is not undone."))
        if entry.batch in accepted and known.action_right != ADMINISTER:
            continue
        if not ctx.viewer.may(known.action_right) or not _still_permitted(ctx, known, entry):
            raise NotPermitted(action=str(known.action_title), who=known.action_right.who())


def _what_they_did(ctx: Context, entries: list[AuditEntry]) -> Iterator[AuditEntry]:
    """The entries themselves; for an undo, those that it undid, however many times over."""
    open_entries = list(entries)
    while open_entries:
        entry = open_entries.pop()
        if entry.undoes is None:
            yield entry
        else:  # each step goes back in the log, so this ends
            open_entries += AuditEntry.objects.filter(
                batch=entry.undoes, chain__event=ctx.event, sequence__lt=entry.sequence
            )


def _still_permitted(ctx: Context, known: type[Action], entry: AuditEntry) -> bool:
    """Whether the action's own condition holds for the viewer now, as far as it can still be asked."""
    if ctx.viewer.whole_view:
        return True
    try:
        return known(**entry.arguments).permitted(ctx)
    except ArgumentsError:
        return True  # kept without its secrets or its file: the right itself was asked above
    except Refused:
        return False


def _put_back_all(ctx: Context, changes: list[Change]) -> Recorded | None:
    """From the newest change to the oldest; of each row only what stood before and what stands now count.

    New rows go first, as far as nothing refers to them, for they may hold a code that an old row takes back; those that
    rows refer to which are still to be put back go last.
    """
    newest: dict[tuple[str, int], Change] = {}
    oldest: dict[tuple[str, int], Change] = {}
    for change in changes:
        row = change.label, change.object_id
        newest.setdefault(row, change)
        oldest[row] = change
    stored = {row: _stored_as_left(ctx, change) for row, change in newest.items()}
    removals = [found for row, found in stored.items() if oldest[row].before is None and found is not None]
    left = _removed_where_free(ctx, removals)[0]
    saved = [_put_back(oldest[row], found) for row, found in stored.items() if oldest[row].before is not None]
    _remove_all(ctx, left)
    ctx.viewer.forget()
    for record in saved:
        _refuse_unsound(ctx, record)
    return saved[-1] if saved else None


def _stored_as_left(ctx: Context, change: Change) -> Recorded | None:
    """The row as it stands, if it says what the change left; `UndoBlocked` otherwise."""
    model = model_of(change.label)
    stored = model._base_manager.filter(pk=change.object_id).first()
    if isinstance(stored, Record) and not ctx.viewer.sees(stored):
        raise UndoBlocked(what=_("it touches records that you may not see."))
    if not same_content(stored.snapshot() if stored else None, change.after, without=model.kept_on_undo):
        name = change.key if stored is not None else _("a record that it touched")
        raise UndoBlocked(what=_("{record} has changed since.").format(record=name))
    return stored


def _put_back(change: Change, stored: Recorded | None) -> Recorded:
    assert change.before is not None
    if stored is not None:
        stored.take_snapshot(change.before)
        stored.save()
        return stored
    record = model_of(change.label).from_snapshot(change.before)
    if isinstance(record, Versioned):
        # A version that the removed row had must not come back with another content.
        last = Change.objects.filter(label=change.label, object_id=change.object_id).order_by("pk").last()
        if last is not None and last.before is not None:
            record.version = last.before["version"]
    record.save(force_insert=True)
    return record


REMOVED_TOGETHER = 500


def _remove_all(ctx: Context, removals: list[Recorded]) -> None:
    while removals:
        left, refusal = _removed_where_free(ctx, removals)
        if refusal is not None and len(left) == len(removals):
            raise refusal
        removals = left


def _removed_where_free(ctx: Context, removals: list[Recorded]) -> tuple[list[Recorded], StillReferred | None]:
    """Remove what nothing refers to; what is left, and why the last of it is."""
    left: list[Recorded] = []
    refusal: StillReferred | None = None
    for record in [record for some in _runs(removals) for record in _not_removed_together(some)]:
        try:
            ctx.remove(record)
        except StillReferred as error:
            left.append(record)
            refusal = error
    return left, refusal


def _runs(records: list[Recorded]) -> Iterator[list[Recorded]]:
    """Neighbours of one kind, in bounded numbers."""
    for _model, some in groupby(records, key=type):
        kind = list(some)
        for start in range(0, len(kind), REMOVED_TOGETHER):
            yield kind[start : start + REMOVED_TOGETHER]


def _not_removed_together(some: list[Recorded]) -> list[Recorded]:
    """Remove rows of one kind in a few statements; those that something still refers to are left for later, all."""
    records = [record for record in some if isinstance(record, Record)]
    if len(records) < max(2, len(some)):
        return some
    try:
        delete_all(records)
    except ProtectedError:  # found before anything is removed
        return some
    return []


def _refuse_unsound(ctx: Context, record: Recorded) -> None:
    """What is put back must hold today: its references exist, nobody else has its code, the viewer may see it."""
    if isinstance(record, Record) and not ctx.viewer.sees(record):
        raise UndoBlocked(what=_("it touches records that you may not see."))
    try:
        record.full_clean()
    except ValidationError as error:
        raise UndoBlocked(what=f"{record.key}: " + " ".join(error.messages)) from error
