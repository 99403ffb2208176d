from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.actions.appointments import book_appointment
from cases.actions.case_steps import reopen_case
from cases.models import Case
from clinic import clock
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_draft, a_patient, a_physio, a_signed_session, site_of, staff
from treatments.actions.discharges import discharge_case

pytestmark = pytest.mark.django_db


def test_my_unsigned_notes_and_my_open_cases(client: Client) -> None:
    by = a_physio()
    client.force_login(by)
    assert "No open case" in client.get("/").content.decode()
    case = a_case(by, title="Mine to see")
    a_draft(case, by)
    a_case(a_physio(site_of(by)), title="A colleague's case")
    page = client.get("/").content.decode()
    assert page.count("Mine to see") == 2
    assert "not seen yet" in page
    assert "colleague&#x27;s case" not in page
    a_signed_session(case, by)
    assert "seen today" in client.get("/").content.decode()


@pytest.mark.parametrize("path", ["/", "/reviews/"])
@pytest.mark.parametrize("role", list(Role))
def test_everybody_has_these_pages(client: Client, role: Role, path: str) -> None:
    client.force_login(staff(role))
    assert client.get(path).status_code == 200


def test_today_costs_the_same_for_one_and_for_many(client: Client, django_assert_num_queries: Any) -> None:
    by = a_physio()
    client.force_login(by)
    for more in (1, 15):
        for _ in range(more):
            a_draft(a_case(by), by)
            discharge_case(case=a_case(by), outcome="GOALS_MET", by=by)
        with django_assert_num_queries(12):
            client.get("/")


def test_what_was_discharged_lately_is_one_fold_away(client: Client) -> None:
    by = a_physio()
    client.force_login(by)
    assert "twelve weeks" not in client.get("/").content.decode()
    for told in ({"title": "Long over", "weeks": 13}, {"title": "Over and reopened"}, {"title": "Just over"}):
        with clock.set_to(clock.now() - timedelta(weeks=told.pop("weeks", 2))):
            case = discharge_case(case=a_case(by, **told), outcome="GOALS_MET", by=by)
    again = Case.objects.get(title="Over and reopened")
    reopen_case(case=again, reason="It is back.", by=by)
    a_colleagues = a_case(a_physio(site_of(by)), title="Not mine")
    discharge_case(case=a_colleagues, outcome="GOALS_MET", by=by)
    fold = client.get("/").content.decode().split("Discharged in the last twelve weeks")[1].split("</details>")[0]
    assert f'href="/cases/{case.pk}/"' in fold
    assert "goals met" in fold
    assert "14 days ago" in fold
    assert [title for title in ("Long over", "Over and reopened", "Not mine") if title in fold] == []


def test_the_forms_of_the_day_list_bring_their_token() -> None:
    by = a_physio()
    book_appointment(patient=a_patient(by), staff=by, site=site_of(by), starts_at=clock.now(), by=by)
    client = Client(enforce_csrf_checks=True)
    client.force_login(by)
    day_list = client.get("/").content.decode().split('aria-labelledby="list"')[1].split("</section>")[0]
    assert day_list.count("<form") == day_list.count("csrfmiddlewaretoken") == 1
