"""What people set aside: waivers of findings, and their own saved filters."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from summitry.core.models.accounts import Account
from summitry.core.records import Record
from summitry.core.visibility import Own, WithSubject


class Waiver(Record):
    """A finding set aside by a named person, with a reason, until a day. It names one check and one record.

    It is seen by whoever sees that record. Its own classification, the record's when the waiver was given, speaks
    once the record is gone.
    """

    check_code = models.CharField(_("check"), max_length=10)
    subject_label = models.CharField(max_length=60)
    subject_key = models.CharField(_("record"), max_length=200)
    discriminator = models.CharField(max_length=200, blank=True)
    reason = models.TextField(_("reason"))
    until = models.DateField(_("until"))
    given_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", verbose_name=_("given by"))
    classification = models.PositiveSmallIntegerField(_("classification"), default=1)

    visibility = WithSubject("subject_label", "subject_key")

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["check_code", "subject_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "check_code", "subject_label", "subject_key", "discriminator"],
                name="one_waiver_a_finding",
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_code} {self.subject_key}"

    @property
    def key(self) -> str:
        return f"{self.check_code}/{self.subject_key}" + (f"/{self.discriminator}" if self.discriminator else "")

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/checks/waivers/"


class SavedView(Record):
    """A person's own filter of a list page: the query string under a name."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000, blank=True)

    visibility = Own()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["event", "account", "page", "name"], name="saved_view_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        return f"{self.account.username}/{self.page}/{self.name}"
