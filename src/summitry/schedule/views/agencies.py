"""Agencies: what each leads and owes, by when, and who waits for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from summitry.core.checking import seen_by
from summitry.core.http.request import EventRequest
from summitry.core.models import Agency
from summitry.core.rights import PLAN
from summitry.core.views.base import find
from summitry.governance.models import PlanDuty
from summitry.schedule.models import Coordination
from summitry.schedule.planning import State, is_overdue
from summitry.schedule.queries import AgencyWork, agency_work
from summitry.schedule.views.limits import capacities_of
from summitry.schedule.views.powers import Powers
from summitry.schedule.views.rows import Rows, natural

STATES = tuple(sorted(State, key=lambda state: -state.weight))


@dataclass(frozen=True)
class Line:
    """One agency in the list: its own tasks by state, and what it owes to others. Units count for themselves."""

    agency: Agency
    states: tuple[int, ...]
    owed: int
    overdue: int
    ours: bool

    @property
    def leads(self) -> int:
        return sum(self.states)


@require_GET
def agencies(request: EventRequest, slug: str) -> HttpResponse:
    """All agencies with counts by state, the viewer's own first, then those with most that is late."""
    rows = Rows(request.event, request.viewer)
    states: dict[int, Counter[State]] = {}
    owed: Counter[int] = Counter()
    overdue: Counter[int] = Counter()
    for row in rows.leaves:
        if row.task.lead_id is not None:
            states.setdefault(row.task.lead_id, Counter())[row.state] += 1
    for row in rows:
        for part in row.coordinations:
            if row.task.open and part.waived_on is None and part.delivered_on is None:
                owed[part.agency_id] += 1
                overdue[part.agency_id] += is_overdue(part, rows.data.today)
    lines = [
        Line(
            agency=agency,
            states=tuple(states.get(pk, Counter())[state] for state in STATES),
            owed=owed[pk],
            overdue=overdue[pk],
            ours=pk in request.viewer.agency_ids,
        )
        for pk, agency in rows.agencies.items()
    ]
    lines.sort(key=lambda line: (not line.ours, -line.states[0] - line.overdue, natural(line.agency.code)))
    context = {
        "title": _("Agencies"),
        "section": "schedule",
        "tab": "agencies",
        "lines": lines,
        "states": STATES,
        "busy": sum(bool(line.leads or line.owed) for line in lines),
    }
    return render(request, "schedule/agencies.html", context)


@require_GET
def agency(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """One agency with its units: ours, by when, what waits on us."""
    viewer = request.viewer
    shown = find(request, Agency, code=code)
    rows = Rows(request.event, viewer)
    work = agency_work(viewer, shown)
    open_leads = [row for row in work.leads if row.open and not row.plan.group]
    late_first = sorted(open_leads, key=lambda row: (row.plan.state is not State.LATE, open_leads.index(row)))
    units = Agency.objects.with_descendants(request.event, shown.pk)
    open_owes = [owed for owed in work.owes if _open(owed.coordination) and owed.row.open]
    desks = capacities_of(shown, viewer)
    found = seen_by(rows.outlook.findings.open, viewer)[0]
    duties = PlanDuty.objects.filter(agency__in=units).visible_to(viewer).select_related("agency", "event")
    context = {
        "title": shown.name,
        "section": "schedule",
        "tab": "agencies",
        "agency": shown,
        "ours": shown.pk in viewer.agency_ids,
        "work": work,
        "leads": late_first,
        "done_leads": [row for row in work.leads if not row.open and not row.plan.group],
        "owes": open_owes,
        "done_owes": [owed for owed in work.owes if owed not in open_owes],
        "may_report": {row.task.pk for row in open_leads if Powers.over(row.task, rows.data, viewer).lead},
        "may_deliver": {
            owed.coordination.pk
            for owed in open_owes
            if Powers.over(owed.row.task, rows.data, viewer).deliver(owed.coordination)
        },
        "desks": desks,
        "overload": next((f for f in found if f.code == "SCH043" and f.subject.pk == shown.pk), None),
        "may_plan": viewer.may(PLAN),
        "duties": duties,
        "units": [rows.agencies[pk] for pk in rows.agencies if rows.agencies[pk].parent_id == shown.pk],
        "sentence": _sentence(work),
        "page_classification": max(
            [
                *(row.task.classification for row in [*work.leads, *(owed.row for owed in work.owes)]),
                *(period.classification for period in desks),
            ],
            default=None,
        ),
    }
    return render(request, "schedule/agency.html", context)


def _open(part: Coordination) -> bool:
    return part.delivered_on is None and part.waived_on is None


def _sentence(work: AgencyWork) -> str:
    """ "3 of 9 tasks open, 1 late; 2 deliverables owed, 1 overdue; 4 tasks of others wait." """
    leaves = [row for row in work.leads if not row.plan.group]
    still = [row for row in leaves if row.open]
    late = sum(row.plan.state is State.LATE for row in still)
    owes = [owed for owed in work.owes if _open(owed.coordination) and owed.row.open]
    overdue = sum(owed.overdue for owed in owes)
    waiting = len({other.task.pk for _mine, other in work.waiting})
    return _("%(leads)s, %(late)d late; %(owes)s, %(overdue)d overdue; %(waiting)s.") % {
        "leads": ngettext("%(n)d open task", "%(n)d open tasks", len(still)) % {"n": len(still)},
        "late": late,
        "owes": ngettext("%(n)d deliverable owed", "%(n)d deliverables owed", len(owes)) % {"n": len(owes)},
        "overdue": overdue,
        "waiting": ngettext("%(n)d task of others waits", "%(n)d tasks of others wait", waiting) % {"n": waiting},
    }
