from typing import Any

import pytest
from django.test import Client

from cases.actions.alerts import end_alert, note_alert
from cases.actions.case_steps import hold_case
from cases.actions.patients import change_patient
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, site_of, staff

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_who_changed_what_in_a_registration(client: Client) -> None:
    by = a_physio(name="Ada Writer")
    client.force_login(by)
    patient = a_patient(by, sex="UNKNOWN")
    assert "Nothing was changed" in read(client, f"/patients/{patient.pk}/history/")
    change_patient(patient=patient, version=1, changes={"sex": "FEMALE", "allergies": "Latex"}, by=by)
    end_alert(alert=note_alert(patient=patient, severity="NOTE", text="Deaf", by=by), by=by)
    page = read(client, f"/patients/{patient.pk}/history/")
    for text in ("Ada Writer", "not recorded", "female", "Latex", "Patient alert", "patient.changed"):
        assert text in page


def test_reception_sees_no_clinical_words_in_it(client: Client) -> None:
    by = a_physio()
    patient = a_patient(by)
    change_patient(patient=patient, version=1, changes={"allergies": "Latex"}, by=by)
    change_patient(patient=patient, version=2, changes={"phone": "020 9"}, by=by)
    desk = staff(Role.RECEPTIONIST, site=site_of(by))
    client.force_login(desk)
    page = read(client, f"/patients/{patient.pk}/history/")
    assert "020 9" in page
    assert "Latex" not in page


def test_who_changed_what_in_a_case(client: Client) -> None:
    by = a_physio()
    client.force_login(by)
    case = a_case(by)
    hold_case(case=case, reason="Abroad", by=by)
    page = read(client, f"/cases/{case.pk}/history/")
    assert "on hold" in page
    assert "case.held" in page
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(by)))
    assert client.get(f"/cases/{case.pk}/history/").status_code == 403
    client.force_login(a_physio())
    assert client.get(f"/cases/{case.pk}/history/").status_code == 404


def test_it_costs_the_same_for_one_and_for_many_changes(client: Client, django_assert_num_queries: Any) -> None:
    by = a_physio()
    client.force_login(by)
    for more in (1, 12):
        patient = a_patient(by)
        for n in range(more):
            change_patient(patient=patient, version=n + 1, changes={"phone": f"020 {n}"}, by=by)
        with django_assert_num_queries(8):
            read(client, f"/patients/{patient.pk}/history/")
