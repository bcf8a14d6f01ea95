"""Consequences before saving: what a list of actions would move, break and heal, found by doing and undoing it.

The actions run in one transaction, the event is read again as it would be, and everything is rolled back. The result
is then cut to what the viewer may see.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from summitry.core import chances
from summitry.core.action import Action, rehearse
from summitry.core.chances import ChanceChanges
from summitry.core.checking import Found, Redacted, Severity, seen_by
from summitry.core.models import Agency, Event
from summitry.core.outlook import Forecast, Outlook, look, outlook
from summitry.core.records import Ref, model_of
from summitry.core.viewer import Viewer


class Weight(enum.Enum):
    """How much a change does, in three words."""

    NONE = "none"
    SOME = "some"
    SERIOUS = "serious"

    @property
    def label(self) -> Promise | str:
        return {Weight.NONE: _("none"), Weight.SOME: _("some"), Weight.SERIOUS: _("serious")}[self]


@dataclass(frozen=True)
class Move:
    """A piece of work whose forecast changes. Days are None where it did not exist before or does not after."""

    subject: Ref
    milestone: bool
    old_start: date | None
    new_start: date | None
    old_finish: date | None
    new_finish: date | None
    deadline: date | None

    @property
    def days(self) -> int:
        """Calendar days by which the finish moves; positive is later."""
        if self.old_finish is None or self.new_finish is None:
            return 0
        return (self.new_finish - self.old_finish).days


@dataclass(frozen=True)
class DeadlineChange:
    """A deadline that a change breaks or saves."""

    subject: Ref
    deadline: date
    finish: date


@dataclass(frozen=True)
class ReadinessChange:
    """An objective's readiness before and after, in per cent."""

    subject: Ref
    before: int
    after: int


@dataclass(frozen=True)
class Consequences:
    """What would happen, cut to what the viewer may see. The hidden counts say that there is more.

    chances: what changes of the probabilities, one for each source that can tell. chances_pending: one cannot yet.
    """

    moves: tuple[Move, ...]
    broken: tuple[DeadlineChange, ...]
    saved: tuple[DeadlineChange, ...]
    caused: tuple[Found, ...]
    cured: tuple[Found, ...]
    hidden_caused: Redacted
    hidden_cured: Redacted
    hidden_moves: int
    readiness: tuple[ReadinessChange, ...]
    ready_before: int | None
    ready_after: int | None
    told: tuple[Agency, ...]
    chances: tuple[ChanceChanges, ...] = ()
    chances_pending: bool = False

    @property
    def weight(self) -> Weight:
        if self.broken or any(found.severity is Severity.ERROR for found in self.caused):
            return Weight.SERIOUS
        changed = self.moves or self.caused or self.cured or self.saved or self.hidden_moves or any(self.chances)
        if changed or self.hidden_caused.count or self.hidden_cured.count or self.ready_before != self.ready_after:
            return Weight.SOME
        return Weight.NONE


def preview(actions: Sequence[Action], *, viewer: Viewer, event: Event) -> Consequences:
    """What these actions would do to the event as it is now. Raises the `Refused` that carrying them out would."""
    before = outlook(event)
    known = before.findings.by_identity()
    old_chances = [before.reading.use(source.load) for source in chances.CHANCES]
    with rehearse(actions, viewer=viewer, event=event) as ran:
        after = look(event, before=before, touched={label for label, _pk, _key in ran.touched})
        # Asked while the new state stands: a task that the change creates must be seen, too.
        visible_after = _visible_forecasts(after, viewer)
        left = after.findings.by_identity()
        caused = [found for key, found in left.items() if _news(found, known.get(key))]
        caused_seen, hidden_caused = seen_by(caused, viewer)
        touched = {(label, pk) for label, pk, _key in ran.touched}
        new_chances = [after.reading.use(source.load) for source in chances.CHANCES]
    cured = [found for key, found in known.items() if found.waiver is None and _gone(left.get(key))]
    cured_seen, hidden_cured = seen_by(cured, viewer)
    visible = visible_after | _visible_forecasts(before, viewer)
    moves, hidden_moves = _moves(before, after, visible)
    broken, saved = _deadlines(before, after, visible)
    # Only now, as the computing needs no record: nobody else waits meanwhile to write.
    compared = [
        chances.compared(source, old, new, visible.__contains__)
        for source, old, new in zip(chances.CHANCES, old_chances, new_chances, strict=True)
    ]
    return Consequences(
        moves=moves,
        broken=broken,
        saved=saved,
        caused=caused_seen,
        cured=cured_seen,
        hidden_caused=hidden_caused,
        hidden_cured=hidden_cured,
        hidden_moves=hidden_moves,
        readiness=_readiness(before, after),
        ready_before=before.ready_percent,
        ready_after=after.ready_percent,
        told=_told(before, after, moves, touched & visible, event),
        chances=tuple(one for one in compared if one is not None),
        chances_pending=None in compared,
    )


