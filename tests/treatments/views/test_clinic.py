import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from cases.actions.imaging import request_imaging
from cases.models import Case
from clinic import clock
from clinic.models import AuditEvent, Site, StaffMember
from clinic.rules.permissions import Role
from tests.factories.pictures import LATERAL
from tests.factories.records import a_case, a_note, a_physio, a_signed_session, site_of, staff
from treatments.actions.plans import PlannedBlock, start_plan
from treatments.forms.clinic import a_year_before

pytestmark = pytest.mark.django_db


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def lead(by: StaffMember, client: Client) -> StaffMember:
    found = staff(Role.CLINICAL_LEAD, site=site_of(by))
    client.force_login(found)
    return found


def treated(by: StaffMember, *values: int, planned: int = 0) -> Case:
    case = a_case(by, opened_on=ago(30))
    if planned:
        start_plan(case=case, blocks=[PlannedBlock(planned)], repeats_accepted=True, by=by)
    for n, value in enumerate(reversed(values)):
        pain = [{"measure": "NPRS", "context": "LOAD", "value": str(value)}]
        a_signed_session(case, by, ago(7 * n), measurements=pain)
    return case


def read(client: Client, query: str = "") -> str:
    answer = client.get(f"/clinic/{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def lines(client: Client, query: str = "") -> list[list[str]]:
    answer = client.get(f"/clinic/response.csv{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="response-')
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", ["/clinic/", "/clinic/response.csv"])
@pytest.mark.parametrize("role", [Role.PHYSIOTHERAPIST, Role.CLINIC_ADMIN, Role.RECEPTIONIST, Role.AUDITOR])
def test_who_does_not_lead_sees_none_of_it(client: Client, by: StaffMember, role: Role, path: str) -> None:
    treated(by, 7, 2)
    client.force_login(staff(role, site=site_of(by)))
    answer = client.get(path)
    assert answer.status_code == 403
    assert "hockwave" not in answer.content.decode()
    assert 'href="/clinic/"' not in client.get("/").content.decode()
    assert not AuditEvent.objects.filter(action__startswith="clinic").exists()


def test_it_is_in_the_rail_of_the_lead(client: Client, lead: StaffMember) -> None:
    assert 'href="/clinic/"' in client.get("/").content.decode()
    assert 'href="/clinic/" aria-current="page"' in read(client)


def test_an_empty_clinic_says_what_belongs_here(client: Client, lead: StaffMember) -> None:
    page = read(client)
    assert "No case between these days" in page
    assert "How the cases went" not in page
    assert "response.csv" not in page


def test_the_figures_and_that_they_prove_nothing(client: Client, by: StaffMember, lead: StaffMember) -> None:
    for n in range(10):
        treated(by, 7, 2 if n < 8 else 7)
    page = read(client)
    assert "10 open, 0 closed" in page
    assert 'Diagnosis in words only</th><td class="num">10</td>' in page
    assert 'Radial shockwave</th><td class="num">10</td>' in page
    assert '<strong>80 %</strong> <span class="unit">8</span>' in page
    assert "49–94 %" in page
    assert "This shows what happened, not why" in page
    assert "Do not read it as proof" in page
    assert "Shockwave elsewhere" in page


def test_fewer_than_five_cases_have_no_share(client: Client, by: StaffMember, lead: StaffMember) -> None:
    for _ in range(4):
        treated(by, 7, 2)
    page = read(client)
    assert "Fewer than 5 cases: Pain, load" in page
    assert "<strong>" not in page
    assert [row[3:12] for row in lines(client)[1:-1] if row[0] == "Pain, load"] == [
        [*[""] * 8, "fewer than 5 cases"] for _ in range(5)
    ]
    treated(by, 7, 2)
    assert "<strong>100 %</strong>" in read(client)
    later = read(client, f"?since={ago(5)}")
    assert "5 cases began before these days and are left out" in later
    assert "<strong>" not in later


def test_the_file_has_the_same_figures(client: Client, by: StaffMember, lead: StaffMember) -> None:
    for n in range(10):
        treated(by, 7, 2 if n < 8 else 7)
    rows = lines(client, f"?since={ago(200)}")
    assert rows[0][:4] == ["measure", "grouped by", "group", "cases"]
    assert rows[1] == [
        *("Pain, load", "All cases", "", "10", "8", "2", "0"),
        *("80", "49", "94.3", "0", "", str(ago(200)), str(ago(0)), "all my sites"),
    ]
    assert ["Earlier treatment without benefit, by kind", "Shockwave elsewhere"] in [row[1:3] for row in rows]
    assert rows[-1][0].startswith("This shows what happened, not why.")


def test_looking_and_taking_away_are_in_the_audit_log(client: Client, by: StaffMember, lead: StaffMember) -> None:
    treated(by, 7, 2)
    read(client, f"?since={ago(200)}")
    rows = lines(client, f"?since={ago(200)}&until={ago(5)}")
    seen, exported = (AuditEvent.objects.get(action=a) for a in ("clinic.seen", "clinic_response.exported"))
    assert (seen.staff, seen.patient_id) == (lead, None)
    assert seen.details == {"since": str(ago(200)), "until": str(ago(0))}
    assert exported.details == {"since": str(ago(200)), "until": str(ago(5)), "rows": len(rows)}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?since=2026-02-30", "Enter a valid date."),
        ("?until=tomorrow", "Enter a valid date."),
        ("?since=2190-01-01", "This day is still to come."),
        ("?until=2190-01-01", "This day is still to come."),
        ("?since=0001-01-01", "This day is too long ago."),
        ("?since=2025-05-02&until=2025-05-01", "The last day is before the first."),
    ],
)
@pytest.mark.parametrize("path", ["/clinic/", "/clinic/response.csv"])
def test_days_that_cannot_be_are_told_beside_their_field(
    client: Client, by: StaffMember, lead: StaffMember, path: str, query: str, told: str
) -> None:
    treated(by, 7, 2)
    answer = client.get(path + query)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(told) == 2, "in the summary and beside the field"
    assert 'aria-invalid="true"' in page
    assert "How the cases went" not in page
    assert not AuditEvent.objects.filter(action__startswith="clinic").exists()


