import pytest
from django.test import Client

from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, site_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = staff(Role.RECEPTIONIST)
    client.force_login(person)
    return person


def test_an_alert_stands_at_the_top_of_each_page(client: Client, by: StaffMember) -> None:
    physio = a_physio(site_of(by))
    patient = a_patient(by)
    address = f"/patients/{patient.pk}/alerts/"
    for severity, text in (("NOTE", "Needs a ramp"), ("STOP", "Faints"), ("WATCH", "Hard of hearing")):
        page = client.post(address, {"severity": severity, "text": text}, follow=True).content.decode()
        assert "The alert is noted" in page
    head = page[: page.index("</header>") + 4000]
    assert head.index("Faints") < head.index("Hard of hearing") < head.index("Needs a ramp")
    client.force_login(physio)
    case = a_case(physio, patient)
    for path in (f"/cases/{case.pk}/", f"/cases/{case.pk}/sessions/log/", f"/cases/{case.pk}/screening/"):
        assert "state-stop" in client.get(path).content.decode()
        assert "Faints" in client.get(path).content.decode()


def test_an_alert_is_ended(client: Client, by: StaffMember) -> None:
    patient = a_patient(by)
    address = f"/patients/{patient.pk}/alerts/"
    client.post(address, {"severity": "STOP", "text": "Faints"})
    alert = patient.alerts.get()
    assert client.get(f"/alerts/{alert.pk}/end/").status_code == 302
    assert patient.alerts.get().ended_at is None
    page = client.post(f"/alerts/{alert.pk}/end/", follow=True).content.decode()
    assert "The alert is ended." in page
    assert "ended by" in page
    assert "Faints" not in client.get(f"/patients/{patient.pk}/").content.decode()
    assert "ended already" in client.post(f"/alerts/{alert.pk}/end/", follow=True).content.decode()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"severity": "STOP", "text": ""}, "required"),
        ({"text": "Kept"}, "required"),
        ({"severity": "STOP", "text": "Kept", "expires_on": "12/05/1985"}, "This day is over already."),
        ({"severity": "STOP", "text": "Kept", "expires_on": "soon"}, "Write the date"),
    ],
)
def test_what_is_refused_loses_nothing(client: Client, by: StaffMember, typed: dict[str, str], told: str) -> None:
    patient = a_patient(by)
    response = client.post(f"/patients/{patient.pk}/alerts/", typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    if typed["text"]:
        assert 'value="Kept"' in page
    assert not patient.alerts.exists()


def test_others_patients_are_not_found(client: Client, by: StaffMember) -> None:
    other = staff(Role.RECEPTIONIST)
    patient = a_patient(other)
    client.force_login(other)
    client.post(f"/patients/{patient.pk}/alerts/", {"severity": "STOP", "text": "Faints"})
    client.force_login(by)
    assert client.get(f"/patients/{patient.pk}/alerts/").status_code == 404
    assert client.post(f"/alerts/{patient.alerts.get().pk}/end/").status_code == 404
