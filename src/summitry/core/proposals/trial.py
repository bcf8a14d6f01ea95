"""Trying a proposal's actions out: what each would change, and how the event would stand afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from summitry.core.action import ACTIONS, Action, Context, attempt
from summitry.core.outlook import Outlook, look
from summitry.core.records import Recorded, RecordedChange, Recorder, Snapshot, model_of
from summitry.core.refusals import Invalid, Refused
from summitry.core.rights import ADMINISTER, Classification
from summitry.core.visibility import Both, Through, Visibility

Row = tuple[str, int]


@dataclass
class Trial:
    """What was found: for each action its changes as `ProposalAction.changes` keeps them, and the two outlooks."""

    changes: list[list[dict[str, Any]]] = field(default_factory=list)
    before: Outlook | None = None
    after: Outlook | None = None

    @property
    def level(self) -> int:
        """The highest classification that any of the changed records has or would get; internal at least."""
        levels = (one["level"] for changes in self.changes for one in changes)
        return max(levels, default=Classification.INTERNAL)


def parsed(name: str, arguments: dict[str, Any]) -> Action:
    """The action that a proposal names. `Invalid` for one that cannot be proposed.

    That is one that is not undone, one that administers, and one that decides on proposals or takes changes back.
    """
    known = ACTIONS.get(name)
    if known is None:
        raise Invalid.of("action", f"There is no action {name}.", name)
    if not known.action_undoable or known.action_right == ADMINISTER or name == "core.undo" or "_proposal" in name:
        raise Invalid.of("action", f"The action {name} is not one to be proposed.", name)
    return known.of(**arguments)


@contextmanager
def _rolled_back() -> Iterator[None]:
    class RollBack(Exception):
        pass

    try:
        with transaction.atomic():
            yield
            raise RollBack
    except RollBack:
        pass


def tried(actions: Sequence[Action], alternatives: Sequence[str], ctx: Context) -> Trial:
    """Run all actions one after another, look at the event, and take everything back.

    alternatives: for each action its mark, "" for none. Of those with one mark the first is carried on with; the others
    are tried in its place and taken back at once. A `Refused` says in `position` which action was refused.
    """
    trial = Trial(changes=[[] for _ in actions], before=look(ctx.event))
    touched: set[str] = set()
    originals: dict[Row, Snapshot | None] = {}
    with _rolled_back():
        for number, action in enumerate(actions):
            mark = alternatives[number]
            first = alternatives.index(mark) if mark else number
            if first != number:
                continue
            for other in range(number + 1, len(actions)):
                if mark and alternatives[other] == mark:
                    with _rolled_back():
                        trial.changes[other] = _noted(_attempted(actions[other], ctx, other), dict(originals))
                    _forget(ctx)
            recorder = _attempted(action, ctx, number)
            trial.changes[number] = _noted(recorder, originals)
            touched |= {change.label for change in recorder.changes.values()}
        assert trial.before is not None
        trial.after = look(ctx.event, before=trial.before, touched=touched)
    _forget(ctx)
    return trial


def _forget(ctx: Context) -> None:
    ctx.viewer.forget()
    ctx.event.refresh_from_db()


def _attempted(action: Action, ctx: Context, number: int) -> Recorder:
    try:
        return attempt(action, ctx)
    except Refused as refusal:
        refusal.position = number
        raise


def _noted(recorder: Recorder, originals: dict[Row, Snapshot | None]) -> list[dict[str, Any]]:
    """The changes of one action. The base of a row is its value before any action of the proposal touched it."""
    noted = []
    for change in recorder.changes.values():
        base = originals.setdefault((change.label, change.pk), change.before)
        noted.append(_as_kept(change, base))
    return noted


def _as_kept(change: RecordedChange, base: Snapshot | None) -> dict[str, Any]:
    model = model_of(change.label)
    old, before, after = base or {}, change.before or {}, change.after or {}
    columns = [f.attname for f in model._meta.concrete_fields if f.attname not in {"id", "event_id", "version"}]
    # What this action changes; beside it the value that stood before the whole proposal.
    changed = [name for name in columns if before.get(name) != after.get(name)]
    if change.before is None:
        changed = [name for name in changed if after.get(name) not in (None, "", [], {})]
    return {
        "label": change.label,
        "pk": change.pk if base is not None else None,
        "key": change.key,
        "removed": change.after is None,
        "level": max(level_of(model, state) for state in (change.before, change.after) if state is not None),
        "fields": {name: [old.get(name), after.get(name)] for name in changed},
    }


def level_of(model: type[Recorded], snapshot: Snapshot) -> int:
    """A record's classification: its own, or the highest of the records through which it is seen."""
    own = snapshot.get("classification", 0)
    levels = [own if isinstance(own, int) else 0]
    for name in _seen_through(model.visibility):
        field = model._meta.get_field(name)
        target, pk = field.related_model, snapshot.get(f"{name}_id")
        if pk is not None and isinstance(target, type) and issubclass(target, Recorded):
            row = target._base_manager.filter(pk=pk).first()
            levels.append(level_of(target, row.snapshot()) if row is not None else 0)
    return max(levels)


def _seen_through(rule: Visibility) -> Iterator[str]:
    if isinstance(rule, Through):
        yield from rule.fields
    elif isinstance(rule, Both):
        for part in rule.rules:
            yield from _seen_through(part)
