"""Discharge: the end of a case, once every note is signed."""

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.case_steps import step
from cases.models import Case, CaseOutcome, CaseStatus, StepKind
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.models import Session


@transaction.atomic
def discharge_case(*, case: Case, outcome: str, reason: str = "", by: StaffMember) -> Case:
    """Ends a case with its outcome. Notes that are not signed must be signed or discarded first."""
    require(by, Permission.CASE_START)
    if outcome not in CaseOutcome.values:
        raise RuleBroken("not_a_choice", _("Say how the case ended."), field="outcome")
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)  # nobody starts a note meanwhile
    waiting = Session.objects.filter(case=case).drafts().select_related("author")
    if waiting:
        who = ", ".join(sorted({session.author.name for session in waiting}))
        told = _("Sign or discard the open notes of this case first: %(who)s.") % {"who": who}
        raise RuleBroken("unsigned_sessions", told, conflict=True)
    was = CaseStatus.ON_HOLD if case.status == CaseStatus.ON_HOLD else CaseStatus.OPEN
    return step(case, StepKind.DISCHARGED, was, CaseStatus.DISCHARGED, by, reason=reason.strip(), outcome=outcome)
