"""A history is sent on a page, followed there, and read on the page of its case."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.actions.history_imports import carry_out_import
from cases.models import Case, EarlierVisit, HistoryImport, Patient
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.histories import HISTORY, SESSION, changed, ndjson
from tests.factories.records import a_physio, site_of, staff

PAGE = "/patients/histories/"


@pytest.fixture
def admin(own_database: str, client: Client) -> StaffMember:
    person = staff(Role.CLINIC_ADMIN)
    client.force_login(person)
    return person


def send(client: Client, admin: StaffMember, text: str, **told: str) -> str:
    lead = a_physio(site_of(admin))
    file = SimpleUploadedFile("old.ndjson", text.encode())
    told = {"form": "NDJSON", "system": "OldBook", "site": str(site_of(admin).pk), "lead": str(lead.pk), **told}
    answer = client.post(PAGE, {"file": file, **told})
    return str(answer.headers.get("Location", answer.status_code))


def body(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_history_is_sent_followed_and_read(client: Client, admin: StaffMember) -> None:
    assert PAGE in body(client, "/patients/import/")
    address = send(client, admin, ndjson(*HISTORY))
    assert "Waiting for its turn" in body(client, address)
    assert "at work" in body(client, PAGE)
    carry_out_import(HistoryImport.objects.get().pk)
    page = body(client, address)
    for text in ("2 cases", "1 visit", "brought", "The file is thrown away"):
        assert text in page
    assert "data-waiting" not in page
    assert "done" in body(client, PAGE)
    client.force_login(a_physio(site_of(admin)))
    case = Case.objects.open().get()
    assert "Earlier visits" in body(client, f"/cases/{case.pk}/")
    page = body(client, f"/cases/{case.pk}/earlier-visits/")
    for text in ("Entered in another system", "OldBook", "J. Former", "Stiff in the morning.", "VISA-A", "42 points"):
        assert text in page
    assert AuditEvent.objects.filter(action="earlier_visits.seen", patient_id=case.patient_id).count() == 1
    closed = Case.objects.exclude(pk=case.pk).get()
    assert "Earlier visits" not in body(client, f"/cases/{closed.pk}/")
    assert "No earlier visits" in body(client, f"/cases/{closed.pk}/earlier-visits/")


def test_what_is_to_be_corrected_is_told_by_line(client: Client, admin: StaffMember) -> None:
    address = send(client, admin, ndjson(*HISTORY, changed(SESSION, id="S2", case="nothing")))
    carry_out_import(HistoryImport.objects.get().pk)
    page = body(client, address)
    for text in ("Nothing was imported: 1 place to correct", "/case", "Neither this file nor an earlier one"):
        assert text in page
    assert not Patient.objects.exists()


def test_a_file_that_waits_is_thrown_away(client: Client, admin: StaffMember) -> None:
    address = send(client, admin, ndjson(*HISTORY))
    assert "Nothing of it was imported" in client.post(address, follow=True).content.decode()
    assert "given up" in body(client, PAGE)
    assert client.post(address).status_code == 409
    assert "Given up" in body(client, address)


def test_what_cannot_be_sent_is_told_beside_its_field(client: Client, admin: StaffMember) -> None:
    assert send(client, admin, "") == "422"
    assert send(client, admin, ndjson(*HISTORY), system=" ") == "422"
    assert send(client, admin, ndjson(*HISTORY), lead="nobody") == "422"
    assert client.post(PAGE, {}).status_code == 422
    assert not HistoryImport.objects.exists()


def test_an_import_is_its_senders_own(client: Client, admin: StaffMember) -> None:
    address = send(client, admin, ndjson(*HISTORY))
    client.force_login(staff(Role.CLINIC_ADMIN, site=site_of(admin)))
    assert client.get(address).status_code == client.post(address).status_code == 404
    assert "old.ndjson" not in body(client, PAGE)
    client.force_login(a_physio(site_of(admin)))
    assert client.get(PAGE).status_code == 403


def test_many_visits_are_paged_at_the_same_cost(client: Client, admin: StaffMember) -> None:
    costs = []
    for how_many in (1, 60):
        days = [
            changed(SESSION, id=f"{how_many}-{n}", occurred_on=f"2024-03-{n % 28 + 1:02d}") for n in range(how_many)
        ]
        send(client, admin, ndjson(*HISTORY, *days))
        carry_out_import(HistoryImport.objects.latest("created_at").pk)
        case = Case.objects.open().get()
        client.force_login(a_physio(site_of(admin)))
        with CaptureQueriesContext(connection) as asked:
            page = body(client, f"/cases/{case.pk}/earlier-visits/")
        costs.append(len(asked))
        client.force_login(admin)
    assert costs[0] == costs[1]
    assert page.count("entered in OldBook") == 50
    client.force_login(a_physio(site_of(admin)))
    following = page.split('rel="next" href="')[1].split('"')[0]
    assert body(client, f"/cases/{case.pk}/earlier-visits/{following}").count("entered in OldBook") == 12
    assert client.get(f"/cases/{case.pk}/earlier-visits/?after=nonsense").status_code == 200
    assert EarlierVisit.objects.count() == 62
