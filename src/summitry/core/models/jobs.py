"""The job table: background work that worker processes take, one row a job (docs/adr/0008); and who works."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from summitry.core.models.accounts import Account
from summitry.core.rights import Classification


class Job(models.Model):
    """One piece of background work: what is to be done, who does it just now, how far it is, what came of it.

    It is machinery, not a fact of an event: rows change without an audit entry, and old ones are thrown away. Whatever
    a job changes in the event it changes through actions.

    token: the fencing token. Every claim raises it, and every write of a worker names the one that it holds, so that a
    worker whose lease ran out writes nothing any more.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Wish(models.TextChoices):
        """What a person asked of a job that is under way."""

        NONE = "", _("none")
        CANCEL = "cancel", _("end it and throw it away")
        ENOUGH = "enough", _("end it and take the best so far")

    ENDED = (State.DONE, State.FAILED, State.CANCELLED)

    event = models.ForeignKey("core.Event", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=80)
    parameters = models.JSONField(_("parameters"), default=dict)
    classification = models.PositiveSmallIntegerField(
        _("classification"),
        choices=Classification.choices,
        default=Classification.INTERNAL,
        help_text=_("The clearance of whoever asked for it: what it read may be as high."),
    )
    requested_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    priority = models.SmallIntegerField(_("priority"), default=0, help_text=_("Higher is taken first."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    wish = models.CharField(max_length=10, choices=Wish.choices, default=Wish.NONE, blank=True)

    created_at = models.DateTimeField(_("asked for"))
    due_at = models.DateTimeField(help_text=_("No worker takes it before."))
    started_at = models.DateTimeField(_("begun"), null=True)
    finished_at = models.DateTimeField(_("ended"), null=True)

    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.PositiveBigIntegerField(default=0)
    worker = models.CharField(_("worker"), max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    progress = models.FloatField(default=0.0)
    message = models.CharField(max_length=300, blank=True)
    partial: models.JSONField[Any, Any] = models.JSONField(null=True)
    result: models.JSONField[Any, Any] = models.JSONField(null=True)
    made = models.JSONField(default=list, help_text=_("What its actions made: pairs of a label and an id."))
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="job_waiting"),
            models.Index(fields=["event", "-id"], name="job_of_event"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def ended(self) -> bool:
        return self.state in self.ENDED

    def get_absolute_url(self) -> str:
        assert self.event is not None
        return f"/e/{self.event.slug}/jobs/{self.pk}/"


class WorkerSign(models.Model):
    """A worker's sign of life, one row a worker process: pages say by it whether anybody takes what waits.

    It tells of processes, not of the installation's data: a backup leaves it out.
    """

    worker = models.CharField(_("worker"), max_length=120, unique=True)
    seen_at = models.DateTimeField(help_text=_("When it last said that it lives."))

    class Meta:
        verbose_name = _("sign of a worker")
        verbose_name_plural = _("signs of workers")

    def __str__(self) -> str:
        return self.worker
