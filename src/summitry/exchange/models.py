"""Uploaded files that wait for their confirmation, and what is remembered of plans from other programs."""

from __future__ import annotations

from django.db import models

from summitry.core.models import Account, Event


class WaitingWorkbook(models.Model):
    """A workbook or plan between upload and confirmation, one a person and event. No record: it is forgotten when used.

    In the database, not in a folder, so that any process of any machine can carry out the confirmation.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    wishes = models.JSONField(default=dict)
    """What the person chose for a plan of another program: see `plans.book.Wishes`."""
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "account"], name="one_waiting_workbook")]

    def __str__(self) -> str:
        return self.name


class OutsideProject(models.Model):
    """A project of another scheduling program, and which code each of its tasks has here. No record: a memory.

    It says nothing about the event, is never shown, and an entry whose task is gone harms nothing: so it has no
    history, and undoing an import leaves it.

    key: names the project in every version of its file. codes: by the uid of the other program.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    key = models.CharField(max_length=200)
    codes = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "key"], name="one_memory_an_outside_project")]

    def __str__(self) -> str:
        return self.key
