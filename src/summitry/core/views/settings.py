"""Settings that everyone may read and planners change: the event, its calendar, agencies, people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from summitry.core import clock
from summitry.core.action import Action, Applied
from summitry.core.actions import (
    ChangeAgency,
    ChangeEvent,
    ChangePerson,
    CreateAgency,
    CreatePerson,
    RemoveAgency,
    RemoveCalendarException,
    RemovePerson,
    SetCalendarException,
)
from summitry.core.forms.event import ClassificationNamesForm, EventForm, ExceptionalDayForm
from summitry.core.forms.people import AgencyForm, PersonForm
from summitry.core.http.forms import ActionForm, initial_of
from summitry.core.http.request import EventRequest
from summitry.core.http.views import ActionView, ConfirmView
from summitry.core.models import Agency, CalendarException, Person
from summitry.core.queries import settings as settings_queries
from summitry.core.queries.records import referring
from summitry.core.rights import ADMINISTER, PLAN, Classification
from summitry.core.views.base import find, page_of

SECTION = "settings"
PAGE = 100


def frame(request: EventRequest, tab: str) -> dict[str, Any]:
    """What every settings page shows: which tab is open, and whether the viewer may change anything."""
    viewer = request.viewer
    return {"section": SECTION, "tab": tab, "may_plan": viewer.may(PLAN), "may_administer": viewer.may(ADMINISTER)}


def settings_url(request: EventRequest, name: str = "settings") -> str:
    return reverse(f"core:{name}", args=[request.event.slug])


# The event


@require_safe
def event_page(request: EventRequest, slug: str) -> HttpResponse:
    """The event's facts and its names of classifications."""
    names = [(level, request.event.classification_name(level)) for level in Classification]
    days = [date(2024, 1, 1 + index) for index in range(7) if request.event.working_week[index] == "1"]
    context = {"title": _("Settings"), **frame(request, "event"), "names": names, "working_week": days}
    return render(request, "core/settings_event.html", context)


EVENT_FIELDS = tuple(name for name in EventForm.base_fields if name != "seen")


class ChangeEventView(ActionView):
    """Change what the event is and when."""

    form_class: ClassVar[type[ActionForm]] = EventForm
    right = PLAN
    section = SECTION
    title = gettext_lazy("Change the event")
    template_name = panel_template_name = "core/event_form.html"

    def initial(self) -> dict[str, Any]:
        return {
            **{name: getattr(self.request.event, name) for name in EVENT_FIELDS},
            "seen": self.request.event.version,
        }

    def actions(self, form: ActionForm) -> Sequence[Action]:
        changed = form.changed_values()
        return [ChangeEvent(seen=form.cleaned_data["seen"], **changed)] if changed else []

    def success_url(self, applied: Applied) -> str:
        return self.back_url()

    def back_url(self) -> str:
        return settings_url(self.request)


class ClassificationNamesView(ChangeEventView):
    """Change what the four levels are called here."""

    form_class = ClassificationNamesForm
    title = gettext_lazy("Names of the classifications")
    template_name = panel_template_name = "core/classifications_form.html"
    lead_text = gettext_lazy(
        "The four levels stay what they are; what is shown is the event's own name, with the national term."
    )

    def initial(self) -> dict[str, Any]:
        names: dict[str, dict[str, str]] = self.request.event.classification_names
        values = {
            f"{part}_{int(level)}": names.get(str(int(level)), {}).get(part, "")
            for level in Classification
            for part in ("name", "national")
        }
        return {**values, "seen": self.request.event.version}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        assert isinstance(form, ClassificationNamesForm)
        names = form.names()
        if names == self.request.event.classification_names:
            return []
        return [ChangeEvent(seen=form.cleaned_data["seen"], classification_names=names)]


# The calendar


@require_safe
def calendar_page(request: EventRequest, slug: str) -> HttpResponse:
    """Working days as everyone works: months, public holidays, exceptional days."""
    today = clock.today(request.event)
    context = {
        "title": _("Settings"),
        **frame(request, "calendar"),
        "calendar": settings_queries.calendar_page(request.event, today, request.viewer),
        "today": today,
    }
    return render(request, "core/settings_calendar.html", context)


class ExceptionalDayView(ActionView):
    """Make a day working or free, for everyone or for one agency."""

    form_class = ExceptionalDayForm
    right = PLAN
    section = SECTION
    title = gettext_lazy("Set an exceptional day")

    def initial(self) -> dict[str, Any]:
        """From a link of the calendar: the day, and the opposite of what it is."""
        try:
            day = date.fromisoformat(self.request.GET.get("day", ""))
        except ValueError:
            return {"working": "yes"}
        row = CalendarException.objects.filter(event=self.request.event, day=day, agency=None).first()
        return {
            "day": day,
            "working": "no" if self.request.GET.get("working") == "no" else "yes",
            "reason": row.reason if row else "",
        }

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [SetCalendarException(**form.values())]

    def success_url(self, applied: Applied) -> str:
        return self.back_url()

    def back_url(self) -> str:
        return settings_url(self.request, "calendar")


