"""A plan as an outside file describes it: neutral, frozen, in the file's own terms. Nothing here asks the database.

The readers of `mspdi` and `xer` make it, `translating` makes rows of the workbook from it. What the file says and
Summitry has no place for is a `Lost`, so that nothing is dropped in silence.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

SHOWN_VALUE = 120


class Loss(enum.Enum):
    """What became of a thing that has no exact counterpart."""

    CONVERTED = "converted"  # it is imported as the nearest thing that Summitry has
    LEFT_OUT = "left out"  # it is not imported


@dataclass(frozen=True, slots=True)
class Lost:
    """One thing of the file without an exact counterpart.

    line: where it stands in the file. place: whose it is, such as a task's name. what: the element or column.
    why: a sentence, the same for all of a kind, so that a page can gather them.
    """

    line: int
    place: str
    what: str
    value: str
    why: str
    loss: Loss = Loss.LEFT_OUT

    @staticmethod
    def of(line: int, place: str, what: str, value: object, why: object, loss: Loss = Loss.LEFT_OUT) -> Lost:
        text = " ".join(str(value).split())
        short = text if len(text) <= SHOWN_VALUE else text[: SHOWN_VALUE - 1] + "…"
        return Lost(line, place, what, short, str(why), loss)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: minutes of work, minutes of the clock (`elapsed`), or a share of the predecessor's duration.

    minutes: of work or of the clock. percent: with it, `minutes` says nothing.
    """

    minutes: Fraction = Fraction(0)
    elapsed: bool = False
    percent: Fraction | None = None


class Constraint(enum.Enum):
    """What a date of a task binds, by the names that planners use."""

    ASAP = "as soon as possible"
    ALAP = "as late as possible"
    MSO = "must start on"
    MFO = "must finish on"
    SNET = "start no earlier than"
    SNLT = "start no later than"
    FNET = "finish no earlier than"
    FNLT = "finish no later than"


@dataclass(frozen=True, slots=True)
class OutsideDay:
    """A day that breaks a calendar's week."""

    working: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OutsideCalendar:
    """A working calendar: seven signs Monday to Sunday, None for those of its base, and days that break the week."""

    uid: str
    name: str
    week: str | None
    days: Mapping[date, OutsideDay] = field(default_factory=dict)
    base: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class OutsidePeriod:
    """From one day to another, None for an open end, a resource has so many units."""

    first: date
    last: date | None
    units: Fraction
    line: int = 0


@dataclass(frozen=True, slots=True)
class OutsideResource:
    """Who does work. Only people and units are here: materials and costs are `Lost`.

    periods: how many units there are when, of a file that Summitry wrote.
    """

    uid: str
    name: str
    code: str = ""
    initials: str = ""
    group: str = ""
    calendar: str = ""
    periods: tuple[OutsidePeriod, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class OutsideAssignment:
    """A resource on a task; `units` is the share of its time, 1 for all of it. They stand in the file's order."""

    task: str
    resource: str
    units: Fraction = Fraction(1)
    lead: bool | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class OutsideLink:
    """A link of two tasks by uid; `kind` is FS, SS, FF or SF."""

    predecessor: str
    successor: str
    kind: str
    lag: Span = Span()
    line: int = 0


@dataclass(frozen=True, slots=True)
class OutsideBaseline:
    """A task's dates in the file's baseline of that number."""

    number: int
    start: date
    finish: date
    duration: Span | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class OutsideTask:
    """A task, milestone or group of the file, in outline order.

    uid: its name within the file, which never changes. codes: names by which Summitry or a person calls it, the best
    first. own: fields of Summitry that travelled in the file, by field name. start, finish: what the other program
    worked out. percent: how much is done, 0 to 100.
    """

    uid: str
    title: str
    line: int = 0
    codes: tuple[str, ...] = ()
    parent: str = ""
    group: bool = False
    milestone: bool = False
    duration: Span = Span()
    constraints: tuple[tuple[Constraint, datetime], ...] = ()
    deadline: date | None = None
    manual_start: date | None = None
    start: date | None = None
    finish: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    percent: Fraction = Fraction(0)
    remaining: Span | None = None
    active: bool = True
    note: str = ""
    calendar: str = ""
    baselines: tuple[OutsideBaseline, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"“{self.title}” (UID {self.uid})"


@dataclass(frozen=True, slots=True)
class OutsideMarks:
    """What Summitry wrote into a file of its own, so that it finds its records again: see `about.Marks`."""

    event: str = ""
    counter: int = -1
    fingerprint: str = ""
    baselines: Mapping[int, tuple[str, str, date | None]] = field(default_factory=dict)
    """By number: code, name, the day it was taken."""


@dataclass(frozen=True, slots=True)
class OutsidePlan:
    """One project of an outside file.

    key: names the project in every later version of its file. status: the day that its facts are told for.
    minutes_a_day, minutes_a_week: what the file counts as a day's and a week's work.
    calendar: uid of the calendar by which work without another runs.
    passed: how many elements or cells were passed over because they say nothing of their own, by path.
    used: how many were read.
    """

    program: str
    key: str
    title: str
    start: date | None = None
    status: date | None = None
    minutes_a_day: int = 480
    minutes_a_week: int = 2400
    calendar: str = ""
    calendars: Mapping[str, OutsideCalendar] = field(default_factory=dict)
    resources: tuple[OutsideResource, ...] = ()
    tasks: tuple[OutsideTask, ...] = ()
    links: tuple[OutsideLink, ...] = ()
    assignments: tuple[OutsideAssignment, ...] = ()
    marks: OutsideMarks = OutsideMarks()
    lost: tuple[Lost, ...] = ()
    passed: Mapping[str, int] = field(default_factory=dict)
    used: int = 0
