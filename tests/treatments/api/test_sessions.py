from typing import Any

import pytest
from django.test import Client

from cases.actions.restrictions import name_on_restriction, restrict_patient
from clinic.models import StaffMember
from tests.clinic.api.test_problems import note
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session, signed_sessions, site_of
from treatments.actions.planning import PlannedBlock, PlannedDose
from treatments.actions.plans import start_plan
from treatments.models import Measurement, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


def sign(client: Client, path: str, etag: str) -> Any:
    return client.post(path, content_type="application/json", HTTP_IF_MATCH=etag)


def test_a_session_is_stored_read_and_signed(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    sent = note(case, plan=" kept as sent ", kind="UNPLANNED")
    stored = client.post("/api/v1/sessions/", sent, "application/json")
    assert stored.status_code == 201
    read = client.get(stored["Location"])
    nothing_planned = {"review_of_block": None, "block": None, "session_number": None}
    assert {**read.json(), "due": nothing_planned} == stored.json()
    assert (read.json()["status"], read.json()["plan"], read.json()["signed_at"]) == ("DRAFT", " kept as sent ", None)
    assert read["ETag"] == f'"{read.json()["etag"]}"'
    signed = sign(client, f"{stored['Location']}sign/", read["ETag"])
    body = signed.json()
    assert (signed.status_code, body["status"], body["kind"], body["signed_name"]) == (
        200,
        "SIGNED",
        "UNPLANNED",
        by.name,
    )
    assert body["applications"][0]["parameters"] == {"pressure_bar": 2.3, "impulses": 2000, "frequency_hz": 8}
    assert [(m["measure"], m["value"], m["unit"]) for m in body["measurements"]] == [("NPRS", 6.0, "/10")]
    assert {**client.get(stored["Location"]).json(), "due": nothing_planned} == body


def test_signing_names_what_was_seen(client: Client, by: StaffMember) -> None:
    draft = a_draft(a_case(by), by)
    path = f"/api/v1/sessions/{draft.pk}/sign/"
    assert client.post(path, content_type="application/json").status_code == 428
    assert sign(client, path, '"1.7"').status_code == 412
    assert client.post(path, {"x": 1}, "application/json", HTTP_IF_MATCH='"1.1"').status_code == 400
    assert sign(client, path, '"1.1"').status_code == 200
    again = sign(client, path, '"2.2"')
    assert (again.status_code, again.json()["code"]) == (409, "signed")
    assert Measurement.objects.count() == 2


def test_a_note_that_is_not_right_is_not_signed(client: Client, by: StaffMember) -> None:
    draft = a_draft(a_case(by), by)
    Session.objects.filter(pk=draft.pk).update(draft={"occurred_on": ""}, draft_version=2)
    answer = sign(client, f"/api/v1/sessions/{draft.pk}/sign/", '"1.2"')
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": "/occurred_on", "code": "missing", "detail": "This is needed."}]


def test_what_others_write_and_where_one_does_not_work(client: Client, by: StaffMember) -> None:
    colleague, stranger = a_physio(site_of(by)), a_physio()
    drafts = [a_draft(a_case(other), other) for other in (colleague, stranger)]
    signed = a_signed_session(a_case(stranger), stranger)
    for hidden in (*drafts, signed):
        assert client.get(f"/api/v1/sessions/{hidden.pk}/").status_code == 404
        assert sign(client, f"/api/v1/sessions/{hidden.pk}/sign/", '"1.1"').status_code == 404
    elsewhere = client.post("/api/v1/sessions/", note(signed.case), "application/json")
    nowhere = client.post("/api/v1/sessions/", {**note(signed.case), "case": str(signed.pk)}, "application/json")
    assert elsewhere.json() == nowhere.json()
    seen = a_signed_session(a_case(colleague), colleague)
    assert client.get(f"/api/v1/sessions/{seen.pk}/").status_code == 200


def test_a_session_costs_the_same_however_many_there_are(
    client: Client, by: StaffMember, django_assert_num_queries: Any
) -> None:
    for how_many in (1, 20):
        last = signed_sessions(a_case(by), by, how_many)[-1]
        with django_assert_num_queries(7):
            client.get(f"/api/v1/sessions/{last.pk}/")


def test_it_says_what_is_now_due(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    dose = PlannedDose("IASTM", (1,), {"total_time_min": 5, "tool_type": "CURVED"})
    plan = start_plan(case=case, blocks=[PlannedBlock(1, (dose,))], by=by, repeats_accepted=True)
    block = str(plan.blocks.get().pk)
    stored = client.post("/api/v1/sessions/", note(case), "application/json")
    assert stored.json()["due"] == {"review_of_block": None, "block": block, "session_number": 1}
    signed = sign(client, f"{stored['Location']}sign/", stored["ETag"])
    assert signed.json()["due"] == {"review_of_block": block, "block": block, "session_number": None}


def test_signing_sent_again_is_answered_again_but_not_to_who_may_not_see_it(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    stored = client.post("/api/v1/sessions/", note(case), "application/json")
    headers = {"If-Match": stored["ETag"], "Idempotency-Key": "s"}
    first, second = (
        client.post(f"{stored['Location']}sign/", content_type="application/json", headers=headers) for _ in range(2)
    )
    assert (first.status_code, first.content) == (200, second.content)
    case.patient.refresh_from_db()
    shut = restrict_patient(patient=case.patient, reason="OTHER", because="Asked", by=by)
    name_on_restriction(restriction=shut, person=by, may_see=False, by=by)
    hidden = client.post(f"{stored['Location']}sign/", content_type="application/json", headers=headers)
    assert hidden.status_code == 404
