"""A case is put on hold and taken up again, reopened, handed over, linked to an earlier one."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, CaseStatus, CaseStep, StepKind
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission


@transaction.atomic
def hold_case(*, case: Case, reason: str, by: StaffMember) -> Case:
    return step(case, StepKind.HELD, CaseStatus.OPEN, CaseStatus.ON_HOLD, by, reason=required(reason))


@transaction.atomic
def resume_case(*, case: Case, by: StaffMember) -> Case:
    return step(case, StepKind.RESUMED, CaseStatus.ON_HOLD, CaseStatus.OPEN, by)


@transaction.atomic
def reopen_case(*, case: Case, reason: str, by: StaffMember) -> Case:
    return step(case, StepKind.REOPENED, CaseStatus.DISCHARGED, CaseStatus.OPEN, by, reason=required(reason))


@transaction.atomic
def link_case(*, case: Case, earlier: Case | None, by: StaffMember) -> Case:
    """Says which earlier case of the patient this one continues; None takes the link away."""
    require(by, Permission.CASE_START)
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if earlier is not None and earlier.patient_id != locked.patient_id:
        raise RuleBroken("other_patient", _("The earlier case is of somebody else."), field="continues")
    seen, at = {locked.pk}, earlier
    while at is not None:
        if at.pk in seen:
            raise RuleBroken("circle", _("That case continues this one already."), field="continues")
        seen.add(at.pk)
        at = at.continues
    locked.continues = earlier
    locked.save_change("continues")
    audit.record("case.linked", by=by, about=locked, patient_id=locked.patient_id)
    return locked


@transaction.atomic
def hand_over_cases(
    *, leaver: StaffMember, heir: StaffMember, by: StaffMember, cases: Iterable[Case] | None = None
) -> int:
    """Gives the cases that somebody leads, all that are not discharged or those named, to another; how many."""
    require(by, Permission.STAFF_MANAGE)
    if not (heir.is_active and heir.may(Permission.SESSION_LOG)):
        raise RuleBroken("cannot_treat", _("Choose somebody who treats."), field="heir")
    if heir.pk == leaver.pk:
        raise RuleBroken("same_person", _("Choose somebody else."), field="heir")
    rows = Case.objects.select_for_update(of=("self",)).select_related("site").not_discharged().led_by(leaver)
    if cases is not None:
        rows = rows.filter(pk__in=[case.pk for case in cases])
    found = list(rows)
    elsewhere = sorted({case.site.name for case in found if case.site_id not in heir.site_ids})
    if elsewhere:
        told = _("%(who)s does not work at %(where)s.") % {"who": heir.name, "where": ", ".join(elsewhere)}
        raise RuleBroken("other_site", told, field="heir")
    for case in found:
        case.lead = heir
        case.save_change("lead")
        today = clock.today(case.site.time_zone)
        taken = CaseStep.objects.create(case=case, kind=StepKind.HANDED_OVER, on=today, by=by, new_lead=heir)
        for row in (case, taken):
            audit.record("case.handed_over", by=by, about=row, patient_id=case.patient_id)
    return len(found)


def step(
    case: Case,
    kind: StepKind,
    expected: CaseStatus,
    status: CaseStatus,
    by: StaffMember,
    *,
    reason: str = "",
    outcome: str = "",
) -> Case:
    """Takes a case from the expected state to another, with an entry that says why. Part of an action."""
    require(by, Permission.CASE_START)
    locked = Case.objects.select_for_update(of=("self",)).select_related("site", "patient").get(pk=case.pk)
    if locked.status != expected:
        raise RuleBroken(
            "other_state",
            _("This case is %(state)s now. Look at it again.") % {"state": locked.get_status_display()},
            conflict=True,
        )
    if status != CaseStatus.DISCHARGED and locked.patient.archived_at is not None:
        raise RuleBroken("archived", _("This record is archived. Ask your clinic admin to restore it."), conflict=True)
    locked.status = status
    locked.save_change("status")
    today = clock.today(locked.site.time_zone)
    taken = CaseStep.objects.create(case=locked, kind=kind, on=today, by=by, reason=reason, outcome=outcome)
    for row in (locked, taken):
        audit.record(f"case.{kind.lower()}", by=by, about=row, patient_id=locked.patient_id)
    return locked


def required(reason: str) -> str:
    if not reason.strip():
        raise RuleBroken("reason_missing", _("Say why."), field="reason")
    return reason.strip()
