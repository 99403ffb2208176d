"""The nouns of the ground floor."""

from clinic.models.api_keys import ApiKey, KeyUse
from clinic.models.attempts import Attempts
from clinic.models.audits import AuditEvent, AuditLink, LinkKind
from clinic.models.factors import FactorReset
from clinic.models.histories import RowChange
from clinic.models.invitations import Invitation
from clinic.models.logins import BrowserLogin
from clinic.models.marks import PatientTouch, RowMark
from clinic.models.records import Definition, Entry, Record
from clinic.models.repeats import SentForm, SentRequest
from clinic.models.seals import Part, Seal, SealedKind
from clinic.models.shelves import Shelf, shelf, shelves
from clinic.models.sites import Site
from clinic.models.staff import StaffMember, StaffSite

__all__ = [
    "ApiKey",
    "Attempts",
    "AuditEvent",
    "AuditLink",
    "BrowserLogin",
    "Definition",
    "Entry",
    "FactorReset",
    "Invitation",
    "KeyUse",
    "LinkKind",
    "Part",
    "PatientTouch",
    "Record",
    "RowChange",
    "RowMark",
    "Seal",
    "SealedKind",
    "SentForm",
    "SentRequest",
    "Shelf",
    "Site",
    "StaffMember",
    "StaffSite",
    "shelf",
    "shelves",
]
