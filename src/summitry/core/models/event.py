"""The event and the exceptions of its calendar."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from summitry.core.records import Record, RecordQuerySet, Versioned
from summitry.core.rights import Classification
from summitry.core.visibility import Open, TheEvent

code_validator = RegexValidator(
    r"^[\w][\w./&+-]{0,59}\Z", _("A code is up to 60 letters, digits and the signs . / & + - _ with no blank.")
)
working_week_validator = RegexValidator(
    r"^(?=.*1)[01]{7}\Z",
    _("Seven signs, Monday to Sunday: 1 for a working day, 0 for a free one, such as 1111100; not all of them free."),
)


def _known_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("Unknown time zone. Write it like Asia/Ho_Chi_Minh."))


LONGEST_EVENT_DAYS = 366


def _is_name(given: object) -> bool:
    return (
        isinstance(given, dict)
        and set(given) <= {"name", "national"}
        and all(isinstance(v, str) for v in given.values())
    )


class Event(Versioned):
    """One state-level event: its days, time zone, calendar and clock.

    `demo_now` stops the clock for a demonstration; an undo never moves it back.
    """

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

    kept_on_undo: ClassVar[frozenset[str]] = frozenset({"demo_now"})
    visibility = TheEvent()
    objects = RecordQuerySet.as_manager()

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

    def clean(self) -> None:
        """Days in order, a country whose holidays are known, names of classifications that exist."""
        from summitry.core.calendars import known_countries

        faults: dict[str, Any] = {}
        if self.opening_day and self.closing_day and self.closing_day < self.opening_day:
            faults["closing_day"] = _("The event closes on or after its opening day.")
        elif self.opening_day and self.closing_day and (self.closing_day - self.opening_day).days > LONGEST_EVENT_DAYS:
            faults["closing_day"] = _("An event lasts a year at most.")
        if self.opening_day and self.planning_start and self.planning_start > self.opening_day:
            faults["planning_start"] = _("Planning starts on or before the opening day.")
        if self.country and self.country not in known_countries():
            faults["country"] = _("No public holidays are known for this country. Write its two letters, such as VN.")
        levels = {str(int(level)) for level in Classification}
        names = self.classification_names
        if not isinstance(names, dict) or not set(names) <= levels or not all(map(_is_name, names.values())):
            faults["classification_names"] = _("Names are given for levels 0 to 3, each with name and national.")
        if faults:
            raise ValidationError(faults)

    def classification_name(self, level: int) -> str:
        """The event's own name of a classification, with the national term where one is given."""
        given = self.classification_names.get(str(level), {})
        name = given.get("name") or str(Classification(level).label)
        national = given.get("national", "")
        return f"{name} · {national}" if national else name

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

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/settings/calendar/"
