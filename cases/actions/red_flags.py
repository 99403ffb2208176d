"""Signs of something serious: noted with what is done about them, and resolved. Each is a new note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from cases.models import Case, RedFlagCheck, RedFlagKind, RedFlagNote, latest_of
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission


@dataclass(frozen=True)
class NewRedFlag:
    """A flag by its code: there or not; what is done about it, and who was told."""

    kind: str
    is_present: bool
    action: str = ""
    told: str = ""


@transaction.atomic
def note_red_flags(*, case: Case, flags: Sequence[NewRedFlag], by: StaffMember) -> list[RedFlagNote]:
    """Keeps what was asked today. What was not asked stays not asked."""
    require(by, Permission.SESSION_LOG)
    if not flags:
        raise RuleBroken("nothing_answered", _("Nothing is answered yet. Tap yes or no at what you asked."))
    faults = Faults()
    check_red_flags(faults, flags)
    faults.stop()
    today = clock.today(case.site.time_zone)
    return [write_red_flag(case, flag, by, today) for flag in flags]


@transaction.atomic
def note_no_red_flag(*, case: Case, by: StaffMember, contact: UUID | None = None) -> RedFlagCheck:
    """Keeps that the patient was asked and no new flag was found; once for each contact. It closes no open flag."""
    require(by, Permission.SESSION_LOG)
    case = Case.objects.select_for_update(no_key=True, of=("self",)).select_related("site").get(pk=case.pk)
    asked = case.red_flag_checks.filter(contact=contact).first() if contact else None
    if asked is not None:
        return asked
    check = RedFlagCheck.objects.create(
        case=case,
        contact=contact,
        others_open=any(n.is_present and n.resolved_on is None for n in latest_of(case.red_flag_notes.all())),
        asked_on=clock.today(case.site.time_zone),
        asked_by=by,
    )
    audit.record("red_flags.asked", by=by, about=check, patient_id=case.patient_id)
    return check


@transaction.atomic
def resolve_red_flag(*, note: RedFlagNote, by: StaffMember) -> RedFlagNote:
    """Says that an open flag is over; its action must be recorded."""
    require(by, Permission.SESSION_LOG)
    case = Case.objects.select_for_update(of=("self",)).select_related("site").get(pk=note.case_id)
    latest = next(n for n in latest_of(case.red_flag_notes.all()) if n.kind_code == note.kind_code)
    if not latest.is_present or latest.resolved_on is not None:
        raise RuleBroken("not_open", _("This red flag is not open any more."), conflict=True)
    if not latest.action:
        raise RuleBroken("no_action", _("First record what was done about it."), conflict=True)
    today = clock.today(case.site.time_zone)
    resolved = RedFlagNote.objects.create(
        case=case,
        kind_id=latest.kind_id,
        kind_code=latest.kind_code,
        is_present=True,
        action=latest.action,
        told=latest.told,
        resolved_on=today,
        noted_on=today,
        noted_by=by,
    )
    audit.record("red_flag.resolved", by=by, about=resolved, patient_id=case.patient_id)
    return resolved


def check_red_flags(faults: Faults, flags: Sequence[NewRedFlag]) -> None:
    known = set(RedFlagKind.objects.filter(retired_on=None).values_list("code", flat=True)) if flags else set()
    for flag in flags:
        if flag.kind not in known:
            faults.add(f"/red_flags/{flag.kind}", "unknown_kind", _("This red flag is not asked here."))
        if not flag.is_present and flag.action.strip():
            faults.add(f"/red_flags/{flag.kind}", "no_action", _("Only a flag that is there has an action."))
    if len({flag.kind for flag in flags}) < len(flags):
        faults.add("/red_flags", "answered_twice", _("A red flag is answered twice."))


def write_red_flag(case: Case, flag: NewRedFlag, by: StaffMember, on: date) -> RedFlagNote:
    """Writes a note that was checked, with its event."""
    note = RedFlagNote.objects.create(
        case=case,
        kind=RedFlagKind.objects.get(code=flag.kind, retired_on=None),
        kind_code=flag.kind,
        is_present=flag.is_present,
        action=flag.action.strip(),
        told=flag.told.strip()[:200],
        noted_on=on,
        noted_by=by,
    )
    audit.record("red_flag.noted", by=by, about=note, patient_id=case.patient_id)
    return note
