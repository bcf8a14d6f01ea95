"""Jobs as their pages show them: in words, as far as the viewer may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from summitry.core import clock
from summitry.core.jobs import signs
from summitry.core.jobs.registry import JOBS
from summitry.core.jobs.table import may_end, visible_jobs
from summitry.core.models import Job
from summitry.core.records import Record, Ref, model_of, ref
from summitry.core.refusals import NotFound
from summitry.core.rights import ADMINISTER
from summitry.core.viewer import Viewer

LONG_SECONDS = 15
ENOUGH_TO_TELL = 0.03


@dataclass(frozen=True)
class ShownJob:
    """A job in words.

    left: the seconds that it may still take, in words, "" where nothing can be said. waiting: see `waiting_of`.
    may_start_worker: whether the viewer is told how a worker is started; others are told whom to ask.
    """

    job: Job
    title: str
    percent: int
    asked: str
    took: str
    left: str
    waiting: str
    may_start_worker: bool
    may_cancel: bool
    may_take_best: bool
    figures: tuple[tuple[str, str], ...]
    made: tuple[Ref, ...]


def job_of(viewer: Viewer, pk: int) -> Job:
    """The job that the viewer may see; `NotFound` for any other."""
    found = visible_jobs(viewer).filter(pk=pk).first()
    if found is None:
        raise NotFound(what=Job._meta.verbose_name, key=str(pk))
    return found


def title_of(job: Job) -> str:
    """What the kind of job is called; its name where the program does not know it."""
    kind = JOBS.get(job.kind)
    return str(kind.title) if kind is not None else job.kind


def shown_jobs(jobs: Iterable[Job], viewer: Viewer) -> list[ShownJob]:
    """Jobs for a list: without what they made, which their own pages show."""
    rows = list(jobs)
    alive = attended(rows)
    return [_shown(job, viewer, (), alive) for job in rows]


def shown_job(job: Job, viewer: Viewer) -> ShownJob:
    """One job with what it made, as far as the viewer sees that."""
    made = []
    for label, pk in job.made:
        model = model_of(label)
        record = model._base_manager.filter(pk=pk).first()
        if isinstance(record, Record) and viewer.sees(record):
            made.append(ref(record))
    return _shown(job, viewer, tuple(made), attended([job]))


def attended(jobs: Iterable[Job]) -> bool:
    """Whether a worker is alive for those of the jobs that wait; not asked where none waits."""
    return any(job.state == Job.State.QUEUED for job in jobs) and signs.alive().exists()


def waiting_of(job: Job, alive: bool) -> str:
    """What a job that waits may expect, "" for any other.

    alive: whether a worker is. "nobody": none is, so it waits until one runs. "again": it was tried and is
    tried once more in a while. "long": a worker is alive, yet has not taken it for a while. "soon": a worker takes it
    within seconds.
    """
    if job.state != Job.State.QUEUED:
        return ""
    if not alive:
        return "nobody"
    if job.error:
        return "again"
    waited = (clock.system_now() - job.created_at).total_seconds()
    return "long" if waited > LONG_SECONDS else "soon"


def _shown(job: Job, viewer: Viewer, made: tuple[Ref, ...], attended: bool) -> ShownJob:
    now = clock.system_now()
    kind = JOBS.get(job.kind)
    values = job.result if job.result is not None else job.partial
    figures = kind.figures(values) if kind is not None and kind.figures is not None and values else ()
    running = job.state == Job.State.RUNNING
    untouched = job.wish == Job.Wish.NONE
    begun = job.started_at
    return ShownJob(
        job=job,
        title=title_of(job),
        percent=round(100 * job.progress),
        asked=ago(job.created_at, now),
        took=span((job.finished_at or now).timestamp() - begun.timestamp()) if begun is not None else "",
        left=_left(job, now) if running else "",
        waiting=waiting_of(job, attended),
        may_start_worker=viewer.may(ADMINISTER),
        may_cancel=not job.ended and job.wish != Job.Wish.CANCEL and may_end(viewer, job),
        may_take_best=running and untouched and kind is not None and kind.anytime and may_end(viewer, job),
        figures=tuple((str(name), value) for name, value in figures),
        made=made,
    )


def _left(job: Job, now: datetime) -> str:
    seconds = seconds_left(job, now)
    return _("about {span} left").format(span=span(seconds)) if seconds is not None else ""


def seconds_left(job: Job, now: datetime) -> float | None:
    """What is left if it goes on as so far; None while that cannot be told."""
    if job.started_at is None or job.attempts > 1 or not ENOUGH_TO_TELL < job.progress < 1.0:
        return None
    return (now - job.started_at).total_seconds() * (1.0 - job.progress) / job.progress


def span(seconds: float) -> str:
    """A duration of the machine's clock: 12 s, 3 min, 2 h, 5 days."""
    whole = max(0, round(seconds))
    if whole < 90:
        return _("{n} s").format(n=whole)
    if whole < 90 * 60:
        return _("{n} min").format(n=round(whole / 60))
    if whole < 48 * 3600:
        return _("{n} h").format(n=round(whole / 3600))
    days = round(whole / 86400)
    return ngettext("{n} day", "{n} days", days).format(n=days)


def ago(then: datetime, now: datetime) -> str:
    """How long ago by the machine's clock: an event's own clock may stand still."""
    return _("{span} ago").format(span=span((now - then).total_seconds()))
