"""Eight programs send the same at once: one effect, one answer; eight change one row: one of them does."""

import os
import time
from typing import Any

import pytest
from django.test import Client

from cases.actions.goals import NewGoal, set_goal
from cases.models import Goal
from tests.factories.records import a_case, a_physio
from tests.torture.test_repeats import TOGETHER, all_at_once

pytestmark = pytest.mark.torture
ROUNDS = max(2, round(50 * float(os.environ.get("TORTURE_SHARE", "1"))))
KIND = "application/json"


def clients_of(person: Any) -> list[Client]:
    clients = [Client() for _ in range(TOGETHER)]
    for each in clients:
        each.force_login(person)
    return clients


def test_the_same_key_has_one_effect(own_database: str) -> None:
    by = a_physio()
    case, clients = a_case(by), clients_of(by)

    def post(place: int, turn: int) -> Any:
        told, headers = {"case": str(case.pk), "text": f"Goal {turn}"}, {"Idempotency-Key": f"k-{turn}"}
        while True:
            answer = clients[place].post("/api/v1/goals/", told, KIND, headers=headers)
            if answer.status_code != 409:
                return answer
            assert (answer.json()["code"], answer["Retry-After"]) == ("in_flight", "1")
            time.sleep(0.05)

    for turn in range(ROUNDS):
        answers = all_at_once(lambda place, turn=turn: post(place, turn))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert sum("Idempotent-Replayed" not in answer for answer in answers) == 1
    assert Goal.objects.filter(case=case).count() == ROUNDS


def test_of_changes_of_one_version_one_is_made(own_database: str) -> None:
    by = a_physio()
    goal, clients = set_goal(case=a_case(by), goal=NewGoal("Run"), by=by), clients_of(by)
    for turn in range(ROUNDS):
        state = ("MET", "OPEN")[turn % 2]
        answers = all_at_once(
            lambda place, state=state, turn=turn: clients[place].patch(
                f"/api/v1/goals/{goal.pk}/", {"state": state}, KIND, headers={"If-Match": f'"{turn + 1}"'}
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [412] * (TOGETHER - 1)
    goal.refresh_from_db()
    assert goal.version == ROUNDS + 1
