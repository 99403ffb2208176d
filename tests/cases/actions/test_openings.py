import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from cases.actions.openings import break_glass, close_opening, see_opening
from cases.actions.restrictions import restrict_patient
from cases.models import Case, Opening, OpeningReview, Patient
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.databases import as_role
from tests.factories.records import a_case, a_draft, a_patient, a_physio, a_signed_session, site_of, staff
from treatments.models import Session

NHS = "943 476 5919"
WHY = {"reason": "EMERGENCY", "because": "Collapsed in the waiting room."}


def a_scene() -> dict[str, Any]:
    """A restricted patient here with a case, and somebody here who is not on the list."""
    lead = a_physio()
    patient = a_patient(lead, given_names="Ann Marie", family_name="Zyzzyva", nhs_number=NHS)
    case = a_case(lead, patient)
    note = a_signed_session(case, lead)
    restrict_patient(patient=patient, reason="FAMILY", because="A sister of our desk.", by=lead)
    site = site_of(lead)
    other = a_physio(site=site)
    return {"lead": lead, "patient": patient, "case": case, "note": note, "by": other, "site": site}


@pytest.fixture
def told(db: None) -> dict[str, Any]:
    return a_scene()


def post(client: Client, **typed: Any) -> Any:
    return client.post("/break-glass/", {**WHY, **typed})


def test_a_number_opens_for_reading_and_for_notes_and_says_so(client: Client, told: dict[str, Any]) -> None:
    client.force_login(told["by"])
    page, case = f"/patients/{told['patient'].pk}/", f"/cases/{told['case'].pk}/"
    assert client.get(page).status_code == client.get(case).status_code == 404
    answer = post(client, nhs_number=NHS)
    assert (answer.status_code, answer["Location"]) == (302, page)
    for address in (page, case, f"/sessions/{told['note'].pk}/", f"{case}sessions/log/", f"{case}progress/"):
        seen = client.get(address)
        assert seen.status_code == 200, address
        assert "Opened under break glass until" in seen.content.decode(), address
    event = AuditEvent.objects.get(action="break_glass.opened")
    assert (event.patient_id, event.staff) == (told["patient"].pk, told["by"])
    opening = Opening.objects.get()
    assert opening.expires_at - opening.opened_at == timedelta(hours=4)
    assert event.at <= AuditEvent.objects.filter(action="patient.seen").last().at


@pytest.mark.parametrize("name", ["Ann Marie Zyzzyva", "zyzzyva  ann marie", "ANN MARIE ZYZZYVA"])
def test_a_name_with_the_date_opens(told: dict[str, Any], name: str) -> None:
    asked = {"full_name": name, "born_on": date(1985, 5, 12)}
    assert break_glass(asked=asked, by=told["by"], **WHY).patient == told["patient"]


def test_another_site_opens_too(told: dict[str, Any], client: Client) -> None:
    client.force_login(a_physio())
    assert post(client, nhs_number=NHS).status_code == 302
    assert client.get(f"/cases/{told['case'].pk}/").status_code == 200


