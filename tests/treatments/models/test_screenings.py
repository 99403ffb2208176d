import pytest
from django.db import DatabaseError

from clinic import clock
from tests.factories.records import a_case, a_physio
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.models import Screening, ScreeningAnswer


def test_no_answer_comes_later(own_database: str) -> None:
    by = a_physio()
    complete_screening(case=a_case(by), answers=[NewAnswer("PREGNANT", False)], by=by)
    kept = ScreeningAnswer.objects.get()
    late = ScreeningAnswer(
        screening=kept.screening,
        question_id="METAL@1",
        question_code="METAL",
        is_yes=False,
        valid_until=kept.valid_until,
    )
    with pytest.raises(DatabaseError, match="completed"):
        late.save(force_insert=True)


def test_no_screening_without_its_event(own_database: str) -> None:
    by = a_physio()
    case = a_case(by)
    with pytest.raises(DatabaseError, match="event"):
        Screening.objects.create(case=case, asked_on=clock.today(), asked_by=by)
