"""The sheets of the event itself, its calendar, agencies, people and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from summitry.core.models import Agency, CalendarException, Document, Event, Person
from summitry.core.rights import Classification
from summitry.exchange.sheets.description import (
    Column,
    Kind,
    Rule,
    Sheet,
    Value,
    by_code,
    columns_of,
    register_sheet,
)

LEVEL_NAMES = "classification_names"


def _level_columns() -> tuple[Column, ...]:
    """The event's names of the classifications, two columns a level: the JSON field, made readable."""
    headers = {
        0: (_("Name of level 0, public"), _("National term of level 0")),
        1: (_("Name of level 1, internal"), _("National term of level 1")),
        2: (_("Name of level 2, restricted"), _("National term of level 2")),
        3: (_("Name of level 3, secret"), _("National term of level 3")),
    }
    columns = []
    for level in Classification:
        for part, header in zip(("name", "national"), headers[int(level)], strict=True):
            columns.append(
                Column(field=f"{LEVEL_NAMES}.{int(level)}.{part}", header=header, kind=Kind.TEXT, default="")
            )
    return tuple(columns)


def calendar_key(values: Mapping[str, Value]) -> str:
    """A day and an agency's code, or a star for everyone."""
    return f"{values['day']:%Y-%m-%d}/{values['agency'] or '*'}"


EVENT = register_sheet(
    Sheet(
        label="core.event",
        title=_("Event"),
        what=_("The event itself: one line a fact, the value in the second column."),
        key=("slug",),
        key_of=lambda values: str(values["slug"]),
        columns=(
            *columns_of(
                Event,
                "slug",
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
                "demo_now",
                "illustrative",
                "source",
                slug={
                    "rule": Rule.SHOWN,
                    "note": _("The event's address. Used when an event is made from this workbook, else passed over."),
                },
                working_week={"note": _("Seven signs, Monday to Sunday: 1 for a working day, 0 for a free one.")},
                demo_now={
                    "rule": Rule.SHOWN,
                    "note": _(
                        "Only demonstrations have one: a moment in UTC. Used when an event is made from this "
                        "workbook, else passed over."
                    ),
                },
            ),
            *_level_columns(),
        ),
        position=10,
        left_out={LEVEL_NAMES: "travels as the eight lines of names and national terms", "version": "see the stamp"},
    )
)

register_sheet(
    Sheet(
        label="core.calendarexception",
        title=_("Calendar exceptions"),
        what=_("Days that break the weekly pattern: a working weekend, a free Monday; for all or for one agency."),
        key=("day", "agency"),
        key_of=calendar_key,
        columns=columns_of(
            CalendarException,
            "day",
            "agency",
            "working",
            "reason",
            agency={"note": _("Empty: the day holds for everyone.")},
        ),
        position=20,
    )
)

register_sheet(
    Sheet(
        label="core.agency",
        title=_("Agencies"),
        what=_("Ministries, departments, units, localities, partners and operators."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(
            Agency,
            "code",
            "name",
            "name_national",
            "kind",
            "parent",
            "contact",
            "working_week",
            working_week={
                "note": _(
                    "Only where it differs from the event's. Seven signs, Monday to Sunday: 1 for a working day, "
                    "0 for a free one."
                )
            },
        ),
        position=30,
    )
)

register_sheet(
    Sheet(
        label="core.person",
        title=_("People"),
        what=_("People who hold posts or answer for something."),
        key=("code",),
        key_of=by_code,
        columns=columns_of(Person, "code", "name", "function", "agency", "phone", "email", "classification"),
        position=40,
    )
)

_DOCUMENT_COLUMNS = columns_of(
    Document,
    "code",
    "title",
    "source",
    "agency",
    "classification",
    "file_name",
    "media_type",
    "size",
    "sha256",
    sha256={"note": _("The fingerprint of the file. The file itself does not travel in the workbook.")},
)
OF_THE_FILE = frozenset({"file_name", "media_type", "size", "sha256"})

register_sheet(
    Sheet(
        label="core.document",
        title=_("Documents"),
        what=_("Descriptions of files. The files themselves do not travel in the workbook."),
        key=("code",),
        key_of=by_code,
        columns=tuple(
            replace(column, rule=Rule.ONCE) if column.field in OF_THE_FILE else column for column in _DOCUMENT_COLUMNS
        ),
        position=50,
    )
)
