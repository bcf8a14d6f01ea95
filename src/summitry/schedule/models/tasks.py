"""The master schedule: objectives and criteria, tasks in a tree, what each agency owes, links, evidence, baselines."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from summitry.core.models import Account, Agency, Document
from summitry.core.models.event import code_validator
from summitry.core.records import Record
from summitry.core.rights import Classification
from summitry.core.visibility import Both, Classified, Open, Through
from summitry.governance.models import Body, Clause


class Objective(Record):
    """One of the successes that the event aims at."""

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    title = models.CharField(_("title"), max_length=200)
    title_national = models.CharField(_("title in the national language"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    visibility = Open()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["position", "code"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="objective_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/schedule/objectives/#{self.code}"


class Task(Record):
    """A piece of work of the master schedule, or a milestone, or a group of tasks.

    Estimates are working days of the lead agency's calendar. Status is read from facts (`queries.state_of`), never
    typed. `not_before` and the fixed dates are limits that people set; `planned_start` is the choice of the plan in
    force, which the next plan may move. A group (a task with sub-tasks) has no work of its own: its dates are those of
    its parts.
    """

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    title = models.CharField(_("title"), max_length=300)
    title_national = models.CharField(_("title in the national language"), max_length=300, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )
    objective = models.ForeignKey(
        Objective,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("objective"),
    )
    milestone = models.BooleanField(_("milestone"), default=False)
    criterion = models.TextField(
        _("done when"), blank=True, help_text=_("The facts by which anyone can tell that it is reached.")
    )
    lead = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("lead agency"),
    )
    owner = models.ForeignKey(
        Body,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("owner body"),
        help_text=_("The committee, sub-committee or group that answers for it."),
    )
    mandate = models.ForeignKey(
        Clause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("mandate"),
    )
    deliverable = models.CharField(_("deliverable"), max_length=300, blank=True)
    optimistic = models.PositiveSmallIntegerField(_("shortest, working days"), null=True, blank=True)
    likely = models.PositiveSmallIntegerField(_("likely, working days"), default=1)
    pessimistic = models.PositiveSmallIntegerField(_("longest, working days"), null=True, blank=True)
    not_before = models.DateField(_("start no earlier than"), null=True, blank=True)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    deadline_clause = models.ForeignKey(
        Clause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deadlines",
        verbose_name=_("deadline set by clause"),
    )
    fixed_start = models.DateField(_("fixed start"), null=True, blank=True)
    fixed_finish = models.DateField(_("fixed finish"), null=True, blank=True)
    planned_start = models.DateField(
        _("planned start"),
        null=True,
        blank=True,
        help_text=_("The day on which the plan in force starts it for reasons of capacity. Plans may move it."),
    )
    desks = models.PositiveSmallIntegerField(
        _("desks"),
        default=1,
        help_text=_("How much of its lead's capacity it takes on each working day; 0 for none."),
    )
    unbroken = models.BooleanField(
        _("in one piece"), default=False, help_text=_("Its working days follow one another with no free day between.")
    )
    published = models.BooleanField(
        _("dates announced"), default=False, help_text=_("Others rely on its dates: a new plan keeps them if it can.")
    )
    priority = models.PositiveSmallIntegerField(
        _("weight of being late"),
        default=1,
        validators=[MaxValueValidator(9)],
        help_text=_("0 to 9: how much a day of lateness of this task counts when a plan is sought."),
    )
    started_on = models.DateField(_("started"), null=True, blank=True)
    remaining = models.PositiveSmallIntegerField(_("working days still to do"), null=True, blank=True)
    reported_on = models.DateField(_("last return"), null=True, blank=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    waived_on = models.DateField(_("waived"), null=True, blank=True)
    waived_reason = models.TextField(_("reason of the waiver"), blank=True)
    note = models.TextField(_("note"), blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    classification = models.PositiveSmallIntegerField(
        _("classification"), choices=Classification.choices, default=Classification.INTERNAL
    )

    visibility = Classified(agencies=("lead", "coordinations__agency"))

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["event", "code"], name="task_code_unique"),
            models.CheckConstraint(
                condition=Q(optimistic__isnull=True) | Q(optimistic__lte=F("likely")),
                name="task_shortest_at_most_likely",
            ),
            models.CheckConstraint(
                condition=Q(pessimistic__isnull=True) | Q(pessimistic__gte=F("likely")),
                name="task_longest_at_least_likely",
            ),
            models.CheckConstraint(condition=Q(milestone=False) | Q(likely=0), name="milestone_takes_no_time"),
            models.CheckConstraint(condition=Q(priority__lte=9), name="task_priority_at_most_nine"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(started_on__isnull=True) | Q(closed_on__gte=F("started_on")),
                name="task_closes_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/e/{self.event.slug}/schedule/tasks/{self.code}/"

    @property
    def open(self) -> bool:
        return self.closed_on is None and self.waived_on is None


class Criterion(Record):
    """A criterion of an objective: what must be true for it to count as a success, and what proves it."""

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    objective = models.ForeignKey(
        Objective, on_delete=models.PROTECT, related_name="criteria", verbose_name=_("objective")
    )
    text = models.TextField(_("criterion"))
    task = models.ForeignKey(
        Task,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="criteria",
        verbose_name=_("shown by task"),
        help_text=_("The task or milestone whose closing shows that it is met."),
    )
    met_on = models.DateField(_("met on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    visibility = Through(("task",))

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["objective__position", "position", "code"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="criterion_code_unique")]

    def __str__(self) -> str:
        return self.text


class Coordination(Record):
    """A coordinating agency's part in a task: its deliverable, when it is due, and the lead's sign-off."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="coordinations", verbose_name=_("task"))
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="coordinates", verbose_name=_("coordinating agency")
    )
    deliverable = models.CharField(_("deliverable"), max_length=300, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered"), null=True, blank=True)
    signed_off_on = models.DateField(_("signed off"), null=True, blank=True)
    waived_on = models.DateField(_("waived"), null=True, blank=True)
    waived_reason = models.TextField(_("reason of the waiver"), blank=True)

    visibility = Through(("task",))

    class Meta:
        verbose_name = _("coordination")
        verbose_name_plural = _("coordinations")
        ordering = ["task__code", "agency__code"]
        constraints = [models.UniqueConstraint(fields=["task", "agency"], name="coordination_unique")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.task.code}/{self.agency.code}"

    def get_absolute_url(self) -> str:
        return f"{self.task.get_absolute_url()}#coordination-{self.agency.code}"


class Link(Record):
    """One task's start or finish waits for another's, with a lag (or, negative, a lead) in working days."""

    class Kind(models.TextChoices):
        FS = "FS", _("finish to start")
        SS = "SS", _("start to start")
        FF = "FF", _("finish to finish")
        SF = "SF", _("start to finish")

    predecessor = models.ForeignKey(
        Task, on_delete=models.PROTECT, related_name="successor_links", verbose_name=_("predecessor")
    )
    successor = models.ForeignKey(
        Task, on_delete=models.PROTECT, related_name="predecessor_links", verbose_name=_("successor")
    )
    kind = models.CharField(_("kind"), max_length=2, choices=Kind.choices, default=Kind.FS)
    lag = models.SmallIntegerField(_("lag, working days"), default=0)

    visibility = Through(("predecessor", "successor"))

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["predecessor__code", "successor__code", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "kind"], name="link_unique"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="link_joins_two_tasks"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.predecessor.code}>{self.successor.code}/{self.kind}"


