"""Drivers in words: the answer to "why then?"."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.core import dates
from summitry.core.viewer import Viewer
from summitry.schedule.models import Task
from summitry.schedule.planning.data import ScheduleData
from summitry.schedule.planning.drivers import Driver, DriverKind


def explain(driver: Driver, data: ScheduleData, viewer: Viewer) -> str:
    """One sentence for this viewer; a task that they may not see is not named."""
    day = dates.plain(driver.date) if driver.date else "—"
    if driver.kind is DriverKind.LINK:
        return _link(driver, _name(driver, data, viewer), day)
    if driver.kind is DriverKind.PARTS:
        return _("Its last part, {task}, is expected on {day}.").format(task=_name(driver, data, viewer), day=day)
    return {
        DriverKind.NOT_BEFORE: _("It may not start before {day}."),
        DriverKind.PLANNED: _("It is planned for {day} for reasons of capacity."),
        DriverKind.FIXED: _("Its date is fixed: {day}."),
        DriverKind.ACTUAL: _("It is a fact: {day}."),
        DriverKind.STATUS_DATE: _("Nothing holds it back: it could start today, {day}."),
        DriverKind.UNDER_WAY: _("It is under way, and what is left is counted from today, {day}."),
        DriverKind.PROJECT_START: _("Nothing holds it back but the start of planning, {day}."),
    }[driver.kind].format(day=day)


def _name(driver: Driver, data: ScheduleData, viewer: Viewer) -> str:
    task = data.tasks.get(driver.task or 0)
    if task is None or not viewer.sees_id(Task, task.pk):
        return _("a task that you may not see")
    return str(task)


def _link(driver: Driver, task: str, day: str) -> str:
    text = {
        "FS": _("It starts after {task} finishes, on {day}"),
        "SS": _("It starts once {task} starts, on {day}"),
        "FF": _("It finishes no earlier than {task} finishes, on {day}"),
        "SF": _("It finishes no earlier than {task} starts, on {day}"),
    }[driver.link_kind].format(task=task, day=day)
    if driver.lag > 0:
        lag = ngettext("{n} working day later", "{n} working days later", driver.lag).format(n=driver.lag)
    elif driver.lag < 0:
        lead = -driver.lag
        lag = ngettext("up to {n} working day earlier", "up to {n} working days earlier", lead).format(n=lead)
    else:
        return text + "."
    return f"{text}, {lag}."
