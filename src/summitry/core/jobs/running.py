"""Carrying out one job that a worker has claimed."""

from __future__ import annotations

import logging
from typing import Any

import pydantic
from django.db import InterfaceError, OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from summitry.core.action import invalid_arguments
from summitry.core.jobs import table
from summitry.core.jobs.context import JobCancelled, JobContext, TryAgain
from summitry.core.jobs.registry import JOBS, JobKind, Outcome
from summitry.core.jobs.table import Claim, LeaseLost
from summitry.core.models import Job
from summitry.core.refusals import NotPermitted, Refused
from summitry.core.viewer import Viewer, installation_viewer, system_viewer, viewer_for

log = logging.getLogger("summitry.jobs")


def context_of(claim: Claim) -> JobContext[Any]:
    """The job's context, with the requester as they stand now. `Refused` when they may not ask for it any more, or the
    program does not know the kind or its parameters (any more)."""
    job = claim.job
    kind = table.kind_of(job.kind)
    viewer = _requester(job)
    if not viewer.may(kind.right):
        raise NotPermitted(action=str(kind.title), who=kind.right.who())
    try:
        parameters = kind.parameters.model_validate(job.parameters)
    except pydantic.ValidationError as error:
        raise invalid_arguments(error) from error
    return JobContext(parameters=parameters, viewer=viewer, event=job.event, number=job.pk, attempt=job.attempts)


def _requester(job: Job) -> Viewer:
    if job.requested_by is None:
        return system_viewer(job.event)
    if job.event is None:
        return installation_viewer(job.requested_by)
    return viewer_for(job.requested_by, job.event)


def carry_out(claim: Claim, ctx: JobContext[Any]) -> str:
    """Run the job's function and write how it ended; in one word for the log.

    Whatever happens is written under the claim's token, and so only while the job is still this worker's.
    """
    kind: JobKind[Any] = JOBS[claim.job.kind]
    with translation.override(_language(claim.job)):
        try:
            outcome = kind.function(ctx)
            if ctx.heard:
                raise JobCancelled
            if not isinstance(outcome, Outcome):
                raise TypeError(f"the function of {kind.name} returned {type(outcome).__name__}, no Outcome")
            if (said := ctx.take_said()) is not None:
                table.write_said(claim, said)
            table.complete(claim, outcome, viewer=ctx.viewer)
            return "done"
        except (JobCancelled, LeaseLost):
            return _interrupted(claim)
        except Refused as refusal:
            return "failed" if table.fail(claim, str(refusal)) else "lost"
        except (TryAgain, OperationalError, InterfaceError) as error:
            log.warning("job %s %s failed for now: %s", claim.job.pk, kind.name, error)
            if not table.try_later(claim, str(error)):
                return "lost"
            return "failed" if claim.job.attempts >= table.ATTEMPTS else "postponed"
        except Exception as error:
            log.exception("job %s %s failed", claim.job.pk, kind.name)
            told = _("It stopped on a fault of the program ({fault}). The log of the worker says where.").format(
                fault=type(error).__name__
            )
            return "failed" if table.fail(claim, told) else "lost"


def _interrupted(claim: Claim) -> str:
    """Somebody cancelled it, another worker has it, or this worker ends and hands it back."""
    wish = table.wish_of(claim)
    if wish is None:
        return "lost"
    if wish == Job.Wish.CANCEL:
        return "cancelled" if table.cancel(claim) else "lost"
    return "given back" if table.give_back(claim) else "lost"


def _language(job: Job) -> str:
    """Messages and results are written in the language of whoever asked, since they are kept as text."""
    chosen = job.requested_by.language if job.requested_by is not None else ""
    return chosen or "en"
