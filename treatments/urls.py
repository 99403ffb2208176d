"""Addresses of the top floor."""

from django.urls import path

from treatments.api.cases import CaseProgress
from treatments.api.sessions import SessionDetail, Sessions, SessionSign
from treatments.views import (
    attestations,
    cases,
    catalogue,
    consents,
    patients,
    rules,
    screenings,
    sessions,
    staff,
    today,
)

urlpatterns = [
    path("", today.today, name="today"),
    path("reviews/", today.reviews, name="reviews"),
    path("patients/<uuid:pk>/", patients.patient, name="patient"),
    path("patients/<uuid:pk>/cases/start/", cases.start_case, name="start_case"),
    path("cases/<uuid:pk>/", cases.case, name="case"),
    path("cases/<uuid:pk>/state/", cases.case_state, name="case_state"),
    path("cases/<uuid:pk>/sessions/log/", sessions.log_session, name="log_session"),
    path("cases/<uuid:pk>/screening/", screenings.screening, name="screening"),
    path("cases/<uuid:pk>/screening/unchanged/", screenings.confirm_unchanged, name="confirm_unchanged"),
    path("patients/<uuid:pk>/consents/", consents.consents, name="consents"),
    path("consents/<uuid:pk>/withdraw/", consents.withdraw_consent, name="withdraw_consent"),
    path("injuries/<uuid:pk>/phase/", screenings.note_phase, name="note_phase"),
    path("sessions/<uuid:pk>/", sessions.session, name="session"),
    path("sessions/<uuid:pk>/discard/", sessions.discard_session, name="discard_session"),
    path("sessions/<uuid:pk>/attest/", attestations.attest_session, name="attest_session"),
    path("staff/", staff.staff, name="staff"),
    path("staff/invite/", staff.invite, name="invite_staff_member"),
    path("staff/<uuid:pk>/", staff.staff_member, name="staff_member"),
    path("staff/<uuid:pk>/link/", staff.renew_link, name="renew_link"),
    path("staff/<uuid:pk>/deactivate/", staff.deactivate, name="deactivate_staff_member"),
    path("staff/<uuid:pk>/hand-over/", staff.hand_over, name="hand_over"),
    path("sites/add/", staff.site, name="add_site"),
    path("sites/<uuid:pk>/", staff.site, name="site"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/modalities/<str:code>/", catalogue.modality, name="catalogue_modality"),
    path("catalogue/measures/<str:code>/", catalogue.measure, name="catalogue_measure"),
    path("catalogue/diagnoses/<str:code>/", catalogue.pathology, name="catalogue_pathology"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<str:code>/", rules.modality_rules, name="modality_rules"),
    path("rules/withdraw/<str:key>/", rules.withdraw_approval, name="withdraw_approval"),
    path("rules/row/<str:key>/", rules.change_rule, name="change_rule"),
    path("api/v1/cases/<uuid:pk>/progress/", CaseProgress.as_view(), name="api_case_progress"),
    path("api/v1/sessions/", Sessions.as_view(), name="api_sessions"),
    path("api/v1/sessions/<uuid:pk>/", SessionDetail.as_view(), name="api_session"),
    path("api/v1/sessions/<uuid:pk>/sign/", SessionSign.as_view(), name="api_sign_session"),
]
