"""Finding the circle that a new link would close, without solving the network."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from summitry.core.models import Event
from summitry.schedule.models import Link, Task


def loop_through(event: Event, predecessor: int, successor: int) -> tuple[int, ...]:
    """The shortest circle that a link between two tasks would close, as task ids from predecessor on; () if none.

    When one of the two holds the other, the answer is the predecessor alone. Two queries.
    """
    above = dict(Task.objects.filter(event=event).values_list("pk", "parent_id"))
    links = Link.objects.filter(event=event).values_list("predecessor_id", "successor_id")
    return circle_through(above, links, predecessor, successor)


def circle_through(
    above: Mapping[int, int | None], links: Iterable[tuple[int, int]], predecessor: int, successor: int
) -> tuple[int, ...]:
    """`loop_through` on plain ids. above: the group of each task, None where there is none.

    A link on a group holds for each of its parts (see `network.py`), so a way leads from a task along its own links
    and those of the groups above it, and a way that reaches a group reaches its parts.
    """
    if predecessor in _line(above, successor) or successor in _line(above, predecessor):
        return (predecessor,)
    parts: dict[int, list[int]] = {}
    for pk, parent in above.items():
        if parent is not None:
            parts.setdefault(parent, []).append(pk)
    after: dict[int, list[int]] = {}
    for one, other in links:
        after.setdefault(one, []).append(other)
    # Whoever reaches one of these has reached something that the new link's predecessor waits for or is.
    goal = set(_leaves(parts, predecessor))
    start = _leaves(parts, successor)
    came_from: dict[int, int | None] = dict.fromkeys(start)
    open_ids = deque(start)
    while open_ids:
        leaf = open_ids.popleft()
        if leaf in goal:
            return _named(came_from, leaf, predecessor, successor)
        for at in _line(above, leaf):
            for reached in after.get(at, ()):
                for part in _leaves(parts, reached):
                    if part not in came_from:
                        came_from[part] = leaf
                        open_ids.append(part)
    return ()


def _line(above: Mapping[int, int | None], pk: int) -> list[int]:
    """The task and the groups that hold it."""
    line: list[int] = []
    at: int | None = pk
    while at is not None and at not in line:
        line.append(at)
        at = above.get(at)
    return line


def _leaves(parts: dict[int, list[int]], pk: int) -> list[int]:
    found: list[int] = []
    seen: set[int] = set()
    open_ids = [pk]
    while open_ids:
        at = open_ids.pop()
        if at in seen:
            continue
        seen.add(at)
        if at in parts:
            open_ids += reversed(parts[at])
        else:
            found.append(at)
    return found


def _named(came_from: dict[int, int | None], leaf: int, predecessor: int, successor: int) -> tuple[int, ...]:
    way = [leaf]
    while (before := came_from[way[-1]]) is not None:
        way.append(before)
    way.reverse()
    # The ends are named as the link names them, be they groups.
    return (predecessor, successor, *way[1:-1]) if len(way) > 1 else (predecessor, successor)
