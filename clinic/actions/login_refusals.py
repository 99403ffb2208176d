"""Logins that did not succeed."""

from django.db import transaction
from django.utils.crypto import salted_hmac

from clinic import audit
from clinic.models.staff import StaffMember


@transaction.atomic
def refuse_login(
    *, means: str, code: str, address: str = "", person: StaffMember | None = None, by: StaffMember | None = None
) -> None:
    """Records that somebody was not let in: by `means` ("password", "passkey", "key"), and why.

    Who works here is named by their id. What a stranger typed is not kept: only a keyed digest of it, by which
    attempts with the same address are known to belong together.
    """
    if person is None and address:
        person = StaffMember.objects.filter(email=address.strip().lower()).first()
    details = {"means": means, "code": code}
    if person is None and address:
        details["typed"] = digest_of_typed(address)
    audit.record("login.refused", by=by, about=person, details=details, writes=False)


def digest_of_typed(text: str) -> str:
    """Without the site's secret key nobody finds out what was typed by trying addresses."""
    return salted_hmac("clinic.logins", text.strip().lower(), algorithm="sha256").hexdigest()[:32]
