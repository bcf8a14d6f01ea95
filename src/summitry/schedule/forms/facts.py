"""Forms of facts: started, still to do, closed, opened again, waived, and those that ask for nothing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.core import clock
from summitry.core.http.forms import ActionForm, DateField
from summitry.schedule.forms.choices import DaysCount
from summitry.schedule.models import Task


class PlainForm(ActionForm):
    """Nothing to fill in: only the consequences to see and confirm."""


class DayForm(ActionForm):
    """The day of a fact, today unless another is given."""

    on = DateField(label=_("Day"))

    def build(self) -> None:
        today = clock.today(self.event)
        self.fields["on"].initial = today
        self.fields["on"].widget.attrs["max"] = today.isoformat()


class ReasonForm(ActionForm):
    """Why."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The next reader has only this.")
    )


class RemainingForm(ActionForm):
    """The return: how much is still to do. A task that has not started is only confirmed as not yet begun."""

    def build(self) -> None:
        if isinstance(self.record, Task) and self.record.started_on is not None:
            self.fields["remaining"] = DaysCount(
                label=_("Working days still to do"), help_text=_("From today on. 0: nothing but the closing.")
            )


class ReopenForm(ReasonForm):
    """Open a task again."""

    def build(self) -> None:
        if isinstance(self.record, Task) and self.record.started_on is not None and self.record.closed_on is not None:
            self.fields["remaining"] = DaysCount(label=_("Working days still to do"), required=False)
