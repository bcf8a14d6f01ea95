"""Signs of life of workers, busy or idle, so that a page can tell whether anybody will take a job that waits.

The job table alone cannot tell: an idle worker writes nothing there. So each worker keeps a row of its own up to date.
It decides nothing: who holds a job is said by the job's lease and token alone.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from summitry.core import clock
from summitry.core.models import WorkerSign

EVERY = timedelta(seconds=10)
"""So often a worker gives its sign: a small write, rare enough to hold up nobody's save on SQLite."""
ALIVE = timedelta(seconds=30)
"""A worker that has said nothing for so long counts as gone. Longer than `EVERY` by more than a slow save takes."""
FORGOTTEN = timedelta(days=1)


def give(worker: str) -> None:
    """Say that the worker lives."""
    now = clock.system_now()
    WorkerSign.objects.update_or_create(worker=worker[:120], defaults={"seen_at": now})


def withdraw(worker: str) -> None:
    """Say that the worker ends, and forget those that ended long ago without a word."""
    now = clock.system_now()
    WorkerSign.objects.filter(worker=worker[:120]).delete()
    WorkerSign.objects.filter(seen_at__lt=now - FORGOTTEN).delete()


def alive() -> QuerySet[WorkerSign]:
    """The workers that said lately that they live. One that was killed still counts for `ALIVE`."""
    return WorkerSign.objects.filter(seen_at__gte=clock.system_now() - ALIVE)
