"""Forms of baselines."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.core.http.forms import ActionForm


class RenameBaselineForm(ActionForm):
    """A baseline's name."""

    name = forms.CharField(label=_("Name"), max_length=120)


class BaselineForm(RenameBaselineForm):
    """A new baseline."""

    field_order = ("code", "name")
    code = forms.CharField(label=_("Code"), max_length=60, help_text=_("Short and unique, such as BL2."))
