import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Patient, PatientImport
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_physio, site_of, staff

pytestmark = pytest.mark.django_db
CSV = "Nr,First,Last,DOB,Shoe size\n1,Ann,Newcomer,12/05/1985,38\n2,Bob,Faulty,someday,44\n"


@pytest.fixture
def admin(client: Client) -> StaffMember:
    person = staff(Role.CLINIC_ADMIN)
    client.force_login(person)
    return person


def send(client: Client, admin: StaffMember, text: str = CSV) -> str:
    file = SimpleUploadedFile("old.csv", text.encode(), content_type="text/csv")
    answer = client.post("/patients/import/", {"file": file, "site": str(site_of(admin).pk)})
    return str(answer.headers.get("Location", answer.status_code))


def test_a_file_is_mapped_looked_at_and_imported(client: Client, admin: StaffMember) -> None:
    assert "Import" in client.get("/patients/").content.decode()
    address = send(client, admin)
    page = client.get(address).content.decode()
    assert "Shoe size" in page
    assert "What is what in old.csv?" in page
    told = {"column": ["identifier", "given_names", "family_name", "born_on", ""]}
    refused = client.post(address, {**told, "system": ""})
    assert refused.status_code == 422
    assert "Name the system" in refused.content.decode()
    look = client.post(address, {**told, "system": "OldBook"})
    assert look["Location"].endswith("?look=0")
    page = client.get(look["Location"]).content.decode()
    for text in ("Ann Newcomer", "is registered", "cannot be read", "no date that can be read"):
        assert text in page
    assert not Patient.objects.exists()
    assert client.get(f"{address}?look=nonsense").status_code == 200
    client.post(address, {"run": "yes"})
    page = client.get(address).content.decode()
    assert "1 registered, 1 left out" in page
    assert "Bob Faulty" in page
    assert Patient.objects.get().identifiers.get().system == "OldBook"
    assert client.post(address, {"run": "yes"}).status_code == 200
    assert Patient.objects.count() == 1


def test_a_file_is_thrown_away(client: Client, admin: StaffMember) -> None:
    address = send(client, admin)
    assert "not imported yet" in client.get("/patients/import/").content.decode()
    assert "Nothing was registered" in client.post(address, {"give_up": "yes"}, follow=True).content.decode()
    assert PatientImport.objects.get().text == ""


@pytest.mark.parametrize("text", ["", "a,b", "\x00\x01"])
def test_what_is_no_table_is_told(client: Client, admin: StaffMember, text: str) -> None:
    assert send(client, admin, text) == "422"


def test_no_file_at_all(client: Client, admin: StaffMember) -> None:
    assert client.post("/patients/import/", {}).status_code == 422


def test_an_import_is_its_makers(client: Client, admin: StaffMember) -> None:
    address = send(client, admin)
    client.force_login(staff(Role.CLINIC_ADMIN, site=site_of(admin)))
    assert client.get(address).status_code == 404
    client.force_login(a_physio())
    assert client.get("/patients/import/").status_code == 403
