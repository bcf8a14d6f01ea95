"""Who owes which plan, and how far it is: states from facts, coverage by agency."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from summitry.core.models import Agency
from summitry.core.viewer import Viewer
from summitry.governance.models import PlanDuty

# Days before it is due from which a plan that nobody handed in counts as at risk.
CLOSE_DAYS = 7


class DutyState(enum.Enum):
    """The five states of the product, as they hold for a plan duty."""

    APPROVED = "done"
    ON_COURSE = "on_course"
    AT_RISK = "at_risk"
    LATE = "late"

    @property
    def label(self) -> Promise | str:
        return {
            DutyState.APPROVED: gettext_lazy("done"),
            DutyState.ON_COURSE: gettext_lazy("on course"),
            DutyState.AT_RISK: gettext_lazy("at risk"),
            DutyState.LATE: gettext_lazy("late"),
        }[self]


def state_of(duty: PlanDuty, today: date) -> DutyState:
    """Approved is done; past due is late; not handed in a week before it is due is at risk."""
    if duty.approved_on is not None:
        return DutyState.APPROVED
    if duty.due < today:
        return DutyState.LATE
    if duty.submitted_on is None and duty.due <= today + timedelta(days=CLOSE_DAYS):
        return DutyState.AT_RISK
    return DutyState.ON_COURSE


def reason_of(duty: PlanDuty, today: date) -> str:
    """Why it is in that state, in a few words."""
    if duty.approved_on is not None:
        return _("approved")
    days = (duty.due - today).days
    handed_in = _("handed in, not approved") if duty.submitted_on else _("nothing handed in")
    if days < 0:
        due = ngettext("due %(n)d day ago", "due %(n)d days ago", -days) % {"n": -days}
    elif days == 0:
        due = _("due today")
    else:
        due = ngettext("due in %(n)d day", "due in %(n)d days", days) % {"n": days}
    return f"{due}; {handed_in}"


@dataclass(frozen=True)
class DutyRow:
    """A plan duty in a list, with its state today and why. `days` to its due day; negative when past."""

    duty: PlanDuty
    state: DutyState
    days: int
    reason: str

    @property
    def stage(self) -> str:
        """How far the paper is: `owed`, `handed_in`, `approved`."""
        if self.duty.approved_on is not None:
            return "approved"
        return "owed" if self.duty.submitted_on is None else "handed_in"

    @property
    def overdue(self) -> bool:
        return self.state is DutyState.LATE


def duty_rows(viewer: Viewer, today: date) -> list[DutyRow]:
    """All plan duties that the viewer may see, by due day; one query."""
    duties = PlanDuty.objects.filter(event=viewer.event).visible_to(viewer)
    related = duties.select_related("event", "agency", "body", "mandate__decision", "plan__event")
    return [
        DutyRow(duty, state_of(duty, today), (duty.due - today).days, reason_of(duty, today))
        for duty in related.order_by("due", "code")
    ]


@dataclass(frozen=True)
class Coverage:
    """One agency's plans: owed, handed in and not yet approved, approved, late."""

    agency: Agency
    owed: int
    handed_in: int
    approved: int
    late: int

    @property
    def open(self) -> int:
        return self.owed - self.approved


def coverage(rows: list[DutyRow]) -> list[Coverage]:
    """The plans of each agency that owes any, those with most late ones first. Counts only the rows given."""
    by_agency: dict[int, list[DutyRow]] = {}
    for row in rows:
        by_agency.setdefault(row.duty.agency_id, []).append(row)
    found = [
        Coverage(
            agency=group[0].duty.agency,
            owed=len(group),
            handed_in=sum(row.duty.submitted_on is not None and row.duty.approved_on is None for row in group),
            approved=sum(row.state is DutyState.APPROVED for row in group),
            late=sum(row.overdue for row in group),
        )
        for group in by_agency.values()
    ]
    return sorted(found, key=lambda one: (-one.late, -one.open, one.agency.code))
