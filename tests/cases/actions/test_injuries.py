"""What else is wrong is added to a case that runs."""

import pytest

from cases.actions.cases import NewInjury
from cases.actions.injuries import MOST, add_injury
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, site_of, staff
from treatments.actions.discharges import discharge_case

pytestmark = pytest.mark.django_db
HEEL = NewInjury("CALCIFICATION", "REG_ANKLE", "RIGHT", "CALC_TENDON_ACHILLES_MID")


def test_it_comes_after_those_that_are_there() -> None:
    by = a_physio()
    case = a_case(by)
    row = add_injury(case=case, injury=HEEL, by=by)
    assert [injury.position for injury in case.injuries.all()] == [1, 2]
    assert (row.name, row.icd10 != "") == (row.pathology.label, True)
    assert AuditEvent.objects.get(action="injury.added").patient_id == case.patient_id


def test_it_must_be_of_the_catalogue_or_in_words() -> None:
    by = a_physio()
    case = a_case(by)
    with pytest.raises(RuleBroken) as no:
        add_injury(case=case, injury=NewInjury("OTHER", "MOON", "LEFT"), by=by)
    assert {fault.pointer for fault in no.value.faults} == {"/region", "/diagnosis"}
    assert case.injuries.count() == 1


def test_a_case_that_is_over_or_full_gets_no_more() -> None:
    by = a_physio()
    case = a_case(by)
    for _turn in range(MOST - 1):
        add_injury(case=case, injury=HEEL, by=by)
    with pytest.raises(RuleBroken, match="correcting"):
        add_injury(case=case, injury=HEEL, by=by)
    discharge_case(case=case, outcome="GOALS_MET", by=by)
    with pytest.raises(RuleBroken, match="discharged"):
        add_injury(case=case, injury=HEEL, by=by)


def test_only_who_starts_cases_adds() -> None:
    by = a_physio()
    with pytest.raises(NotAllowed):
        add_injury(case=a_case(by), injury=HEEL, by=staff(Role.CLINIC_ADMIN, site=site_of(by)))
