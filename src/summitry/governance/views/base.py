"""What the views of mandates share: finding a record, and views that make, change and remove one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, TypeVar, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.core import clock
from summitry.core.action import Action, Applied
from summitry.core.checking import Found, seen_by
from summitry.core.http.forms import ActionForm
from summitry.core.http.request import EventRequest
from summitry.core.http.views import ActionView, ConfirmView
from summitry.core.outlook import outlook
from summitry.core.records import Record
from summitry.core.refusals import NotFound
from summitry.core.rights import PLAN, Right
from summitry.core.viewer import Viewer
from summitry.governance.forms.fields import shown_initial

R = TypeVar("R", bound=Record)
T = TypeVar("T")

SECTION = "mandates"


def find(viewer: Viewer, model: type[R], *related: str, **lookup: Any) -> R:
    """The one record that the viewer may see, or `NotFound`."""
    rows = model.objects.filter(event=viewer.event).visible_to(viewer).select_related("event", *related)
    record = cast("R | None", rows.filter(**lookup).first())
    if record is None:
        raise NotFound(what=model._meta.verbose_name, key=" ".join(str(value) for value in lookup.values()))
    return record


def findings_about(request: EventRequest, *records: Record) -> tuple[Found, ...]:
    """The open findings of these records that the viewer may read."""
    wanted = {(record._meta.label_lower, record.pk) for record in records}
    items = [found for found in outlook(request.event).findings.open if found.subject.identity in wanted]
    return seen_by(items, request.viewer)[0]


def day_asked(request: EventRequest, name: str = "day") -> date:
    """The day in the address, else the event's today."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return clock.today(request.event)


def in_order(rows: Iterable[T], request: EventRequest, keys: Mapping[str, Callable[[T], Any]], default: str) -> list[T]:
    """Rows sorted as the address says (`sort=due` or `sort=-due`); ties and unknown names keep the given order."""
    asked = request.GET.get("sort", default)
    key = keys.get(asked.removeprefix("-"))
    if key is None:
        asked, key = default, keys[default.removeprefix("-")]
    return sorted(rows, key=key, reverse=asked.startswith("-"))


def kept_query(request: EventRequest, *own: str) -> list[tuple[str, str]]:
    """What a search form must carry along so that filters and order stay; not its `own` fields, nor the page."""
    left_out = {*own, "page"}
    return [(name, value) for name, values in request.GET.lists() if name not in left_out for value in values]


class MandateView(ActionView):
    """The base of all forms of mandates."""

    section: ClassVar[str] = SECTION
    right: ClassVar[Right | None] = PLAN

    def subject(self) -> Record | None:
        """The record that is edited or spoken about, found through the viewer's visibility."""
        return None

    @cached_property
    def found(self) -> Record | None:
        # Asked for several times in one request; it is the record as it stands now in all of them.
        return self.subject()

    def record(self) -> Record | None:
        return self.found

    def back_url(self) -> str:
        url = self.found.get_absolute_url() if self.found is not None else ""
        return url or f"{self.request.event.get_absolute_url()}mandates/"


class ChangeView(MandateView):
    """Edits a record: only what the person changed reaches the action."""

    names: ClassVar[tuple[str, ...]] = ()

    def initial(self) -> dict[str, Any]:
        assert self.found is not None
        return shown_initial(self.found, self.names, self.request.viewer)

    def actions(self, form: ActionForm) -> Sequence[Action]:
        changed = form.changed_values()
        return [self.change(form.cleaned_data["seen"], changed)] if changed else []

    def change(self, seen: int | None, changed: dict[str, Any]) -> Action:
        """The action for the changed values; `seen` is the version that the person looked at."""
        raise NotImplementedError


class RemoveView(MandateView, ConfirmView):
    """Removes a record, after showing what that would do."""

    confirm_label = gettext_lazy("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [self.remove(form.cleaned_data["seen"])]

    def remove(self, seen: int | None) -> Action:
        raise NotImplementedError

    def done_message(self, applied: Applied) -> str:
        return _("Removed.")

    def success_url(self, applied: Applied) -> str:
        return f"{self.request.event.get_absolute_url()}mandates/"