def test_the_last_twelve_months_at_first(client: Client, lead: StaffMember) -> None:
    page = read(client)
    assert f'value="{a_year_before(clock.today())}"' in page
    assert f'value="{clock.today()}"' in page
    assert a_year_before(date(2026, 11, 25)) == date(2025, 11, 26)
    assert a_year_before(date(2024, 2, 28)) == date(2023, 3, 1)
    assert a_year_before(date(2024, 2, 29)) == date(2023, 3, 1)


def test_a_site_is_chosen_where_there_are_several(client: Client, by: StaffMember) -> None:
    other = a_physio()
    sites = [site_of(by), site_of(other)]
    alone = staff(Role.CLINICAL_LEAD, site=sites[0])
    client.force_login(alone)
    assert 'name="site"' not in read(client)
    lead = staff(Role.CLINICAL_LEAD, site=sites[0])
    lead.postings.create(site=sites[1])
    client.force_login(lead)
    treated(by, 7, 2)
    a_case(other, title="Elsewhere", opened_on=ago(0))
    assert "2 open, 0 closed" in read(client)
    assert "1 open, 0 closed" in read(client, f"?site={sites[1].pk}")
    assert sites[1].name in read(client, f"?site={sites[1].pk}")
    stranger = Site.objects.exclude(pk__in=[s.pk for s in sites]).first() or a_physio().sites.get()
    for wrong in (str(stranger.pk), "x", "00000000-0000-7000-8000-000000000000"):
        assert client.get(f"/clinic/?site={wrong}").status_code == 422
    assert AuditEvent.objects.filter(row_id=sites[1].pk, action="clinic.seen").count() == 2


def test_what_waits_is_counted_with_its_worklists(client: Client, by: StaffMember, lead: StaffMember) -> None:
    case = treated(by, 7, planned=1)
    with clock.set_to(clock.now() - timedelta(days=3)):
        for due in (ago(-2), ago(-3)):
            request_imaging(case=case, picture=LATERAL, why="-", due_on=due, by=by)
    row = {"modality": "FSWT", "parameters": {"energy_mj_mm2": "0,2", "impulses": "2000", "frequency_hz": "4"}}
    against = a_note(applications=[{**row, "because": "Asked for it", "told": "The lead"}])
    for _ in range(7):
        a_signed_session(a_case(by), by, **against)
    page = read(client)
    for address, name, count in (
        ("/reviews/", "Reviews due", 1),
        ("/imaging/", "Pictures overdue", 1),
        ("/rules/against/", "Given against the screening, in all", 7),
    ):
        assert (
            f'<a class="row" href="{address}"><span class="row-main">{name}</span>'
            f'<span class="row-meta">{count}</span></a>' in page
        )
    assert page.count("Focused shockwave</span>") == 5, "the newest five"
    assert "Example" not in page, "nobody is named"


def test_it_costs_the_same_for_few_and_for_many(
    client: Client, by: StaffMember, lead: StaffMember, django_assert_num_queries: Any
) -> None:
    for more in (5, 20):
        for _ in range(more):
            treated(by, 7, 2, planned=2)
        with django_assert_num_queries(15):
            read(client)
        with django_assert_num_queries(8):
            lines(client)
