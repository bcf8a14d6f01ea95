"""The event itself, its calendar and its clock."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from summitry.core.action import Action, Context, action, expect_version, invalid_from
from summitry.core.models import Agency, CalendarException, Event
from summitry.core.refusals import Invalid
from summitry.core.rights import ADMINISTER, MOVE_CLOCK, PLAN

CHANGEABLE = (
    "name",
    "name_national",
    "theme",
    "host",
    "venue",
    "timezone",
    "opening_day",
    "closing_day",
    "planning_start",
    "country",
    "working_week",
    "stale_after_days",
    "classification_names",
    "illustrative",
    "source",
)


def _save(event: Event) -> Event:
    try:
        event.full_clean()
    except ValidationError as error:
        raise invalid_from(error) from error
    event.save()
    return event


@action("core.create_event", title=_("Create an event"), right=ADMINISTER)
class CreateEvent(Action):
    """Create an event: its days, time zone and calendar. `demo_now` gives it a stopped clock, for a demonstration."""

    slug: str
    name: str
    opening_day: date
    closing_day: date
    planning_start: date
    name_national: str = ""
    theme: str = ""
    host: str = ""
    venue: str = ""
    timezone: str = "UTC"
    country: str = ""
    working_week: str = "1111100"
    stale_after_days: int = 10
    classification_names: dict[str, dict[str, str]] = {}
    illustrative: str = ""
    source: str = ""
    demo_now: datetime | None = None

    def run(self, ctx: Context) -> Event:
        return _save(Event(**self.model_dump()))


@action("core.change_event", title=_("Change the event"), right=PLAN)
class ChangeEvent(Action):
    """Change the event's names, days, time zone, calendar or classification names."""

    seen: int | None = None
    name: str | None = None
    name_national: str | None = None
    theme: str | None = None
    host: str | None = None
    venue: str | None = None
    timezone: str | None = None
    opening_day: date | None = None
    closing_day: date | None = None
    planning_start: date | None = None
    country: str | None = None
    working_week: str | None = None
    stale_after_days: int | None = None
    classification_names: dict[str, dict[str, str]] | None = None
    illustrative: str | None = None
    source: str | None = None

    def run(self, ctx: Context) -> Event:
        event = Event.objects.get(pk=ctx.event.pk)
        expect_version(event, self.seen)
        for name in CHANGEABLE:
            value = getattr(self, name)
            if value is not None:
                setattr(event, name, value)
        return _save(event)


@action("core.move_clock", title=_("Move the demonstration's clock"), right=MOVE_CLOCK)
class MoveClock(Action):
    """Move a demonstration's clock to a later moment. A real event runs on the real clock; time does not go back."""

    action_undoable = False

    to: datetime

    def run(self, ctx: Context) -> Event:
        event = Event.objects.get(pk=ctx.event.pk)
        if event.demo_now is None:
            raise Invalid.of("to", _("This event runs on the real clock."))
        if self.to.tzinfo is None:
            raise Invalid.of("to", _("The moment needs a time zone."))
        if self.to <= event.demo_now:
            raise Invalid.of("to", _("The clock only moves forward; reset the demonstration to begin again."))
        event.demo_now = self.to
        return _save(event)


@action("core.set_calendar_exception", title=_("Set an exceptional day"), right=PLAN)
class SetCalendarException(Action):
    """Make a day working or free for everyone, or for one agency."""

    day: date
    working: bool
    agency: str | None = None
    reason: str = ""

    def run(self, ctx: Context) -> CalendarException:
        agency = ctx.find(Agency, self.agency)
        row = CalendarException.objects.filter(event=ctx.event, day=self.day, agency=agency).first()
        row = row or CalendarException(event=ctx.event, day=self.day, agency=agency)
        row.working, row.reason = self.working, self.reason
        return ctx.put(row)


@action("core.remove_calendar_exception", title=_("Remove an exceptional day"), right=PLAN)
class RemoveCalendarException(Action):
    """Let a day follow the weekly pattern and the public holidays again."""

    day: date
    agency: str | None = None

    def run(self, ctx: Context) -> None:
        agency = ctx.find(Agency, self.agency)
        ctx.remove(ctx.get(CalendarException, day=self.day, agency=agency))
