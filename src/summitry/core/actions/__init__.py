"""The core's actions. Importing this package registers them."""

from summitry.core.actions.accounts import (
    ChangeAccount,
    CreateAccount,
    GrantAccess,
    RevokeAccess,
    SetPassword,
)
from summitry.core.actions.documents import AddDocument, ChangeDocument, RemoveDocument
from summitry.core.actions.event import (
    ChangeEvent,
    CreateEvent,
    MoveClock,
    RemoveCalendarException,
    SetCalendarException,
)
from summitry.core.actions.notes import EndWaiver, RemoveView, SaveView, WaiveFinding
from summitry.core.actions.own import SetOwnLanguage, SetOwnPassword
from summitry.core.actions.people import (
    ChangeAgency,
    ChangePerson,
    CreateAgency,
    CreatePerson,
    RemoveAgency,
    RemovePerson,
)
from summitry.core.actions.proposals import (
    AcceptProposal,
    MakeProposal,
    ProposedAction,
    RejectProposal,
    WithdrawProposal,
)
from summitry.core.actions.undo import Undo

__all__ = [
    "AcceptProposal",
    "AddDocument",
    "ChangeAccount",
    "ChangeAgency",
    "ChangeDocument",
    "ChangeEvent",
    "ChangePerson",
    "CreateAccount",
    "CreateAgency",
    "CreateEvent",
    "CreatePerson",
    "EndWaiver",
    "GrantAccess",
    "MakeProposal",
    "MoveClock",
    "ProposedAction",
    "RejectProposal",
    "RemoveAgency",
    "RemoveCalendarException",
    "RemoveDocument",
    "RemovePerson",
    "RemoveView",
    "RevokeAccess",
    "SaveView",
    "SetCalendarException",
    "SetOwnLanguage",
    "SetOwnPassword",
    "SetPassword",
    "Undo",
    "WaiveFinding",
    "WithdrawProposal",
]
