"""The load of agencies and resources against what there is, by day, now and with a plan that was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from summitry.core.http.request import EventRequest
from summitry.core.jobs import visible_jobs
from summitry.core.models import Agency, Job, Proposal, ProposalAction
from summitry.core.rights import PLAN
from summitry.core.viewer import Viewer
from summitry.schedule.jobs import COMMANDS
from summitry.schedule.models import Capacity, Resource, Scenario, Task
from summitry.schedule.planning import Limits, limits
from summitry.schedule.planning.capacity import Load, loads, plan_with
from summitry.schedule.views.load_chart import Picture, draw, peak_words
from summitry.schedule.views.rows import Rows, natural

LONGEST = 370
Steps = Iterable[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Chart:
    """One agency's or resource's chart."""

    key: str
    name: str
    url: str
    resource: bool
    load: Load
    proposed: Load | None
    picture: Picture
    ours: bool

    @property
    def words(self) -> str:
        return peak_words(self.load)

    @property
    def proposed_words(self) -> str:
        return peak_words(self.proposed) if self.proposed is not None else ""

    @property
    def over(self) -> int:
        return len(self.load.over)

    @property
    def limited(self) -> bool:
        return any(day.limit is not None for day in self.load.days)


@require_GET
def load(request: EventRequest, slug: str) -> HttpResponse:
    """Charts, those with too much first. `?agency=` and `?resource=` choose, `?over=1` shows the overloaded alone.

    `?proposal=`, `?scenario=` or `?run=` names a plan that is drawn as an outline. Only visible tasks are counted.
    """
    viewer, event = request.viewer, request.event
    rows = Rows(event, viewer)
    within = _seen(rows.outlook.reading.use(limits), viewer)
    first, last = _span(rows)
    name, actions = _beside(request)
    visible = rows.visible
    now = loads(rows.plan, within, first=first, last=last, visible=visible)
    then = None
    if actions is not None:
        then = loads(plan_with(rows.data, within, actions), within, first=first, last=last, visible=visible)
    charts = list(_charts(rows, within, now, then))
    chosen = set(request.GET.getlist("agency")), set(request.GET.getlist("resource"))
    shown = [c for c in charts if _chosen(c, *chosen)]
    if request.GET.get("over") == "1":
        shown = [c for c in shown if c.over]
    over = sum(bool(c.over) for c in charts)
    context = {
        "title": _("Load"),
        "section": "schedule",
        "tab": "load",
        "charts": shown,
        "every": charts,
        "chosen": chosen[0] | chosen[1],
        "over": over,
        "sentence": _sentence(charts, over),
        "beside": name,
        "kept": [(key, value) for key, value in request.GET.items() if key in {"proposal", "scenario", "run"}],
        "proposals": Proposal.objects.filter(event=event, kind__in=COMMANDS, state__in=Proposal.UNDECIDED).visible_to(
            viewer
        ),
        "hidden": any(task.pk not in visible for task in rows.data.leaves() if task.open),
        "may_plan": viewer.may(PLAN),
        "today": rows.data.today,
        "page_classification": max((row.task.classification for row in rows.leaves if row.task.open), default=None),
    }
    return render(request, "schedule/load.html", context)


def _seen(within: Limits, viewer: Viewer) -> Limits:
    """The limits that the viewer may see. An agency with a hidden period counts as one without a limit."""
    known = viewer.visible_ids(Capacity)
    return replace(
        within,
        capacities={pk: rows for pk, rows in within.capacities.items() if all(row.pk in known for row in rows)},
        resources={pk: row for pk, row in within.resources.items() if viewer.sees_id(Resource, pk)},
    )


def _span(rows: Rows) -> tuple[date, date]:
    """From the Monday of this week to the last day of open work, at most about a year."""
    today = rows.data.today
    first = today - timedelta(days=today.weekday())
    ends = [row.finish for row in rows.leaves if row.task.open and row.finish is not None]
    last = max([today + timedelta(days=20), *ends])
    last += timedelta(days=6 - last.weekday())
    return first, min(last, first + timedelta(days=LONGEST))


def _beside(request: EventRequest) -> tuple[str, Steps | None]:
    """The plan that the address names: its name and actions, as far as the viewer may see them."""
    viewer, event, asked = request.viewer, request.event, request.GET
    if code := asked.get("proposal"):
        proposal = Proposal.objects.filter(event=event).visible_to(viewer).filter(code=code).first()
        if proposal is not None:
            actions = ProposalAction.objects.filter(proposal=proposal).visible_to(viewer).order_by("order")
            return str(proposal), list(actions.values_list("action", "arguments"))
    if not viewer.may(PLAN):
        return "", None
    if code := asked.get("scenario"):
        scenario = Scenario.objects.filter(event=event).visible_to(viewer).filter(code=code).first()
        if scenario is not None:
            return str(scenario), [(row["action"], row["arguments"]) for row in scenario.actions]
    if (number := asked.get("run", "")).isdecimal() and len(number) < 18:
        job = visible_jobs(viewer).filter(pk=int(number), kind__in=COMMANDS, state=Job.State.DONE).first()
        if job is not None and job.result and "actions" in job.result:
            name = _("the plan of run %(n)d") % {"n": job.pk}
            return name, [(row["action"], row["arguments"]) for row in job.result["actions"]]
    return "", None


def _charts(rows: Rows, within: Limits, now: Any, then: Any) -> Iterable[Chart]:
    today, plan = rows.data.today, rows.plan

    def code(pk: int) -> str:
        return rows.data.tasks[pk].code if rows.viewer.sees_id(Task, pk) else "…"

    found = []
    for resource, of, others in ((False, now[0], then[0] if then else {}), (True, now[1], then[1] if then else {})):
        keys = of.keys() | others.keys()
        for pk in keys:
            record: Agency | Resource | None = within.resources.get(pk) if resource else rows.agencies.get(pk)
            if record is None:
                continue
            mine = of.get(pk) or Load(tuple(replace(day, load=0, tasks=()) for day in others[pk].days))
            beside = others.get(pk)
            calendar = plan.calendar(record.agency_id if isinstance(record, Resource) else pk)
            found.append(
                Chart(
                    key=record.code,
                    name=record.name,
                    url=record.get_absolute_url(),
                    resource=resource,
                    load=mine,
                    proposed=beside,
                    picture=draw(mine, beside, today=today, works=calendar.works_on, codes=code),
                    ours=not resource and pk in rows.viewer.agency_ids,
                )
            )
    return sorted(found, key=lambda c: (not c.ours, not c.over, c.resource, natural(c.key)))


def _chosen(chart: Chart, agencies: set[str], resources: set[str]) -> bool:
    if not agencies and not resources:
        return True
    return chart.key in (resources if chart.resource else agencies)


def _sentence(charts: list[Chart], over: int) -> str:
    if not charts:
        return ""
    if not over:
        return _("No agency leads more than it has desks for.")
    words = ngettext(
        "%(n)d of %(all)d has more work than it can lead.", "%(n)d of %(all)d have more work than they can lead.", over
    )
    return words % {"n": over, "all": len(charts)}
