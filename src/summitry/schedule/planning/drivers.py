"""Why a task begins when it begins: the structure behind "why then?"."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class DriverKind(StrEnum):
    """What a task waits for."""

    LINK = "link"
    NOT_BEFORE = "not_before"
    PLANNED = "planned"
    FIXED = "fixed"
    ACTUAL = "actual"
    STATUS_DATE = "status_date"
    UNDER_WAY = "under_way"
    PROJECT_START = "project_start"
    PARTS = "parts"


class Driver(NamedTuple):
    """Why a task begins when it begins and no day earlier.

    date: the day that the driver stands for: the predecessor's finish (its start, for SS and SF), the day before
    which it may not begin, the day planned for reasons of capacity, the fixed or actual day, today, the start of
    planning.
    task, link, link_kind, lag: for a link; `task` is the leaf that comes last where the link names a group. For a
    group, `task` is the part that comes last.
    """

    kind: DriverKind
    date: date | None = None
    task: int | None = None
    link: int | None = None
    link_kind: str = ""
    lag: int = 0
