"""Agencies and units, and people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from summitry.core.models.event import Event, code_validator, working_week_validator
from summitry.core.records import Record, RecordQuerySet
from summitry.core.rights import Classification
from summitry.core.visibility import Classified, Open


class AgencyQuerySet(RecordQuerySet["Agency"]):
    def with_descendants(self, event: Event, agency_id: int) -> frozenset[int]:
        """The agency's id and those of all units below it, to any depth."""
        children: dict[int | None, list[int]] = {}
        for pk, parent in Agency.objects.filter(event=event).values_list("pk", "parent_id"):
            children.setdefault(parent, []).append(pk)
        found: set[int] = set()
        open_ids = [agency_id]
        while open_ids:
            pk = open_ids.pop()
            if pk not in found:
                found.add(pk)
                open_ids += children.get(pk, [])
        return frozenset(found)


class Agency(Record):
    """A ministry, department, unit, locality, partner or operator that leads or takes part in work."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("Ministry")
        DEPARTMENT = "department", _("Department")
        UNIT = "unit", _("Unit")
        LOCALITY = "locality", _("Locality")
        PARTNER = "partner", _("Partner")
        OPERATOR = "operator", _("Operator")

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    name = models.CharField(_("name"), max_length=200)
    name_national = models.CharField(_("name in the national language"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.DEPARTMENT)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("parent"),
    )
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    working_week = models.CharField(
        _("own working week"),
        max_length=7,
        blank=True,
        validators=[working_week_validator],
        help_text=_("Only where it differs from the event's."),
    )

    visibility = Open()
    objects = AgencyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="agency_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/schedule/agencies/{self.code}/"


class Person(Record):
    """A person who holds a post or answers for something. In demonstrations the names are plain placeholders."""

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    name = models.CharField(_("name"), max_length=200)
    function = models.CharField(_("function"), max_length=200, blank=True)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("agency"),
    )
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.INTERNAL
    )

    visibility = Classified(agencies=("agency",))

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="person_code_unique")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/settings/people/{self.code}/"
