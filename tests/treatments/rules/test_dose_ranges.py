from typing import Any

import pytest

from treatments.rules.dosage import Kind, ModalityRule, ParameterRule
from treatments.rules.dose_ranges import ranges


def rule(*parameters: tuple[str, Kind, str]) -> ModalityRule:
    made = tuple(ParameterRule(code, code.title(), kind, unit, in_sentence=True) for code, kind, unit in parameters)
    quiet = ParameterRule("coupling", "Coupling", Kind.CHOICE, choices=("GEL", "OIL"))
    return ModalityRule("X", "X@1", "X", parameters=(*made, quiet))


MODALITIES = {
    "RSWT": rule(
        ("pressure_bar", Kind.NUMBER, "bar"),
        ("impulses", Kind.NUMBER, "impulses"),
        ("frequency_hz", Kind.NUMBER, "Hz"),
        ("applicator_mm", Kind.NUMBER, "mm"),
    ),
    "DIAFIB": rule(("hook_sizes", Kind.CHOICES, ""), ("intensity_0_10", Kind.NUMBER, "0-10")),
    "EDU": rule(("topic", Kind.TEXT, "")),
    "HILT": rule(("eye_protection", Kind.YES_NO, "")),
}

SHOCKWAVE = [
    {"pressure_bar": 2, "impulses": 2000, "frequency_hz": 8},
    {"pressure_bar": 2.6, "impulses": 2000, "frequency_hz": 8},
    {"pressure_bar": 2.3, "impulses": 2000, "frequency_hz": 8, "applicator_mm": 15},
]
HOOKS = [{"hook_sizes": ["LARGE"], "intensity_0_10": 3}, {"hook_sizes": ["LARGE", "MEDIUM"], "intensity_0_10": 4}]


@pytest.mark.parametrize(
    ("code", "doses", "told"),
    [
        ("RSWT", SHOCKWAVE, "2–2.6 bar · 2000 impulses · 8 Hz · 15 mm"),
        ("RSWT", SHOCKWAVE[:1], "2 bar · 2000 impulses · 8 Hz"),
        ("DIAFIB", HOOKS, "large, medium · 3–4/10"),
        ("EDU", [{"topic": "Load"}, {"topic": "Sleep"}, {"topic": "Load"}], "Load, Sleep"),
        ("HILT", [{"eye_protection": True}, {"eye_protection": False}], "eye_protection: yes, eye_protection: no"),
        ("RSWT", [], ""),
        ("RSWT", [{"pressure_bar": None, "impulses": ""}], ""),
        # Not read out in the sentence of a dose: not read out here.
        ("RSWT", [{"coupling": "GEL"}], ""),
    ],
)
def test_from_the_least_to_the_most(code: str, doses: list[dict[str, Any]], told: str) -> None:
    assert ranges(MODALITIES[code], doses) == told
