"""Nobody waits for the compiler: how many samples are drawn before and after it is done."""

from __future__ import annotations

from threading import Event

import pytest

from summitry.schedule.planning.risk import effort


@pytest.fixture
def compiler(monkeypatch):
    """A stand-in whose state a test sets; this process lives on and nothing has begun."""
    state = {"warm": False, "calls": 0}

    def warm_up() -> None:
        state["calls"] += 1

    monkeypatch.setattr(effort, "warm_up", warm_up)
    monkeypatch.setattr(effort, "is_warm", lambda: state["warm"])
    monkeypatch.setattr(effort, "lives_on", lambda: True)
    monkeypatch.setattr(effort, "_begun", False)
    monkeypatch.setattr(effort, "_failed", False)
    return state


def test_a_server_compiles_once_when_first_asked_and_tells_no_preview_before(compiler, monkeypatch):
    go = Event()
    monkeypatch.setattr(effort, "warm_up", lambda: go.wait(30))
    thread = effort.consider()
    assert effort.for_preview(50, 10_000) is None
    assert effort.consider() is None
    go.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_page_is_told_before_from_fewer_samples(compiler):
    assert effort.for_page(50, 10_000) == 10_000
    assert effort.for_page(500, 10_000) == 1_000
    assert effort.for_page(1_000_000, 10_000) == effort.FEWEST


def test_machine_code_draws_as_many_as_the_settings_ask_within_reason(compiler):
    compiler["warm"] = True
    assert effort.for_page(50, 10_000) == 10_000
    assert effort.for_page(2_000, 10_000) == 2_000
    assert effort.for_preview(50, 10_000) == effort.PREVIEW
    assert effort.for_preview(50, 500) == 500
    assert compiler["calls"] == 0


def test_a_command_draws_few_at_once_and_loads_no_compiler(compiler, monkeypatch):
    monkeypatch.setattr(effort, "lives_on", lambda: False)
    assert effort.for_preview(50, 10_000) == 1_000
    assert effort.consider() is None
    assert compiler["calls"] == 0


def test_a_compiler_that_fails_is_told_and_previews_go_on_without_it(compiler, monkeypatch, caplog):
    def broken() -> None:
        raise OSError("no room")

    monkeypatch.setattr(effort, "warm_up", broken)
    effort.consider().join(5)
    assert "could not be compiled" in caplog.text
    assert effort.for_preview(50, 10_000) == 1_000
