from typing import Any

import pytest
from django.test import Client

from cases.actions.case_steps import hold_case
from cases.models import Case
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of, staff
from treatments.actions.discharges import discharge_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio(name="Giulia Renna")
    client.force_login(person)
    return person


def listed(client: Client, query: str = "") -> list[str]:
    """The titles on the page, in its order."""
    page = client.get(f"/cases/{query}").content.decode()
    return [row.split(" · ")[0] for row in page.split('class="row-note">')[1:]]


def three_states(by: StaffMember) -> dict[str, Case]:
    cases = {name: a_case(by, title=name) for name in ("Opened", "Held", "Ended")}
    hold_case(case=cases["Held"], reason="Away", by=by)
    discharge_case(case=cases["Ended"], outcome="GOALS_PARTLY_MET", by=by)
    return cases


def test_all_of_mine_in_any_state(client: Client, by: StaffMember) -> None:
    a_signed_session(three_states(by)["Opened"], by)
    a_case(a_physio(site_of(by)), title="A colleague's")
    a_case(a_physio(), title="Elsewhere")
    page = " ".join(client.get("/cases/").content.decode().split())
    assert sorted(listed(client)) == ["Ended", "Held", "Opened"]
    for told in (">seen today<", ">on hold, not seen yet<", "goals partly met", ">discharged today<"):
        assert told in page
    assert sorted(listed(client, "?who=all")) == ["A colleague&#x27;s", "Ended", "Held", "Opened"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=OPEN", ["Opened"]),
        ("?state=ON_HOLD", ["Held"]),
        ("?state=DISCHARGED", ["Ended"]),
        ("?state=NONSENSE&who=nobody", ["Ended", "Held", "Opened"]),
        ("?q=nobody+of+this+name", []),
    ],
)
def test_of_one_state(client: Client, by: StaffMember, query: str, found: list[str]) -> None:
    three_states(by)
    assert sorted(listed(client, query)) == found


def test_of_a_patient_or_by_its_number(client: Client, by: StaffMember) -> None:
    known = a_case(by, a_patient(by, given_names="Aurélie", family_name="Quillfeather"), title="Hers")
    a_case(by, title="Another's")
    for text in ("quillf", "aurelie", known.number):
        assert listed(client, f"?q={text}") == ["Hers"]


def test_page_by_page(client: Client, by: StaffMember) -> None:
    for _ in range(26):
        a_case(by)
    first = client.get("/cases/?state=OPEN").content.decode()
    onward = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "state=OPEN" in onward
    second = client.get(onward).content.decode()
    assert (first.count('class="row"'), second.count('class="row"')) == (25, 1)
    assert client.get("/cases/?after=nonsense").status_code == 302


def test_it_costs_the_same_for_one_and_for_many(
    client: Client, by: StaffMember, django_assert_num_queries: Any
) -> None:
    for more in (1, 8):
        for _ in range(more):
            a_signed_session(three_states(by)["Opened"], by)
        with django_assert_num_queries(6):
            client.get("/cases/")


@pytest.mark.parametrize("role", list(Role))
def test_only_for_those_who_read_cases(client: Client, role: Role) -> None:
    client.force_login(staff(role))
    reads = role in (Role.PHYSIOTHERAPIST, Role.CLINICAL_LEAD)
    assert client.get("/cases/").status_code == (200 if reads else 403)


def test_a_lead_who_treats_nobody_sees_everybodys(client: Client, by: StaffMember) -> None:
    a_case(by, title="Of a colleague")
    client.force_login(staff(Role.CLINICAL_LEAD, site=site_of(by)))
    assert listed(client) == ["Of a colleague"]
