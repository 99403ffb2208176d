"""Addresses of the first floor."""

from django.urls import path

from cases.api.patients import Patients
from cases.views import alerts, patients

urlpatterns = [
    path("patients/", patients.patients, name="patients"),
    path("patients/register/", patients.register_patient, name="register_patient"),
    path("patients/<uuid:pk>/change/", patients.change_patient, name="change_patient"),
    path("patients/<uuid:pk>/archive/", patients.archive_patient, name="archive_patient"),
    path("patients/<uuid:pk>/alerts/", alerts.note_alert, name="note_alert"),
    path("alerts/<uuid:pk>/end/", alerts.end_alert, name="end_alert"),
    path("api/v1/patients/", Patients.as_view(), name="api_patients"),
]
