"""The nouns of what we do about a problem, and of what it does."""

from treatments.models.addenda import Addendum, AddendumKind, ErrorKind
from treatments.models.contraindications import (
    Condition,
    ContraindicationRule,
    RuleApproval,
    RuleDecision,
    ScreeningQuestion,
)
from treatments.models.devices import Device
from treatments.models.leaflets import Leaflet
from treatments.models.letters import Letter, LetterKind, LetterStatus
from treatments.models.measures import Measure, MeasureSet, Threshold
from treatments.models.modalities import Modality, ModalityParameter
from treatments.models.own_files import AskedBy, OmissionKind, OwnFileOmission, OwnFileRelease, OwnFileRequest
from treatments.models.photographs import SessionDocument
from treatments.models.plans import Block, Decision, Plan, PlanAuthorisation, PlannedPicture, Review
from treatments.models.programmes import Programme, Protocol
from treatments.models.screenings import Screening, ScreeningAnswer, ScreeningKind
from treatments.models.sessions import Session, SessionKind, SessionStatus
from treatments.models.snippets import Snippet
from treatments.models.training import Training
from treatments.models.values import Application, Measurement, Moment
from treatments.models.visits import AdverseEvent, GivenAgainst, HomeExercise, Response, Severity, SinceLast
from treatments.models.waivers import Waiver, WaiverRequest, WaiverSeen, WaiverWithdrawal

__all__ = [
    "Addendum",
    "AddendumKind",
    "AdverseEvent",
    "Application",
    "AskedBy",
    "Block",
    "Condition",
    "ContraindicationRule",
    "Decision",
    "Device",
    "ErrorKind",
    "GivenAgainst",
    "HomeExercise",
    "Leaflet",
    "Letter",
    "LetterKind",
    "LetterStatus",
    "Measure",
    "MeasureSet",
    "Measurement",
    "Modality",
    "ModalityParameter",
    "Moment",
    "OmissionKind",
    "OwnFileOmission",
    "OwnFileRelease",
    "OwnFileRequest",
    "Plan",
    "PlanAuthorisation",
    "PlannedPicture",
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
    "SessionDocument",
    "SessionKind",
    "SessionStatus",
    "Severity",
    "SinceLast",
    "Snippet",
    "Threshold",
    "Training",
    "Waiver",
    "WaiverRequest",
    "WaiverSeen",
    "WaiverWithdrawal",
]
