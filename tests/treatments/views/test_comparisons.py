from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from clinic import clock
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session, signed_sessions, site_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


def laser(joules: str) -> dict[str, Any]:
    return {"modality": "HILT", "parameters": {"mean_power_w": "8", "total_energy_j": joules, "eye_protection": True}}


def read(client: Client, case: Case, asked: str = "") -> str:
    answer = client.get(f"/cases/{case.pk}/compare/{asked}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_what_differs_is_said_beside_what_is_the_same(client: Client, by: StaffMember) -> None:
    case, today = a_case(by), clock.today()
    tools = {"modality": "IASTM", "parameters": {"total_time_min": "5", "tool_type": "CURVED"}}
    knee = {"measure": "KTW_CM", "side": "RIGHT"}
    a = a_signed_session(case, by, today - timedelta(days=7), applications=[tools, laser("1000")])
    a_signed_session(
        case, by, today, applications=[tools], measurements=[{**knee, "value": "5"}], subjective="Ran for the bus."
    )
    page = read(client, case)
    assert '<th scope="row">IASTM</th>' in page
    line = page.split('<th scope="row">IASTM</th>')[1].split("</tr>")[0]
    assert "the same" in line
    assert "only the first" in page.split('<th scope="row">High-intensity laser</th>')[1].split("</tr>")[0]
    assert "<strong>+0.7</strong>" in page.split('<th scope="row">Knee to wall, right</th>')[1].split("</tr>")[0]
    assert "Ran for the bus." in page
    assert AuditEvent.objects.filter(action="sessions.seen", patient_id=case.patient_id).exists()
    assert f'<option value="{a.pk}" selected>' in page


def test_any_two_in_either_order_and_the_one_before(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    first, second, third = signed_sessions(case, by, 3)

    def chosen(page: str) -> list[bool]:
        return [f'<option value="{s.pk}" selected>' in page for s in (first, second, third)]

    assert chosen(read(client, case)) == [False, True, True]
    assert chosen(read(client, case, f"?b={second.pk}")) == [True, True, False]
    assert chosen(read(client, case, f"?a={third.pk}&b={first.pk}")) == [True, False, True]
    assert chosen(read(client, case, f"?a={first.pk}&b={first.pk}")) == [True, True, False]
    for asked in ("?a=x", f"?b={a_signed_session(a_case(by), by).pk}", f"?a={a_draft(case, by).pk}"):
        page = read(client, case, asked)
        assert "not one of this case’s signed sessions" in page
        assert sum(chosen(page)) == 2


def test_two_are_needed(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    a_signed_session(case, by)
    assert "Two sessions are needed" in read(client, case)


def test_nobody_else_sees_it(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    signed_sessions(case, by, 2)
    for other in (a_physio(), staff(Role.RECEPTIONIST, site=site_of(by)), staff(Role.CLINIC_ADMIN, site=site_of(by))):
        client.force_login(other)
        assert client.get(f"/cases/{case.pk}/compare/").status_code == 404
