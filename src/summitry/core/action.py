"""Actions: the only way to change records.

An action is a small frozen class with typed arguments, a right and a `run()` that writes. Forms, the API, imports,
the command line, solvers and undo all submit actions here. `submit` opens the one transaction, checks the right,
writes the audit entries and, after commit, tells the live screens; `rehearse` does the same inside a transaction
that is rolled back, for previews.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Self, TypeVar

import pydantic
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, field_validator

from summitry.core import audit, clock, live
from summitry.core.models import AuditChain, AuditEntry, Change, Event
from summitry.core.records import Record, Recorded, Recorder, Versioned, recording
from summitry.core.refusals import Fault, Invalid, NotFound, NotPermitted, Refused, StaleEdit, StillReferred
from summitry.core.rights import Right
from summitry.core.viewer import Viewer

R = TypeVar("R", bound=Record)
A = TypeVar("A", bound="type[Action]")


@dataclass(frozen=True)
class Context:
    """What an action may know while it runs: the event, who acts, the event's own time, and what is submitted with it.

    position: which of the `together` it is, counted from 0.
    """

    event: Event
    viewer: Viewer
    now: datetime
    today: date
    batch: uuid.UUID
    together: Sequence[Action] = ()
    position: int = 0

    @property
    def before(self) -> Sequence[Action]:
        """The actions of the same batch that ran before it."""
        return self.together[: self.position]

    def get(self, model: type[R], *, seen: int | None = None, **lookup: Any) -> R:
        """The one visible record, locked by the chain; `StaleEdit` when its version is not the one `seen`."""
        record: R | None = model.objects.filter(event=self.event).visible_to(self.viewer).filter(**lookup).first()  # type: ignore[assignment]
        if record is None:
            raise NotFound(what=model._meta.verbose_name, key=" ".join(str(v) for v in lookup.values()))
        expect_version(record, seen)
        return record

    def find(self, model: type[R], code: str | None) -> R | None:
        """The visible record of a code, None for an empty one: for optional references."""
        return self.get(model, code=code) if code else None

    def new(self, model: type[R], **values: Any) -> R:
        """Validate and save a new record of the event."""
        return self.put(model(event=self.event, **values))

    def put(self, record: R) -> R:
        """Validate and save; `Invalid` names every fault by field.

        Nobody classifies a record above their own clearance: they could not read it any more.
        """
        faults: list[Fault] = []
        try:
            record.full_clean()
        except ValidationError as error:
            faults += invalid_from(error).faults
        level = getattr(record, "classification", None)
        if (
            isinstance(level, int)
            and level > self.viewer.clearance
            and not any(f.field == "classification" for f in faults)
        ):
            faults.append(Fault(field="classification", message=_("This is above your own clearance.")))
        if faults:
            raise Invalid(faults)
        record.save()
        return record

    def remove(self, record: Recorded) -> None:
        """Remove a record that nothing refers to; `StillReferred` otherwise. Its history stays."""
        try:
            record.delete()
        except ProtectedError as error:
            raise StillReferred(record=str(record), by=self._named(error.protected_objects)) from error

    def _named(self, objects: set[Any]) -> str:
        """The first few records that the viewer sees, and how many more there are."""
        names = sorted(str(one) for one in objects if isinstance(one, Record) and self.viewer.sees(one))
        shown, more = names[:5], len(objects) - len(names[:5])
        if not shown:
            return _("%(count)d other records") % {"count": more}
        return ", ".join(shown) + (_(" and %(count)d more") % {"count": more} if more else "")


def expect_version(record: Versioned, seen: int | None) -> None:
    """`StaleEdit` when a person had read another version than the record has now; None expects nothing."""
    if seen is not None and record.version != seen:
        raise StaleEdit(record=record, seen=seen, base=snapshot_at_version(record, seen))


class Action(BaseModel):
    """The base of all actions. Its docstring's first line is its documentation, `action_title` what people read."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False, str_strip_whitespace=True)

    # Long names, so that no argument of an action (a task's title, a link's kind) can hide them.
    action_name: ClassVar[str]
    action_title: ClassVar[str | Promise]
    action_right: ClassVar[Right]
    # Whether `core.undo` takes it back. Time does not run backwards, and who may sign in is decided anew.
    action_undoable: ClassVar[bool] = True

    @field_validator("*", mode="after")
    @classmethod
    def _no_null_sign(cls, value: Any) -> Any:
        # PostgreSQL cannot keep it in text, and no writer means it.
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("a null character is no text")
        return value

    @classmethod
    def of(cls, **values: Any) -> Self:
        """The action, from values of unknown worth: `Invalid` names every argument that is missing or wrong."""
        try:
            return cls(**values)
        except pydantic.ValidationError as error:
            raise invalid_arguments(error) from error

    def permitted(self, ctx: Context) -> bool:
        """Beyond the role: a condition on the records themselves. Most actions need none."""
        return True

    def run(self, ctx: Context) -> Recorded | None:
        """Write. Returns the record that the action is about."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it does")

    def arguments(self) -> dict[str, Any]:
        """What the audit log keeps: JSON values, secrets masked."""
        return self.model_dump(mode="json", exclude_unset=True)

    def undone_batch(self) -> uuid.UUID | None:
        """The change that this action takes back; None for all but `core.undo`."""
        return None

    def given(self, name: str) -> bool:
        """Whether the argument was given at all: an absent argument leaves the field as it is."""
        return name in self.model_fields_set


ACTIONS: dict[str, type[Action]] = {}


def action(name: str, *, title: str | Promise, right: Right) -> Callable[[A], A]:
    """Register an action under its stable name, such as `schedule.change_task`."""

    def register(cls: A) -> A:
        if name in ACTIONS and ACTIONS[name].__qualname__ != cls.__qualname__:
            raise RuntimeError(f"The action {name} is registered twice.")
        if not (cls.__doc__ or "").strip():
            raise RuntimeError(f"The action {name} has no docstring.")
        cls.action_name, cls.action_title, cls.action_right = name, title, right
        ACTIONS[name] = cls
        return cls

    return register


@dataclass(frozen=True)
class Applied:
    """What was done: the batch that undo names, the entries, and the record each action was about."""

    batch: uuid.UUID
    entries: tuple[AuditEntry, ...]
    records: tuple[Recorded | None, ...]

    @property
    def record(self) -> Recorded | None:
        return self.records[-1] if self.records else None


@dataclass
class Ran:
    """Actions that ran inside a transaction that is still open."""

    records: list[Recorded | None] = field(default_factory=list)
    touched: list[tuple[str, int, str]] = field(default_factory=list)


def invalid_from(error: ValidationError) -> Invalid:
    """Every message of a Django validation error as a fault."""
    faults = []
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            where = "" if name == "__all__" else name
            faults += [Fault(field=where, message=message) for e in errors for message in e.messages]
    else:
        faults = [Fault(field="", message=message) for message in error.messages]
    return Invalid(faults)


def invalid_arguments(error: pydantic.ValidationError) -> Invalid:
    """Every fault of an action's arguments, by argument."""
    return Invalid(
        [
            Fault(
                field=".".join(str(part) for part in found["loc"]), message=found["msg"], found=_brief(found["input"])
            )
            for found in error.errors(include_url=False, include_context=False)
        ]
    )


