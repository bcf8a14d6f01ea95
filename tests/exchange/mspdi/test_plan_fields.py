"""What a plan under capacity is made of travels where Microsoft Project has a place, and may be changed there."""

from __future__ import annotations

import io
from datetime import date
from xml.etree import ElementTree

import pytest

from summitry.core.models import Agency
from summitry.core.viewer import system_viewer
from summitry.exchange import queries
from summitry.exchange.faults import Faults, WorkbookRefused
from summitry.exchange.mspdi.elements import NAMESPACE
from summitry.exchange.mspdi.left import left_of
from summitry.exchange.mspdi.marks import mark_lines, read_marks
from summitry.exchange.mspdi.reading import read_mspdi
from summitry.exchange.mspdi.writing import export_plan
from summitry.exchange.plans.model import OutsideMarks
from summitry.exchange.sheets import SHEETS
from summitry.exchange.transfer import import_workbook
from summitry.schedule.models import Capacity, Task
from tests.exchange.mspdi.project import assignment, project, resource, task
from tests.factories import make_agency, make_capacity, make_coordination, make_event, make_task

pytestmark = pytest.mark.django_db
IN = {"p": NAMESPACE}


@pytest.fixture
def event():
    event = make_event()
    lead, other = make_agency(event, "K01"), make_agency(event, "K02")
    make_capacity(lead, 3, from_day=date(2025, 9, 1), to_day=date(2025, 10, 31))
    make_capacity(lead, 0, from_day=date(2025, 11, 1))
    plan = {"optimistic": 3, "likely": 5, "pessimistic": 9, "planned_start": date(2025, 10, 13)}
    one = make_task(event, "T1", lead=lead, desks=2, published=True, unbroken=True, priority=7, **plan)
    make_coordination(one, other)
    make_task(event, "T2", lead=lead, likely=4, desks=0)
    return event


def exported(event) -> bytes:
    file = io.BytesIO()
    export_plan(event, system_viewer(event), file)
    return file.getvalue()


def own(data: bytes, code: str) -> dict[str, str]:
    """The custom fields of a task by the names that Microsoft Project shows."""
    root = ElementTree.fromstring(data)
    names = {
        one.findtext("p:FieldID", "", IN): one.findtext("p:FieldName", "", IN)
        for one in root.findall("p:ExtendedAttributes/p:ExtendedAttribute", IN)
    }
    (found,) = (one for one in root.findall("p:Tasks/p:Task", IN) if one.findtext("p:WBS", "", IN) == code)
    return {
        names[one.findtext("p:FieldID", "", IN)]: one.findtext("p:Value", "", IN)
        for one in found.findall("p:ExtendedAttribute", IN)
    }


def test_desks_are_units_and_durations_are_durations(event):
    data = exported(event)
    root = ElementTree.fromstring(data)
    (desks,) = (one for one in root.findall("p:Resources/p:Resource", IN) if one.findtext("p:Code", "", IN) == "K01")
    periods = [[leaf.text for leaf in period] for period in desks.findall("p:AvailabilityPeriods/*", IN)]
    assert periods == [["2025-09-01T00:00:00", "2025-10-31T23:59:00", "3"], ["2025-11-01T00:00:00", "0"]]
    assert desks.findtext("p:MaxUnits", "", IN) == "3"
    assert sorted(one.findtext("p:Units", "", IN) for one in root.findall("p:Assignments/*", IN)) == ["0", "0", "2"]
    told = own(data, "T1")
    assert (told["Duration1"], told["Duration3"]) == ("PT24H0M0S", "PT72H0M0S")
    assert (told["Flag1"], told["Flag2"], told["Date1"], told["Text4"]) == ("1", "1", "2025-10-13T08:00:00", "7")


def test_what_is_changed_there_is_changed_here(event):
    data = exported(event)
    for old, new in (
        ("<AvailableUnits>3</AvailableUnits>", "<AvailableUnits>4</AvailableUnits>"),
        ("<Units>2</Units>", "<Units>2.5</Units>"),
        ("<Value>PT24H0M0S</Value>", "<Value>PT20H0M0S</Value>"),
        ("<Value>2025-10-13T08:00:00</Value>", "<Value>2025-10-15T08:00:00</Value>"),
        # The other program leaves out a flag that is not set.
        ("<FieldID>188743752</FieldID>\n        <Value>1</Value>", "<FieldID>188743752</FieldID>"),
    ):
        assert data.count(old.encode()) == 1, old
        data = data.replace(old.encode(), new.encode())
    done = import_workbook(event, system_viewer(event), data)
    one = Task.objects.get(event=event, code="T1")
    assert (one.desks, one.optimistic, one.planned_start) == (3, 3, date(2025, 10, 15))
    assert (one.published, one.unbroken, one.priority) == (False, True, 7)
    assert Capacity.objects.get(agency__code="K01", from_day=date(2025, 9, 1)).units == 4
    told = {(one.what, one.value) for one in done.plan.book.lost}
    assert told == {("Units", "2.5 → 3"), ("optimistic", "20 h → 3")}
    two = Task.objects.get(event=event, code="T2")
    assert (two.desks, two.lead.code) == (0, "K01")


