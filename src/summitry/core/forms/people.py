"""Agencies, people, accounts and their access."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from summitry.core.forms.event import WeekField
from summitry.core.http.forms import ActionForm, CodeChoice
from summitry.core.models import Agency
from summitry.core.rights import Classification, Role


class AgencyForm(ActionForm):
    """An agency's description. Its code is asked once, when it is made: records speak of it."""

    code = forms.CharField(label=_("Code"), max_length=60, help_text=_("Short, such as MPS-K01. It stays as it is."))
    name = forms.CharField(label=_("Name"), max_length=200)
    name_national = forms.CharField(label=_("Name in the national language"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Agency.Kind.choices)
    contact = forms.CharField(
        label=_("Contact"), max_length=200, required=False, help_text=_("Whom to call, and under which number.")
    )
    working_week = WeekField(
        label=_("Own working week"),
        required=False,
        help_text=_("Only where it differs; none: like the agency above it."),
    )

    def build(self) -> None:
        others = Agency.objects.visible_to(self.viewer)
        if self.record is not None:
            del self.fields["code"]
            others = others.exclude(pk=self.record.pk)
        self.fields["parent"] = CodeChoice(others, label=_("Belongs to"))
        self.order_fields(("code", "name", "name_national", "kind", "parent", "contact", "working_week"))


class PersonForm(ActionForm):
    """A person who may hold posts."""

    code = forms.CharField(
        label=_("Code"), max_length=60, help_text=_("How others name the person. It stays as it is.")
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    function = forms.CharField(label=_("Function"), max_length=200, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=60, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)

    def build(self) -> None:
        if self.record is not None:
            del self.fields["code"]
        self.fields["agency"] = CodeChoice(Agency.objects.visible_to(self.viewer), label=_("Agency"))
        self.fields["classification"] = self.classification_field()
        self.order_fields(("code", "name", "function", "agency", "phone", "email", "classification"))


class AccessForm(ActionForm):
    """An account's role, agency and clearance at the event."""

    username = forms.SlugField(label=_("User name"), max_length=60)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    def build(self) -> None:
        if self.record is not None:
            del self.fields["username"]
        self.fields["agency"] = CodeChoice(
            Agency.objects.visible_to(self.viewer),
            label=_("Agency"),
            help_text=_("Asked of focal points, unit officers and outside partners, who speak for one."),
        )
        levels = [level for level in Classification if level <= self.viewer.clearance]
        self.fields["clearance"] = forms.TypedChoiceField(
            label=_("Clearance"),
            coerce=int,
            choices=[(int(level), self.event.classification_name(level)) for level in levels],
            initial=int(min(Classification.INTERNAL, max(levels))),
            help_text=_("The highest classification that the person may read; never above your own."),
        )
        self.order_fields(("username", "name", "email", "language", "role", "agency", "clearance"))


class NewAccountForm(AccessForm):
    """A new account with its access to the event. Its password is set on the next page."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", "—"), *settings.LANGUAGES])


class AccountForm(ActionForm):
    """What an account is; what it may do is said by its access."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", "—"), *settings.LANGUAGES])
    is_active = forms.BooleanField(
        label=_("May sign in"), required=False, help_text=_("Blocking an account signs it out everywhere.")
    )


class PasswordForm(ActionForm):
    """A password for somebody else, told to them by another way."""

    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    again = forms.CharField(
        label=_("Once more"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )

    def build(self) -> None:
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("The two are not the same."))
        return again
