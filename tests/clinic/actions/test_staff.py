import pytest

from clinic.actions.staff import add_site, add_staff_member
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, Site, StaffMember
from clinic.rules.permissions import Role
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
