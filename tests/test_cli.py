"""The command line: what it prints, how it ends, and that every error is a sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from summitry.cli import main
from summitry.cli.people import CLEARANCES, ROLES
from summitry.cli.running import is_loopback
from summitry.core import audit
from summitry.core.models import Access, Account, AuditEntry
from summitry.core.rights import Classification, Role
from tests.factories import make_account, make_agency, make_event, make_link, make_task
from tests.server import prepared_home

PASSWORD = "a long enough pass phrase"


def run(*args: str, stdin: str | None = None) -> Result:
    """A command in this process, with standard output and error apart."""
    return CliRunner().invoke(main, list(args), input=stdin)


def process(*args: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command as a person runs it, in an installation of its own: nothing of the tests' settings reaches it."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if name != "DJANGO_SETTINGS_MODULE" and not name.startswith("SUMMITRY_")
    }
    return subprocess.run(
        [sys.executable, "-m", "summitry", *args],
        env={**plain, **settings},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )


# How it ends


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["check", "network"])
def test_an_unknown_event_is_bad_input_said_in_one_sentence(command):
    done = run(command, "nowhere")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "There is no event “nowhere” here that you may see.\n"


def test_a_wrong_option_is_bad_input():
    assert run("check").exit_code == 2
    assert run("serve", "--port", "99999999").exit_code == 2
    assert run("nonsense").exit_code == 2


def test_a_fault_of_the_program_is_told_from_bad_input(monkeypatch):
    monkeypatch.setattr("summitry.cli.reading.event_of", lambda slug: 1 / 0)
    done = run("check", "x")
    assert done.exit_code == 3
    assert "fault of its own (ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(tmp_path):
    done = process("user", "list", SUMMITRY_DEMO="perhaps", SUMMITRY_HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "A setting is wrong: SUMMITRY_DEMO must be yes or no, found 'perhaps'.\n"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://a@b/c", "SUMMITRY_DATABASE_URL must begin with postgresql://"),
        ("postgresql://a@b:x/c", "SUMMITRY_DATABASE_URL must be like"),
        ("postgresql://postgres@127.0.0.1:1/x", "The database does not answer: connection failed"),
    ],
)
def test_a_database_that_cannot_be_reached_is_said(url, says, tmp_path):
    done = process("user", "list", SUMMITRY_DATABASE_URL=url, SUMMITRY_HOME=str(tmp_path))
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


# Reading


@pytest.fixture
def event(db):
    """Two tasks in a row, the first without a lead."""
    event = make_event(slug="summit", planning_start=date(2025, 10, 6))
    first = make_task(event, "T01", likely=3)
    second = make_task(event, "T02", likely=2, lead=make_agency(event, "MPS"))
    make_link(first, second)
    return event


def test_check_ends_with_one_while_a_finding_is_open(event):
    done = run("check", "summit", "--json")
    facts = json.loads(done.stdout)
    assert done.exit_code == 1
    assert facts["open"] == len(facts["findings"]) > 0
    assert facts["day"] == "2025-10-06"
    codes = {finding["code"] for finding in facts["findings"]}
    assert "EVT001" in codes
    one = next(finding for finding in facts["findings"] if finding["code"] == "EVT001")
    assert (one["severity"], one["subject"]["key"], one["waived"]) == ("warning", "summit", None)

    text = run("check", "summit")
    assert text.exit_code == 1
    assert f"{facts['open']} open, 0 waived" in text.stdout


def test_check_narrows_by_code_and_severity(event):
    only = json.loads(run("check", "summit", "--code", "EVT001", "--json").stdout)
    assert {finding["code"] for finding in only["findings"]} == {"EVT001"}
    assert only["checks"] == 1
    assert run("check", "summit", "--code", "EVT001", "--severity", "error").exit_code == 0
    unknown = run("check", "summit", "--code", "XXX999")
    assert unknown.exit_code == 2
    assert unknown.stderr.startswith("There is no check XXX999.")


def test_network_gives_dates_and_float(event):
    facts = json.loads(run("network", "summit", "--json").stdout)
    first, second = facts["tasks"]
    assert (first["code"], first["start"], first["finish"]) == ("T01", "2025-10-06", "2025-10-08")
    assert (second["code"], second["start"], second["finish"]) == ("T02", "2025-10-09", "2025-10-10")
    assert (second["lead"], facts["finish"]) == ("MPS", "2025-10-10")
    assert "2025-10-09  2025-10-10" in run("network", "summit").stdout


def test_network_without_a_solution_names_the_loop_and_ends_with_one(event):
    first, second = event_tasks(event)
    make_link(second, first)
    done = run("network", "summit", "--json")
    facts = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [sorted(loop) for loop in facts["loops"]] == [["T01", "T02"]]
    text = run("network", "summit")
    assert text.exit_code == 1
    assert "no dates can be computed" in text.stdout


def event_tasks(event):
    from summitry.schedule.models import Task

    return Task.objects.filter(event=event).order_by("code")


def test_an_event_without_tasks_has_no_network(db):
    make_event(slug="empty")
    done = run("network", "empty")
    assert (done.exit_code, done.stdout) == (0, "The master schedule is empty.\n")


# Accounts


@pytest.mark.django_db
def test_an_account_is_created_listed_and_audited():
    done = run("user", "create", "an", "--name", "An Nguyen", "--administrator", "--password-file", "-", stdin=PASSWORD)
    assert (done.exit_code, done.stdout) == (0, "an may sign in and is an administrator.\n")
    account = Account.objects.get(username="an")
    assert account.check_password(PASSWORD)
    assert account.is_administrator
    entry = AuditEntry.objects.get(action="core.create_account")
    assert (entry.actor, entry.actor_name) == (None, "command line")
    assert entry.reason.startswith("command line, ")
    assert PASSWORD not in json.dumps(entry.arguments)
    listed = json.loads(run("user", "list", "--json").stdout)["accounts"]
    assert [(one["username"], one["administrator"], one["active"]) for one in listed] == [("an", True, True)]
    assert audit.verify_all() == []


@pytest.mark.django_db
def test_a_weak_or_missing_password_is_refused():
    weak = run("user", "create", "an", "--password-file", "-", stdin="short\n")
    assert weak.exit_code == 2
    assert "password: " in weak.stderr
    assert run("user", "create", "an", "--password-file", "-", stdin="\n").stderr == "The password is empty.\n"
    assert "give --password-file" in run("user", "create", "an", stdin="").stderr
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_a_name_is_taken_once():
    make_account("an")
    done = run("user", "create", "an", "--password-file", "-", stdin=PASSWORD)
    assert (done.exit_code, done.stderr) == (2, "There is an account an already.\n")


@pytest.mark.django_db
def test_a_password_is_set_and_never_printed():
    account = make_account("an")
    done = run("user", "password", "an", "--password-file", "-", stdin=PASSWORD)
    assert done.exit_code == 0
    assert PASSWORD not in done.output
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


@pytest.mark.django_db
def test_access_is_given_changed_and_ended():
    event = make_event(slug="summit")
    make_agency(event, "MPS")
    make_account("an")
    given = run("user", "access", "an", "--event", "summit", "--role", "focal_point", "--agency", "MPS")
    assert (given.exit_code, given.stdout) == (0, "an is focal_point at summit.\n")
    run("user", "access", "an", "--event", "summit", "--role", "planner", "--clearance", "secret")
    access = Access.objects.get(event=event)
    assert (access.role, access.agency, access.clearance) == (Role.PLANNER, None, Classification.SECRET)
    nothing = run("user", "access", "an", "--event", "summit")
    assert (nothing.exit_code, nothing.stderr) == (2, "Say either --role or --end.\n")
    without = run("user", "access", "an", "--event", "summit", "--role", "focal_point")
    assert (without.exit_code, "agency" in without.stderr) == (2, True)
    ended = run("user", "access", "an", "--event", "summit", "--end")
    assert ended.stdout == "an has no access to summit any more.\n"
    assert not Access.objects.exists()


@pytest.mark.django_db
def test_an_account_is_disabled_and_enabled_but_never_the_last_administrator():
    make_account("chief", is_administrator=True)
    make_account("an")
    assert run("user", "disable", "an").exit_code == 0
    assert not Account.objects.get(username="an").is_active
    assert run("user", "disable", "an", "--undo").exit_code == 0
    assert Account.objects.get(username="an").is_active
    last = run("user", "disable", "chief")
    assert (last.exit_code, "last administrator" in last.stderr) == (2, True)
    assert run("user", "disable", "nobody").exit_code == 2


def test_the_words_of_the_command_line_are_those_of_the_program():
    assert set(ROLES) == set(Role.values)
    assert [Classification[name.upper()] for name in CLEARANCES] == list(Classification)


# Serving


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.7", False),
        ("summit.example", False),
        ("", False),
    ],
)
def test_loopback(host, alone):
    assert is_loopback(host) is alone


def test_demo_mode_serves_this_machine_alone(tmp_path):
    done = process("serve", "--host", "0.0.0.0", SUMMITRY_DEMO="yes", SUMMITRY_HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "serves this machine alone, not 0.0.0.0" in done.stderr


def test_a_new_installation_says_step_by_step_what_it_needs(tmp_path):
    """serve refuses until the database is prepared and an administrator is there; the doctor sees the same."""
    home = {"SUMMITRY_HOME": str(tmp_path / "home")}
    assert "Run: summitry prepare" in process("serve", **home).stderr
    assert process("doctor", **home).returncode == 1

    prepared = process("prepare", **home)
    assert prepared.returncode == 0, prepared.stderr
    assert "migrations applied" in prepared.stdout
    again = process("prepare", **home)
    assert again.stdout == "Database: in step.\nTranslations: in step.\nStatic files: in step.\n"

    served = process("serve", "--port", "0", **home)
    assert served.returncode == 2
    assert "summitry user create NAME --administrator" in served.stderr

    marks = json.loads(process("doctor", "--json", **home).stdout)
    assert [mark["what"] for mark in marks["marks"] if not mark["ok"]] == ["accounts"]
    secret = tmp_path / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    made = process("user", "create", "an", "--administrator", "--password-file", str(secret), **home)
    assert made.returncode == 0, made.stderr
    well = process("doctor", **home)
    assert (well.returncode, well.stdout.splitlines()[-1]) == (0, "All is well.")
    # Where the server starts no worker, somebody must.
    alone = process("doctor", "--json", **home, SUMMITRY_WORKERS="0")
    (wrong,) = [mark for mark in json.loads(alone.stdout)["marks"] if not mark["ok"]]
    assert (alone.returncode, wrong["what"], wrong["found"]) == (1, "workers", "none running")
    assert "summitry worker" in wrong["remedy"]


def test_the_doctor_names_an_open_home_and_a_readable_key(tmp_path):
    home = Path(shutil.copytree(prepared_home(), tmp_path / "home"))
    settings = {"SUMMITRY_HOME": str(home), "SUMMITRY_DEMO": "yes"}
    home.chmod(0o755)
    (home / "secret-key").chmod(0o644)
    marks = json.loads(process("doctor", "--json", **settings, SUMMITRY_ALLOWED_HOSTS="summit.example").stdout)["marks"]
    wrong = {mark["what"] for mark in marks if not mark["ok"]}
    assert {"home folder", "secret key", "demo mode"} <= wrong


def test_the_doctor_does_not_stop_at_a_database_that_is_away(tmp_path):
    done = process(
        "doctor", "--json", SUMMITRY_HOME=str(tmp_path), SUMMITRY_DATABASE_URL="postgresql://postgres@127.0.0.1:1/x"
    )
    marks = {mark["what"]: mark for mark in json.loads(done.stdout)["marks"]}
    assert (done.returncode, marks["database"]["ok"], marks["Python"]["ok"]) == (1, False, True)


def test_a_taken_port_is_said(tmp_path):
    import socket

    home = shutil.copytree(prepared_home(), tmp_path / "home")
    settings = {"SUMMITRY_HOME": str(home), "SUMMITRY_DEMO": "yes"}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = process("serve", "--port", str(taken.getsockname()[1]), **settings)
    assert done.returncode == 2
    assert "address already in use" in done.stderr


# Pages


def test_the_made_pages_are_in_step():
    root = Path(__file__).resolve().parents[1]
    done = run("docs", "--check", "--into", str(root / "docs"))
    assert done.exit_code == 0, done.output


def test_stale_and_left_pages_are_found_and_mended(tmp_path):
    assert run("docs", "--check", "--into", str(tmp_path)).exit_code == 1
    assert run("docs", "--into", str(tmp_path)).exit_code == 0
    assert run("docs", "--check", "--into", str(tmp_path)).exit_code == 0
    page = tmp_path / "settings.md"
    gone = tmp_path / "checks" / "OLD001.md"
    gone.write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
    page.write_text("changed", encoding="utf-8")
    (tmp_path / "written-by-hand.md").write_text("# Mine", encoding="utf-8")
    assert run("docs", "--check", "--into", str(tmp_path)).exit_code == 1
    run("docs", "--into", str(tmp_path))
    assert "SUMMITRY_HOME" in page.read_text(encoding="utf-8")
    assert (gone.exists(), (tmp_path / "written-by-hand.md").exists()) == (False, True)
