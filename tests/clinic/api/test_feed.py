from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from cases.actions.goals import NewGoal, close_goal, set_goal
from cases.actions.patients import archive_patient
from cases.actions.restrictions import lift_restriction, restrict_patient
from clinic.database.roles import as_owner
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.merges import a_merge
from tests.factories.records import a_case, a_patient, a_physio, site_of, staff
from tests.factories.tampering import wait_until_settled

GOALS, PATIENTS = "/api/v1/goals/", "/api/v1/patients/"


class Copy:
    """A program that keeps a copy of a list: it asks what changed, and puts in and takes out what it is told."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address, self.mark = client, address, ""
        self.why: dict[str, str] = {}
        self.rows: dict[str, dict[str, Any]] = {}

    def follow(self, limit: int = 25, *, settled: bool = True) -> "Copy":
        """`settled`: once no other transaction of the server is older than what was written."""
        if settled:
            wait_until_settled()
        while True:
            answer = self.client.get(self.address, {"updated_since": self.mark, "limit": limit})
            assert answer.status_code == 200, answer.content
            told = answer.json()
            self.rows |= {row["id"]: row for row in told["results"]}
            for gone in told["gone"]:
                self.rows.pop(gone["id"], None)
                self.why[gone["id"]] = gone["reason"]
            self.mark = told["next_since"]
            if not told["has_more"]:
                return self

    def is_whole(self) -> bool:
        found, path = {}, f"{self.address}?limit=200"
        while path:
            told = self.client.get(path).json()
            found |= {row["id"]: row for row in told["results"]}
            path = told["next"]
        return found == self.rows


@pytest.fixture
def by(client: Client, own_database: str) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


def test_what_is_new_and_what_changed(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    goals = [set_goal(case=case, goal=NewGoal(str(n)), by=by) for n in range(7)]
    copy = Copy(client, GOALS).follow(limit=3)
    assert len(copy.rows) == 7
    assert copy.is_whole()
    set_goal(case=case, goal=NewGoal("new"), by=by)
    close_goal(goal=goals[2], state="MET", version=1, by=by)
    wait_until_settled()
    told = client.get(GOALS, {"updated_since": copy.mark}).json()
    assert {row["text"] for row in told["results"]} == {"2", "new"}
    assert copy.follow().is_whole()
    assert client.get(GOALS, {"updated_since": copy.mark}).json()["results"] == []


def test_what_is_not_yet_committed_waits_and_is_not_missed(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    copy = Copy(client, GOALS).follow()
    slow = connection.copy()
    with slow.cursor() as cursor:
        cursor.execute("BEGIN; SELECT pg_current_xact_id()")  # older than what follows, and still open
    quick = set_goal(case=case, goal=NewGoal("quick"), by=by)
    assert str(quick.pk) not in copy.follow(settled=False).rows
    with slow.cursor() as cursor:
        cursor.execute("COMMIT")
    slow.close()
    assert str(quick.pk) in copy.follow().rows


def test_a_restriction_takes_rows_away_and_gives_them_back(client: Client, by: StaffMember) -> None:
    colleague = staff(Role.PHYSIOTHERAPIST, site=site_of(by))
    case, other = a_case(colleague), a_case(by)
    goal = set_goal(case=case, goal=NewGoal("theirs"), by=colleague)
    set_goal(case=other, goal=NewGoal("mine"), by=by)
    copy = Copy(client, GOALS).follow()
    assert len(copy.rows) == 2
    shut = restrict_patient(patient=case.patient, reason="COLLEAGUE", because="Works here", by=colleague)
    assert copy.follow().why == {str(goal.pk): "no_longer_visible"}
    assert copy.is_whole()
    lift_restriction(restriction=shut, because="Left", by=colleague)
    assert len(copy.follow().rows) == 2
    assert copy.is_whole()


def test_of_what_one_never_saw_nothing_is_told(client: Client, by: StaffMember) -> None:
    stranger = a_physio()
    copy = Copy(client, GOALS).follow()
    case = a_case(stranger)
    set_goal(case=case, goal=NewGoal("elsewhere"), by=stranger)
    restrict_patient(patient=case.patient, reason="OTHER", because="Asked", by=stranger)
    wait_until_settled()
    told = client.get(GOALS, {"updated_since": copy.mark}).json()
    assert (told["results"], told["gone"]) == ([], [])


def test_patients_who_are_archived_and_merged(client: Client, by: StaffMember) -> None:
    admin = staff(Role.CLINIC_ADMIN, Role.PHYSIOTHERAPIST, site=site_of(by))
    kept, other, old = (a_patient(by) for _ in range(3))
    copy = Copy(client, PATIENTS).follow()
    assert len(copy.rows) == 3
    a_merge(kept, other, admin)
    archive_patient(patient=old, by=admin)
    assert copy.follow().why == {str(other.pk): "merged", str(old.pk): "archived"}
    assert copy.is_whole()


def test_a_mark_of_somebody_who_saw_something_else_leads_nowhere(client: Client, by: StaffMember) -> None:
    copy = Copy(client, GOALS).follow()
    client.force_login(a_physio())
    answer = client.get(GOALS, {"updated_since": copy.mark})
    assert (answer.status_code, answer.json()["code"]) == (410, "start_again")
    for wrong in ("x", "bnVsbA==", "W10="):
        assert client.get(GOALS, {"updated_since": wrong}).status_code == 400
    assert client.get(GOALS, {"updated_since": "", "state": "MET"}).status_code == 400


def test_marks_of_another_server_count_as_the_oldest(client: Client, by: StaffMember) -> None:
    goal = set_goal(case=a_case(by), goal=NewGoal("copied"), by=by)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_rowmark SET xid = 9000000000 WHERE row_id = %s", [goal.pk])
    copy = Copy(client, GOALS).follow()
    assert set(copy.rows) == {str(goal.pk)}
    assert close_goal(goal=goal, state="MET", version=1, by=by)
    assert copy.follow().is_whole()


def test_a_row_is_marked_once_by_a_transaction(by: StaffMember) -> None:
    case = a_case(by)
    with transaction.atomic():
        goal = set_goal(case=case, goal=NewGoal("twice"), by=by)
        close_goal(goal=goal, state="MET", version=1, by=by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM clinic_rowmark WHERE row_id = %s", [goal.pk])
        assert cursor.fetchone()[0] == 1


def test_it_costs_the_same_however_many_patients_were_touched(
    client: Client, by: StaffMember, django_assert_num_queries: Any
) -> None:
    colleague = staff(Role.PHYSIOTHERAPIST, site=site_of(by))
    copy = Copy(client, GOALS).follow()
    for several in (1, 5):
        cases = [a_case(colleague) for _ in range(several)]
        goals = {str(set_goal(case=case, goal=NewGoal("theirs"), by=colleague).pk) for case in cases}
        copy.follow()
        for case in cases:
            restrict_patient(patient=case.patient, reason="COLLEAGUE", because="Works here", by=colleague)
        wait_until_settled()
        with django_assert_num_queries(10):
            told = client.get(GOALS, {"updated_since": copy.mark}).json()
        assert {gone["id"] for gone in told["gone"]} == goals
        copy.follow()
