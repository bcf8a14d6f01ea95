"""What a file of Microsoft Project becomes in an event: each thing that is carried, converted or told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from summitry.core.models import Agency, CalendarException, Event
from summitry.core.viewer import system_viewer
from summitry.exchange.faults import WorkbookRefused
from summitry.exchange.plans.book import Wishes
from summitry.exchange.transfer import import_workbook
from summitry.schedule.models import Coordination, Link, Task
from tests.exchange.mspdi.project import assignment, calendar, exception, link, project, resource, task, week
from tests.exchange.mspdi.test_nothing_dropped import FILES
from tests.exchange.mspdi.test_round_trip import exported
from tests.exchange.plans.picture import schedule_of
from tests.factories import make_agency, make_event, make_link, make_task
from tests.outside import outside

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return make_event(slug="plan")


def take(event: Event, data: bytes, **wishes) -> list[tuple[str, str]]:
    """Import; what and value of all that has no counterpart."""
    done = import_workbook(event, system_viewer(event), data, wishes=Wishes(**wishes))
    return [(one.what, one.value) for one in done.plan.book.lost]


def one(event: Event, code: str) -> Task:
    return Task.objects.get(event=event, code=code)


def test_groups_milestones_links_and_notes(event):
    lost = take(
        event,
        project(
            task(1, "<Summary>1</Summary>", name="Group"),
            task(2, "<Notes>Line\nline</Notes>", level=2, duration="PT80H0M0S"),
            task(3, f"<Milestone>1</Milestone>{link(2, kind=0, lag=-9600)}", level=2, duration="PT0H0M0S"),
            task(4, link(1, kind=3, lag=4800)),
        ),
    )
    assert not lost
    assert one(event, "P2").parent == one(event, "P1")
    assert (one(event, "P2").likely, one(event, "P2").note, one(event, "P1").likely) == (10, "Line\nline", 0)
    assert one(event, "P3").milestone
    assert {row.key: row.lag for row in Link.objects.filter(event=event)} == {"P2>P3/FF": -2, "P1>P4/SS": 1}


def test_lengths_and_lags_that_are_no_whole_days(event):
    lost = take(
        event,
        project(
            task(1, "<DurationFormat>8</DurationFormat>", duration="PT168H0M0S"),
            task(2, link(1, lag=50, shown=19), duration="PT12H0M0S"),
            task(3, link(1, lag=10080 * 10, shown=8)),
        ),
    )
    assert [one(event, code).likely for code in ("P1", "P2", "P3")] == [5, 2, 1]
    assert {row.key: row.lag for row in Link.objects.filter(event=event)} == {"P1>P2/FS": 3, "P1>P3/FS": 5}
    assert lost == [
        ("Duration", "168 h by the clock → 5"),
        ("Duration", "12 h → 2"),
        ("LinkLag", "50 % → 3"),
        ("LinkLag", "168 h by the clock → 5"),
    ]


def test_constraints_and_deadlines(event):
    def bound(uid: int, kind: int, more: str = "") -> str:
        day = "<ConstraintDate>2025-10-21T08:00:00</ConstraintDate>"
        return task(uid, f"<ConstraintType>{kind}</ConstraintType>{day if kind > 1 else ''}{more}")

    lost = take(
        event,
        project(
            *(bound(kind, kind) for kind in range(8) if kind), bound(9, 7, "<Deadline>2025-10-20T17:00:00</Deadline>")
        ),
    )
    day = date(2025, 10, 21)
    assert (one(event, "P2").fixed_start, one(event, "P3").fixed_finish, one(event, "P4").not_before) == (day,) * 3
    assert (one(event, "P7").deadline, one(event, "P9").deadline) == (day, date(2025, 10, 20))
    assert [what for what, _value in lost] == [
        "ConstraintType", "start no later than", "finish no earlier than", "finish no later than",
    ]  # fmt: skip


def test_facts(event):
    begun = "<ActualStart>2025-09-29T08:00:00</ActualStart>"
    lost = take(
        event,
        project(
            task(1, f"{begun}<ActualFinish>2025-10-02T17:00:00</ActualFinish><PercentComplete>100</PercentComplete>"),
            task(2, f"{begun}<PercentComplete>50</PercentComplete><RemainingDuration>PT20H0M0S</RemainingDuration>"),
            task(3, "<PercentComplete>25</PercentComplete>", start="2025-10-01", duration="PT32H0M0S"),
            task(4, "<Active>0</Active>"),
            head="<StatusDate>2025-10-03T17:00:00</StatusDate>",
        ),
    )
    first, second, third, fourth = (one(event, f"P{uid}") for uid in range(1, 5))
    assert (first.started_on, first.closed_on) == (date(2025, 9, 29), date(2025, 10, 2))
    assert (second.started_on, second.remaining, second.reported_on) == (date(2025, 9, 29), 3, date(2025, 10, 3))
    assert (third.started_on, third.remaining) == (date(2025, 10, 1), 3)
    assert fourth.waived_on == date(2025, 10, 3)
    assert "Microsoft Project" in fourth.waived_reason
    assert [what for what, _value in lost] == ["RemainingDuration", "PercentComplete", "Active"]


def test_a_fact_that_is_still_to_come_is_a_fault_with_its_place(event):
    begun = task(1, "<ActualStart>2025-12-01T08:00:00</ActualStart>")
    with pytest.raises(WorkbookRefused, match=r"Tasks, row 1, Started \(UID 1\).*still to come"):
        take(event, project(begun))
    assert not Task.objects.filter(event=event).exists()


def test_resources_become_agencies(event):
    make_agency(event, "K01", name="Ministry")
    lost = take(
        event,
        project(
            task(1),
            task(2),
            resources=resource(1, "ministry") + resource(2, "New Office") + resource(3, "Paper", kind=0),
            assignments=assignment(1, 1) + assignment(1, 2) + assignment(1, 3) + assignment(2, -65535),
        ),
        lead="K01",
    )
    assert one(event, "P1").lead.code == one(event, "P2").lead.code == "K01"
    assert [row.key for row in Coordination.objects.filter(event=event)] == ["P1/New-Office"]
    assert Agency.objects.get(event=event, code="New-Office").name == "New Office"
    assert [what for what, _value in lost] == ["Material", "Assignment"]


def test_the_calendar_is_taken_over_or_left(event):
    feast = f"<Exceptions>{exception(date(2025, 10, 23), date(2025, 10, 24))}</Exceptions>"
    base = calendar(1, feast, weekdays=week("1111110"))
    own = calendar(2, base=1, weekdays=week("1111000"))
    data = project(task(1), calendars=base + own, resources=resource(1, "K01", "<CalendarUID>2</CalendarUID>"))
    lost = take(event, data, calendar=False)
    assert {what for what, _value in lost} == {"WeekDays", "Exception"}
    take(event, data)
    event.refresh_from_db()
    assert event.working_week == "1111110"
    days = CalendarException.objects.filter(event=event, agency=None, working=False)
    assert [row.day for row in days] == [date(2025, 10, 23), date(2025, 10, 24)]
    assert Agency.objects.get(event=event, code="K01").working_week == "1111000"


def test_a_later_version_finds_its_tasks_by_their_uids(event):
    take(event, project(task(1, name="First"), task(2, link(1), name="Second")))
    lost = take(event, project(task(2, name="Second, renamed"), task(7, name="Between"), task(1, name="First")))
    assert not lost
    assert sorted(Task.objects.filter(event=event).values_list("code", "title")) == [
        ("P1", "First"), ("P2", "Second, renamed"), ("P7", "Between"),
    ]  # fmt: skip
    order = Task.objects.filter(event=event).order_by("position", "code").values_list("code", flat=True)
    assert list(order) == ["P2", "P7", "P1"]
    assert Link.objects.filter(event=event).exists()  # silence removes nothing
    take(event, project(task(1, name="First"), task(7, name="Between")), remove=True)
    assert set(Task.objects.filter(event=event).values_list("code", flat=True)) == {"P1", "P7"}
    assert not Link.objects.filter(event=event).exists()


def test_a_plan_that_was_changed_on_both_sides_is_a_conflict(event):
    made = make_task(event, "T1", title="Old", likely=5)
    data = exported(event).replace(b"<Name>Old</Name>", b"<Name>Theirs</Name>")
    from summitry.core.action import submit
    from summitry.schedule.actions import ChangeTask

    submit([ChangeTask(code=made.code, title="Ours")], viewer=system_viewer(event), event=event)
    with pytest.raises(WorkbookRefused, match="there “Ours”, here “Theirs”"):
        take(event, data)
    done = import_workbook(event, system_viewer(event), data, on_conflict="take")
    assert not done.plan.removed
    assert one(event, "T1").title == "Theirs"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (project(task(1, link(9))), "No task of the file has this UID"),
        (project(task(1, link(2)), task(2, link(1))), "in a circle"),
        (project(task(1), task(1)), "Every task has a UID"),
        (project(task(1, duration="a week")), "PT16H0M0S"),
        (project(task(1, "<ConstraintType>4</ConstraintType>")), "needs a date"),
        (project(task(1, "<Deadline>tomorrow</Deadline>")), "2025-10-25T08:00:00"),
        (project(task(1), assignments=assignment(1, 9)), "No resource has this UID"),
        (project(task(1, name="x" * 301)), "300"),
        (project(task(1), head="<MinutesPerDay>0</MinutesPerDay>".replace("PerDay", "PerWeek")), "from 1"),
    ],
)
def test_faults_are_refused_whole(event, data, told):
    with pytest.raises(WorkbookRefused) as caught:
        take(event, data)
    assert told in str(caught.value)
    assert not Task.objects.filter(event=event).exists()


@pytest.mark.outside_data
@pytest.mark.parametrize("name", FILES)
def test_files_of_the_program_itself_go_through_import_and_export(name):
    data = Path(outside("standards/mspdi-mpxj") / name).read_bytes()
    with transaction.atomic():
        first, second = make_event(), make_event()
        done = import_workbook(first, system_viewer(first), data)
        assert len(done.plan.book.outside.tasks) == Task.objects.filter(event=first).count()
        assert import_workbook(first, system_viewer(first), data).plan.empty
        plan = exported(first)
        assert import_workbook(first, system_viewer(first), plan).plan.empty
        import_workbook(second, system_viewer(second), plan)
        assert schedule_of(second) == schedule_of(first)
        transaction.set_rollback(True)


def test_links_of_groups_survive(event):
    group = make_task(event, "G", likely=0)
    part = make_task(event, "T1", parent=group)
    make_link(group, make_task(event, "T2"), lag=3)
    other = make_event()
    take(other, exported(event))
    assert schedule_of(other) == schedule_of(event)
    assert part.parent == group
