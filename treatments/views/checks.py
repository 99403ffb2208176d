"""What is asked at each visit beside the note itself: whether anything has changed, and red flags."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cases.actions.red_flags import NewRedFlag, note_no_red_flag, note_red_flags, resolve_red_flag
from cases.models import Case, RedFlagKind, latest_of
from cases.rules.red_flags import withholding
from clinic.errors import Fault, RuleBroken
from clinic.models import StaffMember
from clinic.views.asked import is_uuid
from treatments.actions.screenings import confirm_unchanged
from treatments.actions.sessions import require_storable

OVER = "red_flag_over-"
TYPED = ("kind", "action", "told")


def take_step(request: HttpRequest, case: Case, session_id: UUID, asked: str) -> None:
    """What a button of the left pane does, once the draft is saved; every other button does nothing here."""
    by = request.user
    if asked == "unchanged":
        confirm_unchanged(case=case, by=by)
        messages.success(request, _("Noted: nothing has changed since the questions were asked."))
    elif asked == "no_red_flag":
        note_no_red_flag(case=case, contact=session_id, by=by)
    elif asked == "red_flag":
        record_red_flag(case, typed_in(request.POST), by)
        messages.success(request, _("The red flag is recorded and open for every colleague until it is closed."))
    elif asked.startswith(OVER):
        pk = asked.removeprefix(OVER)
        note = get_object_or_404(case.red_flag_notes, pk=pk if is_uuid(pk) else None)
        resolve_red_flag(note=note, by=by)
        messages.success(request, _("Kept: it is over."))


def record_red_flag(case: Case, typed: Mapping[str, str], by: StaffMember) -> None:
    """Raises RuleBroken with its faults at the fields of the page."""
    if not typed["kind"]:
        told = _("Choose which red flag.")
        raise RuleBroken("nothing_chosen", told, faults=[Fault("/red_flag/kind", "nothing_chosen", told)])
    require_storable(typed)
    flag = NewRedFlag(typed["kind"], is_present=True, action=typed["action"], told=typed["told"])
    try:
        note_red_flags(case=case, flags=[flag], by=by)
    except RuleBroken as no:
        at_field = [Fault("/red_flag/kind", fault.code, fault.message) for fault in no.faults]
        raise RuleBroken(no.code, no.message, conflict=no.conflict, faults=at_field) from no


def typed_in(posted: Mapping[str, str]) -> dict[str, str]:
    return {name: posted.get(f"red_flag-{name}", "").strip() for name in TYPED}


def red_flags_of(case: Case, session_id: UUID | None, typed: Mapping[str, str]) -> dict[str, Any]:
    """Red flags as the page shows them: open ones, whether they were asked for at this visit, and what is offered.

    `session_id` is None where the note is not stored yet: then nothing can have been asked at it.
    """
    notes = latest_of(case.red_flag_notes.select_related("kind", "noted_by"))
    still_open = [n for n in notes if n.is_present and n.resolved_on is None]
    waiting = [n for n in still_open if not n.action.strip()]
    kind = typed["kind"] or (waiting[0].kind_code if len(waiting) == 1 else "")
    checks = case.red_flag_checks.filter(contact=session_id).select_related("asked_by") if session_id else None
    return {
        "open": still_open,
        "held": {flag.code for flag in withholding(n.as_rule() for n in notes)},
        "check": checks.first() if checks is not None else None,
        "offered": offered_to(case),
        "typed": {**typed, "kind": kind},
        "is_typing": any(typed.values()) or bool(waiting),
    }


def offered_to(case: Case) -> list[tuple[str, list[RedFlagKind]]]:
    """The red flags in groups: those of the regions of this case, those of the whole body, the others."""
    here = {str(injury.region_id).split("@")[0] for injury in case.injuries.all()}
    groups: dict[str, list[RedFlagKind]] = {_("Of this region"): [], _("Anywhere"): [], _("Elsewhere"): []}
    mine, anywhere, others = groups.values()
    for kind in RedFlagKind.objects.filter(retired_on=None):
        regions = kind.content.get("regions", [])
        (anywhere if not regions else mine if here & set(regions) else others).append(kind)
    return [(name, kinds) for name, kinds in groups.items() if kinds]
