"""What may go wrong: risk events, the tasks that they hit, and how chances are computed."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from summitry.core.models import Agency
from summitry.core.models.event import code_validator
from summitry.core.records import Record
from summitry.core.rights import Classification
from summitry.core.visibility import Classified, Open, Through
from summitry.schedule.models.tasks import Task


class RiskEvent(Record):
    """Something that may happen and would delay tasks; and what lowers the chance or the delay.

    probability: per cent. Delays are working days of each hit task's lead, added to its duration. The values after
    the mitigation hold from the day on which it is decided (`mitigated_on`). An event that can no longer happen, or
    has happened and is in the tasks' own durations, is closed.
    """

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    title = models.CharField(_("title"), max_length=300)
    title_national = models.CharField(_("title in the national language"), max_length=300, blank=True)
    owner = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="risk_events",
        verbose_name=_("owner agency"),
        help_text=_("The agency that watches it and acts on it."),
    )
    probability = models.PositiveSmallIntegerField(_("probability, per cent"), validators=[MaxValueValidator(100)])
    delay_optimistic = models.PositiveSmallIntegerField(_("shortest delay, working days"), null=True, blank=True)
    delay_likely = models.PositiveSmallIntegerField(_("likely delay, working days"))
    delay_pessimistic = models.PositiveSmallIntegerField(_("longest delay, working days"), null=True, blank=True)
    mitigation = models.TextField(_("mitigation"), blank=True, help_text=_("What is done so that it hurts less."))
    mitigated_probability = models.PositiveSmallIntegerField(
        _("probability after mitigation, per cent"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    mitigated_optimistic = models.PositiveSmallIntegerField(
        _("shortest delay after mitigation, working days"), null=True, blank=True
    )
    mitigated_likely = models.PositiveSmallIntegerField(
        _("likely delay after mitigation, working days"), null=True, blank=True
    )
    mitigated_pessimistic = models.PositiveSmallIntegerField(
        _("longest delay after mitigation, working days"), null=True, blank=True
    )
    mitigated_on = models.DateField(_("mitigation decided"), null=True, blank=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.RESTRICTED
    )

    visibility = Classified(agencies=("owner", "hits__task__lead"))

    class Meta:
        verbose_name = _("risk event")
        verbose_name_plural = _("risk events")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["event", "code"], name="risk_event_code_unique"),
            models.CheckConstraint(condition=Q(probability__lte=100), name="risk_event_probability_in_per_cent"),
            models.CheckConstraint(
                condition=Q(delay_optimistic__isnull=True) | Q(delay_optimistic__lte=F("delay_likely")),
                name="risk_event_shortest_at_most_likely",
            ),
            models.CheckConstraint(
                condition=Q(delay_pessimistic__isnull=True) | Q(delay_pessimistic__gte=F("delay_likely")),
                name="risk_event_longest_at_least_likely",
            ),
            models.CheckConstraint(
                condition=Q(mitigated_probability__isnull=True) | Q(mitigated_probability__lte=100),
                name="risk_event_mitigated_probability_in_per_cent",
            ),
            models.CheckConstraint(
                condition=Q(mitigated_optimistic__isnull=True) | Q(mitigated_optimistic__lte=F("mitigated_likely")),
                name="risk_event_mitigated_shortest_at_most_likely",
            ),
            models.CheckConstraint(
                condition=Q(mitigated_pessimistic__isnull=True) | Q(mitigated_pessimistic__gte=F("mitigated_likely")),
                name="risk_event_mitigated_longest_at_least_likely",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/schedule/risks/{self.code}/"

    @property
    def open(self) -> bool:
        return self.closed_on is None

    @property
    def has_mitigation(self) -> bool:
        """Whether the values after a mitigation are known."""
        return bool(self.mitigation) and self.mitigated_probability is not None and self.mitigated_likely is not None

    @property
    def mitigated(self) -> bool:
        """Whether the values after the mitigation are those that hold."""
        return self.mitigated_on is not None and self.has_mitigation

    def chance(self, *, mitigated: bool | None = None) -> tuple[int, tuple[int, int, int]]:
        """Probability in per cent, and the shortest, likely and longest delay in working days.

        mitigated: with or without the mitigation; None for what holds now. A bound that is not given is the likely.
        """
        if self.has_mitigation and (self.mitigated if mitigated is None else mitigated):
            assert self.mitigated_probability is not None
            assert self.mitigated_likely is not None
            return self.mitigated_probability, _three(
                self.mitigated_optimistic, self.mitigated_likely, self.mitigated_pessimistic
            )
        return self.probability, _three(self.delay_optimistic, self.delay_likely, self.delay_pessimistic)

    def expected_delay(self, *, mitigated: bool | None = None) -> float:
        """Working days: probability times the mean of the triangular distribution, (shortest + likely + longest) / 3.

        Formula: Johnson, N., Kotz, S., Beyond Beta, 2004, ch. 1.
        """
        probability, delays = self.chance(mitigated=mitigated)
        return probability / 100 * sum(delays) / 3


def _three(optimistic: int | None, likely: int, pessimistic: int | None) -> tuple[int, int, int]:
    return likely if optimistic is None else optimistic, likely, likely if pessimistic is None else pessimistic


class RiskHit(Record):
    """A risk event would delay this task."""

    risk = models.ForeignKey(RiskEvent, on_delete=models.PROTECT, related_name="hits", verbose_name=_("risk event"))
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="risk_hits", verbose_name=_("task"))

    visibility = Through(("risk", "task"))

    class Meta:
        verbose_name = _("task hit by a risk event")
        verbose_name_plural = _("tasks hit by risk events")
        ordering = ["risk__code", "task__code"]
        constraints = [models.UniqueConstraint(fields=["risk", "task"], name="risk_hit_unique")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.risk.code}/{self.task.code}"

    def get_absolute_url(self) -> str:
        return self.risk.get_absolute_url()


class RiskSettings(Record):
    """How an event's chances are computed: one row at most, with a fixed code. Without it the fields' defaults hold."""

    CODE = "RISK"

    class Distribution(models.TextChoices):
        TRIANGULAR = "triangular", _("triangular")
        PERT = "pert", _("PERT (beta)")

    code = models.CharField(_("code"), max_length=60, default=CODE)
    distribution = models.CharField(
        _("distribution of durations"), max_length=12, choices=Distribution.choices, default=Distribution.PERT
    )
    correlation = models.PositiveSmallIntegerField(
        _("correlation within an agency, per cent"),
        default=30,
        validators=[MaxValueValidator(100)],
        help_text=_("0: tasks of one agency overrun independently of one another. 100: all or none of them do."),
    )
    samples = models.PositiveIntegerField(
        _("samples"), default=10_000, validators=[MinValueValidator(100), MaxValueValidator(1_000_000)]
    )

    visibility = Open()

    class Meta:
        verbose_name = _("settings of risk")
        verbose_name_plural = _("settings of risk")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["event", "code"], name="one_risk_settings_an_event"),
            models.CheckConstraint(condition=Q(code="RISK"), name="risk_settings_have_one_code"),
            models.CheckConstraint(condition=Q(correlation__lte=100), name="risk_correlation_in_per_cent"),
            models.CheckConstraint(
                condition=Q(samples__gte=100) & Q(samples__lte=1_000_000), name="risk_samples_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/schedule/risks/"
