"""What an exported plan cannot take along, told before it is downloaded: by kind and how many, with the first few.

Complete by construction: every column of every sheet of the workbook is either in `CARRIED`, or its filled cells are
counted here. What is carried only under a condition (a second link between two tasks, a reason that is too long, the
twelfth baseline) is looked for one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.utils.translation import gettext as _

from summitry.core.calendars import WorkingFacts, state_days, working_facts
from summitry.exchange.mspdi.own import LONGEST
from summitry.exchange.queries import Stored, StoredEvent
from summitry.exchange.sheets import HIDDEN, SHEETS, Column, Kind, Values, sheets
from summitry.exchange.words import listed

EVENT, AGENCY, EXCEPTION = "core.event", "core.agency", "core.calendarexception"
TASK, LINK, COORDINATION = "schedule.task", "schedule.link", "schedule.coordination"
CAPACITY = "schedule.capacity"
BASELINE, BASELINE_TASK = "schedule.baseline", "schedule.baselinetask"
MOST_BASELINES = 11
SHOWN = 6

CARRIED: dict[str, frozenset[str]] = {
    EVENT: frozenset({"slug", "name", "planning_start", "working_week"}),
    AGENCY: frozenset({"code", "name", "working_week"}),
    EXCEPTION: frozenset({"day", "agency", "working", "reason"}),
    TASK: frozenset(
        {
            "code",
            "title",
            "parent",
            "milestone",
            "lead",
            "optimistic",
            "likely",
            "pessimistic",
            "not_before",
            "deadline",
            "fixed_start",
            "fixed_finish",
            "started_on",
            "remaining",
            "reported_on",
            "closed_on",
            "waived_on",
            "waived_reason",
            "planned_start",
            "desks",
            "unbroken",
            "published",
            "priority",
            "note",
            "position",
            "classification",
        }
    ),
    LINK: frozenset({"predecessor", "successor", "kind", "lag"}),
    COORDINATION: frozenset({"task", "agency"}),
    CAPACITY: frozenset({"agency", "from_day", "to_day", "units"}),
    BASELINE: frozenset({"code", "name", "taken_on"}),
    BASELINE_TASK: frozenset({"baseline", "task", "start", "finish", "duration"}),
}
"""The columns of the workbook that stand in the file and come back from it."""


@dataclass(frozen=True)
class Left:
    """Something that the file does not hold.

    kind: the sheet of the workbook that has it. what: which part of it, "" for the whole records. why: where the file
    takes some and not others. keys: the records.
    """

    kind: str
    what: str
    keys: tuple[str, ...]
    why: str = ""

    @property
    def count(self) -> int:
        return len(self.keys)

    @property
    def shown(self) -> str:
        """The first few records by their keys."""
        return listed(self.keys, SHOWN)

    def __str__(self) -> str:
        what = f"{self.kind}, {self.what}" if self.what else self.kind
        told = f"{what}: {self.count} ({self.shown})."
        return f"{told} {self.why}" if self.why else told


def left_of(stored: StoredEvent) -> list[Left]:
    """All of the event that the viewer may see and that an exported plan does not hold, in the workbook's order."""
    return [one for sheet in sheets() for one in _of_kind(stored, sheet.label) if one.keys]


def whole(stored: StoredEvent) -> bool:
    """Whether the viewer sees all of what a plan holds."""
    return all(stored[label].complete for label in (TASK, LINK, COORDINATION, CAPACITY, BASELINE_TASK))


def numbered_baselines(stored: Stored) -> dict[str, int]:
    """The baselines that the file takes, the latest, with their numbers in it."""
    rows = stored.values
    order = sorted(rows, key=lambda code: (cast(date, rows[code]["taken_on"]), code))
    return {code: number for number, code in enumerate(order[-MOST_BASELINES:])}


def too_long(reason: str) -> bool:
    """Whether a text does not fit into a custom field of the other program."""
    return len(reason) > LONGEST or "\n" in reason


def _of_kind(stored: StoredEvent, label: str) -> Iterator[Left]:
    rows, kind = stored[label], str(SHEETS[label].title)
    carried = CARRIED.get(label)
    if carried is None:
        yield Left(kind, "", tuple(rows.values))
        return
    columns = [column for column in rows.sheet.columns if column.field not in carried]
    if label == EVENT:  # one record with many lines: they are told together
        yield Left(kind, "", tuple(str(one.header) for one in columns if _filled(rows, one)))
        return
    for column in columns:
        yield Left(kind, str(column.header), _filled(rows, column))
    special = {
        AGENCY: _agencies,
        EXCEPTION: _exceptions,
        TASK: _tasks,
        LINK: _links,
        BASELINE: _baselines,
        BASELINE_TASK: _hidden,
        COORDINATION: _hidden,
        CAPACITY: _hidden,
    }
    if label in special:
        yield from special[label](kind, stored, rows)


