"""Records to the engine's problem and back: what is proposed gives exactly the engine's days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from summitry.core.action import ACTIONS, submit
from summitry.core.checking import Reading
from summitry.core.models import Event
from summitry.core.rights import Classification, Role
from summitry.core.viewer import system_viewer
from summitry.schedule.jobs import ONE_BY_ONE, _proposed
from summitry.schedule.planning import desk_overloads, limits, load, plan, resource_overloads
from summitry.schedule.planning.capacity import (
    Aim,
    Answer,
    Desks,
    Effort,
    Order,
    actions_of,
    board_of,
    measures_of,
    pose,
    read,
    search,
    with_desks,
)
from tests.factories import make_agency, make_capacity, make_event, make_task, make_viewer
from tests.schedule.planner.random_events import TODAY, random_event

pytestmark = pytest.mark.django_db


def solved(event: Event, order: Order, seconds: float = 0.3) -> Answer | None:
    posed = pose(board_of(Reading(event)), order)
    schedule = search(posed, Effort(seconds=seconds, threads=1)).schedule
    return read(posed, schedule) if schedule is not None else None


def carried_out(event: Event, answer: Answer) -> None:
    rows = [ACTIONS[name].of(**arguments) for _change, name, arguments in actions_of(answer.changes)]
    if rows:
        submit(rows, viewer=system_viewer(event), event=event)


@pytest.mark.parametrize("seed", range(6))
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


def test_work_under_way_is_granted_and_the_others_get_what_is_left():
    event = make_event()
    agency = make_agency(event, "K")
    make_capacity(agency, 1)
    under_way = {"started_on": TODAY - timedelta(3), "remaining": 3, "reported_on": TODAY, "lead": agency}
    make_task(event, "A", likely=5, **under_way)
    make_task(event, "B", likely=5, **under_way)
    make_task(event, "C", lead=agency, likely=2)
    answer = solved(event, Order(aim=Aim.FEASIBLE), seconds=5)
    assert answer is not None
    data = answer.posed.board.data
    starts = {data.tasks[pk].code: row.start for pk, row in answer.after.rows.items()}
    assert starts["C"] == TODAY + timedelta(3), "A and B take the only desk, and one more, until Wednesday"
    assert measures_of(answer.posed.board, answer.after).overload_days == 3


def test_an_announced_date_moves_last():
    event = make_event()
    agency = make_agency(event, "K")
    make_capacity(agency, 1)
    make_task(event, "A", lead=agency, likely=2, published=True)
    make_task(event, "B", lead=agency, likely=1)
    answer = solved(event, Order(aim=Aim.REPAIR), seconds=5)
    assert answer is not None
    assert [change.task.code for change in answer.changes] == ["B"]


def test_a_chosen_day_that_nothing_needs_any_more_is_cleared():
    event = make_event()
    lead = make_agency(event, "K")
    make_task(event, "A", lead=lead, likely=2, planned_start=TODAY + timedelta(7), deadline=TODAY + timedelta(1))
    answer = solved(event, Order(aim=Aim.FEASIBLE), seconds=5)
    assert answer is not None
    assert [(change.task.code, change.place, change.start) for change in answer.changes] == [("A", True, None)]
    assert answer.after.of(answer.changes[0].task.pk).start == TODAY


def test_a_period_is_cut_where_other_desks_begin_and_end():
    event = make_event()
    agency = make_agency(event, "K")
    make_capacity(agency, 2, to_day=TODAY + timedelta(4))
    make_capacity(agency, 3, from_day=TODAY + timedelta(5))
    board = with_desks(board_of(Reading(event)), Desks(agency.pk, -2, TODAY + timedelta(2), TODAY + timedelta(6)))
    seen = [board.limits.desks(agency.pk, TODAY + timedelta(n)) for n in range(9)]
    assert seen == [2, 2, 0, 0, 0, 1, 1, 3, 3]


def test_hidden_tasks_stay_and_count():
    event = make_event()
    agency = make_agency(event, "K")
    make_capacity(agency, 1)
    secret = make_task(event, "S", lead=agency, likely=3, classification=Classification.SECRET)
    task = make_task(event, "A", lead=agency, likely=2)
    board = board_of(Reading(event), make_viewer(event, Role.PLANNER, clearance=1))
    assert board.hidden == {secret.pk}
    posed = pose(board, Order(aim=Aim.FEASIBLE))
    schedule = search(posed, Effort(seconds=5)).schedule
    assert schedule is not None
    answer = read(posed, schedule)
    assert answer.after.of(secret.pk).start == TODAY
    assert answer.after.of(task.pk).start == TODAY + timedelta(3)


def test_many_moves_are_proposed_together_by_lead():
    event = make_event()
    agency = make_agency(event, "K")
    make_capacity(agency, 1)
    for number in range(ONE_BY_ONE + 5):
        make_task(event, f"T{number}", lead=agency, likely=1)
    answer = solved(event, Order(aim=Aim.FEASIBLE), seconds=0.3)
    assert answer is not None
    rows = list(_proposed(answer))
    assert [row.action for row in rows] == ["schedule.place_tasks"]
    assert rows[0].label.startswith("K: ")
    carried_out(event, answer)
    reading = Reading(event)
    assert desk_overloads(reading.use(plan), reading.use(limits)) == {}
