"""Deciding on proposals."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.core.http.forms import ActionForm


class AcceptForm(ActionForm):
    """Which actions: their numbers. The choices are set by the view, which knows what the viewer may see."""

    rows = forms.TypedMultipleChoiceField(
        label=_("Actions"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one action.")},
    )


class RejectForm(ActionForm):
    """Why not."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever made it, and the next reader, have only this."),
    )


class WithdrawForm(ActionForm):
    """Why it is taken back."""

    reason = forms.CharField(label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
