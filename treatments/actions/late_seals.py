"""Seals what was signed before seals were kept, as it stands now; the seal itself says that it came later."""

from uuid import UUID

from django.db import transaction

from clinic import audit, clock
from clinic.actions.seals import seal_row
from clinic.models import Seal, SealedKind
from clinic.rules.seals import LATER
from treatments.queries.sealed_words import words_of


@transaction.atomic
def seal_later(*, kind: SealedKind, row_id: UUID, by: None = None) -> bool:
    """Seals a signed row that has no seal; false where it has one. For who runs the machine, hence as nobody.

    It proves what was on record today, and nothing of the time between the signing and today.
    """
    row = kind.rows().get(pk=row_id)  # no lock: what is signed stands still, and a row has one seal
    if Seal.objects.filter(row_id=row_id).exists():
        return False
    patient_id = kind.rows().values_list(kind.patient, flat=True).get(pk=row_id)
    document = kind.documents_of([row_id])[row_id]
    sealed = seal_row(
        kind,
        row_id,
        patient_id=patient_id,
        document={**document, LATER: clock.now().date().isoformat()},
        words=words_of(kind, row, document),
    )
    audit.record("record.sealed_later", by=by, about=row, patient_id=patient_id, details=sealed)
    return True
