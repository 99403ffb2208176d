"""Links by which people set a password: made by an admin, handed over, used once."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit, clock
from clinic.actions.api_keys import revoke_keys_of
from clinic.actions.logins import end_logins_of
from clinic.actions.permissions import require
from clinic.actions.staff import add_staff_member, require_hcpc_number, require_manager
from clinic.errors import RuleBroken
from clinic.models import Invitation, Site, StaffMember
from clinic.models.api_keys import digest_of
from clinic.rules.permissions import Permission, Role

GOOD_FOR = timedelta(days=7)


@transaction.atomic
def invite_staff_member(
    *, email: str, name: str, roles: Iterable[str], sites: Iterable[Site], by: StaffMember | None, hcpc_number: str = ""
) -> tuple[StaffMember, str]:
    """Adds a person, and answers with the token of their link; it is shown once. `by` is nobody for the first admin."""
    require_manager(by)
    hcpc_number = hcpc_number.strip().upper()
    require_hcpc_number(StaffMember(hcpc_number=hcpc_number))
    person = add_staff_member(
        email=email.strip(),
        name=name.strip(),
        roles=[Role(role) for role in roles],
        sites=sites,
        hcpc_number=hcpc_number,
        by=by,
    )
    return person, make_link(person, by)


@transaction.atomic
def renew_invitation(*, person: StaffMember, by: StaffMember) -> str:
    """A new link for somebody who lost theirs, or their password; the old ones stop working."""
    require(by, Permission.STAFF_MANAGE)
    if not person.is_active:
        raise RuleBroken("inactive", _("This person is deactivated. Activate them first."), conflict=True)
    return make_link(person, by)


def make_link(person: StaffMember, by: StaffMember | None) -> str:
    for older in person.invitations.select_for_update(of=("self",)).filter(used_at=None, withdrawn_at=None):
        older.withdrawn_at = clock.now()
        older.save_change("withdrawn_at")
        audit.record("invitation.withdrawn", by=by, about=older)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        staff=person, digest=digest_of(token), invited_by=by, expires_at=clock.now() + GOOD_FOR
    )
    audit.record("invitation.made", by=by, about=invitation)
    return token


@transaction.atomic
def accept_invitation(*, token: str, password: str, by: None = None) -> StaffMember:
    """Sets the password of the person whose link it is. Nobody is logged in yet who could act. What was made with the
    password before, logins and keys, ends.
    """
    rows = Invitation.objects.select_for_update(of=("self",)).usable(clock.now()).select_related("staff")
    invitation = rows.filter(digest=digest_of(token)).first()
    if invitation is None:
        raise RuleBroken("not_usable", _("This link is not valid any more. Ask your clinic admin for a new one."))
    person = invitation.staff
    try:
        validate_password(password, person)
    except ValidationError as no:
        raise RuleBroken("weak_password", " ".join(no.messages), field="password") from None
    person.set_password(password)
    person.save(update_fields=["password"])
    end_logins_of(person)
    revoke_keys_of(person, by=person)
    invitation.used_at = clock.now()
    invitation.save_change("used_at")
    audit.record("invitation.used", by=person, about=invitation)
    return person
