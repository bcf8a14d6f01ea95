"""The planner's screen: how things stand, the commands that seek a plan, and what they found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_POST

from summitry.core import clock
from summitry.core.action import ACTIONS, submit
from summitry.core.http.request import EventRequest
from summitry.core.jobs import request as request_job
from summitry.core.jobs import visible_jobs
from summitry.core.models import AuditEntry, Job, Proposal
from summitry.core.queries.jobs import ago, job_of, shown_job, shown_jobs
from summitry.core.refusals import Invalid, NotFound
from summitry.core.rights import PLAN
from summitry.core.views.base import need
from summitry.schedule import jobs
from summitry.schedule.actions import KeepScenario
from summitry.schedule.forms.planner import CommandForm, FeasibleForm, LevelForm, RepairForm, ShortenForm, WhatIfForm
from summitry.schedule.models import Capacity, Scenario
from summitry.schedule.planning import desk_overloads, limits, resource_overloads
from summitry.schedule.views.planner_words import (
    Namer,
    figures_of,
    moves_of,
    notes_of,
    quality_of,
    sentence_of,
    why_not,
)
from summitry.schedule.views.rows import Rows

RECENT = 8
CHANGES = 8


@dataclass(frozen=True)
class Command:
    """One thing that can be asked for."""

    key: str
    kind: str
    title: str | Promise
    words: str | Promise
    form: type[CommandForm]
    hard: bool
    propose: bool


COMMANDS: Mapping[str, Command] = {
    one.key: one
    for one in (
        Command(
            "feasible",
            jobs.FEASIBLE,
            gettext_lazy("Make it feasible"),
            gettext_lazy(
                "Moves as little as possible so that every deadline is met and no agency leads more than it has desks "
                "for. If that cannot be, it names what stands in the way."
            ),
            FeasibleForm,
            hard=True,
            propose=True,
        ),
        Command(
            "repair",
            jobs.REPAIR,
            gettext_lazy("Repair after a change"),
            gettext_lazy(
                "The least late plan that stays closest to the plan before. Announced dates move last. It always finds "
                "a plan unless fixed dates contradict each other."
            ),
            RepairForm,
            hard=False,
            propose=True,
        ),
        Command(
            "shorten",
            jobs.SHORTEN,
            gettext_lazy("Shorten"),
            gettext_lazy("Brings a milestone, or the end of everything, forward as far as desks and links allow."),
            ShortenForm,
            hard=True,
            propose=True,
        ),
        Command(
            "level",
            jobs.LEVEL,
            gettext_lazy("Level the load"),
            gettext_lazy("Lowers the peaks: so few tasks at the same time as the deadlines allow."),
            LevelForm,
            hard=True,
            propose=True,
        ),
        Command(
            "what-if",
            jobs.WHAT_IF,
            gettext_lazy("What if an agency gains or loses desks"),
            gettext_lazy("Shows what it would do to the plan, and the best answer to it. Nothing is recorded."),
            WhatIfForm,
            hard=False,
            propose=False,
        ),
    )
}


@require_GET
def planner(request: EventRequest, slug: str) -> HttpResponse:
    """How things stand, the commands, what runs, what was found."""
    need(request, PLAN, _("Plan under capacity"))
    return _page(request, {})


@require_POST
def run_command(request: EventRequest, slug: str, command: str) -> HttpResponse:
    """Ask for a command; its page shows how far it is."""
    need(request, PLAN, _("Plan under capacity"))
    asked = COMMANDS.get(command)
    if asked is None:
        raise NotFound(what=_("command"), key=command)
    form = _form(request, asked, request.POST)
    if not form.is_valid():
        return _page(request, {command: form}, status=422)
    try:
        job = request_job(asked.kind, form.parameters(), viewer=request.viewer, event=request.event)
    except Invalid as refusal:
        form.take(refusal)
        return _page(request, {command: form}, status=422)
    return HttpResponseRedirect(reverse("schedule:planner_run", args=[slug, job.pk]))


def _page(request: EventRequest, bound: Mapping[str, CommandForm], status: int = 200) -> HttpResponse:
    viewer, event = request.viewer, request.event
    rows = Rows(event, viewer)
    names = Namer(event, viewer)
    within = rows.outlook.reading.use(limits)
    late = [row for row in rows.leaves if row.days_late]
    over = _overloads(rows, names)
    recent = list(visible_jobs(viewer).filter(kind__in=jobs.COMMANDS).order_by("-pk")[:RECENT])
    shared = {
        "changes": _changes(request),
        "limited": {names.agencies[pk].code for pk in within.capacities if pk in names.agencies},
    }
    context = {
        "title": pgettext("page", "Planner"),
        "section": "schedule",
        "tab": "planner",
        "late": late,
        "over": over,
        "limited": bool(within.capacities),
        "sentence": _state_words(late, over),
        "commands": [(one, bound.get(one.key) or _form(request, one, None, shared)) for one in COMMANDS.values()],
        "open_command": next(iter(bound), request.GET.get("command", "")),
        "runs": [(shown, _brief(shown.job)) for shown in shown_jobs(recent, viewer)],
        "scenarios": Scenario.objects.filter(event=event).visible_to(viewer),
        "loops": bool(rows.plan.loops),
        "page_classification": max((row.task.classification for row in late), default=None),
    }
    return render(request, "schedule/planner.html", context, status=status)


def _form(request: EventRequest, command: Command, data: Any, shared: Mapping[str, Any] | None = None) -> CommandForm:
    if shared is None:
        limited = Capacity.objects.filter(event=request.event).visible_to(request.viewer)
        shared = {"changes": _changes(request), "limited": set(limited.values_list("agency__code", flat=True))}
    first = {
        **shared,
        "hard": "1" if command.hard else "",
        "propose": "1" if command.propose else "",
        "seconds": 10,
        "change": -1,
        "first": clock.today(request.event).isoformat(),
    }
    asked = request.GET if request.GET.get("command") == command.key else {}
    first |= {name: asked[name] for name in ("milestone", "agency", "change", "hard") if name in asked}
    return command.form(data, request=request, initial=first, prefix=command.key)


def _changes(request: EventRequest) -> list[tuple[str, str]]:
    """The newest changes of the schedule, each with its batch: what a repair may go back to."""
    rows = AuditEntry.objects.filter(chain__event=request.event, action__startswith="schedule.").order_by("-sequence")
    found: dict[str, str] = {}
    for entry in rows[: 4 * CHANGES]:
        known = ACTIONS.get(entry.action)
        if known is None or not known.action_undoable or "scenario" in entry.action or len(found) == CHANGES:
            continue
        words = _("the plan before: %(action)s, %(who)s, %(ago)s") % {
            "action": known.action_title,
            "who": entry.actor_name,
            "ago": ago(entry.recorded_at, clock.system_now()),
        }
        found.setdefault(str(entry.batch), words)
    return list(found.items())


@dataclass(frozen=True)
class OverloadLine:
    """An agency or resource of which more is asked than there is."""

    what: str
    url: str
    first: Any
    load: int
    limit: int
    days: int
    tasks: str


def _overloads(rows: Rows, names: Namer) -> list[OverloadLine]:
    within = rows.outlook.reading.use(limits)
    found = []
    page = reverse("schedule:load", args=[rows.event.slug])
    for pk, over in desk_overloads(rows.plan, within).items():
        agency = names.agencies.get(pk)
        if agency is not None:
            url = f"{page}?agency={agency.code}"
            found.append(
                OverloadLine(agency.code, url, over.first, over.load, over.limit, over.days, names.codes(over.tasks))
            )
    for pk, over in resource_overloads(rows.plan, within).items():
        resource = names.resources.get(pk)
        if resource is not None:
            url = f"{page}?resource={resource.code}"
            found.append(
                OverloadLine(str(resource), url, over.first, over.load, over.limit, over.days, names.codes(over.tasks))
            )
    return sorted(found, key=lambda line: (line.first, line.what))


def _state_words(late: list[Any], over: list[OverloadLine]) -> str:
    if not late and not over:
        return _("The plan is feasible: every deadline is met, and nobody leads more than there are desks for.")
    return _(
        "The plan is not feasible as it stands: deadlines broken: %(late)d; agencies or resources overloaded: %(over)d."
    ) % {
        "late": len(late),
        "over": len(over),
    }


def _brief(job: Job) -> str:
    """How a run ended, for the list."""
    if job.state == Job.State.DONE and job.result:
        return sentence_of(job.result)
    return job.message if job.state == Job.State.RUNNING else job.error


@require_GET
def planner_run(request: EventRequest, slug: str, pk: int) -> HttpResponse:
    """One run of a command: how far it is, then what it found."""
    need(request, PLAN, _("Plan under capacity"))
    job = _job(request, pk)
    shown = shown_job(job, request.viewer)
    context: dict[str, Any] = {
        "title": shown.title,
        "section": "schedule",
        "tab": "planner",
        "shown": shown,
        "job": job,
        "command": next(one for one in COMMANDS.values() if one.kind == job.kind),
    }
    if job.state == Job.State.DONE and job.result:
        context |= result_context(request, job.result)
        context["proposal"] = _proposal(request, job)
        context["keepable"] = "after" in job.result
        context["overlay"] = f"run={job.pk}"
    return render(request, "schedule/planner_run.html", context)


def _job(request: EventRequest, pk: int) -> Job:
    job = job_of(request.viewer, pk)
    if job.kind not in jobs.COMMANDS:
        raise NotFound(what=_("run of a command"), key=str(pk))
    return job


def _proposal(request: EventRequest, job: Job) -> Proposal | None:
    made = [pk for label, pk in job.made if label == Proposal._meta.label_lower]
    rows = Proposal.objects.filter(event=request.event, pk__in=made).visible_to(request.viewer)
    return rows.select_related("event").first()


def result_context(request: EventRequest, result: Mapping[str, Any]) -> dict[str, Any]:
    """What a page shows of a result or of a scenario."""
    names = Namer(request.event, request.viewer)
    moves, hidden = moves_of(result.get("tasks", ()), names)
    conflict = result.get("conflict")
    pks = {row["task"] for row in result.get("tasks", ())}
    if conflict:
        pks |= {one["task"] for one in conflict["conditions"] if "task" in one}
        pks |= {pk for one in conflict["conditions"] for key in ("tasks", "under_way") for pk in one.get(key, ())}
    return {
        "page_classification": max((names.tasks[pk].classification for pk in pks if pk in names.tasks), default=None),
        "result": result,
        "said": sentence_of(result),
        "figures": figures_of(result.get("before"), result.get("after")),
        "moves": moves,
        "hidden_moves": hidden,
        "why": why_not(conflict, names) if conflict else None,
        "notes": notes_of(result, names),
        "engine": result["engine"],
        "quality": quality_of(result["engine"], result["status"]) if "after" in result else "",
    }


@require_POST
def keep_run(request: EventRequest, slug: str, pk: int) -> HttpResponse:
    """Keep what a command found under a name. It changes nothing of the plan, so there is nothing to preview."""
    need(request, PLAN, _("Plan under capacity"))
    _job(request, pk)
    try:
        applied = submit(
            [KeepScenario.of(job=pk, name=request.POST.get("name", "").strip())],
            viewer=request.viewer,
            event=request.event,
        )
    except Invalid as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("schedule:planner_run", args=[slug, pk]))
    scenario = applied.record
    assert isinstance(scenario, Scenario)
    messages.success(request, _("It is kept as %(scenario)s.") % {"scenario": scenario})
    return HttpResponseRedirect(reverse("schedule:scenarios", args=[slug]))
