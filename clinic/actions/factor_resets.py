"""A lost second factor is taken away by two people, neither of whom is the one who lost it."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit, clock
from clinic.actions.logins import end_logins_of
from clinic.actions.passkeys import JUST_NOW
from clinic.actions.permissions import require
from clinic.actions.proofs import require_proof
from clinic.errors import RuleBroken
from clinic.models.factors import GOOD_FOR, FactorReset
from clinic.models.staff import StaffMember
from clinic.rules.permissions import Permission

LONGEST_REASON = 500


@transaction.atomic
def ask_for_reset(*, person: StaffMember, because: str, by: StaffMember) -> FactorReset:
    """The first of two. Nothing is taken away yet."""
    require(by, Permission.STAFF_MANAGE)
    require_proof(good_for=JUST_NOW)
    because = require_reason(because)
    if person.pk == by.pk:
        raise RuleBroken("oneself", _("Nobody asks this for themselves: ask another admin."), conflict=True)
    locked = StaffMember.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if FactorReset.objects.waiting(clock.now()).filter(person=locked).exists():
        raise RuleBroken("asked_already", _("This was asked for already: another admin confirms it."), conflict=True)
    now = clock.now()
    reset = FactorReset.objects.create(
        person=locked, asked_by=by, because=because, created_at=now, expires_at=now + GOOD_FOR
    )
    audit.record("factor.reset_asked", by=by, about=reset)
    return reset


@transaction.atomic
def confirm_reset(*, reset: FactorReset, by: StaffMember) -> FactorReset:
    """The second of two: now the factors are gone and the person is logged out everywhere."""
    require(by, Permission.STAFF_MANAGE)
    require_proof(good_for=JUST_NOW)
    locked = FactorReset.objects.select_for_update(of=("self",)).select_related("person").get(pk=reset.pk)
    if by.pk in (locked.asked_by_id, locked.person_id):
        told = _("Another admin confirms this: neither the one who asked nor the one whose factor it is.")
        raise RuleBroken("oneself", told, conflict=True)
    if locked.confirmed_at is not None or locked.expires_at <= clock.now():
        raise RuleBroken("not_waiting", _("This does not wait any more. Ask for it again."), conflict=True)
    locked.confirmed_by, locked.confirmed_at = by, clock.now()
    locked.save_change("confirmed_by", "confirmed_at")
    audit.record("factor.reset", by=by, about=locked, details=take_away(locked.person))
    return locked


@transaction.atomic
def reset_by_owner(*, person: StaffMember, because: str, by: None = None) -> FactorReset:
    """For a clinic with one admin: who owns the machine does it, as nobody. The database refuses it to anybody else."""
    now = clock.now()
    reset = FactorReset.objects.create(
        person=person, because=require_reason(because), created_at=now, expires_at=now + GOOD_FOR, confirmed_at=now
    )
    audit.record("factor.reset", by=by, about=reset, details=take_away(person))
    return reset


def take_away(person: StaffMember) -> dict[str, int]:
    factors, _kinds = Authenticator.objects.filter(user=person).delete()
    return {"factors": factors, "browsers": end_logins_of(person)}


def require_reason(because: str) -> str:
    because = because.strip()
    if not because or "\x00" in because:
        raise RuleBroken(
            "missing", _("Say why, for instance “Lost the telephone, was here in person”."), field="because"
        )
    if len(because) > LONGEST_REASON:
        raise RuleBroken("too_long", _("At most 500 characters."), field="because")
    return because
