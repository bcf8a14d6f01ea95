"""Files: decisions as signed, evidence of work done. The bytes lie in the database, so that a backup is whole."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from summitry.core.models.event import code_validator
from summitry.core.records import Record
from summitry.core.rights import Classification
from summitry.core.visibility import Classified


class Blob(models.Model):
    """Bytes by their SHA-256. Written once, never changed; many documents may share one."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    data = models.BinaryField()
    size = models.PositiveBigIntegerField()


class Document(Record):
    """A file with a title and a classification."""

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    title = models.CharField(_("title"), max_length=200)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    media_type = models.CharField(_("media type"), max_length=100, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    source = models.CharField(_("source"), max_length=500, blank=True)
    agency = models.ForeignKey(
        "core.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agency"),
    )
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.INTERNAL
    )

    visibility = Classified(agencies=("agency",))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="document_code_unique")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/documents/{self.code}/"