class Evidence(Record):
    """A document that shows that a task's work was done."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("task"))
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="evidence_for", verbose_name=_("document")
    )
    added_on = models.DateField(_("added"))

    visibility = Both((Through(("task",)), Through(("document",))))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["task__code", "document__code"]
        constraints = [models.UniqueConstraint(fields=["task", "document"], name="evidence_unique")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.task.code}/{self.document.code}"


class Baseline(Record):
    """The schedule as it was at a moment, under a name, to compare with."""

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    name = models.CharField(_("name"), max_length=120)
    taken_on = models.DateField(_("taken"))

    visibility = Open()

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        ordering = ["taken_on", "code"]
        constraints = [models.UniqueConstraint(fields=["event", "code"], name="baseline_code_unique")]

    def __str__(self) -> str:
        return self.name


class BaselineTask(Record):
    """One task's forecast dates in a baseline."""

    baseline = models.ForeignKey(Baseline, on_delete=models.PROTECT, related_name="rows", verbose_name=_("baseline"))
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="baseline_rows", verbose_name=_("task"))
    start = models.DateField(_("start"))
    finish = models.DateField(_("finish"))
    duration = models.PositiveSmallIntegerField(_("duration, working days"), validators=[MinValueValidator(0)])
    deadline = models.DateField(_("deadline"), null=True, blank=True)

    visibility = Through(("task",))

    class Meta:
        verbose_name = _("baseline date")
        verbose_name_plural = _("baseline dates")
        ordering = ["baseline__code", "task__code"]
        constraints = [models.UniqueConstraint(fields=["baseline", "task"], name="baseline_task_unique")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"{self.baseline.code}/{self.task.code}"
