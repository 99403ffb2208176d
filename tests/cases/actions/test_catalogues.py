import pytest

from cases.actions.catalogues import load_case_catalogues
from cases.models import BodyRegion, Pathology, PriorTreatmentKind
from clinic.database.roles import as_owner


def test_a_second_load_changes_nothing(own_database: str) -> None:
    with as_owner():
        assert load_case_catalogues(by=None) == 0


@pytest.mark.django_db
def test_what_is_shipped() -> None:
    assert BodyRegion.objects.count() == 21
    assert set(Pathology.objects.values_list("kind", flat=True)) == {"CALCIFICATION", "ADHESION"}
    assert PriorTreatmentKind.objects.get(code="SHOCKWAVE_ELSEWHERE").repeats_modalities == ["RSWT", "FSWT"]
