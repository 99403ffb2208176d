"""Addresses of the top floor."""

from django.urls import path

from treatments.api.cases import CaseProgress
from treatments.api.sessions import SessionDetail, Sessions, SessionSign
from treatments.views import cases, patients, sessions, today

urlpatterns = [
    path("", today.today, name="today"),
    path("imaging/", today.imaging, name="imaging"),
    path("reviews/", today.reviews, name="reviews"),
    path("patients/<uuid:pk>/", patients.patient, name="patient"),
    path("patients/<uuid:pk>/cases/start/", cases.start_case, name="start_case"),
    path("cases/<uuid:pk>/", cases.case, name="case"),
    path("cases/<uuid:pk>/sessions/log/", sessions.log_session, name="log_session"),
    path("sessions/<uuid:pk>/", sessions.session, name="session"),
    path("sessions/<uuid:pk>/discard/", sessions.discard_session, name="discard_session"),
    path("api/v1/cases/<uuid:pk>/progress/", CaseProgress.as_view(), name="api_case_progress"),
    path("api/v1/sessions/", Sessions.as_view(), name="api_sessions"),
    path("api/v1/sessions/<uuid:pk>/", SessionDetail.as_view(), name="api_session"),
    path("api/v1/sessions/<uuid:pk>/sign/", SessionSign.as_view(), name="api_sign_session"),
]
