"""Undo: put back what a change changed, while nothing newer touches it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action
from summitry.core.models import AuditEntry, Change
from summitry.core.records import Record, Recorded, model_of
from summitry.core.refusals import NotFound, NotPermitted, UndoBlocked
from summitry.core.rights import KEEP_VIEWS, PLAN

# What an undo must not bring back: time does not run backwards, and a person's access is decided anew.
NOT_UNDONE = frozenset({"core.move_clock", "core.grant_access", "core.revoke_access", "core.create_event"})


@action("core.undo", title=_("Undo"), right=KEEP_VIEWS)
class Undo(Action):
    """Undo all actions that were submitted together as one change (undoing an undo is a redo).

    Needs the rights that the actions themselves needed, and the viewer must see every record that it puts back. It is
    refused when any of these records has changed since, naming it.
    """

    batch: UUID

    def run(self, ctx: Context) -> Recorded | None:
        from summitry.core.action import ACTIONS

        entries = list(AuditEntry.objects.filter(batch=self.batch, chain__event=ctx.event).order_by("-sequence"))
        if not entries:
            raise NotFound(what=_("change"), key=str(self.batch))
        own = all(entry.actor_id == (ctx.viewer.account.pk if ctx.viewer.account else None) for entry in entries)
        if not own and not ctx.viewer.whole_view:
            raise NotPermitted(action=str(Undo.action_title), who=PLAN.who())
        for entry in entries:
            known = ACTIONS.get(entry.action)
            if entry.action in NOT_UNDONE or known is None:
                raise UndoBlocked(what=_("this kind of action is not undone."))
            if not ctx.viewer.may(known.action_right) or (known is Undo and not own):
                raise NotPermitted(action=str(known.action_title), who=known.action_right.who())
        record: Recorded | None = None
        for change in Change.objects.filter(entry__in=entries).order_by("-pk"):
            record = self._put_back(ctx, change)
        return record

    def _put_back(self, ctx: Context, change: Change) -> Recorded | None:
        model = model_of(change.label)
        stored = model._base_manager.filter(pk=change.object_id).first()
        version = getattr(stored, "version", None)
        expected = change.after["version"] if change.after and "version" in change.after else None
        if (stored is None) != (change.after is None) or (stored is not None and version != expected):
            raise UndoBlocked(what=_("{record} has changed since.").format(record=change.key))
        hidden = issubclass(model, Record) and stored is not None and not ctx.viewer.sees_id(model, stored.pk)
        if hidden:
            raise UndoBlocked(what=_("it touches records that you may not see."))
        if change.before is None:
            assert stored is not None
            ctx.remove(stored)  # type: ignore[arg-type]
            return None
        record = model.from_snapshot(change.before)
        if stored is None:
            record.save(force_insert=True)
        else:
            record.save()
        return record
