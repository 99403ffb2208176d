from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.models import Case
from clinic import clock
from clinic.models import StaffMember
from tests.factories.records import a_case, a_physio
from tests.factories.waivers import a_lead, a_pregnant_case, a_request_to_waive, a_waiver, signed
from treatments.actions import overrides
from treatments.actions.waivers import see_answer, withdraw_waiver
from treatments.models import WaiverRequest

pytestmark = pytest.mark.django_db
TODAY = clock.today()


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_pregnant_case(by)


def run(statement: str) -> None:
    """A statement, and what a commit would look at after it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("table", ["waiverrequest", "waiver", "waiverwithdrawal", "waiverseen"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET created_at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_none_of_it_is_changed(case: Case, by: StaffMember, table: str, statement: str) -> None:
    lead = a_lead(by)
    waiver = a_waiver(case, by, lead)
    see_answer(waiver=waiver, by=by)
    withdraw_waiver(waiver=waiver, reason="Bleeding", by=lead)
    with pytest.raises(DatabaseError):
        run(statement.format(f"treatments_{table}"))


ANSWER = (
    "INSERT INTO treatments_waiver (id, created_at, request_id, is_granted, words, valid_from, valid_until, is_alone,"
    " answered_by_id, answered_name, answered_hcpc) SELECT gen_random_uuid(), now(), id, {granted}, '', {start}, {end},"
    " {alone}, {who}, 'X', '' FROM treatments_waiverrequest"
)
RIGHT = {"granted": "true", "start": "current_date", "end": "current_date + 5", "alone": "false", "who": "<lead>"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"who": "asked_by_id"}, "by a second person"),
        ({"alone": "true"}, "by a second person"),
        ({"end": "NULL"}, "ends_and_one_that_is_not"),
        ({"end": "current_date + 91"}, "at_most_90_days"),
        ({"end": "current_date - 1"}, "at_most_90_days"),
        ({"start": "current_date - 5"}, "does not reach back"),
        ({"start": "current_date + 3"}, "in the future"),
        ({"granted": "false"}, "ends_and_one_that_is_not"),
        ({}, "without an audit event"),
    ],
)
def test_the_database_refuses_a_waiver_that_cannot_be(
    case: Case, by: StaffMember, wrong: dict[str, str], told: str
) -> None:
    a_request_to_waive(case, by)
    lead = f"'{a_lead(by).pk}'"
    with pytest.raises(DatabaseError, match=told):
        run(ANSWER.format(**{**RIGHT, **wrong}).replace("<lead>", lead))


def test_a_request_is_for_an_injury_of_its_case(case: Case, by: StaffMember) -> None:
    asked = a_request_to_waive(case, by)
    other = a_case(by).injuries.get()
    columns = "case_id, modality_key, reason, matches, asked_on, asked_by_id, asked_name, asked_hcpc"
    statement = (
        f"INSERT INTO treatments_waiverrequest (id, created_at, injury_id, {columns}) SELECT gen_random_uuid(), now(),"
        f" '{other.pk}', {columns} FROM treatments_waiverrequest WHERE id = '{asked.pk}'"
    )
    with pytest.raises(DatabaseError, match="waiver_is_for_an_injury_of_its_case"):
        run(statement)


def test_the_record_names_only_a_waiver_of_what_was_given(
    case: Case, by: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever code of ours gets wrong, the database looks at case, injury, treatment and day."""
    waiver = a_waiver(case, by)
    other = a_pregnant_case(by)
    wrong = a_waiver(other, by)
    assert wrong.request.case_id != case.pk
    real = overrides.held_of

    def mixed_up(*args: Any, **told: Any) -> Any:
        return replace(real(*args, **told), waiver=wrong)

    monkeypatch.setattr(overrides, "held_of", mixed_up)
    monkeypatch.setattr(overrides, "unsaid", lambda *_: ())

    def attempt() -> None:
        with transaction.atomic():
            signed(case, by)
            run("SELECT 1")

    with pytest.raises(DatabaseError, match="not of what was given"):
        attempt()
    assert WaiverRequest.objects.filter(answer=waiver).exists()
