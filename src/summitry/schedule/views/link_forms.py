"""Forms of links: what waits for what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Applied
from summitry.core.http.forms import ActionForm, initial_of
from summitry.core.records import Record
from summitry.core.rights import PLAN
from summitry.core.views.base import find
from summitry.schedule.actions import RemoveLink, SetLink
from summitry.schedule.forms import AddLinkForm, LinkForm, PlainForm
from summitry.schedule.models import Link, Task
from summitry.schedule.views.base import ScheduleActionView, TaskActionView


class AddLink(TaskActionView):
    """A new link of the task. `?direction=after` asks for what waits for it."""

    form_class = AddLinkForm
    verb = _("New link of {what}")

    def initial(self) -> dict[str, Any]:
        after = self.request.GET.get("direction") == AddLinkForm.AFTER
        return {"direction": AddLinkForm.AFTER if after else AddLinkForm.BEFORE, "seen": None}

    def actions(self, form: ActionForm) -> list[Action]:
        cleaned = form.cleaned_data
        ends = (cleaned["other"], self.task.code)
        predecessor, successor = ends if cleaned["direction"] == AddLinkForm.BEFORE else reversed(ends)
        return [SetLink(predecessor=predecessor, successor=successor, kind=cleaned["kind"], lag=cleaned["lag"])]


class _OfLink(ScheduleActionView):
    right = PLAN

    def find_record(self) -> Record | None:
        return find(self.request, Link, pk=self.kwargs["pk"])

    @property
    def link(self) -> Link:
        assert isinstance(self.found, Link)
        return self.found

    def back_url(self) -> str:
        """The task from which the link was opened, else its later end."""
        viewer, code = self.request.viewer, self.request.GET.get("of", "")
        ends = Task.objects.filter(pk__in=[self.link.predecessor_id, self.link.successor_id]).visible_to(viewer)
        at = ends.filter(code=code).first() or self.link.successor
        return at.get_absolute_url()

    def success_url(self, applied: Applied) -> str:
        return self.back_url()

    def names(self) -> dict[str, Any]:
        return {
            "predecessor": self.link.predecessor.code,
            "successor": self.link.successor.code,
            "kind": Link.Kind(self.link.kind),
        }


class EditLink(_OfLink):
    """Change a link's lag or kind."""

    form_class = LinkForm
    verb = _("Link {what}")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.link, ("kind", "lag"))

    def actions(self, form: ActionForm) -> Sequence[Action]:
        if not form.changed_values():
            return []
        seen, names = form.cleaned_data["seen"], self.names()
        kind, lag = form.cleaned_data["kind"], form.cleaned_data["lag"]
        if kind == self.link.kind:
            return [SetLink(**names, lag=lag, seen=seen)]
        # The kind is part of what a link is: another kind is another link.
        return [RemoveLink(**names, seen=seen), SetLink(**(names | {"kind": kind}), lag=lag)]


class DropLink(_OfLink):
    form_class = PlainForm
    verb = _("Remove link {what}")
    confirm_label = _("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [RemoveLink(**self.names(), seen=form.cleaned_data["seen"])]
