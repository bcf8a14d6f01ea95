"""`summitry worker`, and the workers that `summitry serve` starts beside itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import IO

import click

from summitry.cli.base import boot, counted, main, refuse

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_SECONDS = 60.0
END_SECONDS = 12.0


@main.command()
@click.option("--once", is_flag=True, help="Take at most one job, then end.")
@click.option("--burst", is_flag=True, help="Take jobs until none waits, then end.")
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input does: its parent is gone.")
def worker(once: bool, burst: bool, with_parent: bool) -> None:
    """Carry out background jobs, until interrupted.

    Several may run, on one machine or on several with PostgreSQL. When one is killed, another takes its job within
    half a minute. The embedded server starts one by itself (SUMMITRY_WORKERS).
    """
    boot()
    from summitry.config import installation
    from summitry.core.jobs.worker import Worker

    if unknown := installation.unknown_migrations():
        refuse(f"This program is older than its database ({', '.join(unknown)}). Install the newer program again.")
    if pending := installation.pending_migrations():
        refuse(f"The database lacks {counted(len(pending), 'migration')}. Run: summitry prepare")
    from summitry.schedule.planning import warming

    # A worker lives on: should it ever plan a large schedule, it may compile the engine beside its work.
    warming.allow()
    one = Worker()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: one.stop())
    if with_parent:
        Thread(target=_watch, args=(sys.stdin.buffer, one.stop), daemon=True).start()
    taken = one.run(once=once, burst=burst)
    if once or burst:
        click.echo(f"{counted(taken, 'job')} taken.")


def _watch(stream: IO[bytes], stop: Callable[[], None]) -> None:
    """The parent holds the other end and writes nothing: the end of the stream is its end."""
    with suppress(OSError):
        while stream.read(1):
            pass
    stop()


class Keeper(Thread):
    """Keeps one worker process alive beside the server: started again when it ends by itself, ended with the server.

    The server's process itself never carries out a job: whatever a solver does, pages are answered.
    """

    def __init__(self) -> None:
        super().__init__(name="worker-keeper", daemon=True)
        self._stopping = Event()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        from summitry.core import clock

        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            begun = clock.monotonic()
            self._process = self._spawned()
            code = self._process.wait()
            if self._stopping.is_set():
                return
            # One that fails at once must not be started a thousand times a minute.
            pause = FIRST_PAUSE if clock.monotonic() - begun > STEADY_SECONDS else min(pause * 2, LONGEST_PAUSE)
            click.echo(f"A worker ended ({code}); the next one starts in {pause:.0f} s.", err=True)
            self._stopping.wait(pause)

    def _spawned(self) -> subprocess.Popen[bytes]:
        # Ctrl-C at a terminal reaches the whole group: the worker is ended by its keeper, in order.
        return subprocess.Popen(
            [sys.executable, "-m", "summitry", "worker", "--with-parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def end(self) -> None:
        """Ask the worker to end, and make it when it does not."""
        self._stopping.set()
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def workers(count: int) -> Iterator[None]:
    """So many worker processes beside what is done inside."""
    keepers = [Keeper() for _number in range(count)]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        for keeper in keepers:
            keeper.end()


@contextmanager
def terminated_in_order() -> Iterator[None]:
    """A SIGTERM ends what is inside by way of its `finally`, and then the process, as a service manager expects."""

    class Terminated(BaseException):
        pass

    def raise_it(_number: int, _frame: object) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, raise_it)
    try:
        yield
    except Terminated:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
