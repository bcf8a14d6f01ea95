"""The events that an account has access to, and the making of a new one."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from summitry.core.action import submit, submit_to_installation
from summitry.core.actions import CreateEvent, GrantAccess
from summitry.core.http.forms import DateField
from summitry.core.models import Access, Account, Event
from summitry.core.refusals import Invalid, NotPermitted
from summitry.core.rights import ADMINISTER, Classification, Role
from summitry.core.viewer import installation_viewer, system_viewer


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The way to the one event, or the list of several."""
    own = Access.objects.filter(account=cast("Account", request.user))
    accesses = list(own.select_related("event").order_by("-event__opening_day"))
    if len(accesses) == 1 and "all" not in request.GET:
        return HttpResponseRedirect(accesses[0].event.get_absolute_url())
    return render(request, "web/home.html", {"title": _("Events"), "accesses": accesses})


class EventForm(forms.Form):
    """A new event. What it does not ask for can be set later, in the event's settings."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("For addresses, such as hanoi-2025. Made from the name when left empty."),
    )
    opening_day = DateField(label=gettext_lazy("Opening day"))
    closing_day = DateField(label=gettext_lazy("Closing day"))
    planning_start = DateField(
        label=gettext_lazy("Start of planning"),
        help_text=gettext_lazy("The first day on which work of the master schedule may begin."),
    )
    venue = forms.CharField(
        label=gettext_lazy("Venue"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("With the city last: National Convention Centre, Hanoi."),
    )
    timezone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=60,
        initial="UTC",
        help_text=gettext_lazy("Such as Asia/Ho_Chi_Minh."),
    )
    country = forms.CharField(
        label=gettext_lazy("Country of public holidays"),
        max_length=2,
        required=False,
        help_text=gettext_lazy("Two letters, such as VN."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("name") and not values.get("slug"):
            values["slug"] = slugify(values["name"])[:60]
            if not values["slug"]:
                self.add_error("slug", _("No short name can be made from this name: give one in Latin letters."))
        if values.get("country"):
            values["country"] = values["country"].upper()
        return values


@require_http_methods(["GET", "HEAD", "POST"])
def new_event(request: HttpRequest) -> HttpResponse:
    """Create an event: give its facts, look at them once more, confirm. The creator administers it."""
    account: Account = request.user  # type: ignore[assignment]
    if not account.is_administrator:
        raise NotPermitted(action=str(CreateEvent.action_title), who=ADMINISTER.who())
    form = EventForm(request.POST or None)
    step = request.POST.get("step", "edit")
    if request.method == "POST" and step != "edit":
        if not form.is_valid():
            return _page(request, form, "edit", 422)
        try:
            event = _create(account, form.cleaned_data, keep=step == "confirm")
        except Invalid as refusal:
            for fault in refusal.faults:
                form.add_error(fault.field if fault.field in form.fields else None, fault.message)
            return _page(request, form, "edit", 422)
        if step == "confirm":
            messages.success(request, _("The event is created. You administer it."))
            return HttpResponseRedirect(event.get_absolute_url())
    return _page(request, form, step if step in ("edit", "preview") else "edit")


def _page(request: HttpRequest, form: EventForm, step: str, status: int = 200) -> HttpResponse:
    context = {"title": _("Create an event"), "form": form, "step": step}
    return render(request, "web/new_event.html", context, status=status)


class _NotKept(Exception):
    """Ends the trial of an event that is only looked at."""


def _create(account: Account, values: dict[str, Any], *, keep: bool) -> Event:
    """The event and its creator's access, both or neither; without `keep` they are only tried."""
    made = CreateEvent(**values)
    try:
        with transaction.atomic():
            submit_to_installation([made], viewer=installation_viewer(account))
            event = Event.objects.get(slug=made.slug)
            grant = GrantAccess(username=account.username, role=Role.ADMINISTRATOR, clearance=max(Classification))
            submit([grant], viewer=system_viewer(event, account), event=event)
            if not keep:
                raise _NotKept
    except _NotKept:
        pass
    return event
