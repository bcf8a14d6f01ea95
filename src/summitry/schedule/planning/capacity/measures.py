"""What a plan is worth: lateness, deadlines, loads, its end, and how far it is from another plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from summitry.schedule.planning.capacity.board import Board
from summitry.schedule.planning.limits import desk_overloads, resource_overloads
from summitry.schedule.planning.plan import Plan
from summitry.schedule.planning.state import State


@dataclass(frozen=True)
class Measures:
    """Figures of a plan.

    late_days: calendar days after deadlines, summed over open leaves; weighted: each times its weight. broken: open
    leaves past their deadline. overload_days: days, summed over agencies and resources, on which more is asked for than
    there is. overloaded: ids of the agencies. finish: last day of all. moved, days_moved, owners: against the plan it
    is compared with: leaves on other days, by how many calendar days their starts differ in sum, other leads.
    cost: reluctance of the ways chosen. chance: probability that the event is ready, 0 to 1, where somebody told it.
    """

    late_days: int
    weighted: int
    broken: int
    overload_days: int
    overloaded: tuple[int, ...]
    finish: date | None
    moved: int = 0
    days_moved: int = 0
    owners: int = 0
    cost: int = 0
    chance: float | None = None

    def plain(self) -> dict[str, object]:
        """As JSON keeps them."""
        values = asdict(self)
        values["overloaded"] = list(self.overloaded)
        values["finish"] = self.finish.isoformat() if self.finish else None
        return values


def measures_of(
    board: Board,
    solved: Plan,
    *,
    against: Mapping[int, date] | None = None,
    cost: int = 0,
    chance: float | None = None,
) -> Measures:
    """The figures of a plan by a board's limits. against: first days of the plan that it is compared with."""
    late = weighted = broken = 0
    for task in solved.data.leaves():
        row = solved.of(task.pk)
        if row.state is State.DONE or row.deadline is None or row.finish is None or row.finish <= row.deadline:
            continue
        days = (row.finish - row.deadline).days
        late, weighted, broken = late + days, weighted + days * task.priority, broken + 1
    desks, shared = desk_overloads(solved, board.limits), resource_overloads(solved, board.limits)
    moved = days_moved = owners = 0
    if against is not None:
        for task in solved.data.leaves():
            start, before = solved.of(task.pk).start, against.get(task.pk)
            if start is not None and before is not None and start != before:
                moved, days_moved = moved + 1, days_moved + abs((start - before).days)
            owners += board.data.tasks[task.pk].lead_id != task.lead_id
    return Measures(
        late_days=late,
        weighted=weighted,
        broken=broken,
        overload_days=sum(found.days for found in [*desks.values(), *shared.values()]),
        overloaded=tuple(sorted(desks)),
        finish=solved.finish,
        moved=moved,
        days_moved=days_moved,
        owners=owners,
        cost=cost,
        chance=chance,
    )
