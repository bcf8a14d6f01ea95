"""Records to the engine's problem and back: what is proposed gives exactly the engine's days."""

from __future__ import annotations

import pytest

from summitry.core.action import ACTIONS, submit
from summitry.core.checking import Reading
from summitry.core.models import Event
from summitry.core.viewer import system_viewer
from summitry.schedule.planning import desk_overloads, limits, load, plan, resource_overloads
from summitry.schedule.planning.capacity import (
    Aim,
    Answer,
    Effort,
    Order,
    actions_of,
    board_of,
    pose,
    read,
    search,
)
from tests.schedule.planner.random_events import random_event

pytestmark = pytest.mark.django_db


def solved(event: Event, order: Order, seconds: float = 0.3) -> Answer | None:
    posed = pose(board_of(Reading(event)), order)
    schedule = search(posed, Effort(seconds=seconds, threads=1)).schedule
    return read(posed, schedule) if schedule is not None else None


def carried_out(event: Event, answer: Answer) -> None:
    rows = [ACTIONS[name].of(**arguments) for _change, name, arguments in actions_of(answer.changes)]
    if rows:
        submit(rows, viewer=system_viewer(event), event=event)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_carried_out_gives_the_engines_days(seed):
    event = random_event(seed)
    aim = [Aim.FEASIBLE, Aim.REPAIR, Aim.SHORTEN, Aim.LEVEL][seed % 4]
    answer = solved(event, Order(aim=aim, hard=False))
    if answer is None:
        pytest.skip("no plan of this one at once")
    assert answer.astray == ()
    posed = answer.posed
    carried_out(event, answer)
    reading = Reading(event)
    after = reading.use(plan)
    for pk, row in after.rows.items():
        assert (row.start, row.finish) == (answer.after.of(pk).start, answer.after.of(pk).finish), (
            posed.board.data.tasks[pk]
        )
    granted = {pk for pk, why in posed.fixed_why.items() if why == "under_way"}
    for over in [*desk_overloads(after, reading.use(limits)).values()]:
        assert granted & set(over.tasks), "only work under way may ask for more than there is"
    assert not {
        over for over in resource_overloads(after, reading.use(limits)).values() if not granted & set(over.tasks)
    }
    data = reading.use(load)
    for pk in posed.movable:
        assert data.tasks[pk].lead_id == answer.after.data.tasks[pk].lead_id
