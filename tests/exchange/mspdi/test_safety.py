"""Files that want to harm: each is refused with a sentence, quickly, and nothing is opened that they name."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from time import process_time

import pytest

from summitry.core.viewer import system_viewer
from summitry.exchange.faults import Faults, WorkbookRefused
from summitry.exchange.mspdi.reading import read_mspdi
from summitry.exchange.plans import bounds
from summitry.exchange.plans.opening import kind_of
from summitry.exchange.transfer import import_workbook
from tests.exchange.mspdi.project import NAMESPACE, calendar, exception, project, task
from tests.factories import make_event

START = f'<Project xmlns="{NAMESPACE}">'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)).replace("&a0;", "&a;")
    + f"]>{START}<Name>&a9;</Name></Project>"
)
OUTSIDE = f'<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]>{START}<Name>&x;</Name></Project>'
DTD = f'<!DOCTYPE Project SYSTEM "http://example.org/x.dtd">{START}<Name>a</Name></Project>'
QUADRATIC = f'<!DOCTYPE Project [<!ENTITY a "{"a" * 100_000}">]>{START}<Name>{"&a;" * 1000}</Name></Project>'


def read_through(data: bytes) -> None:
    faults = Faults()
    read_mspdi(data, faults)
    faults.refuse()


def refused(data: bytes) -> str:
    with pytest.raises(WorkbookRefused) as caught:
        read_through(data)
    return str(caught.value)


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, DTD, QUADRATIC], ids=["laughs", "outside", "dtd", "quadratic"])
def test_no_document_type_and_no_entities(text):
    begun = process_time()
    assert "document type or entities" in refused(text.encode())
    assert process_time() - begun < 1


def test_an_unknown_entity_is_a_fault_of_the_file():
    assert "well-formed" in refused(f"{START}<Name>&outside;</Name></Project>".encode())


def test_deep_nesting():
    deep = START + "<a>" * 100_000 + "</a>" * 100_000 + "</Project>"
    assert "deeper" in refused(deep.encode())
    under_a_part_passed_over = START + "<Views>" + "<a>" * 100 + "</a>" * 100 + "</Views></Project>"
    assert "deeper" in refused(under_a_part_passed_over.encode())


def test_a_huge_text_and_many_attributes():
    assert "longer" in refused(f"{START}<Name>{'a' * (bounds.MAX_TEXT + 1)}</Name></Project>".encode())
    attributes = " ".join(f'a{n}="x"' for n in range(100))
    assert "attributes" in refused(f"{START}<Name {attributes}>a</Name></Project>".encode())
    assert "longer" in refused(f'{START}<Name a="{"x" * (bounds.MAX_TEXT + 1)}">a</Name></Project>'.encode())


def test_too_many_elements(monkeypatch):
    monkeypatch.setattr(bounds, "MAX_ELEMENTS", 10_000)
    assert "at most 10000 elements" in refused(f"{START}<Tasks>{'<Task/>' * 20_000}</Tasks></Project>".encode())


def test_a_million_tasks_are_refused_before_they_are_read():
    begun = process_time()
    told = refused(f"{START}<Tasks>{'<Task><UID>1</UID></Task>' * 1_000_000}</Tasks></Project>".encode())
    assert "at most" in told
    assert process_time() - begun < 5


def test_too_many_tasks(monkeypatch):
    monkeypatch.setattr(bounds, "MAX_TASKS", 3)
    assert "at most 3 tasks" in refused(project(*(task(uid) for uid in range(1, 6))))


def test_exceptions_that_reach_over_all_of_time():
    reach = exception(date(1900, 1, 1), date(2199, 12, 31), more="<Type>6</Type><DaysOfWeek>2</DaysOfWeek>")
    begun = process_time()
    assert "too many years" in refused(
        project(task(1), calendars=calendar(1, f"<Exceptions>{reach * 50}</Exceptions>"))
    )
    assert process_time() - begun < 5


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (START.encode() + "<Name>Lễ</Name></Project>".encode("cp1258", errors="replace") + b"\xff", "well-formed"),
        (b'<?xml version="1.0" encoding="windows-1258"?>' + START.encode() + b"</Project>", "UTF-8"),
        (b'<?xml version="1.0" encoding="no-such"?>' + START.encode() + b"</Project>", "UTF-8"),
        (b'<?xml version="1.0" encoding="UTF-16"?>' + START.encode() + b"</Project>", "well-formed"),
        (START.encode() + b"<Name>\x00</Name></Project>", "well-formed"),
        (START.encode() + b"<Tasks>", "well-formed"),
        (b"<html><body/></html>", "no plan of Microsoft Project"),
        (b"<Project/>", "no plan of Microsoft Project"),
    ],
    ids=["bytes", "code page", "no such encoding", "not UTF-16", "zero", "cut off", "another", "no schema"],
)
def test_what_is_no_such_file(data, word):
    assert word in refused(data)


def test_utf_16_is_read():
    plan = read_mspdi(project(task(1, name="Lễ ký")).decode().replace("UTF-8", "UTF-16").encode("utf-16"), Faults())
    assert [one.title for one in plan.tasks] == ["Lễ ký"]


@pytest.mark.django_db
def test_a_zip_under_another_name_is_looked_at_as_a_workbook():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.xml", "a" * 50_000_000)
    assert kind_of(file.getvalue(), "plan.xml") == "workbook"
    event = make_event()
    with pytest.raises(WorkbookRefused):
        import_workbook(event, system_viewer(event), file.getvalue(), file_name="plan.xml")


def test_the_own_format_of_the_program_is_named():
    with pytest.raises(WorkbookRefused, match="save the plan as XML"):
        kind_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "plan.mpp")
