"""The lines at the top of a page that say whose record this is."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from cases.models import Case, CaseStatus, Patient, PatientAlert, Severity, Sex
from clinic import audit, clock

TONES = {Severity.STOP: "stop", Severity.WATCH: "watch", Severity.NOTE: "plain"}
SIGNS = {Sex.FEMALE: "♀", Sex.MALE: "♂"}


def patient_head(patient: Patient) -> dict[str, Any]:
    """What components/patient_head.html needs of a patient: of the record that is used, with the alerts of all."""
    patient = patient.survivor
    alerts = PatientAlert.objects.filter(Q(patient=patient) | Q(patient__merged_into=patient))
    return {
        "full_name": patient.full_name,
        "age": patient.age_on(clock.today()),
        "born_on": patient.born_on,
        "nhs_last4": patient.nhs_last4,
        "sex_sign": SIGNS.get(Sex(patient.sex), ""),
        "sex_word": patient.get_sex_display(),
        "url": reverse("patient", args=[patient.pk]),
        "opened_until": opened_until(patient),
        "alerts": [
            {"text": alert.text, "tone": TONES[Severity(alert.severity)]}
            for alert in sorted(alerts.in_force(clock.today()), key=lambda alert: alert.rank)
        ],
    }


def opened_until(patient: Patient) -> datetime | None:
    """Until when this record is open under break glass for who looks at it; None where it was not opened."""
    told = [o["until"] for o in audit.origin.get().opened or () if o["patient"] == str(patient.pk)]
    return max(map(parse_datetime, told)) if told else None


def case_head(case: Case) -> dict[str, Any]:
    """What components/patient_head.html needs of a case."""
    return {
        "title": case.title,
        "number": case.number,
        "is_on_hold": case.status == "ON_HOLD",
        "since": state_told(case),
        "lead": case.lead.name,
        "url": reverse("case", args=[case.pk]),
    }


def state_told(case: Case) -> str:
    """For how long it is open; of one that is on hold or discharged only that."""
    if case.status != CaseStatus.OPEN:
        return str(case.get_status_display())
    weeks = case.weeks_open(clock.today(case.site.time_zone))
    return f"{case.get_status_display()} {weeks} week{'' if weeks == 1 else 's'}"
