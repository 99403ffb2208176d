"""Keys with which programs come in."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit, clock
from clinic.actions.passkeys import JUST_NOW
from clinic.actions.permissions import require
from clinic.actions.proofs import require_proof
from clinic.errors import NotAllowed, RuleBroken
from clinic.models.api_keys import ApiKey, digest_of
from clinic.models.staff import StaffMember
from clinic.rules.permissions import SCOPES, Permission, scopes_within

PREFIX_LENGTH = 12
LONGEST_NAME = 100


@transaction.atomic
def create_api_key(
    *,
    owner: StaffMember,
    name: str,
    scopes: Sequence[str],
    by: StaffMember,
    expires_at: datetime | None = None,
    integration: str = "",
) -> tuple[ApiKey, str]:
    """A key of `owner`, or of the program `integration` for which `owner` answers; and its text, which is told this
    once and stored nowhere.
    """
    require_maker(owner, integration, by)
    require_proof(good_for=JUST_NOW)
    require_scopes(scopes, owner, by)
    name, integration = require_name(name, "name"), require_name(integration, "integration", optional=True)
    if expires_at is not None and expires_at <= clock.now():
        raise RuleBroken("expires_in_the_past", _("The key would have expired already."), field="expires_at")
    text = f"pck_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        owner=owner,
        integration=integration,
        name=name,
        prefix=text[:PREFIX_LENGTH],
        digest=digest_of(text),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    audit.record("api_key.created", by=by, about=key, details={"scopes": key.scopes})
    return key, text


def require_maker(owner: StaffMember, integration: str, by: StaffMember) -> None:
    """A person makes keys of their own; an admin those of others and of integrations, and alone by a program."""
    if by != owner or integration or audit.origin.get().api_key_id is not None:
        require(by, Permission.API_KEY_CREATE)
    if not (by.is_active and owner.is_active):
        raise NotAllowed(Permission.API_KEY_CREATE)


def require_scopes(scopes: Sequence[str], owner: StaffMember, by: StaffMember) -> None:
    """Nobody makes a key with which more could be done than they, its owner, and the key they came with may do."""
    unknown = [s for s in scopes if s not in SCOPES]
    if unknown or not scopes:
        told = {"unknown": ", ".join(unknown) or "–", "known": ", ".join(SCOPES)}
        words = _("Unknown scope: %(unknown)s. The scopes are: %(known)s.") % told
        raise RuleBroken("unknown_scope", words, field="scopes")
    allowed = set(scopes_of(owner)) & set(scopes_of(by))
    limits = audit.origin.get().limits
    if limits is not None:
        allowed &= set(scopes_within(limits))
    beyond = [s for s in scopes if s not in allowed]
    if beyond:
        words = _("A key does no more than its owner and its maker may: %(beyond)s is more.")
        raise RuleBroken("scope_not_held", words % {"beyond": ", ".join(beyond)}, field="scopes")


def scopes_of(person: StaffMember) -> list[str]:
    """What a key of this person may name."""
    return scopes_within(person.permissions())


def require_name(name: str, field: str, *, optional: bool = False) -> str:
    name = name.strip()
    if not name and not optional:
        raise RuleBroken("name_missing", _("Give the key a name that says what it is for."), field=field)
    if len(name) > LONGEST_NAME or "\x00" in name:
        raise RuleBroken("too_long", _("At most 100 characters."), field=field)
    return name


@transaction.atomic
def revoke_api_key(*, key: ApiKey, by: StaffMember) -> ApiKey:
    """From now on nobody comes in with it."""
    if by.pk != key.owner_id or audit.origin.get().api_key_id is not None:
        require(by, Permission.API_KEY_CREATE)
    locked = locked_key(key)
    locked.revoked_at = clock.now()
    locked.save_change("revoked_at")
    audit.record("api_key.revoked", by=by, about=locked)
    return locked


@transaction.atomic
def take_over_api_key(*, key: ApiKey, by: StaffMember) -> ApiKey:
    """From now on `by` answers for an integration, so that it outlives who made its key; it sees what they see."""
    require(by, Permission.API_KEY_CREATE)
    require_proof(good_for=JUST_NOW)
    locked = locked_key(key)
    if not locked.integration:
        raise RuleBroken("of_a_person", _("A person's key stays theirs: make one of your own."), conflict=True)
    require_scopes(locked.scopes, by, by)
    locked.owner = by
    locked.save_change("owner")
    audit.record("api_key.taken_over", by=by, about=locked)
    return locked


def locked_key(key: ApiKey) -> ApiKey:
    """As it is now; raises RuleBroken where it was revoked."""
    locked = ApiKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if locked.revoked_at is not None:
        raise RuleBroken("revoked", _("This key is revoked already."), conflict=True)
    return locked


def revoke_keys_of(owner: StaffMember, *, by: StaffMember | None) -> int:
    """Within the action that is the reason for it; answers with how many keys stop working."""
    rows = list(ApiKey.objects.select_for_update(of=("self",)).filter(owner=owner, revoked_at=None).order_by("pk"))
    for key in rows:
        key.revoked_at = clock.now()
        key.save_change("revoked_at")
        audit.record("api_key.revoked", by=by, about=key)
    return len(rows)
