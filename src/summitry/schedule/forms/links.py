"""Forms of links between tasks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.core.http.forms import ActionForm
from summitry.schedule.forms import choices
from summitry.schedule.forms.choices import KeyChoice
from summitry.schedule.models import Link, Task

LAG_HELP = _("Working days. 2: two days later. -2: up to two days earlier, a lead.")


class LinkForm(ActionForm):
    """A link's kind and lag."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Link.Kind.choices, initial=Link.Kind.FS)
    lag = forms.IntegerField(label=_("Lag"), initial=0, help_text=LAG_HELP)


class AddLinkForm(LinkForm):
    """A new link of a task."""

    BEFORE, AFTER = "before", "after"
    direction = forms.ChoiceField(
        label=_("Which waits"),
        choices=[(BEFORE, _("this task waits for the other")), (AFTER, _("the other waits for this task"))],
        initial=BEFORE,
        widget=forms.RadioSelect,
    )
    field_order = ("direction", "other", "kind", "lag")

    def build(self) -> None:
        own = [self.record.pk] if isinstance(self.record, Task) else []
        others = choices.tasks(self.event, self.viewer, without=own)
        self.fields["other"] = KeyChoice(others, label=_("The other task"), required=True)
        self.order_fields(self.field_order)
