from typing import Any

import pytest
from django.test import Client

from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of, staff

pytestmark = pytest.mark.django_db
MARKER = "xyzzy-marker"


def marked_case(by: Any) -> Any:
    case = a_case(by, title=f"{MARKER} title", history=f"{MARKER} history", referral=f"{MARKER} referral")
    a_signed_session(case, by, plan=f"{MARKER} plan")
    return case


def test_the_patient_and_their_cases(client: Client) -> None:
    by = a_physio()
    case = marked_case(by)
    client.force_login(by)
    page = client.get(f"/patients/{case.patient_id}/").content.decode()
    assert f"{MARKER} title" in page
    assert case.number in page
    assert "Start a case" in page
    event = AuditEvent.objects.get(action="patient.seen")
    assert (event.staff, event.patient_id, event.door, event.came_from) == (by, case.patient_id, "page", "127.0.0.1")


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN])
def test_no_clinical_word_where_none_belongs(client: Client, role: Role) -> None:
    by = a_physio()
    case = marked_case(by)
    client.force_login(staff(role, site=site_of(by)))
    pages = ["/", "/patients/", f"/patients/?q={MARKER}", f"/patients/{case.patient_id}/", f"/cases/{case.pk}/"]
    pages += [f"/patients/{case.patient_id}/cases/start/", f"/cases/{case.pk}/sessions/log/", "/imaging/", "/reviews/"]
    pages += [f"/api/v1/cases/{case.pk}/progress/", "/api/v1/patients/", f"/api/v1/sessions/{case.sessions.get().pk}/"]
    for path in pages:
        text = client.get(path).content.decode()
        assert f"{MARKER} " not in text, path
        assert "Achilles" not in text, path
        assert case.number not in text, path
    assert client.get(f"/patients/{case.patient_id}/").status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_another_site_sees_nobody(client: Client, role: Role) -> None:
    patient = a_patient(a_physio(), family_name="Elsewhere")
    client.force_login(staff(role))
    assert client.get(f"/patients/{patient.pk}/").status_code == 404
    assert "Elsewhere" not in client.get("/patients/").content.decode()


def test_a_patient_costs_the_same_with_one_and_with_many_cases(client: Client, django_assert_num_queries: Any) -> None:
    by = a_physio()
    client.force_login(by)
    patient = a_patient(by)
    for more in (1, 12):
        for _ in range(more):
            a_case(by, patient)
        with django_assert_num_queries(8):
            client.get(f"/patients/{patient.pk}/")
