"""What else is wrong is found while a case runs."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cases.actions.cases import NewInjury, check_injury, offered_definitions, write_injury
from cases.actions.faults import Faults
from cases.models import Case, CaseStatus, Injury
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission

MOST = 20


@transaction.atomic
def add_injury(*, case: Case, injury: NewInjury, by: StaffMember) -> Injury:
    """One more thing that is wrong, after those that the case has. What it is first about stays what it is."""
    require(by, Permission.CASE_START)
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if locked.status == CaseStatus.DISCHARGED:
        raise RuleBroken("case_discharged", _("This case is discharged. Reopen it first."), conflict=True)
    faults, offered = Faults(), offered_definitions()
    check_injury(faults, "", injury, offered)
    if locked.injuries.count() >= MOST:
        faults.add("/kind", "too_many", _("A case has at most 20 injuries. Start another case."))
    faults.stop()
    last = locked.injuries.aggregate(last=Max("position"))["last"] or 0
    row = write_injury(locked, last + 1, injury, offered)
    audit.record("injury.added", by=by, about=row, patient_id=locked.patient_id)
    return row
