from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.treatments.rules.test_notes import KNEE, PAIN, RSWT
from treatments.rules.note_parts import ExerciseNote, SinceNote, in_plain_words
from treatments.rules.note_values import Known, Note
from treatments.rules.notes import read_note

KNOWN = Known(
    kinds=("TREATMENT",),
    modalities={"RSWT": RSWT},
    measures={"NPRS": PAIN, "KTW_CM": KNEE},
    injury_ids=frozenset(),
    born_on=date(1985, 5, 12),
    today=date(2026, 11, 24),
)
EVENT = {"what": "Flare", "severity": "MILD", "onset_on": "2026-11-20"}


def read(**told: Any) -> tuple[Note, list[tuple[str, str]]]:
    note, wrong = read_note({"occurred_on": "2026-11-24", **told}, KNOWN)
    return note, [(w.pointer, w.code) for w in wrong]


@pytest.mark.parametrize(
    ("written", "note"),
    [
        (None, None),
        ({}, None),
        ({"response": ""}, None),
        ({"response": "USUAL"}, SinceNote("USUAL", None, "", False, "")),
        ({"pain": "6", "was_flare": "yes"}, SinceNote("", 6, "", True, "")),
        ({"was_flare": True, "skin_reaction": "PETECHIAE"}, SinceNote("", None, "PETECHIAE", True, "")),
    ],
)
def test_since_last_time(written: Any, note: SinceNote | None) -> None:
    assert read(since=written) == (read()[0].__class__(**{**vars(read()[0]), "since": note}), [])


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("bad", [("/since", "not_an_object")]),
        ({"response": "FINE"}, [("/since/response", "not_a_choice")]),
        ({"pain": "11"}, [("/since/pain", "out_of_range")]),
        ({"pain": "-1"}, [("/since/pain", "out_of_range")]),
        ({"pain": "2,5"}, [("/since/pain", "not_whole")]),
        ({"pain": "x"}, [("/since/pain", "not_a_number")]),
        ({"mood": "x"}, [("/since/mood", "unknown_member")]),
        ({"note": "x" * 501}, [("/since/note", "too_long")]),
    ],
)
def test_what_is_wrong_with_it(written: Any, wrong: list[tuple[str, str]]) -> None:
    assert read(since=written)[1] == wrong


def test_an_exercise() -> None:
    row = {"name": " Calf raise ", "sets": "4", "reps": 8, "load_rm": "8", "load_kg": "2,5", "times_a_week": "3"}
    note, wrong = read(exercises=[row])
    assert wrong == []
    (found,) = note.exercises
    assert (found.name, found.sets, found.reps, found.load_kg) == ("Calf raise", 4, 8, Decimal("2.5"))
    assert found.sentence == "Calf raise · 4 × 8 · 8 RM · 2.5 kg · 3 times a week"
    assert not found.is_untouched


@pytest.mark.parametrize(("written", "read_as"), [("", None), (None, None), (0, 0), ("0", 0), ("62", 62), (100, 100)])
def test_exercises_done_are_a_percentage_or_not_asked(written: Any, read_as: int | None) -> None:
    note, wrong = read(since={"response": "USUAL", "adherence_percent": written})
    assert wrong == []
    assert note.since.adherence_percent == read_as


def test_none_done_is_something_that_was_told() -> None:
    assert read(since={"adherence_percent": 0})[0].since is not None
    assert read(since={"adherence_percent": ""})[0].since is None


