"""Whatever is typed or sent is stored as it is, or refused in words: never half, never as something else, never a 500."""

import os
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.test import Client

from cases.models import Case
from clinic.models import StaffMember
from tests.factories.naughty import NAUGHTY, OWN, WAYS, same
from tests.factories.records import a_case, a_physio

pytestmark = pytest.mark.django_db
REFUSED = {400, 409, 412, 413, 422}


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def case(by: StaffMember, client: Client) -> Case:
    client.force_login(by)
    return a_case(by)


def wrong_with(way: str, client: Client, case: Case, text: str) -> Any:
    status, stored = WAYS[way](client, case, text)
    if stored is None:
        return None if status in REFUSED else (way, status)
    return None if same(text, stored) else (way, text, stored)


@pytest.mark.parametrize("way", WAYS)
def test_our_own_list_through_each_way(client: Client, case: Case, way: str) -> None:
    assert list(filter(None, (wrong_with(way, client, case, text) for text in OWN))) == []


EACH = max(1, round(1 / float(os.environ.get("TORTURE_SHARE", "1"))))  # so many-th of the list is sent


@pytest.mark.torture
@pytest.mark.parametrize("way", WAYS)
def test_the_big_list_through_each_way(client: Client, case: Case, way: str) -> None:
    assert len(NAUGHTY) > 400
    assert list(filter(None, (wrong_with(way, client, case, text) for text in NAUGHTY[::EACH]))) == []


@pytest.mark.parametrize("text", [*OWN, *NAUGHTY[::10]])
@pytest.mark.parametrize("address", ["/patients/?q=", "/api/v1/patients/?search=", "/cases/?q=", "/audit/?who="])
def test_nothing_that_is_looked_for_is_a_fault_of_ours(client: Client, case: Case, address: str, text: str) -> None:
    asked = quote_from_bytes(text.encode("utf-8", "surrogatepass"))
    assert client.get(f"{address}{asked}").status_code < 500


def test_clinical_text_is_not_trimmed_and_its_lines_end_with_lf(client: Client, case: Case) -> None:
    sent = "  - first\r\n      - second\r\n\r\n"
    for way in ("note by a program", "note as it is typed"):
        assert WAYS[way](client, case, sent)[1] == "  - first\n      - second\n\n", way


def test_ten_megabytes_of_text(client: Client, case: Case) -> None:
    for way in WAYS:
        status, stored = WAYS[way](client, case, "x" * 10_000_000)
        assert (status in REFUSED, stored) == (True, None), way


@pytest.mark.parametrize(
    "body", [b"[" * 3000, b'{"a":' * 3000, b"{", b'{"a": 1e999}', b'{"a": 1, "a": 2}', b"\xff", b"null"]
)
def test_json_that_is_none(client: Client, case: Case, body: bytes) -> None:
    answer = client.post("/api/v1/sessions/", body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "tomorrow", ""])
def test_days_that_cannot_be(client: Client, case: Case, day: str) -> None:
    sent = {"case": str(case.pk), "kind": "CONTACT", "occurred_on": day, "subjective": "x"}
    assert client.post("/api/v1/sessions/", sent, content_type="application/json").status_code in REFUSED


@pytest.mark.parametrize(("day", "began"), [("2026-03-29", "01:30"), ("2026-10-25", "01:30")])
def test_times_that_do_not_exist_or_happen_twice_come_back_as_they_were_sent(
    client: Client, case: Case, day: str, began: str
) -> None:
    sent = {"case": str(case.pk), "kind": "CONTACT", "occurred_on": day, "began_at": began, "subjective": "x"}
    made = client.post("/api/v1/sessions/", sent, content_type="application/json")
    assert made.status_code == 201, made.json()
    assert made.json()["began_at"] == began
    signed = client.post(
        f"/api/v1/sessions/{made.json()['id']}/sign/", {}, "application/json", headers={"If-Match": made["ETag"]}
    )
    assert signed.status_code == 200, signed.json()
    assert (signed.json()["began_at"], signed.json()["occurred_on"]) == (began, day)
