from typing import Any

import pytest
from django.test import Client

from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_note, a_physio, a_signed_session, site_of, staff
from treatments.models import AdverseEvent

pytestmark = pytest.mark.django_db
PARTS: dict[str, Any] = {
    "exercises": [{"name": "Calf raise", "sets": 4, "reps": 8, "load_rm": 8}],
    "adverse_events": [{"what": "Bruise", "severity": "MILD", "onset_on": "2020-01-01"}],
}


def test_the_sheet_of_exercises_and_what_went_wrong(client: Client) -> None:
    by = a_physio()
    done = a_signed_session(a_case(by), by, **PARTS)
    client.force_login(by)
    page = client.get(f"/sessions/{done.pk}/").content.decode()
    assert "Calf raise · 4 × 8 · 8 RM" in page
    assert "Bruise" in page
    sheet = client.get(f"/sessions/{done.pk}/exercises/").content.decode()
    assert "4 sets of 8 repetitions. As heavy as you can lift 8 times." in sheet
    event = AdverseEvent.objects.get()
    assert "Noted: it is over." in client.post(f"/adverse-events/{event.pk}/over/", follow=True).content.decode()
    assert "over already" in client.post(f"/adverse-events/{event.pk}/over/", follow=True).content.decode()


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR, None])
def test_who_sees_none_of_it(client: Client, role: Role | None) -> None:
    by = a_physio()
    done = a_signed_session(a_case(by), by, **PARTS)
    client.force_login(staff(role, site=site_of(by)) if role else a_physio())
    assert client.get(f"/sessions/{done.pk}/exercises/").status_code == 404
    assert client.post(f"/adverse-events/{AdverseEvent.objects.get().pk}/over/").status_code == 404


def test_the_leads_list(client: Client, django_assert_num_queries: Any) -> None:
    by = a_physio()
    lead = staff(Role.CLINICAL_LEAD, Role.PHYSIOTHERAPIST, site=site_of(by))
    client.force_login(lead)
    assert "Nothing was" in client.get("/rules/against/").content.decode()
    dose = {"energy_mj_mm2": "0,2", "impulses": "2000", "frequency_hz": "4"}
    row = {"modality": "FSWT", "parameters": dose, "because": "Asked for it", "told": "The lead"}
    for _ in range(3):
        a_signed_session(a_case(by), by, **a_note(applications=[row]))
    with django_assert_num_queries(6):  # two of them are the savepoint of the audit event
        page = client.get("/rules/against/").content.decode()
    assert page.count("Asked for it · told: The lead") == 3
    assert "no consent to this treatment" in page
    client.force_login(by)
    assert client.get("/rules/against/").status_code == 403


def test_a_new_note_starts_with_the_last_time_and_is_confirmed_in_one_step(client: Client) -> None:
    by = a_physio()
    case = a_case(by)
    a_signed_session(case, by, **PARTS)
    client.force_login(by)
    page = client.get(f"/cases/{case.pk}/sessions/log/").content.decode()
    assert 'value="2.3"' in page
    assert "Same as last time" in page
    assert page.count('class="line asbefore"') == 3
    assert 'value="6"' not in page, "measures are never prefilled"
