"""The loops that prevent an order of the activities, named."""

from __future__ import annotations

from collections import deque

from .flat import Flat
from .model import ActivityId

SEARCH_ALL_UP_TO = 400
"""In a knot of at most so many activities a shortest loop is found, in a larger one a shortest through its first id."""


def loops(flat: Flat, ordered: set[int]) -> list[tuple[ActivityId, ...]]:
    """One loop for each knot of activities that could not be ordered, sorted by first id."""
    after: dict[int, list[int]] = {at: [] for at in range(len(flat.ids)) if at not in ordered}
    for before, then in zip(flat.edge_from, flat.edge_to, strict=True):
        if before in after and then in after:
            after[before].append(then)
    for following in after.values():
        following.sort(key=flat.order_of)
    found = []
    for knot in _knots(after):
        members = sorted(knot, key=flat.order_of)
        starts = members if len(members) <= SEARCH_ALL_UP_TO else members[:1]
        # min() keeps the first of equal length, so the loop named begins with its smallest id.
        found.append(min((_shortest_loop(after, knot, begin) for begin in starts), key=len))
    found.sort(key=lambda loop: flat.order_of(loop[0]))
    return [tuple(flat.ids[at] for at in loop) for loop in found]


def _shortest_loop(after: dict[int, list[int]], knot: set[int], begin: int) -> list[int]:
    """A shortest loop through ``begin``, by breadth-first search."""
    came_from: dict[int, int] = {}
    queue = deque([begin])
    while queue:
        at = queue.popleft()
        for then in after[at]:
            if then == begin:
                loop = [at]
                while loop[-1] != begin:
                    loop.append(came_from[loop[-1]])
                return loop[::-1]
            if then in knot and then not in came_from:
                came_from[then] = at
                queue.append(then)
    raise AssertionError("every member of a knot lies on a loop")


def _knots(after: dict[int, list[int]]) -> list[set[int]]:
    """Strongly connected components of more than one member (Tarjan 1972, without recursion)."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    knots = []

    def enter(at: int) -> None:
        number[at] = low[at] = len(number)
        stack.append(at)
        on_stack.add(at)

    for root in after:
        if root in number:
            continue
        enter(root)
        calls = [(root, iter(after[root]))]
        while calls:
            at, rest = calls[-1]
            for then in rest:
                if then not in number:
                    enter(then)
                    calls.append((then, iter(after[then])))
                    break
                if then in on_stack:
                    low[at] = min(low[at], number[then])
            else:
                calls.pop()
                if calls:
                    caller = calls[-1][0]
                    low[caller] = min(low[caller], low[at])
                if low[at] == number[at]:
                    knot: set[int] = set()
                    while at not in knot:
                        member = stack.pop()
                        on_stack.discard(member)
                        knot.add(member)
                    if len(knot) > 1:
                        knots.append(knot)
    return knots