def test_whoever_is_not_found_is_answered_alike(client: Client, told: dict[str, Any]) -> None:
    """Nobody, two of one name and date, a wrong date, half a name, no number at all: one answer."""
    for _ in range(2):
        a_patient(told["lead"], given_names="Bo", family_name="Twin", born_on=date(1990, 1, 2))
    client.force_login(told["by"])
    born = "12/05/1985"
    typed = [
        {"nhs_number": "987 654 4321"},
        {"nhs_number": "943 476 5918"},
        {"full_name": "Nobody Here", "born_on": born},
        {"full_name": "Bo Twin", "born_on": "02/01/1990"},
        {"full_name": "Ann Marie Zyzzyva", "born_on": "13/05/1985"},
        {"full_name": "Zyzzyva", "born_on": born},
        {"full_name": "%", "born_on": born},
    ]
    answers = [post(client, **each) for each in typed]
    assert {a.status_code for a in answers} == {422}
    said = set()
    for each, answer in zip(typed, answers, strict=True):
        page = answer.content.decode()
        for value in each.values():
            page = page.replace(f'value="{value}"', "")
        said.add("".join(re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", page).split()))
    assert len(said) == 1
    assert "Norecordwasopened" in said.pop()
    events = AuditEvent.objects.filter(action="break_glass.refused")
    assert events.count() == len(typed)
    assert not any("Twin" in str(e.details) or "Zyzzyva" in str(e.details) or e.patient_id for e in events)
    assert not Opening.objects.exists()


@pytest.mark.parametrize("because", ["", "short", "         x"])
def test_without_a_reason_nothing_is_looked_for(told: dict[str, Any], because: str) -> None:
    with pytest.raises(RuleBroken) as no:
        break_glass(asked={"nhs_number": NHS}, reason="EMERGENCY", because=because, by=told["by"])
    assert no.value.code == "reason_too_short"
    assert not AuditEvent.objects.filter(action__startswith="break_glass").exists()


def test_ten_an_hour(told: dict[str, Any]) -> None:
    codes = []
    for _ in range(12):
        with pytest.raises(RuleBroken) as no:
            break_glass(asked={"nhs_number": "987 654 4321"}, by=told["by"], **WHY)
        codes.append(no.value.code)
    assert codes == ["nobody_matches"] * 10 + ["too_often"] * 2
    with pytest.raises(RuleBroken):
        break_glass(asked={"nhs_number": NHS}, by=told["by"], **WHY)
    assert not Opening.objects.exists()
    assert break_glass(asked={"nhs_number": NHS}, by=a_physio(), **WHY), "others still may"


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR])
def test_only_those_who_treat_or_lead(client: Client, told: dict[str, Any], role: Role) -> None:
    person = staff(role, site=told["site"])
    with pytest.raises(NotAllowed):
        break_glass(asked={"nhs_number": NHS}, by=person, **WHY)
    client.force_login(person)
    assert client.get("/break-glass/").status_code == post(client, nhs_number=NHS).status_code == 403


def test_it_gives_no_administration_no_merge_no_export_no_list(client: Client, told: dict[str, Any]) -> None:
    """Not even to somebody who is an admin beside it."""
    by = staff(Role.PHYSIOTHERAPIST, Role.CLINIC_ADMIN, hcpc_number="PH123456")
    client.force_login(by)
    assert post(client, nhs_number=NHS).status_code == 302
    patient, case = f"/patients/{told['patient'].pk}", f"/cases/{told['case'].pk}"
    assert client.get(f"{patient}/").status_code == 200
    shut = ["change", "archive", "merge", "identifiers", "book", "restrict", "cases/start", "looks", "history"]
    for address in [
        *(f"{patient}/{part}/" for part in shut),
        f"{case}/progress.csv",
        f"{case}/report.pdf",
        f"{case}/report/",
    ]:
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code in (404, 405), address
    assert client.get(f"/api/v1/cases/{told['case'].pk}/progress/").status_code == 404
    for address in ("/patients/?q=Zyzzyva", "/cases/?who=all", "/"):
        assert "Zyzzyva" not in client.get(address).content.decode().replace('value="Zyzzyva"', "").replace(
            "“Zyzzyva”", ""
        ), address
    mine = a_patient(by)
    beside = client.get(f"/patients/{mine.pk}/merge/?other={told['patient'].pk}").content.decode()
    assert "Zyzzyva" not in beside


def test_a_note_written_meanwhile_keeps_nothing_open(client: Client, told: dict[str, Any]) -> None:
    client.force_login(told["by"])
    post(client, nhs_number=NHS)
    a_draft(told["case"], told["by"])
    client.post(reverse("close_opening", args=[Opening.objects.get().pk]))
    assert client.get(f"/cases/{told['case'].pk}/").status_code == 404
    assert not Session.objects.visible_to(told["by"]).exists()


def test_closing_is_ones_own_and_once(client: Client, told: dict[str, Any]) -> None:
    opening = break_glass(asked={"nhs_number": NHS}, by=told["by"], **WHY)
    with pytest.raises(NotAllowed):
        close_opening(opening=opening, by=told["lead"])
    client.force_login(told["lead"])
    assert client.post(reverse("close_opening", args=[opening.pk])).status_code == 404
    client.force_login(told["by"])
    assert client.get(f"/patients/{told['patient'].pk}/").status_code == 200
    assert "Close" in client.get("/break-glass/").content.decode()
    close_opening(opening=opening, by=told["by"])
    assert client.get(f"/patients/{told['patient'].pk}/").status_code == 404
    with pytest.raises(RuleBroken, match="already"):
        close_opening(opening=opening, by=told["by"])


