"""Addresses of the first floor."""

from django.urls import path

from cases.api.patients import Patients
from cases.views import alerts, appointments, cases, histories, identifiers, imaging, imports, patients

urlpatterns = [
    path("patients/", patients.patients, name="patients"),
    path("patients/import/", imports.import_patients, name="import_patients"),
    path("patients/import/<uuid:pk>/", imports.patient_import, name="patient_import"),
    path("patients/register/", patients.register_patient, name="register_patient"),
    path("patients/<uuid:pk>/change/", patients.change_patient, name="change_patient"),
    path("patients/<uuid:pk>/archive/", patients.archive_patient, name="archive_patient"),
    path("patients/<uuid:pk>/alerts/", alerts.note_alert, name="note_alert"),
    path("patients/<uuid:pk>/book/", appointments.book_appointment, name="book_appointment"),
    path("patients/<uuid:pk>/history/", histories.patient_history, name="patient_history"),
    path("cases/<uuid:pk>/history/", histories.case_history, name="case_history"),
    path("patients/<uuid:pk>/identifiers/", identifiers.identifiers, name="identifiers"),
    path("identifiers/<uuid:pk>/end/", identifiers.end_identifier, name="end_identifier"),
    path("appointments/<uuid:pk>/", appointments.set_appointment, name="set_appointment"),
    path("today/paste/", appointments.paste_day, name="paste_day"),
    path("alerts/<uuid:pk>/end/", alerts.end_alert, name="end_alert"),
    path("cases/<uuid:pk>/red-flags/", cases.red_flags, name="red_flags"),
    path("red-flags/<uuid:pk>/resolve/", cases.resolve_red_flag, name="resolve_red_flag"),
    path("cases/<uuid:pk>/goals/", cases.goals, name="goals"),
    path("cases/<uuid:pk>/tried/", cases.add_prior_treatment, name="add_prior_treatment"),
    path("imaging/", imaging.imaging, name="imaging"),
    path("imaging/requests/<uuid:pk>/", imaging.imaging_request, name="imaging_request"),
    path("imaging/results/<uuid:pk>/", imaging.imaging_result, name="imaging_result"),
    path("imaging/results/<uuid:pk>/read/", imaging.sign_reading, name="sign_reading"),
    path("imaging/results/<uuid:pk>/review/", imaging.review_imaging, name="review_imaging"),
    path("cases/<uuid:pk>/imaging/request/", imaging.request_imaging, name="request_imaging"),
    path("cases/<uuid:pk>/imaging/record/", imaging.record_imaging, name="record_imaging"),
    path("api/v1/patients/", Patients.as_view(), name="api_patients"),
]
