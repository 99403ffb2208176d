"""The passkeys of a person: added, named and removed by themselves alone."""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions.proofs import require_proof
from clinic.errors import RuleBroken
from clinic.models.staff import StaffMember

LONGEST_NAME = 60
MOST = 10
IS_FACTOR = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Whoever finds an open browser makes no key to it: the proof must be from just now.
JUST_NOW = timedelta(minutes=5)


def passkeys_of(person: StaffMember) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).order_by("created_at"))


@transaction.atomic
def add_passkey(*, name: str, credential: dict[str, Any], by: StaffMember) -> Authenticator:
    """Keeps the public half of a passkey; `credential` was checked against the challenge by allauth's form."""
    require_proof(good_for=JUST_NOW)
    name = require_name(name)
    if len(passkeys_of(by)) >= MOST:
        raise RuleBroken("too_many", _("You have ten passkeys: remove one that you do not use."), conflict=True)
    added = WebAuthn.add(by, name, credential).instance
    audit.record("passkey.added", by=by, about=by, details={"passkey": added.pk})
    return added


@transaction.atomic
def name_passkey(*, passkey: Authenticator, name: str, by: StaffMember) -> Authenticator:
    """Gives one's passkey another name."""
    locked = mine(passkey, by)
    locked.data["name"] = require_name(name)
    locked.save(update_fields=["data"])
    audit.record("passkey.named", by=by, about=by, details={"passkey": locked.pk})
    return locked


@transaction.atomic
def remove_passkey(*, passkey: Authenticator, by: StaffMember) -> None:
    """Nobody logs in with it any more."""
    require_proof(good_for=JUST_NOW)
    locked = mine(passkey, by)
    audit.record("passkey.removed", by=by, about=by, details={"passkey": locked.pk})
    locked.delete()
    drop_codes_without_factor(by)


def drop_codes_without_factor(person: StaffMember) -> None:
    """Recovery codes alone are no factor: they would be a password on paper."""
    rows = Authenticator.objects.filter(user=person)
    if not rows.filter(type__in=IS_FACTOR).exists():
        rows.delete()


def mine(passkey: Authenticator, by: StaffMember) -> Authenticator:
    found = Authenticator.objects.select_for_update().filter(pk=passkey.pk, user=by).first()
    if found is None:
        raise RuleBroken("not_there", _("This passkey is not there any more."), conflict=True)
    return found


def require_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise RuleBroken("missing", _("Give it a name by which you know it, like “Tablet of room 2”."), field="name")
    if len(name) > LONGEST_NAME or "\x00" in name:
        raise RuleBroken("too_long", _("At most 60 characters."), field="name")
    return name
