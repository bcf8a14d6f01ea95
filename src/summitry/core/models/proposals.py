"""Proposals: lists of actions that nobody has carried out yet, with where they come from and what they would do."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from summitry.core.models.accounts import Account
from summitry.core.records import Record
from summitry.core.rights import Classification
from summitry.core.visibility import Both, Classified, Through, TouchesOnlySeen


class Proposal(Record):
    """A list of actions from an engine or a person, to be accepted, whole or in part, or rejected.

    inputs: what it was computed from: `digest` of the records read, `sequence` of the event's audit log and `day` of
    the event at that moment (`core.proposals.inputs`). metrics_*: numbers by name; findings_*: how many open findings
    each check had, by code.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        PARTLY = "partly", _("accepted in part")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    UNDECIDED = (State.OPEN, State.PARTLY)

    code = models.CharField(_("code"), max_length=20)
    title = models.CharField(_("title"), max_length=300)
    note = models.TextField(_("note"), blank=True)
    kind = models.CharField(_("kind"), max_length=80, blank=True)
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.INTERNAL
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)

    made_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"))
    engine = models.CharField(_("engine"), max_length=80, blank=True)
    engine_version = models.CharField(_("version of the engine"), max_length=40, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    seed = models.BigIntegerField(_("seed"), null=True, blank=True)
    work = models.CharField(_("work done"), max_length=200, blank=True)
    value = models.FloatField(_("value"), null=True, blank=True)
    bound = models.FloatField(_("bound"), null=True, blank=True, help_text=_("No plan can have a lower value."))
    inputs = models.JSONField(_("computed from"), default=dict, blank=True)

    metrics_before = models.JSONField(_("figures before"), default=dict, blank=True)
    metrics_after = models.JSONField(_("figures after"), default=dict, blank=True)
    metrics_recorded = models.JSONField(_("figures once accepted"), default=dict, blank=True)
    findings_before = models.JSONField(_("findings before"), default=dict, blank=True)
    findings_after = models.JSONField(_("findings after"), default=dict, blank=True)

    decided_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    visibility = Classified()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-code"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="proposal_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def undecided(self) -> bool:
        """Whether somebody may still accept something of it."""
        return self.state in self.UNDECIDED

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/proposals/{self.code}/"


class ProposalAction(Record):
    """One action of a proposal, with what it would change.

    group: rows with the same mark are accepted together or not at all. alternative: of rows with the same mark at most
    one is accepted. changes: for each row that the action changes `label`, `pk` (null for one that it makes), `key`,
    `level` (the higher of its classifications before and after) and `fields`, a table from column to [base, proposed]:
    the value when the proposal was made and the one that it would get.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="actions", verbose_name=_("proposal"))
    order = models.PositiveIntegerField(_("number"))
    action = models.CharField(_("action"), max_length=80)
    arguments = models.JSONField(_("arguments"), default=dict, blank=True)
    label = models.CharField(_("in words"), max_length=300, blank=True)
    group = models.CharField(_("accepted together"), max_length=40, blank=True)
    alternative = models.CharField(_("one of"), max_length=40, blank=True)
    changes: models.JSONField[Any, Any] = models.JSONField(_("changes"), default=list, blank=True)
    accepted_in = models.UUIDField(_("accepted in"), null=True, blank=True)

    visibility = Both((Through(("proposal",)), TouchesOnlySeen("changes")))

    class Meta:
        verbose_name = _("action of a proposal")
        verbose_name_plural = _("actions of proposals")
        ordering = ["proposal", "order"]
        constraints = [models.UniqueConstraint(fields=["proposal", "order"], name="proposal_action_order_unique")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.proposal.code}/{self.order}"

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/proposals/{self.proposal.code}/"
