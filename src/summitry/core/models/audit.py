"""The audit log: append-only and hash-chained, and at the same time the history of every record (ADR 0002)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditChain(models.Model):
    """The head of one event's chain (`event` empty: the installation's). Its row is the lock that orders actions.

    `length` counts the entries and so is the event's change counter, which live screens watch.
    """

    event = models.OneToOneField("core.Event", on_delete=models.PROTECT, null=True, related_name="chain")
    name = models.CharField(max_length=60, unique=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """One action that was carried out: who, when, what, with which arguments. Never changed, never removed."""

    chain = models.ForeignKey(AuditChain, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveBigIntegerField(_("number"))
    batch = models.UUIDField(_("change"), db_index=True, help_text="Actions submitted together share one.")
    actor = models.ForeignKey(
        "core.Account", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("actor")
    )
    actor_name = models.CharField(_("actor"), max_length=200)
    actor_role = models.CharField(_("role"), max_length=20, blank=True)
    at = models.DateTimeField(_("time on the event's clock"), db_index=True)
    recorded_at = models.DateTimeField(_("time on the machine's clock"))
    action = models.CharField(_("action"), max_length=80, db_index=True)
    arguments = models.JSONField(_("arguments"))
    reason = models.TextField(_("reason"), blank=True)
    undoes = models.UUIDField(null=True, db_index=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-sequence"]
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_sequence_unique")]

    def __str__(self) -> str:
        return f"{self.chain} {self.sequence}"


class Change(models.Model):
    """One row's values before and after an audited action: what history, "as of" and undo read."""

    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="changes")
    event = models.ForeignKey("core.Event", on_delete=models.PROTECT, null=True, related_name="+")
    label = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    at = models.DateTimeField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["label", "object_id", "id"], name="change_of_record"),
            models.Index(fields=["event", "label", "at"], name="change_as_of"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.key}"
