"""Planning under capacity: the schedule's records as a problem of the scheduling engine, and its answers as actions.

board = board_of(reading, viewer)                # the records, the present plan, the limits, what may not be touched
posed = pose(board, Order(aim=Aim.REPAIR))       # the engine's problem, and what its parts mean
found = search(posed, Effort(seconds=10))        # Found: the engine's solution
answer = read(posed, found.schedule)             # Answer: changes of tasks, the plan that they give, what is astray
actions_of(answer)                               # place_task, choose_alternative, each with its words
conflict_of(posed, found.conflict)               # why there is no plan, as plain values that a page puts into words
"""

from summitry.schedule.planning.capacity.answer import Answer, ProposedChange, actions_of, read
from summitry.schedule.planning.capacity.board import Board, Desks, board_of, with_desks
from summitry.schedule.planning.capacity.conflict import conflict_of
from summitry.schedule.planning.capacity.loads import Day, Load, loads
from summitry.schedule.planning.capacity.measures import Measures, measures_of
from summitry.schedule.planning.capacity.overlay import Imagined, plan_with
from summitry.schedule.planning.capacity.posing import Aim, Order, Posed, pose
from summitry.schedule.planning.capacity.solver import Effort, Found, Step, search
from summitry.schedule.planning.capacity.what_if import TaskChanges, what_if

__all__ = [
    "Aim",
    "Answer",
    "Board",
    "Day",
    "Desks",
    "Effort",
    "Found",
    "Imagined",
    "Load",
    "Measures",
    "Order",
    "Posed",
    "ProposedChange",
    "Step",
    "TaskChanges",
    "actions_of",
    "board_of",
    "conflict_of",
    "loads",
    "measures_of",
    "plan_with",
    "pose",
    "read",
    "search",
    "what_if",
    "with_desks",
]
