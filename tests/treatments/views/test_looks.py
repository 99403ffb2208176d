import re
from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from clinic import audit
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.merges import a_merge
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of, staff

pytestmark = pytest.mark.django_db
READERS = [Role.PHYSIOTHERAPIST, Role.CLINICAL_LEAD, Role.CLINIC_ADMIN, Role.AUDITOR]


def looks(client: Client, case: Case, asked: str = "") -> str:
    response = client.get(f"/patients/{case.patient_id}/looks/{asked}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode().split("<tbody>")[-1]))


@pytest.mark.parametrize("role", READERS)
def test_who_looked_at_what_when_and_how(client: Client, role: Role) -> None:
    by = a_physio(name="Giulia Renna")
    case = a_case(by, title="Planted title")
    session = a_signed_session(case, by)
    client.force_login(by)
    client.get(f"/cases/{case.pk}/")
    client.get(f"/sessions/{session.pk}/")
    client.get(f"/cases/{case.pk}/progress.csv")
    client.force_login(staff(role, site=site_of(by), name="The Reader"))
    page = looks(client, case)
    for said in ("Giulia Renna", "physiotherapist", "a case", "the note of a visit", "on a page", "The Reader"):
        assert said in page
    assert "the progress of a case, taken away as a file" in page
    assert "Planted title" not in page
    assert case.number not in page


@pytest.mark.parametrize(("role", "links"), [(Role.PHYSIOTHERAPIST, True), (Role.CLINIC_ADMIN, False)])
def test_only_those_who_may_open_it_have_a_link(client: Client, role: Role, links: bool) -> None:
    by = a_physio()
    case = a_case(by)
    client.force_login(by)
    client.get(f"/cases/{case.pk}/")
    client.force_login(staff(role, site=site_of(by)))
    page = client.get(f"/patients/{case.patient_id}/looks/").content.decode()
    assert (f'href="/cases/{case.pk}/"' in page) is links


def test_reception_reads_no_looks(client: Client) -> None:
    by = a_physio()
    case = a_case(by)
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(by)))
    assert client.get(f"/patients/{case.patient_id}/looks/").status_code == 403
    assert "Who looked" not in client.get(f"/patients/{case.patient_id}/").content.decode()


@pytest.mark.parametrize("role", READERS)
def test_of_another_site_nobody_reads_them(client: Client, role: Role) -> None:
    case = a_case(a_physio())
    client.force_login(staff(role))
    assert client.get(f"/patients/{case.patient_id}/looks/").status_code == 404
    assert not AuditEvent.objects.filter(action="looks.seen").exists()


def test_reading_them_is_a_look(client: Client) -> None:
    case = a_case(by := a_physio())
    client.force_login(by)
    assert "who looked" in looks(client, case)
    event = AuditEvent.objects.get(action="looks.seen")
    assert (event.staff, event.patient_id, event.row_id) == (by, case.patient_id, case.patient_id)


def test_the_patient_page_leads_there(client: Client) -> None:
    case = a_case(by := a_physio())
    client.force_login(by)
    assert f'href="/patients/{case.patient_id}/looks/"' in client.get(f"/patients/{case.patient_id}/").content.decode()


def test_several_looks_are_one_line_with_their_count(client: Client) -> None:
    case = a_case(by := a_physio())
    client.force_login(by)
    for _ in range(3):
        client.get(f"/cases/{case.pk}/")
    assert "a case 3 times" in looks(client, case)


def test_what_was_merged_in_is_told_too(client: Client) -> None:
    by = a_physio()
    case, kept = a_case(by), a_patient(by)
    client.force_login(by)
    client.get(f"/cases/{case.pk}/")
    admin = staff(Role.CLINIC_ADMIN, site=site_of(by))
    a_merge(kept, case.patient, admin)
    response = client.get(f"/patients/{kept.pk}/looks/")
    assert "a case" in response.content.decode().split("<tbody>")[-1]


def test_one_person_or_one_kind(client: Client) -> None:
    by = a_physio(name="Giulia Renna")
    case = a_case(by)
    a_signed_session(case, by)
    client.force_login(by)
    client.get(f"/cases/{case.pk}/")
    client.get(f"/cases/{case.pk}/progress.csv")
    other = a_physio(site=site_of(by), name="Hannah Brook")
    client.force_login(other)
    assert "Hannah Brook" not in looks(client, case, f"?who={by.pk}")
    assert "Giulia Renna" not in looks(client, case, f"?who={other.pk}")
    taken = looks(client, case, "?kind=taken")
    assert "the progress of a case" in taken
    assert "a case on a page" not in taken
    assert "taken away" not in looks(client, case, "?kind=looked")


@pytest.mark.parametrize("asked", ["?who=nonsense", "?kind=nonsense"])
def test_nonsense_asks_for_everything(client: Client, asked: str) -> None:
    case = a_case(by := a_physio())
    client.force_login(by)
    assert "who looked" in looks(client, case, asked)


@pytest.mark.parametrize(
    "mark", ["nonsense", "WyJub25zZW5zZSIsICIwMDAwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiXQ=="]
)
def test_a_mark_of_another_list_starts_anew(client: Client, mark: str) -> None:
    case = a_case(by := a_physio())
    client.force_login(by)
    assert client.get(f"/patients/{case.patient_id}/looks/?after={mark}").status_code == 302


def test_pages_follow_each_other_and_lead_back(client: Client, django_assert_num_queries: Any) -> None:
    case = a_case(by := a_physio())
    client.force_login(by)
    for n in range(120):
        audit.seen("case" if n % 2 else "plan", by=by, about=case, patient_id=case.patient_id)
    address, seen, back = f"/patients/{case.patient_id}/looks/", [], []
    for _ in range(3):
        with django_assert_num_queries(8):
            page = client.get(address).content.decode()
        seen.append(re.findall(r"a (?:case|plan)<", page))
        back = re.findall(r'rel="prev" href="([^"]+)"', page)
        address = (re.findall(r'rel="next" href="([^"]+)"', page) or [""])[0].replace("&amp;", "&")
    # Each reading of the page is a look of its own, at the top of the first.
    assert [len(found) for found in seen] == [49, 50, 21]
    assert address == ""
    assert len(re.findall(r"a (?:case|plan)<", client.get(back[0].replace("&amp;", "&")).content.decode())) == 50
