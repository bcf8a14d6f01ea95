"""What Summitry writes into the note of the project, so that a file that was changed elsewhere finds its records again.

Microsoft Project shows the note of the project's own summary task as the comments of the project, and keeps it.
"""

from __future__ import annotations

import json
from datetime import date

from summitry.exchange.plans.model import OutsideMarks

FORMAT = "1"
PREFIX = "summitry."


def mark_lines(marks: OutsideMarks) -> list[str]:
    """The marks as lines of text."""
    lines = [
        f"{PREFIX}format: {FORMAT}",
        f"{PREFIX}event: {marks.event}",
        f"{PREFIX}counter: {marks.counter}",
        f"{PREFIX}fingerprint: {marks.fingerprint}",
    ]
    for number, (code, name, taken) in sorted(marks.baselines.items()):
        lines.append(f"{PREFIX}baseline.{number}: {code} {taken or '-'} {_in_one_line(name)}")
    return lines


def _in_one_line(name: str) -> str:
    """A name, quoted as in JSON if it has several lines or looks as if it were quoted."""
    quoted = name.startswith('"') or len(name.splitlines()) > 1
    return json.dumps(name) if quoted else name


def _as_it_was(name: str) -> str:
    try:
        found = json.loads(name) if name.startswith('"') else name
    except ValueError:
        return name
    return found if isinstance(found, str) else name


def read_marks(note: str) -> OutsideMarks:
    """The marks among the lines of a note; nothing where they were changed so that they make no sense."""
    found: dict[str, str] = {}
    for line in note.splitlines():
        name, separator, value = line.strip().partition(":")
        if separator and name.startswith(PREFIX):
            found[name.removeprefix(PREFIX)] = value.strip()
    if found.get("format") != FORMAT:
        return OutsideMarks()
    counter = found.get("counter", "")
    sound = counter.isascii() and counter.isdecimal() and len(counter) < 16
    baselines = {}
    for name, value in found.items():
        number = name.removeprefix("baseline.")
        parts = value.split(" ", 2)
        if name.startswith("baseline.") and number in map(str, range(11)) and len(parts) == 3:
            baselines[int(number)] = (parts[0], _as_it_was(parts[2]), _day(parts[1]))
    return OutsideMarks(
        event=found.get("event", ""),
        counter=int(counter) if sound else -1,
        fingerprint=found.get("fingerprint", ""),
        baselines=baselines,
    )


def without_marks(note: str) -> str:
    """What else the note says."""
    lines = [line for line in note.splitlines() if not line.strip().startswith(PREFIX)]
    return "\n".join(lines).strip()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