@pytest.mark.parametrize(
    ("written", "code"), [(101, "out_of_range"), (-1, "out_of_range"), ("half", "not_a_number"), ("62,5", "not_whole")]
)
def test_what_is_no_percentage(written: Any, code: str) -> None:
    assert read(since={"adherence_percent": written})[1] == [("/since/adherence_percent", code)]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({}, [("/exercises/0/name", "missing")]),
        ("x", [("/exercises/0", "not_an_object")]),
        ({"name": "a", "sets": "21"}, [("/exercises/0/sets", "out_of_range")]),
        ({"name": "a", "sets": "0"}, [("/exercises/0/sets", "out_of_range")]),
        ({"name": "a", "reps": "201"}, [("/exercises/0/reps", "out_of_range")]),
        ({"name": "a", "load_kg": "500,1"}, [("/exercises/0/load_kg", "out_of_range")]),
        ({"name": "a", "load_kg": "2,55"}, [("/exercises/0/load_kg", "between_steps")]),
        ({"name": "a", "load_rm": "31"}, [("/exercises/0/load_rm", "out_of_range")]),
        ({"name": "a", "times_a_week": "22"}, [("/exercises/0/times_a_week", "out_of_range")]),
        ({"name": "a", "load_kg": "500", "sets": "20", "reps": "200", "load_rm": "30", "times_a_week": "21"}, []),
    ],
)
def test_limits_of_an_exercise(row: Any, wrong: list[tuple[str, str]]) -> None:
    assert read(exercises=[row])[1] == wrong


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, []),
        ({"what": " "}, [("/adverse_events/0/what", "missing")]),
        ({"severity": ""}, [("/adverse_events/0/severity", "missing")]),
        ({"severity": "BAD"}, [("/adverse_events/0/severity", "not_a_choice")]),
        ({"onset_on": ""}, [("/adverse_events/0/onset_on", "missing")]),
        ({"onset_on": "2026-11-25"}, [("/adverse_events/0/onset_on", "in_the_future")]),
        ({"resolved_on": "2026-11-19"}, [("/adverse_events/0/resolved_on", "before_its_onset")]),
        ({"resolved_on": "2026-11-22", "modality": "RSWT"}, []),
        ({"modality": "MAGIC"}, [("/adverse_events/0/modality", "unknown_modality")]),
    ],
)
def test_an_adverse_event(change: dict[str, str], wrong: list[tuple[str, str]]) -> None:
    assert read(adverse_events=[{**EVENT, **change}])[1] == wrong


@pytest.mark.parametrize(
    ("row", "untouched"),
    [
        ({}, 0),
        ({"origin": "PLAN"}, 1),
        ({"origin": "2026-11-03", "confirmed": ""}, 1),
        ({"origin": "PLAN", "confirmed": "yes"}, 0),
        ({"origin": "PLAN", "was_given": False, "not_given_because": "sore"}, 0),
    ],
)
def test_what_was_never_touched(row: dict[str, Any], untouched: int) -> None:
    dose = {"pressure_bar": "2,3", "impulses": "2000", "frequency_hz": "8"}
    known = {p.code for p in RSWT.parameters}
    parameters = {name: value for name, value in dose.items() if name in known}
    note, _ = read(applications=[{"modality": "RSWT", "parameters": parameters, **row}])
    assert len(note.untouched) == untouched
    again, _ = read(exercises=[{"name": "Raise", **{k: v for k, v in row.items() if k in ("origin", "confirmed")}}])
    assert len(again.untouched) == (untouched if "was_given" not in row else 1)


def test_skin_and_tolerance_of_the_whole_visit_reach_what_has_none_of_its_own() -> None:
    rows = [{"modality": "RSWT"}, {"modality": "RSWT", "skin_reaction": "PETECHIAE"}]
    note, _ = read(applications=rows, skin_reaction="NONE", tolerance="GOOD")
    touches = RSWT.group == "ELECTROPHYSICAL"
    assert [a.skin_reaction for a in note.applications] == ["NONE" if touches else "", "PETECHIAE"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            {"sets": 4, "reps": 8, "load_rm": 8, "times_a_week": 3, "note": "Slowly"},
            "4 sets of 8 repetitions. As heavy as you can lift 8 times. 3 times a week. Slowly",
        ),
        ({"sets": 1, "reps": 1, "times_a_week": 1}, "1 set of 1 repetition. Once a week."),
        ({"reps": 20, "load_kg": Decimal("2.50"), "times_a_week": 2}, "20 repetitions. With 2.5 kg. Twice a week."),
        ({}, ""),
    ],
)
def test_what_a_patient_reads(told: dict[str, Any], words: str) -> None:
    empty: dict[str, Any] = dict.fromkeys(("sets", "reps", "load_kg", "load_rm", "times_a_week"))
    assert in_plain_words(ExerciseNote(**{"name": "Calf raise", "note": "", **empty, **told})) == words
