"""The letter of the discharged Achilles case: every figure comes from the record."""

import pytest

from cases.models import Case
from treatments.queries import compose

pytestmark = pytest.mark.usefixtures("demo_clinic")


def test_the_figures_of_the_achilles_case() -> None:
    sections = {s["code"]: s for s in compose(Case.objects.get(patient__family_name="Ellery"))["sections"]}
    told = {code: s["text"] for code, s in sections.items()}
    rows = {code: s["rows"] for code, s in sections.items() if "rows" in s}
    assert "14 visits, including 10 treatments." in told["course"]
    assert "right ankle, Achilles tendon (ICD-10 M65.27)" in told["diagnosis"]
    assert "Radial shockwave, 10 sessions" in told["prior_treatment"]
    assert "no benefit; pain: no benefit; range: no benefit; flexibility: no benefit" in told["prior_treatment"]
    assert "Pain flare after a run of 5 km, mild" in told["adverse_events"]
    outcome = {row[0]: row for row in rows["outcomes"]}
    assert outcome["VISA-A"][1].startswith("38/100, ")
    assert outcome["VISA-A"][2].startswith("71/100, ")
    assert outcome["VISA-A"][3:] == ["+33", "Improved (≥ 14, mid-portion, active, n=61; its error is not known)"]
    assert outcome["Pain, load"][3] == "−5"
    assert outcome["Knee to wall, right"][3] == "+4.2"
    given = {row[0]: row[1:] for row in rows["treatment"]}
    assert given["Radial shockwave"] == ["2–2.6 bar · 2000 impulses · 8 Hz · 15 mm", "3"]
    assert given["Focused shockwave"] == ["0.15–0.25 mJ/mm² · 2000 impulses · 4 Hz", "3"]
    assert "Education and load management" not in given
    deposit = {row[3]: row[4:] for row in rows["imaging"]}
    assert deposit["158 mm², 29.5 × 7.4 mm"] == ["−27.5 %, partial reduction", "error ±10 %; length −4.5 mm"]
    assert ["not comparable", "another kind of picture"] in deposit.values()
