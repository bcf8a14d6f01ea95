"""`summitry export` and `import`."""

from __future__ import annotations

import json
import stat

import pytest
from click.testing import CliRunner, Result

from summitry.cli import main
from summitry.core.action import submit
from summitry.core.actions import ChangeAgency
from summitry.core.models import Agency, AuditEntry, Event
from tests.factories import make_agency, make_event, make_system_viewer, make_task

pytestmark = pytest.mark.django_db


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture
def event():
    event = make_event(slug="summit")
    make_task(event, "T01", lead=make_agency(event, "MPS"))
    return event


@pytest.fixture
def workbook(event, tmp_path):
    path = tmp_path / "summit.xlsx"
    done = run("export", "summit", path)
    assert done.exit_code == 0, done.output
    return path


def test_an_export_is_private_and_overwrites_only_when_told(workbook):
    assert stat.S_IMODE(workbook.stat().st_mode) == 0o600
    held = workbook.read_bytes()
    refused = run("export", "summit", workbook)
    assert (refused.exit_code, "is there already" in refused.stderr) == (2, True)
    assert workbook.read_bytes() == held
    assert run("export", "summit", workbook, "--overwrite").exit_code == 0
    assert [path.name for path in workbook.parent.iterdir()] == ["summit.xlsx"]


def test_an_unchanged_workbook_changes_nothing(event, workbook):
    entries = AuditEntry.objects.count()
    done = run("import", workbook, "--event", "summit")
    assert (done.exit_code, done.stdout) == (
        0,
        "The event summit is what the workbook says already: nothing to do.\n",
    )
    assert AuditEntry.objects.count() == entries


def test_a_dry_run_tells_and_changes_nothing_then_the_import_makes_the_event(workbook):
    done = run("import", workbook, "--event", "second", "--dry-run", "--json")
    facts = json.loads(done.stdout)
    assert done.exit_code in {0, 1}
    assert (facts["made"], facts["applied"]) == (True, False)
    assert sum(sheet["added"] for sheet in facts["sheets"]) >= 2
    assert not Event.objects.filter(slug="second").exists()

    done = run("import", workbook, "--event", "second")
    assert done.exit_code == 0, done.output
    assert Agency.objects.filter(event__slug="second", code="MPS").exists()
    entry = AuditEntry.objects.get(action="exchange.import_workbook")
    assert entry.actor_name == "command line"
    assert entry.reason.startswith("command line, ")


def test_what_changed_in_the_event_since_the_export_is_kept_or_stops_the_import(event, workbook):
    submit([ChangeAgency(code="MPS", name="Renamed")], viewer=make_system_viewer(event), event=event)
    done = run("import", workbook, "--event", "summit")
    assert done.exit_code == 0, done.output
    assert Agency.objects.get(event=event).name == "Renamed"


def test_a_file_that_is_no_workbook_is_refused(event, tmp_path):
    other = tmp_path / "notes.xlsx"
    other.write_text("not a workbook", encoding="utf-8")
    done = run("import", other, "--event", "summit")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("The file")
    assert run("import", tmp_path / "missing.xlsx", "--event", "summit").exit_code == 2


def test_a_file_above_the_limit_is_not_even_read(event, tmp_path, settings):
    settings.UPLOAD_LIMIT_BYTES = 10
    large = tmp_path / "large.xlsx"
    large.write_bytes(b"x" * 11)
    done = run("import", large, "--event", "summit")
    assert (done.exit_code, "SUMMITRY_UPLOAD_LIMIT_MB" in done.stderr) == (2, True)
