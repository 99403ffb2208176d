"""What is signed on this floor, and what is sealed with it."""

from django.db.models import Q

from cases.models import BodyRegion
from cases.models.documents import Document
from clinic.models.seals import Part, SealedKind
from treatments.models.addenda import Addendum
from treatments.models.contraindications import ScreeningQuestion
from treatments.models.letters import Letter
from treatments.models.measures import Measure
from treatments.models.modalities import Modality
from treatments.models.plans import Review
from treatments.models.screenings import Screening, ScreeningAnswer
from treatments.models.sessions import Session
from treatments.models.values import Application, Measurement
from treatments.models.visits import AdverseEvent, GivenAgainst, HomeExercise, SinceLast

SIGNED = Q(status="SIGNED")
DEFINED = {"modality_id": Modality, "measure_id": Measure, "suspected_id": Modality, "region_id": BodyRegion}
SESSION = SealedKind(
    Session,
    patient="case__patient_id",
    signed=SIGNED,
    parts=(
        Part(Application, "session_id", Q(addendum=None)),
        Part(GivenAgainst, "session_id", Q(application__addendum=None)),
        Part(Measurement, "session_id", Q(addendum=None)),
        Part(HomeExercise, "session_id"),
        Part(AdverseEvent, "session_id", left_out=frozenset({"resolved_on", "version", "updated_at"})),
        Part(SinceLast, "session_id"),
        Part(Document, "of_session__session_id"),
    ),
    defined=DEFINED,
)
ADDENDUM = SealedKind(
    Addendum,
    patient="case__patient_id",
    parts=(
        Part(Application, "addendum_id"),
        Part(GivenAgainst, "application__addendum_id"),
        Part(Measurement, "addendum_id"),
    ),
    defined=DEFINED,
)
REVIEW = SealedKind(Review, patient="block__plan__case__patient_id")
SCREENING = SealedKind(
    Screening,
    patient="case__patient_id",
    parts=(Part(ScreeningAnswer, "screening_id"),),
    defined={"question_id": ScreeningQuestion},
)
LETTER = SealedKind(Letter, patient="case__patient_id", signed=SIGNED)
SEALED = (SESSION, ADDENDUM, REVIEW, SCREENING, LETTER)
