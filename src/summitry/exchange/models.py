"""Uploaded workbooks that wait for their confirmation."""

from __future__ import annotations

from django.db import models

from summitry.core.models import Account, Event


class WaitingWorkbook(models.Model):
    """A workbook between upload and confirmation, one a person and event. No record: it is forgotten when used.

    In the database, not in a folder, so that any process of any machine can carry out the confirmation.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "account"], name="one_waiting_workbook")]

    def __str__(self) -> str:
        return self.name
