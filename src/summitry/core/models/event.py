"""The event and the exceptions of its calendar."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from summitry.core.records import Record, Recorded
from summitry.core.rights import Classification
from summitry.core.visibility import Open

code_validator = RegexValidator(
    r"^[\w][\w./&+-]{0,59}$", _("A code is up to 60 letters, digits and the signs . / & + - _ with no blank.")
)
working_week_validator = RegexValidator(
    r"^[01]{7}$", _("Seven signs, Monday to Sunday: 1 for a working day, 0 for a free one, such as 1111100.")
)


def _known_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("Unknown time zone. Write it like Asia/Ho_Chi_Minh."))


class Event(Recorded):
    """One state-level event: its days, time zone, calendar and clock. `demo_now` stops the clock for a demonstration."""

    slug = models.SlugField(_("short name"), unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=200)
    name_national = models.CharField(_("name in the national language"), max_length=200, blank=True)
    theme = models.CharField(_("theme"), max_length=300, blank=True)
    host = models.CharField(_("host"), max_length=120, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    timezone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[_known_timezone])
    opening_day = models.DateField(_("opening day"))
    closing_day = models.DateField(_("closing day"))
    planning_start = models.DateField(
        _("start of planning"), help_text=_("The first day on which work of the master schedule may begin.")
    )
    country = models.CharField(
        _("country of public holidays"), max_length=2, blank=True, help_text=_("Two letters, such as VN.")
    )
    working_week = models.CharField(
        _("working week"), max_length=7, default="1111100", validators=[working_week_validator]
    )
    demo_now = models.DateTimeField(_("demonstration clock"), null=True, blank=True)
    stale_after_days = models.PositiveSmallIntegerField(_("working days until a return is stale"), default=10)
    classification_names = models.JSONField(_("names of the classifications"), default=dict, blank=True)
    illustrative = models.TextField(
        _("what is illustrative"),
        blank=True,
        help_text=_("Said on screen, so that nobody takes an estimate for a fact."),
    )
    source = models.TextField(_("source"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-opening_day", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closing_day__gte=models.F("opening_day")),
                name="event_closes_after_opening",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        return self.slug

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def days(self) -> tuple[date, ...]:
        """The event's own days, opening to closing."""
        first, last = self.opening_day.toordinal(), self.closing_day.toordinal()
        return tuple(date.fromordinal(day) for day in range(first, last + 1))

    def classification_name(self, level: int) -> str:
        """The event's own name of a classification, with the national term where one is given."""
        given = self.classification_names.get(str(level), {})
        name = given.get("name") or str(Classification(level).label)
        national = given.get("national", "")
        return f"{name} · {national}" if national else name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.version += 1
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"/e/{self.slug}/"


class CalendarException(Record):
    """A day that breaks the weekly pattern: a working weekend, a free Monday. With no agency it holds for all."""

    agency = models.ForeignKey(
        "core.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="calendar_exceptions",
        verbose_name=_("agency"),
    )
    day = models.DateField(_("day"))
    working = models.BooleanField(_("working day"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    visibility = Open()

    class Meta:
        verbose_name = _("calendar exception")
        verbose_name_plural = _("calendar exceptions")
        ordering = ["day", "agency__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "agency", "day"], name="one_exception_a_day_and_agency", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"

    @property
    def key(self) -> str:
        return f"{self.day:%Y-%m-%d}/{self.agency.code if self.agency else '*'}"
