"""What a file of a former system says, and what in it cannot be read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules import history_files as files
from cases.rules.history_files import read_csv, read_ndjson
from cases.rules.patient_files import Unreadable
from tests.factories.histories import CASE, HISTORY, PATIENT, PRIOR, SESSION, changed, ndjson


def faults(*lines: dict[str, Any], text: str = "") -> list[tuple[int, str, str]]:
    history = read_ndjson(text or ndjson(*lines))
    return [(fault.line, fault.pointer, fault.code) for fault in history.faults]


def test_each_kind_of_line_is_read() -> None:
    history = read_ndjson("\n" + ndjson(*HISTORY) + "\r\n \n")
    assert history.faults == []
    assert {kind: len(history.of(kind)) for kind in files.KINDS} == {
        "patient": 1,
        "case": 2,
        "prior_treatment": 1,
        "session": 1,
    }
    visit = history.lines[("session", "S1")]
    assert (visit.number, visit.parent) == (2, ("case", "C1"))
    assert history.lines[("patient", "P1")].parent is None


@pytest.mark.parametrize(
    ("line", "pointer", "code"),
    [
        ({"type": "person", "id": "1"}, "/type", "unknown_type"),
        ({"id": "1"}, "/type", "unknown_type"),
        (changed(PATIENT, born_on="1985-02-30"), "/born_on", "not_a_date"),
        (changed(PATIENT, given_names=None), "/given_names", "missing"),
        (changed(PATIENT, given_names="  "), "/given_names", "missing"),
        (changed(PATIENT, family_name="x" * 101), "/family_name", "too_long"),
        (changed(PATIENT, email="nobody"), "/email", "not_an_address"),
        (changed(PATIENT, sex="X"), "/sex", "not_a_choice"),
        (changed(PATIENT, shoe=38), "/shoe", "unknown_member"),
        (changed(PATIENT, **{"a/b~c": 1}), "/a~1b~0c", "unknown_member"),
        (changed(CASE, patient=None), "/patient", "missing"),
        (changed(CASE, injuries=[]), "/injuries", "missing"),
        (changed(CASE, injuries=[{"kind": "OTHER", "region": "R", "side": 1}]), "/injuries/0/side", "wrong_type"),
        (changed(CASE, onset="spring"), "/onset", "not_readable"),
        (changed(PRIOR, sessions=0), "/sessions", "out_of_range"),
        (changed(PRIOR, sessions=1.5), "/sessions", "wrong_type"),
        (changed(SESSION, subjective="a\x00b"), "/subjective", "not_readable"),
        (changed(SESSION, values=[{"name": "VAS", "value": "3"}]), "/values/0/value", "wrong_type"),
        (changed(SESSION, treatments=["x"] * 51), "/treatments", "too_many"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(line: dict[str, Any], pointer: str, code: str) -> None:
    assert faults(line) == [(1, pointer, code)]


def test_what_is_no_object_of_json_is_told_with_its_line() -> None:
    assert faults(text='nope\n[]\n{"a":\n') == [(1, "", "not_json"), (2, "", "wrong_type"), (3, "", "not_json")]
    assert faults(
        text='{"type":"session","id":"1","case":"1","occurred_on":"2024-01-01","values":[{"name":"a","value":NaN}]}'
    )


def test_an_id_stands_once_among_its_kind() -> None:
    assert faults(PATIENT, changed(CASE, id="P1"), PATIENT) == [(3, "/id", "twice")]


def test_a_file_and_a_line_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_LINES", 2)
    assert faults(PATIENT, CASE, PRIOR, SESSION) == [(3, "", "too_many_lines")]
    assert faults(text='"' + "x" * files.LONGEST_LINE + '"') == [(1, "", "line_too_long")]


def test_the_same_line_has_the_same_digest_whatever_its_order() -> None:
    (one,) = read_ndjson(ndjson(PATIENT)).lines.values()
    (other,) = read_ndjson(ndjson(dict(reversed(PATIENT.items())))).lines.values()
    (third,) = read_ndjson(ndjson(changed(PATIENT, phone="1"))).lines.values()
    assert one.sha256 == other.sha256 != third.sha256


def test_a_visit_that_says_nothing_is_empty() -> None:
    bare = {"type": "session", "id": "S", "case": "C", "occurred_on": "2024-01-01"}
    for told, is_empty in ({}, True), ({"plan": " "}, True), ({"plan": "Rest"}, False), ({"treatments": ["x"]}, False):
        (line,) = read_ndjson(ndjson({**bare, **told})).lines.values()
        assert line.said.is_empty is is_empty


def test_a_table_of_patients_is_read_by_its_columns() -> None:
    history = read_csv(
        "ID;First name;Last name;DOB;NHS number\n7;Ann;Newcomer;12/05/1985;\n;Bo;Nobody;x;\n7;A;B;1/1/90\n"
    )
    assert [(f.line, f.pointer, f.code) for f in history.faults] == [
        (3, "/born_on", "not_a_date"),
        (3, "/identifier", "missing"),
        (4, "/born_on", "not_a_date"),
    ]
    (line,) = history.lines.values()
    assert (line.said.id, line.said.registration["family_name"], line.number) == ("7", "Newcomer", 2)


def test_a_table_must_give_the_numbers_of_the_other_system() -> None:
    history = read_csv("First name;Last name\nAnn;Newcomer\n")
    assert [(f.line, f.pointer, f.code) for f in history.faults] == [
        (1, "/identifier", "no_column"),
        (1, "/born_on", "no_column"),
    ]
    with pytest.raises(Unreadable):
        read_csv("")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_whatever_is_sent_is_read_or_told(said: Any) -> None:
    history = read_ndjson(json.dumps(said))
    assert len(history.lines) + len(history.faults) >= 1


@given(st.text())
def test_whatever_is_no_json_is_told(text: str) -> None:
    history = read_ndjson(text)
    assert history.lines == {}
    assert all(fault.line >= 1 for fault in history.faults)
