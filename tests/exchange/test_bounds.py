"""Hostile and huge files cost bounded memory and time: measured in a process of its own, under a hard limit."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exchange.cases import all_cases
from tests.exchange.xlsx import Book, letters

pytestmark = pytest.mark.django_db
MOST_EXTRA_MB = 400
MOST_SECONDS = 60
"""Of processor time a file; the worst takes some five on an ordinary machine."""

CHILD = """
import json, os, resource, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "summitry.config.settings"
import django; django.setup()
from django.conf import settings
from summitry.exchange.faults import WorkbookRefused
from summitry.exchange.reading import read

settings.UPLOAD_LIMIT_BYTES = 200 * 2**20
good, *files = sys.argv[1:]
read(open(good, "rb").read()).faults.refuse()  # everything is imported and warm

def size(name):
    line = next(line for line in open("/proc/self/status") if line.startswith(name))
    return int(line.split()[1]) * 1024

limit = size("VmSize") + int(os.environ["MOST_EXTRA"])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for file in files:
    with open(file, "rb") as handle:
        data = handle.read()
    before, begun = size("VmHWM"), time.process_time()
    try:
        book = read(data)
        told = f"{book.row_count} rows, {len(book.faults)} faults"
    except WorkbookRefused as refusal:
        told = f"{len(refusal.cell_faults)} faults: {str(refusal)[:150]}"
    spent = time.process_time() - begun
    print(json.dumps({"file": file, "extra": size("VmHWM") - before, "seconds": spent, "told": told}), flush=True)
"""


def hostile(folder: Path, data: bytes) -> list[Path]:
    """Every file of the broken ones that is large when unpacked, and some that are larger still."""
    wanted = ("bomb", "million", "endless", "huge", "deep", "lies", "overlap", "far away", "entities")
    cases = {case.name: case.breaks for case in all_cases() if any(word in case.name for word in wanted)}
    made = {name: breaks(data) for name, breaks in cases.items()}
    made["a full sheet"] = _full(data)
    made["as many texts as fit"] = _texts(data)
    made["a sheet of faults"] = _faulty(data)
    paths = []
    for number, (name, content) in enumerate(sorted(made.items())):
        path = folder / f"{number:02}-{name.replace(' ', '-')}.xlsx"
        path.write_bytes(content)
        paths.append(path)
    return paths


def _filled(data: bytes, rows: int, cell: str) -> bytes:
    book = Book(data)
    book.level = 1
    columns = [letters(at) for at in range(30)]
    lines = []
    for row in range(1000, 1000 + rows):
        cells = "".join(cell.replace("@", f"{column}{row}").replace("$", str(row)) for column in columns)
        lines.append(f'<row r="{row}">{cells}</row>')
    return book.xml("Tasks", lambda xml: xml.replace("</sheetData>", "".join(lines) + "</sheetData>")).bytes()


def _full(data: bytes) -> bytes:
    """A sheet of 45,000 rows and 30 columns, every cell a number: the most that is let in."""
    return _filled(data, 45_000, '<c r="@"><v>$</v></c>')


def _faulty(data: bytes) -> bytes:
    """A formula in each of 300,000 cells."""
    return _filled(data, 10_000, '<c r="@"><f>1</f><v>$</v></c>')


def _texts(data: bytes) -> bytes:
    """Nearly as many shared texts as may be unpacked, none of them used."""
    chance = random.Random(1)
    book = Book(data)
    book.level = 1
    texts = "".join(f"<si><t>{chance.getrandbits(256):064x}</t></si>" for _ in range(800_000))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    book.parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{texts}</sst>'.encode()
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = b'<Relationship Type="' + kind + b'" Target="/xl/sharedStrings.xml" Id="rIdTexts"/></Relationships>'
    part = "xl/_rels/workbook.xml.rels"
    book.parts[part] = book.parts[part].replace(b"</Relationships>", relation)
    return book.bytes()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured by Linux's /proc")
def test_no_file_costs_more_than_its_bounds(sample, tmp_path):
    good = tmp_path / "good.xlsx"
    good.write_bytes(sample.data)
    files = hostile(tmp_path, sample.data)
    assert len(files) >= 12
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(good), *map(str, files)],
        env={**os.environ, "MOST_EXTRA": str(MOST_EXTRA_MB * 2**20), "SUMMITRY_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    measured = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(measured) == len(files), done.stderr[-2000:]
    told = "\n".join(
        f"{m['extra'] / 2**20:6.0f} MB {m['seconds']:6.1f} s {m['file'][-45:]} {m['told']}" for m in measured
    )
    sys.stdout.write(told)  # seen with -s, and when it fails
    assert sum(m["extra"] for m in measured) < MOST_EXTRA_MB * 2**20, told
    assert max(m["seconds"] for m in measured) < MOST_SECONDS, told
