"""Break glass: a record that is restricted or of another site is opened for four hours, with a reason that is read.

An opening lets one read and write clinically as if the site were one's own, on the pages named in
clinic/rules/routes.py. It does not let one start a case there, which would make the record one's own for good, nor
administer, merge or export it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Concat, Now
from django.utils.translation import gettext as _

from cases.models import Opening, OpeningClosing, OpeningReason, OpeningReview, Patient
from cases.models.patient_sets import plain_text
from cases.rules.nhs_numbers import digits_of, is_nhs_number
from cases.rules.openings import is_reason, is_too_often
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, StaffMember
from clinic.models.records import PlainText
from clinic.rules.permissions import Permission

OPENED, REFUSED = "break_glass.opened", "break_glass.refused"
TOO_OFTEN = "too_often"


def break_glass(*, asked: Mapping[str, Any], reason: str, because: str, by: StaffMember) -> Opening:
    """Opens the one record that has this NHS number, or this name and date of birth.

    Refusals are on record before they are told: so they are committed, and only then raised.
    """
    require(by, Permission.BREAK_GLASS)
    if audit.origin.get().api_key_id is not None:
        raise NotAllowed(Permission.BREAK_GLASS)
    if reason not in OpeningReason.values:
        raise RuleBroken("not_a_choice", _("Choose why."), field="reason")
    if not is_reason(because):
        raise RuleBroken("reason_too_short", _("Say in words why: at least ten characters."), field="because")
    opened = open_or_note(asked=asked, reason=reason, because=because.strip(), by=by)
    if isinstance(opened, RuleBroken):
        raise opened
    return opened


@transaction.atomic
def open_or_note(*, asked: Mapping[str, Any], reason: str, because: str, by: StaffMember) -> Opening | RuleBroken:
    """Writes the opening, or the refusal that it answers with; one attempt of a person after the other."""
    StaffMember.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.pk)
    if is_too_often(attempts_of(by)):
        audit.record(REFUSED, by=by, details={"code": TOO_OFTEN})
        told = _("You tried ten times within an hour. Ask a clinic admin, or wait.")
        return RuleBroken(TOO_OFTEN, told, conflict=True)
    found = meant(asked)
    if found is None:
        audit.record(REFUSED, by=by, details={"code": "nobody_matches"})
        return RuleBroken("nobody_matches", _("No record was opened. Check what you typed."))
    opening = Opening.objects.create(patient=found, staff=by, reason=reason, because=because)
    opening.refresh_from_db()
    audit.record(OPENED, by=by, about=opening, patient_id=found.pk, details={"reason": reason})
    return opening


def attempts_of(by: StaffMember) -> int:
    """How often this person tried within the last hour, by the rows of the audit log and the database's clock."""
    counted = Q(action=OPENED) | Q(action=REFUSED, details__code="nobody_matches")
    return AuditEvent.objects.filter(counted, staff=by, at__gt=Now() - timedelta(hours=1)).count()


def meant(asked: Mapping[str, Any]) -> Patient | None:
    """The one person whom these details name, by the record that is used for them; None for nobody and for several."""
    pks: set[UUID] = {merged or pk for pk, merged in matching(asked).values_list("pk", "merged_into")[:20]}
    return Patient.objects.get(pk=pks.pop()) if len(pks) == 1 else None


def matching(asked: Mapping[str, Any]) -> QuerySet[Patient]:
    number = digits_of(str(asked.get("nhs_number") or ""))
    name, born_on = " ".join(str(asked.get("full_name") or "").split()), asked.get("born_on")
    if number:
        return Patient.objects.filter(nhs_number=number) if is_nhs_number(number) else Patient.objects.none()
    if not name or not isinstance(born_on, date):
        return Patient.objects.none()
    spaces = {"function": "regexp_replace", "template": "%(function)s(%(expressions)s, '\\s+', ' ', 'g')"}
    called = {
        "first_last": Func(PlainText(Concat(F("given_names"), Value(" "), F("family_name"))), **spaces),
        "last_first": Func(PlainText(Concat(F("family_name"), Value(" "), F("given_names"))), **spaces),
    }
    rows = Patient.objects.filter(born_on=born_on).alias(**called)
    return rows.filter(Q(first_last=plain_text(name)) | Q(last_first=plain_text(name)))


@transaction.atomic
def close_opening(*, opening: Opening, by: StaffMember) -> OpeningClosing:
    """Ends one's opening before its time is over."""
    require(by, Permission.BREAK_GLASS)
    if opening.staff_id != by.pk:
        raise NotAllowed(Permission.BREAK_GLASS)
    Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=opening.patient_id)  # once, not twice
    if not Opening.objects.in_force().filter(pk=opening.pk).exists():
        raise RuleBroken("closed", _("This record is closed already."), conflict=True)
    closing = OpeningClosing.objects.create(opening=opening, closed_by=by)
    audit.record("break_glass.closed", by=by, about=closing, patient_id=opening.patient_id)
    return closing


@transaction.atomic
def see_opening(*, opening: Opening, note: str, by: StaffMember) -> OpeningReview:
    """An admin notes that they looked into an opening; not into one of their own."""
    require(by, Permission.OPENINGS_REVIEW)
    if opening.staff_id == by.pk:
        raise RuleBroken("own_opening", _("You opened this record yourself: another admin must look into it."))
    if not note.strip():
        raise RuleBroken("missing", _("Note what you found."), field="note")
    Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=opening.patient_id)  # once, not twice
    if OpeningReview.objects.filter(opening=opening).exists():
        raise RuleBroken("seen", _("This is noted as seen already."), conflict=True)
    review = OpeningReview.objects.create(opening=opening, seen_by=by, note=note.strip())
    audit.record("break_glass.seen", by=by, about=review, patient_id=opening.patient_id)
    return review
