"""The nouns of the clinical record."""

from cases.models.alerts import PatientAlert, Severity
from cases.models.appointments import Appointment, AppointmentStatus
from cases.models.cases import (
    Case,
    CaseCounter,
    CaseOutcome,
    CaseStatus,
    CaseStep,
    Goal,
    GoalState,
    KeyMeasure,
    StepKind,
)
from cases.models.catalogues import (
    BodyRegion,
    Classification,
    Pathology,
    PriorTreatmentKind,
    RedFlagKind,
    Structure,
    Term,
)
from cases.models.consents import Consent, ConsentForm, ConsentKind, ConsentWithdrawal, GivenBy
from cases.models.documents import Document, DocumentKind, DocumentWithdrawal
from cases.models.histories import Benefit, PriorTreatment
from cases.models.identifiers import PatientIdentifier
from cases.models.imaging import ImagingRequest, ImagingResult, ImagingSource, RequestStatus
from cases.models.imaging_files import (
    Calibration,
    FileKind,
    Identity,
    IdentityAnswer,
    ImagingFile,
    ImagingRendering,
    Outline,
)
from cases.models.imports import (
    EarlierVisit,
    FileForm,
    HistoryImport,
    ImportedRow,
    ImportProgress,
    ImportStatus,
    PatientImport,
)
from cases.models.injuries import Injury, InjuryKind, InjuryPhase, Side
from cases.models.merges import Merge, Unmerge
from cases.models.openings import Opening, OpeningClosing, OpeningReason, OpeningReview
from cases.models.patients import DominantSide, Patient, Sex
from cases.models.readings import Deposit, DepositMeasurement, ImagingGrade, ImagingReading, Origin
from cases.models.red_flags import RedFlagCheck, RedFlagNote, latest_of
from cases.models.restrictions import Restriction, RestrictionName, RestrictionReason

__all__ = [
    "Appointment",
    "AppointmentStatus",
    "Benefit",
    "BodyRegion",
    "Calibration",
    "Case",
    "CaseCounter",
    "CaseOutcome",
    "CaseStatus",
    "CaseStep",
    "Classification",
    "Consent",
    "ConsentForm",
    "ConsentKind",
    "ConsentWithdrawal",
    "Deposit",
    "DepositMeasurement",
    "Document",
    "DocumentKind",
    "DocumentWithdrawal",
    "DominantSide",
    "EarlierVisit",
    "FileForm",
    "FileKind",
    "GivenBy",
    "Goal",
    "GoalState",
    "HistoryImport",
    "Identity",
    "IdentityAnswer",
    "ImagingFile",
    "ImagingGrade",
    "ImagingReading",
    "ImagingRendering",
    "ImagingRequest",
    "ImagingResult",
    "ImagingSource",
    "ImportProgress",
    "ImportStatus",
    "ImportedRow",
    "Injury",
    "InjuryKind",
    "InjuryPhase",
    "KeyMeasure",
    "Merge",
    "Opening",
    "OpeningClosing",
    "OpeningReason",
    "OpeningReview",
    "Origin",
    "Outline",
    "Pathology",
    "Patient",
    "PatientAlert",
    "PatientIdentifier",
    "PatientImport",
    "PriorTreatment",
    "PriorTreatmentKind",
    "RedFlagCheck",
    "RedFlagKind",
    "RedFlagNote",
    "RequestStatus",
    "Restriction",
    "RestrictionName",
    "RestrictionReason",
    "Severity",
    "Sex",
    "Side",
    "StepKind",
    "Structure",
    "Term",
    "Unmerge",
    "latest_of",
]
