"""The compiler is loaded beside the work, once, by a process that lives on and plans a large schedule; never else."""

from __future__ import annotations

import subprocess
import sys
from threading import Event

import pytest

from summitry.core.checking import Reading
from summitry.schedule.planning import plan, warming
from tests.factories import make_event, make_task


@pytest.fixture
def compiler(monkeypatch):
    """A stand-in that counts its calls; the process has said nothing yet and nothing has begun."""
    calls = []
    monkeypatch.setattr(warming, "warm_up", lambda: calls.append(1))
    monkeypatch.setattr(warming, "is_warm", lambda: False)
    monkeypatch.setattr(warming, "_allowed", False)
    monkeypatch.setattr(warming, "_begun", False)
    return calls


def test_a_process_that_did_not_say_that_it_lives_on_never_compiles(compiler):
    assert warming.consider(1_000_000) is None
    assert compiler == []


def test_a_small_schedule_does_not_load_the_compiler(compiler):
    warming.allow()
    assert warming.consider(warming.MANY - 1) is None
    assert compiler == []


def test_a_large_schedule_begins_it_once(compiler):
    warming.allow()
    thread = warming.consider(warming.MANY)
    thread.join(5)
    assert warming.consider(warming.MANY) is None
    assert compiler == [1]


def test_nobody_waits_for_the_compiler(compiler, monkeypatch):
    go = Event()
    monkeypatch.setattr(warming, "warm_up", lambda: go.wait(30))
    warming.allow()
    thread = warming.consider(warming.MANY)
    assert thread.is_alive()
    go.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_compiler_that_fails_is_told_and_the_plan_stands(compiler, monkeypatch, caplog):
    def broken():
        raise OSError("no room")

    monkeypatch.setattr(warming, "warm_up", broken)
    warming.allow()
    warming.consider(warming.MANY).join(5)
    assert "could not be compiled" in caplog.text


@pytest.mark.django_db
def test_planning_asks_for_it(compiler, monkeypatch):
    monkeypatch.setattr(warming, "MANY", 1)
    warming.allow()
    event = make_event()
    task = make_task(event, "T01")
    assert Reading(event).use(plan).of(task.pk).finish is not None
    assert warming._begun


def test_the_server_says_that_it_lives_on_and_loads_no_compiler_by_that():
    script = (
        "import sys, summitry.config.asgi\n"
        "from summitry.schedule.planning import warming\n"
        "print(warming._allowed, 'numba' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "False"]
