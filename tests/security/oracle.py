"""Who may see what, once more and in plain Python: shares no code with `core.visibility`."""

from __future__ import annotations

from summitry.core.records import Record, model_of
from summitry.core.viewer import Viewer

WHOLE_VIEW = {"administrator", "planner", "head", "security_planner"}
AT_LARGE = {"focal_point": 1, "unit_officer": 1, "partner": 0, "observer": 0}


def level(viewer: Viewer, classification: int, *agency_ids: int | None) -> bool:
    """Within the clearance, and either open to the role at large or one's own agency takes part."""
    if classification > viewer.clearance:
        return False
    if viewer.role in WHOLE_VIEW:
        return True
    return classification <= AT_LARGE[str(viewer.role)] or any(pk in viewer.agency_ids for pk in agency_ids)


def may_see(viewer: Viewer, record: Record) -> bool:
    """Whether the viewer may know of the record at all."""
    label = record._meta.label_lower
    if label == "schedule.task":
        parts = record.coordinations.values_list("agency_id", flat=True)
        return level(viewer, record.classification, record.lead_id, *parts)
    if label in {"core.person", "governance.planduty", "core.document"}:
        return level(viewer, record.classification, record.agency_id)
    if label in {"schedule.capacity", "schedule.resource"}:
        return level(viewer, record.classification, record.agency_id)
    if label == "schedule.resourcecapacity":
        return may_see(viewer, record.resource)
    if label == "schedule.demand":
        return may_see(viewer, record.task) and may_see(viewer, record.resource)
    if label == "schedule.alternative":
        return may_see(viewer, record.task)
    if label == "schedule.riskevent":
        hit = record.hits.values_list("task__lead_id", flat=True)
        return level(viewer, record.classification, record.owner_id, *hit)
    if label in {"governance.decision", "core.proposal"}:
        return level(viewer, record.classification)
    if label == "governance.clause":
        return may_see(viewer, record.decision)
    if label == "governance.membership":
        return may_see(viewer, record.person)
    if label in {"schedule.coordination", "schedule.baselinetask"}:
        return may_see(viewer, record.task)
    if label == "core.proposalaction":
        named = [model_of(one["label"])._base_manager.get(pk=one["pk"]) for one in record.changes]
        return may_see(viewer, record.proposal) and all(may_see(viewer, one) for one in named)
    if label == "schedule.criterion":
        return record.task is None or may_see(viewer, record.task)
    if label == "schedule.link":
        return may_see(viewer, record.predecessor) and may_see(viewer, record.successor)
    if label == "schedule.evidence":
        return may_see(viewer, record.task) and may_see(viewer, record.document)
    if label == "core.savedview":
        return record.account_id == viewer.account.pk
    if label in {"core.waiver", "core.access"}:
        return viewer.role == "administrator"
    return True
