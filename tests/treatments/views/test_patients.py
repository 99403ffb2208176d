import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from cases.actions.case_steps import hold_case
from cases.actions.cases import NewInjury, start_case
from cases.actions.imaging import record_imaging
from cases.actions.prior_treatments import NewPriorTreatment
from cases.rules.imprecise_dates import ImpreciseDate, Precision
from clinic import clock
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from clinic.templatetags.formatting import day
from tests.factories.photographs import a_photograph
from tests.factories.pictures import LATERAL, a_picture
from tests.factories.records import a_case, a_draft, a_patient, a_physio, a_signed_session, site_of, staff
from treatments.actions.discharges import discharge_case
from treatments.actions.letters import start_letter
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import start_plan
from treatments.actions.sessions import sign_session

pytestmark = pytest.mark.django_db
KNEE = NewInjury(kind="OTHER", diagnosis="Knee sprain", region="REG_KNEE", side="LEFT")
MARKER = "xyzzy-marker"


def marked_case(by: Any) -> Any:
    case = a_case(by, title=f"{MARKER} title", history=f"{MARKER} history", referral=f"{MARKER} referral")
    a_signed_session(case, by, plan=f"{MARKER} plan")
    return case


def test_the_patient_and_their_cases(client: Client) -> None:
    by = a_physio()
    case = marked_case(by)
    client.force_login(by)
    page = client.get(f"/patients/{case.patient_id}/").content.decode()
    assert f"{MARKER} title" in page
    assert case.number in page
    assert "Start a case" in page
    event = AuditEvent.objects.get(action="patient.seen")
    assert (event.staff, event.patient_id, event.door, event.came_from) == (by, case.patient_id, "page", "127.0.0.1")


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN])
def test_no_clinical_word_where_none_belongs(client: Client, role: Role) -> None:
    by = a_physio()
    case = marked_case(by)
    client.force_login(staff(role, site=site_of(by)))
    pages = ["/", "/patients/", f"/patients/?q={MARKER}", f"/patients/{case.patient_id}/", f"/cases/{case.pk}/"]
    pages += [f"/patients/{case.patient_id}/cases/start/", f"/cases/{case.pk}/sessions/log/", "/imaging/", "/reviews/"]
    pages += [f"/api/v1/cases/{case.pk}/progress/", "/api/v1/patients/", f"/api/v1/sessions/{case.sessions.get().pk}/"]
    for path in pages:
        text = client.get(path).content.decode()
        assert f"{MARKER} " not in text, path
        assert "Achilles" not in text, path
        assert case.number not in text, path
    assert client.get(f"/patients/{case.patient_id}/").status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_another_site_sees_nobody(client: Client, role: Role) -> None:
    patient = a_patient(a_physio(), family_name="Elsewhere")
    client.force_login(staff(role))
    assert client.get(f"/patients/{patient.pk}/").status_code == 404
    assert "Elsewhere" not in client.get("/patients/").content.decode()


