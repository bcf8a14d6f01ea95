"""Forms of decisions, clauses, bodies, posts, appointments and plan duties."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.core.http.files import KeptFileField
from summitry.core.http.forms import ActionForm, DateField
from summitry.core.rights import PLAN, Classification
from summitry.governance.actions.decisions import PLANS
from summitry.governance.forms.fields import (
    AgencyChoice,
    BodyChoice,
    ClauseChoice,
    DecisionChoice,
    DocumentChoice,
    PersonChoice,
)
from summitry.governance.models import Body, Decision

CODE_HELP = _("Up to 60 letters, digits and the signs . / & + - _ with no blank. It stays for good: others cite it.")


def _code(**kwargs: Any) -> forms.CharField:
    return forms.CharField(label=_("Code"), max_length=60, help_text=CODE_HELP, **kwargs)


class DecisionForm(ActionForm):
    """A decision as its signed text gives it."""

    field_order = (
        "code",
        "kind",
        "number",
        "title",
        "signed_on",
        "signer_office",
        "effective_from",
        "effective_to",
        "amends",
        "replaces",
        "classification",
        "source",
        "illustrative",
        "document",
    )
    kind = forms.ChoiceField(label=_("Kind"))
    number = forms.CharField(
        label=_("Number"), max_length=80, required=False, help_text=_("As printed, such as 557/TB-VPCP.")
    )
    title = forms.CharField(label=_("Title"), max_length=300)
    signed_on = DateField(label=_("Date of signature"), required=False)
    signer_office = forms.CharField(
        label=_("Signer's office"),
        max_length=200,
        required=False,
        help_text=_("The office, not the person: Prime Minister, Ministry of Health."),
    )
    effective_from = DateField(label=_("In force from"))
    effective_to = DateField(label=_("In force until"), required=False)
    source = forms.CharField(
        label=_("Source"), max_length=500, required=False, help_text=_("Where it is published, if it is.")
    )
    illustrative = forms.BooleanField(
        label=_("Illustrative"), required=False, help_text=_("Its wording or day is not a fact: said on screen.")
    )

    def build(self) -> None:
        record = self.record if isinstance(self.record, Decision) else None
        if record is None:
            self.fields["code"] = _code()
        kinds = Decision.Kind if self.viewer.may(PLAN) else [kind for kind in Decision.Kind if kind in PLANS]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["amends"] = DecisionChoice(self.viewer, record, label=_("Amends"))
        self.fields["replaces"] = DecisionChoice(
            self.viewer, record, label=_("Replaces"), help_text=_("From its first day on, the other has no force.")
        )
        self.fields["classification"] = self.classification_field()
        self.fields["document"] = DocumentChoice(
            self.viewer, label=_("File"), help_text=_("The signed text, if it lies among the documents already.")
        )
        self.fields["upload"] = KeptFileField(
            viewer=self.viewer, required=False, label=_("Or a new file"), help_text=_("It is filed as a document, too.")
        )
        self.order_fields((*self.field_order, "upload"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("upload") and values.get("document") and "document" in self.changed_data:
            self.add_error("upload", _("Choose a document or a new file, not both."))
        return values


class ClauseForm(ActionForm):
    """One clause: its number, its words, the day that it sets."""

    number = forms.CharField(label=_("Number"), max_length=20, help_text=_("Such as 3 or 2.1."))
    text = forms.CharField(label=_("What it says"), widget=forms.Textarea(attrs={"rows": 4}))
    sets_date = DateField(
        label=_("Demands it by"), required=False, help_text=_("The day that the clause sets, if it sets one.")
    )


class BodyForm(ActionForm):
    """A body: its names, its place, who leads it, by which clause and how long it exists."""

    field_order = ("code", "name", "name_national", "kind", "parent", "agency", "created_by", "from_day", "to_day")
    name = forms.CharField(label=_("Name"), max_length=200)
    name_national = forms.CharField(label=_("Name in the national language"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Body.Kind.choices)
    from_day = DateField(label=_("First day"))
    to_day = DateField(label=_("Last day"), required=False, help_text=_("Empty while it goes on."))

    def build(self) -> None:
        record = self.record if isinstance(self.record, Body) else None
        if record is None:
            self.fields["code"] = _code()
        self.fields["parent"] = BodyChoice(self.viewer, record, label=_("Stands below"))
        self.fields["agency"] = AgencyChoice(
            self.viewer, label=_("Led by"), help_text=_("The agency that leads it or serves as its standing agency.")
        )
        self.fields["created_by"] = ClauseChoice(self.viewer, label=_("Created by clause"))
        if record is not None:
            self.fields["ended_by"] = ClauseChoice(self.viewer, label=_("Ended by clause"))
        self.order_fields((*self.field_order, "ended_by"))


class EndBodyForm(ActionForm):
    """The last day of a body and the clause that ends it."""

    last_day = DateField(label=_("Last day"), help_text=_("The last day on which it exists; its posts end with it."))

    def build(self) -> None:
        self.fields["clause"] = ClauseChoice(self.viewer, label=_("Ended by clause"))


class PostForm(ActionForm):
    """A post on a body."""

    field_order = ("code", "title", "title_national", "rank")
    title = forms.CharField(label=_("Title"), max_length=200)
    title_national = forms.CharField(label=_("Title in the national language"), max_length=200, required=False)
    rank = forms.IntegerField(
        label=_("Rank"), min_value=0, max_value=999, initial=100, help_text=_("The lowest rank is the head.")
    )

    def build(self) -> None:
        if self.record is None:
            self.fields["code"] = _code()
        self.order_fields(self.field_order)


class AppointForm(ActionForm):
    """Who takes a post, from when, until when."""

    field_order = ("person", "from_day", "to_day")
    from_day = DateField(label=_("From"))
    to_day = DateField(label=_("Until"), required=False, help_text=_("The last day; empty until further notice."))

    def build(self) -> None:
        self.fields["person"] = PersonChoice(
            self.viewer,
            required=True,
            label=_("Person"),
            help_text=_("Someone new is first added under Settings, People."),
        )
        self.order_fields(self.field_order)


class AppointmentForm(ActionForm):
    """The days of an appointment."""

    from_day = DateField(label=_("From"))
    to_day = DateField(label=_("Until"), required=False, help_text=_("The last day; empty until further notice."))


class DutyForm(ActionForm):
    """Which agency owes which plan, by when, under which clause."""

    field_order = ("code", "title", "agency", "due", "mandate", "body", "classification")
    title = forms.CharField(label=_("Plan owed"), max_length=200)
    due = DateField(label=_("Due"))

    def build(self) -> None:
        if self.record is None:
            self.fields["code"] = _code()
        self.fields["agency"] = AgencyChoice(self.viewer, required=True, label=_("Owed by"))
        self.fields["mandate"] = ClauseChoice(
            self.viewer, label=_("Created by clause"), help_text=_("The clause of the general plan that demands it.")
        )
        self.fields["body"] = BodyChoice(self.viewer, label=_("Answers to body"))
        self.fields["classification"] = self.classification_field()
        self.fields["classification"].initial = min(int(Classification.RESTRICTED), self.viewer.clearance)
        self.order_fields(self.field_order)


class SubmitPlanForm(ActionForm):
    """The day on which a draft was handed in."""

    on = DateField(label=_("Handed in on"))


class ReturnPlanForm(ActionForm):
    """Why a plan is given back."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The agency reworks the plan by this."),
    )


