"""A case with ten sessions and one with sixty cost the same number of statements, wherever they are read."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from cases.actions.consents import NewConsent, give_consent
from cases.models import Case
from clinic import clock
from clinic.models import StaffMember
from tests.databases import filled, undone
from tests.factories.records import a_case, a_physio, a_signed_session
from treatments.actions.letters import start_letter
from treatments.queries import compose, progress_of, story_of
from treatments.queries.plain_reports import plain_report_of
from treatments.queries.reports import report_of, told_of

MEASURED = (
    *(("NPRS", context, "") for context in ("LOAD", "REST", "NIGHT")),
    *(("KTW_CM", "", side) for side in ("RIGHT", "LEFT")),
    *((questionnaire, "", "") for questionnaire in ("MORNING_STIFF_MIN", "VISA_A", "LEFS")),
)


def a_long_case(by: StaffMember, how_many: int, letters: int) -> SimpleNamespace:
    """One session a day until today, each with eight measurements; and letters, with consent to send them."""
    taken = [{"measure": code, "context": context, "side": side, "value": "5"} for code, context, side in MEASURED]
    case = a_case(by)
    days = [clock.today() - timedelta(days=n) for n in reversed(range(how_many))]
    last = [a_signed_session(case, by, day, measurements=taken) for day in days][-1]
    give_consent(patient=case.patient, told=NewConsent("INFORMATION_SHARING_GP", "VERBAL"), by=by)
    letter = [start_letter(case=case, kind="GP", by=by) for _ in range(letters)][-1]
    return SimpleNamespace(by=by, case=case, session=last, letter=letter, how_many=how_many)


def two_cases() -> list[SimpleNamespace]:
    by = a_physio()
    return [a_long_case(by, 10, 1), a_long_case(by, 60, 5)]


@pytest.fixture(scope="module")
def built(template: str, django_db_blocker: Any) -> Iterator[tuple[str, list[SimpleNamespace]]]:
    with filled(template, "many", two_cases, django_db_blocker) as told:
        yield told


@pytest.fixture
def many_sessions(built: tuple[str, list[SimpleNamespace]], django_db_blocker: Any) -> Iterator[list[SimpleNamespace]]:
    """Ten, and sixty."""
    name, cases = built
    with undone(name, django_db_blocker):
        yield cases


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/cases/{case}/", 19),
        ("/cases/{case}/sessions/log/", 30),
        ("/cases/{case}/progress/", 16),
        ("/cases/{case}/progress.csv", 15),
        ("/cases/{case}/compare/", 14),
        ("/cases/{case}/letters/", 6),
        ("/sessions/{session}/", 12),
        ("/letters/{letter}/", 5),
        ("/letters/{letter}/change/", 26),
        ("/letters/{letter}/pdf/", 6),
        ("/api/v1/cases/{case}/progress/", 15),
    ],
)
def test_an_answer(
    many_sessions: list[SimpleNamespace],
    client: Client,
    django_assert_num_queries: Any,
    path: str,
    statements: int,
) -> None:
    for told in many_sessions:
        client.force_login(told.by)
        address = path.format(case=told.case.pk, session=told.session.pk, letter=told.letter.pk)
        client.get(address)
        with django_assert_num_queries(statements):
            assert client.get(address).status_code == 200


def read(told: SimpleNamespace) -> Case:
    return story_of(Case.objects.filter(pk=told.case.pk)).select_related("patient__merged_into").get()


def test_progress(many_sessions: list[SimpleNamespace], django_assert_num_queries: Any) -> None:
    for told in many_sessions:
        case = read(told)
        with django_assert_num_queries(4):
            progress_of(case)


def test_a_letter(many_sessions: list[SimpleNamespace], django_assert_num_queries: Any) -> None:
    for told in many_sessions:
        with django_assert_num_queries(20):
            compose(told.case)


def test_reports(many_sessions: list[SimpleNamespace], django_assert_num_queries: Any) -> None:
    for told in many_sessions:
        plain_report_of(told_of(read(told)), told.by)  # what is kept in the process is there from now on
        case = read(told)
        with django_assert_num_queries(21):
            report = report_of(told_of(case), told.by)
        assert len(report["visits"]) == told.how_many
        assert len(report["panels"]) == 6
        case = read(told)
        with django_assert_num_queries(15):
            plain_report_of(told_of(case), told.by)
