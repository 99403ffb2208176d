from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.actions.wording import in_words
from treatments.rules.dosage import Kind, ModalityRule, ParameterRule
from treatments.rules.measures import MeasureRule, Sides
from treatments.rules.note_values import Known, Note, Wrong
from treatments.rules.notes import read_note

D = Decimal
TODAY = date(2026, 11, 24)
RSWT = ModalityRule(
    "RSWT",
    "RSWT@1",
    "Radial shockwave",
    parameters=(
        ParameterRule("pressure_bar", "Pressure", Kind.NUMBER, "bar", None, None, D("0.3"), D(6), is_required=True),
        ParameterRule("coupling", "Coupling", Kind.CHOICE, choices=("GEL", "OIL")),
        ParameterRule("local_anaesthetic", "Local anaesthetic", Kind.YES_NO),
        ParameterRule("remark", "Remark", Kind.TEXT),
    ),
)
PAIN = MeasureRule("NPRS", "NPRS@1", "Pain", "Pain", "/10", -1, D(0), D(10), D(1), contexts=("LOAD", "REST"))
KNEE = MeasureRule("KTW_CM", "KTW_CM@1", "Knee to wall", "Knee", "cm", 1, D(0), D(25), D("0.1"), Sides.REQUIRED)
KNOWN = Known(
    kinds=("TREATMENT", "REVIEW"),
    modalities={"RSWT": RSWT},
    measures={"NPRS": PAIN, "KTW_CM": KNEE},
    injury_ids=frozenset({"a"}),
    born_on=date(1985, 5, 12),
    today=TODAY,
)


def read(**document: Any) -> tuple[Note, list[Wrong]]:
    return read_note({"occurred_on": "2026-11-24", **document}, KNOWN)


def rswt(**row: Any) -> dict[str, Any]:
    return {"modality": "RSWT", "parameters": {"pressure_bar": "2,3"}, **row}


@pytest.mark.parametrize("written", ["25:00", "9:05", "10:60", "10:05:00", "now", 1005, True, ["10:05"], "١٠:٠٥"])
def test_a_time_is_written_as_hours_and_minutes(written: Any) -> None:
    note, wrong = read_note({"occurred_on": "2026-11-03", "began_at": written}, KNOWN)
    assert note.began_at is None
    assert [(w.pointer, w.code) for w in wrong] == [("/began_at", "not_a_time")]


@pytest.mark.parametrize(("written", "read"), [("14:05", time(14, 5)), (" 00:00 ", time(0)), ("", None), (None, None)])
def test_the_time_of_a_visit_is_read_or_not_known(written: Any, read: time | None) -> None:
    note, wrong = read_note({"occurred_on": "2026-11-03", "began_at": written}, KNOWN)
    assert (note.began_at, wrong) == (read, [])


def test_a_right_note() -> None:
    note, wrong = read(
        kind="REVIEW",
        subjective=" As typed.\r\n",
        applications=[rswt(injury="a", skin_reaction="ERYTHEMA", tolerance="GOOD")],
        measurements=[
            {"measure": "KTW_CM", "side": "RIGHT", "value": "4,3"},
            {"measure": "NPRS", "context": "LOAD", "value": ""},
        ],
    )
    assert wrong == []
    assert (note.kind, note.occurred_on) == ("REVIEW", TODAY)
    assert note.texts["subjective"] == " As typed.\n"
    (applied,) = note.applications
    assert applied.parameters == {"pressure_bar": D("2.3")}
    assert (applied.injury_id, applied.was_given, applied.skin_reaction) == ("a", True, "ERYTHEMA")
    (measured,) = note.measurements
    assert (measured.value, measured.side, measured.moment) == (D("4.3"), "RIGHT", "BEFORE")


