from typing import Any

import pytest

from clinic.errors import RuleBroken
from clinic.models import StaffMember
from tests.factories.records import a_case, a_physio, a_signed_session
from treatments.actions.corrections import corrected
from treatments.models import Session

pytestmark = pytest.mark.django_db
NEEDLES = {"modality": "DRYNEEDLE", "was_given": False, "not_given_because": "No consent."}


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


def change(session: Session, code: str, **told: Any) -> dict[str, Any]:
    row = session.applications.latest().get(modality__code=code)
    return {"applications": [{"id": str(row.pk), **told}]}


def test_only_what_differs_is_a_change(by: StaffMember) -> None:
    session = a_signed_session(a_case(by), by)
    rows = [
        {"id": str(row.pk), "value": "5" if row.measure_code == "KTW_CM" else str(row.value)}
        for row in session.measurements.all()
    ]
    changes = corrected(session, {"measurements": rows})
    assert [(row.measure_code, new.value) for row, new in changes.measurements if row and new] == [("KTW_CM", 5)]
    assert changes.applications == ()


def test_what_the_screening_holds_back_is_not_brought_in_by_a_correction(by: StaffMember) -> None:
    session = a_signed_session(a_case(by), by, applications=[NEEDLES])
    told = change(session, "DRYNEEDLE", was_given=True, parameters={"technique": "DEEP"})
    with pytest.raises(RuleBroken, match="held back for this injury") as no:
        corrected(session, told)
    assert [(f.pointer, f.code) for f in no.value.faults] == [("/applications/0/was_given", "held_back")]


def test_what_nothing_holds_back_may_turn_out_to_have_been_given(by: StaffMember) -> None:
    row = {"modality": "EDU", "was_given": False, "not_given_because": "No time."}
    session = a_signed_session(a_case(by), by, applications=[row])
    changes = corrected(session, change(session, "EDU", was_given=True, parameters={"topic": "Load"}))
    assert [new.was_given for _, new in changes.applications] == [True]


def test_an_injury_of_another_case_is_refused(by: StaffMember) -> None:
    session, other = a_signed_session(a_case(by), by), a_case(by)
    with pytest.raises(RuleBroken) as no:
        corrected(session, change(session, "RSWT", injury=str(other.injuries.get().pk)))
    assert [f.code for f in no.value.faults] == ["not_of_this_case"]


def test_what_is_said_of_one_row_is_not_said_twice(by: StaffMember) -> None:
    session = a_signed_session(a_case(by), by)
    row = session.measurements.latest().get(measure_code="KTW_CM")
    twice = {"measure": "KTW_CM", "side": "RIGHT", "value": "5"}
    with pytest.raises(RuleBroken) as no:
        corrected(session, {"measurements": [{"id": str(row.pk), "value": "6"}, twice]})
    assert [(f.pointer, f.code) for f in no.value.faults] == [("/measurements/1/value", "measured_twice")]
