"""What other systems call a patient: added, and ended."""

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.used import require_unmerged
from cases.models import Patient, PatientIdentifier
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission


@transaction.atomic
def add_identifier(*, patient: Patient, system: str, value: str, by: StaffMember) -> PatientIdentifier:
    """Adds a number of another system; each is of one patient only."""
    require(by, Permission.PATIENT_REGISTER)
    require_unmerged(patient)
    system, value = system.strip(), value.strip()
    if not system:
        raise RuleBroken("missing", _("Name the other system."), field="system")
    if not value:
        raise RuleBroken("missing", _("Write what it calls this patient."), field="value")
    holder = PatientIdentifier.objects.in_force().filter(system=system, value=value).first()
    if holder is not None:
        told = _("This patient has it already.") if holder.patient_id == patient.pk else _("Another patient has it.")
        raise RuleBroken("identifier_taken", told, field="value", conflict=True)
    row = PatientIdentifier.objects.create(patient=patient, system=system, value=value)
    audit.record("identifier.added", by=by, about=row, patient_id=patient.pk)
    return row


@transaction.atomic
def end_identifier(*, identifier: PatientIdentifier, by: StaffMember) -> PatientIdentifier:
    """Takes a number of another system away; it stays readable in the history."""
    require(by, Permission.PATIENT_REGISTER)
    locked = PatientIdentifier.objects.select_for_update(of=("self",)).get(pk=identifier.pk)
    if locked.ended_at is not None:
        raise RuleBroken("ended", _("This is ended already."), conflict=True)
    locked.ended_at = clock.now()
    locked.save_change("ended_at")
    audit.record("identifier.ended", by=by, about=locked, patient_id=locked.patient_id)
    return locked
