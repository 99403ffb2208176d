from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from cases.actions.goals import NewGoal, set_goal
from cases.models import Case, Goal
from clinic.models import AuditEvent, StaffMember
from tests.factories.records import a_case, a_physio

pytestmark = pytest.mark.django_db
LIST = "/api/v1/goals/"


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by)


def sent(client: Client, told: dict[str, Any], **headers: Any) -> Any:
    return client.post(LIST, told, "application/json", headers=headers)


def test_a_goal_is_added_read_and_closed(client: Client, case: Case) -> None:
    made = sent(client, {"case": str(case.pk), "text": "Run 10 km", "due_on": "2199-01-01"})
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    told = made.json()
    assert (told["case"], told["text"], told["target"], told["due_on"], told["state"], told["etag"]) == (
        str(case.pk),
        "Run 10 km",
        None,
        "2199-01-01",
        "OPEN",
        "1",
    )
    assert client.get(made["Location"]).json() == told
    changed = client.patch(
        made["Location"], {"state": "MET"}, "application/merge-patch+json", headers={"If-Match": '"1"'}
    )
    assert (changed.status_code, changed.json()["state"], changed["ETag"]) == (200, "MET", '"2"')
    actions = AuditEvent.objects.filter(row_id=told["id"]).order_by("created_at").values_list("action", flat=True)
    assert list(actions) == ["goal.set", "goal.seen", "goal.closed"]
    assert {e.patient_id for e in AuditEvent.objects.filter(row_id=told["id"])} == {case.patient_id}


def test_a_change_names_the_version_that_was_seen(client: Client, case: Case) -> None:
    where = sent(client, {"case": str(case.pk), "text": "Run"})["Location"]
    told, kind = {"state": "MET"}, "application/json"
    assert client.patch(where, told, kind).status_code == 428
    for stale in ('"2"', "x", '"1.0"', "*"):
        refused = client.patch(where, told, kind, headers={"If-Match": stale})
        assert (refused.status_code, refused.json()["code"]) == (412, "stale"), stale
    assert client.patch(where, told, kind, headers={"If-Match": 'W/"1"'}).status_code == 200
    assert client.patch(where, told, kind, headers={"If-Match": '"1"'}).status_code == 412


def test_what_was_not_changed_is_not_sent_again(client: Client, case: Case) -> None:
    where = sent(client, {"case": str(case.pk), "text": "Run"})["Location"]
    same = client.get(where, headers={"If-None-Match": '"1"'})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", '"1"')
    assert AuditEvent.objects.filter(action="goal.seen").count() == 1


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"text": ""}, 400, "/text"),
        ({"text": 7}, 400, "/text"),
        ({"text": "x" * 301}, 400, "/text"),
        ({"case": 7}, 400, "/case"),
        ({"case": str(uuid4())}, 422, "/case"),
        ({"due_on": "2020-01-01"}, 422, "/due_on"),
        ({"due_on": "soon"}, 400, "/due_on"),
        ({"id": str(uuid4())}, 400, "/id"),
        ({"state": "MET"}, 400, "/state"),
        ({"etag": "7"}, 400, "/etag"),
    ],
)
def test_what_is_refused(client: Client, case: Case, change: dict[str, Any], status: int, pointer: str) -> None:
    refused = sent(client, {"case": str(case.pk), "text": "Run", **change})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (status, pointer)
    assert not Goal.objects.exists()


def test_of_another_site_there_is_nothing(client: Client, by: StaffMember) -> None:
    other = a_physio()
    theirs = a_case(other)
    client.force_login(other)
    where = sent(client, {"case": str(theirs.pk), "text": "Run"})["Location"]
    client.force_login(by)
    assert client.get(where).content == client.get(f"{LIST}{uuid4()}/").content
    assert client.patch(where, {"state": "MET"}, "application/json", headers={"If-Match": '"1"'}).status_code == 404
    assert sent(client, {"case": str(theirs.pk), "text": "Run"}).status_code == 422
    assert client.get(f"{LIST}?case={theirs.pk}").json()["results"] == []


def test_a_list_is_narrowed_and_ordered(client: Client, case: Case, by: StaffMember) -> None:
    for text in "abc":
        sent(client, {"case": str(case.pk), "text": text})
    sent(client, {"case": str(a_case(by).pk), "text": "d"})
    assert [g["text"] for g in client.get(f"{LIST}?case={case.pk}&ordering=-pk").json()["results"]] == ["c", "b", "a"]
    first = client.get(f"{LIST}?limit=3&count=true").json()
    assert ([g["text"] for g in first["results"]], first["count"]) == (["a", "b", "c"], 4)
    assert [g["text"] for g in client.get(first["next"]).json()["results"]] == ["d"]
    for wrong in ("case=x", "state=WON", "ordering=text", "count=yes", "case=&case="):
        assert client.get(f"{LIST}?{wrong}").status_code == 400, wrong


@pytest.mark.parametrize("limit", [25, 100, 200])
def test_a_list_costs_the_same_however_long(
    client: Client, case: Case, django_assert_num_queries: Any, limit: int
) -> None:
    for place in range(limit):
        set_goal(case=case, goal=NewGoal(str(place)), by=case.lead)
    with django_assert_num_queries(4):
        assert len(client.get(f"{LIST}?limit={limit}").json()["results"]) == limit


def test_what_is_sent_again_is_done_once(client: Client, case: Case) -> None:
    told = {"case": str(case.pk), "text": "Run"}
    first, second = (sent(client, told, **{"Idempotency-Key": "a-1"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.content, first["Location"], first["ETag"]) == (second.content, second["Location"], second["ETag"])
    assert ("Idempotent-Replayed" in first, second["Idempotent-Replayed"]) == (False, "true")
    other = sent(client, {**told, "text": "Walk"}, **{"Idempotency-Key": "a-1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert sent(client, told, **{"Idempotency-Key": "a-2"}).status_code == 201
    assert sent(client, told, **{"Idempotency-Key": "x" * 256}).status_code == 400
    assert Goal.objects.count() == 2


def test_a_refusal_is_asked_anew(client: Client, case: Case) -> None:
    told = {"case": str(case.pk), "text": "Run", "due_on": "2020-01-01"}
    assert sent(client, told, **{"Idempotency-Key": "b"}).status_code == 422
    assert sent(client, {**told, "due_on": None}, **{"Idempotency-Key": "b"}).status_code == 201


def test_what_was_answered_is_not_told_again_to_somebody_who_may_not_see_it(client: Client, case: Case) -> None:
    told = {"case": str(case.pk), "text": "Run"}
    sent(client, told, **{"Idempotency-Key": "c"})
    client.force_login(a_physio())
    assert sent(client, told, **{"Idempotency-Key": "c"}).status_code == 422
    assert Goal.objects.count() == 1


def test_whoever_reads_a_list_of_one_patient_is_known_to_have_looked(
    client: Client, case: Case, by: StaffMember
) -> None:
    sent(client, {"case": str(case.pk), "text": "a"})
    client.get(f"{LIST}?case={case.pk}")
    assert AuditEvent.objects.get(action="goals.seen").patient_id == case.patient_id
    sent(client, {"case": str(a_case(by).pk), "text": "b"})
    client.get(LIST)
    of_both = AuditEvent.objects.filter(action="goals.seen").latest("at")
    assert (of_both.patient_id, of_both.details) == (None, {"rows": 2})
