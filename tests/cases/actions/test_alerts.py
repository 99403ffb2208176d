from datetime import timedelta
from typing import Any

import pytest

from cases.actions.alerts import end_alert, note_alert
from cases.models import PatientAlert
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_patient, staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.PHYSIOTHERAPIST])
def test_an_alert_is_noted_and_ended(role: Role) -> None:
    by = staff(role)
    patient = a_patient(by)
    alert = note_alert(patient=patient, severity="STOP", text=" Faints ", by=by)
    assert (alert.text, alert.version) == ("Faints", 1)
    ended = end_alert(alert=alert, by=by)
    assert (ended.ended_by, ended.version) == (by, 2)
    told = AuditEvent.objects.filter(row_id=alert.pk).order_by("at").values_list("action", "patient_id")
    assert list(told) == [("alert.noted", patient.pk), ("alert.ended", patient.pk)]
    with pytest.raises(RuleBroken) as no:
        end_alert(alert=alert, by=by)
    assert (no.value.code, no.value.conflict) == ("ended", True)


@pytest.mark.parametrize(
    ("told", "code", "field"),
    [
        ({"severity": "LOUD"}, "not_a_choice", "severity"),
        ({"text": "  "}, "missing", "text"),
        ({"expires_on": -1}, "in_the_past", "expires_on"),
    ],
)
def test_what_cannot_be(told: dict[str, Any], code: str, field: str) -> None:
    by = staff(Role.RECEPTIONIST)
    if "expires_on" in told:
        told = {"expires_on": clock.today() + timedelta(days=told["expires_on"])}
    with pytest.raises(RuleBroken) as no:
        note_alert(patient=a_patient(by), by=by, **{"severity": "NOTE", "text": "x", **told})
    assert (no.value.code, no.value.field) == (code, field)


def test_an_alert_holds_through_its_last_day() -> None:
    by = staff(Role.RECEPTIONIST)
    patient, today = a_patient(by), clock.today()
    note_alert(patient=patient, severity="NOTE", text="Interpreter", by=by, expires_on=today + timedelta(days=2))
    for days, count in ((0, 1), (2, 1), (3, 0)):
        assert PatientAlert.objects.in_force(today + timedelta(days=days)).count() == count


@pytest.mark.parametrize("role", [Role.CLINICAL_LEAD, Role.AUDITOR])
def test_who_notes_none(role: Role) -> None:
    by = staff(Role.RECEPTIONIST)
    patient = a_patient(by)
    alert = note_alert(patient=patient, severity="NOTE", text="x", by=by)
    with pytest.raises(NotAllowed):
        note_alert(patient=patient, severity="NOTE", text="x", by=staff(role))
    with pytest.raises(NotAllowed):
        end_alert(alert=alert, by=staff(role))
