"""A program sends a history, follows it, and sends it again."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.actions.history_imports import carry_out_import
from cases.models import EarlierVisit, HistoryImport, Patient
from clinic.actions.api_keys import create_api_key
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.histories import HISTORY, PRIOR, changed, ndjson
from tests.factories.records import a_physio, a_site, site_of, staff

ROOT = "/api/v1/imports/"


@pytest.fixture
def admin(own_database: str) -> StaffMember:
    return staff(Role.CLINIC_ADMIN)


@pytest.fixture
def client(admin: StaffMember) -> Client:
    _, text = create_api_key(owner=admin, name="Move", scopes=["admin"], by=admin)
    return Client(headers={"Authorization": f"Bearer {text}"})


def told(admin: StaffMember, **more: Any) -> dict[str, Any]:
    lead = a_physio(site_of(admin))
    return {"site": str(site_of(admin).pk), "lead": str(lead.pk), "system": "OldBook", "form": "NDJSON", **more}


def a_file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("old.ndjson", text.encode(), content_type="application/x-ndjson")


def test_a_file_is_sent_followed_and_imported(client: Client, admin: StaffMember) -> None:
    answer = client.post(ROOT, told(admin, file=a_file(ndjson(*HISTORY)), with_lookalikes="true"))
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["status"], made["file_name"], made["with_lookalikes"]) == ("WAITING", "old.ndjson", True)
    assert answer["Location"] == f"{ROOT}{made['id']}/"
    carry_out_import(made["id"])
    now = client.get(answer["Location"]).json()
    assert (now["status"], now["phase"], now["done"], now["total"]) == ("DONE", "WRITE", 5, 5)
    assert now["counts"]["session"] == {"new": 1}
    assert (now["faults"], now["faulty"], now["is_stuck"]) == ([], 0, False)
    assert client.get(ROOT, {"status": "DONE"}).json()["results"] == [now]


def test_faults_are_told_by_line_and_pointer(client: Client, admin: StaffMember) -> None:
    made = client.post(
        ROOT, told(admin, text=ndjson(*HISTORY, changed(PRIOR, id="T2", kind="MAGIC"))), "application/json"
    )
    carry_out_import(made.json()["id"])
    now = client.get(made["Location"]).json()
    assert now["status"] == "REFUSED"
    assert now["faults"] == [
        {"line": 6, "pointer": "/kind", "code": "unknown_kind", "detail": "Choose a treatment of the list."}
    ]
    assert not Patient.objects.exists()


def test_the_same_request_makes_one_import(client: Client, admin: StaffMember) -> None:
    same = told(admin)
    answers = [
        client.post(ROOT, {**same, "file": a_file(ndjson(*HISTORY))}, headers={"Idempotency-Key": "a"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert HistoryImport.objects.count() == 1
    assert HistoryImport.objects.get().text == ndjson(*HISTORY)
    other = client.post(ROOT, {**same, "file": a_file(ndjson(*HISTORY[1:]))}, headers={"Idempotency-Key": "a"})
    assert other.status_code == 422


def test_an_import_is_given_up_with_its_version(client: Client, admin: StaffMember) -> None:
    made = client.post(ROOT, told(admin, text=ndjson(*HISTORY)), "application/json").json()
    address = f"{ROOT}{made['id']}/give-up/"
    assert client.post(address, {}, "application/json").status_code == 428
    assert client.post(address, {}, "application/json", headers={"If-Match": "1"}).status_code == 412
    done = client.post(address, {}, "application/json", headers={"If-Match": made["etag"]})
    assert (done.status_code, done.json()["status"]) == (200, "GIVEN_UP")
    assert client.post(address, {}, "application/json", headers={"If-Match": done.json()["etag"]}).status_code == 409


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({}, 400, "missing"),
        ({"text": "{}", "file": "x"}, 400, "invalid"),
        ({"text": " "}, 422, "empty"),
        ({"text": "\n{}", "system": " "}, 422, "missing"),
        ({"text": "{}", "with_lookalikes": "true"}, 400, "invalid"),
        ({"text": "{}", "form": "XML"}, 400, "invalid_choice"),
    ],
)
def test_what_cannot_be_an_import_is_refused(
    client: Client, admin: StaffMember, more: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post(ROOT, told(admin, **more), "application/json")
    assert answer.status_code == status, answer.content
    assert code in {each["code"] for each in answer.json()["errors"]}
    assert not HistoryImport.objects.exists()


def test_multipart_is_as_strict(client: Client, admin: StaffMember) -> None:
    for more in ({"colour": "red"}, {"with_lookalikes": "yes"}, {"site": "here"}, {"file": ""}):
        answer = client.post(ROOT, {**told(admin, file=a_file("{}")), **more})
        assert answer.status_code == 400, answer.content
    for more in ({"site": str(a_site().pk)}, {"file": a_file("")}, {"lead": str(staff(Role.RECEPTIONIST).pk)}):
        answer = client.post(ROOT, {**told(admin), "file": a_file("{}"), **more})
        assert answer.status_code == 422, answer.content


def test_another_admin_finds_nothing(client: Client, admin: StaffMember) -> None:
    made = client.post(ROOT, told(admin, text="{}"), "application/json").json()
    other = staff(Role.CLINIC_ADMIN, site=site_of(admin))
    _, text = create_api_key(owner=other, name="Move", scopes=["admin"], by=other)
    stranger = Client(headers={"Authorization": f"Bearer {text}"})
    assert stranger.get(ROOT).json()["results"] == []
    assert stranger.get(f"{ROOT}{made['id']}/").status_code == 404


def test_earlier_visits_are_read_with_their_case(client: Client, admin: StaffMember) -> None:
    made = client.post(ROOT, told(admin, text=ndjson(*HISTORY)), "application/json").json()
    carry_out_import(made["id"])
    physio = a_physio(site_of(admin))
    _, text = create_api_key(owner=physio, name="Read", scopes=["sessions:read"], by=physio)
    reader = Client(headers={"Authorization": f"Bearer {text}"})
    visit = EarlierVisit.objects.get()
    page = reader.get("/api/v1/earlier-visits/", {"case": str(visit.case_id)}).json()
    (row,) = page["results"]
    assert (row["system"], row["author"], row["objective"]) == ("OldBook", "J. Former", None)
    assert row["values"] == [{"name": "VISA-A", "value": 42.0, "unit": "points", "side": ""}]
    assert json.loads(reader.get(f"/api/v1/earlier-visits/{row['id']}/").content) == row
    assert client.get("/api/v1/earlier-visits/").status_code == 403