def _brief(value: object) -> str:
    text = value if isinstance(value, str | int | float | bool) else ""
    return str(text)[:80]


def snapshot_at_version(record: Versioned, version: int) -> Mapping[str, Any] | None:
    """The record's values when it had that version, from its history."""
    rows = Change.objects.filter(label=record._meta.label_lower, object_id=record.pk).order_by("pk")
    written = rows.filter(after__version=version).last()
    if written is not None:
        return written.after
    # A record that came before the log: what the first change of it replaced.
    replaced = rows.filter(before__version=version).first()
    return replaced.before if replaced is not None else None


def _run(action: Action, ctx: Context) -> Recorded | None:
    try:
        if not ctx.viewer.may(action.action_right) or not action.permitted(ctx):
            raise NotPermitted(action=str(action.action_title), who=action.action_right.who())
        return action.run(ctx)
    except Refused as refusal:
        # Of several actions, which one: whoever submitted them may want to name it.
        refusal.position = ctx.position
        raise


def attempt(action: Action, ctx: Context) -> Recorder:
    """Run an action inside the one that is running, for the sake of what it changes: the caller rolls it back."""
    with recording() as recorder:
        _run(action, ctx)
    _follow(recorder, ctx.event, ctx.viewer)
    return recorder


def _context(event: Event | None, viewer: Viewer, batch: uuid.UUID, together: Sequence[Action], at: int) -> Context:
    if event is None:
        now = clock.system_now()
        # An installation action has no event to look at; those that need one are submitted to it.
        return Context(None, viewer, now, now.date(), batch, together, at)  # type: ignore[arg-type]
    # The clock itself may be what a batch changes, so it is read anew for each action.
    return Context(event, viewer, clock.now(event), clock.today(event), batch, together, at)


