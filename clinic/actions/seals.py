"""Freezes what is signed, in the transaction that signs it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from clinic.models.seals import Seal, SealedKind
from clinic.rules.seals import canonical, fingerprint


def seal_row(
    kind: SealedKind,
    row_id: UUID,
    *,
    patient_id: UUID,
    words: Mapping[str, Any] | None = None,
    document: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Seals a row with all that came with it; answers with what its audit event must carry (`details`).

    The database refuses the commit where a signed row has no seal, or where no event of it carries the seal.
    """
    found = document or kind.documents_of([row_id])[row_id]
    text = canonical({**found, "words": words or {}})
    seal = Seal.objects.create(
        row_type=kind.label, row_id=row_id, patient_id=patient_id, text=text, sha256=fingerprint(text)
    )
    return {"seal": seal.sha256}
