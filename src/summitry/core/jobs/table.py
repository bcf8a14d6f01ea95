"""The job table as a queue: asking, claiming, the lease, the end. All writes of a worker name its fencing token."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pydantic
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.core import clock
from summitry.core.action import Action, invalid_arguments, submit, submit_to_installation
from summitry.core.jobs.context import Said
from summitry.core.jobs.registry import JOBS, JobKind, Outcome, Parameters
from summitry.core.models import Event, Job
from summitry.core.refusals import NotFound, NotPermitted, Refused
from summitry.core.rights import ADMINISTER, PLAN, Right
from summitry.core.viewer import Viewer

ATTEMPTS = 3
"""So many times a worker may end in the middle of a job before it counts as the job's own fault."""
OPEN_JOBS_AN_ACCOUNT = 20
RETRY_AFTER = timedelta(seconds=10)


class TooManyJobs(Refused):
    """data: count, how many jobs of this person wait or run."""

    code = "too_many_jobs"
    text = gettext_lazy("You have {count} jobs that wait or run. Cancel one, or wait until one has ended.")


class LeaseLost(Exception):
    """Another worker has the job, it was cancelled, or it is gone: nothing more may be written about it."""


@dataclass(frozen=True)
class Claim:
    """A job that a worker holds: its row as it was claimed, and the token that its writes must name."""

    job: Job
    token: int


# Asking


def kind_of(name: str) -> JobKind[Any]:
    """The registered kind; `NotFound` for one that this program does not know."""
    kind = JOBS.get(name)
    if kind is None:
        raise NotFound(what=_("kind of job"), key=name)
    return kind


def request(
    name: str,
    parameters: Parameters | dict[str, Any],
    *,
    viewer: Viewer,
    event: Event | None,
    priority: int = 0,
) -> Job:
    """Put a job into the queue. `NotPermitted`, `Invalid` and `TooManyJobs` say why not.

    The same job of the same person that still waits is returned instead of a second one: a double click asks once.
    """
    kind = kind_of(name)
    _need(viewer, kind.right, kind.title)
    try:
        given = kind.parameters.model_validate(
            parameters.model_dump() if isinstance(parameters, Parameters) else parameters
        )
    except pydantic.ValidationError as error:
        raise invalid_arguments(error) from error
    values = given.model_dump(mode="json")
    now = clock.system_now()
    with transaction.atomic():
        mine = Job.objects.filter(requested_by=viewer.account, event=event)
        waiting = mine.filter(kind=name, state=Job.State.QUEUED, wish=Job.Wish.NONE)
        for row in waiting:
            if row.parameters == values:
                return row
        count = mine.exclude(state__in=Job.ENDED).count()
        if viewer.account is not None and count >= OPEN_JOBS_AN_ACCOUNT:
            raise TooManyJobs(count=count)
        return Job.objects.create(
            event=event,
            kind=name,
            parameters=values,
            classification=viewer.clearance,
            requested_by=viewer.account,
            priority=priority,
            created_at=now,
            due_at=now,
        )


def _need(viewer: Viewer, right: Right, title: object) -> None:
    if not viewer.may(right):
        raise NotPermitted(action=str(title), who=right.who())


def visible_jobs(viewer: Viewer) -> QuerySet[Job]:
    """The jobs of the viewer's event that they may see: planners all, others their own, nobody above their clearance.

    One's own jobs are seen while one still may ask for such a job.
    """
    rows = Job.objects.filter(event=viewer.event).select_related("event", "requested_by", "cancelled_by")
    if viewer.everything:
        return rows
    if viewer.role is None or viewer.account is None:
        return rows.none()
    within = rows.filter(classification__lte=viewer.clearance)
    if viewer.may(PLAN) or viewer.may(ADMINISTER):
        return within
    allowed = [kind.name for kind in JOBS.values() if viewer.may(kind.right)]
    return within.filter(requested_by=viewer.account, kind__in=allowed)


def may_end(viewer: Viewer, job: Job) -> bool:
    """Whether the viewer may cancel the job: whoever asked for it, and administrators."""
    own = viewer.account is not None and job.requested_by_id == viewer.account.pk
    return own or viewer.may(ADMINISTER)


def wish(job: Job, wanted: Job.Wish, *, viewer: Viewer) -> None:
    """Cancel a job, or ask for the best so far. One that still waits is cancelled at once, a running one soon.

    `NotPermitted` for a job of somebody else. A job that has ended stays as it is.
    """
    if not may_end(viewer, job):
        raise NotPermitted(action=_("Cancel a job"), who=_("whoever asked for it, and administrators"))
    now = clock.system_now()
    rows = Job.objects.filter(pk=job.pk)
    if wanted == Job.Wish.ENOUGH:
        rows.filter(state=Job.State.RUNNING, wish=Job.Wish.NONE).update(wish=wanted)
        return
    ended = rows.filter(state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, wish=wanted, cancelled_by=viewer.account, finished_at=now, token=F("token") + 1
    )
    if not ended:
        rows.filter(state=Job.State.RUNNING).update(wish=wanted, cancelled_by=viewer.account)


# Working


def _claimable() -> QuerySet[Job]:
    """What may be taken now, of the kinds that this program knows: during an upgrade others may know more."""
    now = clock.system_now()
    waiting = Q(state=Job.State.QUEUED, due_at__lte=now)
    abandoned = Q(state=Job.State.RUNNING, leased_until__lt=now)
    return Job.objects.filter(waiting | abandoned, kind__in=JOBS).order_by("-priority", "pk")


