"""Cases and measurements as files, through the interface and from the page of the clinic."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.actions.restrictions import restrict_patient
from clinic import clock
from clinic.actions.api_keys import create_api_key
from clinic.models import AuditEvent, StaffMember
from clinic.rules.csv_files import BYTE_ORDER_MARK
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of, staff
from treatments.actions.addenda import correct_session, mark_in_error
from treatments.queries import exports

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/exports/"


@pytest.fixture
def headers(lead: StaffMember) -> dict[str, str]:
    _, text = create_api_key(owner=lead, name="Sheet", scopes=["exports:read", "cases:read"], by=lead)
    return {"Authorization": f"Bearer {text}"}


def body_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content).decode()


def rows_of(answer: Any) -> list[dict[str, str]]:
    text = body_of(answer)
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


def test_what_there_is(client: Client, headers: dict[str, str]) -> None:
    told = client.get(ROOT, headers=headers).json()
    assert [one["name"] for one in told] == ["cases", "measurements"]
    for one in told:
        for address in one["files"]:
            body = body_of(client.get(address, headers=headers))
            assert body == "" or body.removeprefix(BYTE_ORDER_MARK).strip().split(",") == one["columns"]


def test_what_counts_and_nothing_else(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    case = a_case(by)
    taken = [{"measure": "KTW_CM", "side": "RIGHT", "value": "13,7"}]
    wrong, error = (a_signed_session(case, by, measurements=taken) for _ in range(2))
    value = {"id": str(wrong.measurements.get().pk), "value": "5,4"}
    correct_session(session=wrong, told={"measurements": [value]}, reason="Typing.", by=by)
    mark_in_error(session=error, error="WRONG_PATIENT", reason="Namesake.", by=by)
    (row,) = rows_of(client.get(f"{ROOT}measurements.csv", headers=headers))
    assert (row["value"], row["case_number"], row["session"]) == ("5.4", case.number, str(wrong.pk))
    assert row["measure"].startswith("KTW_CM@")
    (member,) = map(json.loads, body_of(client.get(f"{ROOT}measurements.ndjson", headers=headers)).splitlines())
    assert (member["value"], member["side"], member["context"]) == (5.4, "RIGHT", None)
    event = AuditEvent.objects.filter(action="measurements.exported").latest("id")
    assert event.details == {"rows": 1, "as": "ndjson"}


def test_nobody_who_may_not_be_seen_and_no_names(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    mine = a_case(by, a_patient(by, family_name="Zyzzyva"))
    shut = a_case(by)
    restrict_patient(patient=shut.patient, reason="FAMILY", because="A sister.", by=by)
    other = a_physio()
    a_case(other)
    answer = client.get(f"{ROOT}cases.csv", headers=headers)
    text = body_of(answer)
    assert mine.number in text
    assert "Zyzzyva" not in text
    assert len(text.splitlines()) == 2


def test_nothing_is_a_formula(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    a_case(by, title="=cmd|' /C calc'!A0", referral='Two\r\nlines, "quoted"')
    (row,) = rows_of(client.get(f"{ROOT}cases.csv", headers=headers))
    assert row["title"] == "'=cmd|' /C calc'!A0"
    assert row["referral"].splitlines() == ["Two", 'lines, "quoted"']


def test_between_two_days(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    case, today = a_case(by), clock.today()
    for days in (9, 5, 1):
        a_signed_session(case, by, today - timedelta(days=days), measurements=[{"measure": "VISA_A", "value": "50"}])
    since, until = str(today - timedelta(days=6)), str(today - timedelta(days=2))
    found = rows_of(client.get(f"{ROOT}measurements.csv", {"since": since, "until": until}, headers=headers))
    assert [row["taken_on"] for row in found] == [str(today - timedelta(days=5))]
    elsewhere = {"site": str(site_of(a_physio()).pk)}
    assert rows_of(client.get(f"{ROOT}measurements.csv", elsewhere, headers=headers)) == []
    for wrong in ({"since": "soon"}, {"site": "1"}, {"colour": "red"}):
        assert client.get(f"{ROOT}cases.csv", wrong, headers=headers).status_code == 400
    for name in ("cases", "cases.xml", "people.csv", "cases.csv.csv"):
        assert client.get(f"{ROOT}{name}", headers=headers).status_code == 404


def test_who_may(client: Client, by: StaffMember, lead: StaffMember) -> None:
    _, text = create_api_key(owner=lead, name="Alone", scopes=["exports:read"], by=lead)
    assert client.get(f"{ROOT}cases.csv", headers={"Authorization": f"Bearer {text}"}).status_code == 404
    for person, code in ((by, 403), (staff(Role.CLINIC_ADMIN, site=site_of(by)), 404), (lead, 200)):
        client.force_login(person)
        assert client.get(f"{ROOT}cases.csv").status_code == code, person.roles
    asked = {"Accept": "text/csv"}
    assert client.get(f"{ROOT}cases.csv", headers=asked)["Content-Type"] == "text/csv; charset=utf-8"


def test_in_pieces_it_is_the_same(monkeypatch: pytest.MonkeyPatch, by: StaffMember, lead: StaffMember) -> None:
    numbers = [a_case(by).number for _ in range(5)]
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    cases = exports.EXPORTS["cases"]
    told = "".join(exports.lines_of(cases, cases.narrowed(lead, None, None), "ndjson"))
    assert [json.loads(line)["number"] for line in told.splitlines()] == numbers


def test_from_the_page_of_the_clinic(client: Client, by: StaffMember, lead: StaffMember) -> None:
    case = a_case(by)
    a_signed_session(case, by)
    client.force_login(lead)
    page = client.get("/clinic/").content.decode()
    for file in ("cases.csv", "cases.ndjson", "measurements.csv", "measurements.ndjson"):
        assert f"/clinic/exports/{file}?since=" in page
    (row,) = rows_of(client.get("/clinic/exports/cases.csv"))
    assert row["number"] == case.number
    assert client.get("/clinic/exports/cases.csv", {"since": "2999-01-01"}).status_code == 422
    assert client.get("/clinic/exports/cases.xml").status_code == 404
    client.force_login(by)
    assert client.get("/clinic/exports/cases.csv").status_code == 403
