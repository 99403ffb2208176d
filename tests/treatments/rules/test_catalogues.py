import re
from pathlib import Path

import pytest

import cases
import treatments
from cases.rules import catalogues as record
from clinic.rules.catalogues import Catalogue, faults_of, read
from treatments.rules.catalogues import misfits, unreachable, without_column
from treatments.rules.shapes import SHAPES

FOLDER = Path(treatments.__file__).parent / "catalogue"
RECORD = Path(cases.__file__).parent / "catalogue"
FILES = {
    **{name: read(name, (RECORD / name).read_text()) for name in record.SHAPES},
    **{name: read(name, (FOLDER / name).read_text()) for name in SHAPES},
}


def changed(name: str, old: str, new: str) -> dict[str, Catalogue]:
    text = FILES[name].text
    assert old in text
    return {**FILES, name: read(name, text.replace(old, new, 1))}


@pytest.mark.parametrize("name", SHAPES)
def test_every_shipped_entry_has_its_shape(name: str) -> None:
    assert [str(f) for f in faults_of(FILES[name], SHAPES[name])] == []


def test_what_is_shipped_fits_together() -> None:
    assert [str(f) for f in misfits(FILES)] == []


def test_no_file_is_left_out() -> None:
    assert {path.name for path in FOLDER.glob("*.toml")} == set(SHAPES)


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "told"),
    [
        ("measures.toml", 'source = "Martin 2005", certainty = "VERIFIED", is_default = true }', 'source = "", certainty = "VERIFIED", is_default = true }', r"FAAM_ADL\.thresholds\[0\]\.source", "at least 1 character"),
        ("measures.toml", 'population = "leg, ankle and foot", source', "source", r"FAAM_ADL\.thresholds\[0\]\.population", "Field required"),
        ("measures.toml", "hard = [0, 11]", "hard = [0, 12]", "MMT", "hard counts the grades from 0"),
        ("measures.toml", "\nneutral = 4", "", "PGIC_7", "neutral belongs to the scale CHANGE"),
        ("measures.toml", "usual = [5, 14]", "usual = [5, 26]", "KTW_CM", "usual reaches beyond hard"),
        ("measures.toml", "usual = [5, 14]", "usual = [14, 5]", "KTW_CM", "usual runs downwards"),
        ("measures.toml", "low = 18", "low = 20", r"SPADI\.thresholds\[0\]", "value is the larger end of a range"),
        ("measures.toml", 'source = "Salaffi 2004", certainty = "VERIFIED" }', 'source = "S", certainty = "GK", is_default = true }', "NPRS", "two MIC are marked default"),
        ("measures.toml", 'scale = "GRADE"', 'scale = "NUMBER"', "MMT", "grades belong to the scale GRADE"),
        ("measures.toml", 'licence = "PAID"', 'licence = "FREE"', r"QUICKDASH\.licence", "Input should be"),
        ("modalities.toml", 'column = "DF"\n', "", r"DIAFIB\.column", "Field required"),
        ("modalities.toml", "hard = [0.3, 6.0]", "hard = [0.3, 3.0]", r"RSWT\.parameters\[0\]", "usual reaches beyond hard"),
        ("modalities.toml", 'unit = "bar", ', "", r"RSWT\.parameters\[0\]", "a NUMBER says its unit"),
        ("modalities.toml", 'total = "impulses"', 'total = "pulses"', "RSWT", "its total pulses is none of its parameters"),
        ("modalities.toml", '{ code = "silicone", label', '{ code = "time_min", label', "MAN_SCAR", "a parameter is named twice"),
        ("modalities.toml", 'kind = "YES_NO" }', 'kind = "YES_NO", unit = "x" }', r"\w+\.parameters\[\d\]", "only a NUMBER has a unit and limits"),
        ("modalities.toml", 'kind = "TEXT"', 'kind = "CHOICE"', r"\w+\.parameters\[\d\]", "choices belong to a CHOICE"),
        ("modalities.toml", 'label = "What was explained", kind = "TEXT", in_sentence = true', 'label = "What", kind = "TEXT"', "EDU", "no parameter makes up its sentence"),
        ("protocols.toml", "numbers = [1] }", "numbers = [6] }", "T_PLANTAR", "a session lies outside the block"),
        ("protocols.toml", "numbers = [1] }", "numbers = [0] }", "T_PLANTAR", "a session lies outside the block"),
        ("screening.toml", 'conditions = ["CI_PREGNANCY"]', "conditions = []", r"PREGNANT\.conditions", "at least 1 item"),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_named_with_file_line_and_key(name: str, old: str, new: str, key: str, told: str) -> None:
    (fault,) = faults_of(changed(name, old, new)[name], SHAPES[name])
    assert fault.file == name
    assert re.fullmatch(key, fault.key), fault
    assert told in fault.message
    code = re.split(r"[.\[]", fault.key)[0]
    heads = [n for n, line in enumerate(FILES[name].text.splitlines(), start=1) if line == f"[{code}]"]
    assert heads[0] <= fault.line


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "told"),
    [
        ("modalities.toml", 'column = "CR"', 'column = "XX"', r"CRYO\.column", "XX is no column of contraindications.toml, nor NONE"),
        ("modalities.toml", 'column = "CR"', 'column = "NONE"', r"columns\.CR", "no modality follows it"),
        ("screening.toml", 'conditions = ["CI_PREGNANCY"]', 'conditions = ["CI_TRYING_CONCEIVE"]', r"conditions\.CI_PREGNANCY", "no question, date or record reaches it"),
        ("screening.toml", '"CI_PREGNANCY"', '"CI_PREGNANT"', r"PREGNANT\.conditions", "CI_PREGNANT is not in contraindications.toml, [conditions]"),
        ("contraindications.toml", 'phases = ["MO_MATURE"]\n', "", r"conditions\.CI_MO_MATURE", "no question, date or record reaches it"),
        ("contraindications.toml", 'phases = ["MO_MATURE"]', 'phases = ["MO_LATE"]', r"conditions\.CI_MO_MATURE\.phases", "MO_LATE is not in terms.toml, [PHASE]"),
        ("contraindications.toml", 'cells = { CR = "A" }', "cells = {}", r"conditions\.CI_COLD_HYPERSENS", "it holds nothing back"),
        ("contraindications.toml", 'cells = { CR = "A" }', 'cells = { CR = "A", ZZ = "A" }', r"conditions\.CI_COLD_HYPERSENS\.cells", "ZZ is no column"),
        ("contraindications.toml", 'sources = { RS = "TENFORDE", FS = "TENFORDE" }', 'sources = { RS = "NOBODY" }', r"conditions\.CI_PREGNANCY\.sources", "NOBODY is not in [sources]"),
        ("contraindications.toml", 'modalities = ["EX_STRETCH"]', 'modalities = ["TENS"]', r"conditions\.CI_MO_IMMATURE\.rows\[1\]", "TENS is not of column EX"),
        ("contraindications.toml", 'source = "OURS"', 'source = "THEIRS"', r"conditions\.CI_MO_MATURE\.source", "THEIRS is not in contraindications.toml, [sources]"),
        ("measure_sets.toml", '{ measure = "NPRS", context = "LOAD" }', '{ measure = "NPRS" }', r"SET_ACHILLES_HEEL\.at_each_visit", "NPRS needs one of its contexts"),
        ("measure_sets.toml", '{ measure = "KTW_CM" }]', '{ measure = "KTW_MM" }]', r"SET_ACHILLES_HEEL\.at_each_visit", "KTW_MM is no measure"),
        ("measure_sets.toml", '"LEFS"]', '"LEFT"]', r"SET_ACHILLES_HEEL\.either", "LEFT is no measure"),
        ("measure_sets.toml", '{ measure = "KTW_CM" }]', '{ measure = "KTW_CM", context = "LOAD" }]', r"SET_ACHILLES_HEEL\.at_each_visit", "KTW_CM needs one of its contexts"),
        ("protocols.toml", "pressure_bar = 2.0", "pressure_bar = 6.1", r"T_ACHILLES_CALC\.sessions\[2\]", "pressure_bar 6.1 is outside 0.3 to 6.0"),
        ("protocols.toml", "pressure_bar = 2.0", "pressure_bar = 0.2", r"T_ACHILLES_CALC\.sessions\[2\]", "pressure_bar 0.2 is outside 0.3 to 6.0"),
        ("protocols.toml", "pressure_bar = 2.0", "energy_j = 2.0", r"T_ACHILLES_CALC\.sessions\[2\]", "RSWT has no energy_j"),
        ("protocols.toml", 'modality = "ORTHOSIS"', 'modality = "INSOLE"', r"T_PLANTAR\.sessions\[3\]\.modality", "INSOLE is not in modalities.toml"),
        ("leaflets.toml", "[DIAFIB]", "[DIAFIBS]", "DIAFIBS", "it is of no modality"),
        ("leaflets.toml", "[DIAFIB]", "[IASTM]", "DIAFIB", "a consent to it is asked, and it has no leaflet"),
        ("prior_treatments.toml", '"RSWT", "FSWT"', '"RSWT", "ESWT"', r"SHOCKWAVE_ELSEWHERE\.repeats_modalities", "ESWT is not in modalities.toml"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_file_line_and_key(name: str, old: str, new: str, key: str, told: str) -> None:
    files = changed(name, old, new)
    faults = misfits(files)
    (fault,) = [f for f in faults if re.fullmatch(key, f.key)]
    assert fault.message == told
    assert all(f.line > 1 for f in faults)


def test_an_edge_of_a_hard_limit_is_allowed() -> None:
    assert misfits(changed("protocols.toml", "pressure_bar = 2.0", "pressure_bar = 6.0")) == []
    assert misfits(changed("protocols.toml", "pressure_bar = 2.0", "pressure_bar = 0.3")) == []


def test_a_modality_may_say_that_no_rule_is_held() -> None:
    assert without_column(FILES) == []
    assert FILES["modalities.toml"].tables["TAPE"]["column"] == "NONE"


@pytest.mark.parametrize("member", ["under_age_years = 18", 'pathologies = ["OSS_FOP"]', 'prior_treatments = ["INJ_STEROID"]', 'phases = ["MO_EARLY"]'])  # fmt: skip
def test_the_record_alone_can_reach_a_condition(member: str) -> None:
    text = f'[conditions.CI_X]\nlabel = "X"\n{member}\ncells = {{ RS = "A" }}\n'
    files = {**FILES, "contraindications.toml": read("contraindications.toml", text)}
    assert unreachable(files) == []


def test_a_condition_with_rows_alone_holds_something_back() -> None:
    text = '[conditions.CI_X]\nlabel = "X"\nunder_age_years = 1\ncells = {}\nrows = [{ column = "RS", level = "A" }]\n'
    assert unreachable({**FILES, "contraindications.toml": read("contraindications.toml", text)}) == []


@pytest.mark.parametrize("name", ["measures.toml", "movements.toml"])
def test_no_wording_of_a_questionnaire_is_shipped(name: str) -> None:
    """A questionnaire is a name, a range and a formula here: no text of it is long enough to be one of its items."""
    for code, entry in FILES[name].tables.items():
        texts = [entry["label"], entry["short_label"], entry.get("note", "")]
        assert not any("?" in text for text in texts), code
        if entry["kind"] == "PROM":
            assert len(entry["label"]) <= 50
            assert "grades" not in entry
            assert "contexts" not in entry
