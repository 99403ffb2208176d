"""A patient's record is restricted to those on its list; people are put on the list and taken off; it is lifted."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Case, Patient, Restriction, RestrictionName, RestrictionReason
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission


@transaction.atomic
def restrict_patient(*, patient: Patient, reason: str, because: str, by: StaffMember) -> Restriction:
    """From now on only those on the list find this record; who restricts it is on it. See models/restrictions.py."""
    require_to_restrict(patient, by)
    if reason not in RestrictionReason.values:
        raise RuleBroken("not_a_choice", _("Choose why."), field="reason")
    locked = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    if locked.merged_into_id is not None:
        raise RuleBroken("merged", _("This record is merged into another. Restrict that one."), conflict=True)
    if locked.restrictions.in_force().exists():
        raise RuleBroken("restricted", _("This record is restricted already."), conflict=True)
    made = Restriction.objects.create(
        patient=locked, reason=reason, because=required(because, "because"), restricted_by=by
    )
    audit.record("patient.restricted", by=by, about=made, patient_id=locked.pk, details={"reason": reason})
    put_on_list(made, by, True, by)
    return made


@transaction.atomic
def lift_restriction(*, restriction: Restriction, because: str, by: StaffMember) -> Restriction:
    """The record is found again by everybody of its sites; that it was restricted stays on record."""
    require_to_restrict(restriction.patient, by, restriction)
    locked = locked_in_force(restriction)
    locked.lifted_at, locked.lifted_by = clock.now(), by
    locked.lifted_because = required(because, "because")
    locked.save_change("lifted_at", "lifted_by", "lifted_because")
    audit.record("patient.restriction_lifted", by=by, about=locked, patient_id=locked.patient_id)
    return locked


@transaction.atomic
def name_on_restriction(*, restriction: Restriction, person: StaffMember, may_see: bool, by: StaffMember) -> None:
    """Puts somebody on the list of a restricted record, or takes them off, also where they treat the patient."""
    require_to_restrict(restriction.patient, by, restriction)
    locked = locked_in_force(restriction)
    if may_see and not person.is_active:
        raise RuleBroken("not_active", _("This person does not work here any more."), field="person")
    put_on_list(locked, person, may_see, by)


def put_on_list(restriction: Restriction, person: StaffMember, may_see: bool, by: StaffMember) -> None:
    """Part of an action: one row for each person, with a history."""
    row = RestrictionName.objects.select_for_update().filter(restriction=restriction, staff=person).first()
    if row is not None and row.may_see == may_see:
        return
    if row is None:
        row = RestrictionName.objects.create(restriction=restriction, staff=person, may_see=may_see, named_by=by)
    else:
        row.may_see, row.named_by = may_see, by
        row.save_change("may_see", "named_by")
    action = "restriction.named" if may_see else "restriction.unnamed"
    told = {"staff": str(person.pk)}
    audit.record(action, by=by, about=row, patient_id=restriction.patient_id, details=told)


def require_to_restrict(patient: Patient, by: StaffMember, restriction: Restriction | None = None) -> None:
    """A clinic admin, the lead of one of the patient's cases, or who restricted it. Never under break glass alone."""
    require(by, Permission.PATIENT_RESTRICT)
    if by.may(Permission.RESTRICTIONS_MANAGE):
        return require(by, Permission.RESTRICTIONS_MANAGE)
    if restriction is not None and restriction.restricted_by_id == by.pk:
        return None
    leads = Case.objects.filter(Q(patient=patient) | Q(patient__merged_into=patient), lead=by)
    shut = Restriction.objects.shut_to(by).filter(patient=patient)
    if not leads.exists() or shut.exists():
        raise NotAllowed(Permission.PATIENT_RESTRICT)
    return None


def locked_in_force(restriction: Restriction) -> Restriction:
    locked = Restriction.objects.select_for_update().get(pk=restriction.pk)
    if locked.lifted_at is not None:
        raise RuleBroken("lifted", _("This restriction is lifted already."), conflict=True)
    return locked


def required(text: str, field: str) -> str:
    if not text.strip():
        raise RuleBroken("reason_missing", _("Say why."), field=field)
    return text.strip()


def require_open(*records: Patient) -> None:
    """Raises RuleBroken where one of the records is restricted: a restricted record is not merged or taken apart."""
    if Restriction.objects.in_force().filter(patient__in=[row.pk for row in records]).exists():
        raise RuleBroken("restricted", _("One of the two is restricted. Lift the restriction first."), conflict=True)
