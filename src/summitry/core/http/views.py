"""The view behind every form that changes something: edit, see the consequences, confirm or go back.

The three steps are one address. `step` says which: nothing or "edit" shows the form, "preview" rehearses the actions
and shows what they would do, "confirm" carries them out. Nothing is kept between the steps but the form's own values.
A stale edit shows both versions side by side, with this person's values still in the form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from django.contrib import messages
from django.db.models import ForeignKey
from django.forms import CheckboxInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from pydantic import ValidationError as ArgumentsError

from summitry.core.action import Action, Applied, invalid_arguments, submit
from summitry.core.history import FieldChange, differences, last_entry, shown_value
from summitry.core.http.forms import ActionForm
from summitry.core.http.request import EventRequest
from summitry.core.preview import Consequences, preview
from summitry.core.records import Record, Recorded, Versioned
from summitry.core.refusals import Invalid, NotPermitted, Refused, StaleEdit
from summitry.core.rights import Right
from summitry.core.viewer import Viewer

T = TypeVar("T")


class ActionView(View):
    """Subclass it: give `form_class` and `title`, and `actions(form)`; `record()` where a record is edited."""

    form_class: ClassVar[type[ActionForm]]
    template_name: ClassVar[str] = "core/form.html"
    panel_template_name: ClassVar[str] = "core/form_panel.html"
    title: ClassVar[str | Promise] = ""
    lead_text: ClassVar[str | Promise] = ""
    confirm_label: ClassVar[str | Promise] = gettext_lazy("Confirm")
    right: ClassVar[Right | None] = None
    section: ClassVar[str] = ""

    request: EventRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.request = request  # type: ignore[assignment]
        if self.right is not None and not self.request.viewer.may(self.right):
            raise NotPermitted(action=str(self.title or self.heading()), who=self.right.who())
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    # What a subclass says

    def record(self) -> Record | None:
        """The record that is edited, found through the viewer's visibility; None when one is made."""
        return None

    def initial(self) -> dict[str, Any]:
        """The form's first values."""
        return {}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        """The actions that a valid form stands for; empty when it changes nothing."""
        raise NotImplementedError

    def heading(self) -> str:
        return str(self.title)

    def success_url(self, applied: Applied) -> str:
        record = applied.record
        url = record.get_absolute_url() if isinstance(record, Record) else ""
        return url or self.back_url()

    def back_url(self) -> str:
        record = self.record()
        return (record.get_absolute_url() if record else "") or self.request.event.get_absolute_url()

    def done_message(self, applied: Applied) -> str:
        return _("Saved.")

    def context(self) -> dict[str, Any]:
        """More for the template."""
        return {}

    def acting(self) -> Viewer:
        """As whom the actions are rehearsed and submitted."""
        return self.request.viewer

    def refused(self, refusal: Refused) -> Refused:
        """What to say instead of a refusal of the actions: an `Invalid` is shown in the form."""
        return refusal

    # The three steps

    def form(self, data: Any = None, files: Any = None) -> ActionForm:
        record = self.record()
        initial = self.initial()
        if record is not None:
            initial.setdefault("seen", record.version)
        return self.form_class(data, files, request=self.request, record=record, initial=initial)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        step = request.POST.get("step", "preview")
        if step == "edit":
            return self.page(form)
        if not form.is_valid():
            return self.page(form, status=422)
        try:
            actions = list(self.actions(form))
            if not actions:
                form.add_error(None, _("Nothing was changed, so there is nothing to save."))
                return self.page(form, status=422)
            if step == "confirm":
                return self.confirmed(self._judged(submit, actions))
            seen = self._judged(preview, actions)
        except ArgumentsError as error:
            form.take(invalid_arguments(error))
            return self.page(form, status=422)
        except Invalid as refusal:
            form.take(refusal)
            return self.page(form, status=422)
        except StaleEdit as refusal:
            return self.stale(form, refusal)
        return self.page(form, step="preview", consequences=seen)

    def _judged(self, what: Callable[..., T], actions: Sequence[Action]) -> T:
        """Rehearse or submit, with the view's own word about a refusal."""
        try:
            return what(actions, viewer=self.acting(), event=self.request.event)
        except Refused as refusal:
            other = self.refused(refusal)
            if other is refusal:
                raise
            raise other from refusal

    def confirmed(self, applied: Applied) -> HttpResponse:
        undo = reverse("core:undo", args=[self.request.event.slug, applied.batch])
        messages.success(
            self.request,
            format_html('{} <a class="undo" href="{}">{}</a>', self.done_message(applied), undo, _("Undo")),
        )
        target = self.success_url(applied)
        if self.request.htmx and not self.stays_in_panel(applied):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = target
            return response
        # In the side panel the redirect is followed there: the record as it is now stands beside its list again.
        return HttpResponseRedirect(target)

    def stays_in_panel(self, applied: Applied) -> bool:
        """Whether what comes next is the record's own page, which may stand in the side panel."""
        record = applied.record
        return isinstance(record, Record) and self.success_url(applied).split("#")[0] == record.get_absolute_url()

    def stale(self, form: ActionForm, refusal: StaleEdit) -> HttpResponse:
        """Both versions side by side, nothing lost.

        The form now carries the newest version. A field that this person left as they had read it takes the other's
        value; a field that both changed keeps this person's, and is named as a conflict.
        """
        current = refusal.record
        theirs = differences(current._meta.label_lower, refusal.base, current.snapshot()) if refusal.base else ()
        data = QueryDict(mutable=True)
        data.update(form.data)
        for name, text in form.carried().items():
            data[name] = text
        data["seen"] = str(current.version)
        rows = []
        for change in theirs:
            row = _compared(form, current, change, self.request.viewer)
            if row["name"] in form.fields and not row["conflict"]:
                _put(data, form, row["name"], change.after, current)
            rows.append(row)
        fresh = self.form_class(data, request=self.request, record=self.record(), initial=self.initial())
        return self.page(fresh, status=409, stale=refusal, stale_rows=rows, stale_entry=last_entry(current))

    def page(
        self,
        form: ActionForm,
        *,
        step: str = "edit",
        consequences: Consequences | None = None,
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        context = {
            "title": self.heading(),
            "lead_text": self.lead_text,
            "form": form,
            "step": step,
            "consequences": consequences,
            "changed_fields": [form[name] for name in form.changed_data if name in form.fields and name != "seen"],
            "record": form.record,
            "back_url": self.back_url(),
            "confirm_label": self.confirm_label,
            "section": self.section,
            **self.context(),
            **more,
        }
        template = self.panel_template_name if self.request.htmx else self.template_name
        return render(self.request, template, context, status=status)


class ConfirmView(ActionView):
    """An action with nothing to fill in (remove, undo, take back): its consequences at once, then confirm or back."""

    form_class = ActionForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record = self.record()
        form = self.form({"seen": str(record.version)} if record is not None else {})
        form.is_valid()
        try:
            seen = preview(list(self.actions(form)), viewer=self.request.viewer, event=self.request.event)
        except Invalid as refusal:
            form.take(refusal)
            return self.page(form, status=422)
        return self.page(form, step="preview", consequences=seen)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("step") == "edit":
            return HttpResponseRedirect(self.back_url())
        return super().post(request, *args, **kwargs)


def _compared(form: ActionForm, record: Versioned, change: FieldChange, viewer: Viewer) -> dict[str, Any]:
    """One field that someone else changed: what it was, what it is now, what this person has in the form."""
    field = record._meta.get_field(change.name)
    name = field.name
    mine = form.data.get(name) if name in form.fields else None
    untouched = name not in form.fields or _same_input(form, name, _as_input(record, change.name, change.before))
    agreed = name in form.fields and _same_input(form, name, _as_input(record, change.name, change.after))
    return {
        "name": name,
        "title": change.title,
        "base": shown_value(type(record), change.name, change.before, viewer),
        "theirs": shown_value(type(record), change.name, change.after, viewer),
        "mine": mine,
        "conflict": not untouched and not agreed,
    }


def _as_input(record: Recorded, column: str, value: Any) -> Any:
    """A stored value as a form's field takes it: a reference by its code."""
    field = record._meta.get_field(column)
    if isinstance(field, ForeignKey) and value is not None:
        target = field.related_model._base_manager.filter(pk=value).first()
        return getattr(target, "key", "")
    return value


def _same_input(form: ActionForm, name: str, value: Any) -> bool:
    field = form.fields[name]
    given = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    return not field.has_changed(value, given)


def _put(data: QueryDict, form: ActionForm, name: str, value: Any, record: Recorded) -> None:
    field, key = form.fields[name], form.add_prefix(name)
    value = field.prepare_value(_as_input(record, record._meta.get_field(name).attname, value))  # type: ignore[union-attr]
    if isinstance(field.widget, CheckboxInput):
        data.pop(key, None)
        if value:
            data[key] = "on"
    elif isinstance(value, list | tuple):
        data.setlist(key, [str(item) for item in value])
    else:
        data[key] = "" if value is None else str(value)
