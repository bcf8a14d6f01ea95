"""Setting findings aside."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.core.http.forms import ActionForm, DateField


class WaiveForm(ActionForm):
    """Why, and until when."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The next reader has only this: what was decided, and by whom."),
    )
    until = DateField(label=_("Until"), help_text=_("The last day. From the next day on the finding counts again."))
