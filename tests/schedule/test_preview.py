"""What a change would do, before it is made, against dates worked out by hand. Today is Monday 6 October 2025."""

from __future__ import annotations

import pytest

from summitry.core.action import submit
from summitry.core.preview import Weight, preview
from summitry.core.rights import Classification, Role
from summitry.schedule.actions import ChangeTask, CreateTask, SetLink
from summitry.schedule.models import Task
from tests.factories import make_agency, make_event, make_link, make_objective, make_task, make_viewer, save
from tests.schedule.makers import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return make_event()


def _network(event):
    """T1 of 5 days, then T2 of 5, due Monday the 20th; T3 of 3 days beside them; all reported today."""
    objective = make_objective(event, "S2")
    known = {"objective": objective, "reported_on": day(6)}
    one = make_task(event, "T1", lead=make_agency(event, "MPS"), likely=5, deadline=day(17), **known)
    two = make_task(event, "T2", lead=make_agency(event, "POL"), likely=5, deadline=day(20), **known)
    make_task(event, "T3", lead=make_agency(event, "MOH"), likely=3, deadline=day(24), **known)
    make_link(one, two)
    return one, two


def test_a_longer_task_moves_what_waits_for_it_and_breaks_a_deadline(event):
    _network(event)
    seen = preview([ChangeTask(code="T1", likely=8)], viewer=make_viewer(event), event=event)
    moves = [(m.subject.key, m.old_start, m.old_finish, m.new_start, m.new_finish, m.days) for m in seen.moves]
    assert moves == [
        ("T1", day(6), day(10), day(6), day(15), 5),
        ("T2", day(13), day(17), day(16), day(22), 5),
    ]
    assert [(b.subject.key, b.deadline, b.finish) for b in seen.broken] == [("T2", day(20), day(22))]
    assert seen.saved == ()
    assert [agency.code for agency in seen.told] == ["MPS", "POL"]
    assert {found.code for found in seen.caused} >= {"SCH022", "SCH023"}
    assert seen.weight is Weight.SERIOUS
    # T1 had 1 working day of float: at risk, 2.5 of 5; T2 too; T3 on course, 3 of 3: 8 of 13. Now T1 at risk, T2 late,
    # and T1 weighs 8: 4 + 0 + 3 of 16.
    assert (seen.ready_before, seen.ready_after) == (61, 43)
    assert Task.objects.get(code="T1").likely == 5


def test_the_way_back_saves_the_deadline(event):
    one, _two = _network(event)
    one.likely = 8
    save(one)
    seen = preview([ChangeTask(code="T1", likely=5)], viewer=make_viewer(event), event=event)
    assert [s.subject.key for s in seen.saved] == ["T2"]
    assert seen.broken == ()
    assert {found.code for found in seen.cured} >= {"SCH022", "SCH023"}


def test_a_link_and_a_new_task_at_once(event):
    _network(event)
    viewer = make_viewer(event)
    change = [
        CreateTask(code="T4", title="New", lead="MOH", likely=2),
        SetLink(predecessor="T4", successor="T3", lag=1),
    ]
    seen = preview(change, viewer=viewer, event=event)
    moves = {m.subject.key: (m.old_start, m.new_start, m.new_finish) for m in seen.moves}
    # T4 on the 6th and 7th, one working day between, T3 from the 9th: 9, 10, 13.
    assert moves == {"T3": (day(6), day(9), day(13)), "T4": (None, day(6), day(7))}
    submit(change, viewer=viewer, event=event)
    assert Task.objects.filter(code="T4").exists()


def test_a_title_changes_no_date(event):
    _network(event)
    seen = preview([ChangeTask(code="T1", note="Asked for on Friday.")], viewer=make_viewer(event), event=event)
    assert (seen.moves, seen.broken, seen.caused, seen.cured) == ((), (), (), ())
    assert seen.weight is Weight.NONE


def test_moves_of_tasks_that_one_may_not_see_are_counted_alone(event):
    _one, two = _network(event)
    two.classification = Classification.SECRET
    save(two)
    viewer = make_viewer(event, Role.PLANNER, clearance=Classification.INTERNAL)
    seen = preview([ChangeTask(code="T1", likely=8)], viewer=viewer, event=event)
    assert [m.subject.key for m in seen.moves] == ["T1"]
    assert seen.hidden_moves == 1
    assert seen.broken == ()
    assert "T2" not in str(seen.caused)
