"""Sites and the people who work there."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import NotAllowed, RuleBroken
from clinic.models.sites import Site
from clinic.models.staff import StaffMember, StaffSite
from clinic.rules.permissions import Permission, Role


def require_manager(by: StaffMember | None) -> None:
    """Somebody who manages staff; or nobody at all, as long as the clinic has nobody yet."""
    if by is None:
        if StaffMember.objects.exists():
            raise NotAllowed(Permission.STAFF_MANAGE)
    else:
        require(by, Permission.STAFF_MANAGE)


@transaction.atomic
def add_site(*, name: str, address: str = "", time_zone: str = "Europe/London", by: StaffMember | None) -> Site:
    require_manager(by)
    if Site.objects.filter(name=name).exists():
        raise RuleBroken("site_exists", _("There is a site of this name already."), field="name")
    site = Site.objects.create(name=name, address=address, time_zone=time_zone)
    audit.record("site.added", by=by, about=site)
    return site


@transaction.atomic
def add_staff_member(
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    sites: Iterable[Site],
    by: StaffMember | None,
    password: str | None = None,
    hcpc_number: str = "",
) -> StaffMember:
    """Adds a person. Without a password nobody can log in as them."""
    require_manager(by)
    if StaffMember.objects.filter(email=email.lower()).exists():
        raise RuleBroken("email_taken", _("Somebody with this e-mail address works here already."), field="email")
    person = StaffMember(email=email.lower(), name=name, roles=sorted(str(r) for r in roles), hcpc_number=hcpc_number)
    person.set_password(password)
    person.save(force_insert=True)
    StaffSite.objects.bulk_create(StaffSite(staff=person, site=site) for site in sites)
    audit.record("staff.added", by=by, about=person, details={"roles": person.roles})
    return person
