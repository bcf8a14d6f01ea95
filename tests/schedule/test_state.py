"""The state of a task, one rule after another. Today is Monday 6 October 2025."""

from __future__ import annotations

import pytest

from summitry.core.checking import Reading
from summitry.schedule.planning import State, plan
from summitry.schedule.queries import state_of
from tests.factories import make_agency, make_coordination, make_event, make_link, make_task
from tests.schedule.makers import day

pytestmark = pytest.mark.django_db

STARTED = {"started_on": day(3), "reported_on": day(6)}


@pytest.mark.parametrize(
    ("values", "state", "reason"),
    [
        ({"closed_on": day(3)}, State.DONE, "It was closed on 3 Oct 2025."),
        ({"waived_on": day(3)}, State.DONE, "It was waived on 3 Oct 2025."),
        # 5 working days from today end on the 10th.
        (
            {**STARTED, "remaining": 5, "deadline": day(9)},
            State.LATE,
            "It is expected on 10 Oct 2025, after its deadline of 9 Oct 2025.",
        ),
        ({**STARTED, "remaining": 5, "deadline": day(14)}, State.ON_COURSE, "It has 2 working days of float."),
        (
            {**STARTED, "remaining": 5, "deadline": day(13)},
            State.AT_RISK,
            "It has no more than 1 working day of float.",
        ),
        # Likely 10, longest 16, half of it left: 3 more are possible.
        (
            {**STARTED, "likely": 10, "pessimistic": 16, "remaining": 5, "deadline": day(14)},
            State.AT_RISK,
            "If it took its longest duration, 3 working days more, its float of 2 working days would not do.",
        ),
        (
            {**STARTED, "likely": 10, "pessimistic": 16, "remaining": 5, "deadline": day(15)},
            State.ON_COURSE,
            "It has 3 working days of float.",
        ),
        # Started on 19 September: ten working days lie between, and that is still allowed.
        ({"likely": 40, "started_on": day(19, 9), "deadline": day(28, 11)}, State.ON_COURSE, None),
        (
            {"likely": 40, "started_on": day(18, 9), "deadline": day(28, 11)},
            State.NOT_KNOWN,
            "The last return is of 18 Sep 2025, 11 working days ago.",
        ),
        (
            {
                "likely": 40,
                "started_on": day(1, 9),
                "reported_on": day(19, 9),
                "remaining": 20,
                "deadline": day(28, 11),
            },
            State.ON_COURSE,
            None,
        ),
        # Could have started on the first day of planning, 12 May.
        (
            {"likely": 5, "deadline": day(28, 11)},
            State.NOT_KNOWN,
            "It could have started on 12 May 2025, and nobody has said whether it did.",
        ),
        ({"likely": 5, "deadline": day(28, 11), "reported_on": day(19, 9)}, State.ON_COURSE, None),
        ({"likely": 5, "deadline": day(28, 11), "not_before": day(19, 9)}, State.ON_COURSE, None),
        ({"likely": 5, "deadline": day(28, 11), "not_before": day(18, 9)}, State.NOT_KNOWN, None),
        # Set for its very deadline: it has no float to lose by waiting for its day.
        ({"likely": 1, "not_before": day(23), "deadline": day(23)}, State.ON_COURSE, "It is set for its day."),
        ({"likely": 1, "fixed_start": day(23), "deadline": day(23)}, State.ON_COURSE, "It is set for its day."),
        # ... unless it may take longer than there is room.
        ({"likely": 1, "pessimistic": 2, "not_before": day(23), "deadline": day(23)}, State.AT_RISK, None),
    ],
)
def test_the_first_rule_that_applies(values, state, reason):
    event = make_event()
    task = make_task(event, lead=make_agency(event), **values)
    solved = Reading(event).use(plan)
    assert state_of(task, solved) is state
    if reason is not None:
        assert str(solved.of(task.pk).state_reason) == reason


@pytest.mark.parametrize(
    ("part", "state"),
    [
        ({"due": day(3)}, State.LATE),
        ({"due": day(6)}, State.ON_COURSE),
        ({"due": day(3), "delivered_on": day(6)}, State.ON_COURSE),
        ({"due": day(3), "waived_on": day(6)}, State.ON_COURSE),
    ],
)
def test_an_overdue_deliverable_makes_its_task_late(part, state):
    event = make_event()
    task = make_task(event, lead=make_agency(event), likely=5, reported_on=day(6), deadline=day(24))
    make_coordination(task, make_agency(event, "POL"), **part)
    row = Reading(event).use(plan).of(task.pk)
    assert row.state is state
    if state is State.LATE:
        assert str(row.state_reason) == "The deliverable of POL was due on 3 Oct 2025."


def test_a_milestone_is_at_risk_when_what_decides_its_day_is():
    event = make_event()
    task = make_task(event, lead=make_agency(event), likely=5, pessimistic=9, reported_on=day(6), deadline=day(13))
    first = make_task(event, milestone=True, likely=0, deadline=day(13))
    second = make_task(event, milestone=True, likely=0, deadline=day(13))
    make_link(task, first)
    make_link(first, second)
    solved = Reading(event).use(plan)
    assert [solved.of(t.pk).state for t in (task, first, second)] == [State.AT_RISK] * 3
    assert str(solved.of(second.pk).state_reason) == "What it waits for is itself: at risk."


def test_a_group_is_as_bad_as_its_worst_part_and_done_when_all_are():
    event = make_event()
    done, mixed = make_task(event, "G1"), make_task(event, "G2")
    lead = make_agency(event)
    make_task(event, lead=lead, parent=done, closed_on=day(1))
    make_task(event, lead=lead, parent=done, waived_on=day(1))
    make_task(event, lead=lead, parent=mixed, closed_on=day(1))
    make_task(event, lead=lead, parent=mixed, likely=5, deadline=day(8), reported_on=day(6))
    solved = Reading(event).use(plan)
    assert (solved.of(done.pk).state, solved.of(mixed.pk).state) == (State.DONE, State.LATE)
    assert str(solved.of(mixed.pk).state_reason) == "Of its 2 parts 1: late."


def test_what_waits_for_a_late_task_is_told_apart_from_it():
    event = make_event()
    lead = make_agency(event)
    early = make_task(event, lead=lead, likely=5, deadline=day(24), reported_on=day(6))
    late = make_task(event, lead=lead, likely=5, deadline=day(15))
    make_link(early, late)
    solved = Reading(event).use(plan)
    assert solved.of(late.pk).state is State.LATE
    assert solved.of(early.pk).state is State.AT_RISK
    assert str(solved.of(early.pk).state_reason) == "What waits for it would miss a date by 2 working days."


def test_reasons_are_read_in_the_language_of_the_reader():
    from django.utils.translation import override

    event = make_event()
    task = make_task(event, lead=make_agency(event), closed_on=day(3))
    reason = Reading(event).use(plan).of(task.pk).state_reason
    with override("vi"):
        in_vietnamese = str(reason)
    with override("en"):
        assert str(reason) == "It was closed on 3 Oct 2025."
    assert "2025" in in_vietnamese
