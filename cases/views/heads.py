"""The lines at the top of a page that say whose record this is."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from cases.models import Case, CaseStatus, Patient, PatientAlert, Severity, Sex
from clinic import clock

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
        "alerts": [
            {"text": alert.text, "tone": TONES[Severity(alert.severity)]}
            for alert in sorted(alerts.in_force(clock.today()), key=lambda alert: alert.rank)
        ],
    }


def case_head(case: Case) -> dict[str, Any]:
    """What components/patient_head.html needs of a case."""
    weeks = case.weeks_open(clock.today(case.site.time_zone))
    since = f" {weeks} week{'' if weeks == 1 else 's'}" if case.status != CaseStatus.DISCHARGED else ""
    return {
        "title": case.title,
        "number": case.number,
        "is_on_hold": case.status == "ON_HOLD",
        "since": f"{case.get_status_display()}{since}",
        "lead": case.lead.name,
        "url": reverse("case", args=[case.pk]),
    }
