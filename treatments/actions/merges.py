"""Takes two records apart, with what hangs on the cases that go along."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from cases.actions.merges import Versions, unmerge_patient
from cases.models import Patient, Unmerge
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.queries.merges import bound_cases


@transaction.atomic
def take_apart(*, patient: Patient, versions: Versions, by: StaffMember, moves: Collection[UUID] = ()) -> Unmerge:
    """As cases.actions.merges.unmerge_patient; a case of which something signed names the patient stays."""
    require(by, Permission.PATIENT_MERGE)
    apart = unmerge_patient(patient=patient, versions=versions, moves=moves, by=by)
    bound = bound_cases([UUID(each["id"]) for each in apart.moved if each["type"] == "cases.case"])
    if bound:
        raise RuleBroken("bound", next(iter(bound.values())), conflict=True)
    return apart