def claim(worker: str, lease: timedelta) -> Claim | None:
    """Take the next job: one that waits, or one whose worker let its lease run out. None when there is none.

    On PostgreSQL rows that other workers are just taking are passed over; on SQLite the one write lock orders workers.
    A job that ended its worker `ATTEMPTS` times fails here, one that was cancelled ends here.
    """
    # A look that takes no lock: an idle worker must not hold up anybody's save.
    while _claimable().exists():
        with transaction.atomic():
            row = _claimable().select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            job = row.first()
            if job is None:
                return None
            if job.state == Job.State.RUNNING and job.wish == Job.Wish.CANCEL:
                _end(job, job.token, Job.State.CANCELLED)
            elif job.state == Job.State.RUNNING and job.attempts >= ATTEMPTS:
                message = _(
                    "The worker ended {count} times in the middle of this job, the last time at “{last}”. "
                    "It is not tried again: it may need more memory than the machine has."
                ).format(count=job.attempts, last=job.message or "—")
                _end(job, job.token, Job.State.FAILED, error=message)
            else:
                return _claimed(job, worker, lease)
    return None


def _claimed(job: Job, worker: str, lease: timedelta) -> Claim:
    now = clock.system_now()
    job.token += 1
    job.attempts += 1
    job.state, job.worker = Job.State.RUNNING, worker[:120]
    job.leased_until, job.heartbeat_at = now + lease, now
    job.started_at = job.started_at or now
    job.progress, job.message = 0.0, ""
    job.save()
    return Claim(job, job.token)


def _held(claim: Claim) -> QuerySet[Job]:
    """The row of a claim, as long as its token is the newest."""
    return Job.objects.filter(pk=claim.job.pk, token=claim.token, state=Job.State.RUNNING)


def beat(claim: Claim, lease: timedelta) -> bool:
    """Extend the lease. False when the job is not this worker's any more."""
    now = clock.system_now()
    return bool(_held(claim).update(heartbeat_at=now, leased_until=now + lease))


def write_said(claim: Claim, said: Said) -> bool:
    """Write how far the work is. False when the job is not this worker's any more."""
    values: dict[str, Any] = {"progress": said.progress, "message": said.message}
    if said.partial is not None:
        values["partial"] = dict(said.partial)
    return bool(_held(claim).update(**values))


def wish_of(claim: Claim) -> str | None:
    """What a person asked of the job meanwhile; None when the job is not this worker's any more."""
    return _held(claim).values_list("wish", flat=True).first()


def complete(claim: Claim, outcome: Outcome, *, viewer: Viewer) -> None:
    """Carry the outcome's actions out and mark the job as done, both or neither.

    `LeaseLost` when another worker has it or it was cancelled meanwhile; `Refused` when an action is.
    """
    job = claim.job
    with transaction.atomic():
        made = _carry_out(outcome.actions, outcome.reason, viewer, job.event) if outcome.actions else []
        # Last, so that the row is locked for a moment only; whoever lost it undoes all of the above.
        done = _held(claim).exclude(wish=Job.Wish.CANCEL)
        written = done.update(
            state=Job.State.DONE,
            progress=1.0,
            result=dict(outcome.result),
            made=made,
            finished_at=clock.system_now(),
            leased_until=None,
            error="",
        )
        if not written:
            raise LeaseLost


def _carry_out(actions: Iterable[Action], reason: str, viewer: Viewer, event: Event | None) -> list[list[Any]]:
    if event is None:
        applied = submit_to_installation(list(actions), viewer=viewer, reason=reason)
    else:
        applied = submit(list(actions), viewer=viewer, event=event, reason=reason)
    return [[record._meta.label_lower, record.pk] for record in applied.records if record is not None]


def _end(job: Job, token: int, state: Job.State, error: str = "") -> bool:
    rows = Job.objects.filter(pk=job.pk, token=token, state=Job.State.RUNNING)
    return bool(
        rows.update(state=state, error=error, finished_at=clock.system_now(), leased_until=None, token=F("token") + 1)
    )


def fail(claim: Claim, error: str) -> bool:
    """The job ends without a result; `error` says why, in plain words."""
    return _end(claim.job, claim.token, Job.State.FAILED, error)


def cancel(claim: Claim) -> bool:
    """The job ends because somebody cancelled it."""
    return _end(claim.job, claim.token, Job.State.CANCELLED)


def give_back(claim: Claim) -> bool:
    """Back into the queue, as if it had not been taken: its worker ends, which is no fault of the job."""
    return _requeue(claim, attempts=F("attempts") - 1, due_at=clock.system_now())


def try_later(claim: Claim, why: str) -> bool:
    """Back into the queue for another attempt in a while; after the last one it fails with the reason."""
    if claim.job.attempts >= ATTEMPTS:
        return fail(claim, _("It was tried {count} times: {why}").format(count=claim.job.attempts, why=why))
    return _requeue(claim, due_at=clock.system_now() + RETRY_AFTER * claim.job.attempts, error=why)


def _requeue(claim: Claim, **values: Any) -> bool:
    return bool(
        _held(claim).update(state=Job.State.QUEUED, token=F("token") + 1, leased_until=None, worker="", **values)
    )


def prune(keep: timedelta) -> int:
    """Throw away jobs that ended longer ago; how many."""
    old = Job.objects.filter(state__in=Job.ENDED, finished_at__lt=clock.system_now() - keep)
    return old.delete()[0] if old.exists() else 0
