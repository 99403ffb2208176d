import re
from pathlib import Path

import pytest

import cases
from cases.rules.catalogues import SHAPES, Classification, codes_of, names_in, strangers
from clinic.rules.catalogues import Catalogue, faults_of, read

FOLDER = Path(cases.__file__).parent / "catalogue"
FILES = {name: read(name, (FOLDER / name).read_text()) for name in SHAPES}


def changed(name: str, old: str, new: str) -> dict[str, Catalogue]:
    text = FILES[name].text
    assert old in text
    return {**FILES, name: read(name, text.replace(old, new, 1))}


@pytest.mark.parametrize("name", SHAPES)
def test_every_shipped_entry_has_its_shape(name: str) -> None:
    assert [str(f) for f in faults_of(FILES[name], SHAPES[name])] == []


def test_no_shipped_entry_names_a_stranger() -> None:
    assert strangers(FILES) == []


def test_no_file_is_left_out() -> None:
    assert {path.name for path in FOLDER.glob("*.toml")} == set(SHAPES)


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "told"),
    [
        ("structures.toml", 'region = "REG_HEEL"', 'region = "REG_HELL"', r"STR_\w+\.region", "REG_HELL is not in regions.toml"),
        ("pathologies.toml", '"MECH_CRYSTAL"', '"MECH_X"', "CALC_HADD.mechanism", "MECH_X is not in terms.toml, [MECHANISM]"),
        ("pathologies.toml", '"REG_KNEE"]', '"REG_X"]', r"\w+\.regions", "REG_X is not in regions.toml"),
        ("classifications.toml", '"STR_CALCANEUS"', '"STR_X"', "HAGLUND.structures", "STR_X is not in structures.toml"),
        ("classifications.toml", '"OSS_MYOSITIS_TRAUMATIC"', '"OSS_X"', "MYOSITIS_PHASE.pathologies", "OSS_X is not in pathologies.toml"),
    ],
)  # fmt: skip
def test_a_stranger_is_named_with_file_line_and_key(name: str, old: str, new: str, key: str, told: str) -> None:
    files = changed(name, old, new)
    (fault,) = strangers(files)
    assert fault.file == name
    assert re.fullmatch(key, fault.key)
    assert fault.message == told
    assert files[name].text.splitlines()[fault.line - 1].startswith(fault.key.split(".")[1])


def test_names_at_any_depth() -> None:
    tables = {"A": {"in": "x", "parts": [{"in": ["y", "z"]}, 3]}, "B": {"deep": {"in": "w"}}}
    assert list(names_in(tables, "in")) == [
        (("A", "in"), "x"),
        (("A", "parts", 0, "in"), "y"),
        (("A", "parts", 0, "in"), "z"),
        (("B", "deep", "in"), "w"),
    ]


def test_the_codes_of_a_file_and_of_a_list() -> None:
    assert codes_of(FILES, "terms.toml", "SIDE") == {"LEFT", "RIGHT", "BILATERAL", "MIDLINE", "UNKNOWN"}
    assert codes_of(FILES, "terms.toml", "NONE") == frozenset()
    assert len(codes_of(FILES, "regions.toml")) == 21


def classification(code: str) -> Classification:
    return Classification.model_validate(FILES["classifications.toml"].tables[code])


@pytest.mark.parametrize(
    ("code", "family", "structure", "region", "pathology", "fits"),
    [
        ("MORRIS", "XRAY", "STR_ACHILLES_TENDON", "REG_ANKLE", "", True),
        ("MORRIS", "ULTRASOUND", "STR_ACHILLES_TENDON", "REG_ANKLE", "", False),
        ("MORRIS", "XRAY", "STR_SUPRASPINATUS_TENDON", "REG_SHOULDER", "", False),
        ("GAERTNER", "XRAY", "STR_SUPRASPINATUS_TENDON", "REG_SHOULDER", "", True),
        ("GAERTNER", "XRAY", "STR_PLANTAR_FASCIA", "REG_HEEL", "", False),
        ("CHIOU", "ULTRASOUND", "STR_PLANTAR_FASCIA", "REG_HEEL", "", True),
        ("BROOKER", "XRAY", "", "REG_HIP", "", True),
        ("BROOKER", "XRAY", "", "REG_KNEE", "", False),
        ("SHELBOURNE", "CLINICAL", "", "REG_KNEE", "ADH_ARTHROFIBROSIS_KNEE", True),
        ("SHELBOURNE", "CLINICAL", "", "REG_KNEE", "", False),
        ("MYOSITIS_PHASE", "CT", "", "REG_THIGH", "OSS_MYOSITIS_TRAUMATIC", True),
    ],
)
def test_a_classification_fits_or_is_left_empty(
    code: str, family: str, structure: str, region: str, pathology: str, fits: bool
) -> None:
    found = classification(code).fits(family=family, structure=structure, region=region, pathology=pathology)
    assert found is fits


@pytest.mark.parametrize(
    ("code", "icd10", "icd11"),
    [
        ("CALC_TENDON_ACHILLES_MID", ["M65.27", "T93.5"], ["FB40.3"]),
        ("CALC_TENDON_SHOULDER", ["M75.3"], ["FB40.3"]),
        ("OSS_MYOSITIS_TRAUMATIC", ["M61.0"], ["FB31.Y"]),
        ("ADH_ARTHROFIBROSIS_KNEE", ["M24.56", "M25.66", "M96.8"], ["FA34.3", "ME85", "FC01"]),
        ("CALC_SPUR_PLANTAR", ["M77.3", "M72.2"], ["FB54.3", "FB40.1"]),
        ("ADH_CAPSULITIS_SHOULDER", ["M75.0"], ["FB53.0"]),
    ],
)
def test_the_codes_of_the_six_worked_cases(code: str, icd10: list[str], icd11: list[str]) -> None:
    entry = FILES["pathologies.toml"].tables[code]
    assert (entry["icd10"], entry["icd11"]) == (icd10, icd11)
