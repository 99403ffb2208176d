"""Values that were taken without a visit of ours: an assessment that waits for the case's lead."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.models.records import new_id
from clinic.rules.permissions import Permission
from treatments.actions.sessions import begin, checked, known_for, require_storable
from treatments.models import Session, SessionKind


@transaction.atomic
def receive_measurements(
    *, case: Case, taken_on: date, measurements: Sequence[Mapping[str, Any]], by: StaffMember
) -> Session:
    """Leaves what a laboratory or another program measured on the list of whoever leads the case: an assessment, not
    signed, that counts in no block, and nowhere before it is signed. `measurements` are as in a note.
    """
    require(by, Permission.SESSION_LOG)
    lead = StaffMember.objects.with_sites().get(pk=case.lead_id)
    if not (lead.is_active and lead.may(Permission.SESSION_SIGN)):
        told = _("Nobody leads this case who could check and sign them. Hand the case over first.")
        raise RuleBroken("no_lead", told, conflict=True)
    document = {
        "kind": SessionKind.ASSESSMENT.value,
        "occurred_on": taken_on.isoformat(),
        "objective": _("Values sent by %(who)s.") % {"who": by.name},
        "measurements": list(measurements),
    }
    require_storable(document)
    try:
        checked(document, known_for(case))
    except RuleBroken as no:
        no.faults = tuple(replace(f, pointer=f.pointer.replace("/occurred_on", "/taken_on")) for f in no.faults)
        raise
    return begin(case, new_id(), document, by, "session.received", author=lead)
