"""Ending the logins of browsers: one's own, and those of somebody who is let go."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.errors import RuleBroken
from clinic.models.logins import BrowserLogin
from clinic.models.staff import StaffMember


@transaction.atomic
def end_browser(*, public_id: UUID, by: StaffMember) -> None:
    """Ends one of one's own logins: its browser is a stranger from its next request on."""
    ended, _kinds = BrowserLogin.objects.filter(public_id=public_id, person=by).delete()
    if not ended:
        raise RuleBroken("not_there", _("That browser is not logged in any more."), conflict=True)
    audit.record("browser.ended", by=by, about=by, details={"browsers": 1})


@transaction.atomic
def end_other_browsers(*, this: str, by: StaffMember) -> int:
    """Ends all of one's own logins but the one with the session key `this`; answers with how many that were."""
    ended = end_logins_of(by, but=this)
    audit.record("browser.ended", by=by, about=by, details={"browsers": ended})
    return ended


def end_logins_of(person: StaffMember, *, but: str = "") -> int:
    """Within the action that is the reason for it, and that records it."""
    return BrowserLogin.objects.filter(person=person).exclude(session_key=but).delete()[0]
