"""How sure a task's dates are, on its page: `{% load schedule_risk %}{% task_risk task %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from summitry.core.outlook import outlook
from summitry.schedule.models import Task
from summitry.schedule.planning.risk import for_page, simulation

register = template.Library()


@register.inclusion_tag("schedule/task_risk.html", takes_context=True)
def task_risk(context: template.Context, task: Task) -> Mapping[str, Any]:
    """P50, P80, the probability of the deadline and the criticality of a task that the viewer sees; nothing if done."""
    found: dict[str, Any] = {"task": task, "event": task.event, "now": context.get("now")}
    risk = outlook(task.event).reading.use(simulation)
    if risk.model is None:
        return found
    answer = risk.answer(for_page(risk.size, risk.wanted))
    told = answer.task(task.pk)
    if told is None:
        return found
    return found | {"told": told, "criticality": answer.criticality(task.pk), "ready": answer.ready is not None}
