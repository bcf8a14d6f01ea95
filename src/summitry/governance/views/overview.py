"""The overview of mandates: who exists on a day, who heads what, what changes around it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from summitry.core import clock
from summitry.core.http.request import EventRequest
from summitry.core.rights import DECIDE, PLAN, PLAN_SECURITY
from summitry.governance.actions.decisions import PLANS
from summitry.governance.models import Body
from summitry.governance.queries import (
    BodyNode,
    ChangeDay,
    body_tree,
    change_days,
    decision_rows,
    duty_rows,
    open_counts,
    stranded,
)
from summitry.governance.views.base import SECTION, day_asked
from summitry.governance.views.timeline import timeline


@require_safe
def overview(request: EventRequest, slug: str) -> HttpResponse:
    """The tree of bodies on a day, decisions in force on it, and the plans that are open today."""
    event, viewer = request.event, request.viewer
    day, today = day_asked(request), clock.today(event)
    nodes = body_tree(viewer, day)
    counts = open_counts(viewer, event)
    changes = change_days(viewer)
    decisions = [row for row in decision_rows(viewer, day) if row.in_force]
    duties = duty_rows(viewer, today)
    everyone = Body.objects.filter(event=event).visible_to(viewer).select_related("event")
    seats = [seat for node in nodes for seat in node.seats]
    shown = [row for row in decisions if row.decision.kind not in PLANS]
    context = {
        "title": _("Mandates"),
        "section": SECTION,
        "day": day,
        "today": today,
        "is_today": day == today,
        "day_before": day - timedelta(days=1),
        "day_after": day + timedelta(days=1),
        "rows": [(node, counts.get(node.body.pk, 0)) for node in nodes],
        "bodies": len(nodes),
        "seats": len(seats),
        "held": sum(not seat.vacant for seat in seats),
        "timeline": timeline(list(everyone), event, day, today),
        "change": next((one for one in changes if one.day == day), None),
        "chips": _chips(changes, day, today),
        "decisions": shown,
        "plans": len(decisions) - len(shown),
        "late": sum(row.overdue for row in duties),
        "open_duties": [row for row in duties if row.stage != "approved"],
        "duties": len(duties),
        "stranded": stranded(viewer, event, today),
        "may_plan": viewer.may(PLAN),
        "may_plan_security": viewer.may(PLAN_SECURITY),
        "may_reorganise": viewer.may(DECIDE),
        "page_classification": _highest(shown, duties, nodes),
    }
    return render(request, "governance/overview.html", context)


def _chips(changes: list[ChangeDay], day: date, today: date) -> list[dict[str, Any]]:
    """The days worth a look: those on which a body begins or ends, with the day before; and today."""
    days = {today}
    for change in changes:
        if change.begins or change.ends:
            days |= {change.day, change.day - timedelta(days=1)} if change.ends else {change.day}
    return [{"day": one, "on": one == day, "today": one == today} for one in sorted(days)]


def _highest(decisions: list[Any], duties: list[Any], nodes: list[BodyNode]) -> int | None:
    """The highest classification of what the page shows."""
    levels = [row.decision.classification for row in decisions]
    levels += [row.duty.classification for row in duties if row.stage != "approved"]
    levels += [held.person.classification for node in nodes for seat in node.seats for held in seat.held_by]
    return max(levels, default=None)