class RemoveExceptionalDayView(ConfirmView):
    """Let a day follow the week and the public holidays again."""

    right = PLAN
    section = SECTION
    title = gettext_lazy("Remove the exceptional day")
    confirm_label = gettext_lazy("Remove")

    @cached_property
    def row(self) -> CalendarException:
        return find(self.request, CalendarException, "agency", pk=self.kwargs["pk"])

    def record(self) -> CalendarException:
        return self.row

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [RemoveCalendarException(day=self.row.day, agency=self.row.agency.code if self.row.agency else None)]

    def success_url(self, applied: Applied) -> str:
        return self.back_url()

    def back_url(self) -> str:
        return settings_url(self.request, "calendar")


# Agencies


@require_safe
def agencies(request: EventRequest, slug: str) -> HttpResponse:
    """The agencies as a tree."""
    rows = settings_queries.agency_tree(request.viewer)
    context = {"title": _("Settings"), **frame(request, "agencies"), "rows": rows}
    return render(request, "core/settings_agencies.html", context)


AGENCY_FIELDS = ("name", "name_national", "kind", "parent", "contact", "working_week")


class _AgencyView(ActionView):
    form_class: ClassVar[type[ActionForm]] = AgencyForm
    right = PLAN
    section = SECTION

    def success_url(self, applied: Applied) -> str:
        return self.back_url()

    def back_url(self) -> str:
        return settings_url(self.request, "agencies")


class AddAgencyView(_AgencyView):
    """Add an agency."""

    title = gettext_lazy("Add an agency")

    def initial(self) -> dict[str, Any]:
        return {"parent": self.request.GET.get("parent", ""), "kind": Agency.Kind.DEPARTMENT}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [CreateAgency(**form.values())]


class _OneAgency(_AgencyView):
    @cached_property
    def agency(self) -> Agency:
        return find(self.request, Agency, "parent", code=self.kwargs["code"])

    def record(self) -> Agency:
        return self.agency


class ChangeAgencyView(_OneAgency):
    """Change an agency."""

    title = gettext_lazy("Change the agency")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.agency, AGENCY_FIELDS)

    def actions(self, form: ActionForm) -> Sequence[Action]:
        changed = form.changed_values()
        return [ChangeAgency(code=self.agency.code, seen=form.cleaned_data["seen"], **changed)] if changed else []


class RemoveAgencyView(_OneAgency, ConfirmView):
    """Remove an agency that nothing refers to."""

    form_class = ActionForm
    title = gettext_lazy("Remove the agency")
    confirm_label = gettext_lazy("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [RemoveAgency(code=self.agency.code, seen=form.cleaned_data.get("seen"))]


# People


@require_safe
def people(request: EventRequest, slug: str) -> HttpResponse:
    """The people whom the viewer may see."""
    wanted = {"agency": request.GET.get("agency", ""), "words": request.GET.get("q", "").strip()[:200]}
    page = page_of(request, settings_queries.people(request.viewer, **wanted), PAGE)
    shown = list(page.object_list)
    context = {
        "title": _("Settings"),
        **frame(request, "people"),
        **wanted,
        "page": page,
        "people": shown,
        "agencies": Agency.objects.visible_to(request.viewer).order_by("code"),
        "page_classification": max((person.classification for person in shown), default=None),
    }
    return render(request, "core/settings_people.html", context)


@require_safe
def person(request: EventRequest, slug: str, code: str) -> HttpResponse:
    """One person: facts, posts and duties, history."""
    record = find(request, Person, "agency", code=code)
    context = {
        "title": record.name,
        **frame(request, "people"),
        "person": record,
        "referring": referring(record, request.viewer),
        "page_classification": record.classification,
    }
    return render(request, "core/person.html", context)


PERSON_FIELDS = ("name", "function", "agency", "phone", "email", "classification")


class AddPersonView(ActionView):
    """Add a person."""

    form_class = PersonForm
    right = PLAN
    section = SECTION
    title = gettext_lazy("Add a person")

    def initial(self) -> dict[str, Any]:
        return {"agency": self.request.GET.get("agency", "")}

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [CreatePerson(**form.values())]

    def back_url(self) -> str:
        return settings_url(self.request, "people")


class _OnePerson(ActionView):
    right = PLAN
    section = SECTION

    @cached_property
    def person(self) -> Person:
        return find(self.request, Person, "agency", code=self.kwargs["code"])

    def record(self) -> Person:
        return self.person


class ChangePersonView(_OnePerson):
    """Change a person."""

    form_class = PersonForm
    title = gettext_lazy("Change the person")

    def initial(self) -> dict[str, Any]:
        return initial_of(self.person, PERSON_FIELDS)

    def actions(self, form: ActionForm) -> Sequence[Action]:
        changed = form.changed_values()
        return [ChangePerson(code=self.person.code, seen=form.cleaned_data["seen"], **changed)] if changed else []


class RemovePersonView(_OnePerson, ConfirmView):
    """Remove a person whom nothing refers to."""

    title = gettext_lazy("Remove the person")
    confirm_label = gettext_lazy("Remove")

    def actions(self, form: ActionForm) -> Sequence[Action]:
        return [RemovePerson(code=self.person.code, seen=form.cleaned_data.get("seen"))]

    def success_url(self, applied: Applied) -> str:
        return settings_url(self.request, "people")
