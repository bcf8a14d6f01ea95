"""Small files of Microsoft Project, made by the tests: only what a test is about, the rest as the schema demands."""

from __future__ import annotations

from datetime import date

NAMESPACE = "http://schemas.microsoft.com/project"
DAY = "PT8H0M0S"
START = "2025-10-20"


def week(pattern: str = "1111100") -> str:
    """The weekdays of a calendar, Monday to Sunday."""
    days = "".join(
        f"<WeekDay><DayType>{kind}</DayType><DayWorking>{pattern[(kind + 5) % 7]}</DayWorking></WeekDay>"
        for kind in range(1, 8)
    )
    return f"<WeekDays>{days}</WeekDays>"


def calendar(uid: int = 1, inner: str = "", *, base: int = -1, name: str = "Standard", weekdays: str = "") -> str:
    return (
        f"<Calendar><UID>{uid}</UID><Name>{name}</Name><IsBaseCalendar>{int(base < 0)}</IsBaseCalendar>"
        f"<BaseCalendarUID>{base}</BaseCalendarUID>{weekdays or (week() if base < 0 else '')}{inner}</Calendar>"
    )


def exception(first: date, last: date, *, working: int = 0, more: str = "", name: str = "Feast") -> str:
    return (
        f"<Exception><TimePeriod><FromDate>{first}T00:00:00</FromDate><ToDate>{last}T23:59:00</ToDate></TimePeriod>"
        f"<Name>{name}</Name>{more or '<Type>1</Type>'}<DayWorking>{working}</DayWorking></Exception>"
    )


def task(
    uid: int, inner: str = "", *, level: int = 1, name: str = "", duration: str = DAY, start: str = "2025-10-20"
) -> str:
    return (
        f"<Task><UID>{uid}</UID><Name>{name or f'Task {uid}'}</Name><OutlineLevel>{level}</OutlineLevel>"
        f"<Start>{start}T08:00:00</Start><Duration>{duration}</Duration>{inner}</Task>"
    )


def link(uid: int, *, kind: int = 1, lag: int = 0, shown: int = 7) -> str:
    return (
        f"<PredecessorLink><PredecessorUID>{uid}</PredecessorUID><Type>{kind}</Type>"
        f"<LinkLag>{lag}</LinkLag><LagFormat>{shown}</LagFormat></PredecessorLink>"
    )


def resource(uid: int, name: str, inner: str = "", *, kind: int = 1) -> str:
    return f"<Resource><UID>{uid}</UID><Name>{name}</Name><Type>{kind}</Type>{inner}</Resource>"


def assignment(task_uid: int, resource_uid: int, inner: str = "") -> str:
    return f"<Assignment><TaskUID>{task_uid}</TaskUID><ResourceUID>{resource_uid}</ResourceUID>{inner}</Assignment>"


def project(
    *tasks: str, calendars: str = "", resources: str = "", assignments: str = "", head: str = "", minutes: int = 480
) -> bytes:
    """A whole file."""
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><Project xmlns="{NAMESPACE}"><Name>plan.xml</Name>'
        f"<StartDate>2025-10-06T08:00:00</StartDate><CalendarUID>1</CalendarUID><MinutesPerDay>{minutes}</MinutesPerDay>"
        f"{head}<Calendars>{calendars or calendar()}</Calendars><Tasks>{''.join(tasks)}</Tasks>"
        f"<Resources>{resources}</Resources><Assignments>{assignments}</Assignments></Project>"
    )
    return text.encode()
