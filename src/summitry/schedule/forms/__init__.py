"""The schedule's forms. Each turns text into the plain values of an action; the action judges them."""

from summitry.schedule.forms.baselines import BaselineForm, RenameBaselineForm
from summitry.schedule.forms.bulk import BulkForm
from summitry.schedule.forms.evidence import EvidenceForm
from summitry.schedule.forms.facts import (
    DayForm,
    PlainForm,
    ReasonForm,
    RemainingForm,
    ReopenForm,
)
from summitry.schedule.forms.limits import (
    AddDemandForm,
    AlternativeForm,
    CapacityForm,
    DemandForm,
    PeriodForm,
    PlannedStartForm,
    ResourceForm,
)
from summitry.schedule.forms.links import AddLinkForm, LinkForm
from summitry.schedule.forms.objectives import CriterionForm, MetForm, ObjectiveForm
from summitry.schedule.forms.parts import AddPartForm, PartForm
from summitry.schedule.forms.risks import RiskForm, RiskSettingsForm
from summitry.schedule.forms.tasks import EstimatesForm, GroupForm, MoveDaysForm, PlaceForm, TaskForm

__all__ = [
    "AddDemandForm",
    "AddLinkForm",
    "AddPartForm",
    "AlternativeForm",
    "BaselineForm",
    "BulkForm",
    "CapacityForm",
    "CriterionForm",
    "DayForm",
    "DemandForm",
    "EstimatesForm",
    "EvidenceForm",
    "GroupForm",
    "LinkForm",
    "MetForm",
    "MoveDaysForm",
    "ObjectiveForm",
    "PartForm",
    "PeriodForm",
    "PlaceForm",
    "PlainForm",
    "PlannedStartForm",
    "ReasonForm",
    "RemainingForm",
    "RenameBaselineForm",
    "ReopenForm",
    "ResourceForm",
    "RiskForm",
    "RiskSettingsForm",
    "TaskForm",
]