class ApprovePlanForm(ActionForm):
    """The issued plan: one that is filed already, or its number, title and date, to file it in the same step."""

    field_order = ("plan", "code", "kind", "number", "title", "signed_on", "signer_office", "classification", "on")
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[(kind.value, kind.label) for kind in Decision.Kind if kind in PLANS],
    )
    number = forms.CharField(label=_("Number"), max_length=80, required=False)
    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    signed_on = DateField(label=_("Date of signature"), required=False)
    signer_office = forms.CharField(label=_("Signer's office"), max_length=200, required=False)
    on = DateField(label=_("Approved on"))

    def build(self) -> None:
        self.fields["plan"] = DecisionChoice(self.viewer, label=_("A plan that is filed already"))
        self.fields["code"] = forms.CharField(label=_("Code"), max_length=60, required=False, help_text=CODE_HELP)
        self.fields["classification"] = self.classification_field()
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        filed, new = values.get("plan"), values.get("code")
        if filed and new:
            self.add_error("code", _("Name a plan that is filed already, or file a new one, not both."))
        elif not filed and not new:
            self.add_error("plan", _("Name the issued plan, or file it below."))
        if new and not filed:
            for name in ("title", "signed_on"):
                if not values.get(name):
                    self.add_error(name, _("A plan that is filed here needs this."))
        return values
