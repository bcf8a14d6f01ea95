"""Plans that a planner keeps beside one another, to compare them before one is put forward."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from summitry.core.models import Account, Proposal
from summitry.core.records import Record
from summitry.core.rights import Classification
from summitry.core.visibility import Classified


class Scenario(Record):
    """A plan that a command found, kept under a name: what it would change, and its figures.

    command: the kind of job that found it, with its `parameters`. inputs: what it was computed from
    (`core.proposals.inputs`). before, after: figures (`planning.capacity.Measures`). tasks, actions, engine: as the job
    ended with them (`schedule/jobs.py`). classification: the highest of the tasks that it touches.
    """

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    command = models.CharField(_("command"), max_length=80)
    parameters: models.JSONField[Any, Any] = models.JSONField(_("parameters"), default=dict, blank=True)
    made_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("scenario", "kept by"),
    )
    made_at = models.DateTimeField(_("kept"))
    inputs: models.JSONField[Any, Any] = models.JSONField(_("computed from"), default=dict, blank=True)
    before: models.JSONField[Any, Any] = models.JSONField(_("figures before"), default=dict, blank=True)
    after: models.JSONField[Any, Any] = models.JSONField(_("figures after"), default=dict, blank=True)
    tasks: models.JSONField[Any, Any] = models.JSONField(_("what moves"), default=list, blank=True)
    actions: models.JSONField[Any, Any] = models.JSONField(_("actions"), default=list, blank=True)
    engine: models.JSONField[Any, Any] = models.JSONField(_("engine"), default=dict, blank=True)
    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("put forward as")
    )
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.INTERNAL
    )

    visibility = Classified()

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="scenario_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/schedule/planner/scenarios/{self.code}/"
