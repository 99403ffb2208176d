"""Values that were taken without a visit wait for the lead of the case."""

from typing import Any

import pytest

from cases.actions.case_steps import hand_over_cases
from clinic import clock
from clinic.actions.staff import deactivate_staff_member
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, manager, site_of, staff
from treatments.actions.received import receive_measurements
from treatments.actions.sessions import sign_session
from treatments.models import Measurement, Session

pytestmark = pytest.mark.django_db
KTW = {"measure": "KTW_CM", "side": "RIGHT", "value": 8.5}


def received(case: Any, by: Any, *values: dict[str, Any]) -> Session:
    return receive_measurements(case=case, taken_on=clock.today(), measurements=values or [KTW], by=by)


def test_values_wait_unsigned_for_the_lead_and_count_in_no_block() -> None:
    lead = a_physio()
    case, other = a_case(lead), a_physio(site_of(lead))
    session = received(case, other)
    assert (session.author, session.status, session.draft["kind"]) == (lead, "DRAFT", "ASSESSMENT")
    assert other.name in session.draft["objective"]
    assert AuditEvent.objects.get(action="session.received").staff == other
    assert not Measurement.objects.exists()
    signed = sign_session(session=session, draft_version=1, by=lead)
    assert (signed.block, signed.number) == (None, None)
    assert Measurement.objects.get().value == 8.5


@pytest.mark.parametrize(
    ("value", "code"),
    [({**KTW, "measure": "NOTHING"}, "/measurements/0"), ({**KTW, "value": 4000}, "/measurements/0")],
)
def test_values_are_read_as_strictly_as_in_a_note(value: dict[str, Any], code: str) -> None:
    lead = a_physio()
    with pytest.raises(RuleBroken) as no:
        received(a_case(lead), lead, value)
    assert no.value.faults[0].pointer.startswith(code)
    assert not Session.objects.exists()


def test_somebody_must_be_there_to_sign() -> None:
    lead = a_physio()
    case, other = a_case(lead), a_physio(site_of(lead))
    deactivate_staff_member(person=lead, version=lead.version, by=manager())
    with pytest.raises(RuleBroken, match="Hand the case over"):
        received(case, other)
    hand_over_cases(leaver=lead, heir=other, by=manager())
    case.refresh_from_db()
    assert received(case, other).author == other


def test_only_who_logs_sessions_sends_values() -> None:
    lead = a_physio()
    with pytest.raises(NotAllowed):
        received(a_case(lead), staff(Role.RECEPTIONIST, site=site_of(lead)))
