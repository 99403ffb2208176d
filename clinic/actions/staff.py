"""Sites and the people who work there."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit, clock
from clinic.actions.api_keys import revoke_keys_of
from clinic.actions.logins import end_logins_of
from clinic.actions.permissions import require
from clinic.errors import NotAllowed, RuleBroken, Stale
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


@transaction.atomic
def change_site(*, site: Site, name: str, address: str, time_zone: str, version: int, by: StaffMember) -> Site:
    """Corrects what is known of a site. Raises Stale."""
    require(by, Permission.STAFF_MANAGE)
    locked = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if locked.version != version:
        raise Stale
    if Site.objects.filter(name=name.strip()).exclude(pk=site.pk).exists():
        raise RuleBroken("site_exists", _("There is a site of this name already."), field="name")
    locked.name, locked.address, locked.time_zone = name.strip(), address.strip(), time_zone
    locked.save_change("name", "address", "time_zone")
    audit.record("site.changed", by=by, about=locked)
    return locked


@transaction.atomic
def change_staff_member(
    *,
    person: StaffMember,
    name: str,
    roles: Iterable[str],
    sites: Iterable[Site],
    hcpc_number: str,
    version: int,
    by: StaffMember,
) -> StaffMember:
    """Corrects a person's name, number, roles and sites. Somebody must go on managing staff. Raises Stale."""
    require(by, Permission.STAFF_MANAGE)
    locked = StaffMember.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if locked.version != version:
        raise Stale
    if not name.strip():
        raise RuleBroken("missing", _("A person has a name."), field="name")
    locked.name, locked.hcpc_number = name.strip(), hcpc_number.strip().upper()
    locked.roles = sorted({str(Role(role)) for role in roles})
    require_hcpc_number(locked)
    require_a_manager(locked)
    locked.save_change("name", "hcpc_number", "roles")
    move(locked, {site.pk: site for site in sites}, by)
    audit.record("staff.changed", by=by, about=locked, details={"roles": locked.roles})
    return locked


def move(person: StaffMember, wanted: dict[object, Site], by: StaffMember) -> None:
    """Ends the postings that are not wanted any more, and adds those that are new."""
    now = {posting.site_id: posting for posting in person.postings.filter(ended_at=None)}
    for site_id, posting in now.items():
        if site_id not in wanted:
            posting.ended_at = clock.now()
            posting.save_change("ended_at")
    StaffSite.objects.bulk_create(StaffSite(staff=person, site=site) for pk, site in wanted.items() if pk not in now)


@transaction.atomic
def deactivate_staff_member(*, person: StaffMember, version: int, by: StaffMember) -> StaffMember:
    """Lets nobody log in as this person any more, and ends their logins and keys; what they wrote and signed keeps
    their name. Raises Stale.
    """
    require(by, Permission.STAFF_MANAGE)
    locked = StaffMember.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if locked.version != version:
        raise Stale
    if locked.pk == by.pk:
        raise RuleBroken("oneself", _("Nobody deactivates themselves: ask another admin."), conflict=True)
    if not locked.is_active:
        raise RuleBroken("inactive", _("This person is deactivated already."), conflict=True)
    locked.is_active, locked.deactivated_at = False, clock.now()
    require_a_manager(locked)
    locked.save_change("is_active", "deactivated_at")
    ended, keys = end_logins_of(locked), revoke_keys_of(locked, by=by)
    audit.record("staff.deactivated", by=by, about=locked, details={"browsers": ended, "keys": keys})
    return locked


@transaction.atomic
def reactivate_staff_member(*, person: StaffMember, version: int, by: StaffMember) -> StaffMember:
    """Lets a person log in again, with the password that they had. Raises Stale."""
    require(by, Permission.STAFF_MANAGE)
    locked = StaffMember.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if locked.version != version:
        raise Stale
    if locked.is_active:
        raise RuleBroken("active", _("This person is active."), conflict=True)
    locked.is_active, locked.deactivated_at = True, None
    locked.save_change("is_active", "deactivated_at")
    audit.record("staff.reactivated", by=by, about=locked)
    return locked


def require_hcpc_number(person: StaffMember) -> None:
    number = person.hcpc_number
    if number and not (number.startswith("PH") and number[2:].isdigit() and len(number) in (7, 8)):
        raise RuleBroken("hcpc_wrong", _("An HCPC number is PH and five or six digits."), field="hcpc_number")


def require_a_manager(changed: StaffMember) -> None:
    """Refuses a change after which nobody who can log in manages staff."""
    others = StaffMember.objects.filter(is_active=True).exclude(pk=changed.pk)
    if not any(person.may(Permission.STAFF_MANAGE) for person in [changed, *others]):
        raise RuleBroken("last_admin", _("Somebody must manage staff: make another person clinic admin first."))
