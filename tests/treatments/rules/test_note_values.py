from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from treatments.rules.dosage import Kind, ModalityRule, ParameterRule
from treatments.rules.note_parts import ExerciseNote, ReviewNote
from treatments.rules.note_values import AppliedNote, Note

TIME = ParameterRule(code="time_min", label="Time", kind=Kind.NUMBER, unit="min", in_sentence=True)
LASER = ModalityRule(code="HILT", key="HILT@1", label="Laser", parameters=(TIME,))
GIVEN = AppliedNote(LASER, None, True, "", {"time_min": 5}, "", "", "")
EMPTY = Note(kind="TREATMENT", occurred_on=date(2026, 11, 3), texts={"plan": "  "}, applications=(), measurements=())


@pytest.mark.parametrize(
    "part",
    [
        {"applications": (GIVEN,)},
        {"texts": {"plan": "Rest."}},
        {"exercises": (ExerciseNote("Calf raise", 3, 15, None, None, None, ""),)},
        {"review": ReviewNote("CONTINUE", "Better.")},
    ],
)
def test_a_note_is_empty_until_something_is_said(part: dict[str, Any]) -> None:
    assert EMPTY.is_empty
    assert not replace(EMPTY, **part).is_empty


def test_what_was_prefilled_and_not_touched_is_listed_in_one_line_each() -> None:
    untouched = replace(GIVEN, is_untouched=True)
    exercise = ExerciseNote("Calf raise", 3, 15, None, None, None, "", is_untouched=True)
    note = replace(EMPTY, applications=(GIVEN, untouched), exercises=(exercise,))
    assert note.untouched == ("Laser · 5 min", "Calf raise · 3 × 15")
