"""The plan as a list of actions would make it, for drawing it beside the present one. Nothing is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from summitry.core.checking import Reading
from summitry.schedule.planning.capacity.answer import of_way
from summitry.schedule.planning.capacity.what_if import what_if
from summitry.schedule.planning.data import ScheduleData, load
from summitry.schedule.planning.limits import Limits
from summitry.schedule.planning.plan import Plan
from summitry.schedule.planning.solving import plan, solve_data

T = TypeVar("T")


def plan_with(data: ScheduleData, within: Limits, actions: Iterable[tuple[str, Mapping[str, Any]]]) -> Plan:
    """The plan with these actions, each a name and its arguments. Of the planner's commands' own actions alone:
    others, and those about what is not there any more, change nothing here."""
    by_code = {task.code: task for task in data.tasks.values()}
    changes: dict[int, dict[str, Any]] = {}
    for name, arguments in actions:
        if name == "schedule.place_task":
            starts = {str(arguments.get("code")): arguments.get("start")}
        elif name == "schedule.place_tasks":
            starts = dict(arguments.get("starts", {}))
        elif name == "schedule.choose_alternative":
            task = by_code.get(str(arguments.get("task")))
            ways = within.alternatives_of.get(task.pk, ()) if task is not None else ()
            for way in ways:
                if task is not None and way.code == arguments.get("code"):
                    changes.setdefault(task.pk, {}).update(of_way(task, way))
            continue
        else:
            continue
        for code, start in starts.items():
            if code in by_code:
                changes.setdefault(by_code[code].pk, {})["planned_start"] = date.fromisoformat(start) if start else None
    return solve_data(what_if(data, changes))


class Imagined(Reading):
    """A reading of the event as another plan would make it: what is computed from the schedule comes from that."""

    def __init__(self, reading: Reading, solved: Plan) -> None:
        super().__init__(reading.event, reading.today)
        self._known: dict[Callable[..., Any], Any] = {load: solved.data, plan: solved}

    def use(self, function: Callable[[Reading], T]) -> T:
        if function in self._known:
            known: T = self._known[function]
            return known
        return super().use(function)
