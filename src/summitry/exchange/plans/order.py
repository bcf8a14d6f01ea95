"""The places of tasks in the table: left as they are while the file has them in the same order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from summitry.exchange.plans.model import OutsideTask
from summitry.exchange.sheets import Values


def positions(tasks: Sequence[OutsideTask], codes: Mapping[str, str], known: Mapping[str, Values]) -> dict[str, int]:
    """The position of every task that needs one, by code.

    Where the parts of every group stand in the event as in the file, only new tasks need one: that of the task before
    them. Else all are numbered anew.
    """
    here = [codes[task.uid] for task in tasks]
    if not any(code in known for code in here):  # all of it is new: after what there is
        before = max((_stored(code, known) for code in known), default=0)
        return {code: before + at for at, code in enumerate(here, start=1)}
    found: dict[str, int] = {}
    last = 0
    for code in here:
        if code in known:
            last = _stored(code, known)
        else:
            found[code] = last
    if _sorted(tasks, codes, known, found):
        return found
    return {code: at for at, code in enumerate(here, start=1)}


def _stored(code: str, known: Mapping[str, Values]) -> int:
    position = known[code]["position"]
    return position if isinstance(position, int) else 0


def _sorted(
    tasks: Sequence[OutsideTask], codes: Mapping[str, str], known: Mapping[str, Values], new: Mapping[str, int]
) -> bool:
    """Whether the places give the order of the file within every group."""
    siblings: dict[str, list[str]] = {}
    for task in tasks:
        siblings.setdefault(task.parent, []).append(codes[task.uid])
    for line in siblings.values():
        places = [(new[code] if code in new else _stored(code, known), code) for code in line]
        if places != sorted(places):
            return False
    return True
