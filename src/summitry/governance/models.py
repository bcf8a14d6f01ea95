"""Mandates: decisions and their clauses, the bodies and posts that clauses create, and the plans that they demand."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from summitry.core.models import Agency, Document, Person
from summitry.core.models.event import code_validator
from summitry.core.records import Record, RecordQuerySet
from summitry.core.rights import Classification
from summitry.core.visibility import Classified, Open, Through


class DecisionQuerySet(RecordQuerySet["Decision"]):
    def in_force(self, day: date) -> DecisionQuerySet:
        """Decisions that have force on a day: begun, not ended, and not replaced by one that has begun."""
        replaced = Decision.objects.filter(replaces=models.OuterRef("pk"), effective_from__lte=day)
        return self.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=day), effective_from__lte=day).exclude(
            models.Exists(replaced)
        )


class Decision(Record):
    """A formal document that gives mandates: a decision, a plan, a notice of conclusions, an agreement."""

    class Kind(models.TextChoices):
        DECISION = "decision", _("Decision")
        PLAN = "plan", _("Plan")
        SCHEME = "scheme", _("Scheme")
        CONCLUSIONS = "conclusions", _("Notice of conclusions")
        ORDER = "order", _("Order")
        AGREEMENT = "agreement", _("Agreement")
        REPORT = "report", _("Report")
        NOTIFICATION = "notification", _("Notification")

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.DECISION)
    number = models.CharField(_("number"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=300)
    signed_on = models.DateField(_("date"), null=True, blank=True)
    signer_office = models.CharField(_("signer's office"), max_length=200, blank=True)
    effective_from = models.DateField(_("effective from"))
    effective_to = models.DateField(_("effective to"), null=True, blank=True)
    amends = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="amended_by",
        verbose_name=_("amends"),
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.INTERNAL
    )
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    source = models.CharField(_("source"), max_length=500, blank=True)
    illustrative = models.BooleanField(_("illustrative"), default=False)

    visibility = Classified()
    objects = DecisionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["effective_from", "code"]
        constraints = [
            models.UniqueConstraint(fields=["event", "code"], name="decision_code_unique"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="decision_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/mandates/decisions/{self.code}/"


class Clause(Record):
    """One clause of a decision: what it says, and the day by which it demands it, if it sets one."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="clauses", verbose_name=_("decision"))
    number = models.CharField(_("clause"), max_length=20)
    text = models.TextField(_("text"))
    sets_date = models.DateField(_("sets the date"), null=True, blank=True)

    visibility = Through(("decision",))

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["decision__effective_from", "decision__code", "number"]
        constraints = [models.UniqueConstraint(fields=["decision", "number"], name="clause_number_unique")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.decision.code}#{self.number}"

    def get_absolute_url(self) -> str:
        return f"{self.decision.get_absolute_url()}#clause-{self.number}"


class BodyQuerySet(RecordQuerySet["Body"]):
    def in_force(self, day: date) -> BodyQuerySet:
        """Bodies that exist on a day."""
        return self.filter(Q(to_day__isnull=True) | Q(to_day__gte=day), from_day__lte=day)


class Body(Record):
    """A committee, secretariat, sub-committee, working group or command, created by a clause.

    `from_day` and `to_day` are the first and last day on which it exists; checks GOV001 and GOV002 compare them with
    the decisions that create and end it.
    """

    class Kind(models.TextChoices):
        COMMITTEE = "committee", _("Steering committee")
        SECRETARIAT = "secretariat", _("Standing secretariat")
        SUBCOMMITTEE = "subcommittee", _("Sub-committee")
        WORKING_GROUP = "working_group", _("Working group")
        COMMAND = "command", _("Command")

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    name = models.CharField(_("name"), max_length=200)
    name_national = models.CharField(_("name in the national language"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bodies",
        verbose_name=_("parent"),
    )
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bodies",
        verbose_name=_("led by"),
        help_text=_("The agency that leads it or serves as its standing agency."),
    )
    created_by = models.ForeignKey(
        Clause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="creates",
        verbose_name=_("created by clause"),
    )
    ended_by = models.ForeignKey(
        Clause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ends",
        verbose_name=_("ended by clause"),
    )
    from_day = models.DateField(_("first day"))
    to_day = models.DateField(_("last day"), null=True, blank=True)

    visibility = Open()
    objects = BodyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["from_day", "code"]
        constraints = [
            models.UniqueConstraint(fields=["event", "code"], name="body_code_unique"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="body_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def in_force_on(self, day: date) -> bool:
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)

    def end_before(self, day: date) -> None:
        """Make the day before `day` its last."""
        self.to_day = day - timedelta(days=1)

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/mandates/bodies/{self.code}/"


class Post(Record):
    """A seat on a body: head, standing deputy head, member."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="posts", verbose_name=_("body"))
    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    title = models.CharField(_("title"), max_length=200)
    title_national = models.CharField(_("title in the national language"), max_length=200, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=100)

    visibility = Open()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["body__code", "rank", "code"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="post_code_unique")]

    def __str__(self) -> str:
        return f"{self.title}, {self.body}"

    def get_absolute_url(self) -> str:
        return f"{self.body.get_absolute_url()}#post-{self.code}"


class Membership(Record):
    """A person in a post, from a day, to a day."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("post"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person"))
    from_day = models.DateField(_("from"))
    to_day = models.DateField(_("to"), null=True, blank=True)

    visibility = Through(("person",))

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["post__code", "from_day"]
        constraints = [
            models.UniqueConstraint(fields=["post", "person", "from_day"], name="membership_unique"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.post}"

    @property
    def key(self) -> str:
        return f"{self.post.code}/{self.person.code}/{self.from_day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return self.post.get_absolute_url()


class PlanDuty(Record):
    """A unit's duty to issue a plan or scheme of its own, created by a clause, with the day it is due.

    Facts, not a status: when a draft was handed in, and the decision by which the plan was approved.
    """

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    title = models.CharField(_("plan owed"), max_length=200)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="plan_duties", verbose_name=_("owed by"))
    mandate = models.ForeignKey(
        Clause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="plan_duties",
        verbose_name=_("created by clause"),
    )
    body = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="plan_duties",
        verbose_name=_("answers to body"),
    )
    due = models.DateField(_("due"))
    submitted_on = models.DateField(_("handed in"), null=True, blank=True)
    approved_on = models.DateField(_("approved"), null=True, blank=True)
    plan = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the plan"),
    )
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.RESTRICTED
    )

    visibility = Classified(agencies=("agency",))

    class Meta:
        verbose_name = _("plan duty")
        verbose_name_plural = _("plan duties")
        ordering = ["due", "code"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="plan_duty_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/mandates/duties/{self.code}/"
