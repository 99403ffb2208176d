"""Files for research: who agrees at this moment, without names, texts or true days; verdicts can be worked out again."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from cases.actions.cases import NewInjury
from cases.actions.consents import NewConsent, give_consent, withdraw_consent
from cases.models import Case, Consent
from clinic import clock
from clinic.actions.api_keys import create_api_key
from clinic.models import AuditEvent, StaffMember
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session
from treatments.actions.addenda import correct_session, mark_in_error
from treatments.models import Measure
from treatments.queries import progress_of, story_of
from treatments.rules.progress import verdict
from treatments.rules.research import pseudonym, shift_of

pytestmark = pytest.mark.django_db
ROOT, PAGE = "/api/v1/exports/research/", "/clinic/research/"
SECRET = "Zyzzyva"


@pytest.fixture
def headers(lead: StaffMember) -> dict[str, str]:
    _, text = create_api_key(owner=lead, name="Study", scopes=["research:read"], by=lead)
    return {"Authorization": f"Bearer {text}"}


def agrees(case: Case, by: StaffMember) -> Consent:
    return give_consent(patient=case.patient, told=NewConsent("RESEARCH_AUDIT", "WRITTEN"), by=by)


def text_of(client: Client, headers: dict[str, str], file: str = "measurements.ndjson", project: str = "heel-1") -> str:
    answer = client.get(f"{ROOT}{file}", {"project": project}, headers=headers)
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content).decode()


def rows_of(client: Client, headers: dict[str, str], project: str = "heel-1") -> list[dict[str, Any]]:
    return [json.loads(line) for line in text_of(client, headers, project=project).splitlines()]


def visa(value: str) -> list[dict[str, str]]:
    return [{"measure": "VISA_A", "value": value}]


def test_who_agrees_now_and_nobody_else(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    case, other = a_case(by), a_case(by)
    for each in (case, other):
        a_signed_session(each, by, measurements=visa("40"))
    given = agrees(case, by)
    assert len(rows_of(client, headers)) == 1
    withdraw_consent(consent=given, by=by)
    assert rows_of(client, headers) == []
    agrees(case, by)
    agrees(other, by)
    assert len({row["patient"] for row in rows_of(client, headers)}) == 2
    far = a_physio()
    elsewhere = a_case(far)
    a_signed_session(elsewhere, far, measurements=visa("40"))
    agrees(elsewhere, far)
    assert len(rows_of(client, headers)) == 2


def test_no_name_no_text_no_identity_no_true_day(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    case = a_case(by, a_patient(by, family_name=SECRET), title=SECRET, history=SECRET)
    session = a_signed_session(case, by, subjective=SECRET, measurements=visa("40"))
    agrees(case, by)
    text = text_of(client, headers) + text_of(client, headers, "measurements.csv")
    told = (SECRET, case.number, str(case.pk), str(case.patient_id), str(session.pk), str(by.pk), by.name)
    assert not [each for each in told if each in text]
    assert clock.today().isoformat() not in text
    values = {tuple(row.items()) for row in rows_of(client, headers)}
    assert values.isdisjoint({tuple(row.items()) for row in rows_of(client, headers, "heel-2")})
    assert values == {tuple(row.items()) for row in rows_of(client, headers)}


def test_what_lies_between_days_is_exact(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    case, today = a_case(by), clock.today()
    for days, value in ((40, "40"), (12, "50"), (0, "64")):
        a_signed_session(case, by, today - timedelta(days=days), measurements=visa(value))
    agrees(case, by)
    found = sorted(rows_of(client, headers), key=lambda row: row["day"])
    days = [date.fromisoformat(row["day"]) for row in found]
    assert [(day - days[0]).days for day in days] == [0, 28, 40]
    assert 1 <= (today - days[-1]).days <= 365
    assert len({row["session"] for row in found}) == 3
    assert len({row["measurer"] for row in found}) == 1


def test_as_corrected_and_nothing_in_error(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    case = a_case(by)
    wrong, error = (a_signed_session(case, by, measurements=visa(value)) for value in ("13", "14"))
    agrees(case, by)
    value = {"id": str(wrong.measurements.get().pk), "value": "54"}
    correct_session(session=wrong, told={"measurements": [value]}, reason="Typing.", by=by)
    mark_in_error(session=error, error="WRONG_PATIENT", reason="Namesake.", by=by)
    assert [row["value"] for row in rows_of(client, headers)] == [54]


def test_the_verdict_is_worked_out_again(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    case, today = a_case(by), clock.today()
    for days, value in ((30, "40"), (0, "64")):
        a_signed_session(case, by, today - timedelta(days=days), measurements=visa(value))
    agrees(case, by)
    first, last = sorted(rows_of(client, headers), key=lambda row: row["day"])
    told = [json.loads(line) for line in text_of(client, headers, "thresholds.ndjson").splitlines()]
    there = [row for row in told if row["measure"] == first["measure"]]
    rule = Measure.objects.get(key=first["measure"]).as_rule()
    assert len(there) == len(rule.thresholds)
    assert {(t["kind"], t["value"], t["population"]) for t in there} == {
        (t.kind, float(t.value), t.population) for t in rule.thresholds
    }
    numbers = {"start": Decimal(first["value"]), "now": Decimal(last["value"]), "direction": first["direction"]}
    (series,) = progress_of(story_of(Case.objects.filter(pk=case.pk)).get()).series
    assert verdict(**numbers, thresholds=rule.thresholds).word == series.verdict.word


def test_what_is_asked_for_and_who_may(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    for project in ("", "No", "a b c", "x" * 41, "UPPER"):
        assert client.get(f"{ROOT}measurements.csv", {"project": project}, headers=headers).status_code == 400
    assert client.get(f"{ROOT}people.csv", {"project": "heel-1"}, headers=headers).status_code == 404
    assert client.get("/api/v1/cases/", headers=headers).status_code == 403
    client.force_login(by)
    assert client.get(f"{ROOT}measurements.csv", {"project": "heel-1"}).status_code == 403
    assert client.get(PAGE).status_code == 403


def test_from_the_page(client: Client, by: StaffMember, lead: StaffMember) -> None:
    case = a_case(by)
    a_signed_session(case, by, measurements=visa("40"))
    client.force_login(lead)
    assert f'href="{PAGE}"' in client.get("/clinic/").content.decode()
    assert "No patient that you may see agrees" in client.get(PAGE).content.decode()
    agrees(case, by)
    assert "1 patient that you may see agrees" in client.get(PAGE).content.decode()
    refused = client.get(PAGE, {"project": "No way", "file": "measurements.csv"})
    assert (refused.status_code, "Write 3 to 40" in refused.content.decode()) == (422, True)
    answer = client.get(PAGE, {"project": "heel-1", "file": "measurements.csv"})
    assert len(b"".join(answer.streaming_content).splitlines()) == 2
    event = AuditEvent.objects.get(action="research_measurements.exported")
    assert (event.staff_id, event.details) == (lead.pk, {"as": "csv", "project": "heel-1"})


def test_it_costs_the_same_for_one_patient_and_for_five(
    client: Client, by: StaffMember, headers: dict[str, str], django_assert_num_queries: Any
) -> None:
    for more in (1, 4):
        for _ in range(more):
            case = a_case(by)
            a_signed_session(case, by, measurements=visa("40"))
            agrees(case, by)
        with django_assert_num_queries(6):
            rows_of(client, headers)


def test_names_and_days_depend_on_key_and_project() -> None:
    pk = a_patient(a_physio()).pk
    one = pseudonym(b"k", "a", "patient", pk)
    assert len({one, pseudonym(b"k", "b", "patient", pk), pseudonym(b"l", "a", "patient", pk)}) == 3
    shifts = {shift_of(bytes([n]), "a", pk).days for n in range(200)}
    assert min(shifts) >= -365
    assert max(shifts) <= -1
    assert len(shifts) > 100


def lines_of(client: Client, headers: dict[str, str], what: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text_of(client, headers, f"{what}.ndjson").splitlines()]


def test_injuries_by_codes_with_age_and_no_words(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    wrong = NewInjury("CALCIFICATION", "REG_ANKLE", "RIGHT", "CALC_TENDON_ACHILLES_MID", SECRET)
    case = a_case(by, a_patient(by, born_on=date(1985, 5, 12), sex="MALE"), injuries=[wrong])
    old = a_case(by, a_patient(by, born_on=date(1926, 1, 1)))
    for each in (case, old):
        agrees(each, by)
    a_signed_session(case, by, measurements=visa("40"))
    found = {row["sex"]: row for row in lines_of(client, headers, "injuries")}
    assert (found["MALE"]["pathology"].split("@")[0], found["MALE"]["side"], found["MALE"]["status"]) == (
        "CALC_TENDON_ACHILLES_MID",
        "RIGHT",
        "OPEN",
    )
    assert found["MALE"]["age"] == (case.opened_on - date(1985, 5, 12)).days * 4 // 1461
    assert found["UNKNOWN"]["age"] == 90
    (value,) = rows_of(client, headers)
    assert (value["patient"], value["case"]) == (found["MALE"]["patient"], found["MALE"]["case"])
    assert found["MALE"]["opened"] != case.opened_on.isoformat()
    assert SECRET not in text_of(client, headers, "injuries.csv")


def test_doses_that_were_given_without_words(client: Client, by: StaffMember, headers: dict[str, str]) -> None:
    case = a_case(by)
    applications = [
        {
            "modality": "RSWT",
            "parameters": {"pressure_bar": "2,3", "impulses": "2000", "frequency_hz": "8"},
            "note": SECRET,
        },
        {"modality": "IASTM", "parameters": {"total_time_min": "5", "tool_type": "CURVED"}},
        {"modality": "EDU", "parameters": {"topic": SECRET}},
    ]
    a_signed_session(case, by, applications=applications)
    agrees(case, by)
    found = lines_of(client, headers, "doses")
    told = {(row["modality"].split("@")[0], row["parameter"]): (row["value"], row["unit"]) for row in found}
    assert told["RSWT", "pressure_bar"] == (2.3, "bar")
    assert told["IASTM", "tool_type"][0] == "CURVED"
    assert not [key for key in told if key[0] == "EDU"]
    assert SECRET not in json.dumps(found)
    assert clock.today().isoformat() not in json.dumps(found)
