from datetime import timedelta

import pytest

from clinic import clock
from clinic.actions.invitations import accept_invitation, invite_staff_member, renew_invitation
from clinic.actions.staff import deactivate_staff_member
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, Invitation, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_physio, a_site, manager

pytestmark = pytest.mark.django_db
PASSWORD = "three blue herons at noon"


def invited(**told: object) -> tuple[StaffMember, str]:
    told = {"email": "new@example.org", "name": "New", "roles": ["PHYSIOTHERAPIST"], "sites": [a_site()], **told}
    return invite_staff_member(by=manager(), **told)  # type: ignore[arg-type]


def test_a_link_sets_a_password_once() -> None:
    person, token = invited(hcpc_number=" ph123456 ")
    assert (person.hcpc_number, person.has_usable_password()) == ("PH123456", False)
    assert accept_invitation(token=token, password=PASSWORD) == person
    assert StaffMember.objects.get(pk=person.pk).check_password(PASSWORD)
    with pytest.raises(RuleBroken, match="not valid any more"):
        accept_invitation(token=token, password=PASSWORD)
    assert AuditEvent.objects.filter(action__startswith="invitation.").count() == 2


def test_only_its_digest_is_kept() -> None:
    _, token = invited()
    assert token not in str(Invitation.objects.values().get())


def test_a_link_runs_out_after_a_week() -> None:
    _, token = invited()
    with clock.set_to(clock.now() + timedelta(days=7, seconds=1)), pytest.raises(RuleBroken, match="not valid"):
        accept_invitation(token=token, password=PASSWORD)


def test_a_new_link_ends_the_old_one() -> None:
    person, first = invited()
    second = renew_invitation(person=person, by=manager())
    with pytest.raises(RuleBroken):
        accept_invitation(token=first, password=PASSWORD)
    accept_invitation(token=second, password=PASSWORD)


def test_a_weak_password_is_refused_and_the_link_stays_good() -> None:
    _, token = invited()
    with pytest.raises(RuleBroken) as no:
        accept_invitation(token=token, password="12345")
    assert no.value.field == "password"
    accept_invitation(token=token, password=PASSWORD)


def test_nobody_joins_who_was_deactivated() -> None:
    person, token = invited()
    person = deactivate_staff_member(person=person, version=person.version, by=manager())
    with pytest.raises(RuleBroken, match="not valid"):
        accept_invitation(token=token, password=PASSWORD)
    with pytest.raises(RuleBroken, match="deactivated"):
        renew_invitation(person=person, by=manager())


def test_who_invites_and_whom() -> None:
    with pytest.raises(NotAllowed):
        invite_staff_member(email="a@example.org", name="A", roles=[Role.AUDITOR], sites=[], by=a_physio())
    with pytest.raises(NotAllowed):
        renew_invitation(person=manager(), by=a_physio())
    with pytest.raises(RuleBroken, match="PH and five or six"):
        invited(hcpc_number="AB12")
    assert not StaffMember.objects.filter(email="new@example.org").exists()
