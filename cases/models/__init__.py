"""The nouns of the clinical record."""

from cases.models.alerts import PatientAlert, Severity
from cases.models.cases import Case, CaseCounter, CaseStatus, KeyMeasure
from cases.models.catalogues import (
    BodyRegion,
    Classification,
    Pathology,
    PriorTreatmentKind,
    RedFlagKind,
    Structure,
    Term,
)
from cases.models.histories import Benefit, PriorTreatment
from cases.models.injuries import Injury, InjuryKind, InjuryPhase, Side
from cases.models.patients import DominantSide, Patient, Sex

__all__ = [
    "Benefit",
    "BodyRegion",
    "Case",
    "CaseCounter",
    "CaseStatus",
    "Classification",
    "DominantSide",
    "Injury",
    "InjuryKind",
    "InjuryPhase",
    "KeyMeasure",
    "Pathology",
    "Patient",
    "PatientAlert",
    "PriorTreatment",
    "PriorTreatmentKind",
    "RedFlagKind",
    "Severity",
    "Sex",
    "Side",
    "Structure",
    "Term",
]
