"""Worker processes: killed, and another takes over; ended, and the job goes on; kept by the server."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from summitry.config import environment
from tests.server import Server, _drop_database

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 2


LONG = {
    "K01X": {"seconds": 600},
    "K02X": {"seconds": 4, "heed": False},
    "K03X": {"seconds": 600},
}
"""The jobs of these tests by the code of the agency that each makes."""

ASK = """
import json
from summitry.core.jobs import request
from summitry.core.models import Account, Event, Job
from summitry.core.viewer import viewer_for
import tests.core.jobs_sample
event = Event.objects.get(slug="hanoi-2025")
viewer = viewer_for(Account.objects.get(accesses__event=event, accesses__role="planner"), event)
rows = [request("test.long", one, viewer=viewer, event=event).pk for one in {wanted!r}]
Job.objects.filter(pk__in=rows).update(state="cancelled")
print(json.dumps(rows))
"""


@pytest.fixture(scope="module")
def installation(_demo_template, tmp_path_factory):
    """An installation with the reference event and a short lease, without a server.

    All jobs are asked for at once, since each process takes seconds to start; `queue` lets one of them wait.
    """
    server = _demo_template.copy(tmp_path_factory.mktemp("installation") / "home")
    plain = server.environment
    server.environment = lambda: {**plain(), "SUMMITRY_JOB_LEASE_SECONDS": str(LEASE_SECONDS), "PYTHONPATH": str(ROOT)}
    folder = tmp_path_factory.mktemp("flags")
    server.flags = {code: folder / code for code in LONG}
    wanted = [{"code": code, "flag": str(server.flags[code]), **values} for code, values in LONG.items()]
    server.jobs = dict(zip(LONG, json.loads(server.python(ASK.format(wanted=wanted))), strict=True))
    yield server
    _drop_database(server.database_url)


def start_worker(installation: Server) -> subprocess.Popen[bytes]:
    given = {**installation.environment(), "DJANGO_SETTINGS_MODULE": "summitry.config.settings"}
    script = (
        "import django; django.setup()\nimport runpy; runpy.run_module('tests.core.jobs_sample', run_name='__main__')"
    )
    with installation.log.open("ab") as log:
        return subprocess.Popen([sys.executable, "-c", script], env=given, cwd=ROOT, stdout=log, stderr=log)


def select(installation: Server, query: str):
    """The rows of a query, asked without a process of its own: those take seconds to start."""
    if installation.database_url:
        with psycopg.connect(installation.database_url) as connection:
            return connection.execute(query).fetchall()
    with closing(sqlite3.connect(installation.home / "summitry.sqlite3", timeout=30)) as connection:
        return connection.execute(query).fetchall()


def queue(installation: Server, code: str) -> int:
    """Let the job that makes this agency wait for a worker."""
    pk = installation.jobs[code]
    statement = f"UPDATE core_job SET state = 'queued' WHERE id = {pk}"
    if installation.database_url:
        with psycopg.connect(installation.database_url) as connection:
            connection.execute(statement)
    else:
        with closing(sqlite3.connect(installation.home / "summitry.sqlite3", timeout=30)) as connection, connection:
            connection.execute(statement)
    return pk


def state(installation: Server, pk: int, code: str):
    """The job's state, attempts, result and worker, and how many agencies it made."""
    ((how, attempts, result, worker),) = select(
        installation, f"SELECT state, attempts, result, worker FROM core_job WHERE id = {pk}"
    )
    ((made,),) = select(installation, f"SELECT count(*) FROM core_agency WHERE code = '{code}'")
    return [how, attempts, json.loads(result) if isinstance(result, str) else result, worker, made]


def until(condition, seconds: float = 90.0):
    """Wait until it holds; what it answered."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")


def at_it(flag: Path, *others: int) -> int:
    """The process that has begun the job, and is none of the others."""

    def who() -> int:
        text = flag.read_text() if flag.exists() else ""
        return int(text) if text and int(text) not in others else 0

    return until(who)


def test_a_killed_workers_job_is_taken_by_another_and_applied_once(installation):
    flag = installation.flags["K01X"]
    workers = [start_worker(installation) for _number in range(2)]
    try:
        pk = queue(installation, "K01X")
        first = at_it(flag)
        killed = time.monotonic()
        os.kill(first, signal.SIGKILL)
        second = at_it(flag, first)
        assert {first, second} == {worker.pid for worker in workers}
        assert time.monotonic() - killed < 15 * LEASE_SECONDS
        until(lambda: state(installation, pk, "K01X")[0] == "done")
        how, attempts, result, worker, made = state(installation, pk, "K01X")
        assert (how, attempts, result, made) == ("done", 2, {"attempt": 2}, 1)
        assert worker.endswith(f":{second}")
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def test_a_worker_that_hangs_loses_its_job_and_changes_nothing_when_it_wakes(installation):
    flag = installation.flags["K02X"]
    sleeper = start_worker(installation)
    other = None
    try:
        pk = queue(installation, "K02X")
        first = at_it(flag)
        os.kill(first, signal.SIGSTOP)
        other = start_worker(installation)
        at_it(flag, first)
        until(lambda: state(installation, pk, "K02X")[0] == "done")
        os.kill(first, signal.SIGCONT)
        log = installation.log
        until(lambda: f"job {pk} test.long lost" in log.read_text())
        how, attempts, result, _worker, made = state(installation, pk, "K02X")
        assert (how, attempts, result, made) == ("done", 2, {"attempt": 2}, 1)
    finally:
        for worker in filter(None, (sleeper, other)):
            worker.kill()
            worker.wait()


def test_a_worker_that_is_asked_to_end_hands_its_job_on_at_once(installation):
    flag = installation.flags["K03X"]
    worker = start_worker(installation)
    try:
        pk = queue(installation, "K03X")
        at_it(flag)
        worker.terminate()
        assert worker.wait(10) == 0
        how, attempts, result, _worker, made = state(installation, pk, "K03X")
        assert (how, attempts, result, made) == ("queued", 0, None, 0)
    finally:
        worker.kill()
        worker.wait()


def workers_of(server: Server) -> list[int]:
    """The worker processes that a server has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):  # it has ended meanwhile
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == server.process.pid and b"worker" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_the_server_keeps_a_worker_beside_it_and_takes_it_along(installation):
    plain = installation.environment
    installation.environment = lambda: {**plain(), "SUMMITRY_WORKERS": "1"}
    try:
        installation.start()
        (first,) = until(lambda: workers_of(installation))
        os.kill(first, signal.SIGKILL)
        (second,) = until(lambda: [one for one in workers_of(installation) if one != first])
        installation.kill()
        until(lambda: gone(second))
        installation.start()
        (third,) = until(lambda: workers_of(installation))
        installation.stop()
        assert gone(third)
    finally:
        if installation.process is not None:
            installation.stop()
        installation.environment = plain


def test_how_many_workers_the_server_starts(monkeypatch):
    def count(text: str, embedded: bool) -> int:
        monkeypatch.setenv("SUMMITRY_WORKERS", text)
        return environment.workers(embedded)

    assert [count("auto", True), count("auto", False), count("0", True), count("3", False)] == [1, 0, 0, 3]
    with pytest.raises(ImproperlyConfigured):
        count("many", True)