def test_a_lead_that_gives_nothing_yields_to_one_that_is_given_time(event):
    data = exported(event)
    pk, other = Task.objects.get(event=event, code="T2").pk, Agency.objects.get(event=event, code="K02").pk
    inner = assignment(pk, other, "<UID>99</UID><Units>1</Units>")
    data = data.replace(b"</Assignments>", f"{inner}</Assignments>".encode())
    import_workbook(event, system_viewer(event), data)
    two = Task.objects.get(event=event, code="T2")
    assert (two.lead.code, two.desks) == ("K02", 1)


def test_a_file_of_an_earlier_version_is_read(event):
    data = exported(event).replace(b"<Value>PT24H0M0S</Value>", b"<Value>3</Value>")
    assert import_workbook(event, system_viewer(event), data).plan.empty


@pytest.mark.parametrize("value", ["PT-24H", "P", "five", "PT99999999H0M0S"])
def test_a_duration_that_makes_no_sense_is_a_fault_with_its_place(event, value):
    data = exported(event).replace(b"<Value>PT24H0M0S</Value>", f"<Value>{value}</Value>".encode())
    with pytest.raises(WorkbookRefused) as refused:
        import_workbook(event, system_viewer(event), data)
    assert value in str(refused.value.cell_faults[0].found)


def test_units_by_period_of_another_program_are_told_and_make_no_desks():
    period = "<AvailableFrom>1984-01-01T00:00:00</AvailableFrom><AvailableUnits>5</AvailableUnits>"
    inner = f"<AvailabilityPeriods>{f'<AvailabilityPeriod>{period}</AvailabilityPeriod>' * 2}</AvailabilityPeriods>"
    plan = read_mspdi(project(task(1), resources=resource(1, "K01", inner) + resource(2, "K02", inner)), Faults())
    told = [(one.what, one.value) for one in plan.lost]
    assert told == [("Resources/Resource/AvailabilityPeriods", "4 periods")]
    assert all(not one.periods for one in plan.resources)


def test_a_working_week_of_an_agency_above_is_told_to_become_the_agencys_own():
    event = make_event(working_week="1111100")
    ministry = make_agency(event, "MPS", working_week="1111110")
    make_agency(event, "MPS-C07", parent=ministry)
    make_agency(event, "MOFA")
    header = str(SHEETS["core.agency"].by_field["working_week"].header)
    stored = queries.load(event, system_viewer(event))
    told = {key: str(one) for one in left_of(stored) if one.what == header for key in one.keys}
    assert set(told) == {"MPS-C07"}
    assert "as the agency's own" in told["MPS-C07"]
    empty = make_event(slug="next")
    import_workbook(empty, system_viewer(empty), exported(event))
    weeks = dict(Agency.objects.filter(event=empty).values_list("code", "working_week"))
    assert weeks == {"MPS": "1111110", "MPS-C07": "1111110", "MOFA": ""}


@pytest.mark.parametrize(
    "name", ["first\nsecond\n\nlast", '"quoted"', '"half', "line\u2028separator", "\\n", "Kế hoạch 1"]
)
def test_a_baselines_name_comes_back_as_it_was_whatever_is_in_it(name):
    marks = OutsideMarks("hanoi", 7, "abc", {3: ("B1", name, date(2025, 9, 1))})
    assert read_marks("\n".join(["Something else.", *mark_lines(marks)])) == marks


def test_no_days_left_of_a_closed_task_are_told_not_to_be_in_the_file():
    event = make_event()
    make_task(event, "T1", likely=2, started_on=date(2025, 9, 1), closed_on=date(2025, 9, 2), remaining=0)
    make_task(event, "T2", likely=2, started_on=date(2025, 9, 1), remaining=0, reported_on=date(2025, 9, 2))
    header = str(SHEETS["schedule.task"].by_field["remaining"].header)
    stored = queries.load(event, system_viewer(event))
    assert [one.keys for one in left_of(stored) if one.what == header] == [("T1",)]