def test_what_was_not_given_has_a_reason_and_no_dose() -> None:
    note, wrong = read(applications=[rswt(was_given="no", not_given_because="Device in service")])
    assert wrong == []
    assert (note.applications[0].was_given, note.applications[0].parameters) == (False, {})


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"occurred_on": ""}, "/occurred_on", "missing"),
    ({"occurred_on": "24 Nov"}, "/occurred_on", "not_a_date"),
    ({"occurred_on": ["x"]}, "/occurred_on", "not_a_date"),
    ({"occurred_on": "2026-11-25"}, "/occurred_on", "in_the_future"),
    ({"occurred_on": "1985-05-11"}, "/occurred_on", "before_the_birth"),
    ({"kind": "PARTY"}, "/kind", "not_a_choice"),
    ({"kind": ["TREATMENT"]}, "/kind", "not_a_choice"),
    ({"colour": "red"}, "/colour", "unknown_member"),
    ({"plan": "x" * 20_001}, "/plan", "too_long"),
    ({"plan": 7}, "/plan", "not_a_text"),
    ({"plan": "a\x00b"}, "/plan", "not_a_text"),
    ({"applications": "x"}, "/applications", "not_a_list"),
    ({"applications": [rswt()] * 101}, "/applications", "not_a_list"),
    ({"applications": ["x"]}, "/applications/0", "not_an_object"),
    ({"applications": [rswt(), {"modality": "XRAY"}]}, "/applications/1/modality", "unknown_modality"),
    ({"applications": [{}]}, "/applications/0/modality", "unknown_modality"),
    ({"applications": [rswt(injury="b")]}, "/applications/0/injury", "not_of_this_case"),
    ({"applications": [rswt(colour="red")]}, "/applications/0/colour", "unknown_member"),
    ({"applications": [rswt(was_given=False)]}, "/applications/0/not_given_because", "missing"),
    ({"applications": [rswt(skin_reaction="BLUE")]}, "/applications/0/skin_reaction", "not_a_choice"),
    ({"applications": [rswt(tolerance="FINE")]}, "/applications/0/tolerance", "not_a_choice"),
    ({"applications": [rswt(parameters=[1])]}, "/applications/0/parameters", "not_an_object"),
    ({"applications": [rswt(parameters={})]}, "/applications/0/parameters/pressure_bar", "missing"),
    (
        {"applications": [rswt(parameters={"pressure_bar": "23"})]},
        "/applications/0/parameters/pressure_bar",
        "above_hard_limit",
    ),
    (
        {"applications": [rswt(parameters={"pressure_bar": "0.1"})]},
        "/applications/0/parameters/pressure_bar",
        "below_hard_limit",
    ),
    (
        {"applications": [rswt(parameters={"pressure_bar": "x"})]},
        "/applications/0/parameters/pressure_bar",
        "not_a_number",
    ),
    (
        {"applications": [rswt(parameters={"pressure_bar": 2, "coupling": "AIR"})]},
        "/applications/0/parameters/coupling",
        "not_a_choice",
    ),
    (
        {"applications": [rswt(parameters={"pressure_bar": 2, "local_anaesthetic": "x"})]},
        "/applications/0/parameters/local_anaesthetic",
        "not_yes_or_no",
    ),
    (
        {"applications": [rswt(parameters={"pressure_bar": 2, "volume": 1})]},
        "/applications/0/parameters/volume",
        "unknown_member",
    ),
    ({"measurements": [7]}, "/measurements/0", "not_an_object"),
    ({"measurements": [{"measure": "IQ", "value": "1"}]}, "/measurements/0/measure", "unknown_measure"),
    ({"measurements": [{"measure": "NPRS", "value": "1"}]}, "/measurements/0/context", "missing"),
    (
        {"measurements": [{"measure": "NPRS", "context": "SEX", "value": "1"}]},
        "/measurements/0/context",
        "not_a_choice",
    ),
    (
        {"measurements": [{"measure": "NPRS", "context": "LOAD", "side": "LEFT", "value": "1"}]},
        "/measurements/0/side",
        "not_a_choice",
    ),
    ({"measurements": [{"measure": "KTW_CM", "value": "1"}]}, "/measurements/0/side", "missing"),
    (
        {"measurements": [{"measure": "KTW_CM", "side": "BILATERAL", "value": "1"}]},
        "/measurements/0/side",
        "not_a_choice",
    ),
    (
        {"measurements": [{"measure": "KTW_CM", "side": "LEFT", "moment": "LATER", "value": "1"}]},
        "/measurements/0/moment",
        "not_a_choice",
    ),
    (
        {"measurements": [{"measure": "KTW_CM", "side": "LEFT", "value": "4.35"}]},
        "/measurements/0/value",
        "between_steps",
    ),
    (
        {"measurements": [{"measure": "KTW_CM", "side": "LEFT", "value": "1"}] * 2},
        "/measurements/1/value",
        "measured_twice",
    ),
    (
        {"measurements": [{"measure": "KTW_CM", "side": "LEFT", "value": "1", "who": "me"}]},
        "/measurements/0/who",
        "unknown_member",
    ),
]


@pytest.mark.parametrize(("document", "pointer", "code"), FAULTS)
def test_every_fault_says_where_and_what(document: dict[str, Any], pointer: str, code: str) -> None:
    _, wrong = read(**document)
    assert [(w.pointer, w.code) for w in wrong] == [(pointer, code)]
    assert in_words(code, wrong[0].what) != code


def test_all_faults_are_told_at_once() -> None:
    _, wrong = read(kind="PARTY", applications=[rswt(parameters={})], measurements=[{"measure": "IQ", "value": 1}])
    assert len(wrong) == 3


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    max_leaves=12,
)
names = st.sampled_from(
    ["modality", "injury", "was_given", "parameters", "measure", "context", "side", "moment", "value", "note"]
)
row = st.dictionaries(names, json | st.sampled_from(["RSWT", "NPRS", "KTW_CM", "LOAD", "LEFT"]))
members = st.sampled_from(["kind", "occurred_on", "subjective", "plan", "applications", "measurements"])


@given(st.dictionaries(members | st.text(), json | st.lists(row)))
def test_no_document_breaks_the_reader(document: dict[str, Any]) -> None:
    _, wrong = read_note(document, KNOWN)
    for each in wrong:
        assert in_words(each.code, each.what)