def test_the_list_says_who_why_and_how_often_they_looked(client: Client, told: dict[str, Any]) -> None:
    client.force_login(told["by"])
    post(client, nhs_number=NHS)
    for _ in range(3):
        client.get(f"/patients/{told['patient'].pk}/")
    admin = staff(Role.CLINIC_ADMIN, site=told["site"])
    client.force_login(admin)
    assert "1 opening no admin has looked into" in client.get("/").content.decode()
    page = client.get("/break-glass/list/").content.decode()
    assert told["by"].name in page
    assert WHY["because"] in page
    assert "looked 3 times" in page
    assert str(told["patient"].pk) in page
    assert "Zyzzyva" not in page
    opening = Opening.objects.get()
    client.post(reverse("see_opening", args=[opening.pk]), {"note": " "})
    assert not OpeningReview.objects.exists()
    client.post(reverse("see_opening", args=[opening.pk]), {"note": "Talked to them."})
    assert "no admin has looked into" not in client.get("/").content.decode()
    with pytest.raises(RuleBroken, match="already"):
        see_opening(opening=opening, note="Again.", by=admin)
    client.force_login(staff(Role.AUDITOR))
    page = client.get("/break-glass/list/").content.decode()
    assert "Talked to them." in page
    assert "Zyzzyva" not in page
    assert client.post(reverse("see_opening", args=[opening.pk]), {"note": "x"}).status_code == 403


def test_nobody_looks_into_their_own(told: dict[str, Any]) -> None:
    by = staff(Role.PHYSIOTHERAPIST, Role.CLINIC_ADMIN, hcpc_number="PH123456")
    opening = break_glass(asked={"nhs_number": NHS}, by=by, **WHY)
    with pytest.raises(RuleBroken, match="yourself"):
        see_opening(opening=opening, note="Fine.", by=by)


def test_the_list_costs_the_same_for_many(client: Client, told: dict[str, Any], django_assert_num_queries: Any) -> None:
    from django.test.utils import CaptureQueriesContext

    client.force_login(staff(Role.CLINIC_ADMIN, site=told["site"]))
    counts = []
    for _ in range(2):
        for _ in range(3):
            break_glass(asked={"nhs_number": NHS}, by=told["by"], **WHY)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get("/break-glass/list/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def write_unheard(told: dict[str, Any]) -> None:
    """An opening without its event."""
    Opening.objects.create(patient=told["patient"], staff=told["by"], **WHY)
    connection.check_constraints()


def test_nobody_forges_or_changes_an_opening(told: dict[str, Any]) -> None:
    """The times are the database's, a longer one is not stored; what is stored is not changed or taken away."""
    opening = break_glass(asked={"nhs_number": NHS}, by=told["by"], **WHY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).update(expires_at=opening.expires_at + timedelta(days=1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Opening.objects.filter(pk=opening.pk).delete()
    late = opening.expires_at + timedelta(days=1)
    with transaction.atomic():
        forged = Opening(patient=told["patient"], staff=told["by"], opened_at=late, expires_at=late, **WHY)
        forged.save(force_insert=True)
        forged.refresh_from_db()
        assert forged.expires_at < late
        transaction.set_rollback(True)
    with pytest.raises(DatabaseError, match="without an audit event"), transaction.atomic():
        write_unheard(told)


def test_it_is_over_by_itself_after_four_hours_of_the_database(own_database: str, client: Client) -> None:
    told = a_scene()
    client.force_login(told["by"])
    post(client, nhs_number=NHS)
    assert client.get(f"/cases/{told['case'].pk}/").status_code == 200
    link = as_role(settings.DATABASE_OWNER, own_database)
    with link.cursor() as cursor:  # only the owner of the tables can turn the time back
        cursor.execute("ALTER TABLE cases_opening DISABLE TRIGGER a_never_changed")
        cursor.execute("UPDATE cases_opening SET expires_at = expires_at - interval '4 hours'")
        cursor.execute("ALTER TABLE cases_opening ENABLE ALWAYS TRIGGER a_never_changed")
    link.commit()
    link.close()
    assert client.get(f"/cases/{told['case'].pk}/").status_code == 404
    assert not Patient.objects.visible_to(told["by"]).exists()
    assert not Case.objects.visible_to(told["by"]).exists()
