from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.models import Injury, KeyMeasure
from clinic.errors import Fault
from tests.treatments.rules.test_notes import KNEE, PAIN, RSWT
from treatments.forms.documents import document_from
from treatments.forms.lines import Field, step_of
from treatments.forms.sheets import Sheet, anchor, sheet_of, slots_of
from treatments.rules.dosage import Kind, ModalityRule, ParameterRule
from treatments.rules.measures import MeasureRule
from treatments.rules.note_values import Known
from treatments.rules.notes import read_note

D = Decimal
HOOKS = ModalityRule(
    "DIAFIB",
    "DIAFIB@1",
    "Fibrolysis",
    parameters=(ParameterRule("hook_sizes", "Hooks", Kind.CHOICES, choices=("LARGE", "SMALL"), in_sentence=True),),
)
OFFERED = Known(
    kinds=("TREATMENT", "REVIEW"),
    modalities={"RSWT": RSWT, "DIAFIB": HOOKS},
    measures={"NPRS": PAIN, "KTW_CM": KNEE},
    injury_ids=frozenset(),
    born_on=date(1985, 5, 12),
    today=date(2026, 11, 24),
)
INJURY = Injury(kind="OTHER", diagnosis="Tendinopathy", side="RIGHT")
KEY = (
    KeyMeasure(measure_code="NPRS", context="LOAD", side="", position=1),
    KeyMeasure(measure_code="GONE", context="", side="", position=2),
)
PRESSURE = "parameters-pressure_bar"


def posting(fields: dict[str, str | list[str]]) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in fields.items():
        made.setlist(name, value if isinstance(value, list) else [value])
    return made


def sheet_for(document: dict[str, Any], faults: tuple[Fault, ...] = (), last: dict[str, str] | None = None) -> Sheet:
    return sheet_of(document, OFFERED, KEY, (INJURY,), last or {}, faults)


def measures_of(sheet: Sheet) -> list[Any]:
    return [*sheet.before, *sheet.after, *sheet.others]


def fields_of(sheet: Sheet) -> list[Field]:
    rows = [field for row in sheet.applications for field in (*row.fields, *row.more)]
    return [*rows, *(row.field for row in measures_of(sheet))]


def as_posted(sheet: Sheet) -> QueryDict:
    """What a browser sends for a page that nobody has touched."""
    made = QueryDict(mutable=True)
    for name, text in {"kind": sheet.kind, "occurred_on": sheet.occurred_on, **sheet.texts}.items():
        made[name] = text
    for row in sheet.applications:
        made[f"applications-{row.place}-modality"] = row.code
        if row.is_in:
            made[f"applications-{row.place}-use"] = "yes"
    for field in fields_of(sheet):
        if field.kind != "CHOICES":
            made[field.name] = str(field.value)
        elif field.value:
            made.setlist(field.name, list(field.value))
    for row in measures_of(sheet):
        for member, value in zip(("measure", "context", "side", "moment"), row.slot, strict=True):
            made[f"measurements-{row.place}-{member}"] = value
    return made


short = st.integers(0, 999).map(str)
members = st.sampled_from(["use", "modality", "value", "measure", "side", PRESSURE, "parameters-x[]", "was_given"])
names = st.builds("-".join, st.tuples(st.sampled_from(["applications", "measurements"]), short | st.text(), members))


@given(st.dictionaries(names | st.text(), st.lists(st.text(), min_size=1, max_size=3), max_size=15))
def test_no_form_breaks_the_page(fields: dict[str, list[str]]) -> None:
    document = document_from(posting(dict(fields)))
    _, wrong = read_note(document, OFFERED)
    faults = tuple(Fault(w.pointer, w.code, w.code) for w in wrong)
    sheet = sheet_for(document, faults)
    for fault in faults:
        assert anchor(fault.pointer, document, sheet).startswith("id-")
    assert len({row.place for row in measures_of(sheet)}) == len(measures_of(sheet))


def test_an_empty_note_offers_everything_once() -> None:
    sheet = sheet_for({})
    assert (sheet.kind, sheet.occurred_on) == ("TREATMENT", "")
    assert [(row.code, row.is_in, row.is_open) for row in sheet.applications] == [
        ("RSWT", False, False),
        ("DIAFIB", False, False),
    ]
    assert [row.slot for row in sheet.before] == [("NPRS", "LOAD", "", "BEFORE")]
    assert [row.slot for row in sheet.after] == [("NPRS", "LOAD", "", "AFTER")]
    assert [row.slot for row in sheet.others] == [
        ("NPRS", "REST", "", "BEFORE"),
        ("KTW_CM", "", "LEFT", "BEFORE"),
        ("KTW_CM", "", "RIGHT", "BEFORE"),
    ]
    assert not sheet.others_open
    assert not sheet.after_open
    assert len({f.id for f in fields_of(sheet)}) == len(fields_of(sheet))


