import csv
import html
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from clinic import audit, clock
from clinic.actions.api_keys import create_api_key
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import PASSWORD, a_case, a_patient, a_physio, a_signed_session, a_site, site_of, staff

pytestmark = pytest.mark.django_db
NHS = "9434765919"


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/audit/{query}")
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def reader(client: Client, role: Role, by: StaffMember) -> StaffMember:
    person = staff(role, site=site_of(by), name="Rita Reader")
    client.force_login(person)
    return person


def rows_of(client: Client, query: str = "") -> list[list[str]]:
    answer = client.get(f"/audit/log.csv{query}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("address", ["/audit/", "/audit/log.csv"])
@pytest.mark.parametrize("role", list(Role))
def test_admins_and_auditors_read_it_and_nobody_else(client: Client, role: Role, address: str) -> None:
    client.force_login(staff(role))
    expected = 200 if role in (Role.CLINIC_ADMIN, Role.AUDITOR) else 403
    assert client.get(address).status_code == expected
    assert ("The clinic’s log" in client.get("/catalogue/").content.decode()) == (expected == 200)


@pytest.mark.parametrize("role", [Role.CLINIC_ADMIN, Role.AUDITOR])
def test_no_clinical_word_and_names_of_patients_only_for_those_who_read_them(client: Client, role: Role) -> None:
    by = a_physio(name="Ada Writer")
    patient = a_patient(by, family_name="Quagga")
    a_signed_session(a_case(by, patient, title="Zyzzyva"), by, subjective="Zyzzyva")
    reader(client, role, by)
    shown = page(client, f"?patient={patient.pk}")
    assert "Ada Writer" in shown
    assert "signed the note of a visit" in shown
    assert "Zyzzyva" not in shown
    assert ("Quagga" in shown) == (role is Role.CLINIC_ADMIN)
    assert "Quagga" not in str(rows_of(client))
    assert f"/patients/{patient.pk}/looks/" in shown
    assert client.get(f"/patients/{patient.pk}/looks/").status_code == 200


def test_patients_of_other_sites_are_not_there(client: Client) -> None:
    by, elsewhere = a_physio(), a_physio()
    patient = a_patient(elsewhere, nhs_number=NHS)
    reader(client, Role.AUDITOR, by)
    assert str(patient.pk) not in page(client)
    assert str(patient.pk) not in str(rows_of(client))
    assert "Nothing of this kind" in page(client, f"?patient={patient.pk}")
    assert "Nothing of this kind" in page(client, f"?row={patient.pk}")
    answer = client.get(f"/audit/?nhs={NHS}")
    assert answer.status_code == 422
    assert "No patient of your sites has this number." in answer.content.decode()


def test_a_patient_is_found_by_the_whole_number_alone(client: Client) -> None:
    by = a_physio()
    patient = a_patient(by, nhs_number=NHS)
    reader(client, Role.AUDITOR, by)
    answer = client.get("/audit/?nhs=943+476+5919&what=patients")
    assert (answer.status_code, answer["Location"]) == (302, f"/audit/?what=patients&patient={patient.pk}")
    for part in ("943", "9434765910", "%", "943476591"):
        assert client.get("/audit/", {"nhs": part}).status_code == 422
    assert NHS not in str(list(AuditEvent.objects.values_list("details", flat=True)))


def test_each_filter_narrows(client: Client) -> None:
    by, other = a_physio(name="Ada Writer"), a_physio(name="Bob Other")
    case = a_case(by)
    client.force_login(other)
    client.get(f"/cases/{case.pk}/")  # not theirs: not found
    Client().post("/account/login/", {"login": by.email, "password": "wrong"})
    client.force_login(by)
    client.get(f"/cases/{case.pk}/")
    client.get("/staff/")
    reader(client, Role.CLINIC_ADMIN, by)
    told = {
        f"?who={by.pk}&what=looked": {"case.seen"},
        f"?who={by.pk}&what=refusals": {"action.refused"},
        "?what=refusals": {"action.refused", "login.refused"},
        "?what=refusals&door=api": set(),
        f"?row={case.pk}&what=record": {"case.started"},
    }
    for query, actions in told.items():
        assert {row[3] for row in rows_of(client, query)[1:]} == actions, query
    shown = page(client, "?what=refusals")
    assert "login refused" in shown
    assert "wrong password" in shown
    assert "not permitted" in shown


def test_days_are_those_of_the_clinic_and_whole(client: Client) -> None:
    person = reader(client, Role.AUDITOR, a_physio())
    today = clock.today()
    client.get("/staff/")
    assert AuditEvent.objects.filter(action="action.refused", staff=person).exists()
    near, far = today + timedelta(days=1), today + timedelta(days=2)
    between = f"?what=refusals&since={today - timedelta(days=1)}&until={near}"
    assert len(rows_of(client, between)) == 2
    assert len(rows_of(client, f"?what=refusals&since={far}")) == 1
    assert len(rows_of(client, f"?what=refusals&until={today - timedelta(days=2)}")) == 1
    assert client.get(f"/audit/?since={far}&until={today}").status_code == 422


@pytest.mark.parametrize(
    "query",
    ["?who=x", "?what=x", "?since=x", "?door=x", "?patient=x", "?row=x", "?until=2026-13-45", "?who=%00", "?nhs=%00"],
)
def test_nonsense_is_told_and_nothing_is_shown(client: Client, query: str) -> None:
    reader(client, Role.AUDITOR, a_physio())
    assert client.get(f"/audit/{query}").status_code == 422
    if "nhs" not in query:
        assert client.get(f"/audit/log.csv{query}").status_code == 422


def test_the_newest_first_by_pages_without_gap_or_repetition(client: Client) -> None:
    reader(client, Role.AUDITOR, by := a_physio())
    for n in range(120):
        audit.record("case.seen", by=by, details={"n": n})
    seen: list[str] = []
    query = f"?who={by.pk}&what=looked"
    while query:
        shown = page(client, query)
        seen += re.findall(r'<span class="value">(\d\d:\d\d:\d\d)</span>', shown)
        onward = re.search(r'rel="next" href="/audit/([^"]+)"', shown)
        query = html.unescape(onward[1]) if onward else ""
    assert len(seen) == 120
    assert seen == sorted(seen, reverse=True)
    assert client.get("/audit/?after=nonsense").status_code == 302


def statements(client: Client, count: Any, address: str) -> None:
    with count(6):
        client.get(address)


def test_the_number_of_statements_does_not_grow(client: Client, django_assert_num_queries: Any) -> None:
    reader(client, Role.CLINIC_ADMIN, by := a_physio())
    audit.record("case.seen", by=by, patient_id=a_patient(by).pk)
    client.get("/audit/")
    statements(client, django_assert_num_queries, "/audit/")
    for _ in range(30):
        audit.record("case.seen", by=a_physio(), patient_id=a_patient(by).pk)
    statements(client, django_assert_num_queries, "/audit/")


def test_a_look_at_the_log_stands_in_it(client: Client) -> None:
    by = a_physio()
    patient = a_patient(by)
    person = reader(client, Role.AUDITOR, by)
    page(client, f"?patient={patient.pk}&what=looked")
    rows = rows_of(client, "?door=page")
    seen, taken = AuditEvent.objects.filter(staff=person, action__startswith="audit.").order_by("id")
    assert (seen.action, seen.patient_id, seen.details) == ("audit.seen", patient.pk, {"what": "looked"})
    assert (taken.action, taken.patient_id) == ("audit.exported", None)
    assert taken.details == {"door": "page", "rows": len(rows) - 1}


def test_the_file_holds_no_formula(client: Client) -> None:
    by = a_physio(name='=HYPERLINK("http://x")')
    create_api_key(owner=by, name="+cmd", scopes=["patients:read"], by=by)
    reader(client, Role.CLINIC_ADMIN, by)
    audit.record("case.seen", by=by)
    cells = [cell for row in rows_of(client) for cell in row]
    assert '\'=HYPERLINK("http://x")' in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_every_row_of_a_file_is_whole(client: Client) -> None:
    by = a_physio()
    a_case(by)
    reader(client, Role.CLINIC_ADMIN, by)
    head, *rows = rows_of(client)
    assert {len(row) for row in rows} == {len(head)} == {13}
    assert rows[0][0].startswith(str(date.today().year)[:2])


def test_who_left_is_still_named(client: Client) -> None:
    gone = a_physio(name="Gone Person")
    StaffMember.objects.filter(pk=gone.pk).update(is_active=False, deactivated_at=clock.now(), version=2)
    Client().post("/account/login/", {"login": gone.email, "password": PASSWORD})
    reader(client, Role.AUDITOR, a_physio(site=a_site()))
    shown = page(client, "?what=refusals")
    assert "Gone Person" in shown
    assert "deactivated" in shown
