"""The schedule in the left rail and in the search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.core.http.nav import SEARCHERS, Hit, NavItem, register_nav
from summitry.core.records import Record, RecordQuerySet
from summitry.core.viewer import Viewer
from summitry.schedule.models import Objective, Resource, RiskEvent, Task

R = TypeVar("R", bound=Record)


def register_places() -> None:
    """Called once by `ScheduleConfig.ready`."""
    label = gettext_lazy("Schedule")
    register_nav(NavItem(key="schedule", label=label, path="schedule/", position=30, icon="schedule"))
    for searcher in (find_tasks, find_objectives, find_risks, find_resources):
        if searcher not in SEARCHERS:
            SEARCHERS.append(searcher)


def find_tasks(viewer: Viewer, words: str, limit: int) -> Iterable[Hit]:
    """Visible tasks by code, title or deliverable."""
    wanted = (
        Q(code__icontains=words)
        | Q(title__icontains=words)
        | Q(title_national__icontains=words)
        | Q(deliverable__icontains=words)
    )
    rows = Task.objects.filter(wanted).visible_to(viewer).select_related("event")
    for task in _best(rows, words, limit):
        kind = _("milestone") if task.milestone else _("task")
        yield Hit(kind, task.code, task.title, task.get_absolute_url())


def find_objectives(viewer: Viewer, words: str, limit: int) -> Iterable[Hit]:
    """Objectives by code or title."""
    wanted = Q(code__icontains=words) | Q(title__icontains=words) | Q(title_national__icontains=words)
    for aim in _best(Objective.objects.filter(wanted).visible_to(viewer).select_related("event"), words, limit):
        yield Hit(_("objective"), aim.code, aim.title, aim.get_absolute_url())


def find_risks(viewer: Viewer, words: str, limit: int) -> Iterable[Hit]:
    """Visible risk events by code, title or mitigation."""
    wanted = (
        Q(code__icontains=words)
        | Q(title__icontains=words)
        | Q(title_national__icontains=words)
        | Q(mitigation__icontains=words)
    )
    for risk in _best(RiskEvent.objects.filter(wanted).visible_to(viewer).select_related("event"), words, limit):
        yield Hit(_("risk event"), risk.code, risk.title, risk.get_absolute_url())


def find_resources(viewer: Viewer, words: str, limit: int) -> Iterable[Hit]:
    """Visible resources by code or name."""
    wanted = Q(code__icontains=words) | Q(name__icontains=words)
    for resource in _best(Resource.objects.filter(wanted).visible_to(viewer).select_related("event"), words, limit):
        yield Hit(_("resource"), resource.code, resource.name, resource.get_absolute_url())


def _best(rows: RecordQuerySet[R], words: str, limit: int) -> list[R]:
    """The exact code first, which a limit must not cut off, then the others in their order."""
    exact = list(rows.filter(code__iexact=words)[:1])
    return exact + [row for row in rows[:limit] if row not in exact][: limit - len(exact)]
