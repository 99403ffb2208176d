from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.rules.courses import (
    ENERGY_CLASSES,
    Dose,
    EnergyClass,
    PriorTreatment,
    Repeat,
    TooClose,
    added,
    amount_of,
    cumulative,
    dose_index,
    energy_class,
    has_index,
    repeats_without_benefit,
    running,
    shown_parameter,
    sum_unit,
    time_differs,
    too_close,
)
from treatments.rules.dosage import Kind, ModalityRule, ParameterRule

D = Decimal
D0 = date(2026, 1, 5)


def dose(day: int, modality: str, injury: str = "achilles", counts: bool = True, **amounts: str) -> Dose:
    return Dose(
        D0 + timedelta(days=day),
        modality,
        injury,
        "REG_ANKLE",
        "RIGHT",
        {u: D(a) for u, a in amounts.items()},
        counts,
    )


ACHILLES = [
    dose(2, "RSWT", impulses="2000"),
    dose(9, "HILT", j="1000"),
    dose(16, "RSWT", impulses="2000"),
    dose(23, "HILT", j="1200"),
    dose(30, "RSWT", impulses="2000"),
    dose(44, "FSWT", impulses="2000", mj_mm2=str(dose_index(D("0.15"), D(2000)))),
    dose(51, "HILT", j="1200"),
    dose(58, "FSWT", impulses="2000", mj_mm2=str(dose_index(D("0.20"), D(2000)))),
    dose(65, "HILT", j="1200"),
    dose(72, "FSWT", impulses="2000", mj_mm2=str(dose_index(D("0.25"), D(2000)))),
]


@pytest.mark.parametrize(
    ("energy", "expected"),
    [
        ("0.079", EnergyClass.LOW),
        ("0.08", EnergyClass.MEDIUM),
        ("0.15", EnergyClass.MEDIUM),
        ("0.20", EnergyClass.MEDIUM),
        ("0.25", EnergyClass.MEDIUM),
        ("0.28", EnergyClass.MEDIUM),
        ("0.281", EnergyClass.HIGH),
        ("0.32", EnergyClass.HIGH),
        ("0", EnergyClass.LOW),
    ],
)
def test_energy_classes(energy: str, expected: EnergyClass) -> None:
    assert energy_class(D(energy)) is expected


def test_the_energy_class_names_its_system() -> None:
    assert ENERGY_CLASSES == "low < 0.08, high > 0.28 mJ/mm²"


def test_the_doses_of_the_achilles_case() -> None:
    assert [dose_index(D(e), D(2000)) for e in ("0.15", "0.20", "0.25")] == [300, 400, 500]
    assert cumulative(ACHILLES) == {
        ("achilles", "RSWT"): {"impulses": 6000},
        ("achilles", "HILT"): {"j": 4600},
        ("achilles", "FSWT"): {"impulses": 6000, "mj_mm2": 1200},
    }
    assert too_close(ACHILLES) == []


def test_what_was_not_given_does_not_count() -> None:
    doses = [dose(2, "RSWT", impulses="2000"), dose(9, "RSWT", counts=False, impulses="2000"), Dose(D0, "EDU")]
    assert cumulative(doses) == {("achilles", "RSWT"): {"impulses": 2000}}


def test_injuries_are_apart() -> None:
    doses = [dose(2, "RSWT", impulses="1"), dose(2, "RSWT", "heel", impulses="2")]
    assert cumulative(doses) == {("achilles", "RSWT"): {"impulses": 1}, ("heel", "RSWT"): {"impulses": 2}}


def test_the_sum_as_it_grows() -> None:
    shuffled = [
        ACHILLES[9],
        *ACHILLES[:9],
        dose(80, "FSWT", counts=False, mj_mm2="9"),
        dose(81, "FSWT", "heel", mj_mm2="9"),
    ]
    assert running(shuffled, modality="FSWT", injury="achilles", unit="mj_mm2") == [
        (D0 + timedelta(days=44), 300),
        (D0 + timedelta(days=58), 700),
        (D0 + timedelta(days=72), 1200),
    ]
    assert running(shuffled, modality="FSWT", injury="achilles", unit="j") == []
    assert running([Dose(D0, "EDU")], modality="EDU", injury="", unit="j") == []


@pytest.mark.parametrize(("days", "close"), [(0, True), (3, True), (4, True), (5, False), (7, False)])
def test_shockwaves_of_one_field_close_together(days: int, close: bool) -> None:
    first, second = dose(10, "RSWT"), dose(10 + days, "FSWT")
    assert too_close([second, first]) == (
        [TooClose(*sorted([second, first], key=lambda d: d.on), days)] if close else []
    )


def test_other_fields_and_other_treatments_are_not_too_close() -> None:
    left = Dose(D0, "RSWT", "achilles", "REG_ANKLE", "LEFT")
    right = Dose(D0, "RSWT", "achilles", "REG_ANKLE", "RIGHT")
    knee = Dose(D0, "RSWT", "achilles", "REG_KNEE", "RIGHT")
    assert too_close([left, right, knee]) == []
    assert too_close([dose(1, "HILT"), dose(2, "HILT")]) == []
    assert too_close([dose(1, "RSWT"), dose(2, "RSWT", counts=False)]) == []


def test_three_in_a_row_are_two_pairs() -> None:
    one, two, three = dose(1, "RSWT"), dose(4, "RSWT"), dose(6, "RSWT")
    assert too_close([three, one, two]) == [TooClose(one, two, 3), TooClose(two, three, 2)]


