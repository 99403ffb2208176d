import re

import pytest

from cases.models import PriorTreatmentKind
from clinic.database.roles import as_owner
from treatments.actions.catalogues import load_catalogues
from treatments.models import Measure, Modality, ModalityParameter, Threshold


def test_a_second_load_changes_nothing(own_database: str) -> None:
    with as_owner():
        assert load_catalogues(by=None) == 0


@pytest.mark.django_db
def test_what_the_thread_needs_is_shipped() -> None:
    assert set(Modality.objects.values_list("code", flat=True)) >= {
        "IASTM",
        "DIAFIB",
        "RSWT",
        "FSWT",
        "HILT",
        "EDU",
        "EX_HSR",
    }
    assert set(Measure.objects.values_list("code", flat=True)) >= {
        "NPRS",
        "KTW_CM",
        "HEEL_RAISE_SL",
        "MORNING_STIFF_MIN",
        "VISA_A",
    }


@pytest.mark.django_db
def test_every_modality_reads_as_a_sentence_and_names_its_source() -> None:
    for modality in Modality.objects.prefetch_related("parameters"):
        assert re.fullmatch(r"[A-Z][A-Z0-9_]+", modality.code)
        assert modality.source
        assert modality.certainty in ("VERIFIED", "GK", "DESIGN", "U")
        assert any(p.in_sentence for p in modality.parameters.all()), modality


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("modality", "parameter", "usual", "hard"),
    [
        ("RSWT", "pressure_bar", (1.5, 4), (0.3, 6)),
        ("RSWT", "impulses", (2000, 3000), (100, 8000)),
        ("RSWT", "frequency_hz", (5, 15), (1, 35)),
        ("FSWT", "energy_mj_mm2", (0.05, 0.35), (0.001, 1.2)),
        ("FSWT", "impulses", (1000, 2500), (50, 6000)),
        ("HILT", "mean_power_w", (3, 12), (0.5, 60)),
        ("HILT", "total_energy_j", (500, 3000), (1, 20000)),
        ("IASTM", "total_time_min", (3, 10), (0.5, 30)),
        ("DIAFIB", "total_time_min", (10, 20), (1, 45)),
    ],
)
def test_limits(modality: str, parameter: str, usual: tuple[float, float], hard: tuple[float, float]) -> None:
    found = ModalityParameter.objects.get(modality__code=modality, code=parameter)
    assert tuple(map(float, (found.usual_min, found.usual_max))) == usual
    assert tuple(map(float, (found.hard_min, found.hard_max))) == hard


@pytest.mark.django_db
def test_a_choice_has_choices_and_a_number_a_unit() -> None:
    for parameter in ModalityParameter.objects.all():
        assert bool(parameter.choices) is (parameter.kind in ("CHOICE", "CHOICES")), parameter
        assert bool(parameter.unit) is (parameter.kind == "NUMBER"), parameter


@pytest.mark.django_db
def test_every_threshold_names_source_and_population() -> None:
    assert Threshold.objects.exists()
    assert not Threshold.objects.filter(source="").exists()
    assert float(Threshold.objects.get(measure__code="VISA_A", is_default=True).value) == 14


@pytest.mark.django_db
def test_what_repeats_names_a_modality_that_exists() -> None:
    known = set(Modality.objects.values_list("code", flat=True))
    for kind in PriorTreatmentKind.objects.all():
        assert set(kind.repeats_modalities) <= known
