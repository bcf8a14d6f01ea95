"""Every element of a file is read, passed over for a stated reason, or told: counted by another parser."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from summitry.exchange.faults import Faults
from summitry.exchange.mspdi.reading import read_mspdi
from summitry.exchange.mspdi.tables import GATHERED, LOOKS, PASSED, PLAIN
from tests.exchange.mspdi.project import assignment, calendar, link, project, resource, task
from tests.outside import outside

FILES = (
    "calendar-calendars-project2019-mspdi.xml",
    "mspdiduration.xml",
    "mspdirelations.xml",
    "mspdisplittask.xml",
    "task-baselines-project2003-mspdi.xml",
    "task-links-project2019-mspdi.xml",
)


def leaves(data: bytes) -> Counter[tuple[str, str]]:
    """Path and text of every element without elements."""
    found: Counter[tuple[str, str]] = Counter()

    def walk(element: ElementTree.Element, path: str) -> None:
        for child in element:
            below = f"{path}/{child.tag.rpartition('}')[2]}".lstrip("/")
            if len(child):
                walk(child, below)
            else:
                found[below, (child.text or "").strip()] += 1

    walk(ElementTree.fromstring(data), "")
    return found


def passed_over(path: str, text: str) -> bool:
    """Whether the tables give a reason why it says nothing."""
    above = {path.rsplit("/", number)[0] for number in range(path.count("/") + 1)}
    return not text or path in PASSED or text in PLAIN.get(path, ()) or bool(above & LOOKS)


def check(data: bytes) -> None:
    faults = Faults()
    plan = read_mspdi(data, faults)
    assert not faults
    found = leaves(data)
    gathered = {one.what: one for one in plan.lost if one.what in GATHERED}
    in_gathered = sum(
        count for (path, text), count in found.items() if text and any(path.startswith(f"{g}/") for g in GATHERED)
    )
    assert in_gathered == sum(int(one.value.split()[0]) for one in gathered.values())
    said = {key: n for key, n in found.items() if not any(key[0].startswith(f"{g}/") for g in GATHERED)}
    silent = sum(count for (path, text), count in said.items() if passed_over(path, text))
    speaking = sum(said.values()) - silent
    # What speaks was read by name, or stands in the list with its place and value.
    untouched = [one for one in plan.lost if one.why == "Summitry has no place for this." and one.what not in GATHERED]
    assert plan.used + len(untouched) == speaking
    for one in untouched:
        assert any(path.endswith(one.what) and text.startswith(one.value.rstrip("…")) for path, text in said), one
    assert all(PASSED.values())


@pytest.mark.outside_data
@pytest.mark.parametrize("name", FILES)
def test_files_of_the_program_itself(name):
    check(Path(outside("standards/mspdi-mpxj") / name).read_bytes())


def test_a_file_with_a_bit_of_everything():
    check(
        project(
            task(
                1,
                "<Contact>Someone</Contact><Cost>12.5</Cost><Priority>900</Priority><Hyperlink>x</Hyperlink>",
            ),
            task(2, f"{link(1)}<Views>z</Views><TimephasedData><Type>1</Type></TimephasedData>"),
            resources=resource(1, "K01", "<EmailAddress>a@example.org</EmailAddress><MaxUnits>3</MaxUnits>"),
            assignments=assignment(1, 1, "<Delay>4</Delay><Notes>Note</Notes>"),
            calendars=calendar(1, "<Strange>1</Strange>"),
            head="<Author>A</Author><Author>B</Author><Views><View><Name>x</Name></View></Views><Unheard>1</Unheard>",
        )
    )


def test_what_stands_twice_beside_elements_or_in_attributes_is_told():
    data = project(task(1, "<Notes>one</Notes><Notes>two</Notes>")).replace(b"<Tasks>", b"<Tasks odd='yes'>stray ")
    told = {(one.what, one.value) for one in read_mspdi(data, Faults()).lost}
    assert {("Notes", "two"), ("Tasks@odd", "yes"), ("Tasks", "stray")} <= told


def test_elements_of_another_schema_are_told():
    data = project(task(1, '<x:Colour xmlns:x="urn:example">red</x:Colour>'))
    assert [one.value for one in read_mspdi(data, Faults()).lost] == ["red"]
