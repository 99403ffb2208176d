"""The nouns of what we do about a problem, and of what it does."""

from treatments.models.contraindications import (
    Condition,
    ContraindicationRule,
    RuleApproval,
    RuleDecision,
    ScreeningQuestion,
)
from treatments.models.measures import Measure, MeasureSet, Threshold
from treatments.models.modalities import Modality, ModalityParameter
from treatments.models.plans import Block, Decision, Plan, Review
from treatments.models.programmes import Programme, Protocol
from treatments.models.screenings import Screening, ScreeningAnswer, ScreeningKind
from treatments.models.sessions import Application, Measurement, Moment, Session, SessionKind, SessionStatus
from treatments.models.snippets import Snippet
from treatments.models.training import Training
from treatments.models.visits import AdverseEvent, GivenAgainst, HomeExercise, Response, Severity, SinceLast

__all__ = [
    "AdverseEvent",
    "Application",
    "Block",
    "Condition",
    "ContraindicationRule",
    "Decision",
    "GivenAgainst",
    "HomeExercise",
    "Measure",
    "MeasureSet",
    "Measurement",
    "Modality",
    "ModalityParameter",
    "Moment",
    "Plan",
    "Programme",
    "Protocol",
    "Response",
    "Review",
    "RuleApproval",
    "RuleDecision",
    "Screening",
    "ScreeningAnswer",
    "ScreeningKind",
    "ScreeningQuestion",
    "Session",
    "SessionKind",
    "SessionStatus",
    "Severity",
    "SinceLast",
    "Snippet",
    "Threshold",
    "Training",
]