def test_what_was_given_before_comes_first_and_says_so() -> None:
    sheet = sheet_for({}, last={"DIAFIB": "large (3 Nov)", "NPRS|LOAD|": "last 6"})
    assert [(row.code, row.last) for row in sheet.applications] == [("DIAFIB", "large (3 Nov)"), ("RSWT", "")]
    assert sheet.before[0].field.hint == "last 6"
    assert sheet.others[0].field.hint == "0–10"


def test_what_is_typed_under_the_fold_opens_it() -> None:
    after = {"measure": "NPRS", "context": "LOAD", "moment": "AFTER", "value": "4"}
    other = {"measure": "KTW_CM", "side": "LEFT", "value": "4,3"}
    assert sheet_for({"measurements": [after]}).after_open
    assert not sheet_for({"measurements": [after]}).others_open
    assert sheet_for({"measurements": [other]}).others_open


def test_a_measure_in_a_moment_that_is_not_offered_keeps_its_place_on_the_page() -> None:
    row = {"measure": "KTW_CM", "side": "LEFT", "moment": "AFTER", "value": "5"}
    shown = sheet_for({"measurements": [row]}).others[-1]
    assert (shown.slot, shown.field.value, shown.field.label) == (
        ("KTW_CM", "", "LEFT", "AFTER"),
        "5",
        "Knee, left after",
    )


@pytest.mark.parametrize(("stored", "shown"), [(True, "yes"), (False, "no"), ("yes", "yes"), ("", ""), ("x", "x")])
def test_yes_and_no(stored: Any, shown: str) -> None:
    document = {"applications": [{"modality": "RSWT", "parameters": {"local_anaesthetic": stored}}]}
    (found,) = (f for f in fields_of(sheet_for(document)) if f.id == "id-applications-0-parameters-local_anaesthetic")
    assert found.value == shown


@pytest.mark.parametrize(("stored", "shown"), [({}, "yes"), ({"was_given": True}, "yes"), ({"was_given": False}, "no")])
def test_given_or_not(stored: dict[str, Any], shown: str) -> None:
    sheet = sheet_for({"applications": [{"modality": "RSWT", **stored}]})
    assert next(f.value for f in sheet.applications[0].more if f.name.endswith("was_given")) == shown


def test_an_injury_is_offered_by_name_and_side() -> None:
    (found,) = (f for f in sheet_for({}).applications[0].more if f.name == "applications-0-injury")
    assert found.choices == ((str(INJURY.pk), "Tendinopathy, right"),)


def test_what_is_needed_stands_outside_the_fold() -> None:
    row = sheet_for({}).applications[0]
    assert [(f.label, f.needed) for f in row.fields] == [("Pressure", True)]
    assert [f.label for f in row.more][:3] == ["Coupling", "Local anaesthetic", "Remark"]


@pytest.mark.parametrize(
    ("usual", "hard", "step"),
    [
        ("0.35", "1.2", "0.01"),
        (None, "0.63", "0.01"),
        ("1", "3", "0.1"),
        ("9.9", "10", "0.1"),
        ("10", "45", "1"),
        ("199", "500", "1"),
        ("200", "500", "100"),
        ("3000", "8000", "100"),
        (None, None, "1"),
    ],
)
def test_one_press_of_plus_fits_the_size(usual: str | None, hard: str | None, step: str) -> None:
    rule = ParameterRule("x", "X", Kind.NUMBER, usual_max=usual and D(usual), hard_max=hard and D(hard))
    assert step_of(rule) == step


def test_slots() -> None:
    assert slots_of(PAIN) == [("NPRS", "LOAD", ""), ("NPRS", "REST", "")]
    assert slots_of(KNEE) == [("KTW_CM", "", "LEFT"), ("KTW_CM", "", "RIGHT")]
    plain = MeasureRule("VISA_A", "VISA_A@1", "VISA-A", "VISA-A", "/100", 1, D(0), D(100), D(1))
    assert slots_of(plain) == [("VISA_A", "", "")]


