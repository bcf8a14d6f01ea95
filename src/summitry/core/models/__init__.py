"""The core's records: event and calendar, agencies, people, accounts, documents, waivers, and the audit log."""

from summitry.core.models.accounts import Access, Account, FailedSignIn
from summitry.core.models.audit import AuditChain, AuditEntry, Change
from summitry.core.models.documents import Blob, Document
from summitry.core.models.event import CalendarException, Event
from summitry.core.models.notes import SavedView, Waiver
from summitry.core.models.people import Agency, Person

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
    "Person",
    "SavedView",
    "Waiver",
]
