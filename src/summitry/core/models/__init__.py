"""The core's records: event and calendar, agencies, people, accounts, documents, waivers, proposals, jobs, the log."""

from summitry.core.models.accounts import Access, Account, FailedSignIn
from summitry.core.models.audit import AuditChain, AuditEntry, Change
from summitry.core.models.documents import Blob, Document
from summitry.core.models.event import CalendarException, Event
from summitry.core.models.jobs import Job, WorkerSign
from summitry.core.models.notes import SavedView, Waiver
from summitry.core.models.people import Agency, Person
from summitry.core.models.proposals import Proposal, ProposalAction

__all__ = [
    "Access",
    "Account",
    "Agency",
    "AuditChain",
    "AuditEntry",
    "Blob",
    "CalendarException",
    "Change",
    "Document",
    "Event",
    "FailedSignIn",
    "Job",
    "Person",
    "Proposal",
    "ProposalAction",
    "SavedView",
    "Waiver",
    "WorkerSign",
]
