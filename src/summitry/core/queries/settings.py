"""What the settings pages ask: agencies as a tree, people, who has access, the calendar month by month."""

from __future__ import annotations

from calendar import Calendar
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet

from summitry.core.calendars import public_holidays, working_facts
from summitry.core.models import Access, Account, Agency, CalendarException, Event, Person
from summitry.core.viewer import Viewer

# A calendar page of more months than this helps nobody; the rest is a matter of the schedule.
MONTHS_SHOWN = 18


@dataclass
class AgencyRow:
    """An agency in its tree: how deep it stands, and how many people and accounts the viewer may see of it."""

    agency: Agency
    depth: int
    people: int = 0
    accounts: int = 0
    parent: Agency | None = None


def agency_tree(viewer: Viewer) -> list[AgencyRow]:
    """The agencies in the order of a tree: each below its parent, by code. Three queries."""
    agencies = list(Agency.objects.visible_to(viewer).select_related("event").order_by("code"))
    by_pk = {agency.pk: agency for agency in agencies}
    children: dict[int | None, list[Agency]] = {}
    for agency in agencies:
        children.setdefault(agency.parent_id if agency.parent_id in by_pk else None, []).append(agency)
    people = Counter(Person.objects.visible_to(viewer).values_list("agency_id", flat=True))
    accounts = Counter(Access.objects.visible_to(viewer).values_list("agency_id", flat=True))
    rows: list[AgencyRow] = []
    placed: set[int] = set()

    def place(siblings: list[Agency], depth: int) -> None:
        for agency in siblings:
            if agency.pk in placed:
                continue
            placed.add(agency.pk)
            parent = by_pk.get(agency.parent_id) if agency.parent_id else None
            rows.append(AgencyRow(agency, depth, people[agency.pk], accounts[agency.pk], parent))
            place(children.get(agency.pk, []), depth + 1)

    place(children.get(None, []), 0)
    # A loop of parents hangs below no root; it must be seen to be mended.
    place(agencies, 0)
    return rows


def people(viewer: Viewer, agency: str = "", words: str = "") -> QuerySet[Person]:
    """The people whom the viewer may see, of an agency, whose name or function holds the words."""
    rows = Person.objects.visible_to(viewer).select_related("event", "agency__event").order_by("name", "code")
    if agency:
        rows = rows.filter(agency__code=agency)
    if words:
        rows = rows.filter(name__icontains=words) | rows.filter(function__icontains=words)
    return rows


def accesses(viewer: Viewer) -> QuerySet[Access]:
    """Who has access to the event, for administrators."""
    rows = Access.objects.visible_to(viewer).select_related("event", "account", "agency__event")
    return rows.order_by("account__name", "account__username")


def accounts_without_access(viewer: Viewer) -> QuerySet[Account]:
    """The accounts that the viewer may see and that have no access to the event."""
    has = Access.objects.filter(event=viewer.event).values("account")
    rows: QuerySet[Account] = Account.objects.visible_to(viewer).exclude(pk__in=has).filter(is_active=True)
    return rows.order_by("name")


@dataclass(frozen=True)
class Day:
    """One day of the calendar. kind: working, free, holiday, extra (worked out of turn) or off (free out of turn)."""

    day: date
    kind: str
    event: bool
    today: bool
    said: str


@dataclass(frozen=True)
class Month:
    """A month's weeks, Monday first; None where a week reaches into another month."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True)
class CalendarPage:
    """The event's calendar: months, public holidays ahead, exceptional days."""

    months: tuple[Month, ...]
    holidays: tuple[tuple[date, str, CalendarException | None], ...]
    exceptions: tuple[CalendarException, ...]
    working_days_left: int
    weekdays: tuple[date, ...] = field(default_factory=lambda: tuple(date(2024, 1, day) for day in range(1, 8)))


def calendar_page(event: Event, today: date, viewer: Viewer) -> CalendarPage:
    """From this month (or the start of planning) to the month after the event, as everyone works."""
    exceptions = tuple(CalendarException.objects.visible_to(viewer).select_related("event", "agency__event"))
    for_all = {row.day: row for row in exceptions if row.agency_id is None}
    facts = working_facts(event)[None]
    first = _first_shown(event, today)
    last = max(event.closing_day, first) + timedelta(days=31)
    holidays = public_holidays(event, first=first, last=last)
    days = set(event.days())

    def shown(day: date) -> Day:
        row, holiday = for_all.get(day), holidays.get(day, "")
        if row is not None:
            kind = "extra" if row.working else "off"
        elif holiday:
            kind = "holiday"
        else:
            kind = "working" if facts.is_working(day) else "free"
        said = ", ".join(part for part in (holiday, row.reason if row else "") if part)
        return Day(day, kind, day in days, day == today, said)

    months: list[Month] = []
    at = first.replace(day=1)
    while at <= last and len(months) < MONTHS_SHOWN:
        weeks = Calendar().monthdatescalendar(at.year, at.month)
        month = at.month
        months.append(Month(at, tuple(tuple(shown(d) if d.month == month else None for d in week) for week in weeks)))
        at = (at + timedelta(days=32)).replace(day=1)
    left = sum(facts.is_working(date.fromordinal(n)) for n in range(today.toordinal(), event.opening_day.toordinal()))
    return CalendarPage(
        months=tuple(months),
        holidays=tuple((day, name, for_all.get(day)) for day, name in holidays.items() if day >= min(today, last)),
        exceptions=exceptions,
        working_days_left=left,
    )


def _first_shown(event: Event, today: date) -> date:
    """Today's month while the event lies ahead, else the month of its opening; never before planning starts."""
    return max(event.planning_start, min(today, event.opening_day)).replace(day=1)
