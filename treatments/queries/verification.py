"""Whether what was signed is still what is on record: seals, rows and audit events, compared with each other."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cases.models.sealed import SEALED as SEALED_BELOW
from clinic.models import AuditEvent, Seal, SealedKind
from clinic.rules.seals import LATER, canonical, differences, fingerprint
from treatments.models.sealed import SEALED

AT_ONCE = 200
KINDS = (*SEALED_BELOW, *SEALED)


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was signed. `where` are JSON pointers into the sealed document."""

    row_type: str
    row_id: UUID
    what: str
    where: tuple[str, ...] = ()


@dataclass
class Checked:
    """How many rows of each kind were compared; and how many were sealed only after their signing, by day."""

    rows: Counter[str] = field(default_factory=Counter)
    later: Counter[str] = field(default_factory=Counter)


def verify_records(checked: Checked) -> Iterator[Finding]:
    """Every difference, kind by kind, in as many statements for each 200 rows; then the seals of rows that are gone."""
    for kind in KINDS:
        ids = kind.rows().order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)
        for some in in_batches(ids):
            checked.rows[kind.label] += len(some)
            yield from wrong_with(kind, some, checked)
        yield from orphans_of(kind)


def unsealed() -> Iterator[tuple[SealedKind, UUID]]:
    """The signed rows without a seal: those of the time before seals were kept."""
    for kind in KINDS:
        sealed = Seal.objects.filter(row_type=kind.label).values("row_id")
        ids = kind.rows().exclude(pk__in=sealed).order_by("pk").values_list("pk", flat=True)
        for pk in list(ids):
            yield kind, pk


def in_batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    found: list[UUID] = []
    for each in ids:
        found.append(each)
        if len(found) == AT_ONCE:
            yield found
            found = []
    if found:
        yield found


def wrong_with(kind: SealedKind, ids: list[UUID], checked: Checked) -> Iterator[Finding]:
    seals = {seal.row_id: seal for seal in Seal.objects.filter(row_type=kind.label, row_id__in=ids)}
    documents, told = kind.documents_of(ids), told_of(kind, ids)
    for pk in ids:
        seal = seals.get(pk)
        if seal is None:
            yield Finding(kind.label, pk, "no_seal")
            continue
        if fingerprint(seal.text) != seal.sha256:
            yield Finding(kind.label, pk, "seal_changed")
        if seal.sha256 not in told.get(pk, ()):
            yield Finding(kind.label, pk, "no_event_with_this_seal")
        where = tuple(compared(seal, documents[pk], checked))
        if where:
            yield Finding(kind.label, pk, "differs", where)


def told_of(kind: SealedKind, ids: list[UUID]) -> dict[UUID, set[str]]:
    """The seals that the audit log carries, by the row that they are of."""
    events = AuditEvent.objects.filter(row_id__in=ids, row_type=kind.label, details__has_key="seal")
    told: dict[UUID, set[str]] = {}
    for pk, details in events.values_list("row_id", "details"):
        told.setdefault(pk, set()).add(details["seal"])
    return told


def compared(seal: Seal, found: dict[str, Any], checked: Checked) -> Iterator[str]:
    sealed = seal.document
    if canonical(sealed) != seal.text:
        yield "/"
    sealed.pop("words", None)
    if day := sealed.pop(LATER, None):
        checked.later[day] += 1
    yield from differences(sealed, found)


def orphans_of(kind: SealedKind) -> Iterator[Finding]:
    """Seals of rows that are gone, or are not signed any more."""
    signed = kind.rows().values("pk")
    gone = Seal.objects.filter(row_type=kind.label).exclude(row_id__in=signed)
    for pk in gone.values_list("row_id", flat=True):
        yield Finding(kind.label, pk, "row_gone")
