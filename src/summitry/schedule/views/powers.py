"""Which buttons a viewer gets. The actions judge for themselves again: this only keeps useless buttons off the page."""

from __future__ import annotations

from dataclasses import dataclass

from summitry.core.rights import DECIDE, PLAN, REPORT
from summitry.core.viewer import Viewer
from summitry.schedule.models import Coordination, Task
from summitry.schedule.planning import ScheduleData


@dataclass(frozen=True)
class Powers:
    """What one viewer may do with one task; the same conditions as `schedule.actions.common.speaks_for`."""

    viewer: Viewer
    task: Task
    parts: tuple[Coordination, ...]
    group: bool

    @classmethod
    def over(cls, task: Task, data: ScheduleData, viewer: Viewer) -> Powers:
        return cls(viewer, task, data.coordinations_of.get(task.pk, ()), data.is_group(task.pk))

    def _speaks_for(self, *agency_ids: int | None) -> bool:
        viewer = self.viewer
        if not viewer.may(REPORT):
            return False
        return viewer.everything or viewer.may(PLAN) or any(pk in viewer.agency_ids for pk in agency_ids)

    @property
    def plan(self) -> bool:
        return self.viewer.may(PLAN)

    @property
    def decide(self) -> bool:
        return self.viewer.may(DECIDE)

    @property
    def lead(self) -> bool:
        """State facts for the lead agency."""
        return self._speaks_for(self.task.lead_id)

    @property
    def take_part(self) -> bool:
        """State facts for the lead or a coordinating agency."""
        return self._speaks_for(self.task.lead_id, *(part.agency_id for part in self.parts))

    def deliver(self, part: Coordination) -> bool:
        return self._speaks_for(part.agency_id, self.task.lead_id)

    @property
    def _works(self) -> bool:
        """It is no group and is neither closed nor waived: there is something to report."""
        return not self.group and self.task.open

    @property
    def start(self) -> bool:
        return self.lead and self._works and self.task.started_on is None and not self.task.milestone

    @property
    def report(self) -> bool:
        return self.lead and self._works and not self.task.milestone

    @property
    def close(self) -> bool:
        return self.lead and self._works

    @property
    def reopen(self) -> bool:
        if self.task.waived_on is not None:
            return self.decide
        return self.lead and self.task.closed_on is not None

    @property
    def waive(self) -> bool:
        return self.decide and self.task.open

    @property
    def remove(self) -> bool:
        return self.plan and self.task.started_on is None and self.task.closed_on is None
