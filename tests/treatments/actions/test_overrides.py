from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.consents import NewConsent, give_consent, withdraw_consent
from cases.models import Case, Consent
from clinic import clock
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_note, a_patient, a_physio, site_of, staff
from treatments.actions.rules import approve_rules
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.actions.sessions import log_session, sign_session
from treatments.models import ContraindicationRule, GivenAgainst, Session

pytestmark = pytest.mark.django_db
SAID = {"because": "She insisted", "told": "Her GP", "happened": "Nothing"}
DOSE = {"pressure_bar": "2,3", "impulses": "2000", "frequency_hz": "8"}


def signed(case: Case, by: StaffMember, **more: Any) -> Session:
    rows = [{"modality": "RSWT", "parameters": DOSE, **more}]
    draft = log_session(case=case, document=a_note(applications=rows), by=by)
    return sign_session(session=draft, draft_version=draft.draft_version, by=by)


@pytest.fixture
def pregnant() -> tuple[Case, StaffMember]:
    """Radial shockwave is blocked for her by a rule that the lead approved."""
    by = a_physio()
    case = a_case(by, a_patient(by, sex="FEMALE"))
    approve_rules(
        these=list(ContraindicationRule.objects.filter(column="RS", retired_on=None)),
        by=staff(Role.CLINICAL_LEAD, site=site_of(by)),
    )
    complete_screening(case=case, answers=[NewAnswer("PREGNANT", is_yes=True)], by=by)
    return case, by


def test_what_is_blocked_is_recorded_with_all_that_must_be_said(pregnant: tuple[Case, StaffMember]) -> None:
    case, by = pregnant
    with pytest.raises(RuleBroken) as no:
        signed(case, by)
    assert [f.pointer for f in no.value.faults] == [f"/applications/0/{n}" for n in ("because", "told", "happened")]
    assert not GivenAgainst.objects.exists()
    done = signed(case, by, **SAID)
    row = GivenAgainst.objects.get()
    assert (row.demand, row.because, row.told, row.happened) == ("AGAINST", *SAID.values())
    assert row.application.session == done
    assert any("regnan" in match["says"] for match in row.matches)


def test_what_was_not_given_owes_no_reason(pregnant: tuple[Case, StaffMember]) -> None:
    case, by = pregnant
    signed(case, by, was_given=False, not_given_because="pregnant", parameters={})
    assert not GivenAgainst.objects.exists()


def test_without_a_consent_a_higher_risk_treatment_needs_authorisation() -> None:
    by = a_physio()
    case = a_case(by)
    withdraw_consent(consent=Consent.objects.get(modality_code="RSWT"), by=by)
    with pytest.raises(RuleBroken) as no:
        signed(case, by)
    assert [f.pointer for f in no.value.faults] == ["/applications/0/because", "/applications/0/told"]
    assert "no consent" in no.value.faults[0].message
    signed(case, by, because="Form at home", told="Lead")
    assert GivenAgainst.objects.get().demand == "AUTHORISATION"


def test_a_consent_that_came_later_does_not_count() -> None:
    by = a_physio()
    case = a_case(by)
    withdraw_consent(consent=Consent.objects.get(modality_code="RSWT"), by=by)
    told = NewConsent("HIGHER_RISK_MODALITY", "VERBAL", modality_code="RSWT")
    give_consent(patient=case.patient, case=case, told=told, by=by)
    signed(case, by)
    rows = [{"modality": "RSWT", "parameters": DOSE}]
    late = log_session(case=case, document=a_note(clock.today() - timedelta(days=1), applications=rows), by=by)
    with pytest.raises(RuleBroken, match="held back"):
        sign_session(session=late, draft_version=1, by=by)


@pytest.mark.parametrize("statement", ["UPDATE {} SET because = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_was_said_stays(pregnant: tuple[Case, StaffMember], statement: str) -> None:
    signed(*pregnant, **SAID)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("treatments_givenagainst"))