def _filled(rows: Stored, column: Column) -> tuple[str, ...]:
    """The records in which the column says something. What is hidden is not this viewer's to take along."""
    empty: tuple[object, ...] = (None, "", HIDDEN, column.default)
    if column.kind is Kind.FLAG:
        empty = (None, HIDDEN, False)
    return tuple(key for key, values in rows.values.items() if values[column.field] not in empty)


def _tasks(kind: str, stored: StoredEvent, rows: Stored) -> Iterator[Left]:
    tasks = rows.values
    yield Left(
        kind,
        str(rows.sheet.by_field["waived_reason"].header),
        tuple(code for code, values in tasks.items() if values["waived_on"] and too_long(str(values["waived_reason"]))),
        _("It is too long for a field of the file, or has several lines."),
    )
    yield Left(
        kind,
        str(rows.sheet.by_field["remaining"].header),
        tuple(code for code, values in tasks.items() if values["remaining"] is not None and not _under_way(values)),
        _("The file holds it of tasks that have begun and are not closed."),
    )
    yield Left(
        kind,
        str(rows.sheet.by_field["desks"].header),
        tuple(code for code, values in tasks.items() if values["desks"] != 1 and not isinstance(values["lead"], str)),
        _("The file holds it at the lead, and there is none."),
    )
    groups = {values["parent"] for values in tasks.values()}
    for name in ("started_on", "closed_on", "remaining", "reported_on"):
        yield Left(
            kind,
            str(rows.sheet.by_field[name].header),
            tuple(code for code, values in tasks.items() if code in groups and values[name] is not None),
            _("There the facts of a group are those of its parts."),
        )


def _under_way(values: Values) -> bool:
    return values["started_on"] is not None and values["closed_on"] is None and not values["milestone"]


def _agencies(kind: str, stored: StoredEvent, rows: Stored) -> Iterator[Left]:
    week = stored.event.working_week
    same = tuple(code for code, values in rows.values.items() if values["working_week"] == week)
    header = str(rows.sheet.by_field["working_week"].header)
    yield Left(kind, header, same, _("They say what holds anyway."))
    facts = working_facts(stored.event)
    inherited = _in_order(
        key
        for pk, key in rows.key_of.items()
        if key in rows.values and not rows.values[key]["working_week"] and pk in facts and facts[pk].week != week
    )
    yield Left(kind, header, inherited, _("It is that of an agency above; the file holds it as the agency's own."))


def _exceptions(kind: str, stored: StoredEvent, rows: Stored) -> Iterator[Left]:
    event, facts = stored.event, working_facts(stored.event)
    of_agency = {key: own_days(facts[pk], facts[None]) for pk, key in stored[AGENCY].key_of.items() if pk in facts}
    of_state = state_days(event)
    said_anyway = []
    for key, values in rows.values.items():
        day, agency = cast(date, values["day"]), values["agency"]
        if agency is None:
            usual = of_state.get(day, event.working_week[day.weekday()] == "1")
            if values["working"] == usual:
                said_anyway.append(key)
        elif isinstance(agency, str) and day not in of_agency.get(agency, {}):
            said_anyway.append(key)
    yield Left(kind, "", tuple(said_anyway), _("They say what holds anyway."))


def own_days(facts: WorkingFacts, everyone: WorkingFacts) -> dict[date, bool]:
    """The days on which an agency works otherwise than its week and everyone's exceptional days say."""
    said = everyone.nonworking | everyone.working
    found = {}
    for day in facts.nonworking | facts.working | said:
        working = facts.is_working(day)
        inherited = day in everyone.working if day in said else facts.week[day.weekday()] == "1"
        if working != inherited:
            found[day] = working
    return found


def _links(kind: str, stored: StoredEvent, rows: Stored) -> Iterator[Left]:
    pairs: set[tuple[object, object]] = set()
    further: list[str] = []
    for key, values in sorted(rows.values.items()):
        pair = (values["predecessor"], values["successor"])
        if HIDDEN in pair:
            continue
        if pair in pairs:
            further.append(key)
        pairs.add(pair)
    why = _("They stand in the file, but Microsoft Project keeps one link between two tasks. Others may read them all.")
    yield Left(kind, _("further links between the same tasks"), tuple(further), why)


def _baselines(kind: str, stored: StoredEvent, rows: Stored) -> Iterator[Left]:
    taken = numbered_baselines(rows)
    earlier = _in_order(code for code in rows.values if code not in taken)
    yield Left(kind, "", earlier, _("The file takes {most} baselines, the latest.").format(most=MOST_BASELINES))
    dated = {values["baseline"] for values in stored[BASELINE_TASK].values.values()}
    why = _("A baseline without a task's dates has no place in the file.")
    yield Left(kind, "", _in_order(code for code in taken if code not in dated), why)


def _hidden(kind: str, stored: StoredEvent, rows: Stored) -> Iterator[Left]:
    """Rows that name a record which this viewer may not see: there is nothing in the file that they could stand at."""
    keys = _in_order(key for key, values in rows.values.items() if HIDDEN in values.values())
    yield Left(kind, "", keys, _("They name something that you may not see."))


def _in_order(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(keys))
