from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.consents import NewConsent, give_consent, withdraw_consent
from cases.models import Consent
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_patient, a_physio, staff

pytestmark = pytest.mark.django_db
VERBAL = NewConsent("TREATMENT", "VERBAL")


def test_a_consent_is_given_and_taken_back_once() -> None:
    by = a_physio()
    patient = a_patient(by)
    consent = give_consent(
        patient=patient,
        told=NewConsent("HIGHER_RISK_MODALITY", "WRITTEN", modality_code="RSWT", leaflet="Shockwave v3"),
        by=by,
    )
    assert (consent.given_on, consent.modality_code, consent.taken_by) == (clock.today(), "RSWT", by)
    assert list(Consent.objects.in_force()) == [consent]
    assert withdraw_consent(consent=consent, reason="Changed her mind", by=by).withdrawn_on == clock.today()
    assert list(Consent.objects.in_force()) == []
    with pytest.raises(RuleBroken, match="withdrawn already"):
        withdraw_consent(consent=consent, by=by)
    told = set(AuditEvent.objects.filter(patient_id=patient.pk, action__startswith="consent").values_list("action"))
    assert told == {("consent.given",), ("consent.withdrawn",)}


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"kind": "EVERYTHING"}, "/kind"),
        ({"form": "NOD"}, "/form"),
        ({"given_by": "DOG"}, "/given_by"),
        ({"kind": "HIGHER_RISK_MODALITY"}, "/modality_code"),
        ({"modality_code": "RSWT"}, "/modality_code"),
        ({"given_on": clock.today() + timedelta(days=1)}, "/given_on"),
        ({"given_on": date(1980, 1, 1), "given_by": "PARENT"}, "/given_on"),
        ({"has_capacity": False}, "/given_by"),
    ],
)
def test_what_is_no_consent(told: dict[str, Any], pointer: str) -> None:
    by = a_physio()
    with pytest.raises(RuleBroken) as no:
        give_consent(patient=a_patient(by), told=NewConsent(**{"kind": "TREATMENT", "form": "VERBAL", **told}), by=by)
    assert [f.pointer for f in no.value.faults] == [pointer]


def test_under_sixteen_competence_is_noted() -> None:
    by = a_physio()
    child = a_patient(by, born_on=clock.today().replace(day=1) - timedelta(days=15 * 365))
    with pytest.raises(RuleBroken) as no:
        give_consent(patient=child, told=VERBAL, by=by)
    assert [f.pointer for f in no.value.faults] == ["/discussed"]
    give_consent(patient=child, told=NewConsent("TREATMENT", "VERBAL", discussed="Understands and decides"), by=by)
    give_consent(patient=child, told=NewConsent("TREATMENT", "VERBAL", given_by="PARENT"), by=by)


def test_reception_takes_no_consent() -> None:
    by, desk = a_physio(), staff(Role.RECEPTIONIST)
    patient = a_patient(by)
    with pytest.raises(NotAllowed):
        give_consent(patient=patient, told=VERBAL, by=desk)
    with pytest.raises(NotAllowed):
        withdraw_consent(consent=give_consent(patient=patient, told=VERBAL, by=by), by=desk)


def test_a_consent_is_never_changed() -> None:
    by = a_physio()
    give_consent(patient=a_patient(by), told=VERBAL, by=by)
    for statement in ("UPDATE cases_consent SET leaflet = 'x'", "DELETE FROM cases_consent"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as c:
            c.execute(statement)