def _news(found: Found, known: Found | None) -> bool:
    """Open now, and not open before."""
    return found.waiver is None and (known is None or known.waiver is not None)


def _gone(left: Found | None) -> bool:
    """Not found any more, or set aside."""
    return left is None or left.waiver is not None


def _visible_forecasts(outlook: Outlook, viewer: Viewer) -> set[tuple[str, int]]:
    return {(label, pk) for label, pk in outlook.forecasts if viewer.sees_id(model_of(label), pk)}


def _moves(before: Outlook, after: Outlook, visible: set[tuple[str, int]]) -> tuple[tuple[Move, ...], int]:
    moves, hidden = [], 0
    for identity in before.forecasts.keys() | after.forecasts.keys():
        old, new = before.forecasts.get(identity), after.forecasts.get(identity)
        if (old and (old.start, old.finish)) == (new and (new.start, new.finish)):
            continue
        if identity not in visible:
            hidden += 1
            continue
        one = new or old
        assert one is not None
        moves.append(
            Move(
                subject=one.subject,
                milestone=one.milestone,
                old_start=old.start if old else None,
                new_start=new.start if new else None,
                old_finish=old.finish if old else None,
                new_finish=new.finish if new else None,
                deadline=one.deadline,
            )
        )
    moves.sort(key=lambda m: (m.new_finish or m.old_finish or date.max, m.subject.key))
    return tuple(moves), hidden


def _late(forecast: Forecast | None) -> bool:
    return forecast is not None and forecast.late and not forecast.closed


def _deadlines(
    before: Outlook, after: Outlook, visible: set[tuple[str, int]]
) -> tuple[tuple[DeadlineChange, ...], tuple[DeadlineChange, ...]]:
    broken, saved = [], []
    for identity, new in after.forecasts.items():
        if identity not in visible or new.deadline is None or new.finish is None:
            continue
        was_late, is_late = _late(before.forecasts.get(identity)), _late(new)
        if is_late and not was_late:
            broken.append(DeadlineChange(new.subject, new.deadline, new.finish))
        elif was_late and not is_late:
            saved.append(DeadlineChange(new.subject, new.deadline, new.finish))

    def order(change: DeadlineChange) -> tuple[date, str]:
        return change.deadline, change.subject.key

    return tuple(sorted(broken, key=order)), tuple(sorted(saved, key=order))


def _readiness(before: Outlook, after: Outlook) -> tuple[ReadinessChange, ...]:
    old = {item.subject.identity: item for item in before.readiness}
    return tuple(
        ReadinessChange(new.subject, old[new.subject.identity].percent, new.percent)
        for new in after.readiness
        if new.subject.identity in old and old[new.subject.identity].percent != new.percent
    )


def _told(
    before: Outlook, after: Outlook, moves: Sequence[Move], touched: set[tuple[str, int]], event: Event
) -> tuple[Agency, ...]:
    """The agencies that lead or take part in what moves or is changed."""
    ids: set[int] = set()
    for identity in {move.subject.identity for move in moves} | touched:
        for forecast in (before.forecasts.get(identity), after.forecasts.get(identity)):
            if forecast is not None:
                ids |= forecast.agencies
    return tuple(Agency.objects.filter(event=event, pk__in=ids))
