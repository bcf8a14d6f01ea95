"""A worker: takes jobs from the table, one after another, and keeps its lease while it is at one.

The job's function runs in a thread of its own, so that the main thread beats, hears of a cancellation and answers
signals even while the function is deep in machine code. The main thread alone writes how far the work is.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Event as Flag
from threading import Thread
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from summitry.core import clock, connections
from summitry.core.jobs import signs, table
from summitry.core.jobs.context import JobContext
from summitry.core.jobs.running import carry_out, context_of
from summitry.core.jobs.table import Claim
from summitry.core.models import Job
from summitry.core.refusals import Refused

log = logging.getLogger("summitry.jobs")

POLL_SECONDS = 1.0
PULSE_SECONDS = 0.5
GRACE_SECONDS = 8.0
PRUNE_SECONDS = 3600.0


def default_name() -> str:
    """The machine and the process: what a job's page names as its worker."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Worker:
    """One worker of this process.

    lease: how long a job stays this worker's without a sign of life; a sign is given three times as often. leave: what
    ends the process when a job does not heed the end; for tests.
    """

    def __init__(
        self,
        name: str = "",
        *,
        lease: timedelta | None = None,
        leave: Callable[[int], Any] = os._exit,
    ) -> None:
        self.name = name or default_name()
        self.lease = lease or timedelta(seconds=settings.JOB_LEASE_SECONDS)
        self.keep = timedelta(days=settings.JOB_KEEP_DAYS)
        self._stop = Flag()
        self._leave = leave
        self._pruned: float | None = None
        self._signed: float | None = None

    def stop(self) -> None:
        """End after the present job; it is told to end, and goes back into the queue if it does."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def run(self, *, once: bool = False, burst: bool = False) -> int:
        """Take jobs until stopped; with `once` at most one, with `burst` until none waits. How many were taken.

        A database that does not answer is asked again: a worker outlives a restart of its database.
        """
        try:
            return self._run(once, burst)
        finally:
            self._withdraw()

    def _run(self, once: bool, burst: bool) -> int:
        taken = 0
        while not self.stopping:
            try:
                self._sign_now_and_then()
                self._prune_now_and_then()
                claim = table.claim(self.name, self.lease)
                if claim is not None:
                    self.work(claim)
                    taken += 1
            except DatabaseError as error:
                if once or burst:
                    raise
                log.warning("the database does not answer: %s", error)
                connection.close()
                claim = None
            if once or (burst and claim is None):
                break
            if claim is None:
                connections.give_back()
                self._stop.wait(POLL_SECONDS)
        return taken

    def _prune_now_and_then(self) -> None:
        now = clock.monotonic()
        if self._pruned is None or now - self._pruned > PRUNE_SECONDS:
            self._pruned = now
            table.prune(self.keep)

    def _sign_now_and_then(self) -> None:
        now = clock.monotonic()
        if self._signed is None or now - self._signed >= signs.EVERY.total_seconds():
            signs.give(self.name)
            self._signed = now

    def _withdraw(self) -> None:
        # Without its last word the worker counts as alive a little longer, which is no reason to end with a fault.
        with suppress(DatabaseError):
            signs.withdraw(self.name)

    def work(self, claim: Claim) -> None:
        """Carry out one job, keeping the lease until it has ended."""
        job = claim.job
        log.info("job %s %s begins, attempt %s", job.pk, job.kind, job.attempts)
        begun = clock.monotonic()
        try:
            ctx = context_of(claim)
        except Refused as refusal:
            table.fail(claim, str(refusal))
            log.info("job %s %s is refused: %s", job.pk, job.kind, refusal)
            return
        ended: list[str] = []
        thread = Thread(target=_in_thread, args=(claim, ctx, ended), name=f"job-{job.pk}", daemon=True)
        thread.start()
        self._attend(claim, ctx, thread)
        how = ended[0] if ended else "broken off"
        log.info("job %s %s %s after %.1f s", job.pk, job.kind, how, clock.monotonic() - begun)

    def _attend(self, claim: Claim, ctx: JobContext[Any], thread: Thread) -> None:
        beaten, asked_to_end = clock.monotonic(), None
        while thread.is_alive():
            thread.join(PULSE_SECONDS)
            now = clock.monotonic()
            if self.stopping:
                ctx.cancel()
                asked_to_end = asked_to_end or now
                if now - asked_to_end > GRACE_SECONDS:
                    log.warning("job %s does not heed the end of its worker: it goes back into the queue", claim.job.pk)
                    table.give_back(claim)
                    self._withdraw()
                    self._leave(0)
                    return
            try:
                self._sign_now_and_then()
                if now - beaten >= self.lease.total_seconds() / 3:
                    beaten = now
                    if not table.beat(claim, self.lease):
                        ctx.cancel()
                pulse(claim, ctx)
            except DatabaseError as error:
                # The next pulse asks again. Should the lease run out meanwhile, the token keeps it from writing.
                log.warning("job %s: the database does not answer: %s", claim.job.pk, error)
                connection.close()


def pulse(claim: Claim, ctx: JobContext[Any]) -> None:
    """Write what the job said since the last time, and tell it what people want of it."""
    if (said := ctx.take_said()) is not None:
        table.write_said(claim, said)
    wanted = table.wish_of(claim)
    if wanted is None or wanted == Job.Wish.CANCEL:
        ctx.cancel()
    elif wanted == Job.Wish.ENOUGH:
        ctx.be_content()


def _in_thread(claim: Claim, ctx: JobContext[Any], ended: list[str]) -> None:
    try:
        ended.append(carry_out(claim, ctx))
    finally:
        connection.close()
