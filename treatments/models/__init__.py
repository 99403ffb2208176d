"""The nouns of what we do about a problem, and of what it does."""

from treatments.models.measures import Measure, Threshold
from treatments.models.modalities import Modality, ModalityParameter
from treatments.models.sessions import Application, Measurement, Moment, Session, SessionKind, SessionStatus

__all__ = [
    "Application",
    "Measure",
    "Measurement",
    "Modality",
    "ModalityParameter",
    "Moment",
    "Session",
    "SessionKind",
    "SessionStatus",
    "Threshold",
]
