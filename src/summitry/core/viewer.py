"""Who is looking: an account in its role at one event. Every query that reaches a person is asked for a viewer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from summitry.core.refusals import NotFound
from summitry.core.rights import OPEN_UP_TO, WHOLE_VIEW, Classification, Right, Role

if TYPE_CHECKING:
    from summitry.core.models import Account, Event
    from summitry.core.records import Recorded


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """An account, its role, agency and clearance at an event. `everything` is the system itself.

    lent: names of rights beyond the role's, lent for one purpose: whoever decides on a proposal carries out what
    somebody with these rights proposed (`core.proposals.accepting.lending`).
    """

    account: Account | None
    event: Event | None
    role: str | None
    clearance: int = Classification.PUBLIC
    agency_ids: frozenset[int] = frozenset()
    everything: bool = False
    acts_as: str = "Summitry"
    lent: frozenset[str] = frozenset()
    _seen: dict[str, frozenset[int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def name(self) -> str:
        return self.account.name if self.account else self.acts_as

    @property
    def whole_view(self) -> bool:
        return self.everything or self.role in WHOLE_VIEW

    @property
    def open_up_to(self) -> int:
        """The highest classification seen without one's agency taking part."""
        if self.everything:
            return max(Classification)
        if self.role is None:
            return -1
        if self.role in WHOLE_VIEW:
            return self.clearance
        return min(self.clearance, OPEN_UP_TO[self.role])

    def may(self, right: Right) -> bool:
        return self.everything or right.held_by(self.role) or right.name in self.lent

    @property
    def administers_installation(self) -> bool:
        """Whether the viewer may do what reaches beyond one event: name administrators, create events."""
        return self.everything or (self.account is not None and self.account.is_administrator)

    def sees(self, record: Recorded | None) -> bool:
        """Whether this viewer may see the record; the ids of its kind are asked for once and kept."""
        return record is not None and self.sees_id(type(record), record.pk)

    def sees_id(self, model: type[Recorded], pk: int) -> bool:
        return self.everything or pk in self.visible_ids(model)

    def visible_ids(self, model: type[Recorded]) -> frozenset[int]:
        label = model._meta.label_lower
        if label not in self._seen:
            # Every recorded model's manager has visible_to; the abstract bases have no manager to tell a type from.
            rows = model._default_manager.visible_to(self)  # type: ignore[attr-defined]
            self._seen[label] = frozenset(rows.values_list("pk", flat=True))
        return self._seen[label]

    def forget(self) -> None:
        """Ask again what is visible: the records changed during this request."""
        self._seen.clear()


def system_viewer(event: Event | None = None, account: Account | None = None, acts_as: str = "Summitry") -> Viewer:
    """The command line and the product's own work: no person, every right, everything visible.

    acts_as: the name that the audit log keeps where there is no account.
    """
    return Viewer(
        account=account,
        event=event,
        role=Role.ADMINISTRATOR,
        clearance=max(Classification),
        everything=True,
        acts_as=acts_as,
    )


def installation_viewer(account: Account) -> Viewer:
    """The account outside any event: its own settings, and the installation itself where it administers it."""
    role = Role.ADMINISTRATOR if account.is_administrator else Role.OBSERVER
    return Viewer(account=account, event=None, role=role)


def viewer_for(account: Account, event: Event) -> Viewer:
    """The account as it stands at this event, or `NotFound` when it has no access to it."""
    from summitry.core.models import Access, Agency

    access = Access.objects.filter(account=account, event=event).select_related("agency").first()
    if access is None or not account.is_active:
        raise NotFound(what=event._meta.verbose_name, key=event.slug)
    return Viewer(
        account=account,
        event=event,
        role=access.role,
        clearance=access.clearance,
        agency_ids=Agency.objects.with_descendants(event, access.agency_id) if access.agency_id else frozenset(),
    )
