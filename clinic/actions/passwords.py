"""A person changes their own password: what was made with the old one ends."""

from django.db import transaction

from clinic import audit
from clinic.actions.api_keys import revoke_keys_of
from clinic.actions.logins import end_logins_of
from clinic.models.staff import StaffMember


@transaction.atomic
def change_password(*, password: str, this: str, by: StaffMember) -> None:
    """Sets it; ends the person's other logins (`this` is the session key of the one that stays) and their API keys."""
    by.set_password(password)
    by.save(update_fields=["password"])
    ended = end_logins_of(by, but=this)
    keys = revoke_keys_of(by, by=by)
    audit.record("password.changed", by=by, about=by, details={"browsers": ended, "keys": keys})
