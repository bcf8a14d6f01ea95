"""The demonstration clock's stepper."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from summitry.core import clock
from summitry.core.action import submit
from summitry.core.actions import MoveClock
from summitry.core.http.request import EventRequest
from summitry.core.refusals import Invalid
from summitry.web import words
from summitry.web.safety import next_address

STEPS = {"1": timedelta(days=1), "7": timedelta(days=7)}


@require_POST
def move_clock(request: EventRequest, slug: str) -> HttpResponse:
    """Move the clock by a day, by a week, or to a given day; the time of day stays."""
    target = next_address(request, request.event.get_absolute_url())
    try:
        submit([MoveClock(to=_wanted(request))], viewer=request.viewer, event=request.event)
    except Invalid as refusal:
        messages.error(request, str(" ".join(fault.message for fault in refusal.faults)))
        return HttpResponseRedirect(target)
    request.event.refresh_from_db()
    messages.success(request, _("It is now %(day)s.") % {"day": words.full_day(clock.local_now(request.event))})
    return HttpResponseRedirect(target)


def _wanted(request: EventRequest) -> datetime:
    now = clock.local_now(request.event)
    step = STEPS.get(request.POST.get("by", ""))
    if step is not None:
        return now + step
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise Invalid.of("day", _("Give a day to move the clock to.")) from None
    # By day and time apart: the offset of the event's zone may differ on the other day.
    return datetime.combine(day, now.time(), tzinfo=request.event.zone)