def page_of(client: Client, patient: Any) -> str:
    response = client.get(f"/patients/{patient.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def part(page: str, name: str) -> str:
    """The words of the panel of this heading."""
    return words(page.split(f'aria-labelledby="{name}"')[1].split("</section>")[0])


def ago(days: int) -> Any:
    return clock.today() - timedelta(days=days)


def test_without_a_case_it_offers_the_first_once(client: Client) -> None:
    by = a_physio()
    client.force_login(by)
    page = page_of(client, a_patient(by))
    assert "No case yet" in page
    assert page.count("Start a case") == 1
    assert "What happened" not in page
    assert "On file" not in page


def test_open_and_closed_cases_are_told_apart(client: Client) -> None:
    by = a_physio(name="Giulia Renna")
    patient = a_patient(by)
    ended = a_case(by, patient, title="Left knee", opened_on=ago(40))
    a_signed_session(ended, by, ago(30))
    discharge_case(case=ended, outcome="GOALS_MET", reason="", by=by)
    held = a_case(by, patient, title="Low back")
    hold_case(case=held, reason="Away", by=by)
    running = a_case(by, patient, title="Right Achilles", opened_on=ago(20))
    start_plan(case=running, blocks=[PlannedBlock(1)], by=by)
    client.force_login(by)
    assert "next: session 1 of 1, block 1" in part(page_of(client, patient), "cases")
    a_signed_session(running, by, ago(5))
    cases = part(page_of(client, patient), "cases")
    now, _, closed = cases.partition(" Closed ")
    assert "Right Achilles" in now
    assert f"open since {day(ago(20))} · Giulia Renna · last visit 5 days ago · the review of block 1 is due" in now
    assert f"on hold since {day(clock.today())} · Giulia Renna · no visit yet · nothing planned" in now
    assert f"goals met · {day(ago(40))} – {day(clock.today())} · Giulia Renna · last visit {day(ago(30))}" in closed
    assert "planned" not in closed


def test_the_list_says_all_that_is_drawn(client: Client) -> None:
    by = a_physio()
    patient = a_patient(by, born_on=date(1985, 5, 12))
    prior = [
        NewPriorTreatment("INJ_STEROID", "Injection", started=ImpreciseDate(date(2019, 1, 1), Precision.YEAR)),
        NewPriorTreatment("SHOCKWAVE_ELSEWHERE", sessions=4),
    ]
    case = a_case(by, patient, opened_on=ago(100), prior_treatments=prior)
    session = a_signed_session(case, by, ago(50))
    known_by_month = ImpreciseDate(ago(60).replace(day=1), Precision.MONTH)
    result = record_imaging(case=case, picture=LATERAL, taken=known_by_month, source="NHS", by=by)
    other = a_case(by, patient, title="Low back", opened_on=ago(10), prior_treatments=[])
    client.force_login(by)
    page = page_of(client, patient)
    drawing, _, listed = page.split('aria-labelledby="story"')[1].partition('id="story-list"')
    month = f"{known_by_month.on:%b %Y}"
    for link in (f"/sessions/{session.pk}/", f"/imaging/results/{result.pk}/", f"/cases/{other.pk}/"):
        assert f'<a href="{link}"' in drawing
        assert f'<a href="{link}"' in listed
    for said in ("2019", "day not known", month, "Elsewhere: Injection · benefit not known", "4 × Shockwave elsewhere"):
        assert said in drawing
        assert said in listed
    assert re.findall(r"before us, (\d)", listed) == ["2", "1"]
    assert drawing.count("chart-pause") == 1  # the days of which the picture is one
    assert words(listed).index("Case started") < words(listed).index("2019") < words(listed).index("day not known")


def test_nothing_is_drawn_before_anything_happened(client: Client) -> None:
    by = a_physio()
    case = a_case(by, prior_treatments=[])
    client.force_login(by)
    assert "What happened" not in page_of(client, case.patient)
    a_signed_session(case, by)
    assert "What happened" in page_of(client, case.patient)


@pytest.mark.usefixtures("documents")
def test_what_is_on_file_with_its_day_and_by_whom(client: Client) -> None:
    by = a_physio(name="Giulia Renna")
    case = a_case(by, a_patient(by, gp_name="Dr Lowe", gp_practice="Harbour Surgery"))
    session = a_draft(case, by, exercises=[{"name": "Heel raises"}])
    photographed = a_photograph(session, by, "Swollen heel")
    session = sign_session(session=session, draft_version=session.draft_version, by=by)
    result = a_picture(case, by)
    letter = start_letter(case=case, kind="GP", by=by)
    client.force_login(by)
    page = page_of(client, case.patient)
    on_file = page.split('aria-labelledby="on-file"')[1].split("</section>")[0]
    for link in (
        f"/letters/{letter.pk}/change/",
        f"/photographs/{photographed.document_id}/",
        f"/imaging/results/{result.pk}/",
        f"/sessions/{session.pk}/exercises/",
        f"/patients/{case.patient_id}/consents/",
    ):
        assert f'href="{link}"' in on_file, link
    said = words(on_file)
    assert "Letter to the GP not signed · Dr Lowe" in said
    assert f"Swollen heel {case.number} · Giulia Renna {day(clock.today())}" in said
    assert "Higher-risk treatment: Radial shockwave" in said


def test_what_is_on_file_says_so_where_there_is_nothing(client: Client) -> None:
    by = a_physio()
    patient = a_patient(by)
    start_case(patient=patient, by=by, site=site_of(by), title="Left knee", injuries=[KNEE])
    client.force_login(by)
    assert "are listed here once there are any" in part(page_of(client, patient), "on-file")


def test_another_persons_draft_of_a_letter_is_not_told(client: Client) -> None:
    by = a_physio()
    case = a_case(by)
    start_letter(case=case, kind="GP", by=by)
    client.force_login(a_physio(site=site_of(by)))
    assert "Letter to the GP" not in page_of(client, case.patient)


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN])
def test_who_reads_no_cases_sees_neither_story_nor_file(client: Client, role: Role) -> None:
    by = a_physio()
    case = marked_case(by)
    client.force_login(staff(role, site=site_of(by)))
    page = page_of(client, case.patient)
    for heading in ("What happened", "On file", "Cases", "Consents", "No case yet", "points.js"):
        assert heading not in page


def test_a_patient_costs_the_same_with_one_and_with_six_cases(client: Client, django_assert_num_queries: Any) -> None:
    by = a_physio()
    client.force_login(by)
    patient = a_patient(by)
    for more in (1, 5):
        for _ in range(more):
            case = a_case(by, patient)
            a_signed_session(case, by)
            a_picture(case, by)
            start_plan(case=case, blocks=[PlannedBlock(2)], by=by)
        with django_assert_num_queries(18):
            client.get(f"/patients/{patient.pk}/")


def test_and_with_two_and_with_forty_visits(client: Client, django_assert_num_queries: Any) -> None:
    by = a_physio()
    client.force_login(by)
    case = a_case(by)
    for days in (range(40, 38, -1), range(38, 0, -1)):
        for n in days:
            a_signed_session(case, by, ago(n), applications=[], exercises=[{"name": "Heel raises"}])
        with django_assert_num_queries(17):
            client.get(f"/patients/{case.patient_id}/")
