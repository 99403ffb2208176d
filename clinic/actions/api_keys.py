"""Keys with which programs come in."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import NotAllowed, RuleBroken
from clinic.models.api_keys import ApiKey, digest_of
from clinic.models.staff import StaffMember
from clinic.rules.permissions import SCOPES, Permission

PREFIX_LENGTH = 12


@transaction.atomic
def create_api_key(
    *, owner: StaffMember, name: str, scopes: Sequence[str], by: StaffMember, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A key of `owner`, and its text, which is told this once and stored nowhere."""
    if by != owner:
        require(by, Permission.API_KEY_CREATE)
    elif not by.is_active:
        raise NotAllowed(Permission.API_KEY_CREATE)
    unknown = [s for s in scopes if s not in SCOPES]
    if unknown or not scopes:
        known = ", ".join(SCOPES)
        raise RuleBroken(
            "unknown_scope",
            _("Unknown scope: %(unknown)s. The scopes are: %(known)s.")
            % {"unknown": ", ".join(unknown) or "–", "known": known},
            field="scopes",
        )
    if not name.strip():
        raise RuleBroken("name_missing", _("Give the key a name that says what it is for."), field="name")
    if expires_at is not None and expires_at <= clock.now():
        raise RuleBroken("expires_in_the_past", _("The key would have expired already."), field="expires_at")
    text = f"pck_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        owner=owner,
        name=name.strip(),
        prefix=text[:PREFIX_LENGTH],
        digest=digest_of(text),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    audit.record("api_key.created", by=by, about=key, details={"scopes": key.scopes})
    return key, text


def revoke_keys_of(owner: StaffMember, *, by: StaffMember | None) -> int:
    """Within the action that is the reason for it; answers with how many keys stop working."""
    rows = list(ApiKey.objects.select_for_update(of=("self",)).filter(owner=owner, revoked_at=None).order_by("pk"))
    for key in rows:
        key.revoked_at = clock.now()
        key.save_change("revoked_at")
        audit.record("api_key.revoked", by=by, about=key)
    return len(rows)
