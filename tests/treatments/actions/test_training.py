import pytest

from clinic.errors import NotAllowed, RuleBroken
from tests.factories.records import a_physio, manager
from treatments.actions.training import set_training
from treatments.models import Training

pytestmark = pytest.mark.django_db


def held(person: object) -> list[str]:
    rows = Training.objects.in_force().filter(staff=person)
    return sorted(rows.values_list("modality_code", flat=True))


def test_training_is_granted_and_ended() -> None:
    person = a_physio()
    assert set_training(person=person, modalities=["DRYNEEDLE", "FSWT"], by=manager()) == ["DRYNEEDLE", "FSWT"]
    assert set_training(person=person, modalities=["FSWT"], by=manager()) == ["DRYNEEDLE"]
    assert set_training(person=person, modalities=["FSWT"], by=manager()) == []
    assert held(person) == ["FSWT"]
    assert Training.objects.filter(staff=person).count() == 2


def test_only_what_needs_training_and_only_by_who_manages() -> None:
    person = a_physio()
    with pytest.raises(RuleBroken, match="of the list"):
        set_training(person=person, modalities=["MAGIC"], by=manager())
    with pytest.raises(NotAllowed):
        set_training(person=person, modalities=[], by=person)
