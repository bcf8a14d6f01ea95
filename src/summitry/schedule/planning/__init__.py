"""Planning: the schedule's records, solved by the engine. The only place of this app that knows the engine.

data = reading.use(load)        # ScheduleData: all records, six queries
solved = reading.use(plan)      # Plan: dates, float, drivers, states
solved.of(task.pk)              # TaskPlan
explain(driver, data, viewer)   # "It starts after T01 … finishes, on 23 May 2025."
"""

from summitry.schedule.planning.calendars import Calendar, Calendars
from summitry.schedule.planning.data import ScheduleData, attach, criteria, load, objectives
from summitry.schedule.planning.drivers import Driver, DriverKind
from summitry.schedule.planning.explain import explain
from summitry.schedule.planning.forecasts import forecasts
from summitry.schedule.planning.limits import Limits, Overload, desk_overloads, limits, resource_overloads
from summitry.schedule.planning.loops import loop_through
from summitry.schedule.planning.plan import FixedConflict, Plan, TaskPlan
from summitry.schedule.planning.risks import Risks, risks
from summitry.schedule.planning.solving import plan, solve_data
from summitry.schedule.planning.state import State, is_overdue, overdue_coordination

__all__ = [
    "Calendar",
    "Calendars",
    "Driver",
    "DriverKind",
    "FixedConflict",
    "Limits",
    "Overload",
    "Plan",
    "Risks",
    "ScheduleData",
    "State",
    "TaskPlan",
    "attach",
    "criteria",
    "desk_overloads",
    "explain",
    "forecasts",
    "is_overdue",
    "limits",
    "load",
    "loop_through",
    "objectives",
    "overdue_coordination",
    "plan",
    "resource_overloads",
    "risks",
    "solve_data",
]
