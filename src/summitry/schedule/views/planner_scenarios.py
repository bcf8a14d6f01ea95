"""Scenarios: plans that were kept, side by side; one becomes a proposal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from summitry.core.action import Action, Applied, submit
from summitry.core.http.forms import ActionForm, initial_of
from summitry.core.http.request import EventRequest
from summitry.core.jobs import JOBS
from summitry.core.models import Change, Event
from summitry.core.refusals import Invalid
from summitry.core.rights import PLAN
from summitry.core.views.base import find, need
from summitry.schedule.actions import ProposeScenario, RemoveScenario, RenameScenario
from summitry.schedule.forms import PlainForm
from summitry.schedule.forms.planner import ScenarioNameForm
from summitry.schedule.jobs import READS
from summitry.schedule.models import Scenario, Task
from summitry.schedule.views.base import ScheduleActionView
from summitry.schedule.views.planner import result_context
from summitry.schedule.views.planner_words import FIGURES, Move, Namer, moves_of, shown

BESIDE = 5
"""So many scenarios stand beside one another."""


@dataclass(frozen=True)
class Column:
    """One scenario in the comparison. outdated: what it was computed from has changed since."""

    scenario: Scenario
    command: str
    outdated: bool


@dataclass(frozen=True)
class Cell:
    """A task in one scenario; move: None where it stays."""

    move: Move | None


@dataclass(frozen=True)
class Line:
    """A task that moves in at least one scenario."""

    task: Task
    cells: Sequence[Cell]

    @property
    def now(self) -> Any:
        return next(cell.move.old_start for cell in self.cells if cell.move is not None)

    @property
    def differs(self) -> bool:
        """Whether the scenarios disagree about it."""
        return len({cell.move.new_start if cell.move else None for cell in self.cells}) > 1


@require_GET
def scenarios(request: EventRequest, slug: str) -> HttpResponse:
    """All scenarios, and the chosen ones beside one another: `?with=S-001&with=S-002`."""
    need(request, PLAN, _("Plan under capacity"))
    rows = Scenario.objects.filter(event=request.event).visible_to(request.viewer)
    every = list(rows.select_related("event", "made_by", "proposal", "proposal__event"))
    asked = request.GET.getlist("with")
    chosen = [row for row in every if row.code in asked] or every[-BESIDE:]
    chosen = chosen[:BESIDE]
    names = Namer(request.event, request.viewer)
    lines, hidden = _lines(chosen, names)
    context = {
        "title": _("Scenarios"),
        "section": "schedule",
        "tab": "planner",
        "every": every,
        "columns": _columns(request.event, chosen),
        "chosen": {row.code for row in chosen},
        "figures": _figures(chosen),
        "lines": lines,
        "hidden_moves": hidden,
        "page_classification": max((row.classification for row in chosen), default=None),
    }
    return render(request, "schedule/scenarios.html", context)


def _columns(event: Event, chosen: Sequence[Scenario]) -> list[Column]:
    newest = _newest(event)
    return [Column(row, _command(row), newest > int(row.inputs.get("sequence", 0))) for row in chosen]


def _newest(event: Event) -> int:
    """The place in the log of the newest change of anything that plans are computed from. One query."""
    rows = Change.objects.filter(entry__chain__event=event, label__in=READS)
    return rows.aggregate(newest=Max("entry__sequence"))["newest"] or 0


def _command(row: Scenario) -> str:
    kind = JOBS.get(row.command)
    return str(kind.title) if kind is not None else row.command


def _figures(chosen: Sequence[Scenario]) -> list[tuple[str, list[tuple[str, bool]]]]:
    """For each figure its title and, for each scenario, the value and whether it is the best of them."""
    found = []
    for name, title, less in FIGURES:
        values = [row.after.get(name) for row in chosen]
        known = [value for value in values if value is not None]
        if not known:
            continue
        best = min(known) if less else max(known)
        several = len(set(map(str, known))) > 1
        found.append((str(title), [(shown(name, value), several and value == best) for value in values]))
    return found


def _lines(chosen: Sequence[Scenario], names: Namer) -> tuple[list[Line], int]:
    by_task: dict[int, list[Move | None]] = {}
    hidden = 0
    for at, row in enumerate(chosen):
        moves, unseen = moves_of(row.tasks, names)
        hidden = max(hidden, unseen)
        for move in moves:
            by_task.setdefault(move.task.pk, [None] * len(chosen))[at] = move
    lines = [Line(names.tasks[pk], [Cell(move) for move in moves]) for pk, moves in by_task.items()]
    lines.sort(key=lambda line: (not line.differs, line.now, line.task.code))
    return lines, hidden


@require_GET
def scenario(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """One scenario: what it would change."""
    need(request, PLAN, _("Plan under capacity"))
    found = find(request, Scenario, "made_by", "proposal", "proposal__event", code=code)
    context = result_context(request, as_result(found))
    context |= {
        "title": found.name,
        "section": "schedule",
        "tab": "planner",
        "scenario": found,
        "command": _command(found),
        "outdated": _newest(request.event) > int(found.inputs.get("sequence", 0)),
        "overlay": f"scenario={found.code}",
        "page_classification": found.classification,
    }
    return render(request, "schedule/scenario.html", context)


def as_result(row: Scenario) -> Mapping[str, Any]:
    """A scenario as a command's result."""
    return {
        "command": row.command,
        "status": row.engine.get("status", "feasible"),
        "before": row.before,
        "after": row.after,
        "tasks": row.tasks,
        "actions": row.actions,
        "engine": row.engine,
    }


@require_POST
def propose_scenario(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """Make a proposal of a scenario. Its page shows all that it would do, so there is nothing to preview here."""
    need(request, PLAN, _("Plan under capacity"))
    found = find(request, Scenario, code=code)
    try:
        applied = submit([ProposeScenario(code=found.code)], viewer=request.viewer, event=request.event)
    except Invalid as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(found.get_absolute_url())
    proposal = applied.record
    return HttpResponseRedirect(proposal.get_absolute_url() if proposal is not None else found.get_absolute_url())  # type: ignore[attr-defined]


class _OfScenario(ScheduleActionView):
    right = PLAN
    leads_to_record = False

    def find_record(self) -> Scenario:
        return find(self.request, Scenario, code=self.kwargs["code"])

    def success_url(self, applied: Applied) -> str:
        return reverse("schedule:scenarios", args=[self.request.event.slug])


class EditScenario(_OfScenario):
    """Rename a scenario."""

    form_class = ScenarioNameForm
    verb = gettext_lazy("Rename {what}")

    def initial(self) -> dict[str, Any]:
        assert self.found is not None
        return initial_of(self.found, ("name",))

    def actions(self, form: ActionForm) -> list[Action]:
        name = form.cleaned_data["name"]
        if "name" not in form.changed_data:
            return []
        return [RenameScenario(code=self.kwargs["code"], seen=form.cleaned_data["seen"], name=name)]


class DropScenario(_OfScenario):
    """Remove a scenario."""

    form_class = PlainForm
    verb = gettext_lazy("Remove {what}")
    lead_text = gettext_lazy("A proposal that was made of it stays.")
    confirm_label = gettext_lazy("Remove")

    def actions(self, form: ActionForm) -> list[Action]:
        return [RemoveScenario(code=self.kwargs["code"], seen=form.cleaned_data["seen"])]
