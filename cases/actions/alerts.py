"""Warnings on a patient: noted, and ended."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.used import require_unmerged
from cases.models import Patient, PatientAlert, Severity
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission


@transaction.atomic
def note_alert(
    *, patient: Patient, severity: str, text: str, by: StaffMember, expires_on: date | None = None
) -> PatientAlert:
    """Warns everybody who meets this patient; the last day on which it holds may be said."""
    require(by, Permission.PATIENT_REGISTER)
    require_unmerged(patient)
    if severity not in Severity.values:
        raise RuleBroken("not_a_choice", _("Choose how severe it is."), field="severity")
    if not text.strip():
        raise RuleBroken("missing", _("Say what one must know."), field="text")
    if expires_on is not None and expires_on < clock.today(patient.site.time_zone):
        raise RuleBroken("in_the_past", _("This day is over already."), field="expires_on")
    alert = PatientAlert.objects.create(
        patient=patient, severity=severity, text=text.strip(), expires_on=expires_on, noted_by=by
    )
    audit.record("alert.noted", by=by, about=alert, patient_id=patient.pk)
    return alert


@transaction.atomic
def end_alert(*, alert: PatientAlert, by: StaffMember) -> PatientAlert:
    """Takes a warning back; it stays readable in the record."""
    require(by, Permission.PATIENT_REGISTER)
    locked = PatientAlert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if locked.ended_at is not None:
        raise RuleBroken("ended", _("This alert is ended already."), conflict=True)
    locked.ended_at, locked.ended_by = clock.now(), by
    locked.save_change("ended_at", "ended_by")
    audit.record("alert.ended", by=by, about=locked, patient_id=locked.patient_id)
    return locked