@pytest.mark.parametrize(
    ("joule", "watt", "seconds", "differs"),
    [
        ("1000", "8", "125", False),
        ("1200", "8", "150", False),
        ("1000", "8", "137.5", False),
        ("1000", "8", "137.6", True),
        ("1000", "8", "112.5", False),
        ("1000", "8", "112.4", True),
    ],
)
def test_joules_are_watts_times_seconds(joule: str, watt: str, seconds: str, differs: bool) -> None:
    assert time_differs(D(joule), D(watt), D(seconds)) is differs


SHOCKWAVE = PriorTreatment("Shockwave elsewhere", frozenset({"RSWT", "FSWT"}), "NONE", 10)


def test_what_brought_nothing_is_named_when_it_is_repeated() -> None:
    helped = PriorTreatment("Massage", frozenset({"MAN_STM"}), "PARTIAL")
    assert repeats_without_benefit(["DIAFIB", "RSWT", "FSWT", "RSWT", "MAN_STM"], [SHOCKWAVE, helped]) == [
        Repeat("RSWT", SHOCKWAVE),
        Repeat("FSWT", SHOCKWAVE),
    ]


@pytest.mark.parametrize(
    ("benefit", "named"),
    [("NONE", True), ("WORSE", True), ("SHORT", False), ("PARTIAL", False), ("LASTING", False), ("UNKNOWN", False)],
)
def test_which_benefit_counts_as_none(benefit: str, named: bool) -> None:
    prior = PriorTreatment("x", frozenset({"RSWT"}), benefit)
    assert bool(repeats_without_benefit(["RSWT"], [prior])) is named


DOSES = st.lists(
    st.builds(
        lambda day, modality, injury, counts, amount: dose(day, modality, injury, counts, j=str(amount)),
        st.integers(0, 90),
        st.sampled_from(["RSWT", "FSWT", "HILT"]),
        st.sampled_from(["a", "b"]),
        st.booleans(),
        st.integers(0, 5000),
    ),
    max_size=12,
)


@given(DOSES, st.randoms())
def test_sums_do_not_depend_on_the_order(doses: list[Dose], random: object) -> None:
    assert cumulative(doses) == cumulative(list(reversed(doses)))


@given(DOSES, DOSES)
def test_two_courses_add_up(one: list[Dose], other: list[Dose]) -> None:
    together, first, second = cumulative(one + other), cumulative(one), cumulative(other)
    assert set(together) == set(first) | set(second)
    for course, units in together.items():
        assert units["j"] == first.get(course, {}).get("j", 0) + second.get(course, {}).get("j", 0)


@given(DOSES)
def test_the_last_of_the_running_sum_is_the_sum(doses: list[Dose]) -> None:
    for (injury, modality), units in cumulative(doses).items():
        sums = [total for _, total in running(doses, modality=modality, injury=injury, unit="j")]
        assert sums == sorted(sums)
        assert sums[-1] == units["j"]


PARAMETERS = {
    "bar": ParameterRule("pressure_bar", "Pressure", Kind.NUMBER, "bar", in_sentence=True),
    "energy": ParameterRule("energy_mj_mm2", "Energy", Kind.NUMBER, "mJ/mm²", in_sentence=True),
    "shown": ParameterRule("energy_mj_mm2", "Energy, as shown", Kind.NUMBER, "mJ/mm²"),
    "impulses": ParameterRule("impulses", "Impulses", Kind.NUMBER, "impulses", in_sentence=True),
    "power": ParameterRule("mean_power_w", "Power", Kind.NUMBER, "W", in_sentence=True),
    "joule": ParameterRule("total_energy_j", "Energy", Kind.NUMBER, "J", in_sentence=True),
    "topic": ParameterRule("topic", "Topic", Kind.TEXT, in_sentence=True),
}


def modality(*names: str, total: str = "") -> ModalityRule:
    return ModalityRule("X", "X@1", "X", total=total, parameters=tuple(PARAMETERS[n] for n in names))


RADIAL = modality("bar", "impulses", "shown", total="impulses")
FOCUSED = modality("energy", "impulses", total="impulses")
LASER = modality("power", "joule", total="total_energy_j")
WORDS = modality("topic")
GIVEN = {"pressure_bar": 2.3, "impulses": 2000, "energy_mj_mm2": 0.15, "total_energy_j": 1000, "mean_power_w": 8}


@pytest.mark.parametrize(
    ("rule", "unit", "adds", "summed_in", "index"),
    [
        (RADIAL, "bar", "2000", "impulses", False),
        (FOCUSED, "mJ/mm²", "300", "mJ/mm²", True),
        (LASER, "J", "1000", "J", False),
        (WORDS, None, None, "", False),
        (modality("power"), "W", None, "", False),
    ],
)
def test_what_a_lane_shows_and_what_is_summed(
    rule: ModalityRule, unit: str | None, adds: str | None, summed_in: str, index: bool
) -> None:
    parameter = shown_parameter(rule)
    assert (parameter.unit if parameter else None) == unit
    assert added(rule, GIVEN) == (None if adds is None else Decimal(adds))
    assert sum_unit(rule) == summed_in
    assert has_index(rule) is index


@pytest.mark.parametrize("missing", ["impulses", "energy_mj_mm2"])
def test_a_dose_without_one_of_its_factors_has_no_index(missing: str) -> None:
    assert added(FOCUSED, {k: v for k, v in GIVEN.items() if k != missing}) is None


def test_the_amount_of_a_dose() -> None:
    assert amount_of(shown_parameter(RADIAL), GIVEN) == Decimal("2.3")
    assert amount_of(shown_parameter(RADIAL), {}) is None
    assert amount_of(None, GIVEN) is None
