"""What limits how much can be done at once: desks of agencies, shared resources, and other ways to do a task."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from summitry.core.models import Agency
from summitry.core.models.event import code_validator
from summitry.core.records import Record
from summitry.core.rights import Classification
from summitry.core.visibility import Classified, Through
from summitry.governance.models import Clause
from summitry.schedule.models.tasks import Task


class Capacity(Record):
    """How many desks an agency has from one day to another: so many tasks, in units, it can lead at the same time.

    Days are inclusive; an empty last day is an open end. Periods of one agency do not overlap. On a day that no
    period covers, and without any period, the agency is not limited. A unit's desks are its own, not its ministry's.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="capacities", verbose_name=_("agency"))
    from_day = models.DateField(_("first day"))
    to_day = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: until further notice."))
    units = models.PositiveSmallIntegerField(
        _("desks"), help_text=_("Tasks that it can lead at the same time; 0 when it can lead none.")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    clause = models.ForeignKey(
        Clause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="capacities",
        verbose_name=_("set by clause"),
    )
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.INTERNAL
    )

    visibility = Classified(agencies=("agency",))

    class Meta:
        verbose_name = _("capacity")
        verbose_name_plural = _("capacities")
        ordering = ["agency__code", "from_day"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "from_day"], name="capacity_unique"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")), name="capacity_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.agency.code}/{self.from_day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/schedule/agencies/{self.agency.code}/#capacity-{self.from_day:%Y-%m-%d}"


class Resource(Record):
    """Something that tasks share and that is no agency's desks: a room, a pool of vehicles, a group of people.

    units: how many there are, on every day that no `ResourceCapacity` covers.
    """

    class Kind(models.TextChoices):
        ROOM = "room", _("room")
        VEHICLES = "vehicles", _("vehicles")
        PEOPLE = "people", _("people")
        EQUIPMENT = "equipment", _("equipment")
        OTHER = "other", _("other")

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ROOM)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="resources",
        verbose_name=pgettext_lazy("resource", "kept by"),
    )
    units = models.PositiveSmallIntegerField(_("units"), default=1)
    note = models.TextField(_("note"), blank=True)
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.INTERNAL
    )

    visibility = Classified(agencies=("agency",))

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["kind", "code"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="resource_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/schedule/resources/#{self.code}"


class ResourceCapacity(Record):
    """So many units of a resource there are from one day to another, instead of its usual number. Days inclusive."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="periods", verbose_name=_("resource"))
    from_day = models.DateField(_("first day"))
    to_day = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: until further notice."))
    units = models.PositiveSmallIntegerField(_("units"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    visibility = Through(("resource",))

    class Meta:
        verbose_name = _("period of a resource")
        verbose_name_plural = _("periods of resources")
        ordering = ["resource__code", "from_day"]
        constraints = [
            models.UniqueConstraint(fields=["resource", "from_day"], name="resource_period_unique"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="resource_period_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.resource.code}/{self.from_day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return self.resource.get_absolute_url()


class Demand(Record):
    """A task takes so many units of a resource on each of its working days."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="demands", verbose_name=_("task"))
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="demands", verbose_name=_("resource"))
    units = models.PositiveSmallIntegerField(_("units"), default=1, validators=[MinValueValidator(1)])

    visibility = Through(("task", "resource"))

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        ordering = ["task__code", "resource__code"]
        constraints = [
            models.UniqueConstraint(fields=["task", "resource"], name="demand_unique"),
            models.CheckConstraint(condition=Q(units__gte=1), name="demand_takes_at_least_one_unit"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.task.code}/{self.resource.code}"

    def get_absolute_url(self) -> str:
        return f"{self.task.get_absolute_url()}#capacity"


class Alternative(Record):
    """Another way to do a task: by another lead, or in other time with other desks.

    An empty lead is the task's own. Durations are working days of whoever leads it then. reluctance: 0 (as good as
    the present way) to 9 (only if nothing else helps).
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="alternatives", verbose_name=_("task"))
    code = models.CharField(
        _("code"), max_length=60, validators=[code_validator], help_text=_("Unique within the task, such as A1.")
    )
    lead = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="alternatives",
        verbose_name=_("lead agency"),
        help_text=_("Empty: the task's own lead."),
    )
    optimistic = models.PositiveSmallIntegerField(_("shortest, working days"), null=True, blank=True)
    likely = models.PositiveSmallIntegerField(_("likely, working days"), validators=[MinValueValidator(1)])
    pessimistic = models.PositiveSmallIntegerField(_("longest, working days"), null=True, blank=True)
    desks = models.PositiveSmallIntegerField(_("desks"), default=1)
    reluctance = models.PositiveSmallIntegerField(
        _("reluctance"),
        default=1,
        validators=[MaxValueValidator(9)],
        help_text=_("0 as good as the present way, 9 only if nothing else helps."),
    )
    note = models.TextField(_("note"), blank=True)

    visibility = Through(("task",))

    class Meta:
        verbose_name = _("alternative")
        verbose_name_plural = _("alternatives")
        ordering = ["task__code", "reluctance", "code"]
        constraints = [
            models.UniqueConstraint(fields=["task", "code"], name="alternative_unique"),
            models.CheckConstraint(
                condition=Q(optimistic__isnull=True) | Q(optimistic__lte=F("likely")),
                name="alternative_shortest_at_most_likely",
            ),
            models.CheckConstraint(
                condition=Q(pessimistic__isnull=True) | Q(pessimistic__gte=F("likely")),
                name="alternative_longest_at_least_likely",
            ),
            models.CheckConstraint(condition=Q(likely__gte=1), name="alternative_takes_time"),
            models.CheckConstraint(condition=Q(reluctance__lte=9), name="alternative_reluctance_at_most_nine"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.task.code}/{self.code}"

    def get_absolute_url(self) -> str:
        return f"{self.task.get_absolute_url()}#capacity"