def submit(
    actions: Sequence[Action],
    *,
    viewer: Viewer,
    event: Event,
    reason: str = "",
) -> Applied:
    """Carry out actions together: all of them, or none. Raises a `Refused`; then nothing is changed."""
    try:
        with transaction.atomic():
            chain = audit.lock(event)
            event.refresh_from_db()
            applied = _carry_out(actions, chain, viewer=viewer, event=event, reason=reason)
            transaction.on_commit(lambda: live.changed(event.pk, chain.length))
    except Refused:
        # The caller's objects may show what was rolled back.
        viewer.forget()
        event.refresh_from_db()
        raise
    return applied


def submit_to_installation(actions: Sequence[Action], *, viewer: Viewer, reason: str = "") -> Applied:
    """Carry out actions that belong to no event: accounts, and the making of events themselves."""
    with transaction.atomic():
        return _carry_out(actions, audit.lock(None), viewer=viewer, event=None, reason=reason)


def _carry_out(
    actions: Sequence[Action], chain: AuditChain, *, viewer: Viewer, event: Event | None, reason: str
) -> Applied:
    batch = uuid.uuid4()
    entries: list[AuditEntry] = []
    records: list[Recorded | None] = []
    for number, act in enumerate(actions):
        with recording() as recorder:
            records.append(_run(act, _context(event, viewer, batch, actions, number)))
        _follow(recorder, event, viewer)
        entries.append(
            audit.append(
                chain,
                viewer=viewer,
                event=event,
                batch=batch,
                action=act.action_name,
                arguments=act.arguments(),
                changes=list(recorder.changes.values()),
                reason=reason,
                undoes=act.undone_batch(),
            )
        )
    return Applied(batch, tuple(entries), tuple(records))


def _follow(recorder: Recorder, event: Event | None, viewer: Viewer) -> None:
    """Let the next action, and the clock, see what the last one changed."""
    viewer.forget()
    if event is not None and (Event._meta.label_lower, event.pk) in recorder.changes:
        event.refresh_from_db()


class _RollBack(Exception):
    """Ends a rehearsal's transaction."""


@contextmanager
def rehearse(actions: Sequence[Action], *, viewer: Viewer, event: Event) -> Iterator[Ran]:
    """Run actions, let the caller look at the event as it would be, then undo everything.

    No audit entry is written and no lock is taken on PostgreSQL, so that previews of several people do not wait for
    one another. Refusals pass through.
    """
    ran = Ran()
    try:
        with transaction.atomic():
            batch = uuid.uuid4()
            with recording() as recorder:
                for number, act in enumerate(actions):
                    ran.records.append(_run(act, _context(event, viewer, batch, actions, number)))
                    _follow(recorder, event, viewer)
                ran.touched = [(c.label, c.pk, c.key) for c in recorder.changes.values()]
                # Still inside the recording: whoever looks now is told that nothing of this may be kept.
                yield ran
            raise _RollBack
    except _RollBack:
        pass
    finally:
        # An action may have written on the very objects that the caller holds.
        viewer.forget()
        event.refresh_from_db()
