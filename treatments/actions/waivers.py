"""Waiving beforehand what blocks a treatment: asked by one person, answered by the clinical lead, taken back."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, CaseStatus, Injury
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.actions.proofs import require_proof
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import TABLE, Permission
from treatments.models import Waiver, WaiverRequest, WaiverSeen, WaiverWithdrawal
from treatments.queries import Blocked, blocked_now
from treatments.rules.waivers import LONGEST_DAYS


@transaction.atomic
def ask_waiver(*, injury: Injury, modality: str, reason: str, by: StaffMember) -> WaiverRequest:
    """Asks the clinical lead that a treatment which is blocked today may be given for an injury all the same."""
    require(by, Permission.SESSION_LOG)
    case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=injury.case_id)  # asked once at a time
    if case.status == CaseStatus.DISCHARGED:
        raise RuleBroken("case_discharged", _("This case is discharged. Reopen it first."), conflict=True)
    today = clock.today(case.site.time_zone)
    found = blocked_now(case, injury, modality, today)
    if found is None:
        raise RuleBroken("not_blocked", _("This is not blocked today: there is nothing to waive."), conflict=True)
    if found.waiver is not None:
        raise RuleBroken("waived", _("This is waived already."), conflict=True)
    if case.waiver_requests.waiting().filter(injury=injury, modality__code=modality).exists():
        raise RuleBroken("asked", _("This was asked already, and waits for the clinical lead."), conflict=True)
    require_words(reason, "reason", _("Say why it should be given all the same."))
    return write_request(found, reason.strip(), today, by)


def write_request(found: Blocked, reason: str, today: date, by: StaffMember) -> WaiverRequest:
    row = WaiverRequest.objects.create(
        case=found.case,
        injury=found.injury,
        modality=found.modality,
        reason=reason,
        matches=list(found.matches),
        asked_on=today,
        asked_by=by,
        asked_name=by.name,
        asked_hcpc=by.hcpc_number,
    )
    audit.record("waiver.asked", by=by, about=row, patient_id=found.case.patient_id)
    return row


@transaction.atomic
def answer_waiver(
    *, request: WaiverRequest, is_granted: bool, by: StaffMember, words: str = "", until: date | None = None
) -> Waiver:
    """The clinical lead waives until a day, or declines with words. The lead is another person than who asked; only
    where nobody else here treats or leads may it be the same, and the waiver says so.
    """
    require(by, Permission.RULES_APPROVE)
    require_proof()
    case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.case_id)
    if Waiver.objects.filter(request=request).exists():
        raise RuleBroken("answered", _("This was answered already."), conflict=True)
    today = clock.today(case.site.time_zone)
    is_own = request.asked_by_id == by.pk
    if is_granted:
        require_second_person(is_own, by)
        require_unchanged(request, case, today)
        require_end(until, today)
    else:
        require_words(words, "words", _("Say why it is declined."))
    row = Waiver.objects.create(
        request=request,
        is_granted=is_granted,
        words=words.strip()[:1000],
        valid_from=today if is_granted else None,
        valid_until=until if is_granted else None,
        is_alone=is_granted and is_own,
        answered_by=by,
        answered_name=by.name,
        answered_hcpc=by.hcpc_number,
    )
    said = "waiver.granted" if is_granted else "waiver.declined"
    audit.record(said, by=by, about=row, patient_id=case.patient_id, details={"alone": row.is_alone})
    return row


def require_second_person(is_own: bool, by: StaffMember) -> None:
    if is_own and not is_alone_here(by):
        told = _("You asked for this yourself: another clinical lead must answer.")
        raise RuleBroken("second_person", told, conflict=True)


def is_alone_here(by: StaffMember) -> bool:
    """Whether nobody else who is active treats in this clinic or could answer as its lead."""
    wanted = {Permission.SESSION_LOG, Permission.RULES_APPROVE}
    roles = [str(role) for role, may in TABLE.items() if may & wanted]
    others = StaffMember.objects.filter(is_active=True, roles__overlap=roles).exclude(pk=by.pk)
    return not others.exists()


def require_unchanged(request: WaiverRequest, case: Case, today: date) -> None:
    """What is waived is what was asked: where something else blocks by now, it is asked again."""
    found = blocked_now(case, request.injury, request.modality.code, today)
    new = [m["says"] for m in found.blocking if m["rule"] not in request.blocking] if found else []
    if new:
        told = _("Something else blocks it since this was asked: %(what)s. Decline, and let it be asked again.")
        raise RuleBroken("changed", told % {"what": ", ".join(new)}, conflict=True)


def require_end(until: date | None, today: date) -> None:
    if until is None:
        raise RuleBroken("missing", _("Say until when it is waived."), field="until")
    if not today <= until <= today + timedelta(days=LONGEST_DAYS):
        told = _("From today to %(n)s days from now.") % {"n": LONGEST_DAYS}
        raise RuleBroken("out_of_range", told, field="until")


@transaction.atomic
def withdraw_waiver(*, waiver: Waiver, reason: str, by: StaffMember) -> WaiverWithdrawal:
    """Takes a waiver back: from today on the treatment is blocked again. What was given under it stays as it was."""
    require(by, Permission.RULES_APPROVE)
    case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=waiver.request.case_id)
    if not waiver.is_granted:
        raise RuleBroken("not_granted", _("This was declined: there is nothing to take back."), conflict=True)
    if WaiverWithdrawal.objects.filter(waiver=waiver).exists():
        raise RuleBroken("withdrawn", _("This waiver was taken back already."), conflict=True)
    require_words(reason, "reason", _("Say why the waiver is taken back."), most=500)
    today = clock.today(case.site.time_zone)
    row = WaiverWithdrawal.objects.create(
        waiver=waiver, withdrawn_on=today, reason=reason.strip(), withdrawn_by=by, withdrawn_name=by.name
    )
    audit.record("waiver.withdrawn", by=by, about=row, patient_id=case.patient_id)
    return row


@transaction.atomic
def see_answer(*, waiver: Waiver, by: StaffMember) -> None:
    """Takes an answer off the list of whoever asked."""
    require(by, Permission.SESSION_LOG)
    case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=waiver.request.case_id)
    if waiver.request.asked_by_id != by.pk or WaiverSeen.objects.filter(waiver=waiver).exists():
        return
    row = WaiverSeen.objects.create(waiver=waiver, seen_by=by)
    audit.record("waiver.answer_seen", by=by, about=row, patient_id=case.patient_id)


def require_words(text: str, field: str, told: str, *, most: int = 1000) -> None:
    if not text.strip():
        raise RuleBroken("reason_missing", told, field=field)
    if len(text.strip()) > most:
        raise RuleBroken("too_long", _("At most %(n)s letters.") % {"n": most}, field=field)
