"""Who may do what: one table, on one screen. Anything that is not in it is refused."""

from collections.abc import Iterable, Set
from enum import StrEnum


class Role(StrEnum):
    """What a person is in the clinic; roles add up."""

    PHYSIOTHERAPIST = "PHYSIOTHERAPIST"
    CLINICAL_LEAD = "CLINICAL_LEAD"
    CLINIC_ADMIN = "CLINIC_ADMIN"
    RECEPTIONIST = "RECEPTIONIST"
    AUDITOR = "AUDITOR"


class Permission(StrEnum):
    """What can be done."""

    PATIENT_READ = "patient.read"
    PATIENT_REGISTER = "patient.register"
    PATIENT_ARCHIVE = "patient.archive"
    PATIENT_MERGE = "patient.merge"
    PATIENT_IMPORT = "patient.import"
    PATIENT_RESTRICT = "patient.restrict"
    RESTRICTIONS_MANAGE = "restrictions.manage"
    BREAK_GLASS = "break_glass.open"
    OPENINGS_READ = "openings.read"
    OPENINGS_REVIEW = "openings.review"
    LOOKS_READ = "looks.read"
    AUDIT_READ = "audit.read"
    CASE_READ = "case.read"
    CASE_START = "case.start"
    SESSION_LOG = "session.log"
    SESSION_SIGN = "session.sign"
    API_KEY_CREATE = "api_key.create"
    STAFF_MANAGE = "staff.manage"
    RULES_APPROVE = "rules.approve"
    EXPORT = "export.take"
    RESEARCH_EXPORT = "research.take"
    OWN_FILE = "own_file.hand_over"


P, R = Permission, Role
DESK = frozenset({P.PATIENT_READ, P.PATIENT_REGISTER})
CLINICAL = DESK | frozenset(
    {P.CASE_READ, P.CASE_START, P.SESSION_LOG, P.SESSION_SIGN, P.LOOKS_READ, P.PATIENT_RESTRICT}
)

TABLE: dict[Role, frozenset[Permission]] = {
    #                                reads   registers  | clinical record               | runs the clinic
    R.PHYSIOTHERAPIST: CLINICAL | {P.BREAK_GLASS},
    R.CLINICAL_LEAD: frozenset({P.PATIENT_READ, P.CASE_READ, P.RULES_APPROVE, P.LOOKS_READ, P.BREAK_GLASS})
    | {P.EXPORT, P.RESEARCH_EXPORT, P.OWN_FILE},
    R.CLINIC_ADMIN: DESK
    | {P.PATIENT_ARCHIVE, P.PATIENT_MERGE, P.PATIENT_IMPORT, P.STAFF_MANAGE, P.API_KEY_CREATE, P.LOOKS_READ}
    | {P.PATIENT_RESTRICT, P.RESTRICTIONS_MANAGE, P.OPENINGS_READ, P.OPENINGS_REVIEW, P.AUDIT_READ, P.EXPORT}
    | {P.OWN_FILE},
    R.RECEPTIONIST: DESK,
    R.AUDITOR: frozenset({P.LOOKS_READ, P.AUDIT_READ, P.OPENINGS_READ}),
}


def permitted(roles: Iterable[str]) -> frozenset[Permission]:
    """All that a person with these roles may do."""
    return frozenset().union(*(TABLE[Role(role)] for role in roles))


# What a key must name in its scopes to do the same; scopes are exact, a read scope never writes. Each interface class
# names the scope of each of its methods as well, so that two scopes with the same permission open different things.
SCOPES: dict[str, frozenset[Permission]] = {
    "patients:read": frozenset({P.PATIENT_READ}),
    "patients:write": frozenset({P.PATIENT_REGISTER}),
    # Reads back only what it created (cases/api/patients.py): without PATIENT_READ no list is open to it.
    "patients:create": frozenset({P.PATIENT_REGISTER}),
    "cases:read": frozenset({P.CASE_READ}),
    "cases:write": frozenset({P.CASE_START}),
    "sessions:read": frozenset({P.CASE_READ}),
    "sessions:write": frozenset({P.SESSION_LOG}),
    "sessions:sign": frozenset({P.SESSION_SIGN}),
    "imaging:read": frozenset({P.CASE_READ}),
    "imaging:write": frozenset({P.CASE_START, P.SESSION_SIGN}),  # a picture is measured by who may sign
    "plans:read": frozenset({P.CASE_READ}),
    "plans:write": frozenset({P.CASE_START}),
    "reviews:sign": frozenset({P.SESSION_SIGN}),
    "measurements:read": frozenset({P.CASE_READ}),
    "measurements:write": frozenset({P.SESSION_LOG}),
    "exports:read": frozenset({P.EXPORT}),
    "research:read": frozenset({P.RESEARCH_EXPORT}),
    "audit:read": frozenset({P.AUDIT_READ}),
    "admin": frozenset({P.STAFF_MANAGE, P.API_KEY_CREATE, P.PATIENT_ARCHIVE, P.PATIENT_MERGE, P.PATIENT_IMPORT}),
}


def scopes_within(held: Set[Permission]) -> list[str]:
    """The scopes all of whose permissions are held."""
    return [scope for scope, needed in SCOPES.items() if needed <= held]
