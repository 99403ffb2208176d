import pytest

from cases.actions.case_steps import hold_case
from clinic.errors import NotAllowed, RuleBroken
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_draft, a_physio, staff
from treatments.actions.discharges import discharge_case
from treatments.actions.sessions import discard_session

pytestmark = pytest.mark.django_db


def test_a_case_ends_once_its_notes_are_signed() -> None:
    by = a_physio(name="Ada Writer")
    case = a_case(by)
    draft = a_draft(case, by)
    with pytest.raises(RuleBroken, match="Ada Writer") as no:
        discharge_case(case=case, outcome="GOALS_MET", by=by)
    assert no.value.conflict
    discard_session(session=draft, reason="Not needed", by=by)
    assert discharge_case(case=case, outcome="GOALS_MET", by=by).status == "DISCHARGED"
    with pytest.raises(RuleBroken, match="Reopen it first"):
        a_draft(case, by)


def test_a_case_on_hold_may_be_discharged_and_a_discharged_one_not_again() -> None:
    by = a_physio()
    case = hold_case(case=a_case(by), reason="Abroad", by=by)
    case = discharge_case(case=case, outcome="DID_NOT_RETURN", reason="No answer", by=by)
    with pytest.raises(RuleBroken, match="is discharged now"):
        discharge_case(case=case, outcome="OTHER", by=by)


def test_an_outcome_is_said_and_reception_discharges_nobody() -> None:
    by = a_physio()
    case = a_case(by)
    with pytest.raises(RuleBroken, match="how the case ended"):
        discharge_case(case=case, outcome="", by=by)
    with pytest.raises(NotAllowed):
        discharge_case(case=case, outcome="OTHER", by=staff(Role.RECEPTIONIST))
