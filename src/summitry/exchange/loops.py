"""Loops: trees whose records stand below themselves, tasks that wait for one another."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from summitry.exchange.sheets import Value

N = TypeVar("N", bound=Hashable)


def loops(after: Mapping[N, Sequence[N]]) -> list[list[N]]:
    """Loops of a graph, each a list of nodes of which the last leads to the first; no two share a node.

    At least one is found wherever there is one. Depth first, without recursion; the time is linear.
    """
    found: list[list[N]] = []
    used: set[N] = set()
    state: dict[N, int] = {}  # 1: on the path, 2: done
    for root in after:
        if root in state:
            continue
        path = [root]
        open_nodes = [iter(after[root])]
        state[root] = 1
        while path:
            then = next(open_nodes[-1], None)
            if then is None:
                state[path.pop()] = 2
                open_nodes.pop()
            elif then not in state:
                state[then] = 1
                path.append(then)
                open_nodes.append(iter(after.get(then, ())))
            elif state[then] == 1:
                loop = path[path.index(then) :]
                if used.isdisjoint(loop):
                    found.append(loop)
                    used |= set(loop)
    return found


def tree_loops(rows: Mapping[str, Mapping[str, Value]], fields: Iterable[str]) -> list[list[str]]:
    """Loops in a sheet that refers to itself: keys, each of which stands below (or after) the next."""
    names = tuple(fields)
    above = {
        key: [str(values[name]) for name in names if isinstance(values.get(name), str) and values[name] in rows]
        for key, values in rows.items()
    }
    return loops(above)


def standing_above(tasks: Mapping[str, Mapping[str, Value]], code: str) -> set[str]:
    """The task and the groups that hold it."""
    line: set[str] = set()
    at: Value = code
    while isinstance(at, str) and at not in line and at in tasks:
        line.add(at)
        at = tasks[at].get("parent")
    return line


def network_loops(
    tasks: Mapping[str, Mapping[str, Value]], links: Mapping[str, Mapping[str, Value]]
) -> list[tuple[list[str], list[str]]]:
    """Loops among tasks that wait for one another: their codes, and the keys of the links that make the loop.

    The schedule's own meaning of links on groups holds: what follows a group waits for each of its parts. Such a link
    is a node between the parts of both ends, as in `schedule.planning.network`.
    """
    parts: dict[str, list[str]] = {}
    for code, values in tasks.items():
        if isinstance(values.get("parent"), str):
            parts.setdefault(str(values["parent"]), []).append(code)
    leaves: dict[str, list[str]] = {}

    def leaves_of(code: str) -> list[str]:
        if code not in leaves:
            found, open_codes, seen = [], [code], set()
            while open_codes:
                one = open_codes.pop()
                if one in seen:
                    continue
                seen.add(one)
                if one in parts:
                    open_codes += parts[one]
                else:
                    found.append(one)
            leaves[code] = found
        return leaves[code]

    after: dict[tuple[str, str], list[tuple[str, str]]] = {("task", code): [] for code in tasks if code not in parts}
    for key, values in links.items():
        before, then = leaves_of(str(values["predecessor"])), leaves_of(str(values["successor"]))
        # Between a group and a single part of its own, the part does not wait for itself.
        if len(before) == 1:
            then = [code for code in then if code not in before]
        elif len(then) == 1:
            before = [code for code in before if code not in then]
        for code in before:
            after.setdefault(("task", code), []).append(("link", key))
        after[("link", key)] = [("task", code) for code in then]
    return [
        ([name for kind, name in loop if kind == "task"], [name for kind, name in loop if kind == "link"])
        for loop in loops(after)
    ]
