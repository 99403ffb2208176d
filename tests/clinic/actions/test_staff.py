import pytest

from clinic.actions.staff import (
    add_site,
    add_staff_member,
    change_site,
    change_staff_member,
    deactivate_staff_member,
    reactivate_staff_member,
)
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent, Site, StaffMember
from clinic.rules.permissions import Permission, Role
from tests.factories.records import a_physio, a_site, manager, staff

pytestmark = pytest.mark.django_db


def test_the_first_person_is_added_by_nobody_the_second_is_not() -> None:
    first = add_staff_member(email="First@Example.org", name="First", roles=[Role.CLINIC_ADMIN], sites=[], by=None)
    assert first.email == "first@example.org"
    assert AuditEvent.objects.filter(action="staff.added", row_id=first.pk, staff=None).count() == 1
    with pytest.raises(NotAllowed):
        add_staff_member(email="second@example.org", name="Second", roles=[Role.CLINIC_ADMIN], sites=[], by=None)


def test_an_admin_adds_people_a_physiotherapist_does_not() -> None:
    site = a_site()
    added = add_staff_member(email="a@example.org", name="A", roles=[Role.RECEPTIONIST], sites=[site], by=manager())
    assert added.site_ids == [site.pk]
    assert not added.has_usable_password()
    with pytest.raises(NotAllowed):
        add_staff_member(email="b@example.org", name="B", roles=[], sites=[], by=a_physio())
    assert not StaffMember.objects.filter(email="b@example.org").exists()


def test_an_address_is_taken_once() -> None:
    staff(Role.RECEPTIONIST, email="twice@example.org")
    with pytest.raises(RuleBroken) as no:
        staff(Role.RECEPTIONIST, email="TWICE@example.org")
    assert (no.value.code, no.value.field) == ("email_taken", "email")


def test_a_site_has_a_name_of_its_own() -> None:
    add_site(name="Harbour", by=manager())
    with pytest.raises(RuleBroken) as no:
        add_site(name="Harbour", by=manager())
    assert no.value.code == "site_exists"
    with pytest.raises(NotAllowed):
        add_site(name="Other", by=a_physio())
    assert Site.objects.filter(name="Harbour").count() == 1


def changed(person: StaffMember, **told: object) -> StaffMember:
    told = {
        "name": person.name,
        "roles": person.roles,
        "sites": list(Site.objects.filter(pk__in=person.site_ids)),
        "hcpc_number": person.hcpc_number,
        "version": person.version,
        "by": manager(),
        **told,
    }
    return change_staff_member(person=person, **told)  # type: ignore[arg-type]


def test_a_person_changes_roles_and_sites_and_keeps_what_was() -> None:
    person, new = a_physio(), a_site()
    old = person.site_ids[0]
    person = changed(person, roles=["RECEPTIONIST"], sites=[new], name="Ann New")
    again = StaffMember.objects.get(pk=person.pk)
    assert (again.name, again.roles, again.site_ids) == ("Ann New", ["RECEPTIONIST"], [new.pk])
    assert again.postings.get(site=old).ended_at is not None
    assert changed(again, sites=[new, Site.objects.get(pk=old)]).postings.filter(ended_at=None).count() == 2


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"name": " "}, "missing"),
        ({"hcpc_number": "PH12"}, "hcpc_wrong"),
        ({"hcpc_number": "PH12345X"}, "hcpc_wrong"),
        ({"version": 9}, "stale"),
    ],
)
def test_what_a_person_cannot_become(told: dict[str, object], code: str) -> None:
    with pytest.raises(RuleBroken) as no:
        changed(a_physio(), **told)
    assert no.value.code == code


def test_somebody_must_go_on_managing_staff() -> None:
    boss = manager()
    with pytest.raises(RuleBroken, match="Somebody must manage staff"):
        changed(boss, roles=["AUDITOR"])
    other = staff(Role.CLINIC_ADMIN)
    changed(boss, roles=["AUDITOR"])
    with pytest.raises(RuleBroken, match="Nobody deactivates themselves"):
        deactivate_staff_member(person=other, version=other.version, by=other)


def test_a_leaver_is_deactivated_and_may_come_back() -> None:
    person = a_physio()
    with pytest.raises(Stale):
        deactivate_staff_member(person=person, version=9, by=manager())
    person = deactivate_staff_member(person=person, version=person.version, by=manager())
    assert (person.is_active, person.may(Permission.CASE_READ)) == (False, False)
    with pytest.raises(RuleBroken, match="deactivated already"):
        deactivate_staff_member(person=person, version=person.version, by=manager())
    with pytest.raises(Stale):
        reactivate_staff_member(person=person, version=9, by=manager())
    person = reactivate_staff_member(person=person, version=person.version, by=manager())
    assert person.may(Permission.CASE_READ)
    with pytest.raises(RuleBroken, match="is active"):
        reactivate_staff_member(person=person, version=person.version, by=manager())


def test_a_site_is_corrected() -> None:
    site, other = a_site(), a_site()
    told = {"address": "Quay 1", "time_zone": "Europe/London", "by": manager()}
    assert change_site(site=site, name=" Quay ", version=1, **told).name == "Quay"
    with pytest.raises(Stale):
        change_site(site=site, name="Pier", version=1, **told)
    with pytest.raises(RuleBroken, match="of this name"):
        change_site(site=site, name=other.name, version=2, **told)


def test_only_managers_manage() -> None:
    by, person, site = a_physio(), a_physio(), a_site()
    for verb in (
        lambda: changed(person, by=by),
        lambda: deactivate_staff_member(person=person, version=1, by=by),
        lambda: reactivate_staff_member(person=person, version=1, by=by),
        lambda: change_site(site=site, name="x", address="", time_zone="Europe/London", version=1, by=by),
    ):
        with pytest.raises(NotAllowed):
            verb()
