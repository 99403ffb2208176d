import pytest
from pydantic import ValidationError

from clinic.rules.catalogues import Entry, Fault, checked, faults_of, key_of, line_of, read

TEXT = """# A file.

[ONE]
label = "One"
certainty = "GK"
parts = [
  { code = "A", size = 1 },
  { code = "B", size = 2 },
]
hard = [0, 1]

[TWO]
label = "Two"
certainty = "SURE"
hard = [2, 3]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("ONE",), 3),
        (("ONE", "label"), 4),
        (("ONE", "parts"), 6),
        (("ONE", "parts", 0), 7),
        (("ONE", "parts", 1), 8),
        (("ONE", "parts", 1, "size"), 8),
        (("ONE", "parts", 5), 6),
        (("ONE", "hard", 0), 10),
        (("ONE", "missing"), 3),
        (("TWO", "hard"), 15),
        (("TWO", "parts"), 12),
        (("THREE", "label"), 1),
    ],
)
def test_the_line_of_a_path(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, path) == line


def test_the_line_within_lists_of_lists() -> None:
    text = "[SIDE.LEFT]\nlabel = 'Left'\n\n[SIDE.RIGHT]\nlabel = 'Right'\n"
    assert line_of(text, ("SIDE", "RIGHT", "label")) == 5
    assert line_of(text, ("SIDE", "RIGHT", "code")) == 4


def test_a_key_is_read_as_it_is_written() -> None:
    assert key_of(("NPRS", "thresholds", 0, "source")) == "NPRS.thresholds[0].source"
    assert key_of(("NPRS",)) == "NPRS"


def test_a_fault_names_file_line_and_key() -> None:
    (fault,) = faults_of(read("x.toml", TEXT.split("\n\n", 2)[2]), {"": Entry})[-1:]
    assert str(fault).startswith("x.toml, line ")
    assert fault.key == "TWO.hard"


def test_everything_that_is_wrong_is_told() -> None:
    told = {(f.line, f.key): f.message for f in faults_of(read("x.toml", TEXT), {"": Entry})}
    assert told[(14, "TWO.certainty")] == "Input should be 'VERIFIED', 'GK', 'DESIGN' or 'U'"
    assert told[(6, "ONE.parts")] == "Extra inputs are not permitted"
    assert set(told) == {(6, "ONE.parts"), (10, "ONE.hard"), (14, "TWO.certainty"), (15, "TWO.hard")}


def test_a_list_that_nobody_knows_is_a_fault() -> None:
    text = '[SIDE.LEFT]\nlabel = "L"\ncertainty = "GK"\n\n[COLOUR.RED]\nlabel = "R"\n'
    (fault,) = faults_of(read("terms.toml", text), {"SIDE": Entry})
    assert fault == Fault("terms.toml", 1, "COLOUR", "is not known here")


def test_the_shape_of_a_list_is_that_of_its_name() -> None:
    text = '[SIDE.LEFT]\nlabel = ""\ncertainty = "GK"\n'
    (fault,) = faults_of(read("terms.toml", text), {"SIDE": Entry, "ZONE": Entry})
    assert (fault.line, fault.key) == (2, "SIDE.LEFT.label")


@pytest.mark.parametrize(("text", "line"), [("[ONE\n", 1), ('[ONE]\nlabel = "x"\nlabel = "y"\n', 3), ("[ONE]\nx =", 2)])
def test_what_is_not_toml_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        read("x.toml", text)
    (fault,) = caught.value.args
    assert (fault.file, fault.line, fault.key) == ("x.toml", line, "TOML")
    assert fault.message


@pytest.mark.parametrize(
    "codes",
    [
        {"snomed": "61352006"},
        {"snomed": "1197044005", "icd11": "XA8BK1"},
        {"fhir": "419465000"},
        {"loinc": "72514-3"},
        {"loinc_active": "41389-8", "loinc_passive": "41390-6"},
        {"dicom": "ANKLE"},
        {},
    ],
)
def test_codes_of_other_systems(codes: dict[str, str]) -> None:
    assert checked(codes) == codes


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ({"snomed": "61352007"}, "61352007 is not a SNOMED CT identifier"),
        ({"snomed": "13524"}, "not a SNOMED CT"),
        ({"snomed": "x"}, "not a SNOMED CT"),
        ({"fhir": "419465001"}, "not a SNOMED CT"),
        ({"loinc": "72514-4"}, "72514-4 is not a LOINC code"),
        ({"loinc": "725143"}, "not a LOINC"),
        ({"loinc_active": "41389-7"}, "not a LOINC"),
        ({"read": "X"}, "read is none of snomed, loinc,"),
    ],
)
def test_a_code_with_a_wrong_check_digit_is_refused(codes: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        checked(codes)


def test_an_entry_checks_its_codes() -> None:
    Entry.model_validate({"label": "x", "certainty": "GK", "codes": {"snomed": "61352006"}})
    with pytest.raises(ValidationError):
        Entry.model_validate({"label": "x", "certainty": "GK", "codes": {"snomed": "1"}})
