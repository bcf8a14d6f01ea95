"""The actions of mandates. Importing this package registers them."""

from summitry.governance.actions.bodies import ChangeBody, CreateBody, EndBody, RemoveBody
from summitry.governance.actions.decisions import (
    ChangeClause,
    ChangeDecision,
    CreateClause,
    CreateDecision,
    RemoveClause,
    RemoveDecision,
)
from summitry.governance.actions.duties import (
    ApprovePlan,
    ChangePlanDuty,
    CreatePlanDuty,
    RemovePlanDuty,
    ReturnPlan,
    SubmitPlan,
)
from summitry.governance.actions.posts import (
    ChangeMembership,
    ChangePost,
    CreateMembership,
    CreatePost,
    RemoveMembership,
    RemovePost,
)
from summitry.governance.actions.reorganise import NewBody, Reorganise

__all__ = [
    "ApprovePlan",
    "ChangeBody",
    "ChangeClause",
    "ChangeDecision",
    "ChangeMembership",
    "ChangePlanDuty",
    "ChangePost",
    "CreateBody",
    "CreateClause",
    "CreateDecision",
    "CreateMembership",
    "CreatePlanDuty",
    "CreatePost",
    "EndBody",
    "NewBody",
    "RemoveBody",
    "RemoveClause",
    "RemoveDecision",
    "RemoveMembership",
    "RemovePlanDuty",
    "RemovePost",
    "Reorganise",
    "ReturnPlan",
    "SubmitPlan",
]
