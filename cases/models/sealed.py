"""What is signed on this floor, and what is sealed with it."""

from cases.models.catalogues import Classification, Structure, Term
from cases.models.consents import Consent, ConsentWithdrawal
from cases.models.imaging_files import Outline
from cases.models.readings import Deposit, DepositMeasurement, ImagingGrade, ImagingReading
from clinic.models.seals import Part, SealedKind

CONSENT = SealedKind(Consent, patient="patient_id")
WITHDRAWAL = SealedKind(ConsentWithdrawal, patient="consent__patient_id")
READING = SealedKind(
    ImagingReading,
    patient="result__case__patient_id",
    parts=(
        Part(DepositMeasurement, "reading_id"),
        Part(Deposit, "measurements__reading_id"),
        Part(ImagingGrade, "reading_id"),
        Part(Outline, "measurement__reading_id"),
    ),
    defined={"calibration_id": Term, "structure_id": Structure, "classification_id": Classification},
)
SEALED = (CONSENT, WITHDRAWAL, READING)
