from datetime import date, timedelta
from typing import Any

import pytest

from cases.actions.patients import register_patient
from cases.models import Patient
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, a_site, staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.PHYSIOTHERAPIST])
def test_who_registers(role: Role) -> None:
    by = staff(role)
    patient = a_patient(by, given_names=" Zoë ", family_name="Brontë", nhs_number="999 100 1018", sport="Running")
    assert (patient.given_names, patient.nhs_number, patient.sport) == ("Zoë", "9991001018", "Running")
    event = AuditEvent.objects.get(action="patient.registered")
    assert (event.row_id, event.patient_id, event.staff) == (patient.pk, patient.pk, by)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CLINICAL_LEAD])
def test_who_does_not(role: Role) -> None:
    with pytest.raises(NotAllowed):
        a_patient(staff(role))
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"born_on": clock.today() + timedelta(days=1)}, "in_the_future"),
        ({"born_on": date(1879, 12, 31)}, "too_long_ago"),
        ({"nhs_number": "9991001019"}, "nhs_number_wrong"),
        ({"nhs_number": "12"}, "nhs_number_wrong"),
        ({"nhs_number": "none"}, "nhs_number_wrong"),
    ],
)
def test_what_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as no:
        a_patient(a_physio(), **change)
    assert no.value.code == code
    assert not Patient.objects.exists()


def test_a_site_of_others() -> None:
    by = a_physio()
    with pytest.raises(RuleBroken) as no:
        register_patient(by=by, site=a_site(), given_names="A", family_name="B", born_on=date(1990, 1, 1))
    assert no.value.code == "not_your_site"


def test_a_taken_number_names_whom_one_may_see_and_nobody_else() -> None:
    by, stranger = a_physio(), a_physio()
    a_patient(by, family_name="Ellery", nhs_number="9991001018")
    with pytest.raises(RuleBroken) as mine:
        a_patient(by, nhs_number="9991001018")
    assert "Ellery" in mine.value.message
    with pytest.raises(RuleBroken) as theirs:
        a_patient(stranger, nhs_number="9991001018")
    assert theirs.value.message == "A match exists at another site. Ask your clinic admin."


def test_who_sees_whom() -> None:
    here, elsewhere = a_physio(), a_physio()
    patient = a_patient(here)
    assert Patient.objects.visible_to(here).get() == patient
    assert not Patient.objects.visible_to(elsewhere).exists()
    assert not Patient.objects.visible_to(staff(Role.AUDITOR)).exists()
    a_case(elsewhere, patient)
    assert Patient.objects.visible_to(elsewhere).get() == patient


@pytest.mark.parametrize(
    "query",
    ["bront", "BRONTË", "zoe bro", "999 100 1018", "1018", "12/05/1985", "1985-05-12", "7946 0018", "zozo"],
)
def test_search_finds(query: str) -> None:
    by = a_physio()
    told = {
        "given_names": "Zoë",
        "family_name": "Brontë",
        "known_as": "Zozo",
        "nhs_number": "9991001018",
        "phone": "020 7946 0018",
    }
    wanted = a_patient(by, **told)
    a_patient(by, given_names="Ann", family_name="Other", born_on=date(1990, 1, 1))
    assert list(Patient.objects.visible_to(by).matching(query)) == [wanted]


@pytest.mark.parametrize("query", ["brontosaurus", "%", "_", "zoë%", "\\"])
def test_search_takes_no_pattern(query: str) -> None:
    by = a_physio()
    a_patient(by, given_names="Zoë", family_name="Brontë")
    assert not Patient.objects.matching(query).exists()
