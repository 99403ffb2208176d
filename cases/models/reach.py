"""Whose rows somebody reaches: the one place in which restricted records are shut and opened ones are open.

Each `visible_to` says which rows are at a person's sites; what becomes of that is decided here, by subqueries in the
same statement.
"""

from django.db.models import Q

from cases.models.openings import Opening
from cases.models.restrictions import patients_shut_to
from clinic import audit
from clinic.models.staff import StaffMember
from clinic.rules.permissions import Permission


def reach(staff: StaffMember, at_sites: Q, patient: str = "") -> Q:
    """Rows at this person's sites that are not shut to them, and those whose record they opened under break glass.

    `patient` leads from a row to its patient ("" for the patient itself, "case__patient" for a session).
    """
    shut = patients_shut_to(staff)
    found = at_sites & ~of_patients(shut, patient)
    if not audit.origin.get().opened or not staff.may(Permission.BREAK_GLASS):
        return found
    opened = Opening.objects.of(staff).in_force().values("patient")
    return found | of_patients(opened, patient)


def of_patients(patients: object, path: str) -> Q:
    """Rows of these patients' records, and of the records that are merged into theirs."""
    own, survivor = (f"{path}__in", f"{path}__merged_into__in") if path else ("pk__in", "merged_into__in")
    return Q(**{own: patients}) | Q(**{survivor: patients})
