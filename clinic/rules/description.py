"""What drf-spectacular is told of the REST interface as a whole.

The floors above are named, not imported: their choices are looked up.
"""

# Each stands in the description under its own name.
CHOICES = (
    "cases.models.appointments.AppointmentStatus",
    "cases.models.cases.CaseOutcome",
    "cases.models.cases.CaseStatus",
    "cases.models.cases.GoalState",
    "cases.models.consents.ConsentForm",
    "cases.models.consents.ConsentKind",
    "cases.models.consents.GivenBy",
    "cases.models.histories.Benefit",
    "cases.models.imaging.ImagingSource",
    "cases.models.imaging.RequestStatus",
    "cases.models.imports.FileForm",
    "cases.models.imports.ImportStatus",
    "cases.models.injuries.InjuryKind",
    "cases.models.injuries.Side",
    "cases.models.patients.DominantSide",
    "cases.models.readings.Origin",
    "treatments.models.addenda.AddendumKind",
    "treatments.models.plans.Decision",
    "treatments.models.screenings.ScreeningKind",
    "treatments.models.sessions.SessionKind",
    "treatments.models.sessions.SessionStatus",
    "treatments.models.values.Moment",
    "treatments.models.visits.Severity",
)
DESCRIPTION = {
    "ENUM_NAME_OVERRIDES": {f"{path.rsplit('.', 1)[1]}Enum": path for path in CHOICES},
    "TITLE": "Physio Casebook",
    "DESCRIPTION": "Patients, cases, sessions with their doses, and progress against measurement error.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    # No call to a validator elsewhere; and where one tries an operation, its time and address are shown.
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "validatorUrl": None,
        "displayRequestDuration": True,
        "docExpansion": "list",
    },
}
