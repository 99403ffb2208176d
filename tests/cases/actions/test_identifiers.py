import pytest

from cases.actions.identifiers import add_identifier, end_identifier
from clinic.errors import NotAllowed, RuleBroken
from clinic.rules.permissions import Role
from tests.factories.records import a_patient, a_physio, staff

pytestmark = pytest.mark.django_db


def test_a_number_is_of_one_patient_until_it_is_ended() -> None:
    by = a_physio()
    first, second = a_patient(by), a_patient(by)
    row = add_identifier(patient=first, system=" Cliniko ", value=" 4711 ", by=by)
    assert (row.system, row.value) == ("Cliniko", "4711")
    with pytest.raises(RuleBroken, match="has it already"):
        add_identifier(patient=first, system="Cliniko", value="4711", by=by)
    with pytest.raises(RuleBroken, match="Another patient"):
        add_identifier(patient=second, system="Cliniko", value="4711", by=by)
    end_identifier(identifier=row, by=by)
    with pytest.raises(RuleBroken, match="ended already"):
        end_identifier(identifier=row, by=by)
    assert add_identifier(patient=second, system="Cliniko", value="4711", by=by).patient == second


@pytest.mark.parametrize(("system", "value"), [(" ", "1"), ("Cliniko", "")])
def test_both_are_named(system: str, value: str) -> None:
    by = a_physio()
    with pytest.raises(RuleBroken):
        add_identifier(patient=a_patient(by), system=system, value=value, by=by)


def test_an_auditor_adds_none() -> None:
    by = a_physio()
    patient = a_patient(by)
    with pytest.raises(NotAllowed):
        add_identifier(patient=patient, system="A", value="1", by=staff(Role.AUDITOR))
    row = add_identifier(patient=patient, system="A", value="1", by=by)
    with pytest.raises(NotAllowed):
        end_identifier(identifier=row, by=staff(Role.AUDITOR))