WRONG_NOTE: dict[str, Any] = {
    "kind": "PARTY",
    "occurred_on": "2026-11-25",
    "plan": "x" * 20_001,
    "applications": [
        {"modality": "DIAFIB", "parameters": {"hook_sizes": ["LARGE"]}, "was_given": False},
        {"modality": "RSWT", "parameters": {"pressure_bar": "23", "coupling": "AIR"}, "tolerance": "FINE"},
    ],
    "measurements": [
        {"measure": "KTW_CM", "side": "RIGHT", "value": "4,35"},
        {"measure": "NPRS", "context": "LOAD", "moment": "AFTER", "value": "11"},
        {"measure": "NPRS", "context": "LOAD", "value": "x"},
    ],
}
ANCHORS = {
    "/kind": "id-kind",
    "/occurred_on": "id-occurred_on",
    "/plan": "id-plan",
    "/applications/0/not_given_because": "id-applications-0-not_given_because",
    "/applications/1/parameters/pressure_bar": "id-applications-1-parameters-pressure_bar",
    "/applications/1/parameters/coupling": "id-applications-1-parameters-coupling",
    "/applications/1/tolerance": "id-applications-1-tolerance",
    "/measurements/0/value": "id-measurements-4-value",
    "/measurements/1/value": "id-measurements-1-value",
    "/measurements/2/value": "id-measurements-0-value",
}


def faults_of(document: dict[str, Any]) -> tuple[Fault, ...]:
    return tuple(Fault(w.pointer, w.code, f"at {w.pointer}") for w in read_note(document, OFFERED)[1])


def test_each_fault_has_an_anchor_and_no_other() -> None:
    faults = faults_of(WRONG_NOTE)
    sheet = sheet_for(WRONG_NOTE, faults)
    assert {f.pointer: anchor(f.pointer, WRONG_NOTE, sheet) for f in faults} == ANCHORS


@pytest.mark.parametrize("pointer", [p for p in ANCHORS if p.count("/") > 1])
def test_the_field_at_the_anchor_tells_what_is_wrong(pointer: str) -> None:
    sheet = sheet_for(WRONG_NOTE, faults_of(WRONG_NOTE))
    (field,) = (f for f in fields_of(sheet) if f.id == ANCHORS[pointer])
    assert field.error == f"at {pointer}"


def test_only_fields_that_are_wrong_tell_it() -> None:
    sheet = sheet_for(WRONG_NOTE, faults_of(WRONG_NOTE))
    told = {f.id for f in fields_of(sheet) if f.error}
    assert told == {a for p, a in ANCHORS.items() if p.count("/") > 1}
    assert sheet.errors["plan"] == "at /plan"
    assert sheet.errors["occurred_on"] == "at /occurred_on"


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
written = st.sampled_from(["", "2,3", "23", "x", "−1", "0"])


@st.composite
def notes(draw: st.DrawFn) -> dict[str, Any]:
    """A note that the page itself could have made."""
    fields: dict[str, str | list[str]] = {"kind": draw(st.sampled_from(["TREATMENT", "REVIEW"]))}
    fields |= {name: draw(texts) for name in ("occurred_on", "subjective", "plan")}
    codes = draw(st.permutations(["RSWT", "DIAFIB"]))
    for place, code in enumerate(codes[: draw(st.integers(0, 2))]):
        row = f"applications-{place}-"
        fields |= {f"{row}use": "yes", f"{row}modality": code, f"{row}note": draw(texts)}
        fields |= {f"{row}was_given": draw(st.sampled_from(["yes", "no"])), f"{row}not_given_because": draw(texts)}
        if code == "RSWT":
            fields |= {
                row + PRESSURE: draw(written),
                f"{row}parameters-local_anaesthetic": draw(st.sampled_from(["", "yes"])),
            }
        elif chosen := draw(st.lists(st.sampled_from(["LARGE", "SMALL"]), unique=True)):
            fields[f"{row}parameters-hook_sizes[]"] = chosen
    slots = [(*s, m) for rule in (PAIN, KNEE) for s in slots_of(rule) for m in ("BEFORE", "AFTER")]
    for place, slot in enumerate(draw(st.lists(st.sampled_from(slots), unique=True))):
        members_of = zip(("measure", "context", "side", "moment"), slot, strict=True)
        fields |= {f"measurements-{place}-{member}": value for member, value in members_of}
        fields[f"measurements-{place}-value"] = draw(written)
    return document_from(posting(fields))


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty, and the measurements in one order: the page has its own."""

    def filled(row: dict[str, Any]) -> dict[str, Any]:
        row = {**row, "parameters": {k: v for k, v in row.get("parameters", {}).items() if v}}
        return {k: v for k, v in sorted(row.items()) if v not in ("", {})}

    return {
        **document,
        "applications": [filled(row) for row in document["applications"]],
        "measurements": sorted(map(filled, document["measurements"]), key=repr),
    }


@settings(max_examples=60)
@given(notes())
def test_shown_and_posted_again_the_note_is_the_same(document: dict[str, Any]) -> None:
    once = document_from(as_posted(sheet_for(document)))
    assert comparable(once) == comparable(document)
    assert told(once) == told(document)


def told(document: dict[str, Any]) -> list[tuple[str, str]]:
    """What is wrong, whatever the places of the rows."""
    return sorted((f.pointer.split("/")[1], f.code) for f in faults_of(document))
